"""Services and deserts of a pack's area, from the tables of the build; none where no directory is in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from sp_geo.core.errors import UsageError
from sp_geo.geography import boundaries
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.requests.services import AccessRequest, DesertsRequest, ServicesRequest
from sp_geo.questions.services.listings import services as listings
from sp_geo.questions.services.request import RECORDED, in_area, reach_of, rule_of, used_assumptions
from sp_geo.reports.files.csvw import Table
from sp_geo.reports.findings.service_words import (
    category_list,
    cluster_places,
    count_words,
    covered_words,
    desert_words,
    percent,
)
from sp_geo.reports.findings.sheets import marked
from sp_geo.reports.pack.data import Material
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.services.access import ALL, CATEGORIES
from sp_geo.services.deserts import Rule
from sp_geo.services.reach import Reach

_ANY_KM: Final = 5.0
"""The lists ask for a distance, which only the attributes use."""
_FLOOR: Final = "Access is a floor where services of unknown capacity are in reach too."


@dataclass(frozen=True, eq=False)
class Services:
    """Access of the area to all services together, and its deserts.

    Attributes:
        made: what the pack is made of.
    """

    made: Material

    @cached_property
    def reach(self) -> Reach:
        """Access as the build has it."""
        return reach_of(self.made.build, AccessRequest())

    @cached_property
    def rule(self) -> Rule:
        """The rule of a desert as the build has it."""
        return rule_of(DesertsRequest(), used_assumptions(self.made.build), self.reach.people)

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Small areas of the area with people, need, access, whether they could be judged and their cluster."""
        people, access, mapped = self.reach.people, self.reach.table(), self.reach.deserts(self.rule)
        column = CATEGORIES.index(ALL)
        found, cluster = mapped.found[column], pd.Series(mapped.cluster_names(column), index=people.index)
        access = access[access["category"] == ALL].drop(columns=["patients_count", "category"])
        names = boundaries.lsoa11().set_index("lsoa11_code")["lsoa11_name"]
        rows = people.assign(
            is_judged=found.is_judged,
            is_desert=found.is_desert,
            cluster_id=cluster.where(found.is_desert),
            desert=np.select([found.is_desert, found.is_judged], ["Desert", "No"], "Not judged"),
            lsoa11_name=people["lsoa11_code"].map(names),
            quarter=self.made.quarter,
        ).merge(access, on="lsoa11_code", how="left")
        if not self.made.area.is_england:
            wanted = in_area(self.made.build, people, self.made.area.code)
            rows = rows[rows["lsoa11_code"].isin(wanted)]
        return rows.sort_values("lsoa11_code", ignore_index=True)

    @property
    def dry(self) -> pd.DataFrame:
        """Small areas in deserts."""
        return self.areas[self.areas["is_desert"]]

    @property
    def judged_people(self) -> float:
        """People of small areas that could be judged."""
        return float(self.areas.loc[self.areas["is_judged"], "patients_count"].sum())

    @property
    def covered(self) -> str:
        """Share of people who live where a directory covers all categories, as it is said."""
        people = self.areas["patients_count"]
        return percent(float(people[self.areas["is_covered"]].sum()), float(people.sum()))

    @cached_property
    def recorded(self) -> pd.DataFrame:
        """Rows of out_service: those with a site in the area; all, for England."""
        services = self.made.build.table("out_service")
        if self.made.area.is_england:
            return services
        sites = self.made.build.table("out_service_site")
        held = sites.loc[sites["lsoa11_code"].isin(self.areas["lsoa11_code"]), "service_id"]
        return services[services["service_id"].isin(held)]

    def headline(self) -> str:
        """How many people are in deserts, or that nothing could be judged."""
        name = self.made.area.name
        if self.judged_people <= 0:
            return f"Whether people of {name} can reach a service cannot be judged from what is recorded."
        people = float(self.dry["patients_count"].sum())
        share = percent(people, self.judged_people)
        return f"{people:,.0f} people of {name} live in a service desert: {share} of those who could be judged."

    def words(self) -> list[str]:
        """What is recorded, who is covered, who is in a desert and what that rests on."""
        area, people = self.made.area, self.areas["patients_count"]
        place = "" if area.is_england else f" with a site in {area.name}"
        covered = float(people[self.areas["is_covered"]].sum())
        basis = str(self.areas["patients_basis"].dropna().iloc[0])
        said = [
            desert_words(self.dry, self.judged_people, ALL, area.name),
            *covered_words(covered, float(people.sum()), ALL, area.name, basis),
            *count_words(self.recorded, place),
        ]
        if len(self.clusters):
            low, high = self.clusters["robustness_pct"].min(), self.clusters["robustness_pct"].max()
            draws = int(self.clusters["draws"].iloc[0])
            said.append(
                f"How sure: when what services can take is drawn again {draws:,} times, a cluster is still a desert "
                f"in {low:.0f} to {high:.0f} % of draws."
            )
        return said

    @cached_property
    def clusters(self) -> pd.DataFrame:
        """Clusters that lie in the area or reach into it, most people first."""
        rows = self.reach.cluster_rows(self.rule)
        rows = rows[(rows["category"] == ALL) & rows["cluster_id"].isin(self.dry["cluster_id"])]
        names = self.made.build.table("core_service").set_index("service_id")["name"]
        dry = self._cluster_areas
        return rows.assign(
            place=rows["cluster_id"].map(cluster_places(dry)) if len(rows) else None,
            missing=rows["missing_categories"].map(category_list),
            nearest=rows["nearest_service_id"].map(names),
        ).sort_values(["patients_count", "cluster_id"], ascending=[False, True], ignore_index=True)

    @cached_property
    def _cluster_areas(self) -> pd.DataFrame:
        """Every small area of those clusters, also those beyond the area."""
        dry = self.reach.desert_rows(self.rule)
        dry = dry[(dry["category"] == ALL) & dry["cluster_id"].isin(self.dry["cluster_id"])]
        names = boundaries.lsoa11().set_index("lsoa11_code")["lsoa11_name"]
        return dry.assign(lsoa11_name=dry["lsoa11_code"].map(names))

    def tables(self) -> list[Table]:
        """Clusters, small areas (of an area, not of England) and services."""
        found = []
        if len(self.clusters):
            found.append(Table(self.cluster_sheet(), ("cluster_id",)))
        if not self.made.area.is_england:
            found.append(Table(self.area_sheet(), ("lsoa11_code",)))
        sheet = self.service_sheet()
        if len(sheet.rows):
            found.append(Table(sheet))
        return found

    def area_sheet(self) -> Sheet:
        """Small areas with access to all services together, with their shapes."""
        made = self.made
        shapes = boundaries.lsoa11().set_index("lsoa11_code")["geometry"].reindex(self.areas["lsoa11_code"])
        return Sheet(
            name="access",
            title=marked(made.build.mark, f"Access to recorded services by small area, all together, {made.area.name}"),
            rows=self.areas.assign(area_code=made.area.code, area_name=made.area.name),
            columns=(
                Column("lsoa11_name", "Small area"),
                Column("lsoa11_code", "Code"),
                Column("area_name", "Area"),
                Column("area_code", "Area code"),
                Column("patients_count", "People", "", 0),
                Column("score", "Access", "free places a quarter per 1,000 people", 3),
                Column("reason", "What is known"),
                Column("desert", "Desert"),
                Column("nearest_m", "Nearest recorded service", "km", 1, 0.001),
                Column("imd_score", "Deprivation", "points", 1),
            ),
            notes=(
                str(self.areas["method"].dropna().iloc[0]) if self.areas["method"].notna().any() else "No access.",
                f"{RECORDED} {_FLOOR}",
            ),
            shapes=gpd.GeoSeries(shapes.to_numpy(), crs=MEASURE),
            colour="score",
        )

    def cluster_sheet(self) -> Sheet:
        """Clusters of deserts with their shapes."""
        made = self.made
        codes = self._cluster_areas
        shapes = boundaries.lsoa11().set_index("lsoa11_code")["geometry"].reindex(codes["lsoa11_code"])
        joined = pd.Series(shapes.to_numpy(), index=codes["cluster_id"].to_numpy()).groupby(level=0)
        whole = joined.agg(lambda held: shapely.coverage_union_all(held.to_numpy()))
        return Sheet(
            name="deserts",
            title=marked(made.build.mark, f"Clusters of service deserts, all services together, {made.area.name}"),
            rows=self.clusters.assign(area_code=made.area.code, area_name=made.area.name),
            columns=(
                Column("place", "Where"),
                Column("cluster_id", "Cluster"),
                Column("area_name", "Area"),
                Column("area_code", "Area code"),
                Column("areas_count", "Small areas", "", 0),
                Column("patients_count", "People", "", 0),
                Column("need_mean", "Mean need: deprivation", "points", 1),
                Column("score_mean", "Mean access", "free places a quarter per 1,000 people", 3),
                Column("missing", "Little or nothing of"),
                Column("nearest", "Nearest with a free place"),
                Column("nearest_m", "Way to it", "km", 1, 0.001),
                Column("nearest_waiting_days", "Its wait", "days", 0),
                Column("robustness_pct", "Survives", "% of draws", 0),
            ),
            notes=(
                str(self.clusters["rule"].iloc[0]),
                RECORDED,
                "A cluster that reaches over the border of the area is shown whole.",
            ),
            shapes=gpd.GeoSeries(whole.reindex(self.clusters["cluster_id"]).to_numpy(), crs=MEASURE),
            colour="patients_count",
        )

    def service_sheet(self) -> Sheet:
        """Recorded services with a site in the area, a row a site."""
        made = self.made
        answer = listings(made.build, ServicesRequest())
        rows = answer.rows
        here = rows["service_id"].isin(self.recorded["service_id"])
        if not made.area.is_england:
            here &= rows["lsoa11_code"].isin(self.areas["lsoa11_code"])
        shapes = answer.shapes[here.to_numpy()].reset_index(drop=True) if answer.shapes is not None else None
        rows = rows[here].reset_index(drop=True)
        rows = rows.assign(
            area_code=made.area.code,
            area_name=made.area.name,
            kinds=rows["categories"].map(category_list, na_action="ignore"),
            placed=np.where(rows["easting_m"].notna() | rows["site"].isna(), "[z]", ""),
        )
        return Sheet(
            name="services",
            title=marked(made.build.mark, f"Recorded services, {made.area.name}"),
            rows=rows,
            columns=(
                Column("name", "Service"),
                Column("service_id", "Code"),
                Column("area_name", "Area"),
                Column("area_code", "Area code"),
                Column("lsoa11_code", "Small area"),
                Column("kinds", "Categories"),
                Column("directory_id", "Directory"),
                Column("capacity_state", "Capacity"),
                Column("effective_places", "Free places", "people a quarter", 1),
                Column("waiting_days", "Wait", "days", 0),
                Column("last_checked", "Checked"),
                Column("why_not_placed", "Why it has no place", state="placed"),
            ),
            notes=("A row a site; a service without a site has one row without a place.", RECORDED),
            shapes=shapes,
            colour="effective_places",
        )


def services_of(made: Material) -> Services | None:
    """Services of the area; None without a directory, without people by small area, or where its edge is not known."""
    build = made.build
    needed = ("out_service", "out_lsoa11", "out_lsoa_access", "out_desert", "out_desert_cluster")
    if any(not build.has(name) for name in needed):
        return None
    if not all(build.manifest.tables[name].rows for name in needed[:3]):
        return None
    found = Services(made)
    try:
        return found if len(found.areas) else None
    except UsageError:
        # An ICB of another year has no small areas by which its services could be told.
        return None

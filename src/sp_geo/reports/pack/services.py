"""Services and deserts of a pack's area, from the tables of the build; none where no directory is in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.geography import boundaries
from sp_geo.questions.requests.services import AccessRequest, DesertsRequest, ServicesRequest
from sp_geo.questions.services.listings import services as listings
from sp_geo.questions.services.request import in_area, reach_of, rule_of, used_assumptions
from sp_geo.reports.files.csvw import Table
from sp_geo.reports.findings import service_sheets as briefed
from sp_geo.reports.findings.measures import measures
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

_AREA: Final = (Column("area_name", "Area"), Column("area_code", "Area code"))


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
        said = briefed.state_words(self.areas["reason"])
        rows = self.areas.assign(area_code=made.area.code, area_name=made.area.name, state=said)
        title = marked(made.build.mark, f"Access to recorded services by small area, all together, {made.area.name}")
        method = str(rows["method"].dropna().iloc[0]) if rows["method"].notna().any() else "No access."
        return briefed.areas(rows, "access", title, (method,), _AREA)

    def cluster_sheet(self) -> Sheet:
        """Clusters of deserts with their shapes."""
        made = self.made
        return briefed.clusters(
            self.clusters.assign(area_code=made.area.code, area_name=made.area.name),
            self._cluster_areas,
            "deserts",
            marked(made.build.mark, f"Clusters of service deserts, all services together, {made.area.name}"),
            str(self.clusters["rule"].iloc[0]),
            measures(made.build.needs)[self.rule.need],
            float(self.clusters["draws"].iloc[0]),
            _AREA,
        )

    def service_sheet(self) -> Sheet:
        """Recorded services with a site in the area, a row a site."""
        made = self.made
        rows = listings(made.build, ServicesRequest()).rows
        here = rows["service_id"].isin(self.recorded["service_id"])
        if not made.area.is_england:
            here &= rows["lsoa11_code"].isin(self.areas["lsoa11_code"])
        rows = rows[here].assign(area_code=made.area.code, area_name=made.area.name)
        return briefed.recorded(rows, marked(made.build.mark, f"Recorded services, {made.area.name}"), _AREA)


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

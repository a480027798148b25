"""What directories record: services, charities, grants, what was refused, what they offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.panel import Answer, choose, title
from sp_geo.questions.records import provenance
from sp_geo.questions.requests.services import ServicesRequest
from sp_geo.questions.services.request import (
    NO_SERVICES,
    RECORDED,
    column_of,
    ground_of,
    in_area,
    used_assumptions,
)
from sp_geo.services.access import ALL, CATEGORIES
from sp_geo.services.assumptions import described
from sp_geo.services.attributes import attribute_gaps

if TYPE_CHECKING:
    import geopandas as gpd

SHOWN: Final = (
    "services", "directories", "refused", "unplaced", "unmapped", "attributes", "charities", "grants", "assumptions",
)  # fmt: skip


def services(build: Build, request: ServicesRequest) -> Answer:
    """What directories record, in the view that was asked for.

    Raises:
        UsageError: the request names something unknown.
        WorkspaceError: nothing of the kind has been added.
    """
    view = choose("view", request.show, SHOWN)
    synthetic = build.manifest.is_synthetic
    shapes = None
    if view == "assumptions":
        rows = described(used_assumptions(build))
    elif view == "attributes":
        rows = _attributes(build, request)
    elif view in {"services", "charities", "grants"}:
        rows, shapes = _listed(build, view, request)
    else:
        rows = _records(build, view, request)
    rows = rows.reset_index(drop=True).assign(provenance=provenance(synthetic))
    return Answer(rows, title(f"Recorded services: {view}", synthetic), (RECORDED,), shapes)


_DETAILS: Final = (
    "name", "organisation_id", "serves", "waiting_days", "evening", "weekend", "drop_in", "free_of_charge", "age_from",
    "age_to", "languages", "communities", "last_checked",
)  # fmt: skip


def _service_rows(build: Build) -> pd.DataFrame:
    """One row a site (or a service without one), with categories in one column."""
    filed = build.table("out_service_category").groupby("service_id")["category"].agg(";".join).rename("categories")
    sites = build.table("out_service_site").merge(
        build.table("core_service_site")[["service_id", "site", "step_free"]], on=["service_id", "site"]
    )
    details = build.table("core_service")[["service_id", *_DETAILS]]
    frame = build.table("out_service").merge(details, on="service_id").merge(sites, on="service_id", how="left")
    return frame.join(filed, on="service_id")


def _listed(build: Build, view: str, request: ServicesRequest) -> tuple[pd.DataFrame, gpd.GeoSeries]:
    import geopandas as gpd

    if view == "services":
        rows = _service_rows(build)
    elif view == "charities":
        rows = build.table("core_charity").merge(
            build.table("out_charity_site"), on=["directory_id", "charity_number", "linked_number"]
        )
    else:
        rows = build.table("core_grant").merge(build.table("out_grant_site"), on="grant_id")
    if rows.empty:
        raise WorkspaceError(f"there are no recorded {view}", advice=NO_SERVICES)
    rows = rows.rename(columns={"cause": "why_not_placed"})
    if request.directory:
        name = choose("directory", request.directory, sorted(rows["directory_id"].unique()))
        rows = rows[rows["directory_id"] == name]
    if request.category != ALL:
        wanted = CATEGORIES[column_of(request.category)]
        rows = rows[rows["categories"].fillna("").str.split(";").map(lambda held: wanted in held)]
    if request.area:
        people = build.table("out_lsoa11")
        rows = rows[rows["lsoa11_code"].isin(in_area(build, people, request.area))]
    rows = rows.reset_index(drop=True)
    points = gpd.points_from_xy(rows["easting_m"], rows["northing_m"])
    return rows, gpd.GeoSeries(np.where(rows["easting_m"].notna(), points, None), crs=MEASURE)


def _attributes(build: Build, request: ServicesRequest) -> pd.DataFrame:
    """Shares of people by attribute of the services near them, category by category."""
    within_km = request.within_km
    if not 0 < within_km <= 100:  # noqa: PLR2004 - kilometres
        raise UsageError("the distance cannot be used", found=f"{within_km:g} km", expected="above 0, at most 100 km")
    ground = ground_of(build, request.directory)
    wanted = np.ones(len(ground.people), dtype=bool)
    if request.area:
        wanted = ground.people["lsoa11_code"].isin(in_area(build, ground.people, request.area)).to_numpy()
    offers = _service_rows(build)
    chosen = CATEGORIES if request.category == ALL else (CATEGORIES[column_of(request.category)],)
    detour = used_assumptions(build).detour
    parts = []
    for category in chosen:
        gaps = attribute_gaps(ground, wanted, CATEGORIES.index(category), offers, within_km * 1_000.0, detour)
        gaps.insert(0, "category", category)
        parts.append(gaps)
    return pd.concat(parts, ignore_index=True)


def _records(build: Build, view: str, request: ServicesRequest) -> pd.DataFrame:
    """Directories, refused records, sites without a place, or terms that no mapping knows."""
    if view == "directories":
        rows = build.table("out_directory")
    elif view == "refused":
        rows = build.table("core_service_refused")
    elif view == "unplaced":
        rows = _unplaced(build)
    else:
        rows = build.table("out_service_term")
        rows = rows[rows["category"] == ""]
        return rows.sort_values("records_count", ascending=False, kind="stable").drop(columns="category")
    if request.directory:
        known = sorted(build.table("core_directory")["directory_id"].unique())
        rows = rows[rows["directory_id"] == choose("directory", request.directory, known)]
    return rows


def _unplaced(build: Build) -> pd.DataFrame:
    """Sites, charities and grants without a place in England, counted by directory and cause."""
    sites = build.table("out_service_site").merge(
        build.table("out_service")[["service_id", "directory_id"]], on="service_id"
    )
    grants = build.table("out_grant_site").merge(build.table("core_grant")[["grant_id", "directory_id"]], on="grant_id")
    parts = [
        frame.dropna(subset=["cause"]).groupby(["directory_id", "cause"]).size().rename("records_count").reset_index()
        .assign(kind=kind)
        for kind, frame in (("service site", sites), ("charity", build.table("out_charity_site")), ("grant", grants))
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)[["directory_id", "kind", "cause", "records_count"]]

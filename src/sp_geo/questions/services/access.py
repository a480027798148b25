"""Who can reach recorded services, and where the deserts are."""

from __future__ import annotations

from typing import Final

import geopandas as gpd
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.errors import WorkspaceError
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.panel import Answer, choose, title
from sp_geo.questions.records import provenance
from sp_geo.questions.requests.services import AccessRequest, DesertsRequest
from sp_geo.questions.services.request import (
    RECORDED,
    area_shapes,
    column_of,
    in_area,
    reach_of,
    rule_of,
    used_assumptions,
)
from sp_geo.services.access import ALL, CATEGORIES

DESERT_VIEWS: Final = ("clusters", "areas", "sensitivity")


def access(build: Build, request: AccessRequest) -> Answer:
    """Access of every small area, one row an area and category.

    ``--category all`` gives every category and all of them together.

    Raises:
        UsageError: the request names something unknown.
        WorkspaceError: there are no services, or nobody knows where people live.
    """
    reach, column = reach_of(build, request), column_of(request.category)
    table = reach.table()
    if request.category != ALL:
        table = table[table["category"] == CATEGORIES[column]]
    if request.area:
        table = table[table["lsoa11_code"].isin(in_area(build, reach.people, request.area))]
    synthetic = build.manifest.is_synthetic
    rows = table.reset_index(drop=True).assign(provenance=provenance(synthetic))
    counts = rows["state"].value_counts()
    basis = str(reach.people["patients_basis"].iloc[0])
    notes = (
        f"Method: {reach.method.words()}.",
        f"People: {basis}. "
        + ", ".join(f"{counts.get(state, 0):,} {state}" for state in ("served", "unserved", "not_recorded")) + ".",
        f"{RECORDED} A score is a floor where services of unknown capacity are in reach too.",
    )  # fmt: skip
    return Answer(rows, title("Access to recorded services", synthetic), notes, area_shapes(rows["lsoa11_code"]))


def deserts(build: Build, request: DesertsRequest) -> Answer:
    """Deserts as clusters, as small areas, or how they change with the choices.

    Raises:
        UsageError: the request names something unknown.
        WorkspaceError: services, people or need are missing.
    """
    chosen = choose("view", request.show, DESERT_VIEWS)
    column = column_of(request.category)
    reach = reach_of(build, request)
    rule = rule_of(request, used_assumptions(build), reach.people)
    if reach.people[rule.need].isna().all():
        raise WorkspaceError(
            f"nothing says the {rule.need} of small areas", advice="Add the indices of deprivation or census ethnicity"
        )
    wanted = in_area(build, reach.people, request.area) if request.area else None
    found = reach.deserts(rule).found[column]
    if not found.is_judged.any():
        raise WorkspaceError(
            "no small area could be judged, so there is no map of deserts",
            found=f"{int(reach.covered[:, column].sum()):,} areas covered for {CATEGORIES[column]}",
            expected="a directory that says what it covers, with services whose capacity is recorded",
            advice="Add it again and say what it covers; or measure services, where each recorded one counts as one",
        )
    shapes = None
    if chosen == "sensitivity":
        rows = reach.sensitivity(rule, column)
    else:
        rows = _of_request(reach.desert_rows(rule), request, wanted)
        shapes = area_shapes(rows["lsoa11_code"])
        if chosen == "clusters":
            frame = gpd.GeoDataFrame(rows[["cluster_id"]], geometry=shapes.to_numpy(), crs=MEASURE)
            shapes = frame.dissolve("cluster_id").geometry
            shown = rows[["category", "cluster_id"]].drop_duplicates()
            rows = shown.merge(reach.cluster_rows(rule), on=["category", "cluster_id"])
            rows = rows.sort_values(["category", "patients_count"], ascending=[True, False], ignore_index=True)
    synthetic = build.manifest.is_synthetic
    notes = (
        rule.words(),
        f"Method: {reach.method.words()}.",
        f"{CATEGORIES[column]}: {int(found.is_judged.sum()):,} of {len(reach.people):,} small areas could be judged; "
        f"mean access {found.mean:.3f}, limit {found.limit:.3f} {reach.method.unit}.",
        RECORDED,
    )
    rows = rows.reset_index(drop=True).assign(provenance=provenance(synthetic))
    return Answer(rows, title(f"Service deserts: {chosen}", synthetic), notes, shapes)


def _of_request(rows: pd.DataFrame, request: DesertsRequest, wanted: pd.Index | None) -> pd.DataFrame:
    if request.category != ALL:
        rows = rows[rows["category"] == request.category]
    if wanted is not None:
        touched = rows.loc[rows["lsoa11_code"].isin(wanted), ["category", "cluster_id"]].drop_duplicates()
        # A cluster that reaches over the border of the area is shown whole.
        rows = rows.merge(touched, on=["category", "cluster_id"])
    return rows.reset_index(drop=True)

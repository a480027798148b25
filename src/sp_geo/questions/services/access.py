"""Who can reach recorded services, and where the deserts are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd
import scipy

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.geography import boundaries
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.panel import Answer, choose, title
from sp_geo.questions.records import provenance
from sp_geo.questions.services.request import (
    RECORDED,
    AccessRequest,
    MapAnswer,
    area_shapes,
    column_of,
    ground_of,
    in_area,
    method_of,
    small_area_needs,
    used_assumptions,
)
from sp_geo.services.access import ALL, CATEGORIES, Landscape, access_table, compute, nearest
from sp_geo.services.access_inputs import default_rule
from sp_geo.services.catchment_access import Access
from sp_geo.services.desert_tables import DesertMap, cluster_rows, desert_rows, map_deserts, sensitivity
from sp_geo.services.deserts import Rule, neighbours

DESERT_VIEWS: Final = ("clusters", "areas", "sensitivity")


def access(build: Build, request: AccessRequest) -> MapAnswer:
    """Access of every small area, one row an area and category.

    ``--category all`` gives every category and all of them together.

    Raises:
        UsageError: the request names something unknown.
        WorkspaceError: there are no services, or nobody knows where people live.
    """
    used = used_assumptions(build)
    method, ground = method_of(request, used), ground_of(build, request.directory)
    column = column_of(request.category)
    table = access_table(ground, method, compute(ground, method), nearest(ground, method))
    if request.category != ALL:
        table = table[table["category"] == CATEGORIES[column]]
    if request.area:
        wanted = in_area(build, ground.people, request.area)
        table = table[table["lsoa11_code"].isin(wanted)]
    synthetic = build.manifest.is_synthetic
    rows = table.reset_index(drop=True).assign(provenance=provenance(synthetic))
    counts = rows["state"].value_counts()
    basis = str(ground.people["patients_basis"].iloc[0])
    notes = (
        f"Method: {method.words()}.",
        f"People: {basis}. "
        + ", ".join(f"{counts.get(state, 0):,} {state}" for state in ("served", "unserved", "not_recorded")) + ".",
        f"{RECORDED} A score is a floor where services of unknown capacity are in reach too.",
    )  # fmt: skip
    return MapAnswer(
        Answer(rows, title("Access to recorded services", synthetic), notes), area_shapes(rows["lsoa11_code"])
    )


@dataclass(frozen=True)
class _Mapped:
    ground: Landscape
    access: Access
    deserts: DesertMap
    wanted: pd.Index | None


def _map(build: Build, request: AccessRequest) -> _Mapped:
    used = used_assumptions(build)
    ground = ground_of(build, request.directory)
    method = method_of(request, used)
    need = choose("need of small areas", request.need, small_area_needs(ground.people))
    if ground.people[need].isna().all():
        raise WorkspaceError(
            f"nothing says the {need} of small areas", advice="Add the indices of deprivation or census ethnicity"
        )
    rule = default_rule(used, need)
    if request.fifths is not None and not 1 <= request.fifths <= 5:  # noqa: PLR2004 - there are five
        raise UsageError("the fifths of need cannot be used", found=str(request.fifths), expected="1 to 5")
    if request.share_of_mean is not None and not 0 < request.share_of_mean <= 1:
        raise UsageError("the share of the mean cannot be used", found=f"{request.share_of_mean:g}", expected="0 to 1")
    rule = Rule(
        need,
        rule.need_fifths if request.fifths is None else request.fifths,
        rule.share_of_mean if request.share_of_mean is None else request.share_of_mean,
    )
    found = compute(ground, method)
    mapped = map_deserts(ground, found, method, rule, _touching())
    wanted = None
    if request.area:
        wanted = in_area(build, ground.people, request.area)
    return _Mapped(ground, found, mapped, wanted)


def _touching() -> scipy.sparse.csr_array:
    return neighbours(boundaries.lsoa11().geometry.to_numpy())


def deserts(build: Build, request: AccessRequest, view: str) -> MapAnswer:
    """Deserts as clusters, as small areas, or how they change with the choices.

    Raises:
        UsageError: the request names something unknown.
        WorkspaceError: services, people or need are missing.
    """
    chosen = choose("view", view, DESERT_VIEWS)
    column = column_of(request.category)
    mapped = _map(build, request)
    ground = mapped.ground
    synthetic = build.manifest.is_synthetic
    shapes = None
    if chosen == "sensitivity":
        rows = sensitivity(ground, mapped.deserts, _touching(), column)
    else:
        rows = desert_rows(ground, mapped.access, mapped.deserts)
        rows = _of_request(rows, request, mapped.wanted)
        if chosen == "clusters":
            shapes = _cluster_shapes(rows)
            rows = _clusters(build, mapped, rows)
        else:
            shapes = area_shapes(rows["lsoa11_code"])
    found = mapped.deserts.found[column]
    if not found.is_judged.any():
        raise WorkspaceError(
            "no small area could be judged, so there is no map of deserts",
            found=f"{int(ground.is_covered[:, column].sum()):,} areas covered for {CATEGORIES[column]}",
            expected="a directory that says what it covers, with services whose capacity is recorded",
            advice="Add it again and say what it covers; or measure services, where each recorded one counts as one",
        )
    notes = (
        mapped.deserts.rule.words(),
        f"Method: {mapped.deserts.method.words()}.",
        f"{CATEGORIES[column]}: {int(found.is_judged.sum()):,} of {len(ground.people):,} small areas could be judged; "
        f"mean access {found.mean:.3f}, limit {found.limit:.3f} {mapped.deserts.method.unit}.",
        RECORDED,
    )
    rows = rows.reset_index(drop=True).assign(provenance=provenance(synthetic))
    return MapAnswer(Answer(rows, title(f"Service deserts: {chosen}", synthetic), notes), shapes)


def _of_request(rows: pd.DataFrame, request: AccessRequest, wanted: pd.Index | None) -> pd.DataFrame:
    if request.category != ALL:
        rows = rows[rows["category"] == request.category]
    if wanted is not None:
        touched = rows.loc[rows["lsoa11_code"].isin(wanted), ["category", "cluster_id"]].drop_duplicates()
        # A cluster that reaches over the border of the area is shown whole.
        rows = rows.merge(touched, on=["category", "cluster_id"])
    return rows.reset_index(drop=True)


def _clusters(build: Build, mapped: _Mapped, rows: pd.DataFrame) -> pd.DataFrame:
    waits = build.table("core_service").set_index("service_id")["waiting_days"]
    draws = int(used_assumptions(build).resamples)
    table = cluster_rows(mapped.ground, mapped.access, mapped.deserts, waits, draws)
    if table.empty:
        return table
    shown = rows[["category", "cluster_id"]].drop_duplicates()
    return shown.merge(table, on=["category", "cluster_id"]).sort_values(
        ["category", "patients_count"], ascending=[True, False], ignore_index=True
    )


def _cluster_shapes(rows: pd.DataFrame) -> gpd.GeoSeries:
    """One shape a cluster, by cluster_id."""
    frame = gpd.GeoDataFrame(rows[["cluster_id"]], geometry=area_shapes(rows["lsoa11_code"]).to_numpy(), crs=MEASURE)
    return frame.dissolve("cluster_id").geometry

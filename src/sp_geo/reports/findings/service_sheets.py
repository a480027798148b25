"""Tables of access, deserts, recorded services and refused records, for a page or a pack."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.geography.crs import MEASURE
from sp_geo.questions.services.request import RECORDED, area_shapes
from sp_geo.reports.findings.measures import Measure
from sp_geo.reports.findings.service_words import category_list
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.services import access
from sp_geo.statistics.conclusions.labels import lowered

CAPACITY_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "open": "Free places",
        "full": "Full",
        "closed": "Closed to referrals",
        "wait_too_long": "Wait too long",
        "not_said": "Not said",
        "stale": "Record too old",
    }
)
REASON_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        access.OPEN["places"]: "A free place in reach",
        access.OPEN["services"]: "A recorded service in reach",
        access.UNKNOWN: "In reach, capacity not recorded",
        access.FULL: "In reach, none with a free place",
        access.NONE: "No recorded service in reach",
        access.UNCOVERED: "Not recorded",
    }
)
OUTCOME_WORDS: Final[Mapping[str, str]] = MappingProxyType({"refused": "Refused", "warned": "Taken in, with a warning"})
_SCORE: Final = "free places a quarter per 1,000 people"
_NEAREST: Final = ("km", 1, 0.001)


def state_words(reasons: pd.Series) -> pd.Series:
    """What is known of each small area, from its reason."""
    return reasons.map(REASON_WORDS).fillna("No value")


def _nothing(columns: tuple[Column, ...]) -> pd.DataFrame:
    return pd.DataFrame({column.name: pd.Series(dtype="object") for column in columns})


def areas(
    rows: pd.DataFrame, name: str, title: str, notes: tuple[str, ...], more: tuple[Column, ...] = (), unit: str = _SCORE
) -> Sheet:
    """Small areas with their access and state, and whether they are deserts, with their shapes.

    Args:
        rows: lsoa11_code, lsoa11_name, patients_count, score, state (of :func:`state_words`), desert, nearest_m,
            imd_score; without columns where there is no access.
        name: of the sheet.
        title: of the sheet.
        notes: the method, and the rule if it is not the build's.
        more: further columns, after the code.
        unit: of the score.
    """
    columns = (
        Column("lsoa11_name", "Small area"),
        Column("lsoa11_code", "Code"),
        *more,
        Column("patients_count", "People", "", 0),
        Column("score", "Access", unit, 3),
        Column("state", "What is known"),
        Column("desert", "Desert"),
        Column("nearest_m", "Nearest recorded service", *_NEAREST),
        Column("imd_score", "Deprivation", "points", 1),
    )
    rows = rows if len(rows) else _nothing(columns)
    return Sheet(
        name=name,
        title=title,
        rows=rows,
        columns=columns,
        notes=(
            *notes,
            f"{RECORDED} Access is a floor where services of unknown capacity are in reach too.",
            "No figure ([x]) where it is not recorded or the capacity in reach is unknown; 0 where there is none.",
        ),
        shapes=area_shapes(rows["lsoa11_code"]),
        colour="score",
    )


def clusters(
    rows: pd.DataFrame,
    dry: pd.DataFrame,
    name: str,
    title: str,
    rule: str,
    need: Measure,
    draws: float,
    more: tuple[Column, ...] = (),
    unit: str = _SCORE,
) -> Sheet:
    """Clusters of deserts with the shape of each.

    Args:
        rows: columns of out_desert_cluster, with place, missing and nearest in words; without columns where there is
            no cluster.
        dry: lsoa11_code and cluster_id of every small area of the clusters.
        name: of the sheet.
        title: of the sheet.
        rule: of a desert, in words.
        need: by which deserts are judged.
        draws: of what services can take, for the robustness.
        more: further columns, after the code.
        unit: of the score.
    """
    import geopandas as gpd
    import shapely

    columns = (
        Column("place", "Where"),
        Column("cluster_id", "Cluster"),
        *more,
        Column("areas_count", "Small areas", "", 0),
        Column("patients_count", "People", "", 0),
        Column("need_mean", f"Mean need: {lowered(need.label)}", need.unit, need.digits, need.scale),
        Column("score_mean", "Mean access", unit, 3),
        Column("missing", "Little or nothing of"),
        Column("nearest", "Nearest with a free place"),
        Column("nearest_m", "Way to it", *_NEAREST),
        Column("nearest_waiting_days", "Its wait", "days", 0),
        Column("robustness_pct", "Survives", "% of draws", 0),
    )
    rows = rows if len(rows) else _nothing(columns)
    parts = pd.Series(area_shapes(dry["lsoa11_code"]).to_numpy(), index=dry["cluster_id"].to_numpy())
    whole = parts.groupby(level=0).agg(lambda held: shapely.coverage_union_all(held.to_numpy()))
    return Sheet(
        name=name,
        title=title,
        rows=rows,
        columns=columns,
        notes=(
            rule,
            RECORDED,
            "Way and wait are from the centre of the cluster to the nearest service with a free place, counted by the "
            "same method; a wait that is not recorded is [x].",
            f"Survives: of {draws:,.0f} draws of what services can take, the share in which at least half of its "
            "people are still in a desert.",
            "A cluster that reaches over the border of the area is shown whole.",
        ),
        shapes=gpd.GeoSeries(whole.reindex(rows["cluster_id"]).to_numpy(), crs=MEASURE),
        colour="patients_count",
    )


def recorded(rows: pd.DataFrame, title: str, more: tuple[Column, ...] = ()) -> Sheet:
    """Recorded services, a row a site, with the place of each.

    Args:
        rows: of :func:`sp_geo.questions.services.listings.services`, the view of services.
        title: of the sheet.
        more: further columns, at the end.
    """
    import geopandas as gpd

    points = gpd.points_from_xy(rows["easting_m"], rows["northing_m"])
    return Sheet(
        name="services",
        title=title,
        rows=rows.assign(
            kinds=rows["categories"].map(category_list, na_action="ignore"),
            # A site that has its place needs no cause; one without any site has none to place.
            placed=np.where(rows["easting_m"].notna() | rows["site"].isna(), "[z]", ""),
            capacity=rows["capacity_state"].map(CAPACITY_WORDS),
        ).reset_index(drop=True),
        columns=(
            Column("name", "Service"),
            Column("kinds", "Categories"),
            Column("directory_id", "Directory"),
            Column("capacity", "Capacity"),
            Column("effective_places", "Free places", "people a quarter", 1),
            Column("waiting_days", "Wait", "days", 0),
            Column("last_checked", "Checked"),
            Column("lsoa11_code", "Small area"),
            Column("why_not_placed", "Why it has no place", state="placed"),
            Column("service_id", "Code"),
            *more,
        ),
        notes=("A row a site; a service without a site has one row without a place.", RECORDED),
        shapes=gpd.GeoSeries(np.where(rows["easting_m"].notna(), points, None), crs=MEASURE),
        colour="effective_places",
    )


def refused(rows: pd.DataFrame, title: str) -> Sheet:
    """Every record that did not go in, or went in with a warning, with its place in the file and its reason.

    Args:
        rows: of core_service_refused.
        title: of the sheet.
    """
    return Sheet(
        name="refused_records",
        title=title,
        rows=rows.assign(outcome=rows["outcome"].map(OUTCOME_WORDS)),
        columns=(
            Column("record", "Record"),
            Column("directory_id", "Directory"),
            Column("cause", "Cause"),
            Column("detail", "What was found"),
            Column("outcome", "What was done"),
        ),
    )

"""The measures of small areas that the workspace's tables can give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from sp_geo.panel.need_area import AreaMeasure, of_counts, of_scores
from sp_geo.panel.own import own_area_measures

Tables = Mapping[str, pd.DataFrame]
READS: Final = (
    "core_lsoa11_deprivation",
    "core_lsoa21_deprivation",
    "core_lsoa21_ethnicity",
    "core_lsoa11_rurality",
    "core_lsoa21_rurality",
    "core_lsoa11_population",
    "core_lsoa21_population",
    "core_lsoa_lookup",
    "core_lsoa11_parent",
    "core_lsoa21_parent",
    "core_own_measure",
    "core_own_measure_value",
)
"""Tables that measures of small areas are made of; every step of the build that needs the measures reads them."""
_ETHNIC = {"asian": "asian_count", "black": "black_count", "mixed": "mixed_count", "other_ethnic": "other_count"}


def area_measures(tables: Tables) -> dict[str, AreaMeasure]:
    """Every measure of small areas, by a name that :func:`key_of` makes from an indicator's source.

    Args:
        tables: those of :data:`READS`, any of them empty.

    Raises:
        WorkspaceError: an own measure is of larger areas that no lookup has, or of small areas of two vintages.
    """
    # Residents by small area, by vintage: of the census where it was added, else of the latest mid-year.
    residents = {}
    for vintage in ("11", "21"):
        code = f"lsoa{vintage}_code"
        rows = tables[f"core_lsoa{vintage}_population"].sort_values("year").drop_duplicates(code, keep="last")
        residents[vintage] = rows.set_index(code)["residents_count"].astype(float)
    census = tables["core_lsoa21_ethnicity"].set_index("lsoa21_code").astype(float)
    if len(census):
        residents["21"] = census["total_count"]
    found: dict[str, AreaMeasure] = {}
    for vintage in ("11", "21"):
        for edition, rows in tables[f"core_lsoa{vintage}_deprivation"].groupby("edition"):
            scores = rows.set_index(f"lsoa{vintage}_code")["imd_score"]
            weight = residents[vintage] if scores.index.isin(residents[vintage].index).all() else None
            label = f"IMD {edition} by LSOA 20{vintage}"
            found[f"deprivation {edition} {vintage}"] = of_scores(scores, weight, vintage, label)
    if len(census):
        groups = {name: census[column] for name, column in _ETHNIC.items()}
        groups["minority_ethnic"] = census["total_count"] - census["white_count"]
        label = "Census 2021 TS021 by LSOA 2021"
        for name, counts in groups.items():
            found[f"ethnicity {name}"] = of_counts(counts, census["total_count"], "21", label)
    for vintage in ("21", "11"):
        rows = tables[f"core_lsoa{vintage}_rurality"]
        if not rows.empty:
            rural = rows.set_index(f"lsoa{vintage}_code")["is_rural"].astype(float)
            found[f"rurality {vintage}"] = of_scores(rural, None, vintage, f"rural-urban class 20{vintage}")
    return {**found, **own_area_measures(tables, residents)}


def key_of(source: Mapping[str, str]) -> str:
    """The name of the measure that an indicator's source of kind ``area`` asks for."""
    if source["table"] == "deprivation":
        return f"deprivation {source['edition']} {source['vintage']}"
    if source["table"] == "own":
        return f"own {source['measure']}"
    if source["table"] == "rurality":
        return f"rurality {source['vintage']}"
    return f"{source['table']} {source['column']}"

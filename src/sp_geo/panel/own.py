"""The user's own measures of need on the way to PCNs: values turned so that more is more need, and areas made small."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from sp_geo.core.errors import WorkspaceError
from sp_geo.geography.vintages import contradiction
from sp_geo.panel.need_area import AreaMeasure, of_counts, of_scores

Tables = Mapping[str, pd.DataFrame]
_PARENTS: Final = {
    "msoa": ("msoa", "LSOA to MSOA, lookup"),
    "ward": ("ward", "LSOA 2021 to ward and local authority"),
    "district": ("local_authority", "LSOA 2021 to ward and local authority"),
}
"""Kind of area in the lookups of parents, and the publication that has it."""


def carried_values(tables: Tables) -> pd.DataFrame:
    """Values of own measures as they are averaged: greater is more need.

    Args:
        tables: core_own_measure and core_own_measure_value.

    Returns:
        measure, area_code, value, numerator, denominator (NaN where no counts are given; value = numerator /
        denominator where they are), for areas with a value. Where less means more need a share is 1 minus itself and
        anything else changes its sign.
    """
    measures = tables["core_own_measure"][["measure", "form", "per", "higher_means"]]
    rows = tables["core_own_measure_value"]
    rows = rows[rows["state"] == "given"].merge(measures, on="measure", validate="many_to_one")
    numerator = rows["numerator"] * rows["per"]
    turned, share = rows["higher_means"] == "less need", rows["form"] == "share"
    rows["value"] = rows["value"].mask(turned & share, 1 - rows["value"]).mask(turned & ~share, -rows["value"])
    rows["numerator"] = numerator.mask(turned & share, rows["denominator"] - numerator).mask(
        turned & ~share, -numerator
    )
    return rows[["measure", "area_code", "value", "numerator", "denominator"]]


def own_area_measures(tables: Tables, residents: Mapping[str, pd.Series]) -> dict[str, AreaMeasure]:
    """Own measures of areas, by the name that :func:`sp_geo.panel.measures.key_of` makes; those of practices are not.

    Args:
        tables: core_own_measure, core_own_measure_value, core_lsoa_lookup, core_lsoa11_parent, core_lsoa21_parent.
        residents: by code of the small areas, by vintage; scores of areas that were merged are weighted by them.

    Raises:
        WorkspaceError: a measure is of wards, districts or MSOAs, and no lookup says which small areas they have; or
            small areas that ended in 2021 stand among those of 2021.
    """
    values = carried_values(tables)
    found: dict[str, AreaMeasure] = {}
    for measure in tables["core_own_measure"].to_dict("records"):
        rows = values[values["measure"] == measure["measure"]].set_index("area_code")
        kind, label = str(measure["area_type"]), f"your own {measure['label']} by {measure['area_type']}"
        key = f"own {measure['measure']}"
        mixed = contradiction(rows.index.to_series(), tables["core_lsoa_lookup"]) if kind == "lsoa21" else ""
        if mixed:
            raise WorkspaceError(
                f"{measure['measure']} has small areas of two vintages",
                found=mixed,
                expected="codes of 2011 or of 2021",
                advice=f"Take it out with 'sp-geo remove {measure['measure']}', and add it by one vintage",
            )
        if kind in {"lsoa11", "lsoa21"}:
            vintage = kind[-2:]
            if rows["denominator"].notna().all():
                found[key] = of_counts(rows["numerator"], rows["denominator"], vintage, label)
            else:
                weight = residents[vintage] if rows.index.isin(residents[vintage].index).all() else None
                found[key] = of_scores(rows["value"], weight, vintage, label)
        elif kind in _PARENTS:
            found[key] = _of_larger_areas(rows, tables, measure, label)
    return found


def _of_larger_areas(rows: pd.DataFrame, tables: Tables, measure: Mapping[Any, Any], label: str) -> AreaMeasure:
    """Every small area has the value of the larger one that it lies in, in the lookup that knows most of them."""
    kind, publication = _PARENTS[measure["area_type"]]
    best: tuple[int, str, str] = (0, "", "")
    for vintage in ("11", "21"):
        parents = tables[f"core_lsoa{vintage}_parent"]
        for edition, held in parents[parents["parent_type"] == kind].groupby("edition"):
            known = int(rows.index.isin(held["parent_ons_code"]).sum())
            best = max(best, (known, str(edition), vintage))
    known, edition, vintage = best
    if not known:
        raise WorkspaceError(
            f"nothing says which small areas the areas of {measure['measure']} have",
            found=f"codes of kind {measure['area_type']} such as {rows.index[0]}",
            advice=f"Add '{publication}', or take the measure out with 'sp-geo remove {measure['measure']}'",
        )
    parents = tables[f"core_lsoa{vintage}_parent"]
    parents = parents[(parents["parent_type"] == kind) & (parents["edition"] == edition)]
    values = parents.set_index(f"lsoa{vintage}_code")["parent_ons_code"].map(rows["value"]).dropna()
    told = f"{label}, {known:,} of {len(rows):,} in the lookup of {edition}; each small area has its area's value"
    return of_scores(values, None, vintage, told)


def refuse_without_lookup(measures: Mapping[str, AreaMeasure], vintage: str, lookup: pd.DataFrame) -> None:
    """Refuse own measures of the other census where nothing relates its small areas to those patients are counted by.

    Raises:
        WorkspaceError: there is such a measure; left alone it would have no value, without a word.
    """
    other = [name for name, measure in measures.items() if name.startswith("own ") and measure.vintage != vintage]
    if other and lookup.empty:
        raise WorkspaceError(
            f"{other[0].removeprefix('own ')} is by small areas of 20{measures[other[0]].vintage}, and patients are "
            f"counted by those of 20{vintage}",
            advice="Add 'LSOA 2011 to LSOA 2021, exact fit lookup'",
        )

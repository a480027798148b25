"""Need by where patients live: values of small areas averaged over a practice's registered patients.

A value of a small area is kept as a numerator and a denominator until the end, so that areas split or merged between
2011 and 2021 are joined by adding up and not by averaging averages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pandas as pd

from sp_geo.core import codes
from sp_geo.geography.crosswalk import shares_across

Vintage = str


@dataclass(frozen=True)
class AreaMeasure:
    """One measure of small areas.

    Attributes:
        values: indexed by small area code: numerator, denominator (value = numerator / denominator).
        vintage: ``11`` or ``21``: year of the areas.
        label: edition, for the source column.
    """

    values: pd.DataFrame
    vintage: Vintage
    label: str


def of_scores(scores: pd.Series, residents: pd.Series | None, vintage: Vintage, label: str) -> AreaMeasure:
    """A measure from scores by area, weighted by residents where areas are merged (equally if unknown)."""
    weight = pd.Series(1.0, index=scores.index) if residents is None else residents.reindex(scores.index).fillna(0.0)
    return AreaMeasure(pd.DataFrame({"numerator": scores * weight, "denominator": weight}), vintage, label)


def of_counts(part: pd.Series, whole: pd.Series, vintage: Vintage, label: str) -> AreaMeasure:
    """A measure from counts by area: the share of ``part`` in ``whole``."""
    return AreaMeasure(pd.DataFrame({"numerator": part, "denominator": whole}), vintage, label)


def value_by_area(measure: AreaMeasure, vintage: Vintage, lookup: pd.DataFrame) -> pd.Series:
    """The measure for areas of the wanted vintage.

    Args:
        measure: in either vintage.
        vintage: wanted, ``11`` or ``21``.
        lookup: core_lsoa_lookup; not used if the measure is of that vintage already.

    Returns:
        Values by area code; areas without a counterpart or with nobody in them are absent.
    """
    numerator, denominator = measure.values["numerator"], measure.values["denominator"]
    if measure.vintage != vintage:
        given = f"lsoa{measure.vintage}_code"
        return shares_across(numerator, denominator, lookup, f"lsoa{vintage}_code", given)
    held = denominator > 0
    return numerator[held] / denominator[held]


def practice_sums(by_area: pd.DataFrame, values: Mapping[str, pd.Series], vintage: Vintage) -> pd.DataFrame:
    """Patient-weighted sums for every practice and measure in one pass.

    Args:
        by_area: rows of core_practice_list_lsoa11 or 21 for one release.
        values: by measure, values by area code.
        vintage: of ``by_area``.

    Returns:
        Indexed by practice_code: patients_count (all), and for each measure ``<measure>_sum`` (patients x value) and
        ``<measure>_patients`` (patients whose area has a value).
    """
    code = f"lsoa{vintage}_code"
    areas = pd.DataFrame(values)
    areas.index.name = code
    columns = ", ".join(
        f'sum(p.patients_count * a."{name}") as "{name}_sum", '
        f'coalesce(sum(p.patients_count) filter (a."{name}" is not null), 0) as "{name}_patients"'
        for name in values
    )
    with duckdb.connect() as connection:
        connection.execute("set threads to 1")  # sums in one order give the same bytes every time
        connection.register("patients", by_area[["practice_code", code, "patients_count"]])
        connection.register("areas", areas.reset_index())
        query = f"""
            select p.practice_code, sum(p.patients_count) as patients_count, {columns}
            from patients p left join areas a using ({code})
            group by p.practice_code order by p.practice_code
        """  # noqa: S608 - names come from our own tables
        sums: pd.DataFrame = connection.execute(query).df()
    return sums.set_index("practice_code").astype(float)


def patients_by_place(by_area: pd.DataFrame, vintage: Vintage) -> pd.DataFrame:
    """Patients of each practice by kind of address: england, wales, no_area (patients); indexed by practice_code."""
    place = by_area[f"lsoa{vintage}_code"]
    kind = pd.Series("england", index=by_area.index)
    kind[place.str.fullmatch(codes.LSOA_WALES)] = "wales"
    kind[place.str.fullmatch(codes.LSOA_UNKNOWN)] = "no_area"
    counts = by_area.groupby(["practice_code", kind])["patients_count"].sum().unstack(fill_value=0)
    return counts.reindex(columns=["england", "wales", "no_area"], fill_value=0).astype(float)

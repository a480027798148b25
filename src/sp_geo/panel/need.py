"""Need of PCNs in one quarter: for each measure the best source that has values, with what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sp_geo.core.quarters import Quarter
from sp_geo.panel.indicator import Indicator
from sp_geo.panel.measures import key_of
from sp_geo.panel.need_survey import SurveyNeed

VALUE_COLUMNS = ["value", "std_error", "base_count", "patients_with_value", "patients_count", "source"]
LEAST_SHARE_WITH_VALUE = 0.5
"""A PCN's mean is given only if at least this share of its patients has a value; otherwise it is missing."""


@dataclass(frozen=True)
class QuarterSources:
    """Everything that need in one quarter can be computed from.

    Attributes:
        quarter: the quarter.
        members: practice_code, pcn_code of practices of active PCNs.
        list_size: patients by practice_code, from the quarter's list extract.
        area_sums: of need_area.practice_sums, or None without patients by area.
        area_labels: by measure, the edition in words.
        area_release: month of the patients by area, empty without.
        area_distance_days: between that month and the quarter's end.
        practice_indicators: core_practice_indicator.
        pcn_indicators: core_pcn_indicator.
        ages: core_practice_list_age of the nearest extract.
        survey: of need_survey.aggregate for the year that serves the quarter, or None.
        own_values: of own.carried_values.
        weights_max_age_days: older patients by area give way to values published by practice.
    """

    quarter: Quarter
    members: pd.DataFrame
    list_size: pd.Series
    area_sums: pd.DataFrame | None
    area_labels: Mapping[str, str]
    area_release: str
    area_distance_days: int
    practice_indicators: pd.DataFrame
    pcn_indicators: pd.DataFrame
    ages: pd.DataFrame
    survey: SurveyNeed | None
    own_values: pd.DataFrame
    weights_max_age_days: int


def _means(
    members: pd.DataFrame, weight: pd.Series, total: pd.Series, patients: pd.Series, source: str
) -> pd.DataFrame:
    """Weighted means by PCN from practice sums, all indexed by practice_code."""
    rows = pd.DataFrame(
        {
            "pcn_code": members["pcn_code"],
            "weight": members["practice_code"].map(weight),
            "total": members["practice_code"].map(total),
            "patients": members["practice_code"].map(patients),
        }
    )
    sums = rows.groupby("pcn_code")[["weight", "total", "patients"]].sum()
    enough = (sums["weight"] > 0) & (sums["weight"] >= LEAST_SHARE_WITH_VALUE * sums["patients"])
    held = sums[enough]
    return pd.DataFrame(
        {
            "value": held["total"] / held["weight"],
            "std_error": np.nan,
            "base_count": np.nan,
            "patients_with_value": held["weight"],
            "patients_count": held["patients"],
            "source": source,
        }
    )


def _from_area(source: Mapping[str, Any], given: QuarterSources) -> pd.DataFrame | None:
    key = key_of(source)
    too_old = source.get("recent_weights_only") and given.area_distance_days > given.weights_max_age_days
    if given.area_sums is None or f"{key}_sum" not in given.area_sums or too_old:
        return None
    label = f"{given.area_labels[key]}; patients by area {given.area_release}"
    sums = given.area_sums
    return _means(given.members, sums[f"{key}_patients"], sums[f"{key}_sum"], sums["patients_count"], label)


def _from_practice_indicator(source: Mapping[str, Any], given: QuarterSources) -> pd.DataFrame | None:
    """Means of the practices' values; for a PCN without them, the value published of the PCN itself."""
    rows, of_pcns = (
        table[(table["indicator_id"] == source["indicator_id"]) & (table["period"] == source["period"])]
        for table in (given.practice_indicators, given.pcn_indicators)
    )
    if rows.empty and of_pcns.empty:
        return None
    values = rows.set_index("practice_code")["value"].reindex(given.list_size.index)
    weight = given.list_size.where(values.notna(), 0.0)
    label = f"Fingertips {source['indicator_id']} of {source['period']}"
    means = _means(given.members, weight, (weight * values).fillna(0.0), given.list_size, f"{label} by practice")
    # Values of PCNs by the latest version of their membership, of the PCNs that have members in the quarter.
    latest = of_pcns.dropna(subset="value").sort_values("version").drop_duplicates("pcn_code", keep="last")
    latest = latest.set_index("pcn_code")
    patients = given.members.assign(size=given.members["practice_code"].map(given.list_size))
    latest["patients_count"] = patients.groupby("pcn_code")["size"].sum().reindex(latest.index)
    held = latest.dropna(subset="patients_count")
    by = [f"by PCN{f', members of {version}' if version else ''}" for version in held["version"]]
    published = held.assign(
        std_error=np.nan,
        base_count=np.nan,
        patients_with_value=held["patients_count"],
        source=[f"{label} {words}" for words in by],
    )[VALUE_COLUMNS]
    return pd.concat([means, published.loc[published.index.difference(means.index)]]) if len(published) else means


def _from_age(source: Mapping[str, Any], given: QuarterSources) -> pd.DataFrame | None:
    if given.ages.empty:
        return None
    everyone = given.ages.groupby("practice_code")["patients_count"].sum().astype(float)
    older = given.ages[given.ages["age_from"] >= source["age_from"]]
    label = f"list by age {given.ages['release'].iloc[0]}"
    counted = older.groupby("practice_code")["patients_count"].sum().reindex(everyone.index, fill_value=0)
    return _means(given.members, everyone, counted, everyone.combine_first(given.list_size), label)


def _from_survey(_source: Mapping[str, Any], given: QuarterSources) -> pd.DataFrame | None:
    survey = given.survey
    if survey is None:
        return None
    size = (
        given.members.assign(size=given.members["practice_code"].map(given.list_size)).groupby("pcn_code")["size"].sum()
    )
    frame = survey.values.copy()
    frame["patients_count"] = size.reindex(frame.index)
    frame["source"] = f"GP Patient Survey {survey.year} (series {survey.series})"
    covered = frame["patients_with_value"] >= LEAST_SHARE_WITH_VALUE * frame["patients_count"]
    return frame.loc[covered, VALUE_COLUMNS]


def _from_own_practice(source: Mapping[str, Any], given: QuarterSources) -> pd.DataFrame | None:
    """An own measure of practices: sum of counts over sum of bases where given, else the mean over patients."""
    own = given.own_values[given.own_values["measure"] == source["measure"]].set_index("area_code")
    values = own["value"].reindex(given.list_size.index)
    weight = given.list_size.where(values.notna(), 0.0)
    label = f"your own {source['measure']} by practice"
    means = _means(given.members, weight, (weight * values).fillna(0.0), given.list_size, label)
    if own["denominator"].notna().all():
        parts = given.members[["practice_code", "pcn_code"]].join(own[["numerator", "denominator"]], on="practice_code")
        sums = parts.groupby("pcn_code")[["numerator", "denominator"]].sum().loc[means.index]
        means["value"] = sums["numerator"] / sums["denominator"]
    return means


def _from_own_pcn(source: Mapping[str, Any], given: QuarterSources) -> pd.DataFrame | None:
    """An own measure of PCNs, as it is."""
    own = given.own_values[given.own_values["measure"] == source["measure"]].set_index("area_code")["value"]
    values = given.members["pcn_code"].map(own).set_axis(given.members["practice_code"])
    weight = given.list_size.reindex(values.index).where(values.notna(), 0.0)
    label = f"your own {source['measure']} by PCN"
    means = _means(given.members, weight, weight * values.fillna(0.0), given.list_size, label)
    means["value"] = own.reindex(means.index)
    return means


_KINDS: Mapping[str, Callable[[Mapping[str, Any], QuarterSources], pd.DataFrame | None]] = {
    "area": _from_area,
    "practice_indicator": _from_practice_indicator,
    "age": _from_age,
    "survey": _from_survey,
    "own_practice": _from_own_practice,
    "own_pcn": _from_own_pcn,
}


def needs_of(indicators: Mapping[str, Indicator], given: QuarterSources) -> pd.DataFrame:
    """Every need measure of every PCN that has one.

    Returns:
        pcn_code, need and the columns of :data:`VALUE_COLUMNS`; a PCN without a value has no row.
    """
    done: dict[str, pd.DataFrame] = {}
    pending = {name: item for name, item in indicators.items() if item.sources[0]["kind"] == "edition_in_force"}
    for name, item in indicators.items():
        if name not in pending:
            found = (_KINDS[source["kind"]](source, given) for source in item.sources)
            frame = next((frame for frame in found if frame is not None), None)
            if frame is not None:
                done[name] = frame
    for name, item in pending.items():
        # The latest edition that had begun by the quarter and has values, else the earliest that has any.
        by_start = sorted(item.sources[0]["editions"], key=lambda edition: Quarter.parse(edition["first_quarter"]))
        begun = [edition for edition in by_start if Quarter.parse(edition["first_quarter"]) <= given.quarter]
        later = [edition for edition in by_start if edition not in begun]
        edition = next((each for each in [*reversed(begun), *later] if each["indicator"] in done), None)
        if edition is not None:
            done[name] = done[edition["indicator"]]
    if not done:
        return pd.DataFrame(columns=["pcn_code", "need", *VALUE_COLUMNS])
    parts = [frame.rename_axis("pcn_code").reset_index().assign(need=name) for name, frame in done.items()]
    return pd.concat(parts, ignore_index=True)

"""What is known of one PCN: its figures beside England's, and its quarters, as frames and in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.panel.indicator import Indicator
from sp_geo.reports.findings.measures import PROVISION, PROVISION_WEIGHTED, PROVISIONS, measures
from sp_geo.tables.outputs import out_pcn_month
from sp_geo.web.own_data import posts_facts
from sp_geo.web.pages.pcn.members import Home

NOT_APPLICABLE: Final = "[z]"
PERCENTILE: Final = (
    "The percentile is the share of PCNs with a lower value plus half the share with the same value, the PCN "
    "itself among these."
)
_COUNTED: Final = {
    "aged_65_plus": "patients aged 65 and over, of all patients",
    "rural": "patients in rural areas, of patients with a value",
    "lack_of_support": "answers No, of answers that needed support",
}
"""Measures that are one count over another, with the counts in words; the others are means over patients."""
_MEAN: Final = "mean over patients with a value"
_RESIDENTS: Final = "% of residents, where its patients live"
UNITS: Final = {
    "imd_score": "points, mean over patients",
    "imd_2019_score": "points, mean over patients",
    "imd_2025_score": "points, mean over patients",
    "minority_ethnic": _RESIDENTS,
    "asian": _RESIDENTS,
    "black": _RESIDENTS,
    "mixed": _RESIDENTS,
    "other_ethnic": _RESIDENTS,
    "lack_of_support": "% of answers",
    "rural": "% of patients",
    "aged_65_plus": "% of patients",
}
"""What a value is of, in words of its own for each measure."""
STATUS: Final = {
    "reported": "Reported",
    "true_zero": "Reported none",
    "not_reported": "Did not report",
    "not_active": "Not active",
}


def place_of(values: pd.Series, value: float) -> tuple[int, int, float, float]:
    """Where a value stands among others.

    Args:
        values: of all PCNs, the value itself among them; missing ones do not count.
        value: of the PCN.

    Returns:
        Rank (1 is the highest, equal values share the better rank), PCNs with a value, percentile (share of
        PCNs with a lower value, equal ones counted half, 0 to 100), median.
    """
    held = values.dropna()
    below, equal = int((held < value).sum()), int((held == value).sum())
    rank = len(held) - below - equal + 1
    return rank, len(held), 100 * (below + equal / 2) / max(len(held), 1), float(held.median())


def indicator_rows(build: Build, quarter: str, pcn_code: str) -> pd.DataFrame:
    """Every measure of a PCN in a quarter beside England; values in the unit shown.

    Returns:
        label, measure, unit, digits, value, ci_low, ci_high, interval_state, median, rank, n, percentile, equal_count
        (other PCNs with the same value), numerator, numerator_state, denominator, counted, coverage_pct,
        coverage_state, source. Empty if the PCN was not active.
    """
    panel = build.by_quarter[quarter]
    own = panel[panel["pcn_code"] == pcn_code]
    if own.empty:
        return pd.DataFrame(columns=["label", "measure", "value", "percentile", "rank", "n", "median", "unit"])
    row: Any = own.iloc[0]
    needs = build.table("out_pcn_need")
    needs = needs[(needs["pcn_code"] == pcn_code) & (needs["quarter"] == quarter)].set_index("need")
    known = measures(build.needs)
    return pd.DataFrame(
        [
            {
                **_standing(panel[name], row[name], known[name].scale),
                **(
                    _provision(row, name)
                    if name in PROVISIONS
                    else _behind(name, needs, known[name].scale, build.needs)
                ),
                "label": known[name].label,
                "measure": name,
                "unit": UNITS.get(name, known[name].unit),
                "digits": known[name].digits,
            }
            for name in build.choices.measures
        ]
    )


def _standing(values: pd.Series, value: float, scale: float) -> dict[str, Any]:
    if pd.isna(value):
        held = values.dropna()
        nothing = dict.fromkeys(("value", "rank", "percentile", "equal_count"), np.nan)
        return {**nothing, "n": len(held), "median": held.median() * scale}
    rank, n, percentile, median = place_of(values, value)
    return {
        "value": value * scale,
        "rank": rank,
        "n": n,
        "percentile": percentile,
        "equal_count": int((values == value).sum()) - 1,
        "median": median * scale,
    }


def _provision(row: Any, name: str) -> dict[str, Any]:
    is_weighted = name == PROVISION_WEIGHTED
    year = row["weighted_year"] if pd.notna(row["weighted_year"]) else "no year"
    lists = f"weighted patients of {year}" if is_weighted else f"lists of {row['list_release']}"
    return {
        "ci_low": np.nan,
        "ci_high": np.nan,
        "interval_state": NOT_APPLICABLE,
        "numerator": row["splw_fte"],
        "numerator_state": "",
        "denominator": row["weighted_list_size" if is_weighted else "list_size"],
        "counted": f"FTE, of 10,000 {'weighted' if is_weighted else 'registered'} patients",
        "coverage_pct": 100 * row["weighted_coverage"] if is_weighted else np.nan,
        "coverage_state": "" if is_weighted else NOT_APPLICABLE,
        "source": f"Workforce release of the quarter; {lists}",
    }


def _behind(name: str, needs: pd.DataFrame, scale: float, known: Mapping[str, Indicator]) -> dict[str, Any]:
    """What the value of a need rests on."""
    if name not in needs.index:
        nothing = dict.fromkeys(("ci_low", "ci_high", "numerator", "denominator", "coverage_pct"), np.nan)
        states = dict.fromkeys(("interval_state", "numerator_state", "coverage_state"), "")
        return {**nothing, **states, "counted": _COUNTED.get(name, _MEAN), "source": None}
    row: Any = needs.loc[name]
    is_sample = pd.notna(row["std_error"])
    is_survey = pd.notna(row["base_count"])
    base = row["base_count"] if is_survey else row["patients_with_value"]
    is_count = name in _COUNTED and (is_survey or name != "lack_of_support")
    half = 1.959964 * row["std_error"]
    top = 1.0 if known[name].is_share else np.inf
    return {
        "ci_low": max(0.0, row["value"] - half) * scale if is_sample else np.nan,
        "ci_high": min(top, row["value"] + half) * scale if is_sample else np.nan,
        # A survey without its base has an interval that nobody told; a count of everybody has none.
        "interval_state": "" if name == "lack_of_support" else NOT_APPLICABLE,
        "numerator": row["value"] * base if is_count else np.nan,
        "numerator_state": "" if name in _COUNTED else NOT_APPLICABLE,
        "denominator": base,
        "counted": _COUNTED[name] if is_count else _MEAN,
        "coverage_pct": 100 * row["patients_with_value"] / row["patients_count"] if row["patients_count"] else np.nan,
        "coverage_state": "",
        "source": row["source"],
    }


def history_rows(build: Build, pcn_code: str) -> pd.DataFrame:
    """Every quarter of the panel for one PCN; quarters in which it was not active have a row of their own.

    Returns:
        quarter, status (key of :data:`STATUS`), status_words, state (shorthand for what is missing), splw_fte,
        splw_plain_fte, splw_mental_health_fte, splw_contracted_fte, splw_headcount, list_size, splw_fte_per_10k,
        england_per_10k (of PCNs that reported).
    """
    columns = [
        "splw_fte",
        "splw_plain_fte",
        "splw_mental_health_fte",
        "splw_contracted_fte",
        "splw_headcount",
        "list_size",
        PROVISION,
    ]
    own = build.panel[build.panel["pcn_code"] == pcn_code].set_index("quarter")
    rows = own.reindex(pd.Index(build.choices.quarters))
    status = rows["reporting_status"].astype("object").where(rows["reporting_status"].notna(), "not_active")
    told = build.panel.dropna(subset=["splw_fte"]).groupby("quarter")[["splw_fte", "list_size"]].sum()
    england = 10_000 * told["splw_fte"] / told["list_size"]
    return (
        rows[columns]
        .astype(float)
        .assign(
            status=status,
            status_words=status.map(STATUS),
            state=status.map({"not_active": NOT_APPLICABLE}).fillna(""),
            england_per_10k=england.reindex(rows.index),
        )
        .rename_axis("quarter")
        .reset_index()
    )


def month_rows(build: Build, pcn_code: str) -> pd.DataFrame:
    """Every month with a workforce release in which a PCN was active.

    Returns:
        Rows of out_pcn_month, with the status in words.
    """
    if not build.rows_count("out_pcn_month"):
        return out_pcn_month.empty().assign(status_words="")
    rows = build.table("out_pcn_month")
    own = rows[rows["pcn_code"] == pcn_code].sort_values("month", ignore_index=True)
    return own.assign(status_words=own["reporting_status"].map(STATUS))


def history_words(rows: pd.DataFrame) -> str:
    """How often a PCN reported, and what it had at first and at last."""
    active = rows[rows["status"] != "not_active"]
    told = active[active["status"] != "not_reported"]
    silent, zero = len(active) - len(told), int((told["status"] == "true_zero").sum())
    if told.empty:
        return f"Active in {_quarters(len(active))}, and did not report in any of them."
    first, last = told.iloc[0], told.iloc[-1]
    words = f"Reported in {len(told)} of the {_quarters(len(active))} in which it was active"
    words += f", {zero} of them without a link worker." if zero else "."
    if silent:
        words += (
            f" In {_quarters(silent)} it did not report: there the line has a gap, because nobody knows "
            "whether there was a link worker."
        )
    if len(told) > 1:
        words += f" From {first['splw_fte']:.2f} FTE in {first['quarter']} to {last['splw_fte']:.2f} in "
        return words + f"{last['quarter']}, the latest it reported."
    return words + f" It had {last['splw_fte']:.2f} FTE in {last['quarter']}."


def _quarters(count: int) -> str:
    return f"{count} quarter{'' if count == 1 else 's'}"


def head_facts(build: Build, quarter: str, pcn_code: str) -> list[tuple[str, str]]:
    """The PCN in a handful of pairs; empty if it was not active in the quarter."""
    rows = build.by_quarter[quarter]
    rows = rows[rows["pcn_code"] == pcn_code]
    if rows.empty:
        return []
    row: Any = rows.iloc[0]
    status, fte, of_year = row["reporting_status"], row["splw_fte"], row["weighted_year"]
    if pd.isna(of_year):
        weighted = "not known: no file of NHS Payments to General Practice was added"
    elif pd.isna(row["weighted_list_size"]):
        share = f"{100 * row['weighted_coverage']:.0f} % of patients"
        weighted = f"not known: only practices of {share} have a figure of {of_year}"
    else:
        rate = "" if pd.isna(fte) else f"; {row[PROVISION_WEIGHTED]:.2f} FTE for every 10,000 of them"
        weighted = f"{row['weighted_list_size']:,.0f} ({of_year}){rate}"
    if status == "not_reported":
        posts = "did not report; it may have some"
    elif status == "true_zero":
        posts = "reported that it has none (0 FTE)"
    else:
        posts = f"{fte:,.2f} FTE, {row[PROVISION]:.2f} for every 10,000 patients"
    publication, _, edition = row["membership_source"].partition(" ")
    members = {"epcn": "ePCN workbook", "practice_map": "practice map"}.get(publication, publication)
    pairs = [
        ("Code", pcn_code),
        ("ICB", f"{row['icb_name']} ({row['icb_code']})" if pd.notna(row["icb_code"]) else "not known"),
        ("Region", str(row["region_name"]) if pd.notna(row["region_name"]) else "not known"),
        ("Registered patients", f"{row['list_size']:,.0f} (lists of {row['list_release']})"),
        ("Weighted patients", weighted),
        ("Practices", f"{row['practices_count']:,} ({members} of {edition})"),
        (f"Link workers in {quarter}", posts),
        *posts_facts(build, pcn_code, quarter),
    ]
    if status == "reported":
        people = "not told" if pd.isna(row["splw_headcount"]) else f"{row['splw_headcount']:,.0f} people"
        pairs.append(("On the PCN's own record", people))
        pairs.append(("Of the FTE, contracted services", f"{row['splw_contracted_fte']:,.2f} FTE; people are not told"))
    return pairs


def strip_words(row: Any) -> str:
    """One measure in words: the value with what it is of, its interval, England's median and the rank.

    Args:
        row: of :func:`indicator_rows`.
    """
    digits = int(row["digits"])
    median = f"England's median is {row['median']:,.{digits}f}" if pd.notna(row["median"]) else "No median"
    if pd.isna(row["value"]):
        silent = "Did not report." if row["measure"] in PROVISIONS and pd.isna(row["numerator"]) else "No value."
        return f"{silent} {median} ({row['unit']}; {row['n']:,} PCNs with a value)."
    unit = f" {row['unit']}"
    if row["measure"] == "lack_of_support":
        unit = " % of answers" if pd.isna(row["numerator"]) else f" % of {row['denominator']:,.0f} answers"
        if pd.notna(row["ci_low"]):
            unit += f" (95 % interval {row['ci_low']:.1f} to {row['ci_high']:.1f})"
    # How many others have the same value, which the rank alone does not tell.
    others, ties = int(row["equal_count"]), ""
    if others and row["measure"] in PROVISIONS and row["value"] == 0:
        ties = f" ({others:,} others also report none)" if others > 1 else " (1 other also reports none)"
    elif others:
        ties = f" ({others:,} other{'s have' if others > 1 else ' has'} the same value)"
    rank = f"Rank {row['rank']:,.0f} of {row['n']:,}{ties}: percentile {row['percentile']:.0f}."
    return f"{row['value']:,.{digits}f}{unit}. {median}. {rank}"


def inactive_words(build: Build, quarter: str, pcn_code: str) -> str:
    """Why there are no figures for a quarter."""
    active = sorted(build.panel.loc[build.panel["pcn_code"] == pcn_code, "quarter"])
    return (
        f"{build.pcn_names[pcn_code]} ({pcn_code}) had no practice with registered patients at the end of "
        f"{quarter}. It was active from {active[0]} to {active[-1]}; choose one of these quarters for its figures."
    )


def home_facts(found: Home) -> list[tuple[str, str]]:
    """Where the patients live, in pairs."""
    own = found.areas[found.areas["is_own"]]
    inside = f"{found.inside_pct:.0f} %" if pd.notna(found.inside_pct) else "not known"
    if not len(own):
        inside = "it has no footprint: it has most patients nowhere"
    pairs = [
        ("Patients who live inside the footprint", inside),
        ("Small areas in the footprint", f"{len(own):,}"),
        ("Small areas its patients come from", f"{len(found.areas):,}"),
        ("Small areas that hold half its patients", f"{found.areas_for(0.5):,}"),
        ("Small areas that hold nine in ten", f"{found.areas_for(0.9):,}"),
    ]
    if found.elsewhere:
        share = 100 * found.elsewhere / found.patients
        pairs.append(("Patients in Wales or without a known area", f"{found.elsewhere:,} ({share:.1f} %)"))
    return pairs

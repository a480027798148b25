"""What a trend says: a slope that grows with provision is growth; only one that outgrows it has moved."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sp_geo.panel.indicator import Indicator
from sp_geo.statistics.conclusions.labels import FEWEST, joined, lowered, quarters_words
from sp_geo.statistics.conclusions.verdicts import SIGNIFICANCE, errors_words, verdict


def trend_words(rows: pd.DataFrame, item: Indicator) -> list[str]:
    """Whether the slope moved, or only grew with provision, and whether quarters differ at all.

    Args:
        rows: a row a treatment: estimate, ci_low, ci_high and q_value of the trend per quarter, the same names with
            ``relative_`` before them of the relative trend, change_p_value, n_pcns, n_quarters, coverage_pct, se_type,
            non_response_words, remark.
        item: the need.
    """
    estimated = rows.dropna(subset=["estimate"])
    if estimated.empty:
        why = f": {rows['remark'].iloc[0]}" if len(rows) else ""
        return [f"Whether the slope changed cannot be said here{why}."]
    held, thin = estimated[estimated["n_pcns"] >= FEWEST], estimated[estimated["n_pcns"] < FEWEST]
    if held.empty:
        most = int(thin["n_pcns"].max())
        return [f"Whether the slope changed cannot be said here: {most} PCNs at most are fewer than {FEWEST}."]
    said = [_lead(held), *_figures(held.iloc[0], item)]
    if len(thin):
        under = joined([lowered(words) for words in thin["non_response_words"]])
        most = int(thin["n_pcns"].max())
        said.append(f"Nothing is concluded under {under}: {most} PCNs at most are fewer than {FEWEST}.")
    tested = held.dropna(subset=["change_p_value"])
    differ = tested[tested["change_p_value"] < SIGNIFICANCE]
    if tested.empty:
        said.append("A test of any change, steady or not, cannot be made here.")
    elif differ.empty:
        said.append("A test of any change, steady or not, finds none.")
    else:
        under = joined([lowered(words) for words in differ["non_response_words"]])
        said.append(f"A test of any change, steady or not, finds that quarters differ under {under}.")
    return said


def relative_of(row: Any) -> dict[str, Any]:
    """The relative trend of a row, by the names of an estimate."""
    return {name: row[f"relative_{name}"] for name in ("estimate", "ci_low", "ci_high", "q_value")}


def _lead(held: pd.DataFrame) -> str:
    """Moved, grown, or not to be told, over the treatments."""
    records = held.to_dict("records")
    absolute = [verdict(row).way for row in records]
    moved = [way if way == verdict(relative_of(row)).way else 0 for way, row in zip(absolute, records, strict=True)]
    agreed = " The ways of handling non-response agree." if len(records) > 1 else ""
    if set(moved) == {1}:
        return f"The slope rose, also relative to provision: it moved towards PCNs of higher need.{agreed}"
    if set(moved) == {-1}:
        return f"The slope fell, also relative to provision: it moved away from PCNs of higher need.{agreed}"
    if any(moved):
        return "Whether provision moved towards need depends on how silence is treated."
    if set(absolute) in ({1}, {-1}):
        way = "rose" if absolute[0] > 0 else "fell"
        return (
            f"The slope {way} as provision grew; relative to provision it did not clearly change: growth, not a move "
            f"towards or away from need.{agreed}"
        )
    if not any(absolute):
        return f"Whether the slope changed steadily cannot be told.{agreed}"
    return "Whether the slope changed steadily depends on how silence is treated; whether it moved cannot be told."


def _figures(row: Any, item: Indicator) -> list[str]:
    """Absolute and relative trend with interval, n, coverage and errors."""
    same = row["non_response"] == "balanced" if "non_response" in row else row["non_response_words"] == "Balanced panel"
    coverage = "the same in every quarter" if same else f"mean coverage {row['coverage_pct']:.0f} %"
    return [
        f"{row['non_response_words']}: the slope per 10 {item.unit} changes by {row['estimate']:+.4f} each "
        f"quarter (95 % interval {row['ci_low']:.4f} to {row['ci_high']:.4f}; {row['n_pcns']:,} PCNs over "
        f"{quarters_words(int(row['n_quarters']))}; {coverage}; {errors_words(row)}).",
        f"In per cent of each quarter's mean rate it changes by {row['relative_estimate']:+.2f} points "
        f"({row['relative_ci_low']:.2f} to {row['relative_ci_high']:.2f}).",
    ]

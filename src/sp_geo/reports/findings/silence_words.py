"""What PCNs that did not report could change, in sentences."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sp_geo.panel.indicator import Indicator


def silence_words(rows: pd.DataFrame, item: Indicator) -> list[str]:
    """Worst case, imputed slope and tipping point of the latest quarter; one sentence where nothing can be said.

    Args:
        rows: of ``silence_table``, of one area.
        item: the need.
    """
    if rows.empty or not rows["bound_low"].notna().any():
        return ["What silence could change cannot be said here: no quarter has reporters and a value of the need."]
    row: Any = rows.dropna(subset=["bound_low"]).iloc[-1]
    if not row["n_silent_pcns"]:
        return [f"In {row['quarter']} every one of {row['n_pcns']:,} PCNs reported: silence changes nothing."]
    low, high = row["bound_low"], row["bound_high"]
    if low > 0 or high < 0:
        verdict = f"silence alone cannot turn the sign: the slope is {'above' if low > 0 else 'below'} 0 throughout"
    else:
        verdict = "the sign hangs on what silent PCNs have"
    said = [
        f"In {row['quarter']}, {row['n_silent_pcns']:,} of {row['n_pcns']:,} PCNs did not report. If each has anything "
        f"from none to {row['cap_fte_per_10k']:.2f} FTE per 10,000 patients (the {row['cap_percentile']:g}th "
        f"percentile of those that did), the slope per 10 {item.unit} lies between {low:.3f} and {high:.3f}: "
        f"{verdict}. Chance is not in these bounds."
    ]
    if not math.isnan(row["estimate"]):
        said.append(
            f"Imputed 20 times, the slope is {row['estimate']:+.3f} (95 % interval {row['ci_low']:.3f} to "
            f"{row['ci_high']:.3f}); {row['note']}."
        )
    if not math.isnan(row["tipping_fte_per_10k"]):
        said.append(_tipping(row))
    return said


def _tipping(row: Any) -> str:
    """Whether silent PCNs could be so far off that the slope vanishes."""
    shift, mean = row["tipping_fte_per_10k"], row["imputed_fte_per_10k"]
    words = (
        f"The slope vanishes if every silent PCN has {abs(shift):.2f} FTE per 10,000 patients "
        f"{'more' if shift > 0 else 'less'} than was imputed ({mean:.2f} on average)"
    )
    if mean + shift < 0:
        return f"{words}, which would be less than none."
    if mean + shift > row["cap_fte_per_10k"]:
        return f"{words}, which is more than the {row['cap_percentile']:g}th percentile of those that reported."
    return f"{words}."

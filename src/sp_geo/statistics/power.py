"""What a design can tell: the smallest slope or change that its interval would show four times in five.

    smallest = (t + z) se      t of the 95 % interval, z = 0.842 of a power of 80 %

It is a property of the design, with the standard error as it was found, and no judgement of the estimate.
"""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

POWER_PCT: Final = 80
_UPPER_FIFTH: Final = 0.8416212335729143
"""Standard normal value under which 80 % lie."""
BALANCED: Final = "balanced"


def smallest_detectable(estimates: pd.DataFrame) -> pd.Series:
    """Smallest true value, either way, whose interval leaves out 0 with a power of 80 %; NaN without an estimate.

    Args:
        estimates: rows with ci_low, ci_high and std_error on one scale.
    """
    return (estimates["ci_high"] - estimates["ci_low"]) / 2 + _UPPER_FIFTH * estimates["std_error"]


def balanced_words(estimates: pd.DataFrame, what: str) -> str:
    """What the balanced panel can tell, to be read before anything is said of how it differs; empty without one.

    Args:
        estimates: of slopes or of changes: non_response, quarter, need, n_pcns, ci_low, ci_high, std_error, and
            mean_fte_per_10k where the smallest slope is told against the mean rate; the last row of each need counts.
        what: is told, such as ``slope per 10``.
    """
    held = estimates[(estimates["non_response"] == BALANCED) & estimates["std_error"].notna()]
    latest = held.assign(smallest=smallest_detectable(held)).groupby("need", sort=False).tail(1)
    said = []
    for row in latest.to_dict("records"):
        figures: dict[Any, Any] = row
        mean = figures.get("mean_fte_per_10k", 0.0)
        share = f", {100 * figures['smallest'] / mean:.0f} % of its mean rate" if mean > 0 else ""
        when = "all quarters" if figures["quarter"] == "all" else figures["quarter"]
        said.append(
            f"Balanced panel, {figures['need']}, {when}: its {figures['n_pcns']:,} PCNs show a {what} of "
            f"{figures['smallest']:.4f} or more, either way, with a power of {POWER_PCT} %{share}; a smaller one can "
            "go unseen."
        )
    return " ".join(said)

"""Whether an estimate is clear, what stands against it where it is not, and the errors that it rests on, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

Row = Mapping[Any, Any] | pd.Series
"""One row of a table, by the names of its columns."""
SIGNIFICANCE: Final = 0.05
MORE: Final = "more provision where need is higher"
LESS: Final = "less provision where need is higher"
UNTOLD: Final = "cannot be told"
CONCLUSIONS: Final = (MORE, UNTOLD, LESS)

_ERRORS: Final = {
    "permuted": "HC3 errors, judged by permuting PCNs",
    "wild": "errors clustered by ICB, wild bootstrap",
    "cluster": "errors clustered by ICB",
    "HC3": "HC3 errors",
    "HC1": "HC1 errors, which take PCNs of one ICB as unrelated",
}


@dataclass(frozen=True)
class Verdict:
    """What one estimate says.

    Attributes:
        way: 1 where it is clearly above zero, -1 where it is clearly below, 0 where that cannot be told.
        against: what stands against a clear answer; empty if nothing does.
    """

    way: int
    against: tuple[str, ...]

    @property
    def words(self) -> str:
        """The conclusion about provision and need."""
        return CONCLUSIONS[1 - self.way]


def verdict(row: Row) -> Verdict:
    """What a row of a table of estimates says.

    Args:
        row: with estimate, ci_low and ci_high; with q_value where several things were asked, and with bound_low and
            bound_high where worst-case bounds for silent PCNs were worked out, in the unit of the estimate.
    """
    against = []
    if row["ci_low"] <= 0 <= row["ci_high"]:
        against.append("the interval takes in 0")
    elif _known(row, "q_value") >= SIGNIFICANCE:
        against.append(f"q is {row['q_value']:.2f}, as many things were asked")
    low, high = _known(row, "bound_low"), _known(row, "bound_high")
    if low <= 0 <= high:
        against.append(f"silent PCNs could bring it anywhere from {low:.3f} to {high:.3f}")
    way = 0 if against else 1 if row["estimate"] > 0 else -1
    return Verdict(way, tuple(against))


def conclusion(row: Row) -> str:
    """The conclusion of a row about provision and need; empty if there is no estimate."""
    return "" if math.isnan(row["estimate"]) else verdict(row).words


def errors_words(row: Row) -> str:
    """The errors that a row's interval and p-value rest on."""
    kind, degrees = str(row.get("se_type", "")), _known(row, "df")
    if kind.startswith("CR2"):
        of = kind.removeprefix("CR2").removeprefix(" by ") or "ICB"
        on = "" if math.isnan(degrees) else f" on {degrees:.1f} degrees of freedom"
        return f"errors clustered by {of}, CR2{on}"
    return _ERRORS.get(kind, f"errors: {kind}" if kind else "")


def kinds_words(rows: pd.DataFrame) -> str:
    """The kinds of errors of a table's estimates, joined; empty if it has none."""
    kinds = rows.loc[rows["estimate"].notna(), "se_type"].unique() if "se_type" in rows else ()
    return " or ".join(sorted({errors_words({"se_type": kind}) for kind in kinds}))


def bounds_words(row: Row) -> str:
    """What silent PCNs could make of the slope, or that nobody asked; empty where no PCN is silent."""
    low, high = _known(row, "bound_low"), _known(row, "bound_high")
    if not math.isnan(low):
        return f"Whatever silent PCNs have, the slope over all PCNs lies between {low:+.3f} and {high:+.3f}."
    if not row.get("coverage_pct", 100.0) < 100:  # noqa: PLR2004 - per cent
        return ""
    return "How far silent PCNs could move it (worst-case bounds) was not asked here."


def _known(row: Row, name: str) -> float:
    """A number of a row; NaN, which no comparison holds for, where the row does not have it."""
    return float(row.get(name, math.nan))

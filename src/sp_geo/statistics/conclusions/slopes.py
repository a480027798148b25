"""What slopes by quarter say: only what reporters show, on enough PCNs and robustly, is called clear."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from sp_geo.panel.indicator import Indicator
from sp_geo.statistics.conclusions.labels import (
    FEWEST,
    NON_RESPONSE_WORDS,
    REFERENCE,
    joined,
    lowered,
    quarters_words,
)
from sp_geo.statistics.conclusions.verdicts import bounds_words, kinds_words, verdict

ALL: Final = "all"
BALANCED: Final = "balanced"
_MOST_NAMED: Final = 6
"""Quarters named one by one; more are counted."""


def slope_words(rows: pd.DataFrame, item: Indicator, area: str, non_response: str = ALL) -> list[str]:
    """What a slope is here, and how the quarters fall, over the treatment chosen or all.

    Args:
        rows: slopes of all treatments, so that one may be set against the PCNs that reported.
        item: need measure.
        area: in words.
        non_response: the one that is shown, or all.
    """
    said = [
        f"The slope is the difference in link workers (FTE per 10,000 patients) that goes with 10 {item.unit} more of "
        f"{lowered(item.label)}, between PCNs of {area}. Above 0: more where need is higher. Below 0: fewer."
    ]
    shown = rows if non_response == ALL else rows[rows["non_response"] == non_response]
    held = shown.dropna(subset=["estimate"])
    if held.empty:
        why = rows["reason"].iloc[-1] if len(rows) else "no PCN of this area was active"
        return [*said, f"No quarter has an estimate: {why}."]
    firm = held[held["n_pcns"] >= FEWEST]
    reported = rows[(rows["non_response"] == REFERENCE) & rows["estimate"].notna()]
    for sign, words in ((1, "more"), (-1, "fewer")):
        said += _one_way(_away(firm, sign), _away(reported, sign), words)
    if len(said) == 1:
        if len(firm):
            said.append(_untold(firm))
        else:
            said.append(f"Every estimate rests on fewer than {FEWEST} networks: too few to conclude anything.")
    said.append(_rests_on(held))
    # Intervals that leave out zero and rest on a handful of PCNs.
    thin = held[held["n_pcns"] < FEWEST]
    away = pd.concat([_away(thin, 1), _away(thin, -1)])
    if len(away):
        under = joined([_label(name) for name in away["non_response"].unique()])
        said.append(
            f"Nothing is concluded from {_named(away)} under {under}: the interval leaves out 0, but rests on "
            f"{_range(away['n_pcns'])} PCNs, fewer than {FEWEST}."
        )
    return said


def _away(rows: pd.DataFrame, sign: int) -> pd.DataFrame:
    """Rows that are clearly above (1) or below (-1) zero."""
    ways = [verdict(row).way for row in rows.to_dict("records")]
    return rows[pd.Series(ways, index=rows.index, dtype="int64") == sign]


def _untold(firm: pd.DataFrame) -> str:
    """Why no quarter is clear."""
    outside = ~firm["ci_low"].le(0) | ~firm["ci_high"].ge(0)
    said = f"In no quarter with {FEWEST} PCNs or more can it be told whether PCNs of higher need have more or fewer"
    if not outside.any():
        return f"{said}: every interval takes in 0 ({_of_pcns(firm)})."
    against = sorted({reason for row in firm[outside].to_dict("records") for reason in verdict(row).against})
    return f"{said} ({_of_pcns(firm)}). Of {len(firm)} intervals {int(outside.sum())} leave out 0, but {against[0]}."


def _rests_on(held: pd.DataFrame) -> str:
    """The errors of the intervals, the family of q, and the bounds of the latest quarter that was asked about."""
    kinds = kinds_words(held)
    reference = held[held["non_response"] == REFERENCE].sort_values("quarter")
    bounds = bounds_words(reference.iloc[-1]) if len(reference) else ""
    errors = f"Intervals rest on {kinds}. " if kinds else ""
    rule = "Clear means that the interval leaves out 0 and q, over the quarters shown, is below 0.05."
    return f"{errors}{rule} {bounds}".strip()


def _one_way(away: pd.DataFrame, reported: pd.DataFrame, words: str) -> list[str]:
    """Quarters in one direction: clear among reporters, or only under another treatment."""
    among = set(reported.loc[reported["n_pcns"] >= FEWEST, "quarter"])
    clear = away[away["quarter"].isin(among)]
    said = []
    if len(clear):
        own = reported[reported["quarter"].isin(set(clear["quarter"]))]
        others = clear[clear["non_response"] != REFERENCE].groupby("non_response", sort=False)["quarter"].nunique()
        counted = joined([f"{_label(name)} in {count}" for name, count in others.items()]) if len(others) else ""
        also = f"; also under {counted}" if counted else ""
        said.append(
            f"PCNs of higher need clearly have {words} in {_named(clear)}, among PCNs that reported "
            f"({_of_pcns(own)}){also}."
        )
    for name, found in away[~away["quarter"].isin(among)].groupby("non_response", sort=False):
        few = found["quarter"].isin(set(reported["quarter"])).any()
        against = f"among reporters too, but those are fewer than {FEWEST}" if few else "not among reporters"
        said.append(
            f"Only under {_label(name)} do PCNs of higher need have {words} in {_named(found)}; {against} "
            f"({_of_pcns(found)})."
        )
    return said


def _label(name: Any) -> str:
    return lowered(NON_RESPONSE_WORDS[str(name)])


def _named(rows: pd.DataFrame) -> str:
    found = sorted(rows["quarter"].unique())
    return quarters_words(len(found)) + (f" ({', '.join(found)})" if len(found) <= _MOST_NAMED else "")


def _of_pcns(rows: pd.DataFrame) -> str:
    """On how many PCNs rows rest, and what share reported; of the balanced panel alone, how many were active."""
    if (rows["non_response"] == BALANCED).all():
        return f"{_range(rows['n_pcns'])} of {_range(rows['n_active_pcns'])} active PCNs"
    return f"{_range(rows['n_pcns'])} PCNs; coverage {_range(rows['coverage_pct'])} %"


def _range(values: pd.Series) -> str:
    low, high = (f"{value:,.0f}" for value in (values.min(), values.max()))
    return low if low == high else f"{low} to {high}"


def slope_summary(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a treatment: its latest slope with interval, n and coverage, and how its quarters fall; all as text."""
    found = []
    for name, label in NON_RESPONSE_WORDS.items():
        here = rows[rows["non_response"] == name]
        held = here.dropna(subset=["estimate"]).sort_values("quarter")
        if here.empty:
            continue
        latest = dict.fromkeys(
            ("Latest", "Slope", "95 % interval", "Worst case", "Shown at 80 % power", "PCNs", "Coverage"), "[x]"
        )
        if len(held):
            last: Any = held.iloc[-1]
            latest = {
                "Latest": str(last["quarter"]),
                "Slope": f"{last['estimate']:.3f}",
                "95 % interval": f"{last['ci_low']:.3f} to {last['ci_high']:.3f}",
                "Worst case": f"{last['bound_low']:.3f} to {last['bound_high']:.3f}",
                "Shown at 80 % power": f"{last['detectable']:.3f}",
                "PCNs": f"{last['n_pcns']:,}",
                "Coverage": coverage_text(name, last),
            }
        above, below = len(_away(held, 1)), len(_away(held, -1))
        counts = {"Clearly above 0": above, "Clearly below 0": below, "Cannot be told": len(held) - above - below}
        counts["No estimate"] = len(here) - len(held)
        found.append({"Treatment": label, **latest, **{words: str(count) for words, count in counts.items()}})
    return pd.DataFrame(found)


def coverage_text(non_response: str, row: Any) -> str:
    """The share of active PCNs behind an estimate: those that reported, and of the balanced panel those in it."""
    if non_response != BALANCED:
        return f"{row['coverage_pct']:.0f} % reported"
    used, active = row["n_pcns"], row["n_active_pcns"]
    return f"{used:,} of {active:,} active, {100 * used / active:.0f} %"

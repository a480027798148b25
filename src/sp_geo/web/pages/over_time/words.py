"""What the figures over time say: sentences under the headings of the page, each with n, interval and coverage."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sp_geo.statistics.conclusions.labels import FEWEST, lowered, quarters_words
from sp_geo.statistics.conclusions.slopes import BALANCED, coverage_text
from sp_geo.statistics.conclusions.verdicts import CONCLUSIONS, UNTOLD
from sp_geo.web.figures.palette import NON_RESPONSES
from sp_geo.web.pages.over_time.views import ALL, INEQUALITY, POOLED, QUICK_DRAWS, SEED, one_non_response


def inequality_words(rows: pd.DataFrame, measure: str, non_response: str) -> list[str]:
    """What a measure of inequality says: meaning and direction, the latest quarter, all quarters, how it was drawn."""
    about = INEQUALITY[measure]
    reading = (
        "" if about.equal is None else f" Above {about.equal:g}: {about.above}. Below {about.equal:g}: {about.below}."
    )
    said = [about.meaning + reading]
    held = rows.dropna(subset=["estimate"])
    if held.empty:
        why = rows["reason"].iloc[-1] if len(rows) else "no PCN of this area was active"
        return [*said, f"No quarter has an estimate: {why}."]
    last: Any = held.iloc[-1]
    name = one_non_response(non_response)
    value, low, high = (f"{last[name]:.{about.digits}f}" for name in ("estimate", "ci_low", "ci_high"))
    coverage = f"{last['n_pcns']:,} PCNs; coverage {last['coverage_pct']:.0f} %"
    if name == BALANCED:
        coverage = f"PCNs: {coverage_text(name, last)}"
    words = (
        f"In {last['quarter']} it is {value} (95 % interval {low} to {high}; {coverage}; "
        f"{lowered(NON_RESPONSES[name][0])})."
    )
    if about.equal is None:
        return [*said, words]
    held = held[held["n_pcns"] >= FEWEST]
    up, down = int((held["ci_low"] > about.equal).sum()), int((held["ci_high"] < about.equal).sum())
    if held.empty:
        words += f" Fewer than {FEWEST} PCNs are too few to conclude anything."
    elif not up and not down:
        words += f" In all of {quarters_words(len(held))} the interval takes in {about.equal:g}: no clear direction."
    else:
        words += (
            f" Of {quarters_words(len(held))}, the interval says that {about.above} in {up}, that {about.below} in "
            f"{down}, and leaves it open in {len(held) - up - down}."
        )
    return [*said, words]


def draws_words(non_response: str, draws: str) -> str:
    """How the intervals of inequality came about, and whom they are of."""
    one = "" if non_response != ALL else " This part shows one of the four; choose another above to compare."
    rough = (
        " So few draws are rough: another seed could move the end of an interval across 0."
        if draws == QUICK_DRAWS
        else ""
    )
    return (
        f"Intervals: {int(draws):,} draws of PCNs, seed {SEED}; the same seed gives the same figures.{rough} About "
        f"one interval in twenty misses by chance alone.{one}"
    )


def curve_words(rows: pd.DataFrame, curve: str, quarter: str) -> list[str]:
    """What the specification curve says: how many ways of asking point which way, and what that is not."""
    held = rows.dropna(subset=["estimate"])
    if held.empty:
        return ["No way of asking gives an estimate here."]
    when = f"all quarters together, up to {quarter}" if curve == POOLED else quarter
    counted = held["conclusion"].value_counts()
    parts = [
        f"{int(counted[words]):,} {'cannot tell' if words == UNTOLD else f'find {words}'}"
        for words in CONCLUSIONS
        if words in counted.index
    ]
    if len(parts) == 1:
        parts = [f"all {parts[0]}"]
    rest = len(rows) - len(held)
    steps = rows.drop_duplicates("need_words")
    step = (
        f"one standard deviation of need ({steps['per'].iloc[0]:.1f} {steps['per_unit'].iloc[0]})"
        if len(steps) == 1
        else "one standard deviation of each need"
    )
    return [
        f"{len(held):,} ways of asking, {when}: {'; '.join(parts)}."
        + (f" {rest:,} more cannot be estimated." if rest else ""),
        f"Slopes run from {held['estimate'].min():.3f} to {held['estimate'].max():.3f} FTE per 10,000 patients for "
        f"{step}. Each rests on {int(held['n_pcns'].min()):,} to {int(held['n_pcns'].max()):,} PCNs; coverage "
        f"{held['coverage_pct'].max():.0f} %."
        + ("" if curve == POOLED else " With one quarter, the balanced panel is the PCNs that reported."),
        "All use the same PCNs. Their number is not a sample size, and the share that agree is not a test. Some "
        "are better than others: counting absent PCNs as zero is a scenario, not a belief.",
    ]

"""Whether link workers are where need is higher, in sentences: under every handling of non-response, never only one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from sp_geo.panel.indicator import Indicator
from sp_geo.statistics.conclusions.labels import FEWEST, NON_RESPONSE_WORDS, REFERENCE, joined, lowered
from sp_geo.statistics.conclusions.verdicts import bounds_words, errors_words, kinds_words, verdict

_LEADS = {
    1: "Yes, in this quarter: PCNs of higher need have more.",
    -1: "No, the reverse: PCNs of higher need have fewer.",
}
_WAYS = {1: "more where need is higher", -1: "fewer where need is higher", 0: "not to be told"}


@dataclass(frozen=True)
class Association:
    """What the slopes of one quarter and area say.

    Attributes:
        way: 1 if PCNs of higher need clearly have more, -1 if fewer, 0 if that cannot be told; None if nothing can be
            concluded.
        lead: the answer in one sentence.
        figures: the slope of those that reported, with its interval, errors and n; empty if there is none.
        non_responses: whether the answer is the same under the other treatments; empty if there is none.
        is_same: whether it is.
    """

    way: int | None
    lead: str
    figures: str = ""
    non_responses: str = ""
    is_same: bool = True

    @property
    def sentences(self) -> list[str]:
        """All of it."""
        return [part for part in (self.lead, self.figures, self.non_responses) if part]


def association(rows: pd.DataFrame, quarter: str, item: Indicator) -> Association:
    """What the slopes of one quarter say.

    Args:
        rows: of the quarter and area, a row a treatment, as ``quarter_slopes`` gives them.
        quarter: they are of.
        item: the need.
    """
    told = rows[rows["reason"] == ""]
    found = told[told["non_response"] == REFERENCE]
    if found.empty:
        return Association(None, _no_estimate(rows, quarter, item))
    row: Any = found.iloc[0]
    figures = figures_words(row, item)
    if row["n_pcns"] < FEWEST:
        lead = f"Nothing can be concluded: {row['n_pcns']:,} PCNs are fewer than {FEWEST}, too few to tell."
        return Association(None, lead, figures)
    # With silence as zero, n counts the PCNs whose need is known, whether they reported or not.
    every = told[told["non_response"] == "absent_as_zero"]
    known, active = (every if len(every) else told).iloc[0][["n_pcns", "n_active_pcns"]].astype(int)
    if known < active / 2:
        lead = f"Nothing can be concluded: the need of only {known:,} of {active:,} PCNs is known."
        return Association(None, lead, figures)
    reached = verdict(row)
    lead = _LEADS.get(reached.way) or (
        f"It cannot be told whether PCNs of higher need have more: {joined(list(reached.against))}."
    )
    words, is_same = _under_others(told, reached.way)
    return Association(reached.way, lead, figures, words, is_same)


def _no_estimate(rows: pd.DataFrame, quarter: str, item: Indicator) -> str:
    """Why reporters have no slope."""
    reasons = rows.loc[rows["non_response"] == REFERENCE, "reason"]
    why = str(reasons.iloc[0]) if len(reasons) else "no PCN was active"
    return f"It cannot be said for {quarter}: the slope on {lowered(item.label)} among PCNs that reported is {why}."


def figures_words(row: Any, item: Indicator) -> str:
    """A slope with its interval, errors, n, q and share of the mean rate, and what silence could make of it."""
    q_value = "" if pd.isna(row.get("q_value")) else f"; q {row['q_value']:.3f}"
    relative = row.get("relative_pct")
    share = (
        ""
        if relative is None or pd.isna(relative)
        else f" That is {relative:+.1f} % of the mean rate ({row['relative_low_pct']:.1f} to "
        f"{row['relative_high_pct']:.1f} %)."
    )
    bounds = bounds_words(row)
    return (
        f"For each 10 {item.unit} of {lowered(item.label)}, {row['estimate']:+.3f} FTE per 10,000 patients (95 % "
        f"interval {row['ci_low']:.3f} to {row['ci_high']:.3f}, {row['n_pcns']:,} PCNs; {errors_words(row)}{q_value})."
        f"{share}{' ' if bounds else ''}{bounds}"
    )


def _under_others(told: pd.DataFrame, way: int) -> tuple[str, bool]:
    """Whether the answer is the same under the other treatments."""
    held = told[told["n_pcns"] >= FEWEST].to_dict("records")
    thin = " and ".join(
        f"'{lowered(NON_RESPONSE_WORDS[name])}'" for name in told.loc[told["n_pcns"] < FEWEST, "non_response"]
    )
    differing = "; ".join(
        f"under '{lowered(NON_RESPONSE_WORDS[row['non_response']])}' it is {_WAYS[verdict(row).way]} "
        f"({row['estimate']:+.3f}, {row['ci_low']:.3f} to {row['ci_high']:.3f}, {row['n_pcns']:,} PCNs)"
        for row in held
        if verdict(row).way != way
    )
    if differing:
        words = f"The conclusion depends on how PCNs that did not report are treated: {differing}."
    else:
        words = f"The conclusion is the same under {len(held)} ways to treat PCNs that did not report."
    if thin:
        words = f"{words} Fewer than {FEWEST} PCNs stand behind {thin}, which is left out."
    return words, not differing


def non_response_words(rows: pd.DataFrame) -> str:
    """The slope under every handling of non-response with its interval and n, or why there is none, as one sentence.

    Args:
        rows: of one quarter and area, a row a treatment.
    """
    said = []
    reasons = set(rows["reason"])
    if len(rows) and "" not in reasons:
        return f"Under no handling of non-response is there an estimate: it is {' or '.join(sorted(reasons))}."
    for name, label in NON_RESPONSE_WORDS.items():
        for row in rows[rows["non_response"] == name].to_dict("records"):
            figures = (
                str(row["reason"])
                or f"{row['estimate']:+.3f} ({row['ci_low']:.3f} to {row['ci_high']:.3f}, {row['n_pcns']:,} PCNs)"
            )
            said.append(f"{lowered(label)} {figures}")
    return f"By how silence is treated ({kinds_words(rows)}): {'; '.join(said)}." if said else ""

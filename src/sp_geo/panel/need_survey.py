"""Reported lack of support by PCN: sums of survey answers, and of closed practices through those that followed them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.panel.reconcile import MATCHED

LATEST = "latest"


@dataclass(frozen=True)
class SurveyNeed:
    """Survey need of PCNs in one quarter.

    Attributes:
        values: indexed by pcn_code: value (share of No, 0 to 1), std_error, base_count, patients_with_value.
        practices: one row a practice in the survey: practice_code, pcn_code, cause, base_count.
        year: survey year used.
        series: questionnaire series.
    """

    values: pd.DataFrame
    practices: pd.DataFrame
    year: int
    series: str


def choose_year(years: list[int], quarter_year: int, wanted: str = LATEST) -> int | None:
    """The latest survey not after the quarter's year, else the earliest; or the wanted year; None if there is none.

    Raises:
        UsageError: the wanted year is not among the surveys that were added.
    """
    if wanted != LATEST:
        if int(wanted) not in years:
            raise UsageError(
                "no patient survey of that year has been added",
                found=f"survey_year: {wanted}",
                expected=f"one of {', '.join(map(str, sorted(years))) or 'no year, as there is no survey'}, or latest",
            )
        return int(wanted)
    earlier = [year for year in years if year <= quarter_year]
    return max(earlier) if earlier else min(years, default=None)


def follow(practice: str, successors: dict[str, str], members: set[str]) -> str | None:
    """The member practice that a closed practice led to, through any number of steps; None if the trail ends."""
    seen = {practice}
    while practice not in members:
        following = successors.get(practice)
        if following is None or following in seen:
            return None
        seen.add(following)
        practice = following
    return practice


def trace(
    practices: pd.Series, members: pd.Series, successors: dict[str, str], last_known: pd.Series, active: set[str]
) -> pd.DataFrame:
    """The PCN each surveyed practice belongs to now, and how that is known.

    Args:
        practices: practice codes in the survey.
        members: pcn_code by practice_code on the quarter's last day.
        successors: practice to the practice that followed it.
        last_known: the last PCN of practices, closed ones included.
        active: PCNs active in the quarter.

    Returns:
        practice_code, pcn_code (missing if not traced), cause: matched, through_successor, through_last_pcn,
        not_traced, or not_in_active_pcn.
    """
    known = set(members.index)
    now = practices.map(members)
    followed = practices.map(lambda code: follow(code, successors, known)).map(members)
    last = practices.map(last_known)
    pcn = now.fillna(followed).fillna(last.where(last.isin(active)))
    cause = pd.Series(
        np.select(
            [now.notna(), followed.notna(), pcn.notna()],
            [MATCHED, "through_successor", "through_last_pcn"],
            default="not_traced",
        ),
        index=practices.index,
    )
    inactive = pcn.notna() & ~pcn.isin(active)
    return pd.DataFrame(
        {
            "practice_code": practices,
            "pcn_code": pcn.where(~inactive),
            "cause": cause.mask(inactive, "not_in_active_pcn"),
        }
    )


def aggregate(answers: pd.DataFrame, list_size: pd.Series, design_effect: float) -> pd.DataFrame:
    """Survey need by PCN.

    With bases, the share is the sum of No over the sum of bases, and its standard error that of a simple random sample
    of that size over the design effect, since answers are weighted. Where the publisher gives no base at all, practices
    are weighted by registered patients and the standard error is not known.

    Args:
        answers: one row a practice with an answer: practice_code, pcn_code, cause (how it was traced), no_count,
            base_count, no_share.
        list_size: patients by practice_code.
        design_effect: 1 or more.

    Returns:
        Indexed by pcn_code: value, std_error, base_count, patients_with_value (of the PCN's own practices; those of a
        practice that left, whose answers still count, are not its patients).
    """
    patients = answers["practice_code"].map(list_size).fillna(0.0)
    if answers["base_count"].notna().any():
        usable = (answers["base_count"].fillna(0) > 0) & answers["no_count"].notna()
        weight, total = answers["base_count"], answers["no_count"]
    else:
        usable = answers["no_share"].notna() & (patients > 0)
        weight, total = patients, answers["no_share"] * patients
    own = patients.where(answers["cause"] == MATCHED, 0.0)
    rows = pd.DataFrame({"pcn_code": answers["pcn_code"], "weight": weight, "no": total, "patients": own})
    sums = rows[usable].groupby("pcn_code")[["weight", "no", "patients"]].sum()
    value = sums["no"] / sums["weight"]
    is_count = answers["base_count"].notna().any()
    base = sums["weight"] if is_count else pd.Series(np.nan, index=sums.index)
    return pd.DataFrame(
        {
            "value": value,
            "std_error": np.sqrt(value * (1 - value) * design_effect / base),
            "base_count": base,
            "patients_with_value": sums["patients"],
        }
    )

"""Patients weighted by the national formula, by PCN: figures of practices, and of those that became members' own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.quarters import FinancialYear, Quarter
from sp_geo.panel.need_survey import follow
from sp_geo.panel.reconcile import MATCHED, TRACED

MOST_WITHOUT: Final = 0.05
"""Share of a PCN's patients whose practices may lack a figure; with more, the PCN's sum would be too small to use."""


@dataclass(frozen=True)
class WeightedLists:
    """Weighted patients in one quarter.

    Attributes:
        year: financial year of the figures, such as 2022-23.
        distance_days: between that year and the quarter's last day; 0 if it lies in the year.
        values: indexed by pcn_code: weighted_list_size (missing where too little is known), weighted_coverage (share 0
            to 1 of the PCN's registered patients).
        practices: one row a practice of the year: org_code, pcn_code, cause, amount (weighted patients).
    """

    year: str
    distance_days: int
    values: pd.DataFrame
    practices: pd.DataFrame


def choose_year(years: Iterable[str], quarter: Quarter) -> tuple[str, int] | None:
    """The financial year that the quarter's last day lies in, else the nearest (the earlier of two equally near).

    Args:
        years: such as 2022-23.
        quarter: whose last day counts.

    Returns:
        The year and its distance in days; None if there is none.
    """
    distances = [(FinancialYear.parse(year).distance_days(quarter.end), year) for year in years]
    return min(distances)[::-1] if distances else None


def weighted_list_of(
    figures: pd.DataFrame,
    practices: pd.DataFrame,
    successors: dict[str, str],
    last_known: pd.Series,
    chosen: tuple[str, int],
) -> WeightedLists:
    """Weighted patients of each PCN, and where the figure of each practice ended.

    A practice with registered patients counts in its own PCN. One without them has closed, or merged: its patients
    count where its successor is, through any number of steps, then in the last PCN it was in.

    Args:
        figures: core_practice_weighted_list of one year.
        practices: of the list extract: practice_code, pcn_code, cause, patients.
        successors: practice to the practice that followed it.
        last_known: the last PCN of practices, closed ones included.
        chosen: the year and its distance in days.
    """
    present = practices[practices["patients"] > 0].set_index("practice_code")
    members = present[present["cause"] == MATCHED]
    codes, known = figures["practice_code"], set(present.index)
    heir = codes.map(lambda code: follow(code, successors, known)).astype(object)
    last = codes.map(last_known).astype(object)
    last = last.where(heir.isna() & last.isin(set(members["pcn_code"])))
    own = heir.map(present["cause"]).astype(object)
    cause = pd.Series(
        np.select(
            [figures["weighted_patients"].isna(), (own == MATCHED) & (heir != codes), own.notna(), last.notna()],
            ["no_weighted_figure", "through_successor", own, "through_last_pcn"],
            default="not_traced",
        ),
        index=figures.index,
    )
    pcn = heir.map(members["pcn_code"]).astype(object).where(last.isna(), last).where(cause.isin(TRACED))
    ended = pd.DataFrame({"org_code": codes, "pcn_code": pcn, "cause": cause, "amount": figures["weighted_patients"]})
    with_figure = set(heir[ended["cause"].isin(TRACED)].dropna())
    following = members.index.to_series().map(lambda code: follow(code, successors, with_figure))
    covered = following.map(members["pcn_code"]) == members["pcn_code"]
    size = members.groupby("pcn_code")["patients"].sum()
    coverage = (members["patients"] * covered).groupby(members["pcn_code"]).sum() / size
    found = ended.groupby("pcn_code")["amount"].sum().reindex(size.index)
    values = pd.DataFrame(
        {"weighted_list_size": found.where(coverage >= 1 - MOST_WITHOUT), "weighted_coverage": coverage}
    )
    return WeightedLists(*chosen, values, ended)


def weighted_words(frame: pd.DataFrame) -> str:
    """Which years the weighted patients of some rows of the panel are of, or that there are none."""
    known = frame[frame["weighted_list_size"].notna()]
    if known.empty:
        return "Weighted patients are not known for any PCN here: add 'NHS Payments to General Practice' and build."
    pairs = known[["quarter", "weighted_year"]].drop_duplicates().itertuples(index=False)
    years = {str(year): FinancialYear.parse(str(year)) for year in sorted(known["weighted_year"].unique())}
    far = max(years[str(year)].distance_days(Quarter.parse(str(quarter)).end) for quarter, year in pairs)
    span = " to ".join(dict.fromkeys((min(years), max(years))))
    unit = "PCNs" if len(frame["quarter"].unique()) == 1 else "PCNs by quarter"
    distance = f", at most {far:,} day{'' if far == 1 else 's'} away" if far else ""
    return (
        f"Weighted patients: NHS Payments to General Practice of {span}, the year nearest to each quarter{distance}; "
        f"known for {len(known):,} of {len(frame):,} {unit}."
    )

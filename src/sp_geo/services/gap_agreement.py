"""Link workers' reports of needs they could not meet, beside the modelled deserts: where they agree and where not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd
import scipy

LEAST_CELLS: Final = 8
"""Fewer areas and categories than this say nothing of agreement."""
MANY_REPORTS: Final = "reported and modelled"
ONLY_REPORTED: Final = "reported, not modelled"
ONLY_MODELLED: Final = "modelled, not reported"
NEITHER: Final = "neither"
NOT_JUDGED: Final = "reported, no directory covers the area"


@dataclass(frozen=True)
class Agreement:
    """How far reports and model agree over areas and categories.

    Attributes:
        cells: areas and categories compared.
        rank_correlation: Spearman's, of people reported per 10,000 patients and the share of patients in a desert.
        p_value: of no association.
        kappa: Cohen's, of "reported at or above the median rate" and "any patient in a desert".
        reason: why there is no figure, if there is none.
    """

    cells: int
    rank_correlation: float
    p_value: float
    kappa: float
    reason: str = ""


def compare(reports: pd.DataFrame, modelled: pd.DataFrame) -> pd.DataFrame:
    """Reports and model side by side, a row an area and category.

    Areas that sent no report at all are left out: from them silence says nothing. In an area that reports, a category
    without a report counts as none.

    Args:
        reports: area_code, category, people, reports.
        modelled: area_code, category, patients_count, desert_share (0 to 1; missing where not judged).

    Returns:
        The columns of both, reported_per_10k, and ``verdict``.
    """
    here = modelled[modelled["area_code"].isin(reports["area_code"])]
    rows = here.merge(reports, on=["area_code", "category"], how="left")
    rows[["people", "reports"]] = rows[["people", "reports"]].fillna(0).astype(int)
    rows["reported_per_10k"] = 10_000 * rows["people"] / rows["patients_count"].where(rows["patients_count"] > 0)
    middle = rows.loc[rows["people"] > 0, "reported_per_10k"].median()
    rows["is_reported"] = (rows["people"] > 0) & (rows["reported_per_10k"] >= middle)
    rows["is_modelled"] = rows["desert_share"] > 0
    rows["verdict"] = NEITHER
    rows.loc[rows["is_reported"] & rows["is_modelled"], "verdict"] = MANY_REPORTS
    rows.loc[rows["is_reported"] & ~rows["is_modelled"], "verdict"] = ONLY_REPORTED
    rows.loc[~rows["is_reported"] & rows["is_modelled"], "verdict"] = ONLY_MODELLED
    rows.loc[rows["desert_share"].isna() & rows["is_reported"], "verdict"] = NOT_JUDGED
    return rows.sort_values(["area_code", "category"], ignore_index=True)


def agreement(rows: pd.DataFrame) -> Agreement:
    """Agreement over the rows of :func:`compare` that could be judged."""
    judged = rows[rows["desert_share"].notna() & rows["reported_per_10k"].notna()]
    nothing = float("nan")
    if len(judged) < LEAST_CELLS:
        return Agreement(len(judged), nothing, nothing, nothing, f"fewer than {LEAST_CELLS} areas and categories")
    if judged["desert_share"].nunique() < 2 or judged["reported_per_10k"].nunique() < 2:  # noqa: PLR2004 - no spread
        return Agreement(len(judged), nothing, nothing, nothing, "reports or deserts are the same everywhere")
    rank = scipy.stats.spearmanr(judged["reported_per_10k"], judged["desert_share"])
    # Cohen's kappa of two yes-or-no judgements; missing where chance alone gives full agreement.
    first = judged["is_reported"]
    second = judged["is_modelled"]
    observed = float((first == second).mean())
    a, b = float(first.mean()), float(second.mean())
    chance = a * b + (1 - a) * (1 - b)
    return Agreement(
        len(judged),
        float(rank.statistic),
        float(rank.pvalue),
        (observed - chance) / (1 - chance) if chance < 1 else float("nan"),
    )

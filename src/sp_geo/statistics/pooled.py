"""Has the slope changed? All quarters in one model, with errors clustered by ICB.

    y_uq = a_q + b_q x_u + g'z_uq + e_uq           slopes by quarter, and the test of b_1 = ... = b_Q
    y_uq = a_q + (b + d t_q) x_u + g'z_uq + e_uq   trend: d per quarter, t_q quarters since the first
    y_uq / mean_q = the same                       relative trend: provision over its quarter's mean

Where provision grows and its shares stay as they are, the trend rises with it and the relative trend does not. Errors
are CR2 with G clusters: the ICBs of each PCN's last quarter, or the PCNs where all are of one ICB. The joint test is
Wald's, W = (Rb)' (R V R')^-1 (Rb), referred to Hotelling's distribution: W (G - q) / ((G - 1) q) to F(q, G - q) with
q = Q - 1. See docs/methods/pooled.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sp_geo.core.quarters import Quarter
from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, NotEstimable, Result
from sp_geo.statistics.inference import cluster_numbers, with_q_values
from sp_geo.statistics.least_squares import Fit, FloatArray, fit
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.non_response import NOT_REPORTED, NonResponse, Sample, Weights, samples
from sp_geo.statistics.regression import check_choices, design, line_of

SLOPE_PER_QUARTER: Final = "slope"
TREND: Final = "trend per quarter"
RELATIVE_TREND: Final = "relative trend per quarter"
JOINT_TEST: Final = "no change"

Clusters = Literal["auto", "pcn"]
"""``auto`` is CR2 by ICB, or by PCN within one ICB; ``pcn`` is plain clusters of PCNs, as published work has them."""

CLUSTERS: Final[tuple[Clusters, ...]] = ("auto", "pcn")

CHANGE_COLUMNS: Final = (
    "quantity",
    "quarter",
    "need",
    "non_response",
    "per",
    *ESTIMATE_COLUMNS[:-1],
    "q_value",
    "df",
    "statistic",
    "df_numerator",
    "df_denominator",
    "n_rows",
    "n_pcns",
    "n_quarters",
    "coverage_pct",
    "series",
    "weights",
    "se_type",
    "covariates",
    "reason",
    "note",
)
FAMILIES: Final = ("non_response", "quantity")
"""Columns that tell apart what is tested many times over."""
_FEWEST_QUARTERS: Final = 2
_PER_CENT: Final = 100.0
_FEWEST_LEFT: Final = 4
"""Degrees of freedom that a joint test must leave."""


@dataclass(frozen=True)
class JointTest:
    """A Wald test.

    Attributes:
        statistic: F, the Wald statistic over its numerator's degrees of freedom.
        df_numerator: number of restrictions, quarters - 1.
        df_denominator: clusters less restrictions; of plain clusters, clusters - 1.
        p_value: 0 to 1.
    """

    statistic: float
    df_numerator: int
    df_denominator: int
    p_value: float


@dataclass(frozen=True)
class SlopeChange:
    """The slope over time under one treatment.

    Attributes:
        slopes: by quarter, FTE per 10,000 per step of need, or why there is none.
        trend: change of that slope per quarter.
        relative_trend: change per quarter of the slope in per cent of the quarter's mean provision.
        no_change: test that the slopes of all quarters are equal.
        n_rows: PCN-quarters in the model.
        n_pcns: PCNs in the model.
        errors: kind and clusters, such as ``CR2 by ICB``.
        note: remarks on weights, often empty.
    """

    slopes: dict[str, Result]
    trend: Result
    relative_trend: Result
    no_change: JointTest | NotEstimable
    n_rows: int
    n_pcns: int
    errors: str
    note: str


def slope_change(
    panel: pd.DataFrame,
    need: Need,
    non_response: NonResponse = "reporters",
    per: float = 10.0,
    weights: Weights = "none",
    covariates: tuple[str, ...] = (),
    provision: Provision = ALL_ROLES,
    clusters: Clusters = "auto",
) -> SlopeChange:
    """Slopes by quarter in one model, their trends and the test that they are equal.

    Args are those of :func:`sp_geo.statistics.regression.quarter_slopes`; covariates have one coefficient over
    all quarters. A quarter in which no line can be fitted is left out, with its reason.

    Raises:
        UsageError: an unknown choice or column, or a step of 0 or less.
    """
    step = need.step(per)
    check_choices(panel, need, (non_response,), weights, "auto", covariates, provision)
    used, left_out = samples_by_quarter(panel, need, non_response, weights, covariates, provision)
    slopes: dict[str, Result] = dict(left_out)
    if not used:
        cause = NotEstimable("no quarter has enough PCNs with both provision and need")
        return SlopeChange(slopes, cause, cause, cause, 0, 0, "", "")
    stacked = pd.concat([chosen.rows for chosen in used.values()])
    notes = sorted({chosen.note for chosen in used.values()} - {""})
    by_quarter = fit_over_quarters(used, need, covariates, np.eye(len(used)), clusters)
    count = len(used)
    for index, quarter in enumerate(used):
        found = by_quarter if isinstance(by_quarter, NotEstimable) else by_quarter.estimate(count + index)
        slopes[quarter] = found.per(step)
    return SlopeChange(
        dict(sorted(slopes.items())),
        _trend(used, need, covariates, clusters).per(step),
        _trend(relative_to_mean(used), need, covariates, clusters).per(step * _PER_CENT),
        _no_change(by_quarter, count),
        len(stacked),
        int(stacked["pcn_code"].nunique()),
        "cluster by PCN" if clusters == "pcn" else f"CR2 by {clusters_of(stacked)[1]}",
        "; ".join(notes),
    )


def samples_by_quarter(
    panel: pd.DataFrame,
    need: Need,
    non_response: NonResponse,
    weights: Weights,
    covariates: tuple[str, ...],
    provision: Provision,
) -> tuple[dict[str, Sample], dict[str, NotEstimable]]:
    """The samples of the quarters in which a line can be fitted, and the reasons of the others."""
    used: dict[str, Sample] = {}
    left_out: dict[str, NotEstimable] = {}
    for quarter, _, [(_, chosen)] in samples(panel, need, (non_response,), provision, weights, covariates):
        line = line_of(chosen, need, "HC1", ())
        if isinstance(chosen, NotEstimable):
            left_out[quarter] = chosen
        elif isinstance(line, NotEstimable):
            left_out[quarter] = line
        else:
            used[quarter] = chosen
    return used, left_out


def change_table(
    panel: pd.DataFrame,
    need: Need,
    non_responses: tuple[NonResponse, ...],
    per: float = 10.0,
    weights: Weights = "none",
    covariates: tuple[str, ...] = (),
    provision: Provision = ALL_ROLES,
    clusters: Clusters = "auto",
) -> pd.DataFrame:
    """:func:`slope_change` for several treatments as one table with :data:`CHANGE_COLUMNS`.

    ``quantity`` tells the rows apart: one ``slope`` per quarter, one ``trend per quarter`` (per step of need
    and quarter), one ``relative trend per quarter`` (the same in per cent of the quarter's mean provision) and one
    ``no change`` (``statistic`` is F; its p-value is in ``p_value``). ``q_value`` is over rows of one quantity.
    """
    records: list[dict[str, object]] = []
    coverage = 100 * (panel["reporting_status"] != NOT_REPORTED).groupby(panel["quarter"]).mean()
    for non_response in non_responses:
        found = slope_change(panel, need, non_response, per, weights, covariates, provision, clusters)
        common = {
            "need": need.name,
            "non_response": non_response,
            "per": per,
            "n_rows": found.n_rows,
            "n_pcns": found.n_pcns,
            "n_quarters": len(found.slopes),
            "series": provision.name,
            "weights": weights,
            "se_type": found.errors,
            "covariates": ", ".join(covariates),
            "note": found.note,
        }
        over_all = {**common, "quarter": "all", "coverage_pct": float(coverage.mean())}
        records.extend(
            {
                **common,
                "quantity": SLOPE_PER_QUARTER,
                "quarter": quarter,
                "coverage_pct": float(coverage[quarter]),
                **result.as_record(),
            }
            for quarter, result in found.slopes.items()
        )
        records.append({**over_all, "quantity": TREND, **found.trend.as_record()})
        records.append({**over_all, "quantity": RELATIVE_TREND, **found.relative_trend.as_record()})
        records.append({**over_all, "quantity": JOINT_TEST, **_test_record(found.no_change)})
    return with_q_values(pd.DataFrame(records, columns=list(CHANGE_COLUMNS)), FAMILIES)


def _test_record(test: JointTest | NotEstimable) -> dict[str, object]:
    if isinstance(test, NotEstimable):
        return {"reason": test.reason}
    return {
        "statistic": test.statistic,
        "df_numerator": test.df_numerator,
        "df_denominator": test.df_denominator,
        "p_value": test.p_value,
        "reason": "",
    }


def _no_change(fitted: Fit | NotEstimable, count: int) -> JointTest | NotEstimable:
    if count < _FEWEST_QUARTERS:
        return NotEstimable("a change needs two quarters with an estimate")
    if isinstance(fitted, NotEstimable):
        return fitted
    contrasts = np.zeros((count - 1, len(fitted.coefficients)))
    contrasts[:, count] = -1.0
    contrasts[np.arange(count - 1), count + 1 + np.arange(count - 1)] = 1.0
    return wald(fitted, contrasts)


def wald(fitted: Fit, contrasts: FloatArray) -> JointTest | NotEstimable:
    """Test that ``contrasts`` (shape (q, k)) times the coefficients are all zero; needs clustered errors."""
    difference = contrasts @ fitted.coefficients
    variance = contrasts @ fitted.covariance @ contrasts.T
    tested = len(contrasts)
    factor, left = 1.0, fitted.degrees
    if fitted.adjustment is not None:
        count = len(fitted.adjustment.inner)
        factor, left = (count - tested) / (count - 1), count - tested
    if left is None or left < _FEWEST_LEFT or np.linalg.matrix_rank(variance, hermitian=True) < tested:
        return NotEstimable("there are too few clusters for a joint test of so many quarters")
    statistic = factor * float(difference @ np.linalg.solve(variance, difference)) / tested
    return JointTest(statistic, tested, int(left), float(scipy.special.fdtrc(tested, left, statistic)))


def _trend(samples: dict[str, Sample], need: Need, covariates: tuple[str, ...], clusters: Clusters) -> Result:
    count = len(samples)
    if count < _FEWEST_QUARTERS:
        return NotEstimable("a trend needs two quarters with an estimate")
    numbers = [Quarter.parse(quarter) for quarter in samples]
    elapsed = [(q.year - numbers[0].year) * 4 + q.number - numbers[0].number for q in numbers]
    slopes = np.column_stack([np.ones(count), np.asarray(elapsed, dtype=np.float64)])
    fitted = fit_over_quarters(samples, need, covariates, slopes, clusters)
    return fitted if isinstance(fitted, NotEstimable) else fitted.estimate(count + 1)


def relative_to_mean(samples: Mapping[str, Sample]) -> dict[str, Sample]:
    """The same samples with provision divided by its (weighted) mean in the quarter, which counts as known."""
    found = {}
    for quarter, chosen in samples.items():
        mean = float(np.average(chosen.rows["provision"], weights=chosen.weights))
        found[quarter] = replace(chosen, rows=chosen.rows.assign(provision=chosen.rows["provision"] / mean))
    return found


def clusters_of(rows: pd.DataFrame) -> tuple[NDArray[np.intp], str]:
    """Cluster of each row, and what the clusters are: ICBs, or PCNs where all are of one ICB.

    An ICB that merged is one cluster throughout: each PCN counts to the ICB of its last quarter.

    Args:
        rows: with pcn_code, quarter and icb_code.
    """
    last = rows.sort_values("quarter", kind="stable").groupby("pcn_code")["icb_code"].last()
    icbs = rows["pcn_code"].map(last)
    if len(icbs.unique()) > 1:
        return cluster_numbers(icbs), "ICB"
    return cluster_numbers(rows["pcn_code"]), "PCN"


def fit_over_quarters(
    samples: Mapping[str, Sample],
    need: Need,
    covariates: tuple[str, ...],
    slopes: FloatArray,
    clusters: Clusters = "auto",
) -> Fit | NotEstimable:
    """Fit one model over quarters, with clustered errors.

    Args:
        samples: by quarter.
        need: the indicator.
        covariates: with one coefficient over all quarters.
        slopes: shape (quarters, s), how the s slope parameters add up to the slope of each quarter.
        clusters: kind of errors.

    Returns:
        Coefficients in the order: one intercept per quarter, s slope parameters, covariates.
    """
    rows = pd.concat([chosen.rows for chosen in samples.values()])
    quarter = np.repeat(np.arange(len(samples)), [len(chosen.rows) for chosen in samples.values()])
    intercepts = np.eye(len(samples))[quarter]
    columns = design(rows, need, covariates)
    full = np.column_stack([intercepts, columns[:, 1:2] * slopes[quarter], columns[:, 2:]])
    weights = [chosen.weights for chosen in samples.values() if chosen.weights is not None]
    factor = np.concatenate(weights) if weights else None
    outcome = rows["provision"].to_numpy(dtype=np.float64)
    if clusters == "pcn":
        return fit(full, outcome, factor, cluster_numbers(rows["pcn_code"]), "cluster")
    return fit(full, outcome, factor, clusters_of(rows)[0], "CR2")

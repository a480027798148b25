"""Provision on need, one straight line per quarter, under each treatment of PCNs that did not report.

    y_uq = a_q + b_q x_u + (covariates) + e_uq

y is FTE per 10,000 patients, x the need of the PCN; b_q is told per stated step, and as a share of the quarter's mean
provision. See docs/methods/regression.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.statistics.estimates import Estimate, NotEstimable, Result
from sp_geo.statistics.inference import (
    ERRORS,
    Errors,
    chosen_errors,
    cluster_numbers,
    estimate_under,
    fit_under,
    with_q_values,
)
from sp_geo.statistics.least_squares import Fit, FloatArray
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.non_response import (
    NON_RESPONSES,
    NOT_REPORTED,
    WEIGHTS,
    NonResponse,
    Sample,
    Weights,
    require_choice,
    require_columns,
    samples,
)
from sp_geo.statistics.wild_bootstrap import wild_bootstrap

SLOPE_COLUMNS: Final = (
    "quarter",
    "need",
    "non_response",
    "per",
    "estimate",
    "ci_low",
    "ci_high",
    "std_error",
    "p_value",
    "q_value",
    "wild_p_value",
    "df",
    "relative_pct",
    "relative_low_pct",
    "relative_high_pct",
    "n_pcns",
    "n_active_pcns",
    "coverage_pct",
    "mean_fte_per_10k",
    "splw_fte",
    "series",
    "weights",
    "se_type",
    "covariates",
    "reason",
    "note",
)
SLOPE: Final = 1
"""Place of the need's column in the design."""

_FLAT: Final = 1e-12


def quarter_slopes(
    panel: pd.DataFrame,
    need: Need,
    non_responses: Sequence[NonResponse] = NON_RESPONSES,
    per: float = 10.0,
    weights: Weights = "none",
    se_type: Errors = "auto",
    covariates: Sequence[str] = (),
    provision: Provision = ALL_ROLES,
) -> pd.DataFrame:
    """The slope of provision on need for each quarter and treatment.

    Args:
        panel: ``out_pcn_quarter``, one row per active PCN and quarter; its quarters are "the quarters shown".
        need: the indicator.
        non_responses: what is done about PCNs that did not report; one row each.
        per: step of need in percentage points (shares) or points (scores).
        weights: ``none``, or ``patients`` to weight by list size.
        se_type: kind of errors, see :mod:`sp_geo.statistics.inference`.
        covariates: further columns of the panel; text columns become one dummy per level but the first.
        provision: which series and denominator.

    Returns:
        One row per quarter and treatment with :data:`SLOPE_COLUMNS`. ``estimate``, ``std_error`` and the
        interval are FTE per 10,000 patients per step; the ``relative`` ones are per cent of ``mean_fte_per_10k``, which
        counts as known. ``q_value`` is over the quarters of a treatment, ``wild_p_value`` the wild bootstrap's where
        errors are CR2, and ``se_type`` the kind that was used. ``mean_fte_per_10k`` (plain mean over PCNs) and
        ``splw_fte`` (sum) are over the PCNs used; ``coverage_pct`` is the share of active PCNs that
        reported. Where nothing can be estimated the numbers are NaN and ``reason`` says why.

    Raises:
        UsageError: an unknown handling of non-response, weight, error type, need or covariate, or a step of 0 or less.
    """
    step = need.step(per)
    covariate_names = tuple(covariates)
    check_choices(panel, need, tuple(non_responses), weights, se_type, covariate_names, provision)
    records: list[dict[str, object]] = []
    for quarter, rows, treated in samples(panel, need, non_responses, provision, weights, covariate_names):
        for non_response, chosen in treated:
            result = slope_of(chosen, need, se_type, covariate_names).per(step)
            used = errors_used(chosen, se_type)
            choices = {"need": need.name, "non_response": non_response, "per": per, "series": provision.name}
            choices |= {"weights": weights, "se_type": used, "covariates": ", ".join(covariate_names)}
            note = "" if isinstance(chosen, NotEstimable) else chosen.note
            found = {**counts(rows, chosen), "note": note, **result.as_record()}
            if used == "CR2" and isinstance(result, Estimate) and isinstance(chosen, Sample):
                line = design(chosen.rows, need, covariate_names), chosen.rows["provision"].to_numpy(dtype=np.float64)
                clusters = cluster_numbers(chosen.rows["icb_code"])
                found["wild_p_value"] = wild_bootstrap(*line, chosen.weights, clusters, SLOPE).p_value()
            records.append({"quarter": quarter, **choices, **found})
    table = pd.DataFrame(records, columns=list(SLOPE_COLUMNS))
    return with_q_values(with_relative(table.astype({"wild_p_value": np.float64})))


def with_relative(table: pd.DataFrame) -> pd.DataFrame:
    """Slopes with what they are in per cent of the mean provision of their row."""
    mean = table["mean_fte_per_10k"].where(table["mean_fte_per_10k"] > 0)
    names = {"relative_pct": "estimate", "relative_low_pct": "ci_low", "relative_high_pct": "ci_high"}
    return table.assign(**{name: 100 * table[absolute] / mean for name, absolute in names.items()})


def errors_used(chosen: Sample | NotEstimable, errors: Errors) -> Errors:
    """The kind of errors of a sample; where there is none, the kind asked for."""
    if isinstance(chosen, NotEstimable) or chosen.rows.empty:
        return errors
    return chosen_errors(errors, chosen.rows["icb_code"])


def slope_of(chosen: Sample | NotEstimable, need: Need, errors: Errors, covariates: tuple[str, ...]) -> Result:
    """The slope per unit of the need's own column, or why there is none."""
    ready = _line(chosen, need, covariates)
    return ready if isinstance(ready, NotEstimable) else estimate_under(*ready, errors, SLOPE)


def line_of(
    chosen: Sample | NotEstimable, need: Need, errors: Errors, covariates: tuple[str, ...]
) -> Fit | NotEstimable:
    """The fitted line: intercept, need, then the covariates' columns."""
    ready = _line(chosen, need, covariates)
    return ready if isinstance(ready, NotEstimable) else fit_under(*ready, errors)


def _line(
    chosen: Sample | NotEstimable, need: Need, covariates: tuple[str, ...]
) -> tuple[FloatArray, FloatArray, FloatArray | None, pd.Series] | NotEstimable:
    """Design, outcome, weights and ICBs of a line."""
    if isinstance(chosen, NotEstimable):
        return chosen
    rows = chosen.rows
    if rows.empty:
        return NotEstimable("no PCN has both provision and need")
    x = rows[need.name].to_numpy(dtype=np.float64)
    y = rows["provision"].to_numpy(dtype=np.float64)
    if len(rows) > 1 and np.ptp(x) <= _FLAT * np.abs(x).max():
        return NotEstimable("the need is the same in every PCN")
    if len(rows) > 1 and np.ptp(y) <= _FLAT * np.abs(y).max():
        return NotEstimable("provision is the same in every PCN")
    return design(rows, need, covariates), y, chosen.weights, rows["icb_code"]


def design(rows: pd.DataFrame, need: Need, covariates: tuple[str, ...]) -> FloatArray:
    """Ones, the need, then each covariate: shape (rows, 2 + covariate columns)."""
    columns = [np.ones(len(rows)), rows[need.name].to_numpy(dtype=np.float64)]
    for name in covariates:
        if pd.api.types.is_numeric_dtype(rows[name]):
            columns.append(rows[name].to_numpy(dtype=np.float64))
        else:
            levels = sorted(rows[name].unique())
            columns.extend((rows[name] == level).to_numpy(dtype=np.float64) for level in levels[1:])
    return np.column_stack(columns)


def counts(quarter_rows: pd.DataFrame, chosen: Sample | NotEstimable) -> dict[str, float | int]:
    """How many PCNs were used, were active and reported, and the provision of those used."""
    active = len(quarter_rows)
    reported = int((quarter_rows["reporting_status"] != NOT_REPORTED).sum())
    used = None if isinstance(chosen, NotEstimable) or chosen.rows.empty else chosen.rows
    return {
        "n_pcns": 0 if used is None else len(used),
        "n_active_pcns": active,
        "coverage_pct": 100 * reported / active if active else float("nan"),
        "mean_fte_per_10k": float("nan") if used is None else float(used["provision"].mean()),
        "splw_fte": float("nan") if used is None else float(used["fte"].sum()),
    }


def check_choices(
    panel: pd.DataFrame,
    need: Need,
    non_responses: tuple[str, ...],
    weights: str,
    se_type: str,
    covariates: tuple[str, ...],
    provision: Provision,
) -> None:
    """Refuse choices and columns that are not on offer.

    Raises:
        UsageError: naming the first of them.
    """
    for non_response in non_responses:
        require_choice("non-response", non_response, NON_RESPONSES)
    require_choice("weights", weights, WEIGHTS)
    require_choice("standard error", se_type, ERRORS)
    require_columns(panel, (need.name,), "need")
    require_columns(panel, covariates, "covariate")
    require_columns(panel, (provision.fte_column, provision.patients_column), "series")

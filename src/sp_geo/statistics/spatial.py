"""Are the residuals of neighbours alike, and does the slope survive if they are?

Moran's I and Lagrange multiplier tests on the residuals of the line by quarter; maximum likelihood fits of

    error  y = X b + u,  u = l W u + e
    lag    y = r W y + X b + e            (total effect of need: b / (1 - r) with row-standardised W)

All from spreg. Sources: 1988, Spatial Econometrics; 1996 (robust LM tests);
1981 (Moran's I of residuals). See docs/methods/spatial.md.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import spreg

from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, Estimate, NotEstimable, Result
from sp_geo.statistics.least_squares import FloatArray, with_interval
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.neighbours import NeighbourRule, Neighbours
from sp_geo.statistics.non_response import NonResponse, Sample, samples
from sp_geo.statistics.regression import check_choices, counts, design, line_of

SPATIAL_COLUMNS: Final = (
    "quarter",
    "need",
    "non_response",
    "neighbours",
    "quantity",
    "statistic",
    "per",
    *ESTIMATE_COLUMNS[:-1],
    "n_pcns",
    "n_islands",
    "n_unplaced",
    "mean_neighbours",
    "n_active_pcns",
    "coverage_pct",
    "mean_fte_per_10k",
    "splw_fte",
    "series",
    "covariates",
    "reason",
)

MORAN: Final = "Moran's I of residuals"
LM_ERROR: Final = "LM test of error"
LM_LAG: Final = "LM test of lag"
ROBUST_LM_ERROR: Final = "robust LM test of error"
ROBUST_LM_LAG: Final = "robust LM test of lag"
OLS_SLOPE: Final = "slope, least squares (HC1)"
ERROR_SLOPE: Final = "slope, spatial error model"
ERROR_LAMBDA: Final = "lambda, spatial error model"
LAG_SLOPE: Final = "slope, spatial lag model"
LAG_TOTAL: Final = "total effect, spatial lag model"
LAG_RHO: Final = "rho, spatial lag model"

TESTS: Final = (MORAN, LM_ERROR, LM_LAG, ROBUST_LM_ERROR, ROBUST_LM_LAG)
FITS: Final = (OLS_SLOPE, ERROR_SLOPE, ERROR_LAMBDA, LAG_SLOPE, LAG_TOTAL, LAG_RHO)
PER_STEP: Final = frozenset({OLS_SLOPE, ERROR_SLOPE, LAG_SLOPE, LAG_TOTAL})
_SLOPE_AT: Final = 1
_NO_RESIDUALS: Final = 1e-18


@dataclass(frozen=True)
class PlacedSample:
    """PCNs of one quarter and treatment that have neighbours.

    Attributes:
        sample: rows in the order of ``neighbours.codes``.
        neighbours: who is whose.
    """

    sample: Sample
    neighbours: Neighbours


@dataclass(frozen=True)
class Statistic:
    """A test without an estimate.

    Attributes:
        statistic: Moran's I, or chi-squared on one degree of freedom.
        p_value: Moran's I: two-sided normal; LM: upper tail.
    """

    statistic: float
    p_value: float


def spatial_table(
    panel: pd.DataFrame,
    need: Need,
    rules: Sequence[NeighbourRule],
    non_responses: tuple[NonResponse, ...] = ("reporters",),
    per: float = 10.0,
    covariates: tuple[str, ...] = (),
    provision: Provision = ALL_ROLES,
) -> pd.DataFrame:
    """Tests and fits for each quarter, treatment and rule of neighbourhood.

    Args:
        panel: ``out_pcn_quarter``.
        need: the indicator.
        rules: ways of finding neighbours, see ``neighbours``.
        non_responses: ``reweighted`` has no spatial fit and says so.
        per: step of need in percentage points or points, for slopes and the total effect.
        covariates: as in the regression by quarter.
        provision: series.

    Returns:
        A table with :data:`SPATIAL_COLUMNS`, one row per quantity: tests fill ``statistic`` and ``p_value``,
        fits the estimate and its normal interval. Islands and PCNs without a place are left out and counted.

    Raises:
        UsageError: an unknown choice or column, a step of 0 or less, or footprints on the wrong grid.
    """
    step = need.step(per)
    check_choices(panel, need, non_responses, "none", "HC1", covariates, provision)
    records: list[dict[str, Any]] = []
    for quarter, rows, treated in samples(panel, need, non_responses, provision, covariates=covariates):
        for non_response, chosen in treated:
            is_weighted = isinstance(chosen, Sample) and chosen.weights is not None
            for rule in rules:
                placed = NotEstimable("spatial tests and fits take no weights") if is_weighted else place(chosen, rule)
                common = {
                    "quarter": quarter,
                    "need": need.name,
                    "non_response": non_response,
                    "neighbours": rule.label,
                    **counts(rows, placed if isinstance(placed, NotEstimable) else placed.sample),
                    **_neighbour_counts(placed),
                    "series": provision.name,
                    "covariates": ", ".join(covariates),
                }
                found = quantities(placed, need, covariates)
                records.extend({**common, **_record(name, found[name], per, step)} for name in (*TESTS, *FITS))
    return pd.DataFrame(records, columns=list(SPATIAL_COLUMNS))


def place(chosen: Sample | NotEstimable, rule: NeighbourRule) -> PlacedSample | NotEstimable:
    """Keep the PCNs of a sample that have neighbours in it."""
    if isinstance(chosen, NotEstimable):
        return chosen
    if chosen.rows.empty:
        return NotEstimable("no PCN has both provision and need")
    neighbours = rule.among(chosen.rows["pcn_code"].tolist())
    if isinstance(neighbours, NotEstimable):
        return neighbours
    rows = chosen.rows.set_index("pcn_code", drop=False).loc[list(neighbours.codes)]
    return PlacedSample(Sample(rows.rename_axis(None), None, chosen.note), neighbours)


def quantities(
    placed: PlacedSample | NotEstimable, need: Need, covariates: tuple[str, ...]
) -> dict[str, Result | Statistic]:
    """Every test and fit, by its name in the table; slopes per unit of the need's own column."""
    nothing: dict[str, Result | Statistic] = {}
    if isinstance(placed, NotEstimable):
        return nothing | dict.fromkeys((*TESTS, *FITS), placed)
    line = line_of(placed.sample, need, "HC1", covariates)
    if isinstance(line, NotEstimable):
        return nothing | dict.fromkeys((*TESTS, *FITS), line)
    y = placed.sample.rows["provision"].to_numpy(dtype=np.float64)
    if float(line.residuals @ line.residuals) <= _NO_RESIDUALS * float(y @ y):
        return nothing | dict.fromkeys((*TESTS, *FITS), NotEstimable("the line leaves no residuals"))
    x = design(placed.sample.rows, need, covariates)[:, 1:]
    weights = placed.neighbours.weights
    failed = NotEstimable("the maximum likelihood fit did not succeed")
    with quiet_libraries():
        try:
            error = spreg.ML_Error(y[:, None], x, weights, method="LU")
            errors = (_at(error, _SLOPE_AT), _at(error, -1))
        except (np.linalg.LinAlgError, ValueError, RuntimeError, ZeroDivisionError):
            errors = (failed, failed)
        try:
            lag = spreg.ML_Lag(y[:, None], x, weights, method="LU", spat_diag=False, spat_impacts=None)
            # Total effect b / (1 - rho), its error by the delta method.
            coefficients, covariance = lag.betas.ravel(), lag.vm
            rho_at = len(coefficients) - 1
            slope, rest = float(coefficients[_SLOPE_AT]), 1 - float(coefficients[rho_at])
            gradient = np.zeros(len(covariance))
            gradient[_SLOPE_AT], gradient[rho_at] = 1 / rest, slope / rest**2
            lags = (_at(lag, _SLOPE_AT), _finite(slope / rest, float(gradient @ covariance @ gradient)), _at(lag, -1))
        except (np.linalg.LinAlgError, ValueError, RuntimeError, ZeroDivisionError):
            lags = (failed, failed, failed)
    return {
        OLS_SLOPE: line.estimate(_SLOPE_AT),
        **_tests(y, x, weights),
        **dict(zip((ERROR_SLOPE, ERROR_LAMBDA, LAG_SLOPE, LAG_TOTAL, LAG_RHO), errors + lags, strict=True)),
    }


def _tests(y: FloatArray, x: FloatArray, weights: Any) -> dict[str, Result | Statistic]:
    with quiet_libraries():
        try:
            line = spreg.OLS(y[:, None], x, weights, spat_diag=True, moran=True)
        except (np.linalg.LinAlgError, ValueError, ZeroDivisionError):
            return dict.fromkeys(TESTS, NotEstimable("the tests could not be computed"))
    moran_i, _, moran_p = line.moran_res
    pairs = {
        MORAN: (moran_i, moran_p),
        LM_ERROR: line.lm_error,
        LM_LAG: line.lm_lag,
        ROBUST_LM_ERROR: line.rlm_error,
        ROBUST_LM_LAG: line.rlm_lag,
    }
    undefined = NotEstimable("the test is undefined for these neighbours")
    return {
        name: Statistic(float(found), min(float(p), 1.0)) if np.isfinite(found) and np.isfinite(p) else undefined
        for name, (found, p) in pairs.items()
    }


def _at(model: Any, place_in_model: int) -> Result:
    coefficients, covariance = model.betas.ravel(), model.vm
    count = len(coefficients)
    at = place_in_model % count
    return _finite(float(coefficients[at]), float(covariance[at, at]))


def _finite(estimate: float, variance: float) -> Estimate | NotEstimable:
    if not (np.isfinite(estimate) and np.isfinite(variance) and variance > 0):
        return NotEstimable("the maximum likelihood fit gives no standard error")
    return with_interval(estimate, float(np.sqrt(variance)))


def _neighbour_counts(placed: PlacedSample | NotEstimable) -> dict[str, float]:
    if isinstance(placed, NotEstimable):
        return dict.fromkeys(("n_islands", "n_unplaced", "mean_neighbours"), float("nan"))
    return {
        "n_islands": len(placed.neighbours.islands),
        "n_unplaced": len(placed.neighbours.unplaced),
        "mean_neighbours": float(placed.neighbours.weights.mean_neighbors),
    }


def _record(name: str, found: Result | Statistic, per: float, step: float) -> dict[str, Any]:
    if isinstance(found, Statistic):
        return {"quantity": name, "statistic": found.statistic, "p_value": found.p_value, "reason": ""}
    if name not in PER_STEP:
        return {"quantity": name, **found.as_record()}
    return {"quantity": name, "per": per, **found.per(step).as_record()}


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep the spatial libraries' progress lines and deprecation notes from the user."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield

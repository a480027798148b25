"""What one slope hides: within and between ICBs, whether any post and how much, and counts of FTE.

    within, between  y = a + w (x - mean of x in the ICB) + b (mean of x in the ICB) + e, least squares, CR2 by ICB
    any post         P(y > 0) by logistic regression on x: odds ratio per step
    amount           mean of y among those with posts by Gamma regression with log link: ratio per step
    count            FTE by Poisson pseudo-likelihood with the logarithm of patients as offset: rate ratio per step

Ratios have errors clustered by ICB and t on (ICBs - 1) degrees of freedom; Poisson and Gamma need only their means to
be right. The fits are statsmodels'. PCNs that reported only. References: Econometrica 1978, 46: 69 (within and
between); Econometrica 1984, 52: 701 (pseudo-likelihood). See docs/methods/further_models.md.
"""

from __future__ import annotations

import warnings
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, Estimate, NotEstimable, Result
from sp_geo.statistics.inference import cluster_numbers, with_q_values
from sp_geo.statistics.least_squares import FloatArray, fit, with_interval
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.non_response import Sample, samples
from sp_geo.statistics.regression import check_choices, counts

WITHIN, BETWEEN, ANY, AMOUNT, COUNT = "within ICBs", "between ICBs", "any post", "amount", "count"
MODEL_COLUMNS: Final = (
    "quarter",
    "need",
    "model",
    "unit",
    "per",
    *ESTIMATE_COLUMNS[:-1],
    "q_value",
    "df",
    "n_pcns",
    "n_icbs",
    "n_active_pcns",
    "coverage_pct",
    "series",
    "se_type",
    "reason",
)
_UNITS: Final = {
    WITHIN: "FTE per 10,000 per step",
    BETWEEN: "FTE per 10,000 per step",
    ANY: "odds ratio per step",
    AMOUNT: "ratio per step",
    COUNT: "rate ratio per step",
}
_FEWEST_ICBS: Final = 3


def models_table(panel: pd.DataFrame, need: Need, per: float = 10.0, provision: Provision = ALL_ROLES) -> pd.DataFrame:
    """Every model of every quarter, among PCNs that reported.

    Args:
        panel: ``out_pcn_quarter``.
        need: the indicator.
        per: step of need in percentage points (shares) or points (scores).
        provision: which series and denominator.

    Returns:
        One row per quarter and model with :data:`MODEL_COLUMNS`; ``estimate`` and interval in ``unit``, so that no
        association is 0 for the first two models and 1 for the ratios. ``q_value`` is over the quarters of a model.

    Raises:
        UsageError: an unknown column, or a step of 0 or less.
    """
    step = need.step(per)
    check_choices(panel, need, ("reporters",), "none", "auto", (), provision)
    records: list[dict[str, object]] = []
    for quarter, rows, [(_, chosen)] in samples(panel, need, ("reporters",), provision):
        found = _models(chosen, need, provision, step)
        icbs = 0 if isinstance(chosen, NotEstimable) else len(chosen.rows["icb_code"].unique())
        common = {"quarter": quarter, "need": need.name, "per": per, "n_icbs": icbs, "series": provision.name}
        for model, result in found.items():
            kind = "CR2" if model in {WITHIN, BETWEEN} else "cluster"
            told = {"model": model, "unit": _UNITS[model], "se_type": kind, **result.as_record()}
            records.append({**common, **counts(rows, chosen), **told})
    return with_q_values(pd.DataFrame(records, columns=list(MODEL_COLUMNS)), ("model",))


def _models(chosen: Sample | NotEstimable, need: Need, provision: Provision, step: float) -> dict[str, Result]:
    cause: NotEstimable | None = None
    if isinstance(chosen, NotEstimable):
        cause = chosen
    elif len(chosen.rows["icb_code"].unique()) < _FEWEST_ICBS:
        cause = NotEstimable(f"these models compare ICBs, and there are fewer than {_FEWEST_ICBS}")
    elif chosen.rows[need.name].max() == chosen.rows[need.name].min():
        cause = NotEstimable("the need is the same in every PCN")
    if cause is not None or isinstance(chosen, NotEstimable):
        return dict.fromkeys(_UNITS, cause or NotEstimable("no PCN has both provision and need"))
    rows = chosen.rows
    has_posts = (rows["provision"] > 0).to_numpy(dtype=bool)
    within, between = _mundlak(rows, need)
    some = rows[has_posts]
    return {
        WITHIN: within.per(step),
        BETWEEN: between.per(step),
        ANY: _ratio(rows, need, step, has_posts.astype(np.float64), "Binomial"),
        AMOUNT: _ratio(some, need, step, some["provision"].to_numpy(dtype=np.float64), "Gamma"),
        COUNT: _ratio(
            rows,
            need,
            step,
            rows["fte"].to_numpy(dtype=np.float64),
            "Poisson",
            np.log(rows[provision.patients_column].to_numpy(dtype=np.float64)),
        ),
    }


def _mundlak(rows: pd.DataFrame, need: Need) -> tuple[Result, Result]:
    """Slopes of the distance from the ICB's mean, and of the mean itself."""
    x = rows[need.name].astype(np.float64)
    mean = x.groupby(cluster_numbers(rows["icb_code"])).transform("mean")
    columns = np.column_stack([np.ones(len(rows)), x - mean, mean])
    fitted = fit(columns, rows["provision"].to_numpy(dtype=np.float64), None, cluster_numbers(rows["icb_code"]), "CR2")
    return (fitted, fitted) if isinstance(fitted, NotEstimable) else (fitted.estimate(1), fitted.estimate(2))


def _ratio(
    rows: pd.DataFrame,
    need: Need,
    step: float,
    outcome: FloatArray,
    family: str,
    offset: FloatArray | None = None,
) -> Result:
    """The factor by which odds, mean or rate change with one step of need."""
    from statsmodels.genmod import families
    from statsmodels.genmod.generalized_linear_model import GLM

    if len(np.unique(outcome)) < 2:  # noqa: PLR2004 - one value has no model
        return NotEstimable("all PCNs have the same outcome")
    clusters = cluster_numbers(rows["icb_code"])
    count = int(clusters.max()) + 1
    if count < _FEWEST_ICBS:
        return NotEstimable(f"these models compare ICBs, and there are fewer than {_FEWEST_ICBS}")
    x = rows[need.name].to_numpy(dtype=np.float64) / step
    link = {"link": families.links.Log()} if family == "Gamma" else {}
    model: Any = GLM(
        outcome, np.column_stack([np.ones(len(x)), x]), family=getattr(families, family)(**link), offset=offset
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fitted = model.fit(cov_type="cluster", cov_kwds={"groups": clusters}, tol=1e-12, maxiter=200)
    except (Warning, ValueError, ArithmeticError, np.linalg.LinAlgError):
        return NotEstimable("the model has no finite answer for these PCNs")
    log = with_interval(float(fitted.params[1]), float(fitted.bse[1]), count - 1)
    low, middle, high = (float(np.exp(value)) for value in (log.ci_low, log.estimate, log.ci_high))
    return Estimate(middle, middle * log.std_error, low, high, log.p_value, count - 1)

"""What sampling error in a survey need does to the slope, and the slope without it.

    reliability  l = 1 - mean(sampling variance) / variance of the observed need (given the covariates)
    corrected    b / l
    its variance (se_b / l)^2 + (b / l^2)^2 var(l),  var(l) = (s / v^2)^2 (m4 - v^2) / n

s is the mean sampling variance, v and m4 the second and fourth central moments of the observed need. The mean
sampling variance counts as known. Source: 1987, Measurement Error Models, section 1.2, for classical
error that is independent of need and provision. See docs/methods/attenuation.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, Estimate, NotEstimable, Result
from sp_geo.statistics.inference import Errors
from sp_geo.statistics.least_squares import FloatArray, with_interval
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.non_response import NonResponse, Sample, Weights, samples
from sp_geo.statistics.regression import check_choices, counts, design, errors_used, slope_of

RAW: Final = "none"
CORRECTED: Final = "attenuation"

ATTENUATION_COLUMNS: Final = (
    "quarter",
    "need",
    "non_response",
    "correction",
    "per",
    *ESTIMATE_COLUMNS[:-1],
    "reliability",
    "reliability_std_error",
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
_FEWEST: Final = 3


@dataclass(frozen=True)
class Reliability:
    """Share of the observed variance that is not sampling error.

    Attributes:
        value: above 0, at most 1.
        std_error: of ``value``, with the sampling variance taken as known.
    """

    value: float
    std_error: float


def reliability(
    need: FloatArray, std_error: FloatArray, covariates: FloatArray, weights: FloatArray | None = None
) -> Reliability | NotEstimable:
    """Reliability of a need that was measured by a sample.

    Args:
        need: shape (n,).
        std_error: shape (n,), sampling standard error of each, same unit.
        covariates: shape (n, k), with its column of ones; they count as measured without error.
        weights: shape (n,), those of the regression, or None.
    """
    rows, columns = covariates.shape
    if rows < max(_FEWEST, columns + 1):
        return NotEstimable("too few PCNs have a sampling error")
    share = np.ones(rows) if weights is None else weights / weights.mean()
    root = np.sqrt(share)
    solution = np.linalg.lstsq(covariates * root[:, None], need * root, rcond=None)[0]
    left = need - covariates @ solution
    variance = float((share * left**2).sum()) / (rows - columns)
    sampling = float((share * std_error**2).mean())
    if variance <= 0 or sampling >= variance:
        return NotEstimable("sampling error is as large as all the variation between PCNs")
    fourth = float((share * left**4).mean())
    spread = np.sqrt(max(fourth - variance**2, 0.0) / rows)
    return Reliability(1 - sampling / variance, sampling / variance**2 * float(spread))


def corrected(slope: Estimate, found: Reliability) -> Estimate:
    """The slope divided by the reliability, with both uncertainties in its interval."""
    value = slope.estimate / found.value
    from_slope = slope.std_error / found.value
    from_reliability = value / found.value * found.std_error
    return with_interval(value, float(np.hypot(from_slope, from_reliability)), slope.degrees)


def attenuation_table(
    panel: pd.DataFrame,
    sampling_errors: pd.DataFrame,
    need: Need,
    non_responses: tuple[NonResponse, ...] = ("reporters",),
    per: float = 10.0,
    weights: Weights = "none",
    se_type: Errors = "auto",
    covariates: tuple[str, ...] = (),
    provision: Provision = ALL_ROLES,
) -> pd.DataFrame:
    """Raw slope and corrected slope, two rows for each quarter and treatment.

    Args:
        panel: ``out_pcn_quarter``.
        sampling_errors: ``out_pcn_need``: pcn_code, quarter, need, std_error (unit of the need; NaN for a
            census).
        need: the indicator.
        non_responses: as in the regression by quarter, and so are the other choices.
        per: step of need in percentage points or points.
        weights: none or patients.
        se_type: kind of errors of the raw slope; the corrected interval is Student's t on its degrees of freedom.
        covariates: count as measured without error.
        provision: series.

    Returns:
        A table with :data:`ATTENUATION_COLUMNS`; both rows of a pair are over the same PCNs, those that have
        a sampling error.

    Raises:
        UsageError: an unknown choice or column, or a step of 0 or less.
    """
    step = need.step(per)
    check_choices(panel, need, non_responses, weights, se_type, covariates, provision)
    # The panel with the column ``std_error`` of this need.
    errors = sampling_errors.loc[sampling_errors["need"] == need.name, ["pcn_code", "quarter", "std_error"]]
    joined = panel.drop(columns="std_error", errors="ignore").merge(
        errors, on=["pcn_code", "quarter"], how="left", validate="many_to_one"
    )
    records: list[dict[str, object]] = []
    for quarter, rows, treated in samples(joined, need, non_responses, provision, weights, covariates):
        for non_response, every in treated:
            chosen = _with_error(every)
            raw = slope_of(chosen, need, se_type, covariates)
            found = _reliability_of(chosen, need, covariates)
            labels = {"quarter": quarter, "need": need.name, "non_response": non_response, "per": per}
            labels |= {"weights": weights, "se_type": errors_used(chosen, se_type), "covariates": ", ".join(covariates)}
            note = chosen.note if isinstance(chosen, Sample) else ""
            common = {
                **labels,
                "series": provision.name,
                "note": note,
                **counts(rows, chosen),
                "reliability": found.value if isinstance(found, Reliability) else float("nan"),
                "reliability_std_error": found.std_error if isinstance(found, Reliability) else float("nan"),
            }
            records.append({**common, "correction": RAW, **raw.per(step).as_record()})
            true: Result = raw
            if isinstance(raw, Estimate):
                true = corrected(raw, found) if isinstance(found, Reliability) else found
            records.append({**common, "correction": CORRECTED, **true.per(step).as_record()})
    return pd.DataFrame(records, columns=list(ATTENUATION_COLUMNS))


def _with_error(chosen: Sample | NotEstimable) -> Sample | NotEstimable:
    """Only the PCNs whose need has a sampling error."""
    if isinstance(chosen, NotEstimable):
        return chosen
    known = chosen.rows["std_error"].notna().to_numpy(dtype=bool)
    if not known.any() and len(known):
        return NotEstimable("no sampling error of this need is known: it is no survey, or its bases are not published")
    return Sample(chosen.rows.loc[known], None if chosen.weights is None else chosen.weights[known], chosen.note)


def _reliability_of(
    chosen: Sample | NotEstimable, need: Need, covariates: tuple[str, ...]
) -> Reliability | NotEstimable:
    if isinstance(chosen, NotEstimable):
        return chosen
    columns = design(chosen.rows, need, covariates)
    others = np.delete(columns, 1, axis=1)
    std_error = chosen.rows["std_error"].to_numpy(dtype=np.float64)
    return reliability(columns[:, 1], std_error, others, chosen.weights)

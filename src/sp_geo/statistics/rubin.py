"""Estimates of several completed data sets as one.

estimate  their mean;  variance T = W + (1 + 1/m) B, within and between (Rubin 1987)
degrees   of freedom by Barnard and Rubin 1999 (Biometrika 86: 948), never more than those of the complete data
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sp_geo.statistics.estimates import Result
from sp_geo.statistics.least_squares import FloatArray, with_interval


@dataclass(frozen=True)
class Combined:
    """Estimates of several completed data sets as one.

    Attributes:
        result: with both kinds of uncertainty.
        degrees: of freedom of its interval.
        missing_information: share of what could be known that is missing, 0 to 1.
    """

    result: Result
    degrees: float
    missing_information: float


def combined(estimates: FloatArray, std_errors: FloatArray, complete_degrees: float = np.inf) -> Combined:
    """Rubin's rules, with small-sample degrees of freedom.

    Args:
        estimates: shape (m,), m of 2 or more, one a completed data set.
        std_errors: shape (m,).
        complete_degrees: degrees of freedom if nothing were missing; infinite for a normal interval.
    """
    m = len(estimates)
    within, between = float((std_errors**2).mean()), float(estimates.var(ddof=1))
    extra = (1 + 1 / m) * between
    total = within + extra
    share = extra / total if total > 0 else 0.0
    observed = (
        (complete_degrees + 1) / (complete_degrees + 3) * complete_degrees * (1 - share)
        if np.isfinite(complete_degrees)
        else np.inf
    )
    old = (m - 1) / share**2 if share > 0 else np.inf
    rate = 1 / old + 1 / observed
    degrees = 1 / rate if rate > 0 else np.inf
    result = with_interval(float(estimates.mean()), float(np.sqrt(total)), degrees if np.isfinite(degrees) else None)
    return Combined(result, degrees, share)

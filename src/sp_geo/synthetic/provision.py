"""How provision and reporting come about: the mechanism whose truth is known.

For PCN u in quarter q, with true share lacking support x, list size n, and region r:

    expected rate  mu = a_q (1 + d_r) + b_q (x - mean x)         FTE per 10,000 patients
    realised rate  y  = mu m,  m >= 0, E[m] = 1, P(m = 0) = z_q   (m keeps its rank from quarter to quarter)
    reporting      u is in the release if  g (x) + h (log n) + c_r + e  is among the largest, e logistic

d_r is freed of its correlation with x over all active PCNs, so that b_q is exactly the least squares slope of mu on x
over them. a_q is solved so that reporters' FTE add up to the published total. Which PCN has a large m is chance; how
many have one is evened out among reporters, so that zeros and spread are the published ones. m and e are independent
given x, n and r: weighting reporters by the inverse chance of reporting given these is unbiased, counting the absent
as zero is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from sp_geo.synthetic import calibration
from sp_geo.synthetic.calibration import Floats

PERSISTENCE_OF_PROVISION: Final = 0.96
PERSISTENCE_OF_REPORTING: Final = 0.98
"""Correlation of a PCN's hidden normal score with that of the quarter before."""
SMALLEST_STEP: Final = 1 / 75
"""FTE come in half hours of a week of 37.5 hours."""


@dataclass(frozen=True)
class Quarterly:
    """One quarter of all active PCNs; arrays of shape (n,) in the order given.

    Attributes:
        expected: expected FTE per 10,000.
        rate: realised FTE per 10,000, after rounding to half hours.
        fte: realised FTE.
        is_reported: whether the PCN is in the release.
    """

    expected: Floats
    rate: Floats
    fte: Floats
    is_reported: np.ndarray


def hidden_paths(rng: np.random.Generator, pcns: int, quarters: int, persistence: float) -> Floats:
    """Standard normal scores that a PCN keeps for a while, shape (pcns, quarters)."""
    fresh = rng.standard_normal((pcns, quarters))
    paths = np.empty_like(fresh)
    paths[:, 0] = fresh[:, 0]
    for step in range(1, quarters):
        paths[:, step] = persistence * paths[:, step - 1] + np.sqrt(1 - persistence**2) * fresh[:, step]
    return paths


def multipliers(scores: Floats, zero: float, variation: float) -> Floats:
    """Mean-one multipliers with a share of zeros and a given coefficient of variation, from normal scores.

    Above the zeros they follow a gamma distribution whose shape gives the variation.
    """
    positive_mean = 1 / (1 - zero)
    variance = (variation**2 + 1) / (1 - zero) - positive_mean**2
    shape = positive_mean**2 / variance
    rank = (special.ndtr(scores) - zero) / (1 - zero)
    drawn = special.gammaincinv(shape, np.clip(rank, 0, 1 - 1e-12)) * variance / positive_mean
    return np.asarray(np.where(rank <= 0, 0.0, drawn))


def evened(scores: Floats, chosen: np.ndarray) -> Floats:
    """Scores with the same order, spread as a normal distribution exactly, among those chosen and among the others.

    Whose score is high stays chance; how many are high does not, so that the share of zeros is the published one in
    every quarter and at every scale.
    """
    even = np.empty_like(scores)
    for group in (chosen, ~chosen):
        size = int(group.sum())
        order = np.argsort(np.argsort(scores[group], kind="stable"), kind="stable")
        even[group] = special.ndtri((order + 0.5) / max(size, 1))
    return even


def reporting_scores(need: Floats, list_size: Floats, region: np.ndarray) -> Floats:
    """Log odds of reporting up to a constant of the quarter."""
    offsets = np.asarray([calibration.REGION_REPORTING[code] for code in region])
    slopes = calibration.REPORTING_ON_NEED * _standardised(need)
    return np.asarray(slopes + calibration.REPORTING_ON_SIZE * _standardised(np.log(list_size)) + offsets)


def reporters(scores: Floats, hidden: Floats, coverage: float) -> np.ndarray:
    """Which PCNs report: exactly the published share of them, those with the largest score plus logistic part."""
    chance = np.clip(special.ndtr(hidden), 1e-12, 1 - 1e-12)
    total = scores + special.logit(chance)
    count = round(coverage * len(total))
    chosen = np.zeros(len(total), dtype=bool)
    chosen[np.argsort(-total, kind="stable")[:count]] = True
    return chosen


def provide(
    quarter: str,
    need: Floats,
    list_size: Floats,
    region: np.ndarray,
    hidden_provision: Floats,
    hidden_reporting: Floats,
    national_fte: float,
    slope: float | None = None,
) -> Quarterly:
    """Provision and reporting of all active PCNs in one quarter.

    Args:
        quarter: such as 2022Q2; decides coverage, zeros, variation and (unless given) the slope.
        need: true share lacking support.
        list_size: patients.
        region: NHS region codes.
        hidden_provision: column of :func:`hidden_paths`.
        hidden_reporting: another, independent one.
        national_fte: what the reporters' FTE add up to.
        slope: FTE per 10,000 per unit of need, instead of :func:`calibration.true_slope`.
    """
    steepness = calibration.true_slope(quarter) if slope is None else slope
    chosen = reporters(
        reporting_scores(need, list_size, region),
        hidden_reporting,
        calibration.at_quarter(calibration.COVERAGE, quarter),
    )
    multiplier = multipliers(
        evened(hidden_provision, chosen),
        calibration.at_quarter(calibration.TRUE_ZERO, quarter),
        calibration.at_quarter(calibration.VARIATION, quarter),
    )
    # The region's provision relative to England's less 1 is made uncorrelated with need over the PCNs given.
    effect = np.asarray([calibration.REGION_PROVISION[code] / calibration.ENGLAND_PROVISION - 1 for code in region])
    away = need - need.mean()
    spread = float(away @ away)
    effect = effect - effect.mean()
    if spread > 0:
        effect -= away * (float(away @ effect) / spread)
    level = 1 + effect
    tilt = steepness * (need - need.mean())
    weight = np.where(chosen, multiplier * list_size / 10_000, 0.0)
    base = (national_fte - float(weight @ tilt)) / float(weight @ level)
    expected = base * level + tilt
    fte = np.maximum(expected, 0) * multiplier * list_size / 10_000
    fte = np.rint(fte / SMALLEST_STEP) * SMALLEST_STEP
    return Quarterly(expected=expected, rate=fte / list_size * 10_000, fte=fte, is_reported=chosen)


def _standardised(values: Floats) -> Floats:
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread) if spread > 0 else np.zeros_like(values)

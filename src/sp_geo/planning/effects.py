"""What a plan changes: rates, the slope on need, inequality, and people in under-served PCNs, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sp_geo.planning.problem import PER, PostsProblem
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.inequality import concentration_index, slope_index
from sp_geo.statistics.least_squares import fit
from sp_geo.statistics.quantiles import FIFTHS, equal_parts

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """One state of provision.

    Attributes:
        fte: posts in all.
        mean_rate: FTE per 10,000 patients, pooled.
        lowest_rate: of the PCN that has least.
        slope: of the rate on need, FTE per 10,000 per ``step`` of need, HC1; missing if it cannot be estimated.
        slope_low: lower end of its 95 % interval.
        slope_high: upper end.
        slope_index: fitted rate at the least needy end less that at the most needy end, over fifths of PCNs;
            equal need is never parted, as in the tables of inequality.
        concentration_index: above 0 where provision is concentrated among lower need.
        people_under_target: patients of PCNs under the target rate.
        shortfall_fte: FTE lacking to the target rate in all PCNs.
    """

    fte: float
    mean_rate: float
    lowest_rate: float
    slope: float
    slope_low: float
    slope_high: float
    slope_index: float
    concentration_index: float
    people_under_target: float
    shortfall_fte: float


def state(problem: PostsProblem, given: npt.NDArray[np.int64], per: float) -> State:
    """The state of provision after some steps have been given; zeros give today's.

    Args:
        problem: whose PCNs they are.
        given: steps by PCN.
        per: step of need that the slope is said in, in need's own unit.
    """
    fte = problem.fte + given * problem.step
    rate = fte / problem.patients * PER
    target = problem.target * problem.patients / PER
    slope = low = high = float("nan")
    line = fit(np.column_stack([np.ones(len(rate)), problem.need / per]), rate)
    if not isinstance(line, NotEstimable):
        estimate = line.estimate(1)
        slope, low, high = estimate.estimate, estimate.ci_low, estimate.ci_high
    # Equal need keeps the order of the codes, so that a plan's figures do not depend on how rows were given.
    order = np.argsort(-problem.need, kind="stable")
    return State(
        fte=float(fte.sum()),
        mean_rate=float(fte.sum() / problem.patients.sum() * PER),
        lowest_rate=float(rate.min()),
        slope=slope,
        slope_low=low,
        slope_high=high,
        slope_index=_slope_index(problem, fte),
        concentration_index=float(concentration_index(problem.patients[order], rate[order])),
        people_under_target=float(problem.patients[fte < target - 1e-9].sum()),
        shortfall_fte=float(np.maximum(target - fte, 0.0).sum()),
    )


def _slope_index(problem: PostsProblem, fte: Floats) -> float:
    """Over the fifths that the tables of inequality have too; missing with too few PCNs, or ties that empty a fifth."""
    if len(fte) < FIFTHS:
        return float("nan")
    fifth = equal_parts(problem.need) - 1
    people, posts = (np.bincount(fifth, held, FIFTHS).astype(np.float64) for held in (problem.patients, fte))
    return float(slope_index(people, posts / people * PER).slope) if people.all() else float("nan")

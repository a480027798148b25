"""The least and the greatest slope that PCNs which did not report could bring about.

Each silent PCN has something between none and the cap, a percentile of what reporters have. The slope is linear in
provision, b = sum c_i y_i, so the worst case is a choice for each silent PCN by the sign of its c_i:

    low   reporters as they are; a silent PCN has 0 where c_i > 0 and the cap where c_i < 0
    high  the other way round

Nothing is assumed of why PCNs are silent. Source: Horowitz and Manski 2000 (J Am Stat Assoc 95: 77), with a bounded
outcome. See docs/methods/silence.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.least_squares import FloatArray, has_full_rank
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.non_response import NOT_REPORTED, Weights, sample
from sp_geo.statistics.power import smallest_detectable
from sp_geo.statistics.regression import SLOPE, design

CAP_PERCENTILE: Final = 95.0


@dataclass(frozen=True)
class Bounds:
    """Ends of what the slope over all active PCNs can be.

    Attributes:
        low: FTE per 10,000 patients per unit of the need's column.
        high: the same, at least ``low``; equal where nobody is silent.
        cap: most that a silent PCN is allowed to have, FTE per 10,000 patients.
        silent: PCNs that did not report.
        pcns: all that count: reporters and silent PCNs with a need.
    """

    low: float
    high: float
    cap: float
    silent: int
    pcns: int


def worst_case_bounds(
    quarter_rows: pd.DataFrame,
    need: Need,
    provision: Provision = ALL_ROLES,
    percentile: float = CAP_PERCENTILE,
    weights: Weights = "none",
    covariates: tuple[str, ...] = (),
) -> Bounds | NotEstimable:
    """Worst-case bounds of one quarter's slope.

    Args:
        quarter_rows: the panel's rows of one quarter, one per active PCN.
        need: the indicator; PCNs without it are left out.
        provision: which series and denominator.
        percentile: of the reporters' provision, that caps what a silent PCN may have.
        weights: none or patients.
        covariates: further columns; PCNs without one of them are left out.

    Raises:
        UsageError: the percentile is not above 0 and at most 100.
    """
    if not 0 < percentile <= 100:  # noqa: PLR2004 - per cent
        raise UsageError("the percentile cannot be used", found=f"{percentile:g}", expected="above 0, at most 100")
    everyone = sample(
        quarter_rows,
        need,
        "absent_as_zero",
        provision=provision,
        weights=weights,
        covariates=covariates,
        balanced=frozenset(),
    )
    if isinstance(everyone, NotEstimable) or everyone.rows.empty:
        return NotEstimable("no PCN has both provision and need")
    rows = everyone.rows
    silent = (rows["reporting_status"] == NOT_REPORTED).to_numpy(dtype=bool)
    if silent.all():
        return NotEstimable("no PCN reported")
    columns = design(rows, need, covariates)
    if len(rows) <= columns.shape[1] or not has_full_rank(columns):
        return NotEstimable("the need is the same in every PCN, or collinear with the covariates")
    per_pcn = slope_weights(columns, everyone.weights)
    rate = rows["provision"].to_numpy(dtype=np.float64)
    cap = float(np.percentile(rate[~silent], percentile))
    told = float(per_pcn[~silent] @ rate[~silent])
    pushed = cap * per_pcn[silent]
    return Bounds(
        told + float(np.minimum(pushed, 0).sum()),
        told + float(np.maximum(pushed, 0).sum()),
        cap,
        int(silent.sum()),
        len(rows),
    )


def with_bounds(
    slopes: pd.DataFrame,
    panel: pd.DataFrame,
    need: Need,
    provision: Provision = ALL_ROLES,
    weights: Weights = "none",
    covariates: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Slopes with the worst case of each quarter and the smallest slope that each row could tell.

    Args:
        slopes: of one need, as ``quarter_slopes`` gives them.
        panel: that they were made of, and with which choices.
        need: the indicator.
        provision: which series and denominator.
        weights: none or patients.
        covariates: further columns.

    Returns:
        The rows with ``bound_low`` and ``bound_high``, the same in all rows of a quarter, and ``detectable``, what a
        row tells with a power of 80 %; all on the scale of ``estimate``, NaN where there is none.
    """
    found = {
        str(quarter): worst_case_bounds(rows, need, provision, CAP_PERCENTILE, weights, covariates)
        for quarter, rows in panel.groupby("quarter", sort=True)
    }
    ends = {name: (each.low, each.high) for name, each in found.items() if isinstance(each, Bounds)}
    step = [need.step(per) for per in slopes["per"]]
    low, high = (
        np.asarray([ends.get(quarter, (np.nan, np.nan))[end] for quarter in slopes["quarter"]]) * step for end in (0, 1)
    )
    return slopes.assign(bound_low=low, bound_high=high, detectable=smallest_detectable(slopes))


def slope_weights(columns: FloatArray, weights: FloatArray | None) -> FloatArray:
    """What one more FTE per 10,000 in each PCN adds to the slope: shape (rows,).

    Args:
        columns: shape (rows, k), of full rank, with the need in its place.
        weights: shape (rows,), or None for equal ones.
    """
    root = np.ones(len(columns)) if weights is None else np.sqrt(weights)
    q, r = np.linalg.qr(columns * root[:, None])
    return np.asarray(np.linalg.solve(r, q.T * root)[SLOPE], dtype=np.float64)

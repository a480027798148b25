"""A budget for community development, to the pound: over areas and categories, by unmet demand weighted by need."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.core.errors import InfeasibleError, UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
MICRO_GRANT_GBP: Final = 5_000
"""Under this a year, a grant is called a micro-grant: the evidence asks for more, for longer."""
LEAST_YEARS: Final = 2
QUARTERS: Final = 4


@dataclass(frozen=True)
class Funding:
    """Grants in whole pounds.

    Attributes:
        amount_gbp: by line, over all years.
        rows: area_code, category, amount_gbp, amount_a_year_gbp, reason, unmet_before, places_a_quarter, unmet_after,
            weight, share_pct; a row a line.
        warnings: what the evidence speaks against.
    """

    amount_gbp: Ints
    rows: pd.DataFrame
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Terms:
    """The terms of the fund.

    Attributes:
        budget: pounds over all years.
        years: for how long.
        smallest: least grant over all years; a line that would get less gets nothing.
        floor: least for every line, over all years.
        ceiling: most for any line, over all years; None for no limit.
    """

    budget: int
    years: int
    smallest: int = 0
    floor: int = 0
    ceiling: int | None = None


def fund(lines: pd.DataFrame, terms: Terms, cost_per_place: pd.Series) -> Funding:
    """Divide a budget.

    Each line's claim is its unmet demand times its need weight. The budget is divided in proportion to the claims
    between floor and ceiling. A line that would get less than the smallest grant gives it up, the least claim first
    (then the later code), and what it gives up is divided anew. Pounds that are left by rounding down go to the largest
    fractions, then to the larger claim, then to the earlier line.

    Args:
        lines: area_code, category, unmet_demand (people a quarter), need_weight (1 is the mean); a row a line, with a
            claim above 0 or nothing to be given.
        terms: of the fund.
        cost_per_place: pounds for one place, by category.

    Raises:
        UsageError: a term or a cost cannot be used.
        InfeasibleError: terms contradict each other, with the amounts.
    """
    _check(lines, terms, cost_per_place)
    ordered = lines.sort_values(["area_code", "category"], ignore_index=True)
    claim = (ordered["unmet_demand"].fillna(0.0) * ordered["need_weight"]).to_numpy(dtype=float)
    ceiling = float(terms.budget if terms.ceiling is None else terms.ceiling)
    kept, fair = _without_small(claim, terms, ceiling)
    amount = np.floor(fair + 1e-6).astype(np.int64)
    left = terms.budget - int(amount.sum())
    room = kept & (amount < ceiling)
    order = np.lexsort((np.arange(len(fair)), -claim, -np.round(fair - amount, 6)))
    order = order[room[order]]
    while left > 0 and len(order):
        step = order[:left]
        amount[step] += 1
        left -= len(step)
        order = order[amount[order] < ceiling]
    rows = _rows(ordered, claim, amount, kept, terms, cost_per_place)
    found = []
    if terms.years < LEAST_YEARS:
        found.append(f"{terms.years} year: the evidence asks for funding of {LEAST_YEARS} years or more.")
    micro = int(((amount > 0) & (amount / terms.years < MICRO_GRANT_GBP)).sum())
    if micro:
        found.append(
            f"{micro:,} of {int((amount > 0).sum()):,} grants are under {MICRO_GRANT_GBP:,} pounds a year: the "
            "evidence speaks against micro-grants; raise the smallest grant, or choose fewer areas or categories."
        )
    return Funding(amount, rows, tuple(found))


def _check(lines: pd.DataFrame, terms: Terms, cost_per_place: pd.Series) -> None:
    if terms.budget < 0 or terms.years < 1 or min(terms.smallest, terms.floor) < 0:
        raise UsageError(
            "the terms of the fund cannot be used",
            found=f"budget {terms.budget}, years {terms.years}, smallest {terms.smallest}, floor {terms.floor}",
            expected="whole pounds of 0 or more, and one year or more",
        )
    missing = sorted(set(lines["category"]) - set(cost_per_place.dropna().index))
    if missing or (cost_per_place <= 0).any():
        raise UsageError(
            "a category has no cost per place", found=", ".join(missing) or "a cost of 0", expected="pounds above 0"
        )
    if terms.ceiling is not None and terms.ceiling < max(terms.floor, terms.smallest):
        raise InfeasibleError(
            "the ceiling is lower than the floor or the smallest grant",
            found=f"ceiling {terms.ceiling:,}, floor {terms.floor:,}, smallest {terms.smallest:,} pounds",
            expected=f"a ceiling {max(terms.floor, terms.smallest) - terms.ceiling:,} pounds higher",
        )
    claims = int((lines["unmet_demand"].fillna(0.0) * lines["need_weight"] > 0).sum())
    if terms.budget > 0 and claims == 0:
        raise InfeasibleError(
            "no area has unmet demand that is known",
            found=f"{len(lines):,} lines",
            expected="demand and access of the area",
        )
    if terms.floor * claims > terms.budget:
        raise InfeasibleError(
            "the floor asks for more than the budget",
            found=f"{claims:,} lines at {terms.floor:,} pounds are {terms.floor * claims:,} of {terms.budget:,} pounds",
            expected=f"{terms.floor * claims - terms.budget:,} pounds more, a lower floor, or fewer lines",
        )
    if terms.ceiling is not None and terms.ceiling * claims < terms.budget:
        raise InfeasibleError(
            "the ceilings leave no room for the budget",
            found=f"{claims:,} lines at {terms.ceiling:,} take {terms.ceiling * claims:,} of {terms.budget:,} pounds",
            expected=f"a ceiling of {-(-terms.budget // claims):,} pounds, or more areas or categories",
        )
    if 0 < terms.budget < terms.smallest:
        raise InfeasibleError(
            "the budget is smaller than the smallest grant",
            found=f"{terms.budget:,} pounds, smallest grant {terms.smallest:,}",
            expected=f"{terms.smallest - terms.budget:,} pounds more, or a smaller grant",
        )


def _without_small(claim: Floats, terms: Terms, ceiling: float) -> tuple[npt.NDArray[np.bool_], Floats]:
    """Lines that get something, and their fair amounts.

    Amounts rise with claims, so the lines kept are always the greatest claims, and the least of them gets the more, the
    fewer they are: the most lines of which the least still gets the smallest grant are found by halving.
    """
    order = np.lexsort((np.arange(len(claim)), -claim))[: int((claim > 0).sum())]

    def with_first(count: int) -> tuple[npt.NDArray[np.bool_], Floats]:
        kept = np.zeros(len(claim), dtype=bool)
        kept[order[:count]] = True
        return kept, proportional(claim, kept, float(terms.budget), float(terms.floor), ceiling)

    if terms.budget == 0 or not len(order):
        return np.zeros(len(claim), dtype=bool), np.zeros(len(claim))
    low, high = 0, len(order)
    while low < high:
        middle = (low + high + 1) // 2
        fits = with_first(middle)[1][order[middle - 1]] >= terms.smallest - 1e-9
        low, high = (middle, high) if fits else (low, middle - 1)
    if ceiling * low < terms.budget:
        fewest = int(np.ceil(terms.budget / ceiling))
        least = with_first(fewest)[1][order[fewest - 1]]
        raise InfeasibleError(
            "ceiling and smallest grant leave no way to spend the budget",
            found=f"{low:,} grants of {terms.smallest:,} to {ceiling:,.0f} pounds take {ceiling * low:,.0f} of "
            f"{terms.budget:,} pounds",
            expected=f"a smallest grant of {least:,.0f} pounds or less, or a higher ceiling",
        )
    return with_first(low)


def proportional(claim: Floats, kept: npt.NDArray[np.bool_], budget: float, floor: float, ceiling: float) -> Floats:
    """Amounts in proportion to claims, within floor and ceiling, that sum to the budget.

    amount = min(ceiling, max(floor, price x claim)), with the one price that spends the budget.
    """
    amount = np.where(kept, floor, 0.0)
    if budget <= amount.sum():
        return amount
    # The sum is piecewise linear in the price: between two of its corners the price follows exactly.
    own = claim[kept]
    corners = np.unique(np.concatenate([[0.0], floor / own, ceiling / own]))

    def spent(at: int) -> float:
        return float(np.clip(corners[at] * own, floor, ceiling).sum())

    at = bisect_left(range(len(corners)), budget, key=spent)
    if at >= len(corners):
        return np.where(kept, ceiling, 0.0)
    before, after = (corners[at - 1], spent(at - 1)), (corners[at], spent(at))
    rise = after[1] - before[1]
    price = after[0] if rise <= 0 else before[0] + (after[0] - before[0]) * (budget - before[1]) / rise
    amount[kept] = np.clip(price * own, floor, ceiling)
    return amount


def _rows(
    lines: pd.DataFrame,
    claim: Floats,
    amount: Ints,
    kept: npt.NDArray[np.bool_],
    terms: Terms,
    cost_per_place: pd.Series,
) -> pd.DataFrame:
    cost = lines["category"].map(cost_per_place).to_numpy(dtype=float)
    places = amount / cost / (terms.years * QUARTERS)
    unmet = lines["unmet_demand"].to_numpy(dtype=float)
    share = 100.0 * claim / claim.sum() if claim.sum() > 0 else np.zeros(len(claim))
    reasons = [
        _reason(row, unmet[at], amount[at], share[at], bool(kept[at]), terms)
        for at, row in enumerate(lines.itertuples())
    ]
    frame = pd.DataFrame(
        {
            "area_code": lines["area_code"],
            "category": lines["category"],
            "amount_gbp": amount,
            "amount_a_year_gbp": amount / terms.years,
            "reason": reasons,
            "unmet_before": unmet,
            "places_a_quarter": places,
            "unmet_after": np.maximum(unmet - places, 0.0),
            "need_weight": lines["need_weight"],
            "share_of_claims_pct": share,
        }
    )
    return frame.sort_values(["amount_gbp", "area_code", "category"], ascending=[False, True, True], ignore_index=True)


def _reason(row: object, unmet: float, amount: int, share: float, is_kept: bool, terms: Terms) -> str:
    if np.isnan(unmet):
        return "unmet demand is not known: no directory covers the area, or too few PCNs reported"
    weight = float(row.need_weight)  # type: ignore[attr-defined]
    words = f"{unmet:,.1f} people a quarter unmet, need weight {weight:.2f}: {share:.2f} % of all claims"
    if not is_kept:
        return (
            f"{words}; below the smallest grant of {terms.smallest:,} pounds"
            if unmet * weight > 0
            else "no unmet demand"
        )
    if terms.ceiling is not None and amount >= terms.ceiling:
        return f"{words}; the ceiling"
    return f"{words}; the floor" if terms.floor and amount <= terms.floor else words

"""The problem of sites: places with people, sites with costs of reaching them, and what is open already.

Two questions are answered elsewhere: :mod:`sp_geo.planning.covering` (how many people are within reach of a site) and
:mod:`sp_geo.planning.medians` (how far people are from the nearest one). Both take the same input, checked here.
Places and sites are rows and columns counted from 0; who they are is the caller's business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from sp_geo.core.errors import UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
TOLERANCE: Final = 1e-9
_NAMED: Final = 5


@dataclass(frozen=True)
class Pairs:
    """Costs of the pairs of place and site that have one; every other pair is out of reach.

    Attributes:
        place: row of the place, one entry a pair.
        site: row of the site.
        cost: metres or minutes.
        places: how many places there are.
        sites: how many sites there are.
    """

    place: Ints
    site: Ints
    cost: Floats
    places: int
    sites: int


Costs = Floats | Pairs
"""Places x sites, NaN or infinity where there is no way; or only the pairs that have a cost."""


@dataclass(frozen=True)
class SitesProblem:
    """A checked request: n places, m sites, some of them open, some more to be opened.

    Attributes:
        weights: n, people x need; 0 or more.
        costs: as given.
        existing: rows of the sites that are open and stay open, ascending.
        candidates: rows of all other sites, ascending.
        opening: how many of the candidates may be opened.
    """

    weights: Floats
    costs: Costs
    existing: Ints
    candidates: Ints
    opening: int

    @property
    def sites(self) -> int:
        """How many sites there are, open or not."""
        return len(self.existing) + len(self.candidates)


def sites_problem(weights: npt.ArrayLike, costs: Costs, existing: Sequence[int] | Ints, opening: int) -> SitesProblem:
    """The request, checked; nothing is relaxed.

    Args:
        weights: people x need of n places.
        costs: n x m, or pairs.
        existing: rows of the sites that are open and stay open.
        opening: how many of the others may be opened.

    Raises:
        UsageError: the numbers do not fit together, or cannot be had; it says which and by how much.
    """
    weighed = np.asarray(weights, dtype=float)
    places, sites = _check_costs(costs)
    if weighed.shape != (places,):
        raise UsageError(
            "weights and costs are not about the same places",
            found=f"weights of shape {weighed.shape}, costs of {places:,} places",
            expected="one weight a place",
        )
    wrong = np.flatnonzero(~np.isfinite(weighed) | (weighed < 0))
    if len(wrong):
        raise UsageError(
            f"{len(wrong):,} place(s) have a weight that cannot be used",
            found=", ".join(f"{weighed[at]:g} at place {at}" for at in wrong[:_NAMED]),
            expected="people x need, 0 or more",
        )
    if weighed.sum() <= 0:
        raise UsageError("no place has any weight", found=f"{places:,} places of weight 0", expected="some people")
    fixed = _check_existing(existing, sites)
    candidates = np.setdiff1d(np.arange(sites, dtype=np.int64), fixed)
    if opening < 0:
        raise UsageError("the number of sites to open is negative", found=f"{opening}", expected="0 or more")
    if opening > len(candidates):
        raise UsageError(
            "more sites are to be opened than there are candidates",
            found=f"{opening:,} to open, {len(candidates):,} candidates ({sites:,} sites, {len(fixed):,} open already)",
            expected=f"{opening - len(candidates):,} fewer to open, or as many more candidates",
        )
    return SitesProblem(weighed, costs, fixed, candidates, int(opening))


def _check_costs(costs: Costs) -> tuple[int, int]:
    """Numbers of places and sites.

    Raises:
        UsageError: the costs are no table, are negative, or name a place or site that is not there, or a pair twice.
    """
    if isinstance(costs, Pairs):
        values = costs.cost
        if not len(costs.place) == len(costs.site) == len(values):
            raise UsageError(
                "pairs are not complete",
                found=f"{len(costs.place):,} places, {len(costs.site):,} sites, {len(values):,} costs",
                expected="as many of each",
            )
        for what, rows, count in (("place", costs.place, costs.places), ("site", costs.site, costs.sites)):
            if len(rows) and (rows.min() < 0 or rows.max() >= count):
                raise UsageError(
                    f"a pair names a {what} that is not there",
                    found=f"rows {rows.min()} to {rows.max()}",
                    expected=f"rows 0 to {count - 1}",
                )
        key = costs.place.astype(np.int64) * costs.sites + costs.site
        twice = len(key) - len(np.unique(key))
        if twice:
            raise UsageError("a pair of place and site has two costs", found=f"{twice:,} repeated", expected="one each")
        shape = (costs.places, costs.sites)
    else:
        values = costs
        if costs.ndim != 2:  # noqa: PLR2004 - a table
            raise UsageError("costs are no table", found=f"{costs.ndim} dimension(s)", expected="places x sites")
        shape = (costs.shape[0], costs.shape[1])
    if min(shape) == 0:
        raise UsageError("there is nothing to choose from", found=f"{shape[0]} places, {shape[1]} sites")
    below = int(np.count_nonzero(values < 0))
    if below:
        raise UsageError(f"{below:,} cost(s) are negative", found=f"{np.nanmin(values):g}", expected="0 or more")
    return shape


def _check_existing(existing: Sequence[int] | Ints, sites: int) -> Ints:
    rows, times = np.unique(np.asarray(existing, dtype=np.int64), return_counts=True)
    outside = rows[(rows < 0) | (rows >= sites)]
    if len(outside):
        raise UsageError(
            f"{len(outside):,} existing site(s) are not among the sites",
            found="rows " + ", ".join(str(row) for row in outside[:_NAMED]),
            expected=f"rows 0 to {sites - 1}",
        )
    if (times > 1).any():
        raise UsageError(
            f"{int((times > 1).sum()):,} existing site(s) are listed more than once",
            found=", ".join(f"row {row} {count} times" for row, count in zip(rows, times, strict=True) if count > 1),
            expected="each once",
        )
    return rows


def first_of_best(values: Floats) -> int:
    """Row of the greatest value; of values that differ by rounding only, the first (the tie rule of all sites)."""
    best = float(values.max())
    return int(np.flatnonzero(values >= best - TOLERANCE * max(abs(best), np.finfo(float).tiny))[0])

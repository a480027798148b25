"""Service deserts: covered areas of high need with little access, joined to clusters, with how sure we are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from sp_geo.statistics.quantiles import equal_parts

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
SURVIVES_AT: Final = 0.5
"""A cluster survives a draw if at least half of its people are still in a desert."""


@dataclass(frozen=True)
class Rule:
    """When an area is a desert.

    Attributes:
        need: name of the need measure, for the words.
        need_fifths: how many top fifths of need count.
        share_of_mean: access under this share of the mean counts.
    """

    need: str
    need_fifths: int = 2
    share_of_mean: float = 0.5

    def words(self) -> str:
        """The rule in words with its numbers."""
        fifths = "fifth" if self.need_fifths == 1 else f"{self.need_fifths} fifths"
        return (
            f"Desert: an area that a directory covers, with {self.need} in the top {fifths} of England's small areas, "
            f"and access of zero, or under {100 * self.share_of_mean:g} % of the mean over people in covered areas. "
            "Areas that no directory covers, and areas whose services do not record their capacity, are neither "
            "desert nor not."
        )


@dataclass(frozen=True)
class Found:
    """Deserts of one category.

    Attributes:
        is_desert: n.
        is_judged: whether the area could be judged (covered, with a score and a need), n.
        mean: mean score over people in the areas judged, in the score's unit.
        limit: score under which an area of high need is a desert.
    """

    is_desert: Flags
    is_judged: Flags
    mean: float
    limit: float


def high_need(need: Floats, fifths: int) -> Flags:
    """Whether need lies in the top fifths of all areas that have a value (ties with the border are in)."""
    found = np.zeros(len(need), dtype=bool)
    known = ~np.isnan(need)
    found[known] = equal_parts(need[known], ties="highest") <= fifths
    return found


def deserts(score: Floats, covered: Flags, need: Floats, people: Floats, rule: Rule) -> Found:
    """Which areas are deserts.

    Args:
        score: access, n; NaN where it is not known.
        covered: whether a directory covers the area, n.
        need: n; greater is more need; NaN where it is not known.
        people: n, the weights of the mean.
        rule: with its numbers.
    """
    judged = covered & ~np.isnan(score) & ~np.isnan(need)
    weight = np.where(judged, people, 0.0)
    total = weight.sum()
    mean = float((np.where(judged, score, 0.0) * weight).sum() / total) if total > 0 else float("nan")
    limit = rule.share_of_mean * mean
    # No access at all is little access, also where nobody has any and half of nothing is nothing.
    little = (np.nan_to_num(score) < limit) | (score == 0)
    is_desert = judged & high_need(need, rule.need_fifths) & little
    return Found(is_desert, judged, mean, limit)


def neighbours(shapes: npt.NDArray[np.object_]) -> scipy.sparse.csr_array:
    """Which areas touch each other, at an edge or a corner.

    Args:
        shapes: polygons in metres (EPSG:27700), n.

    Returns:
        n x n, symmetric, without the diagonal.
    """
    import shapely

    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    apart = first != second
    ones = np.ones(int(apart.sum()), dtype=np.int8)
    return scipy.sparse.csr_array((ones, (first[apart], second[apart])), shape=(len(shapes), len(shapes)))


def clusters(is_desert: Flags, touching: scipy.sparse.csr_array) -> npt.NDArray[np.int64]:
    """Number of the cluster of neighbouring deserts that each area belongs to, from 0; -1 outside them.

    Clusters are numbered in the order of their first area.
    """
    rows = np.flatnonzero(is_desert)
    label = np.full(len(is_desert), -1, dtype=np.int64)
    if len(rows):
        _, found = scipy.sparse.csgraph.connected_components(touching[rows][:, rows], directed=False)
        label[rows] = pd.factorize(found)[0]
    return label


def resampled_capacity(capacity: Floats, of_category: Flags, draws: int, seed: int) -> Floats:
    """Capacities of services drawn again: one draw a service, whatever its sites and categories.

    What a service can take is a count that varies from quarter to quarter: a known capacity is drawn from a Poisson
    distribution about it. An unknown one is drawn from the known services that share a category with it, those without
    a free place among them; where none does, from all that are known. A known zero stays zero.

    Where each recorded service counts as 1, a Poisson draw about 1 is the bootstrap of services that draws each by
    itself. Drawing the same number of services again (a multinomial) would fix what nobody fixed: how many there are.
    One service alone would then never go, and draws that keep the number in one category cannot keep it in another, so
    that a service of both could not have one draw.

    Args:
        capacity: of m services, whole, in people a quarter; NaN where unknown.
        of_category: whether each is of each category, m x k.
        draws: how many.
        seed: the same seed gives the same draws.

    Returns:
        m x draws.
    """
    random = np.random.default_rng(seed)
    unknown = np.isnan(capacity)
    drawn = random.poisson(np.where(unknown, 0.0, capacity)[:, None], (len(capacity), draws)).astype(float)
    if unknown.any() and not unknown.all():
        sets, of_set = np.unique(of_category[unknown], axis=0, return_inverse=True)
        for number, held in enumerate(sets):
            rows = np.flatnonzero(unknown)[of_set.ravel() == number]
            alike = capacity[~unknown & of_category[:, held].any(axis=1)]
            drawn[rows] = random.choice(alike if len(alike) else capacity[~unknown], (len(rows), draws))
    return drawn


def survival(
    scores: Floats, means: Floats, label: npt.NDArray[np.int64], people: Floats, share_of_mean: float
) -> pd.Series:
    """How often each cluster survives, in percent.

    Args:
        scores: drawn scores of the areas in clusters, n x draws.
        means: the mean of each draw, draws.
        label: cluster of each of the n areas.
        people: n.
        share_of_mean: of the rule.

    Returns:
        By number of the cluster.
    """
    still = ((scores < share_of_mean * means) | (scores == 0)) * people[:, None]
    frame = pd.DataFrame(still).groupby(label).sum()
    everyone = pd.Series(people).groupby(label).sum()
    return 100.0 * (frame.div(everyone, axis=0) >= SURVIVES_AT).mean(axis=1)


def overlap(first: Flags, second: Flags) -> float:
    """Areas that are deserts in both maps over those that are in either; 1 if neither has any."""
    either = int((first | second).sum())
    return float((first & second).sum() / either) if either else 1.0

"""Access to services by the enhanced two-step floating catchment method, all categories in one pass.

With places i, services j, population P, capacity S, and a weight f(d_ij) within the catchment:

    R_j = S_j / sum_k P_k f(d_kj)        places per person in reach of service j
    A_i = sum_j R_j f(d_ij)              places per person at place i

so that sum_i P_i A_i is the capacity of all services that reach somebody (Luo and Qi, Health & Place 2009, 15:1100).
A place that no service reaches scores 0. A service of unknown capacity is not a service of none: it adds nothing to a
score and is counted beside it, and where nothing else reaches a place the score is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from sp_geo.core.errors import UsageError

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
PAIRS_AT_ONCE: Final = 2_000_000
"""Pairs held at a time, about 100 MB: memory does not grow with England."""
NOT_OF_CATEGORY: Final = -1.0
"""Stands in a matrix of capacities where a service is not of the category."""


@dataclass(frozen=True)
class Pairs:
    """Places and services within reach of each other: all the pairs of some services.

    Attributes:
        services: rows of the services of this block, b of them.
        place: row of the place, one entry a pair.
        service: position of the service in ``services``.
        cost: metres or minutes from the place to the service.
    """

    services: Rows
    place: Rows
    service: Rows
    cost: Floats


@dataclass(frozen=True)
class Access:
    """Access of n places to m services in k categories.

    Attributes:
        score: capacity per person of the population, n x k; NaN where only services of unknown capacity reach.
        reached: services in reach of known capacity above 0, n x k; a service with several sites in reach is one.
        full: services in reach of known capacity 0 (full, closed, or with too long a wait), n x k.
        unknown: services in reach of unknown capacity, n x k.
        rate: R_j, m x k; NaN for unknown capacity, 0 for a service that reaches nobody.
        demand: weighted people in reach of each service (the divisor of its rate), m.
        lost: capacity of services that reach nobody, k.
    """

    score: Floats
    reached: Counts
    full: Counts
    unknown: Counts
    rate: Floats
    demand: Floats
    lost: Floats


@dataclass(frozen=True)
class Nearest:
    """The nearest service of each of n places in each of k categories.

    Attributes:
        cost: metres or minutes, n x k; NaN where there is none.
        service: its row, n x k; -1 where there is none.
    """

    cost: Floats
    service: Rows


def straight_line_pairs(
    places: Floats, services: Floats, reach: Floats | float, detour: float = 1.0, at_once: int = PAIRS_AT_ONCE
) -> Iterator[Pairs]:
    """Pairs within reach, in blocks of whole services.

    Args:
        places: n x 2, metres on the National Grid (EPSG:27700).
        services: m x 2, the same.
        reach: catchment in metres along the way, one for all or one a place; inclusive.
        detour: length of the way for each metre of straight line, 1 or more.
        at_once: pairs to hold at a time.

    Raises:
        UsageError: the reach is not positive, or the detour is under 1.
    """
    widest = float(np.max(reach)) if np.size(reach) else 0.0
    if detour < 1.0 or not np.all(np.asarray(reach) > 0):
        raise UsageError(
            "the catchment cannot be used",
            found=f"reach {widest:g} m, detour {detour:g}",
            expected="a reach above 0 and a detour factor of 1 or more",
        )
    if not len(services) or not len(places):
        return
    # Distances are searched as the crow flies; a hair more, so that the edge is decided by the test below alone.
    radius = widest / detour * (1 + 1e-12)
    tree = scipy.spatial.cKDTree(places)
    # Services side by side share a block, so that each block meets few places.
    order = np.lexsort((services[:, 0], services[:, 1] // radius))
    found = tree.query_ball_point(services[order], radius, return_length=True, workers=-1)
    block_of = np.cumsum(found) // at_once
    for block in np.split(order, np.flatnonzero(np.diff(block_of)) + 1):
        near = scipy.spatial.cKDTree(services[block]).sparse_distance_matrix(tree, radius, output_type="ndarray")
        cost, place, service = near["v"] * detour, near["j"], near["i"]
        within = cost <= (reach if np.ndim(reach) == 0 else np.asarray(reach)[place])
        if not within.all():
            cost, place, service = cost[within], place[within], service[within]
        yield Pairs(block, place, service, cost)


def floating_catchment(
    pairs: Iterable[Pairs],
    population: Floats,
    capacity: Floats,
    reach: Floats | float,
    decay: Callable[[Floats], Floats],
    selection: Floats | None = None,
    owner: Rows | None = None,
) -> Access:
    """Access scores of all categories.

    Args:
        pairs: in blocks, all pairs of a service in one block.
        population: P, n people; not negative.
        capacity: S, m x k; NaN where unknown, :data:`NOT_OF_CATEGORY` where the service is of another category.
        reach: catchment in the unit of the costs, one for all or one a place.
        decay: weight by cost as a share of the place's catchment.
        selection: of :func:`selection_sums`, for the three-step method; people then divide themselves over the services
            in reach in proportion to the weights, instead of being counted in full by each.
        owner: number of the service that each of the m rows is a site of, from 0; each row its own by default. The
            sites of a service are of the same categories and state, and counted as one.

    Returns:
        Scores and what they rest on.

    Raises:
        UsageError: shapes do not fit, or a population is negative or missing.
    """
    if capacity.ndim != 2 or population.ndim != 1 or not np.all(population >= 0):  # noqa: PLR2004 - a matrix
        raise UsageError(
            "population and capacity do not fit",
            found=f"population {population.shape}, capacity {capacity.shape}",
            expected="people of each place, none negative; a column of capacity for each category",
        )
    states = _States.of(capacity)
    n, (m, k) = len(population), capacity.shape
    score, counts = np.zeros((n, k)), np.zeros((n, 3 * k), dtype=np.int64)
    rate, demand = np.zeros((m, k)), np.zeros(m)
    sites = np.ones(m, dtype=int) if owner is None else np.bincount(owner)[owner]
    single, several = np.where((sites == 1)[:, None], states.marks, 0), []
    for block in pairs:
        weights = _weights(block, n, reach, decay, selection)
        rows = block.services
        demand[rows] = weights.T @ population
        # Each service has all its pairs in its block: its rate is final, and no second search is needed.
        known, people = states.known[rows], demand[rows][:, None]
        rate[rows] = np.divide(known, people, out=np.zeros_like(known), where=people > 0)
        score += (weights @ scipy.sparse.csr_array(rate[rows])).toarray()
        touches = scipy.sparse.csr_array(
            ((weights.data > 0).astype(np.int64), weights.indices, weights.indptr), shape=weights.shape
        )
        counts += (touches @ scipy.sparse.csr_array(single[rows])).toarray()
        if (sites[rows] > 1).any():
            at = touches.tocoo()
            kept = (at.data > 0) & (sites[rows[at.coords[1]]] > 1)
            several.append((at.coords[0][kept], rows[at.coords[1][kept]]))
    if owner is not None and several:
        # The sites of a service lie in different blocks: only all of them tell whether it is in reach.
        place, site = (np.concatenate(parts) for parts in zip(*several, strict=True))
        _, first = np.unique(place * (owner.max() + 1) + owner[site], return_index=True)
        touched = scipy.sparse.csr_array((np.ones(len(first), dtype=np.int64), (place[first], site[first])), (n, m))
        counts += (touched @ scipy.sparse.csr_array(states.marks)).toarray()
    reached, full, unknown = counts[:, :k], counts[:, k : 2 * k], counts[:, 2 * k :]
    return Access(
        score=np.where((unknown > 0) & (reached + full == 0), np.nan, score),
        reached=reached,
        full=full,
        unknown=unknown,
        rate=np.where(np.isnan(capacity), np.nan, rate),
        demand=demand,
        lost=np.where(demand[:, None] > 0, 0.0, states.known).sum(axis=0),
    )


def selection_sums(
    pairs: Iterable[Pairs], n_places: int, reach: Floats | float, decay: Callable[[Floats], Floats]
) -> Floats:
    """Sum of the weights of the services of each place: the first of three steps (Wan and others 2012).

    Whether people choose among the services of their catchment or among all is decided by the pairs and the decay.
    """
    sums = np.zeros(n_places)
    for block in pairs:
        sums += np.asarray(_weights(block, n_places, reach, decay, None).sum(axis=1)).ravel()
    return sums


def reach_matrix(
    pairs: Iterable[Pairs],
    shape: tuple[int, int],
    demand: Floats,
    reach: Floats | float,
    decay: Callable[[Floats], Floats],
) -> scipy.sparse.csc_array:
    """The matrix M, n x m, with A = M S: a score is linear in the capacities, so other capacities need no new search.

    Args:
        pairs: of the n places wanted.
        shape: n and m.
        demand: of :class:`Access`, computed with all places.
        reach: catchment, one for all or one for each of the n places.
        decay: weight by cost as a share of the catchment.
    """
    rows, columns, values = [], [], []
    for block in pairs:
        weights = _weights(block, shape[0], reach, decay, None).tocoo()
        rows.append(weights.coords[0])
        columns.append(block.services[weights.coords[1]])
        values.append(weights.data)
    if not rows:
        return scipy.sparse.csc_array(shape)
    column = np.concatenate(columns)
    value = np.concatenate(values) / demand[column]
    return scipy.sparse.coo_array((value, (np.concatenate(rows), column)), shape=shape).tocsc()


def nearest_services(
    places: Floats,
    services: Floats,
    capacity: Floats,
    detour: float = 1.0,
    served: Iterable[tuple[Rows, Rows]] | None = None,
) -> Nearest:
    """The nearest service of each category that serves the place, at any distance and of any capacity.

    Args:
        places: n x 2, EPSG:27700.
        services: m x 2, the same.
        capacity: m x k, as for :func:`floating_catchment`.
        detour: length of the way for each metre of straight line.
        served: groups of rows of services, each with the rows of the places that it serves; every service serves every
            place by default.
    """
    n, k = len(places), capacity.shape[1]
    cost, service = np.full((n, k), np.nan), np.full((n, k), -1, dtype=np.intp)
    for group, here in [(np.arange(len(services)), np.arange(n))] if served is None else served:
        for category in range(k):
            rows = group[capacity[group, category] != NOT_OF_CATEGORY]
            if len(rows) and len(here):
                metres, position = scipy.spatial.cKDTree(services[rows]).query(places[here], workers=-1)
                way = metres * detour
                nearer = np.isnan(cost[here, category]) | (way < cost[here, category])
                cost[here[nearer], category] = way[nearer]
                service[here[nearer], category] = rows[position[nearer]]
    return Nearest(cost, service)


@dataclass(frozen=True)
class _States:
    """Capacity taken apart: known (0 elsewhere), m x k; marks of known above 0, known 0, and unknown, m x 3k."""

    known: Floats
    marks: Counts

    @classmethod
    def of(cls, capacity: Floats) -> _States:
        """The parts of a matrix of capacities, m x k; NaN is unknown, :data:`NOT_OF_CATEGORY` of another category.

        Raises:
            UsageError: a capacity is negative.
        """
        unknown = np.isnan(capacity)
        held = (capacity != NOT_OF_CATEGORY) & ~unknown
        if (capacity[held] < 0).any():
            raise UsageError("a capacity is negative", found=f"{capacity[held].min():g}", expected="0 or more")
        marks = np.hstack([held & (capacity > 0), held & (capacity == 0), unknown]).astype(np.int64)
        return cls(np.where(held, capacity, 0.0), marks)


def _weights(
    block: Pairs, n: int, reach: Floats | float, decay: Callable[[Floats], Floats], selection: Floats | None
) -> scipy.sparse.csr_array:
    """Weights of a block, n x b."""
    catchment = reach if np.ndim(reach) == 0 else np.asarray(reach)[block.place]
    weight = decay(block.cost / catchment)
    if selection is not None:
        weight *= np.divide(weight, selection[block.place], out=np.zeros_like(weight), where=weight > 0)
    return scipy.sparse.coo_array((weight, (block.place, block.service)), shape=(n, len(block.services))).tocsr()

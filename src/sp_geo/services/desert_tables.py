"""Deserts and their clusters as tables, for every category and for all together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from sp_geo.services.access import CATEGORIES, PER, Landscape, Method, compute, scores
from sp_geo.services.catchment_access import NOT_OF_CATEGORY, nearest_services, reach_matrix
from sp_geo.services.decay import SHAPES, Decay
from sp_geo.services.deserts import Found, Rule, clusters, deserts, overlap, resampled_capacity, survival
from sp_geo.tables.service_outputs import out_desert_cluster

Floats = npt.NDArray[np.float64]
SEED = 20240748
"""Of the draws of capacities."""
CATCHMENTS_KM = (5.0, 10.0, 20.0)
THRESHOLDS = (0.25, 0.5, 0.75)
_HALF = 0.5


@dataclass(frozen=True, eq=False)
class DesertMap:
    """Deserts of all categories.

    Attributes:
        people: out_lsoa11, one row a small area, n.
        score: access per 1,000 people, n x 9; NaN where it is not known.
        found: by category.
        label: cluster of each area, n x 9; -1 outside.
        rule: that they were found by.
        method: of the access.
    """

    people: pd.DataFrame
    score: Floats
    found: tuple[Found, ...]
    label: npt.NDArray[np.int64]
    rule: Rule
    method: Method

    @property
    def population(self) -> Floats:
        """People of each small area, n."""
        return self.people["patients_count"].to_numpy(dtype=float)

    @property
    def need(self) -> Floats:
        """Need of each small area, n."""
        return self.people[self.rule.need].to_numpy(dtype=float)

    def cluster_names(self, column: int) -> npt.NDArray[np.object_]:
        """Clusters called after their category and their first small area, so that a name means the same next time.

        Returns:
            The name of each area's cluster, n; empty outside.
        """
        codes, label = self.people["lsoa11_code"].to_numpy(dtype=object), self.label[:, column]
        names = np.full(len(codes), "", dtype=object)
        rows = np.flatnonzero(label >= 0)
        first = pd.Series(codes[rows]).groupby(label[rows]).transform("min")
        names[rows] = (f"{CATEGORIES[column]}:" + first).to_numpy()
        return names


def map_deserts(
    people: pd.DataFrame,
    score: Floats,
    covered: npt.NDArray[np.bool_],
    method: Method,
    rule: Rule,
    touching: scipy.sparse.csr_array,
) -> DesertMap:
    """Deserts and clusters.

    Args:
        people: out_lsoa11, with the need of the rule.
        score: access per 1,000 people, n x 9; NaN where it is not known.
        covered: whether a directory covers the area, n x 9.
        method: of the access.
        rule: with the name of the need, a column of the people.
        touching: neighbours of all small areas.
    """
    need, population = people[rule.need].to_numpy(dtype=float), people["patients_count"].to_numpy(dtype=float)
    found = tuple(
        deserts(score[:, column], covered[:, column], need, population, rule) for column in range(len(CATEGORIES))
    )
    label = np.column_stack([clusters(item.is_desert, touching) for item in found])
    return DesertMap(people, score, found, label, rule, method)


def desert_rows(mapped: DesertMap) -> pd.DataFrame:
    """One row a desert area and category: the columns of out_desert."""
    parts = []
    for column, (category, found) in enumerate(zip(CATEGORIES, mapped.found, strict=True)):
        rows = np.flatnonzero(found.is_desert)
        parts.append(
            pd.DataFrame(
                {
                    "lsoa11_code": mapped.people["lsoa11_code"].to_numpy()[rows],
                    "category": category,
                    "cluster_id": mapped.cluster_names(column)[rows],
                    "patients_count": mapped.population[rows],
                    "need": mapped.rule.need,
                    "need_value": mapped.need[rows],
                    "score": mapped.score[rows, column],
                    "limit": found.limit,
                    "mean": found.mean,
                }
            )
        )
    return pd.concat(parts, ignore_index=True).assign(method=mapped.method.words(), rule=mapped.rule.words())


def cluster_rows(
    landscape: Landscape,
    demand: Floats,
    mapped: DesertMap,
    waits: pd.Series,
    draws: int,
) -> pd.DataFrame:
    """One row a cluster: the columns of out_desert_cluster.

    Args:
        landscape: that access was computed from.
        demand: weighted people in reach of each site and visiting service, by the method of the map.
        mapped: the deserts.
        waits: waiting_days by service_id.
        draws: how often capacities are drawn again.
    """
    if not any(item.is_desert.any() for item in mapped.found):
        return out_desert_cluster.empty()
    # One matrix serves all categories: what a service can take differs between them, who reaches it does not.
    shape = (len(landscape.people), len(demand))
    decay, reach = mapped.method.decay.function(), landscape.reach(mapped.method)
    matrix = reach_matrix(landscape.pairs(mapped.method), shape, demand, reach, decay).tocsr()
    supply = landscape.supply
    drawn = resampled_capacity(supply.places(mapped.method.measure), supply.share[:, :-1] > 0, draws, SEED)
    parts = [
        _clusters_of(landscape, matrix, mapped, column, waits, drawn)
        for column in range(len(CATEGORIES))
        if mapped.found[column].is_desert.any()
    ]
    return pd.concat(parts, ignore_index=True).assign(rule=mapped.rule.words())[list(out_desert_cluster.column_names)]


def _clusters_of(
    landscape: Landscape,
    matrix: scipy.sparse.csr_array,
    mapped: DesertMap,
    column: int,
    waits: pd.Series,
    drawn: Floats,
) -> pd.DataFrame:
    label = mapped.label[:, column]
    rows = np.flatnonzero(label >= 0)
    people = landscape.population[rows]
    # A cluster of areas in which nobody is registered has a centre all the same.
    living = np.where(np.bincount(label[rows], people)[label[rows]] > 0, people, 1.0)
    frame = pd.DataFrame(
        {
            "cluster": label[rows],
            "areas_count": 1,
            "patients_count": people,
            "need": mapped.need[rows] * people,
            "score": mapped.score[rows, column] * people,
            "living": living,
            "east": landscape.places[rows, 0] * living,
            "north": landscape.places[rows, 1] * living,
        }
    )
    sums = frame.groupby("cluster").sum()
    weight = sums["patients_count"].clip(lower=1.0)
    names = mapped.cluster_names(column)
    centres = sums[["east", "north"]].div(sums["living"], axis=0).to_numpy()
    shape = (len(landscape.people), len(sums))
    alternative = _alternatives(
        landscape, mapped.method, column, centres, scipy.sparse.csr_array((living, (rows, label[rows])), shape), waits
    )
    table = pd.DataFrame(
        {
            "category": CATEGORIES[column],
            "cluster_id": pd.Series(names[rows]).groupby(label[rows]).first(),
            "areas_count": sums["areas_count"].astype(int),
            "patients_count": sums["patients_count"],
            "need": mapped.rule.need,
            "need_mean": sums["need"] / weight,
            "score_mean": sums["score"] / weight,
            "missing_categories": _missing(mapped, label),
            "robustness_pct": _survival(landscape, matrix, mapped, column, drawn),
            "draws": drawn.shape[1],
        }
    )
    return pd.concat([table.reset_index(drop=True), alternative], axis=1)


def _missing(mapped: DesertMap, label: npt.NDArray[np.int64]) -> pd.Series:
    """Categories of which at least half of a cluster's people are in a desert, with ; between."""
    rows = np.flatnonzero(label >= 0)
    people = mapped.population[rows]
    flags = np.column_stack([item.is_desert[rows] for item in mapped.found[:-1]]) * people[:, None]
    shares = pd.DataFrame(flags, columns=list(CATEGORIES[:-1])).groupby(label[rows]).sum()
    everyone = pd.Series(people).groupby(label[rows]).sum().clip(lower=1.0)
    missing = shares.div(everyone, axis=0) >= _HALF
    return missing.apply(lambda row: ";".join(name for name in missing.columns if row[name]), axis=1)


def _alternatives(
    landscape: Landscape,
    method: Method,
    column: int,
    centres: Floats,
    living: scipy.sparse.csr_array,
    waits: pd.Series,
) -> pd.DataFrame:
    """The nearest site with a free place that is for a cluster's people: from its centre, how far it is, and its wait.

    Args:
        landscape: as for the map.
        method: as for the map.
        column: category.
        centres: of the clusters, EPSG:27700.
        living: people of each small area in each cluster, areas x clusters.
        waits: waiting_days by service_id.
    """
    everyone = living.sum(axis=0)
    capacity = landscape.capacity(method)[: len(landscape.supply.sites), [column]]
    free = np.where(np.nan_to_num(capacity, nan=0.0) > 0, capacity, NOT_OF_CATEGORY)
    # A service that is not for most of a cluster's people is no alternative to them, however near.
    served = [
        (sites, np.flatnonzero(living[areas].sum(axis=0) >= _HALF * everyone)) for sites, areas in landscape.site_groups
    ]
    near = nearest_services(centres, landscape.supply.points, free, method.detour, served)
    row = near.service[:, 0]
    names = landscape.supply.sites["service_id"].reindex(row).reset_index(drop=True)
    return pd.DataFrame(
        {
            "nearest_service_id": names.astype("str"),
            "nearest_m": near.cost[:, 0],
            "nearest_waiting_days": waits.reindex(names).to_numpy(dtype=float),
        }
    )


def _survival(
    landscape: Landscape, matrix: scipy.sparse.csr_array, mapped: DesertMap, column: int, drawn: Floats
) -> pd.Series:
    """How often the clusters of a category survive when capacities are drawn again, in percent.

    Args:
        landscape: as for the map.
        matrix: score per person of each small area for one unit of capacity at each point.
        mapped: the deserts.
        column: category.
        drawn: capacities of services, whole, services x draws.
    """
    label = mapped.label[:, column]
    rows = np.flatnonzero(label >= 0)
    supply = landscape.supply
    part = supply.divided(np.ones(len(supply.services)), mapped.method.measure)[:, column]
    held = np.flatnonzero(part != NOT_OF_CATEGORY)
    # From what a service can take to what each of its points gives: a draw is of the service, and shared out by it.
    shared = scipy.sparse.csr_array((part[held], (held, supply.owner[held])), shape=(len(part), len(supply.services)))
    scored = (matrix[rows] @ shared) @ drawn * PER
    people = np.where(mapped.found[column].is_judged, landscape.population, 0.0)
    means = (people / people.sum() @ matrix @ shared) @ drawn * PER
    return survival(scored, means, label[rows], landscape.population[rows], mapped.rule.share_of_mean)


def sensitivity(
    landscape: Landscape,
    base: DesertMap,
    touching: scipy.sparse.csr_array,
    column: int,
) -> pd.DataFrame:
    """How the map of one category changes with the catchment, the decay and the threshold.

    Returns:
        catchment_km, decay, share_of_mean, areas_count, clusters_count, patients_count, overlap_with_map (areas in both
        over areas in either), is_map (the row of the map itself), a row a combination.
    """
    rows = []
    kms = sorted({*CATCHMENTS_KM, base.method.catchment_km})
    for km in kms:
        for shape in SHAPES:
            method = replace(base.method, catchment_km=km, decay=Decay(shape), minutes=None)
            score = scores(compute(landscape, method))
            for share in sorted({*THRESHOLDS, base.rule.share_of_mean}):
                rule = replace(base.rule, share_of_mean=share)
                mapped = map_deserts(base.people, score, landscape.is_covered, method, rule, touching)
                flags = mapped.found[column].is_desert
                rows.append(
                    {
                        "category": CATEGORIES[column],
                        "catchment_km": km,
                        "decay": shape,
                        "share_of_mean": share,
                        "areas_count": int(flags.sum()),
                        "clusters_count": int(mapped.label[:, column].max() + 1),
                        "patients_count": float(mapped.population[flags].sum()),
                        "overlap_with_map": overlap(flags, base.found[column].is_desert),
                        "is_map": method == base.method and rule == base.rule,
                    }
                )
    return pd.DataFrame(rows)

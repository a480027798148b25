"""Deserts and their clusters as tables, for every category and for all together."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from sp_geo.services.access import CATEGORIES, PER, Landscape, Method, compute
from sp_geo.services.catchment_access import NOT_OF_CATEGORY, Access, reach_matrix
from sp_geo.services.decay import SHAPES, Decay
from sp_geo.services.deserts import Found, Rule, clusters, deserts, overlap, resampled_capacity, survival

Floats = npt.NDArray[np.float64]
SEED = 20240748
"""Of the draws of capacities."""
CATCHMENTS_KM = (5.0, 10.0, 20.0)
THRESHOLDS = (0.25, 0.5, 0.75)
_HALF = 0.5


@dataclass(frozen=True)
class DesertMap:
    """Deserts of all categories.

    Attributes:
        found: by category.
        label: cluster of each area, n x 9; -1 outside.
        rule: that they were found by.
        method: of the access.
    """

    found: tuple[Found, ...]
    label: npt.NDArray[np.int64]
    rule: Rule
    method: Method


def map_deserts(
    landscape: Landscape,
    access: Access,
    method: Method,
    rule: Rule,
    touching: scipy.sparse.csr_array,
    wanted: npt.NDArray[np.bool_] | None = None,
) -> DesertMap:
    """Deserts and clusters.

    Args:
        landscape: with people, need and coverage.
        access: computed with the method.
        method: of the access.
        rule: with the name of the need, a column of the landscape's people.
        touching: neighbours of all small areas.
        wanted: areas to be judged and averaged, n; all by default.
    """
    need = landscape.people[rule.need].to_numpy(dtype=float)
    inside = np.ones(len(need), dtype=bool) if wanted is None else wanted
    found = []
    for column in range(len(CATEGORIES)):
        reached, unknown = access.reached[:, column], access.unknown[:, column]
        score = np.where((reached == 0) & (unknown > 0), np.nan, access.score[:, column] * PER)
        covered = landscape.is_covered[:, column] & inside
        found.append(deserts(score, covered, need, landscape.population, rule))
    label = np.column_stack([clusters(item.is_desert, touching) for item in found])
    return DesertMap(tuple(found), label, rule, method)


def desert_rows(landscape: Landscape, access: Access, mapped: DesertMap) -> pd.DataFrame:
    """One row a desert area and category: the columns of out_desert."""
    codes = landscape.people["lsoa11_code"].to_numpy()
    need = landscape.people[mapped.rule.need].to_numpy(dtype=float)
    parts = []
    for column, (category, found) in enumerate(zip(CATEGORIES, mapped.found, strict=True)):
        rows = np.flatnonzero(found.is_desert)
        parts.append(
            pd.DataFrame(
                {
                    "lsoa11_code": codes[rows],
                    "category": category,
                    "cluster_id": _names(codes, mapped.label[:, column], category)[rows],
                    "patients_count": landscape.population[rows],
                    "need": mapped.rule.need,
                    "need_value": need[rows],
                    "score": access.score[rows, column] * PER,
                    "limit": found.limit,
                    "mean": found.mean,
                }
            )
        )
    return pd.concat(parts, ignore_index=True).assign(method=mapped.method.words(), rule=mapped.rule.words())


def _names(codes: npt.NDArray[np.object_], label: npt.NDArray[np.int64], category: str) -> npt.NDArray[np.object_]:
    """Clusters called after their category and their first small area, so that a name means the same next time."""
    names = np.full(len(codes), "", dtype=object)
    rows = np.flatnonzero(label >= 0)
    first = pd.Series(codes[rows]).groupby(label[rows]).transform("min")
    names[rows] = (category + ":" + first).to_numpy()
    return names


def cluster_rows(
    landscape: Landscape,
    access: Access,
    mapped: DesertMap,
    waits: pd.Series,
    draws: int,
) -> pd.DataFrame:
    """One row a cluster: the columns of out_desert_cluster.

    Args:
        landscape: as for the map.
        access: as for the map.
        mapped: the deserts.
        waits: waiting_days by service_id.
        draws: how often capacities are drawn again.
    """
    if not any(item.is_desert.any() for item in mapped.found):
        return pd.DataFrame()
    # One matrix serves all categories: what a service can take differs between them, who reaches it does not.
    shape = (len(landscape.people), len(access.demand))
    decay, reach = mapped.method.decay.function(), landscape.reach(mapped.method)
    matrix = reach_matrix(landscape.pairs(mapped.method), shape, access.demand, reach, decay).tocsr()
    parts = [
        _clusters_of(landscape, access, matrix, mapped, column, waits, draws)
        for column in range(len(CATEGORIES))
        if mapped.found[column].is_desert.any()
    ]
    return pd.concat(parts, ignore_index=True).assign(rule=mapped.rule.words())


def _clusters_of(
    landscape: Landscape,
    access: Access,
    matrix: scipy.sparse.csr_array,
    mapped: DesertMap,
    column: int,
    waits: pd.Series,
    draws: int,
) -> pd.DataFrame:
    label = mapped.label[:, column]
    rows = np.flatnonzero(label >= 0)
    people = landscape.population[rows]
    frame = pd.DataFrame(
        {
            "cluster": label[rows],
            "areas_count": 1,
            "patients_count": people,
            "need": landscape.people[mapped.rule.need].to_numpy(dtype=float)[rows] * people,
            "score": access.score[rows, column] * PER * people,
            "east": landscape.places[rows, 0] * people,
            "north": landscape.places[rows, 1] * people,
        }
    )
    sums = frame.groupby("cluster").sum()
    # A cluster of areas in which nobody is registered has a place all the same.
    weight = sums["patients_count"].clip(lower=1.0)
    category = CATEGORIES[column]
    names = _names(landscape.people["lsoa11_code"].to_numpy(), label, category)
    alternative = _alternatives(
        landscape, mapped.method, column, sums[["east", "north"]].div(weight, axis=0).to_numpy(), waits
    )
    table = pd.DataFrame(
        {
            "category": category,
            "cluster_id": pd.Series(names[rows]).groupby(label[rows]).first(),
            "areas_count": sums["areas_count"].astype(int),
            "patients_count": sums["patients_count"],
            "need": mapped.rule.need,
            "need_mean": sums["need"] / weight,
            "score_mean": sums["score"] / weight,
            "missing_categories": _missing(landscape, mapped, label),
            "survives_pct": _survival(landscape, matrix, mapped, column, draws),
            "draws": draws,
        }
    )
    return pd.concat([table.reset_index(drop=True), alternative], axis=1)


def _missing(landscape: Landscape, mapped: DesertMap, label: npt.NDArray[np.int64]) -> pd.Series:
    """Categories of which at least half of a cluster's people are in a desert, with ; between."""
    rows = np.flatnonzero(label >= 0)
    people = landscape.population[rows]
    flags = np.column_stack([item.is_desert[rows] for item in mapped.found[:-1]]) * people[:, None]
    shares = pd.DataFrame(flags, columns=list(CATEGORIES[:-1])).groupby(label[rows]).sum()
    everyone = pd.Series(people).groupby(label[rows]).sum().clip(lower=1.0)
    missing = shares.div(everyone, axis=0) >= _HALF
    return missing.apply(lambda row: ";".join(name for name in missing.columns if row[name]), axis=1)


def _alternatives(landscape: Landscape, method: Method, column: int, centres: Floats, waits: pd.Series) -> pd.DataFrame:
    """The nearest site with a free place to each cluster's centre, how far it is, and its wait."""
    capacity = landscape.capacity(method)[: len(landscape.supply.sites), column]
    rows = np.flatnonzero(np.nan_to_num(capacity, nan=NOT_OF_CATEGORY) > 0)
    if not len(rows):
        nothing = pd.Series([None] * len(centres), dtype="str")
        blank = np.full(len(centres), np.nan)
        return pd.DataFrame({"nearest_service_id": nothing, "nearest_m": blank, "nearest_waiting_days": blank})
    metres, position = scipy.spatial.cKDTree(landscape.supply.points[rows]).query(centres)
    service = landscape.supply.sites["service_id"].to_numpy()[rows[position]]
    return pd.DataFrame(
        {
            "nearest_service_id": pd.Series(service, dtype="str"),
            "nearest_m": metres * method.detour,
            "nearest_waiting_days": waits.reindex(service).to_numpy(dtype=float),
        }
    )


def _survival(
    landscape: Landscape, matrix: scipy.sparse.csr_array, mapped: DesertMap, column: int, draws: int
) -> pd.Series:
    """How often the clusters of a category survive when capacities are drawn again, in percent."""
    label = mapped.label[:, column]
    rows = np.flatnonzero(label >= 0)
    capacity = landscape.capacity(mapped.method)[:, column]
    services = np.flatnonzero(capacity != NOT_OF_CATEGORY)
    known = landscape.capacity(mapped.method)[services, column]
    drawn = np.zeros((len(capacity), draws))
    drawn[services] = resampled_capacity(known, known, draws, SEED + column)
    scores = matrix[rows] @ drawn * PER
    judged = mapped.found[column].is_judged
    people = np.where(judged, landscape.population, 0.0)
    means = (people / people.sum() @ matrix) @ drawn * PER
    return survival(scores, means, label[rows], landscape.population[rows], mapped.rule.share_of_mean)


def sensitivity(
    landscape: Landscape,
    base: DesertMap,
    touching: scipy.sparse.csr_array,
    column: int,
    wanted: npt.NDArray[np.bool_] | None = None,
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
            access = compute(landscape, method)
            for share in sorted({*THRESHOLDS, base.rule.share_of_mean}):
                rule = replace(base.rule, share_of_mean=share)
                mapped = map_deserts(landscape, access, method, rule, touching, wanted)
                flags = mapped.found[column].is_desert
                rows.append(
                    {
                        "category": CATEGORIES[column],
                        "catchment_km": km,
                        "decay": shape,
                        "share_of_mean": share,
                        "areas_count": int(flags.sum()),
                        "clusters_count": int(mapped.label[:, column].max() + 1),
                        "patients_count": float(landscape.population[flags].sum()),
                        "overlap_with_map": overlap(flags, base.found[column].is_desert),
                        "is_map": method == base.method and rule == base.rule,
                    }
                )
    return pd.DataFrame(rows)

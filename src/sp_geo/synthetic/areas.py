"""Invented values of real small areas: patients, deprivation, ethnicity and rurality with the structure of cities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy import ndimage
from scipy.spatial import cKDTree

from sp_geo.synthetic import calibration
from sp_geo.synthetic.calibration import Floats, rank, score

_WAVES: Final = 60
_CELL_M: Final = 5_000.0
_REACH_M: Final = 10_000.0
_RURAL_SHARE: Final = 0.189
_VILLAGE_SHARE: Final = 0.086
_SPARSE_SHARE: Final = 0.01
_CONURBATION_RANK: Final = (0.68, 0.645)
"""Areas with more around them than these shares of areas are in a major or a minor conurbation."""
_SPLIT_SHARE: Final = 950 / 32_844
_MERGED_PAIRS_SHARE: Final = 110 / 32_844
_GROUPS: Final = ("asian", "black", "mixed", "other")
_GROUP_SHARES: Final = np.asarray([0.507, 0.222, 0.156, 0.115])
_CODE_OF_NEW_AREAS: Final = 990_001
"""Areas of 2021 that replace a real one have invented codes from E01990001 on."""


@dataclass(frozen=True)
class Areas:
    """Small areas with invented values.

    Attributes:
        areas11: as in World, and easting_m, northing_m, sub_icb_code, minority (share), density (score, 0 = mean).
        areas21: as in World.
        lookup: as in World.
    """

    areas11: pd.DataFrame
    areas21: pd.DataFrame
    lookup: pd.DataFrame


def make_areas(lsoas: pd.DataFrame, rng: np.random.Generator) -> Areas:
    """Values for every small area of 2011, and the areas of 2021 with their lookup.

    Args:
        lsoas: ``Places.lsoas``, or a part of them.
        rng: source of all that is drawn.
    """
    points = lsoas[["easting_m", "northing_m"]].to_numpy(dtype=np.float64)
    # Density by the mean distance in metres to the six nearest areas.
    distances, _ = cKDTree(points).query(points, k=min(7, len(points)))
    density = score(-np.log(np.maximum(distances[:, 1:].mean(axis=1), 50.0)))
    # Areas in the neighbourhood: counts by square of 5 km, smoothed with a Gaussian of 10 km.
    cells = ((points - points.min(axis=0)) // _CELL_M).astype(int)
    grid = np.zeros(cells.max(axis=0) + 1)
    np.add.at(grid, (cells[:, 0], cells[:, 1]), 1.0)
    smooth = ndimage.gaussian_filter(grid, _REACH_M / _CELL_M)
    city = score(np.log(smooth[cells[:, 0], cells[:, 1]] + 0.1))
    north = score(points[:, 1])
    wide, near = _field(points, 15_000, rng), _field(points, 2_500, rng)
    size = len(lsoas)
    deprivation = 0.45 * density + 0.25 * city + 0.3 * north + 0.5 * wide + 0.7 * near + 0.5 * rng.standard_normal(size)
    ethnic = 1.3 * city + 0.4 * density + 0.25 * score(deprivation) + 0.5 * _field(points, 20_000, rng)
    ethnic = ethnic + 0.5 * _field(points, 3_000, rng) + 0.3 * rng.standard_normal(size)
    later = score(deprivation) + 0.2 * rng.standard_normal(size)
    # Rural-urban class of 2011 by how close areas lie and how many are around.
    close, around = rank(density), rank(city)
    rural = np.select([close < _SPARSE_SHARE, close < _VILLAGE_SHARE], ["E2", "E1"], "D1")
    urban = np.select([around > bound for bound in _CONURBATION_RANK], ["A1", "B1"], "C1")
    areas = pd.DataFrame(
        {
            "lsoa11_code": lsoas["lsoa11_code"].to_numpy(),
            "lsoa11_name": lsoas["lsoa11_name"].to_numpy(),
            "sub_icb_code": lsoas["sub_icb_code"].to_numpy(),
            "easting_m": points[:, 0],
            "northing_m": points[:, 1],
            "density": density,
            "imd_score": calibration.imd_2019(rank(deprivation)).round(3),
            "imd_2025": calibration.imd_2025(rank(later)).round(3),
            "minority": calibration.minority(rank(ethnic)),
            "residents_count": np.rint(1_720 * np.exp(0.19 * rng.standard_normal(size) - 0.018)).astype(np.int64),
            "ruc_code": np.where(close < _RURAL_SHARE, rural, urban).astype(object),
        }
    )
    # Residents by broad ethnic group; whole numbers that add up to all residents.
    people = areas["residents_count"].to_numpy()
    direction = rng.standard_gamma(4.0 * _GROUP_SHARES, size=(len(areas), len(_GROUPS))) + 1e-3
    shares = areas["minority"].to_numpy()[:, None] * direction / direction.sum(axis=1, keepdims=True)
    numbers = np.rint(shares * people[:, None]).astype(np.int64)
    excess = np.maximum(numbers.sum(axis=1) - people, 0)
    numbers[np.arange(len(numbers)), numbers.argmax(axis=1)] -= excess
    table = pd.DataFrame(numbers, columns=list(_GROUPS))
    counts = table.assign(white=people - numbers.sum(axis=1))
    areas21, lookup = _areas21(areas, counts, rng)
    return Areas(areas11=areas, areas21=areas21, lookup=lookup)


def _field(points: Floats, reach_m: float, rng: np.random.Generator) -> Floats:
    """A smooth random surface, near standard normal: a sum of waves with a Gaussian spectrum of the given reach."""
    waves = rng.standard_normal((2, _WAVES)) / reach_m
    phases = rng.uniform(0, 2 * np.pi, _WAVES)
    return np.asarray(np.sqrt(2 / _WAVES) * np.cos(points @ waves + phases).sum(axis=1))


def _areas21(areas: pd.DataFrame, counts: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas of 2021: some of 2011 are split in two, some pairs of neighbours by code are merged."""
    size = len(areas)
    order = rng.permutation(size // 2) * 2
    merged = order[: round(_MERGED_PAIRS_SHARE * size)]
    rest = order[len(merged) :]
    split = np.sort(rest[: round(_SPLIT_SHARE * size)])
    rows = pd.concat(
        [
            counts,
            pd.DataFrame(
                {
                    "lsoa21_code": areas["lsoa11_code"],
                    "lsoa21_name": areas["lsoa11_name"],
                    "imd_score": areas["imd_2025"],
                    "ruc_code": areas["ruc_code"].map(
                        {"A1": "UN1", "B1": "UN1", "C1": "UN1", "D1": "RLN1", "E1": "RSF1", "E2": "RSF1"}
                    ),
                }
            ),
        ],
        axis=1,
    )
    groups = [*_GROUPS, "white"]
    codes = [f"E01{_CODE_OF_NEW_AREAS + number:06}" for number in range(2 * len(split) + len(merged))]
    first, second = rows.iloc[split].copy(), rows.iloc[split].copy()
    first[groups] = first[groups] // 2
    second[groups] = second[groups] - first[groups]
    first["lsoa21_code"], second["lsoa21_code"] = codes[: len(split)], codes[len(split) : 2 * len(split)]
    both = rows.iloc[merged].copy()
    both[groups] = both[groups].to_numpy() + rows.iloc[merged + 1][groups].to_numpy()
    both["lsoa21_code"] = codes[2 * len(split) :]
    gone = np.concatenate([split, merged, merged + 1])
    kept = rows[~rows.index.isin(gone)]
    code11 = areas["lsoa11_code"].to_numpy()
    lookup = pd.concat(
        [
            pd.DataFrame({"lsoa11_code": kept["lsoa21_code"], "lsoa21_code": kept["lsoa21_code"], "change": "U"}),
            *(_pairs(code11[split], part["lsoa21_code"], "S") for part in (first, second)),
            *(_pairs(code11[index], both["lsoa21_code"], "M") for index in (merged, merged + 1)),
        ],
        ignore_index=True,
    )
    areas21 = pd.concat([kept, first, second, both], ignore_index=True)
    return (
        areas21.sort_values("lsoa21_code", ignore_index=True),
        lookup.sort_values(["lsoa11_code", "lsoa21_code"], ignore_index=True),
    )


def _pairs(old: np.ndarray, new: pd.Series, change: str) -> pd.DataFrame:
    return pd.DataFrame({"lsoa11_code": old, "lsoa21_code": new.to_numpy(), "change": change})

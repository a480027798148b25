"""Invented patients: how many each practice has from month to month, where they live and how old they are."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from sp_geo.synthetic import calibration
from sp_geo.synthetic.calibration import Floats

NEIGHBOURS: Final = 120
"""Small areas near a practice that may send it patients; a few more lie farther away."""
_STRAY_ROWS: Final = 20
_WITHOUT_AREA_SHARE: Final = 0.68
_WELSH_ROWS: Final = 4
_WALES: Final = (300_000.0, 352_000.0, 190_000.0, 395_000.0)
"""Easting and northing between which a practice is near enough to Wales to have patients from there."""
_LEAST_WITH_WELSH: Final = 3_000
_AGED_65: Final = 0.187
_FIRST_BAND_65: Final = 13
# Share of patients by five-year band from 0 to 4, women then men: England, July 2026.
_WOMEN: Final = (
    *(0.0221, 0.0258, 0.0288, 0.0295, 0.0300, 0.0342, 0.0362, 0.0370, 0.0344, 0.0310),
    *(0.0296, 0.0317, 0.0308, 0.0261, 0.0219, 0.0213, 0.0150, 0.0091, 0.0044, 0.0015),
)
_MEN: Final = (
    *(0.0233, 0.0271, 0.0303, 0.0310, 0.0304, 0.0348, 0.0369, 0.0381, 0.0358, 0.0327),
    *(0.0309, 0.0322, 0.0307, 0.0253, 0.0202, 0.0186, 0.0122, 0.0064, 0.0025, 0.0006),
)
_BANDS: Final = np.asarray([_WOMEN, _MEN])


def is_open(practices: pd.DataFrame, day: str) -> np.ndarray:
    """Which practices are open on a day (ISO)."""
    closed = practices["closed"].fillna("9999").to_numpy(dtype=str)
    return np.asarray((practices["opened"].to_numpy(dtype=str) <= day) & (closed > day))


def list_sizes(
    practices: pd.DataFrame, months: tuple[str, ...], share: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Patients of each open practice on the first day of each month; the sum is England's published one times share.

    Patients of a practice that is not open yet, or not any more, are with its carer.
    """
    trend = 0.008 * rng.standard_normal(len(practices))
    carer = practices["carer"].to_numpy()
    parts = []
    for month in months:
        here = is_open(practices, f"{month}-01")
        years = (int(month[:4]) - 2022) + (int(month[5:]) - 7) / 12
        patients = practices["size"].to_numpy(dtype=np.float64) * np.exp(trend[carer] * years)
        held = np.bincount(np.where(here, np.arange(len(here)), carer), weights=patients, minlength=len(here))
        held *= calibration.at_month(calibration.PATIENTS, month) * share / held.sum()
        counts = np.rint(held[here]).astype(np.int64)
        codes = practices["practice_code"].to_numpy()[here]
        parts.append(pd.DataFrame({"practice_code": codes, "release": month, "patients": counts}))
    return pd.concat(parts, ignore_index=True)


def patients_by_area(
    practices: pd.DataFrame, patients: np.ndarray, areas: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Where each practice's patients live: mostly near, with a long tail of areas that send one or two.

    Args:
        practices: easting_m, northing_m, practice_code.
        patients: of each.
        areas: lsoa11_code, easting_m, northing_m, residents_count.
        rng: source of all that is drawn.

    Returns:
        practice_code, area_code, patients; sums by practice are exact.
    """
    points = areas[["easting_m", "northing_m"]].to_numpy(dtype=np.float64)
    places = practices[["easting_m", "northing_m"]].to_numpy(dtype=np.float64)
    reach = min(NEIGHBOURS, len(areas))
    _, near = cKDTree(points).query(places, k=reach)
    # Patients without an English small area: NO2011, and a few Welsh areas; shape (practices, 1 + Welsh areas).
    away = np.zeros((len(places), 1 + _WELSH_ROWS), dtype=np.int64)
    some = rng.random(len(places)) < _WITHOUT_AREA_SHARE
    away[some, 0] = rng.geometric(1 / 6.2, int(some.sum()))
    west, east, south, north = _WALES
    borders = (places[:, 0] > west) & (places[:, 0] < east) & (places[:, 1] > south) & (places[:, 1] < north)
    chosen = np.flatnonzero(borders & (patients > _LEAST_WITH_WELSH))[::5]
    away[chosen, 1:] = rng.geometric(1 / 56, (len(chosen), _WELSH_ROWS))
    away_codes = np.asarray(["NO2011", *(f"W0100{number:04}" for number in range(1, _WELSH_ROWS + 1))])
    # Areas farther away, by their distance in the list of codes, which runs from place to place.
    steps = np.rint(rng.normal(0, 250, (len(near), _STRAY_ROWS))).astype(np.int64)
    stray = np.clip(near[:, :1] + steps, 0, len(areas) - 1)
    inside = patients - away.sum(axis=1) - _STRAY_ROWS
    radius = 7.5 * (np.maximum(inside, 300) / 9_500) ** 0.8 * np.exp(0.25 * rng.standard_normal(len(inside)))
    weight = areas["residents_count"].to_numpy()[near] / (1 + (np.arange(reach) / radius[:, None]) ** 2.2)
    expected = np.maximum(inside, 0)[:, None] * weight / weight.sum(axis=1, keepdims=True)
    counts = np.floor(expected + rng.random(expected.shape)).astype(np.int64)
    counts[:, 0] += inside - counts.sum(axis=1)
    rows = np.repeat(np.arange(len(practices)), reach + _STRAY_ROWS)
    area = np.concatenate([near, stray], axis=1).ravel()
    values = np.concatenate([counts, np.ones_like(stray)], axis=1).ravel()
    keys, inverse = np.unique(rows * len(areas) + area, return_inverse=True)
    summed = np.bincount(inverse, weights=values).astype(np.int64)
    codes = practices["practice_code"].to_numpy(dtype=object)
    english = pd.DataFrame(
        {
            "practice": keys // len(areas),
            "area_code": areas["lsoa11_code"].to_numpy(dtype=object)[keys % len(areas)],
            "patients": summed,
        }
    )
    owner, column = np.nonzero(away)
    other = pd.DataFrame(
        {"practice": owner, "area_code": away_codes[column].astype(object), "patients": away[owner, column]}
    )
    table = pd.concat([english, other], ignore_index=True).sort_values("practice", kind="stable", ignore_index=True)
    table = table[table["patients"] > 0]
    table.insert(0, "practice_code", codes[table["practice"]])
    return table.drop(columns="practice").reset_index(drop=True)


def ages(
    practices: pd.DataFrame, lists: pd.DataFrame, months: tuple[str, ...], density: Floats, rng: np.random.Generator
) -> pd.DataFrame:
    """Patients by sex and five-year band; the older, the less dense the practice's surroundings.

    Args:
        practices: of all times.
        lists: as in World.
        months: for which ages are wanted.
        density: by practice, score with mean 0.
        rng: source of all that is drawn.
    """
    older = np.clip(_AGED_65 - 0.025 * density + 0.03 * rng.standard_normal(len(practices)), 0.04, 0.4)
    shares = _BANDS / _BANDS.sum()
    of_older = shares[:, _FIRST_BAND_65:].sum()
    factor = np.where(np.arange(shares.shape[1]) >= _FIRST_BAND_65, 1.0, 0.0)
    position = pd.Series(np.arange(len(practices)), index=practices["practice_code"])
    parts = []
    for month in months:
        rows = lists[lists["release"] == month]
        own = older[position.reindex(rows["practice_code"]).to_numpy()][:, None, None]
        chances = shares * (factor * own / of_older + (1 - factor) * (1 - own) / (1 - of_older))
        flat = chances.reshape(len(rows), -1)
        drawn = rng.multinomial(rows["patients"].to_numpy(), flat / flat.sum(axis=1, keepdims=True))
        size = flat.shape[1]
        bands = shares.shape[1]
        parts.append(
            pd.DataFrame(
                {
                    "practice_code": np.repeat(rows["practice_code"].to_numpy(dtype=object), size),
                    "release": month,
                    "sex": np.tile(np.arange(size) // bands, len(rows)),
                    "band": np.tile(np.arange(size) % bands, len(rows)),
                    "patients": drawn.ravel(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)

"""Invented practices and PCNs: where they are, how large, who belongs to whom, and what changes over the years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from sp_geo.synthetic import calibration
from sp_geo.synthetic.events import ENOUGH_TO_LEAVE, pcn_events, practice_events
from sp_geo.synthetic.territories import allot, territories
from sp_geo.synthetic.world import MARK, Places

FIRST_DAY: Final = "2019-10-01"
"""Day on which PCNs began in the ODS files."""
MONTH_OF_SIZES: Final = "2022-07"
_ENOUGH_TO_HOST: Final = 3
_MEAN_PRACTICE: Final = 9_540.0


@dataclass(frozen=True)
class Organisations:
    """Practices and PCNs.

    Attributes:
        practices: as in World, and size (patients in July 2022 had nothing closed), easting_m, northing_m, ``carer``
            (number of the practice that has its patients before it opens or after it closes).
        pcns: as in World.
        spells: as in World.
    """

    practices: pd.DataFrame
    pcns: pd.DataFrame
    spells: pd.DataFrame


def make_organisations(areas: pd.DataFrame, places: Places, share: float, rng: np.random.Generator) -> Organisations:
    """All practices and PCNs that ever are.

    Args:
        areas: ``Areas.areas11`` of the sub-ICB locations wanted.
        places: real codes.
        share: of England's people who live in these areas; counts of organisations follow it.
        rng: source of all that is drawn.
    """
    # PCNs of the first day have sizes in July 2022 by the published distribution, allotted to sub-ICB locations.
    locations = sorted(areas["sub_icb_code"].unique())
    people = areas.groupby("sub_icb_code")["residents_count"].sum().reindex(locations).to_numpy(dtype=np.float64)
    count = max(round(calibration.PCNS_AT_FIRST * share), len(locations))
    sizes = calibration.pcn_size((np.arange(count) + 0.5) / count)
    total = calibration.at_month(calibration.PATIENTS, MONTH_OF_SIZES) * share
    sizes = sizes * total / sizes.sum()
    district = allot(sizes, people / people.sum() * total)
    order = rng.permutation(count)
    pcns = pd.DataFrame({"district": district[order], "size": np.rint(sizes[order])})
    pcns = pcns.sort_values("district", kind="stable", ignore_index=True)
    pcns["sub_icb_code"] = [locations[number] for number in pcns["district"]]
    pcns["pcn_code"] = [f"U{90_000 + number}" for number in range(1, count + 1)]
    pcns["pcn_name"] = [f"{MARK}PCN {number:04}" for number in range(1, count + 1)]
    pcns = pcns.assign(opened=FIRST_DAY, closed=None)
    residents = areas["residents_count"].to_numpy(dtype=np.float64)
    owner = territories(areas, residents, pd.factorize(areas["sub_icb_code"], sort=True)[0], pcns)
    practices = _practices(areas, owner, pcns, share, rng)
    # PCN number of each practice on the first day, -1 if unallocated; a few PCNs straddle two ICBs.
    first = practices["pcn"].to_numpy().copy()
    counts = np.bincount(first)
    icb = practices["sub_icb_code"].map(places.sub_icbs["icb_code_2026"]).to_numpy()
    points = practices[["easting_m", "northing_m"]].to_numpy()
    distance, near = cKDTree(points).query(points, k=min(12, len(points)))
    abroad = icb[near] != icb[:, None]
    nearest = np.where(abroad.any(axis=1), abroad.argmax(axis=1), 0)
    rows = np.arange(len(practices))
    gap = np.where(abroad.any(axis=1) & (counts[first] >= ENOUGH_TO_LEAVE), distance[rows, nearest], np.inf)
    touched: set[int] = set()
    for row in np.argsort(gap, kind="stable"):
        host = int(practices["pcn"].iloc[near[row, nearest[row]]])
        if len(touched) >= 2 * max(1, round(calibration.STRADDLING * share)) or not np.isfinite(gap[row]):
            break
        if host in touched or first[row] in touched or counts[host] < _ENOUGH_TO_HOST:
            continue
        touched |= {host, int(first[row])}
        first[row] = host
    candidates = np.flatnonzero((counts[first] >= _ENOUGH_TO_HOST) & ~np.isin(first, list(touched)))
    # Practices on their own, of PCNs that differ.
    alone = rng.permutation(candidates)
    alone = alone[np.sort(np.unique(first[alone], return_index=True)[1])]
    first[alone[: max(1, round(calibration.UNALLOCATED * share))]] = -1
    practices = practice_events(practices, first, share, rng)
    pcns, spells = pcn_events(practices, first, pcns, share, rng)
    return Organisations(practices=practices.drop(columns="pcn"), pcns=pcns, spells=spells)


def _practices(
    areas: pd.DataFrame, owner: np.ndarray, pcns: pd.DataFrame, share: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Practices by PCN: how many, how large, and where in the PCN's territory."""
    # A PCN has one practice and more with its size; the sum is that of all practices that ever are.
    sizes = pcns["size"].to_numpy(dtype=np.float64)
    first = calibration.PRACTICES[0][1] + calibration.PRACTICE_OPENINGS
    spare = max(round(first * share) - len(sizes), 0)
    weight = np.maximum(sizes / _MEAN_PRACTICE * np.exp(0.3 * rng.standard_normal(len(sizes))) - 1, 0.05)
    wanted = spare * weight / weight.sum()
    more = np.floor(wanted).astype(np.int64)
    more[np.argsort(more - wanted, kind="stable")[: spare - more.sum()]] += 1
    pcn = np.repeat(np.arange(len(pcns)), 1 + more)
    raw = rng.standard_gamma(2.6, len(pcn)) + 0.5
    sizes = raw / np.bincount(pcn, weights=raw)[pcn] * pcns["size"].to_numpy()[pcn]
    # An area of its PCN's territory for each practice, different ones as far as there are enough.
    order = np.lexsort((rng.random(len(owner)), owner))
    begins = np.searchsorted(owner[order], np.arange(pcn.max() + 2))
    place = np.arange(len(pcn)) - np.searchsorted(pcn, pcn)
    available = (begins[1:] - begins[:-1])[pcn]
    home = order[begins[pcn] + place % np.maximum(available, 1)]
    spread = rng.normal(0, 150, (len(pcn), 2))
    return pd.DataFrame(
        {
            "practice_code": [f"Z{number:05}" for number in range(1, len(pcn) + 1)],
            "practice_name": [f"{MARK}PRACTICE {number:05}" for number in range(1, len(pcn) + 1)],
            "postcode": [f"ZZ{number % 99 + 1} {number % 9 + 1}ZZ" for number in range(1, len(pcn) + 1)],
            "sub_icb_code": pcns["sub_icb_code"].to_numpy()[pcn],
            "pcn": pcn,
            "size": np.maximum(np.rint(sizes), 200.0),
            "easting_m": areas["easting_m"].to_numpy()[home] + spread[:, 0],
            "northing_m": areas["northing_m"].to_numpy()[home] + spread[:, 1],
        }
    )

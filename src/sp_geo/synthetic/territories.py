"""Compact territories of PCNs: small areas cut in two, and again, until each PCN has its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sp_geo.synthetic.calibration import Floats


def allot(sizes: Floats, capacities: Floats) -> np.ndarray:
    """Which district each PCN goes to: the largest first, always to the district with most room left.

    Args:
        sizes: patients of each PCN.
        capacities: patients of each district, of about the same sum.

    Returns:
        District number of each PCN; every district gets one if there are enough.
    """
    room = capacities.astype(np.float64).copy()
    districts = np.empty(len(sizes), dtype=np.int64)
    for pcn in np.argsort(-sizes, kind="stable"):
        district = int(room.argmax())
        districts[pcn] = district
        room[district] -= sizes[pcn]
    return districts


def territories(areas: pd.DataFrame, people: Floats, district: np.ndarray, pcns: pd.DataFrame) -> np.ndarray:
    """The PCN in whose territory each area lies, -1 where its district has none.

    Args:
        areas: easting_m, northing_m.
        people: by area.
        district: number of each area's district.
        pcns: district, size.
    """
    points = areas[["easting_m", "northing_m"]].to_numpy(dtype=np.float64)
    sizes = pcns["size"].to_numpy(dtype=np.float64)
    owner = np.full(len(areas), -1, dtype=np.int64)
    for number, members in pcns.groupby("district").indices.items():
        stack = [(np.flatnonzero(district == number), np.asarray(members))]
        while stack:
            places, share = stack.pop()
            if len(share) == 1:
                owner[places] = share[0]
                continue
            # Two parts, cut across the longer side where people are in proportion.
            half = len(share) // 2
            axis = int(np.ptp(points[places], axis=0).argmax())
            ordered = places[np.argsort(points[places, axis], kind="stable")]
            running = np.cumsum(people[ordered])
            wanted = running[-1] * sizes[share[:half]].sum() / sizes[share].sum()
            cut = int(np.searchsorted(running, wanted)) + 1
            cut = min(max(cut, half), len(ordered) - (len(share) - half))
            stack += [(ordered[:cut], share[:half]), (ordered[cut:], share[half:])]
    return owner

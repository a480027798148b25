"""A small invented panel in the shape of ``out_pcn_quarter``, for the tests of the statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd

REGIONS = ("Y56", "Y60", "Y61", "Y63")


def make_panel(
    pcns: int = 80,
    quarters: tuple[str, ...] = ("2021Q1", "2021Q2", "2021Q3"),
    seed: int = 1,
    slope_per_point: float = 0.004,
    slope_change: float = 0.0,
    reporting: tuple[float, ...] | float = 0.7,
    noise: float = 0.1,
) -> pd.DataFrame:
    """One row per PCN and quarter; the same needs, lists and places in each quarter.

    ``slope_per_point`` is the planted slope on ``imd_score`` in the first quarter, and ``slope_change`` what
    is added to it per quarter. Reporting is more likely where deprivation is low.
    """
    rng = np.random.default_rng(seed)
    region = rng.integers(0, len(REGIONS), pcns)
    imd = rng.gamma(6.0, 4.0, pcns) + 1
    list_size = np.round(rng.lognormal(10.7, 0.4, pcns))
    shares = rng.dirichlet([2.0, 1.0, 0.6, 0.5, 12.0], pcns)
    fixed = pd.DataFrame(
        {
            "pcn_code": [f"U{number:05d}" for number in range(1, pcns + 1)],
            "pcn_name": [f"PCN {number}" for number in range(1, pcns + 1)],
            "icb_code": [f"QA{chr(65 + third)}" for third in 3 * region + rng.integers(0, 3, pcns)],
            "region_code": [REGIONS[code] for code in region],
            "region_name": [f"Region {code}" for code in region],
            "list_size": list_size,
            "weighted_list_size": list_size * rng.normal(1.0, 0.05, pcns),
            "imd_score": imd,
            "minority_ethnic": shares[:, :4].sum(axis=1),
            "lack_of_support": np.clip(rng.normal(0.25, 0.06, pcns) + 0.001 * (imd - 25), 0.01, 0.9),
            "rural": rng.random(pcns),
            "aged_65_plus": rng.beta(4, 16, pcns),
        }
    )
    fixed["icb_name"] = "ICB " + fixed["icb_code"]
    chances = (reporting,) * len(quarters) if isinstance(reporting, float | int) else reporting
    frames = []
    for index, (quarter, chance) in enumerate(zip(quarters, chances, strict=True)):
        mean = 0.1 + 0.05 * index + (slope_per_point + slope_change * index) * imd
        rate = np.clip(mean + rng.normal(0, noise, pcns), 0, None)
        odds = np.log(chance / (1 - chance)) if 0 < chance < 1 else np.inf * (2 * chance - 1)
        reported = rng.random(pcns) < 1 / (1 + np.exp(-(odds - 0.03 * (imd - imd.mean()))))
        fte = np.where(reported, rate * list_size / 10_000, np.nan)
        status = np.where(~reported, "not_reported", np.where(fte == 0, "true_zero", "reported"))
        frames.append(
            fixed.assign(
                quarter=quarter,
                reporting_status=status,
                splw_fte=fte,
                splw_plain_fte=fte * 0.9,
                splw_mental_health_fte=fte * 0.1,
                splw_headcount=np.ceil(fte),
                splw_fte_per_10k=fte / list_size * 10_000,
                splw_fte_per_10k_weighted=fte / fixed["weighted_list_size"] * 10_000,
                list_release=f"{quarter[:4]}-01",
                membership_source="invented",
            )
        )
    return pd.concat(frames, ignore_index=True)

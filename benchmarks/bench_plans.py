"""Plans of posts at England's size: 1,300 PCNs, 500 FTE in steps of a tenth, with 500 draws of need (limit 3 s)."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from sp_geo.planning.posts import allocate
from sp_geo.planning.problem import OBJECTIVES, Bounds, posts_problem, treat_unreported
from sp_geo.planning.recommend import DRAWS, recommendation

PCNS = 1_300


def england() -> pd.DataFrame:
    """Invented PCNs of England's number, sizes and spread."""
    random = np.random.default_rng(16)
    return pd.DataFrame(
        {
            "pcn_code": [f"U{number:05d}" for number in range(PCNS)],
            "splw_fte": random.gamma(1.4, 1.5, PCNS).round(2),
            "list_size": random.normal(48_000, 20_000, PCNS).clip(8_000),
            "icb_code": "QAA",
            "region_code": "Y01",
            "reporting_status": "reported",
            "need": random.uniform(0.1, 0.45, PCNS),
            "need_std_error": 0.03,
        }
    )


def main() -> None:
    """Print what was measured."""
    rows = treat_unreported(england(), "ask")
    for objective in OBJECTIVES:
        for smallest in (0.1, 0.5, 1.0):
            started = time.perf_counter()
            problem = posts_problem(rows, "need", 500.0, 0.1, objective, bounds=Bounds({}, {}, None, smallest))
            plan = allocate(problem)
            solved = time.perf_counter() - started
            recommendation(problem, plan, DRAWS if smallest == 0.1 else 20)  # noqa: PLR2004 - the step itself
            seconds = time.perf_counter() - started
            print(
                f"{objective:12} smallest post {smallest:.1f}: {solved:.2f} s to the optimum "
                f"(gap {plan.gap_pct:.1g} %), "
                f"{seconds:.2f} s with draws; {int((plan.given > 0).sum())} PCNs"
            )


if __name__ == "__main__":
    main()

"""Invented panels with a planted slope: ICBs that resemble themselves, silence that depends on provision, survey noise.

Expected provision is a straight line in need, whoever is silent: PCNs that are slow to start ("late") have ``late_ratio``
times what the others have, and the mean over both is the line. A PCN's provision is that mean times a factor of mean 1, which
is 0 for 15 of 100 and log-normal for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

QUARTERS = ("2022Q1", "2022Q2", "2022Q3")
SILENT_IN = "2022Q2"
"""Quarter that is looked at; PCNs that are silent in it can come back in the next."""
MEAN, ZEROS = 0.44, 0.15
Silence = Literal["late", "provision"]


@dataclass(frozen=True)
class World:
    """What is put into a panel.

    Attributes:
        slope: FTE per 10,000 patients for one standard deviation of need.
        icb_correlation: of provision within ICBs.
        silence: ``late`` PCNs alone are silent; or reporting hangs on the provision of the quarter itself.
        silent_share: of PCNs in a quarter, about.
        late_ratio: provision of late PCNs over that of others.
        pcns: in all.
        icbs: they lie in.
    """

    slope: float = 0.04
    icb_correlation: float = 0.05
    silence: Silence = "late"
    silent_share: float = 0.15
    late_ratio: float = 0.7
    pcns: int = 1250
    icbs: int = 42


def drawn(world: World, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A panel as a reader of releases sees it, and the whole truth.

    Returns:
        Two tables in the shape of out_pcn_quarter with need ``need_score`` (standard scores). In the first, PCNs that did
        not report have no posts; in the second all are told.
    """
    rng = np.random.default_rng(seed)
    icb = np.sort(rng.integers(0, world.icbs, world.pcns))
    need = np.sqrt(0.3) * rng.standard_normal(world.icbs)[icb] + np.sqrt(0.7) * rng.standard_normal(world.pcns)
    lists = np.round(rng.lognormal(10.7, 0.35, world.pcns))
    # Silence is more frequent where need is high.
    late_chance = np.clip(2 * world.silent_share * (1 + 0.4 * need), 0.02, 0.9)
    late = rng.random(world.pcns) < late_chance
    line = MEAN + world.slope * need
    mean = line / (1 - (1 - world.late_ratio) * late_chance) * np.where(late, world.late_ratio, 1.0)
    factor = np.where(rng.random(world.pcns) < ZEROS, 0.0, rng.lognormal(-0.18, 0.6, world.pcns) / (1 - ZEROS))
    spread = float((mean * factor).std())
    effect = spread * np.sqrt(world.icb_correlation) * rng.standard_normal(world.icbs)
    frames = []
    for quarter in QUARTERS:
        rate = np.maximum((mean * factor + effect[icb] * (factor > 0)) * rng.lognormal(-0.005, 0.1, world.pcns), 0.0)
        if world.silence == "late":
            silent = late & (rng.random(world.pcns) < 0.5)
        else:
            odds = -np.log(1 / world.silent_share - 1) - 0.8 * (rate - MEAN) / spread
            silent = rng.random(world.pcns) < 1 / (1 + np.exp(-odds))
        frames.append(
            pd.DataFrame(
                {
                    "pcn_code": [f"U{number:05}" for number in range(1, world.pcns + 1)],
                    "quarter": quarter,
                    "icb_code": [f"Q{number:02}" for number in icb],
                    "region_code": [f"Y{number % 7}" for number in icb],
                    "list_size": lists,
                    "need_score": need,
                    "splw_fte": rate * lists / 10_000,
                    "reporting_status": np.where(silent, "not_reported", "reported"),
                }
            )
        )
    truth = pd.concat(frames, ignore_index=True)
    silent_rows = truth["reporting_status"] == "not_reported"
    told = truth.assign(splw_fte=truth["splw_fte"].mask(silent_rows))
    return told, truth.assign(reporting_status="reported")


def surveyed(
    world: World, seed: int, answers: float = 180.0, design_effect: float = 1.4
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A quarter in which provision hangs on a true share that a survey measures, and the table of its errors.

    Returns:
        The panel with ``lack_of_support`` (observed), ``true_share``, its four predictors; and pcn_code, quarter, need,
        std_error, base_count. One standard deviation of the true share is 0.06.
    """
    _, truth = drawn(world, seed)
    rows = truth[truth["quarter"] == SILENT_IN].reset_index(drop=True)
    rng = np.random.default_rng([seed, 1])
    share = np.clip(0.32 + 0.06 * rows["need_score"].to_numpy(), 0.02, 0.95)
    base = np.maximum(rng.poisson(answers, len(rows)), 20).astype(np.float64)
    counted = np.round(base / design_effect).astype(int)
    observed = rng.binomial(counted, share) / counted
    need = rows["need_score"].to_numpy()
    rows = rows.assign(
        lack_of_support=observed,
        true_share=share,
        imd_score=22 + 8 * (0.6 * need + 0.8 * rng.standard_normal(len(rows))),
        aged_65_plus=np.clip(0.19 - 0.02 * need + 0.03 * rng.standard_normal(len(rows)), 0.03, 0.5),
        minority_ethnic=np.clip(0.2 + 0.08 * need + 0.1 * rng.standard_normal(len(rows)), 0.0, 0.95),
        rural=np.clip(0.2 + 0.2 * rng.standard_normal(len(rows)), 0.0, 1.0),
    )
    errors = rows[["pcn_code", "quarter"]].assign(
        need="lack_of_support", std_error=np.sqrt(observed * (1 - observed) * design_effect / base), base_count=base
    )
    return rows, errors

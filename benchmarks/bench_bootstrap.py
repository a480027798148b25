"""Bootstrap and slopes at England's size against the same work in statsmodels, one fit after another.

1,260 invented PCNs over 15 quarters. Both sides are given the same draws. Ours tells ten measures of inequality for
each quarter, the peer one of them: the slope index, which is a weighted line through five fifths in every draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measuring import RUNS, Answer, Bench, Limit, alone, copied, median_seconds, timed, yardstick
from telling import main

PCNS = 1_260
QUARTER_COUNT = 15
DRAWS = (250, 500, 1_000, 2_000)
SEED = 1
NEED_NAME = "lack_of_support"


@dataclass(frozen=True)
class Case:
    """Invented PCNs by quarter, and how often they are drawn again."""

    panel: pd.DataFrame
    draws: int


def the_panel(pcns: int, quarters: int = QUARTER_COUNT) -> pd.DataFrame:
    """Invented PCNs over so many quarters from 2020Q1."""
    from sp_geo.core.quarters import Quarter, span
    from sp_geo.synthetic.panel import draw

    names = tuple(str(quarter) for quarter in span(Quarter(2020, 1), Quarter(2023, 4)))[:quarters]
    return draw(SEED, n_pcns=pcns, quarters=names)[0]


def the_need() -> Any:
    """The need that PCNs are ordered by."""
    from sp_geo.statistics.measures import Need

    return Need(NEED_NAME, is_share=True, label="Reported lack of support")


def ours_bootstrap(case: Case) -> Answer:
    """All measures; the slope index is compared."""
    from sp_geo.statistics.inequality_by_quarter import inequality_table

    table = inequality_table(case.panel, the_need(), seed=SEED, draws=case.draws)
    rows = table[table["measure"] == "slope_index"]
    return Answer(rows[["estimate", "ci_low", "ci_high", "std_error"]].to_numpy(dtype=float))


def peer_bootstrap(case: Case) -> Answer:
    """The slope index by one weighted fit a draw."""
    import statsmodels.api as sm

    from sp_geo.core.quarters import Quarter
    from sp_geo.statistics.inequality_by_quarter import drawn_again
    from sp_geo.statistics.quantiles import equal_parts

    def slope(people: np.ndarray, fte: np.ndarray, fifth: np.ndarray) -> float:
        held = np.bincount(fifth, people, minlength=6)[1:]
        rates = 10_000 * np.bincount(fifth, fte, minlength=6)[1:] / held
        share = held / held.sum()
        design = sm.add_constant(share.cumsum() - share / 2)
        return float(sm.WLS(rates, design, weights=share).fit().params[1])

    found = []
    for quarter, rows in case.panel.groupby("quarter"):
        codes = np.sort(rows["pcn_code"].unique())
        times = drawn_again(len(codes), case.draws, SEED, Quarter.parse(str(quarter)))
        told = rows[rows["reporting_status"] != "not_reported"].dropna(subset=[NEED_NAME, "splw_fte_per_10k"])
        place = np.searchsorted(codes, told["pcn_code"].to_numpy())
        fifth = equal_parts(told[NEED_NAME].to_numpy())
        people = told["list_size"].to_numpy(dtype=float)
        fte = people * told["splw_fte_per_10k"].to_numpy() / 10_000
        drawn = np.array([slope(row[place] * people, row[place] * fte, fifth) for row in times])
        low, high = np.percentile(drawn, [2.5, 97.5])
        found.append([slope(people, fte, fifth), low, high, drawn.std(ddof=1)])
    return Answer(np.array(found))


def limit_bootstrap(case: Case, _answer: Answer) -> Limit:
    """Every draw of every PCN needs one random number, whatever is done with it."""
    random = np.random.default_rng(SEED)
    numbers = case.panel.groupby("quarter").size().to_numpy()

    def work() -> None:
        for number in numbers:
            random.integers(number, size=(case.draws, number), dtype=np.uint16)

    return Limit("drawing the random numbers, one a PCN and draw", median_seconds(work))


def ours_slopes(case: Case) -> Answer:
    """Slopes of the reporters, and their standard errors."""
    from sp_geo.statistics.regression import quarter_slopes

    table = quarter_slopes(case.panel, the_need(), ("reporters",))
    return Answer(table[["estimate", "std_error"]].to_numpy(dtype=float))


def peer_slopes(case: Case) -> Answer:
    """The same with HC1 errors, one statsmodels fit a quarter."""
    import statsmodels.api as sm

    found = []
    for _, rows in case.panel[case.panel["reporting_status"] != "not_reported"].groupby("quarter"):
        held = rows.dropna(subset=[NEED_NAME, "splw_fte_per_10k"])
        fit = sm.OLS(held["splw_fte_per_10k"], sm.add_constant(held[NEED_NAME])).fit(cov_type="HC1")
        found.append([0.1 * float(fit.params.iloc[1]), 0.1 * float(fit.bse.iloc[1])])
    return Answer(np.array(found))


def limit_slopes(case: Case, _answer: Answer) -> Limit:
    """The columns that a slope reads must be touched once."""
    return copied(int(case.panel.memory_usage(deep=True).sum()))


def specifications(quick: bool, _folder: Path) -> dict[str, dict[str, Any]]:
    """The specification curve, 200 of them, which nobody else has: a quarter, and all quarters pooled."""
    from sp_geo.statistics.measures import ALL_ROLES, PLAIN_ROLE
    from sp_geo.statistics.specifications import specification_curve
    from sp_geo.statistics.specifications import specifications as choices

    panel = the_panel(300 if quick else PCNS)
    sets: list[tuple[str, ...]] = [(), ("imd_score",), ("list_size",)]
    every = list(choices([the_need()], (ALL_ROLES, PLAIN_ROLE), covariate_sets=sets))

    def figure(rows: pd.DataFrame, chosen: list[Any], *, pooled: bool) -> dict[str, Any]:
        specification_curve(rows, chosen, pooled=pooled)
        pairs = [
            (yardstick(), timed(lambda: specification_curve(rows, chosen, pooled=pooled))[0])
            for _ in range(2 if quick else RUNS)
        ]
        seconds = [200 / len(chosen) * took for _, took in pairs]
        what = f"200 specifications, {'all quarters pooled' if pooled else 'one quarter'}"
        what += f" (told from {len(chosen)} of every kind)"
        return alone(what, seconds, [stick for stick, _ in pairs], "yardstick", promise=20.0)

    latest = panel[panel["quarter"] == panel["quarter"].max()]
    return {
        "specifications": figure(latest, every, pooled=False),
        "specifications_pooled": figure(panel, every[::5], pooled=True),
    }


BOOTSTRAP = Bench(
    name="bootstrap",
    what=f"inequality by quarter, 2,000 draws of 1,260 PCNs in {QUARTER_COUNT} quarters; ours 10 measures, the peer 1",
    unit="draws",
    sizes=DRAWS,
    quick=(50, 100, 200, 400),
    prepare=lambda draws, _folder: Case(the_panel(PCNS), draws),
    ours=ours_bootstrap,
    peer=peer_bootstrap,
    peer_name="statsmodels loop",
    agree=1e-8,
    limit=limit_bootstrap,
)
SLOPES = Bench(
    name="slopes",
    what=f"one slope a quarter with HC1 errors, 1,260 PCNs in {QUARTER_COUNT} quarters",
    unit="PCNs",
    sizes=(315, 630, 945, PCNS),
    quick=(100, 200, 300, 400),
    prepare=lambda pcns, _folder: Case(the_panel(pcns), 0),
    ours=ours_slopes,
    peer=peer_slopes,
    peer_name="statsmodels",
    agree=1e-8,
    limit=limit_slopes,
)

if __name__ == "__main__":
    main(__file__, [BOOTSTRAP, SLOPES], specifications)

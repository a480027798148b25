"""Invented referral activity with the published gradients and trends, and link workers' reports of gaps."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.quarters import Quarter, span
from sp_geo.synthetic import voluntary_calibration as facts
from sp_geo.synthetic.voluntary import Voluntary
from sp_geo.synthetic.world import World

ENGLAND: Final = "E92000001"
QUARTERS: Final = tuple(str(quarter) for quarter in span(Quarter(2020, 4), Quarter(2026, 2)))
FIFTHS: Final = 5
STREAM: Final = 5006
_SMALLEST: Final = 5


def rate(category: str, quarter: str) -> float:
    """Expected referrals per 10,000 patients of one reason in a quarter, over all fifths."""
    step, bend = QUARTERS.index(quarter), QUARTERS.index(facts.BEND)
    before = min(step, bend)
    if category in {"money", "housing"}:
        first, last = facts.MONEY_RATE if category == "money" else facts.HOUSING_RATE
        growth = (last / first) ** (1 / QUARTERS.index("2022Q3"))
    else:
        first, growth = facts.ALL_RATE, 1 + facts.ALL_CHANGE_PCT / 100
    return float(first * growth**before * (1 + facts.AFTER_BEND_PCT / 100) ** (step - before))


def gradient(category: str) -> float:
    """Rate of the most deprived fifth over that of the least."""
    return float(facts.GRADIENTS.get(category, facts.GRADIENT_ELSE))


def referrals(world: World, voluntary: Voluntary) -> pd.DataFrame:
    """Referral activity in the layout of the template: by quarter, reason and fifth of deprivation."""
    random = np.random.default_rng([world.seed, STREAM])
    areas = voluntary.areas.sort_values("imd_score", ascending=False, kind="stable")
    reached = areas["people"].cumsum() - areas["people"] / 2
    fifth = np.minimum((FIFTHS * reached / areas["people"].sum()).astype(int) + 1, FIFTHS)
    people = areas["people"].groupby(fifth).sum().round().astype(int)
    rows = []
    for quarter in QUARTERS:
        for category in facts.CATEGORY_SHARES:
            falling = gradient(category) ** ((FIFTHS - np.arange(1, FIFTHS + 1)) / (FIFTHS - 1))
            share = falling * people.sum() / (falling * people.to_numpy()).sum()
            expected = rate(category, quarter) * share * people.to_numpy() / 10_000
            for number, count in enumerate(random.poisson(expected).tolist(), start=1):
                met = round(facts.MET * count)
                counts = (count, met, min(met, round(facts.SUPPORTED * count)))
                shown = ["[c]" if 0 < value < _SMALLEST else str(value) for value in counts]
                rows.append([quarter, ENGLAND, category, number, "all", "all", int(people[number]), *shown, ""])
    columns = ["quarter", "area_code", "category", "fifth", "sex", "age_band", "patients"]
    return pd.DataFrame(rows, columns=[*columns, "referrals", "contacted", "supported", "waiting"])


def gaps(world: World, voluntary: Voluntary) -> pd.DataFrame:
    """Reports in the layout of the gap log: more where a desert was planted, the rest by people."""
    random = np.random.default_rng([world.seed, STREAM + 1])
    share = voluntary.areas["people"].sum() / 6.18e7
    count = max(20, round(facts.GAP_REPORTS * share))
    here = round(count * facts.GAP_IN_DESERT)
    areas = voluntary.areas
    dry = voluntary.deserts.iloc[random.integers(0, len(voluntary.deserts), here)]
    else_where = random.choice(len(areas), count - here, p=(areas["people"] / areas["people"].sum()).to_numpy())
    # Link workers report by PCN: the one with most patients of the small area on the last day.
    members = world.membership_on(Quarter.parse(world.releases.quarters[-1]).end.isoformat())
    rows = world.by_area.assign(pcn_code=world.by_area["practice_code"].map(members)).dropna(subset=["pcn_code"])
    sums = rows.groupby(["area_code", "pcn_code"])["patients"].sum().reset_index()
    sums = sums.sort_values(["patients", "pcn_code"], ascending=[False, True], kind="stable")
    pcn = sums.drop_duplicates("area_code").set_index("area_code")["pcn_code"]
    codes = np.concatenate([dry["lsoa11_code"].to_numpy(), areas["lsoa11_code"].to_numpy()[else_where]])
    day = pd.Timestamp("2026-01-01") + pd.to_timedelta(random.integers(0, 181, count), unit="D")
    frame = pd.DataFrame(
        {
            "report_id": [f"example-{number:05d}" for number in range(1, count + 1)],
            "reported": day.strftime("%Y-%m-%d"),
            "area_code": pd.Series(codes).map(pcn).fillna(pd.Series(codes)),
            "category": np.concatenate(
                [dry["category"].to_numpy(), random.choice(list(facts.CATEGORY_SHARES), count - here)]
            ),
            "cause": random.choice(("none_known", "full", "too_far", "wait_too_long", "cost", "hours", "other"), count),
            "people": random.integers(1, 9, count),
        }
    )
    return frame.sort_values(["reported", "report_id"], ignore_index=True)

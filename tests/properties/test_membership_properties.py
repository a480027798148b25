"""What holds for any history of a practice whose spells touch: each day has one PCN."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from sp_geo.core.quarters import Quarter, span
from sp_geo.panel.membership import held_on, resolve

QUARTER_ENDS = [quarter.end for quarter in span(Quarter(2019, 3), Quarter(2021, 4))]
ONE_DAY = timedelta(days=1)


@given(
    starts=st.lists(
        st.dates(date(2019, 7, 1), date(2021, 12, 31))
        | st.sampled_from(QUARTER_ENDS)
        | st.sampled_from(QUARTER_ENDS).map(lambda day: day + ONE_DAY),
        min_size=2,
        max_size=6,
        unique=True,
    ).map(sorted),
    is_open=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_spells_that_touch_give_every_day_exactly_one_pcn(
    starts: list[date], is_open: bool, order: random.Random
) -> None:
    """On each day of a history whose spells touch, the practice is in one PCN."""
    spells = [(f"U{n:05d}", first, after - ONE_DAY) for n, (first, after) in enumerate(pairwise(starts), 1)]
    last = spells[-1][2]
    rows = [(pcn, first.isoformat(), end.isoformat()) for pcn, first, end in spells]
    if is_open:
        rows[-1] = (*rows[-1][:2], None)  # type: ignore[assignment]
    order.shuffle(rows)
    history = pd.DataFrame(rows, columns=["pcn_code", "valid_from", "valid_to"]).assign(
        practice_code="A00001", edition="2022-01", edition_date="2022-01-10", kind="dated",
        sub_icb_code="01A", icb_code=None,
    )  # fmt: skip
    for pcn, first, end in spells:
        for day in (first, first + (end - first) // 2, end):
            assert held_on(history, day.isoformat())["pcn_code"].tolist() == [pcn]
    assert held_on(history, (starts[0] - ONE_DAY).isoformat()).empty
    assert len(held_on(history, (last + ONE_DAY).isoformat())) == is_open
    for quarter in span(Quarter.containing(starts[0]), Quarter.containing(last)):
        found = resolve(history, quarter)
        of_the_day = [pcn for pcn, first, end in spells if first <= quarter.end <= end]
        late = [spells[-1][0]] if is_open and quarter.end > last else []
        assert found.practices["pcn_code"].tolist() == of_the_day + late
        assert (len(found.ambiguous), len(found.between), len(found.at_once)) == (0, 0, 0)

"""No withheld count can be had by taking shown parts from a shown total, in one table or over several."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import orth

from sp_geo.build.view import Build
from sp_geo.core.disclosure import THRESHOLD, withheld_in_tables
from sp_geo.questions import referrals
from sp_geo.questions.requests.services import GapsRequest, ReferralsRequest
from sp_geo.questions.services.gaps import gaps
from sp_geo.services.access import CATEGORIES
from sp_geo.services.demand import category_shares
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.workspace.store import Store

KEYS: Final = ["quarter", "area_code", "fifth", "sex", "age_band"]
GROUPS: Final = (
    ("quarter",),
    ("fifth",),
    ("quarter", "fifth"),
    ("quarter", "area_code"),
    ("quarter", "fifth", "area_code"),
)
COUNTS: Final = ("referrals", "contacted", "supported")


@st.composite
def cells(draw: st.DrawFn) -> pd.DataFrame:
    """A few people by three dimensions, one row a cell."""
    sizes = [draw(st.integers(1, 3)) for _ in range(3)]
    index = pd.MultiIndex.from_product([range(size) for size in sizes], names=["a", "b", "c"])
    count = st.one_of(st.integers(0, 6), st.integers(0, 60))
    people = draw(st.lists(count, min_size=len(index), max_size=len(index)))
    return index.to_frame(index=False).assign(people=np.asarray(people, dtype=float))


@given(cells())
@settings(max_examples=60)
def test_of_the_parts_of_a_shown_total_never_one_alone_is_withheld(rows: pd.DataFrame) -> None:
    """Of the parts of a shown total none or several are withheld."""
    tables = withheld_in_tables(rows, ("a", "b", "c"), "people")
    assert len(tables) == 8
    for fine, parts in tables.items():
        small = parts["people"].between(1, THRESHOLD - 1)
        assert parts.loc[small, "withheld"].all()
        for name in fine:
            over = sorted(fine - {name})
            whole = tables[fine - {name}]
            told = parts.groupby(over)["withheld"].sum() if over else pd.Series({0: parts["withheld"].sum()})
            total = whole.set_index(over)["withheld"] if over else pd.Series({0: bool(whole["withheld"].iloc[0])})
            assert not (told.eq(1) & ~total).any()
            # Parts that are all shown add up to their total.
            assert not (told.eq(0) & total).any()
    if not any(table["people"].between(1, THRESHOLD - 1).any() for table in tables.values()):
        assert not any(table["withheld"].any() for table in tables.values())


@given(cells(), st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_the_order_of_rows_decides_nothing(rows: pd.DataFrame, chance: object) -> None:
    """The same rows in another order have the same cells withheld."""
    order = list(range(len(rows)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    first, second = (withheld_in_tables(part, ("a", "b", "c"), "people") for part in (rows, rows.iloc[order]))
    for chosen, table in first.items():
        names = sorted(chosen)
        other = second[chosen]
        left, right = (
            part.sort_values(names).reset_index(drop=True) if names else part.reset_index(drop=True)
            for part in (table, other)
        )
        pd.testing.assert_frame_equal(left, right)


def by_hand() -> pd.DataFrame:
    """Small counts that each table alone would hide, and another table would give away."""
    rows = []
    places = [(q, a, f) for q in ("2022Q1", "2022Q2") for a in ("QOP", "QYG") for f in "12345"]
    for number, (quarter, area, fifth) in enumerate(places):
        for category, count in (("money", 40 + number), ("housing", 25 + 2 * number), ("creativity", 60 - number)):
            n = {4: 3, 11: 2}.get(number, count) if category == "housing" else count
            rows.append((quarter, area, category, fifth, "all", "all", 7001 + 2 * number, n, n, n // 2, None))
    names = [*KEYS[:2], "category", *KEYS[2:], "patients", *COUNTS, "waiting"]
    table = pd.DataFrame(rows, columns=names).astype(dict.fromkeys((*COUNTS, "waiting"), "Int64"))
    # One group in which the publisher of the file withheld a count: questions of all three counts leave it out.
    table.loc[7, "supported"] = pd.NA
    return table.assign(suppressed=table["supported"].isna())


class Held:
    """A build that holds one file of referral activity."""

    manifest = type("Manifest", (), {"is_synthetic": True})

    def __init__(self, table: pd.DataFrame) -> None:
        self._rows = table

    def table(self, name: str) -> pd.DataFrame:
        """The table."""
        assert name == "core_referral_activity"
        return self._rows


def beyond(shown: list[np.ndarray], vectors: list[np.ndarray]) -> list[float]:
    """How far each sum of cells is from every combination of those that are shown."""
    basis = orth(np.asarray(shown).T)
    return [float(np.abs(vector - basis @ (basis.T @ vector)).max()) for vector in vectors]


@cache
def equations() -> Mapping[str, tuple[list[np.ndarray], list[np.ndarray]]]:
    """By count: which cells each shown figure adds up, and which each withheld one does."""
    table = by_hand()
    build = Held(table)
    found: dict[str, tuple[list[np.ndarray], list[np.ndarray]]] = {count: ([], []) for count in COUNTS}
    whole = table[list(COUNTS)].notna().all(axis=1)
    of_all = whole.groupby([table[name] for name in KEYS]).transform("all")
    for category in ("all", *table["category"].unique()):
        for by in GROUPS:
            own = pd.Series(data=True, index=table.index) if category == "all" else table["category"] == category
            rates = referrals.referrals(build, ReferralsRequest("rates", by, category)).rows
            path = referrals.referrals(build, ReferralsRequest("path", by, category)).rows
            path = path[path["step"] == "supported of referred"]
            used = own & (of_all if category == "all" else whole)
            for rows, column, count, mask in (
                (rates, "events", "referrals", own),
                (path, "of", "referrals", used),
                (path, "count", "supported", used),
            ):
                where = {key: part.index for key, part in table[mask].groupby(list(by))}
                for key, figure in rows.set_index(list(by))[column].items():
                    adds_up = np.zeros(len(table))
                    adds_up[where.get(key if isinstance(key, tuple) else (key,), [])] = 1.0
                    shown, hidden = found[count]
                    assert adds_up.any() or pd.isna(figure) or figure == 0, "what is shown adds up some cells"
                    (hidden if pd.isna(figure) else shown).append(adds_up)
    return found


def test_no_small_count_follows_from_all_that_is_shown() -> None:
    """No small count is a sum or difference of all that several questions show."""
    table = by_hand()
    for count, (shown, hidden) in equations().items():
        if count == "contacted":
            continue
        people = table[count].fillna(0).to_numpy(dtype=float)
        small = [vector for vector in hidden if 0 < vector @ people < THRESHOLD]
        if count == "referrals":
            assert small
            assert len(hidden) > len(small)
        assert min(beyond(shown, small), default=1.0) > 1e-6, count


def test_without_the_other_questions_it_would_follow() -> None:
    """The audit above finds the count once one of its companions is shown."""
    table = by_hand()
    shown, hidden = equations()["referrals"]
    people = table["referrals"].fillna(0).to_numpy(dtype=float)
    secret = next(vector for vector in hidden if 0 < vector @ people < THRESHOLD)
    # One withheld companion shown after all, and every total: the rest follows.
    others = [vector for vector in hidden if not (0 < vector @ people < THRESHOLD)]
    assert beyond([*shown, *others], [secret])[0] < 1e-6


def test_shares_of_demand_do_not_tell_a_small_count() -> None:
    """Shares of demand are equal where a category has a small count."""
    rows = pd.DataFrame({"category": list(REFERRAL_CATEGORIES), "referrals": [40.0] * len(REFERRAL_CATEGORIES)})
    assert "file" in category_shares(rows)[1]
    rows.loc[0, "referrals"] = 3.0
    shares, words = category_shares(rows)
    assert shares.max() == shares.min()
    assert "equal" in words


def test_a_gap_that_one_question_withholds_no_other_shows(region: Path) -> None:
    """What is withheld among all categories is withheld where its category is asked for."""
    build = Build(Store(region))
    keys = ["area_code", "category"]
    whole = gaps(build, GapsRequest()).rows.set_index(keys)
    parts = [gaps(build, GapsRequest(category)).rows.set_index(keys) for category in CATEGORIES[:-1]]
    each = pd.concat(parts)
    assert whole["suppressed"].any()
    assert each["suppressed"].equals(whole["suppressed"].reindex(each.index))
    assert each.loc[each["suppressed"], ["people", "reports", "reported_per_10k", "main_cause"]].isna().all(axis=None)

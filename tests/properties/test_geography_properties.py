"""What holds for any small areas: totals conserved, shares that sum to one, order of rows without meaning."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from sp_geo.geography import catchment, crosswalk

OLD, NEW = "lsoa11_code", "lsoa21_code"
PEOPLE = st.integers(min_value=0, max_value=5000)


@st.composite
def crossings(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """A lookup with each kind of change, and residents of either vintage."""
    rows: list[tuple[str, str, str]] = []
    for block in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from("USMX"))
        parts = draw(st.integers(2, 4))
        old = [f"o{block}_{part}" for part in range(parts if kind in "MX" else 1)]
        new = [f"n{block}_{part}" for part in range(parts if kind in "SX" else 1)]
        pairs = [(a, b) for a in old for b in new]
        rows += [(a, b, kind) for a, b in pairs]
    lookup = pd.DataFrame(rows, columns=[OLD, NEW, "change"])
    residents = [
        pd.Series({code: float(draw(PEOPLE)) for code in lookup[column].unique()}, name="residents")
        for column in (OLD, NEW)
    ]
    return lookup, residents[0], residents[1]


@given(crossings())
def test_totals_are_conserved(given_areas: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    """Counts keep their totals between the censuses."""
    lookup, _, new = given_areas
    shares = crosswalk.weights(lookup)
    assert np.allclose(shares.groupby(NEW)["share_of_21"].sum(), 1.0)
    assert np.isclose(crosswalk.to_lsoa11(new.to_frame("n"), shares)["n"].sum(), new.sum())


@given(crossings(), st.randoms(use_true_random=False))
def test_order_of_rows_means_nothing_to_a_crosswalk(
    given_areas: tuple[pd.DataFrame, pd.Series, pd.Series], random: object
) -> None:
    """The order of rows changes no count."""
    lookup, _, new = given_areas
    order = list(range(len(lookup)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shares = crosswalk.weights(lookup)
    pd.testing.assert_frame_equal(shares, crosswalk.weights(lookup.iloc[order]))
    first = crosswalk.to_lsoa11(new.to_frame("n"), shares)
    second = crosswalk.to_lsoa11(new.iloc[::-1].to_frame("n"), shares)
    pd.testing.assert_frame_equal(first, second)


@settings(max_examples=50)
@given(crossings(), st.data())
def test_what_is_missing_stays_missing_and_touches_nothing_else(
    given_areas: tuple[pd.DataFrame, pd.Series, pd.Series], data: st.DataObject
) -> None:
    """A missing count makes only the areas that it is part of missing."""
    lookup, _, new = given_areas
    shares = crosswalk.weights(lookup)
    gone = data.draw(st.sampled_from(sorted(new.index)))
    found = crosswalk.to_lsoa11(new.mask(new.index == gone).to_frame("n"), shares)["n"]
    met = set(lookup.loc[lookup[NEW] == gone, OLD])
    assert set(found.index[found.isna()]) == met
    whole = crosswalk.to_lsoa11(new.to_frame("n"), shares)["n"]
    pd.testing.assert_series_equal(found.dropna(), whole.drop(index=list(met)))


@settings(max_examples=50)
@given(crossings(), st.floats(0, 100))
def test_what_is_the_same_everywhere_stays_so_in_both_directions(
    given_areas: tuple[pd.DataFrame, pd.Series, pd.Series], score: float
) -> None:
    """A score or share that is the same everywhere stays the same, to 2011 and to 2021."""
    lookup, old, new = given_areas
    for people, wanted, given_code in ((new, OLD, NEW), (old, NEW, OLD)):
        found = crosswalk.shares_across(people * score, people, lookup, wanted, given_code)
        assert np.allclose(found, score)
        assert set(found.index) == set(lookup.loc[lookup[given_code].map(people) > 0, wanted])


patients = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from(["x", "y", "z"]), st.integers(1, 3)),
    min_size=1,
    unique_by=lambda row: row[:2],
)


@given(patients, st.lists(st.sampled_from(["U1", "U2", "U3"]), min_size=5, max_size=5))
def test_every_area_has_one_pcn_with_most_patients(rows: list[tuple[str, str, int]], pcns: list[str]) -> None:
    """Each area has one PCN, that with most patients or, of equal ones, the smaller code."""
    by_area = pd.DataFrame(rows, columns=["practice_code", OLD, "patients_count"])
    members = pd.DataFrame({"practice_code": list("ABCDE"), "pcn_code": pcns})
    counted = catchment.patients_by_pcn(by_area, members, OLD)
    chosen = catchment.majority(counted, OLD)
    assert counted["patients_count"].sum() == by_area["patients_count"].sum()
    assert set(chosen[OLD]) == set(by_area[OLD])
    assert chosen[OLD].is_unique
    best = counted.groupby(OLD)["patients_count"].max()
    assert (chosen.set_index(OLD)["patients_count"] == best).all()
    at_best = counted[counted["patients_count"] == counted[OLD].map(best)].groupby(OLD)["pcn_code"].min()
    assert (chosen.set_index(OLD)["pcn_code"] == at_best).all(), "of two with equally many, the smaller code"
    inside = catchment.inside_pct(counted, chosen)
    assert inside.between(0, 100).all()
    again = catchment.majority(catchment.patients_by_pcn(by_area.iloc[::-1], members.iloc[::-1], OLD), OLD)
    pd.testing.assert_frame_equal(chosen, again)

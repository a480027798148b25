"""What holds for any small areas: totals conserved, shares that sum to one, order of rows without meaning."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
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
def test_totals_are_conserved_both_ways(given_areas: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    """Counts keep their totals between the censuses, both ways."""
    lookup, old, new = given_areas
    shares = crosswalk.weights(lookup, old, new)
    assert np.allclose(shares.groupby(OLD)["share_of_11"].sum(), 1.0)
    assert np.allclose(shares.groupby(NEW)["share_of_21"].sum(), 1.0)
    assert np.isclose(crosswalk.to_lsoa11(new.to_frame("n"), shares)["n"].sum(), new.sum())
    assert np.isclose(crosswalk.to_lsoa21(old.to_frame("n"), shares)["n"].sum(), old.sum())


@given(crossings(), st.randoms(use_true_random=False))
def test_order_of_rows_means_nothing_to_a_crosswalk(
    given_areas: tuple[pd.DataFrame, pd.Series, pd.Series], random: object
) -> None:
    """The order of rows changes no count."""
    lookup, old, new = given_areas
    order = list(range(len(lookup)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shares = crosswalk.weights(lookup, old, new)
    pd.testing.assert_frame_equal(shares, crosswalk.weights(lookup.iloc[order], old.iloc[::-1], new.iloc[::-1]))
    first = crosswalk.to_lsoa11(new.to_frame("n"), shares)
    second = crosswalk.to_lsoa11(new.iloc[::-1].to_frame("n"), shares)
    pd.testing.assert_frame_equal(first, second)


@given(crossings(), st.floats(0, 100))
def test_a_score_that_is_the_same_everywhere_stays_so(
    given_areas: tuple[pd.DataFrame, pd.Series, pd.Series], score: float
) -> None:
    """A score or share that is the same everywhere stays the same."""
    lookup, old, new = given_areas
    shares = crosswalk.weights(lookup, old, new)
    scores = pd.Series(score, index=new.index)
    assert np.allclose(crosswalk.scores_to_lsoa11(scores, new, shares), score)
    assert np.allclose(crosswalk.shares_to_lsoa11(new * 0.25, new, lookup), 0.25)


@given(crossings(), st.data())
def test_what_is_missing_stays_missing_and_touches_nothing_else(
    given_areas: tuple[pd.DataFrame, pd.Series, pd.Series], data: st.DataObject
) -> None:
    """A missing count makes only the areas that it is part of missing."""
    lookup, old, new = given_areas
    shares = crosswalk.weights(lookup, old, new)
    for counts, source, target, cross in (
        (new, NEW, OLD, crosswalk.to_lsoa11),
        (old, OLD, NEW, crosswalk.to_lsoa21),
    ):
        gone = data.draw(st.sampled_from(sorted(counts.index)))
        holed = counts.astype(float).mask(counts.index == gone)
        found = cross(holed.to_frame("n"), shares)["n"]
        met = set(lookup.loc[lookup[source] == gone, target])
        assert set(found.index[found.isna()]) == met
        whole = cross(counts.to_frame("n"), shares)["n"]
        pd.testing.assert_series_equal(found.dropna(), whole.drop(index=list(met)))


@given(crossings())
def test_there_and_back_is_the_same(given_areas: tuple[pd.DataFrame, pd.Series, pd.Series]) -> None:
    """Counts carried there and back are the same, but for redrawn areas."""
    lookup, old, new = given_areas
    shares = crosswalk.weights(lookup, old, new)
    there = crosswalk.to_lsoa21(old.to_frame("n"), shares)
    back = crosswalk.to_lsoa11(there, shares)["n"].reindex(old.index)
    assert abs(back.sum() - old.sum()) <= 1e-9 * max(old.sum(), 1.0)
    # Exact but where areas were redrawn, whose people the lookup cannot tell apart.
    plain = lookup.loc[lookup["change"] != "X", OLD].unique()
    assert np.allclose(back[plain], old[plain], rtol=1e-9, atol=1e-9)


@given(crossings(), st.floats(0, 100))
def test_shares_and_scores_go_to_2021_as_they_go_to_2011(
    given_areas: tuple[pd.DataFrame, pd.Series, pd.Series], score: float
) -> None:
    """Shares and scores follow one rule in both directions."""
    lookup, old, new = given_areas
    shares = crosswalk.weights(lookup, old, new)
    found = crosswalk.scores_to_lsoa21(pd.Series(score, index=old.index), old, shares)
    assert np.allclose(found, score)
    assert (found >= 0).all()
    part = crosswalk.shares_to_lsoa21(old * 0.25, old, lookup)
    assert np.allclose(part, 0.25)
    mirrored = lookup.rename(columns={OLD: NEW, NEW: OLD})
    pd.testing.assert_series_equal(
        part, crosswalk.shares_to_lsoa11(old * 0.25, old, mirrored), check_names=False, check_index_type=False
    )


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

"""Small areas of 2011 and 2021, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.geography import crosswalk
from sp_geo.panel.need_area import of_counts, of_scores, value_by_area

# U: a stays a. S: b becomes c and d. M: e and f become g. X: h and i become j and k, which h alone has a part of.
PAIRS = [
    ("old_a", "new_a", "U"),
    ("old_b", "new_c", "S"),
    ("old_b", "new_d", "S"),
    ("old_e", "new_g", "M"),
    ("old_f", "new_g", "M"),
    ("old_h", "new_j", "X"),
    ("old_i", "new_j", "X"),
    ("old_h", "new_k", "X"),
]


@pytest.fixture
def lookup() -> pd.DataFrame:
    """One of each kind of change."""
    return pd.DataFrame(PAIRS, columns=["lsoa11_code", "lsoa21_code", "change"])


@pytest.fixture
def shares(lookup: pd.DataFrame) -> pd.DataFrame:
    """Shares of each pair."""
    return crosswalk.weights(lookup)


def test_weights_by_hand(shares: pd.DataFrame) -> None:
    """An area of 2021 is shared equally by the areas of 2011 that it meets."""
    assert shares.set_index(["lsoa11_code", "lsoa21_code"])["share_of_21"].to_dict() == {
        ("old_a", "new_a"): 1.0,
        ("old_b", "new_c"): 1.0,
        ("old_b", "new_d"): 1.0,
        ("old_e", "new_g"): 0.5,
        ("old_f", "new_g"): 0.5,
        ("old_h", "new_j"): 0.5,
        ("old_h", "new_k"): 1.0,
        ("old_i", "new_j"): 0.5,
    }


def test_counts_keep_their_total(shares: pd.DataFrame) -> None:
    """Counts of split areas are added up, those of merged ones divided, and the total stays."""
    counts = pd.Series(
        {"new_a": 1600.0, "new_c": 2000.0, "new_d": 1000.0, "new_g": 1000.0, "new_j": 100.0, "new_k": 300.0}
    )
    old = crosswalk.to_lsoa11(counts.to_frame("patients"), shares)["patients"]
    assert old["old_b"] == 3000.0
    assert old[["old_e", "old_f"]].tolist() == [500.0, 500.0]
    assert old[["old_h", "old_i"]].tolist() == [350.0, 50.0]
    assert old.sum() == counts.sum()


def test_a_missing_part_makes_a_missing_whole_and_a_zero_does_not(shares: pd.DataFrame) -> None:
    """A missing part makes its whole missing, and a zero stays a zero."""
    counts = pd.DataFrame({"n": {"new_a": 0.0, "new_c": float("nan"), "new_d": 5.0, "new_g": 8.0}})
    found = crosswalk.to_lsoa11(counts, shares)["n"]
    assert found["old_a"] == 0.0
    assert pd.isna(found["old_b"])
    assert "old_h" not in found.index, "areas that meet none of the counts' areas stay out"
    part = crosswalk.to_lsoa11(counts.drop(index="new_c"), shares)["n"]
    assert pd.isna(part["old_b"]), "a part that is not there at all is missing too"


def test_shares_are_sums_over_sums_with_whole_areas(lookup: pd.DataFrame) -> None:
    """A share is a sum over a sum of whole areas, as in the panel."""
    part = pd.Series({"new_a": 10.0, "new_c": 90.0, "new_d": 10.0, "new_g": 30.0, "new_j": 1.0, "new_k": 30.0})
    whole = pd.Series({"new_a": 100.0, "new_c": 100.0, "new_d": 300.0, "new_g": 100.0, "new_j": 100.0, "new_k": 100.0})
    found = crosswalk.shares_across(part, whole, lookup, "lsoa11_code", "lsoa21_code")
    assert found["old_b"] == 100 / 400
    assert found[["old_e", "old_f"]].tolist() == [0.3, 0.3]
    assert found[["old_h", "old_i"]].tolist() == [31 / 200, 0.01]
    in_panel = value_by_area(of_counts(part, whole, "21", ""), "11", lookup)
    pd.testing.assert_series_equal(found, in_panel, check_names=False)


def test_shares_leave_out_what_is_missing_or_empty(lookup: pd.DataFrame) -> None:
    """Missing parts and empty areas are left out of shares."""
    part = pd.Series({"new_a": 0.0, "new_c": 5.0, "new_d": float("nan")})
    whole = pd.Series({"new_a": 0.0, "new_c": 10.0, "new_d": 10.0})
    assert crosswalk.shares_across(part, whole, lookup, "lsoa11_code", "lsoa21_code").to_dict() == {"old_b": 0.5}


def test_scores_are_means_over_residents(lookup: pd.DataFrame) -> None:
    """Scores of merged areas are means over residents, in either direction."""
    old = pd.Series({"old_a": 20.0, "old_b": 40.0, "old_e": 10.0, "old_f": 50.0})
    residents11 = pd.Series({"old_a": 1500.0, "old_b": 3000.0, "old_e": 900.0, "old_f": 300.0})
    new = value_by_area(of_scores(old, residents11, "11", ""), "21", lookup)
    assert new.to_dict() == pytest.approx({"new_a": 20.0, "new_c": 40.0, "new_d": 40.0, "new_g": 20.0})
    residents21 = pd.Series({"new_c": 2000.0, "new_d": 1000.0})
    back = value_by_area(of_scores(pd.Series({"new_c": 10.0, "new_d": 40.0}), residents21, "21", ""), "11", lookup)
    assert back.to_dict() == pytest.approx({"old_b": 20.0})


def test_areas_not_in_the_lookup_are_refused(shares: pd.DataFrame) -> None:
    """Areas outside the lookup, and areas that stand twice, are refused."""
    with pytest.raises(InvalidContent, match="not in the lookup"):
        crosswalk.to_lsoa11(pd.DataFrame({"n": {"new_a": 1.0, "old_b": 2.0}}), shares)
    twice = pd.DataFrame({"n": [1.0, 2.0]}, index=["new_a", "new_a"])
    with pytest.raises(InvalidContent, match="stands twice"):
        crosswalk.to_lsoa11(twice, shares)


def test_a_lookup_that_contradicts_itself_is_refused(lookup: pd.DataFrame) -> None:
    """A lookup that is cut short or doubled is refused."""
    with pytest.raises(InvalidContent, match="contradicts"):
        crosswalk.weights(lookup[lookup["lsoa21_code"] != "new_d"])
    with pytest.raises(InvalidContent, match="pair of small areas stands twice"):
        crosswalk.weights(pd.concat([lookup, lookup.iloc[[0]]]))

"""Small areas of 2011 and 2021, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.geography import crosswalk
from sp_geo.panel.need_area import of_counts, value_by_area

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
def residents11() -> pd.Series:
    """Residents of the 2011 areas."""
    return pd.Series({"old_a": 1500.0, "old_b": 3000.0, "old_e": 900.0, "old_f": 300.0, "old_h": 600.0, "old_i": 200.0})


@pytest.fixture
def residents21() -> pd.Series:
    """Residents of the 2021 areas."""
    return pd.Series(
        {"new_a": 1600.0, "new_c": 2000.0, "new_d": 1000.0, "new_g": 1000.0, "new_j": 100.0, "new_k": 300.0}
    )


@pytest.fixture
def shares(lookup: pd.DataFrame, residents11: pd.Series, residents21: pd.Series) -> pd.DataFrame:
    """Shares of each pair."""
    return crosswalk.weights(lookup, residents11, residents21)


def test_weights_by_hand(
    shares: pd.DataFrame, lookup: pd.DataFrame, residents11: pd.Series, residents21: pd.Series
) -> None:
    """Shares are those worked out by hand, equal without residents; a lookup that is cut short or doubled is refused."""
    by_pair = shares.set_index(["lsoa11_code", "lsoa21_code"])
    assert by_pair.loc[("old_a", "new_a")].tolist() == [1.0, 1.0]
    assert by_pair.loc[("old_b", "new_c")].tolist() == pytest.approx([2 / 3, 1.0])
    assert by_pair.loc[("old_f", "new_g")].tolist() == pytest.approx([1.0, 0.25])
    assert by_pair.loc[("old_h", "new_j")].tolist() == pytest.approx([0.25, 0.75])
    by_pair = crosswalk.weights(lookup, residents11).set_index(["lsoa11_code", "lsoa21_code"])
    assert by_pair.loc[("old_b", "new_d"), "share_of_11"] == 0.5
    empty = residents11.copy()
    empty[["old_e", "old_f"]] = 0.0
    found = crosswalk.weights(lookup, empty, residents21).set_index("lsoa11_code")
    assert found.loc[["old_e", "old_f"], "share_of_21"].tolist() == [0.5, 0.5]
    with pytest.raises(InvalidContent, match="contradicts"):
        crosswalk.weights(lookup[lookup["lsoa21_code"] != "new_d"], residents11)
    with pytest.raises(InvalidContent, match="pair of small areas stands twice"):
        crosswalk.weights(pd.concat([lookup, lookup.iloc[[0]]]), residents11)


def test_counts_both_ways(shares: pd.DataFrame, residents11: pd.Series, residents21: pd.Series) -> None:
    """Counts keep their totals both ways; a missing part makes its whole missing; areas not in the lookup are refused."""
    old = crosswalk.to_lsoa11(residents21.to_frame("patients"), shares)["patients"]
    assert old["old_b"] == 3000.0
    assert old[["old_e", "old_f"]].tolist() == [750.0, 250.0]
    assert old.sum() == pytest.approx(residents21.sum())
    new = crosswalk.to_lsoa21(residents11.to_frame("patients"), shares)["patients"]
    assert new["new_g"] == 1200.0
    assert new["new_c"] == pytest.approx(2000.0)
    assert new.sum() == pytest.approx(residents11.sum())
    counts = pd.DataFrame({"n": {"new_a": 0.0, "new_c": float("nan"), "new_d": 5.0, "new_g": 8.0}})
    found = crosswalk.to_lsoa11(counts, shares)["n"]
    assert found["old_a"] == 0.0
    assert pd.isna(found["old_b"])
    assert "old_h" not in found.index, "areas that meet none of the counts' areas stay out"
    part = crosswalk.to_lsoa11(counts.drop(index="new_c"), shares)["n"]
    assert pd.isna(part["old_b"]), "a part that is not there at all is missing too"
    with pytest.raises(InvalidContent, match="not in the lookup"):
        crosswalk.to_lsoa11(pd.DataFrame({"n": {"new_a": 1.0, "old_b": 2.0}}), shares)
    twice = pd.DataFrame({"n": [1.0, 2.0]}, index=["new_a", "new_a"])
    with pytest.raises(InvalidContent, match="stands twice"):
        crosswalk.to_lsoa11(twice, shares)


def test_shares_are_sums_over_sums_with_whole_areas(lookup: pd.DataFrame) -> None:
    """A share is a sum over a sum of whole areas, as in the panel, without what is missing or empty."""
    part = pd.Series({"new_a": 10.0, "new_c": 90.0, "new_d": 10.0, "new_g": 30.0, "new_j": 1.0, "new_k": 30.0})
    whole = pd.Series({"new_a": 100.0, "new_c": 100.0, "new_d": 300.0, "new_g": 100.0, "new_j": 100.0, "new_k": 100.0})
    found = crosswalk.shares_to_lsoa11(part, whole, lookup)
    assert found["old_b"] == 100 / 400
    assert found[["old_e", "old_f"]].tolist() == [0.3, 0.3]
    assert found[["old_h", "old_i"]].tolist() == [31 / 200, 0.01]
    in_panel = value_by_area(of_counts(part, whole, "21", ""), "11", lookup)
    pd.testing.assert_series_equal(found, in_panel, check_names=False)
    part = pd.Series({"new_a": 0.0, "new_c": 5.0, "new_d": float("nan")})
    whole = pd.Series({"new_a": 0.0, "new_c": 10.0, "new_d": 10.0})
    assert crosswalk.shares_to_lsoa11(part, whole, lookup).to_dict() == {"old_b": 0.5}


def test_scores_are_means_over_residents(shares: pd.DataFrame, residents11: pd.Series, residents21: pd.Series) -> None:
    """Scores of merged areas are means over residents."""
    old = pd.Series({"old_a": 20.0, "old_b": 40.0, "old_e": 10.0, "old_f": 50.0})
    new = crosswalk.scores_to_lsoa21(old, residents11, shares)
    assert new.to_dict() == pytest.approx({"new_a": 20.0, "new_c": 40.0, "new_d": 40.0, "new_g": 20.0})
    back = crosswalk.scores_to_lsoa11(pd.Series({"new_c": 10.0, "new_d": 40.0}), residents21, shares)
    assert back.to_dict() == pytest.approx({"old_b": 20.0})


@pytest.mark.parametrize("residents", [{"old_e": float("nan")}, {"old_e": -1.0}])
def test_missing_or_negative_residents_are_refused(
    lookup: pd.DataFrame, residents11: pd.Series, residents: dict[str, float]
) -> None:
    """Residents of a merged area must be known and not negative."""
    with pytest.raises(InvalidContent, match="missing or negative"):
        crosswalk.weights(lookup, pd.Series({**residents11.to_dict(), **residents}))

"""Provision and its three reporting states."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.panel.provision import with_status


@pytest.fixture
def provision() -> pd.DataFrame:
    """Three PCNs: one with link workers, one in the release without, one not in the release."""
    workforce = pd.DataFrame(
        [
            ("U00001", "splw", "staff", 2.0, 3),
            ("U00001", "splw", "contracted", 1.5, None),
            ("U00001", "splw_mental_health_adult", "staff", 0.5, 1),
            ("U00001", "pharmacist", "staff", 4.0, 4),
            ("U00002", "pharmacist", "staff", 1.0, 1),
        ],
        columns=["pcn_code", "role", "employment", "fte", "headcount"],
    ).astype({"headcount": "Int64"})
    pcns = pd.DataFrame({"pcn_code": ["U00001", "U00002", "U00003"], "list_size": [40_000.0, 50_000.0, 30_000.0]})
    release = pd.DataFrame({"pcn_code": ["U00001", "U00002"]})
    return with_status(pcns, workforce, release).set_index("pcn_code")


def test_zero_and_missing_are_two_things(provision: pd.DataFrame) -> None:
    """Reported, true zero and not reported are three states, only silence is missing, and roles and contracts add up."""
    assert provision["reporting_status"].to_dict() == {
        "U00001": "reported",
        "U00002": "true_zero",
        "U00003": "not_reported",
    }
    assert provision.loc["U00002", "splw_fte"] == 0
    assert pd.isna(provision.loc["U00003", "splw_fte"])
    assert pd.isna(provision.loc["U00003", "splw_fte_per_10k"])
    row = provision.loc["U00001"]
    assert row["splw_fte"] == 4.0
    assert row["splw_plain_fte"] == 3.5
    assert row["splw_mental_health_fte"] == 0.5
    assert row["splw_contracted_fte"] == 1.5
    assert row["splw_headcount"] == 4
    assert row["splw_fte_per_10k"] == pytest.approx(4.0 / 40_000 * 10_000)

"""The real published files, through the command line, against figures computed outside the project."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import Ask, Run

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


@pytest.fixture
def published(reference: Path) -> pd.DataFrame:
    """The six reference quarters, indexed like our own."""
    frame = pd.read_csv(reference / "real_quarters.csv", parse_dates=["quarter_end"])
    return frame.set_index(frame["quarter_end"].dt.to_period("Q").astype(str))


def test_link_workers_and_coverage_are_those_of_the_reference(recipe: Path, ask: Ask, published: pd.DataFrame) -> None:
    """FTE and PCNs of each quarter are those of the reference."""
    found = ask(recipe, "status").set_index("quarter").loc[published.index]
    assert (found["splw_release_fte"] - published["splw_fte_england"]).abs().max() < 0.01
    assert (found["n_release_pcns"] == published["pcns_in_file"]).all()
    assert (found["n_active_pcns"] == published["pcns_active_at_date"]).all()
    assert (found["n_reporting_pcns"] == published["pcns_in_file_with_list"]).all()


@pytest.mark.parametrize(
    ("need", "non_response", "columns"),
    [
        ("imd_score", "reporters", ["imd_slope_per_10_reporters", "imd_ci_low", "imd_ci_high"]),
        ("imd_score", "absent_as_zero", ["imd_slope_per_10_absent_as_zero", "imd_zero_ci_low", "imd_zero_ci_high"]),
        ("minority_ethnic", "reporters", ["nonwhite_slope_per_10pp_reporters", "nonwhite_ci_low", "nonwhite_ci_high"]),
    ],
)
def test_slopes_and_intervals_are_those_of_the_reference(
    recipe: Path, ask: Ask, published: pd.DataFrame, need: str, non_response: str, columns: list[str]
) -> None:
    """Slopes and intervals of each quarter are those of the reference."""
    rows = ask(
        recipe, "regress", "--need", need, "--non-response", non_response, "--per", "10", "--se", "HC1"
    ).set_index("quarter")
    for ours, theirs in zip(["estimate", "ci_low", "ci_high"], columns, strict=True):
        assert (rows.loc[published.index, ours] - published[theirs]).abs().max() < 0.0002, ours
    if non_response == "reporters":
        assert (rows.loc[published.index, "n_pcns"] == published["pcns_in_file_with_list"]).all()
        found = rows.loc[published.index, "mean_fte_per_10k"] - published["mean_fte_per_10k_reporters"]
        assert found.abs().max() < 0.0001


def test_june_2026_has_the_published_totals(latest: Path, ask: Ask) -> None:
    """FTE, PCNs, zeros and patients of June 2026 are the published ones."""
    quarter = ask(latest, "status").set_index("quarter").loc["2026Q2"]
    assert quarter["splw_plain_release_fte"] == pytest.approx(2642.4, abs=0.1)
    assert quarter["splw_release_fte"] == pytest.approx(2752.5, abs=0.1)
    assert (quarter["n_release_pcns"], quarter["n_active_pcns"]) == (1271, 1298)
    assert quarter["n_true_zero_pcns"] == 192
    panel = ask(latest, "panel", "--quarter", "2026Q2")
    assert panel["splw_contracted_fte"].sum() == pytest.approx(708.7 + 36.8 + 11.0, abs=0.1)
    assert panel["list_size"].sum() + 220_330 == 63_436_508
    assert (panel["list_size"].min(), panel["list_size"].max()) == (7_894, 270_256)
    assert 100 * panel["list_size"].between(30_000, 50_000).mean() == pytest.approx(53.2, abs=0.05)


@pytest.mark.parametrize(
    ("weights", "expected"), [("none", (0.0441, 0.0223, 0.0660)), ("patients", (0.0408, 0.0187, 0.0629))]
)
def test_june_2026_has_the_slopes_of_the_reference(
    latest: Path, ask: Ask, weights: str, expected: tuple[float, float, float]
) -> None:
    """The slopes of June 2026 on deprivation are those of the reference."""
    rows = ask(
        latest, "regress", "--need", "imd_score", "--non-response", "reporters", "--weights", weights, "--se", "hc1"
    )
    row = rows.set_index("quarter").loc["2026Q2"]
    assert row["n_pcns"] == 1271
    assert tuple(row[["estimate", "ci_low", "ci_high"]]) == pytest.approx(expected, abs=0.001)


def test_june_2026_has_the_rates_of_the_reference(latest: Path, ask: Ask) -> None:
    """Rates by region and by fifth of June 2026 are those of the reference."""
    panel = ask(latest, "panel", "--quarter", "2026Q2")
    reported = panel[panel["reporting_status"] != "not_reported"]
    sums = reported.groupby("region_name")[["splw_fte", "list_size"]].sum()
    rate = (sums["splw_fte"] / sums["list_size"] * 10_000).round(3)
    expected = {
        "North East and Yorkshire": 0.586,
        "Midlands": 0.451,
        "North West": 0.446,
        "South West": 0.436,
        "South East": 0.416,
        "East of England": 0.385,
        "London": 0.374,
    }
    assert rate.to_dict() == pytest.approx(expected, abs=0.001)
    fifth = pd.qcut(reported["imd_score"], 5, labels=False)
    sums = reported.groupby(fifth)[["splw_fte", "list_size"]].sum()
    found = (sums["splw_fte"] / sums["list_size"] * 10_000).tolist()
    assert found == pytest.approx([0.391, 0.433, 0.412, 0.474, 0.496], abs=0.001)


def test_adding_a_quarter_changes_no_other(latest: Path, ask: Ask, published: pd.DataFrame) -> None:
    """A further quarter leaves the slopes of the others."""
    rows = ask(latest, "regress", "--need", "imd_2019_score", "--non-response", "reporters").set_index("quarter")
    found = rows.loc[published.index, "estimate"] - published["imd_slope_per_10_reporters"]
    assert found.abs().max() < 0.0002


def test_greater_manchester_has_a_slope_on_its_real_survey(latest: Path, ask: Ask, sp_geo: Run) -> None:
    """Greater Manchester's slope on its survey is given, with what it rests on."""
    options = ["regress", "--need", "lack_of_support", "--quarter", "2026Q2", "--area", "QOP", "--per", "10"]
    rows = ask(latest, *options).set_index("non_response")
    assert 50 <= rows.loc["reporters", "n_pcns"] <= 58
    assert rows.loc["reporters", "ci_low"] < rows.loc["reporters", "estimate"] < rows.loc["reporters", "ci_high"]
    code, text, _ = sp_geo(latest, *options)
    assert code == 0
    assert "no base" in text
    assert "PCNs have a value" in text


def test_quarters_are_reconciled(latest: Path) -> None:
    """Patients and FTE of each quarter add up, with those that reached no PCN."""
    from sp_geo.workspace.store import Store

    parts = Store(latest).read("out_reconciliation").set_index(["quarter", "measure", "cause"])["amount"]
    assert parts["2026Q2", "list_patients"].sum() == 63_436_508
    assert parts["2026Q2", "list_patients", "unallocated"] == 220_330
    assert parts["2022Q2", "area_patients"].sum() == 61_768_942
    assert parts["2022Q1", "splw_fte", "pcn_not_active"] == pytest.approx(7.0, abs=0.01)

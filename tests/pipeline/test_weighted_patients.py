"""Weighted patients from the added file to every question that can be asked per weighted patient."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.build.pipeline import build
from sp_geo.workspace.shelf import list_shelved, take_away
from sp_geo.workspace.store import Store
from tests.conftest import Run


@pytest.fixture(scope="module")
def unweighted(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature without its file of payments; read only."""
    workspace = tmp_path_factory.mktemp("unweighted") / "workspace"
    shutil.copytree(built, workspace)
    for item in list_shelved(workspace):
        if item.origin.publication == "nhs_payments":
            take_away(workspace, item.origin.sha256)
    build(workspace)
    return workspace


def test_the_panel_has_weighted_rates_with_their_year_and_cover(built: Path) -> None:
    """Each rate is FTE over the PCN's weighted patients, and the quarter says which year served it and how far it is."""
    store = Store(built)
    rows = store.read("out_pcn_quarter")
    told = rows[rows["splw_fte"].notna()]
    expected = told["splw_fte"] / told["weighted_list_size"] * 10_000
    pd.testing.assert_series_equal(told["splw_fte_per_10k_weighted"], expected, check_names=False)
    assert rows.loc[rows["splw_fte"].isna(), "splw_fte_per_10k_weighted"].isna().all()
    assert set(rows["weighted_year"]) == {"2022-23"}
    assert (rows["weighted_coverage"] == 1).all()
    coverage = store.read("out_quarter_coverage").set_index("quarter")
    assert coverage["weighted_distance_days"].to_dict() == {
        "2022Q1": 1, "2022Q2": 0, "2022Q3": 0, "2022Q4": 0, "2026Q1": 1096, "2026Q2": 1187,
    }  # fmt: skip


def test_weighted_patients_add_up_by_cause_in_every_quarter(built: Path) -> None:
    """Whatever is published ends in a PCN or under a cause, and what has no figure is listed."""
    store = Store(built)
    total = store.read("core_practice_weighted_list")["weighted_patients"].sum()
    parts = store.read("out_reconciliation")
    parts = parts[parts["measure"] == "weighted_patients"]
    assert parts.groupby("quarter")["amount"].sum().to_dict() == pytest.approx(
        dict.fromkeys(parts["quarter"].unique(), total)
    )
    unmatched = store.read("out_unmatched")
    unmatched = unmatched[(unmatched["measure"] == "weighted_patients") & (unmatched["cause"] == "no_weighted_figure")]
    assert set(unmatched["org_code"]) == {"Z90009"}
    assert unmatched["amount"].isna().all()


@pytest.mark.parametrize("command", ["regress", "trend", "inequality", "describe", "attenuation", "specifications"])
def test_a_choice_without_any_figure_says_so_and_does_not_fail(unweighted: Path, sp_geo: Run, command: str) -> None:
    """Without a file of payments there are no estimates, and one line says what to add."""
    code, out, err = sp_geo(
        unweighted, command, "--need", "lack_of_support", "--patients", "weighted", "--format", "csv"
    )
    assert code == 0, err
    assert len(pd.read_csv(io.StringIO(out))) > 0
    assert sum("Weighted patients are not known" in line for line in err.splitlines()) == 1
    assert "NHS Payments to General Practice" in err


def test_a_plan_without_any_figure_is_refused_in_one_line(unweighted: Path, sp_geo: Run) -> None:
    """Posts cannot be shared out over patients that nobody knows."""
    code, _, err = sp_geo(
        unweighted, "plan", "posts", "--fte", "1", "--patients", "weighted", "--unreported", "exclude"
    )
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert "patients are not known" in err


def test_a_weighted_slope_says_its_denominator_and_its_year(built: Path, sp_geo: Run) -> None:
    """Nobody takes a rate per weighted patient for one per registered patient."""
    _, out, _ = sp_geo(built, "regress", "--need", "imd_score", "--patients", "weighted", "--quarter", "2026Q2")
    said = " ".join(out.split())
    assert "FTE per 10,000 weighted patients" in said
    assert "of 2022-23" in said
    assert "1,187 days away" in said
    _, raw, _ = sp_geo(built, "regress", "--need", "imd_score", "--quarter", "2026Q2")
    assert "weighted" not in raw.replace("reweighted", "")

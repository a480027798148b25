"""The build as a whole: what it skips, what never changes, and what survives a failure."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.build import pipeline
from sp_geo.core.errors import ReconciliationError
from sp_geo.tables import TABLES
from sp_geo.workspace.store import Store
from tests.conftest import Run, contents


def tables(workspace: Path) -> dict[str, str]:
    """Hash of every table."""
    return {name: entry.sha256 for name, entry in Store(workspace).manifest.tables.items()}


def test_every_table_is_built(built: Path) -> None:
    """A build makes every table of the dictionary."""
    assert set(tables(built)) == set(TABLES)


def test_a_second_build_does_nothing(copy: Path) -> None:
    """A second build runs no step and changes no byte."""
    before = contents(copy)
    outcome = pipeline.build(copy)
    assert outcome.ran == ()
    assert contents(copy) == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"list_release: soon\n", "2022-07"),
        (b"colour: red\n", "one of list_release"),
        (b"survey_year: 19\n", "2019"),
        (b"area_weights_max_age_days: -1\n", "whole number"),
        (b"[]\n", "lines such as"),
        (b"a: [\n", "not valid YAML"),
        (b"\xff\xfe", ""),
        (None, ""),
    ],
)
def test_a_bad_parameter_is_a_clear_line(content: bytes | None, words: str, copy: Path, sp_geo: Run) -> None:
    """A mistake in the parameters is one line with what is expected, and the tables stay."""
    before = tables(copy)
    path = copy / "parameters.yaml"
    path.mkdir() if content is None else path.write_bytes(content)
    code, _, err = sp_geo(copy, "build")
    assert code == (6 if content is None else 5)
    assert words in err
    assert "parameters.yaml" in err
    assert len(err.splitlines()) == 1
    assert tables(copy) == before


def test_a_failed_build_leaves_the_last_good_tables_and_the_next_makes_what_a_choice_asks_for(
    copy: Path, sp_geo: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault leaves the last good tables; the next build runs the steps that rest on the choice, and no other."""
    from sp_geo.panel import assemble

    def fail(*_: object) -> None:
        raise ReconciliationError("list patients do not reconcile")

    before = tables(copy)
    (copy / "parameters.yaml").write_text("list_release: 2022-01\n")
    monkeypatch.setattr(assemble.reconcile, "parts_by_cause", fail)
    code, _, err = sp_geo(copy, "build")
    monkeypatch.undo()
    assert code == 7
    assert "reconcile" in err
    assert tables(copy) == before
    assert pipeline.build(copy).ran == (
        "panel", "months", "local posts", "ICBs of PCNs", "slopes", "footprints", "small areas",
    )  # fmt: skip
    assert set(Store(copy).read("out_pcn_quarter")["list_release"]) == {"2022-01"}
    assert Store(copy).manifest.parameters["list_release"] == "2022-01"


def test_every_output_says_synthetic(copy: Path, sp_geo: Run) -> None:
    """Every output of invented figures says SYNTHETIC."""
    for command in (["status"], ["regress", "--need", "imd_score"], ["panel"], ["build"]):
        for form in ([], ["--format", "csv"], ["--format", "json"]):
            if command == ["build"] and form:
                continue
            _, out, _ = sp_geo(copy, *command, *form)
            assert "SYNTHETIC" in out, (command, form)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_the_contract_of_regress(form: str, built: Path, sp_geo: Run) -> None:
    """Slopes have the columns that programs read, and an estimate or the reason for none."""
    from io import StringIO

    _, out, _ = sp_geo(built, "regress", "--need", "imd_score", "--non-response", "all", "--format", form)
    rows = pd.read_csv(StringIO(out)) if form == "csv" else pd.DataFrame(json.loads(out))
    promised = (
        "quarter need non_response per estimate ci_low ci_high std_error p_value n_pcns n_active_pcns coverage_pct "
        "mean_fte_per_10k splw_fte weights se_type"
    )
    assert set(promised.split()) <= set(rows.columns)
    assert set(rows["non_response"]) == {"reporters", "absent_as_zero", "balanced", "reweighted", "imputed"}
    held = rows.dropna(subset=["estimate"])
    assert ((held["ci_low"] <= held["estimate"]) & (held["estimate"] <= held["ci_high"])).all()
    assert (rows["estimate"].notna() | rows["reason"].str.startswith("not estimable because")).all()


def test_the_contract_of_panel(built: Path, sp_geo: Run) -> None:
    """The panel has the columns that programs read, and silence is empty."""
    _, out, _ = sp_geo(built, "panel", "--quarter", "2022Q2", "--format", "json")
    rows = pd.DataFrame(json.loads(out))
    promised = (
        "pcn_code pcn_name icb_code quarter reporting_status splw_fte list_size splw_fte_per_10k imd_score "
        "minority_ethnic lack_of_support"
    )
    assert list(rows.columns[:8]) == promised.split()[:8]
    assert set(promised.split()) <= set(rows.columns)
    silent = rows[rows["reporting_status"] == "not_reported"]
    assert len(silent) == 1
    assert silent["splw_fte"].isna().all()

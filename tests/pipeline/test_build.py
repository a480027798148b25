"""The build as a whole: what it skips, what never changes, and what survives a failure."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.build import pipeline
from sp_geo.cli.main import run
from sp_geo.core.errors import ReconciliationError
from sp_geo.tables import TABLES
from sp_geo.workspace.store import Store
from tests.pipeline.conftest import contents, published

Run = Callable[..., tuple[int, str, str]]


def tables(workspace: Path) -> dict[str, str]:
    """Hash of every table."""
    return {name: entry.sha256 for name, entry in Store(workspace).manifest.tables.items()}


def test_every_table_is_built(built: Path) -> None:
    """A table of the dictionary would not exist."""
    assert set(tables(built)) == set(TABLES)


def test_a_second_build_does_nothing(copy: Path) -> None:
    """Each build would cost as much as the first, or change what is there."""
    before = contents(copy)
    outcome = pipeline.build(copy)
    assert outcome.ran == ()
    assert contents(copy) == before


def test_same_input_same_bytes(built: Path, miniature_files: Path, tmp_path: Path) -> None:
    """Order of files, folder names or the day of the build would change figures."""
    other = tmp_path / "another name"
    for path in reversed(published(miniature_files)):
        assert run(["--workspace", str(other), "--quiet", "add", path]) == 0
    pipeline.build(other)
    assert tables(other) == tables(built)
    manifests = [(workspace / "derived" / "manifest.json").read_bytes() for workspace in (built, other)]
    assert manifests[0] == manifests[1]


def test_adding_a_quarter_changes_no_other(built: Path, miniature_files: Path, tmp_path: Path) -> None:
    """A new release would rewrite the past."""
    files = tmp_path / "files"
    shutil.copytree(miniature_files, files)
    held_back = next((files / "workforce").glob("*062026.zip"))
    later = tmp_path / held_back.name
    held_back.rename(later)
    workspace = tmp_path / "workspace"
    run(["--workspace", str(workspace), "--quiet", "add", *published(files)])
    pipeline.build(workspace)
    before = Store(workspace).read("out_pcn_quarter")
    assert "2026Q2" not in set(before["quarter"])
    shutil.copy(Path(f"{miniature_files}/workforce/{later.name}.origin.yaml"), tmp_path)
    assert run(["--workspace", str(workspace), "--quiet", "add", str(later)]) == 0
    outcome = pipeline.build(workspace)
    after = Store(workspace).read("out_pcn_quarter")
    pd.testing.assert_frame_equal(after[after["quarter"] != "2026Q2"].reset_index(drop=True), before)
    assert "2026Q2" in set(after["quarter"])
    assert "lists" in outcome.skipped
    assert tables(workspace) == tables(built)


def test_a_parameter_changes_the_panel_and_only_what_hangs_on_it(copy: Path) -> None:
    """An analyst's choice would be ignored, or would read every file again."""
    (copy / "parameters.yaml").write_text("list_release: 2022-01\n")
    outcome = pipeline.build(copy)
    assert set(outcome.ran) == {
        "panel", "months", "local posts", "ICBs of PCNs", "slopes", "footprints", "small areas",
    }  # fmt: skip
    assert set(Store(copy).read("out_pcn_quarter")["list_release"]) == {"2022-01"}
    assert Store(copy).manifest.parameters["list_release"] == "2022-01"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("list_release: soon\n", "2022-07"),
        ("colour: red\n", "one of list_release"),
        ("survey_year: 19\n", "2019"),
        ("area_weights_max_age_days: -1\n", "whole number"),
        ("[]\n", "lines such as"),
        ("a: [\n", "not valid YAML"),
    ],
)
def test_a_bad_parameter_is_a_clear_line(text: str, words: str, copy: Path, sp_geo: Run) -> None:
    """A typing mistake in the parameters would be ignored."""
    before = tables(copy)
    (copy / "parameters.yaml").write_text(text)
    code, _, err = sp_geo(copy, "build")
    assert code == 5
    assert words in err
    assert tables(copy) == before


def test_a_failed_build_leaves_the_last_good_tables(copy: Path, sp_geo: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in the middle would leave tables of two builds side by side."""
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
        "panel",
        "months",
        "local posts",
        "ICBs of PCNs",
        "slopes",
        "footprints",
        "small areas",
    )


def test_a_file_changed_on_the_shelf_is_noticed(copy: Path, sp_geo: Run) -> None:
    """Figures would rest on a file that is not the one in the record."""
    path = next((copy / "sources" / "census_ethnicity").rglob("*.zip"))
    other = next((copy / "sources" / "lsoa_lookup").rglob("*.zip"))
    shutil.copyfile(other, path)
    (copy / "derived" / "manifest.json").unlink()
    code, _, err = sp_geo(copy, "build")
    assert code == 4
    assert "has changed since it was added" in err


def test_a_later_release_of_a_period_wins_and_the_earlier_is_kept(
    copy: Path, miniature_files: Path, tmp_path: Path, sp_geo: Run
) -> None:
    """A corrected release would not be used, or the first would be lost."""
    import zipfile

    source = next((miniature_files / "workforce").glob("*June 2022*.zip"))
    with zipfile.ZipFile(source) as archive:
        name = archive.namelist()[0]
        text = archive.read(name).decode("cp1252")
    corrected = tmp_path / "corrected.zip"
    header, *rows = text.splitlines()
    position = header.split(",").index("FTE")
    cells = rows[0].split(",")
    cells[position] = str(float(cells[position]) + 1)
    with zipfile.ZipFile(corrected, "w") as archive:
        info = zipfile.ZipInfo("corrected.csv", date_time=(2026, 1, 1, 0, 0, 0))
        archive.writestr(info, "\n".join([header, ",".join(cells), *rows[1:]]) + "\n")
    before = Store(copy).read("out_quarter_coverage").set_index("quarter")["splw_release_fte"]
    code, out, _ = sp_geo(copy, "add", str(corrected))
    assert code == 0
    assert "used instead of" in out
    pipeline.build(copy)
    after = Store(copy).read("out_quarter_coverage").set_index("quarter")["splw_release_fte"]
    assert after["2022Q2"] == pytest.approx(before["2022Q2"] + 1)
    assert after.drop("2022Q2").equals(before.drop("2022Q2"))
    _, out, _ = sp_geo(copy, "status")
    assert "displaced by corrected.zip (dated 2026-01-01" in out.replace("\n", " ")


def test_every_output_says_synthetic(built: Path, tmp_path: Path, sp_geo: Run) -> None:
    """Invented figures would leave the building as real ones."""
    for command in (["status"], ["regress", "--need", "imd_score"], ["panel"], ["build"]):
        for form in ([], ["--format", "csv"], ["--format", "json"]):
            if command == ["build"] and form:
                continue
            _, out, _ = sp_geo(built, *command, *form)
            assert "SYNTHETIC" in out, (command, form)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_the_contract_of_regress(form: str, built: Path, sp_geo: Run) -> None:
    """Programs that read the output would break."""
    from io import StringIO

    _, out, _ = sp_geo(built, "regress", "--need", "imd_score", "--treatment", "all", "--format", form)
    rows = pd.read_csv(StringIO(out)) if form == "csv" else pd.DataFrame(json.loads(out))
    promised = (
        "quarter need treatment per estimate ci_low ci_high std_error p_value n_pcns n_active_pcns coverage_pct "
        "mean_fte_per_10k splw_fte weights se_type"
    )
    assert set(promised.split()) <= set(rows.columns)
    assert set(rows["treatment"]) == {"reporters", "absent_as_zero", "balanced", "reweighted"}
    held = rows.dropna(subset=["estimate"])
    assert ((held["ci_low"] <= held["estimate"]) & (held["estimate"] <= held["ci_high"])).all()
    assert (rows["estimate"].notna() | rows["reason"].str.startswith("not estimable because")).all()


def test_the_contract_of_panel(built: Path, sp_geo: Run) -> None:
    """Programs that read the output would break."""
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

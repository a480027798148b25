"""What differs between two builds: each planted change is told first, with its exact difference and its cause."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.build import pipeline
from sp_geo.build.view import Build
from sp_geo.cli.main import run
from sp_geo.core.errors import WorkspaceError
from sp_geo.questions.changes.attribution import UNKNOWN, UNTOLD
from sp_geo.questions.changes.compare import SAME, Changes, compare
from sp_geo.workspace.shelf import list_shelved, take_away
from sp_geo.workspace.store import BEFORE, Store
from tests.conftest import Run

Edit = Callable[[str], str]
JUNE = "2.Primary*June 2022*.zip"


def rewritten(source: Path, folder: Path, edit: Edit) -> Path:
    """A copy of a zipped CSV with other content, beside a copy of its note."""
    with zipfile.ZipFile(source) as archive:
        name = archive.namelist()[0]
        text = archive.read(name).decode("cp1252")
    changed = edit(text)
    assert changed != text
    target = folder / f"changed {source.name}"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name, date_time=(2026, 11, 1, 0, 0, 0)), changed.encode("cp1252"))
    shutil.copy(f"{source}.origin.yaml", f"{target}.origin.yaml")
    return target


def added(workspace: Path, *paths: Path) -> Changes:
    """What differs after files were added and the tables built."""
    assert run(["--workspace", str(workspace), "--quiet", "add", *map(str, paths)]) == 0
    return rebuilt(workspace)


def removed(workspace: Path, publication: str, period: str) -> Changes:
    """What differs after a file was taken away and the tables built."""
    shelf = [item.origin for item in list_shelved(workspace)]
    chosen = [item for item in shelf if (item.publication, item.period) == (publication, period)]
    for origin in chosen:
        take_away(workspace, origin.sha256)
    return rebuilt(workspace)


def rebuilt(workspace: Path) -> Changes:
    """What differs after a build."""
    pipeline.build(workspace)
    return last_changes(workspace)


def last_changes(workspace: Path) -> Changes:
    """What differs between the last build and the one before."""
    store = Store(workspace)
    before = store.before()
    assert before is not None
    return compare(Build(before), Build(store))


def kinds(found: Changes) -> list[str]:
    """Kinds of causes, each once, in their order."""
    return list(dict.fromkeys(found.causes["kind"]))


def value(found: Changes, pcn: str, quarter: str, measure: str) -> pd.Series:
    """The one row of a PCN's measure."""
    rows = found.pcns.query("pcn_code == @pcn and quarter == @quarter and measure == @measure")
    assert len(rows) == 1
    return rows.iloc[0]


def figure(found: Changes, area: str, quarter: str, name: str) -> pd.Series:
    """The one row of an area's figure."""
    rows = found.figures.query("area_code == @area and quarter == @quarter and figure == @name")
    assert len(rows) == 1
    return rows.iloc[0]


def files(folder: Path, pattern: str) -> Path:
    """The one published file of a name."""
    found = list(folder.rglob(pattern))
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def workspace(built: Path, miniature_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace in which U90003 has 0.75 FTE more in a revised release of June 2022; read only."""
    folder = tmp_path_factory.mktemp("revised")
    target = folder / "workspace"
    shutil.copytree(built, target)

    def more(text: str) -> str:
        return text.replace("Social Prescribing Link Worker,1,1021", "Social Prescribing Link Worker,1.75,1021")

    added(target, rewritten(files(miniature_files, JUNE), folder, more))
    return target


@pytest.fixture(scope="module")
def revised(workspace: Path) -> Changes:
    """What differs in it from the build before."""
    return last_changes(workspace)


@pytest.fixture
def spare(workspace: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    target = tmp_path / "spare"
    shutil.copytree(workspace, target)
    return target


def test_a_revised_release_is_the_cause_of_its_quarters_posts(revised: Changes) -> None:
    """The planted PCN comes first, with its difference and the file."""
    assert kinds(revised) == ["revised file"]
    said = revised.causes["sentence"].item()
    assert said.startswith("Primary Care Network Workforce, individual level, 2022Q2, was revised: changed 2.Primary")
    top = revised.pcns.iloc[0]
    assert (top["pcn_code"], top["quarter"], top["measure"]) == ("U90003", "2022Q2", "splw_fte")
    assert (top["before"], top["after"], top["difference"], top["cause"]) == (3.0, 3.75, 0.75, said)
    rate = value(revised, "U90003", "2022Q2", "splw_fte_per_10k")
    assert (rate["difference"], rate["cause"]) == (0.75, said)
    assert set(revised.pcns["pcn_code"]) == {"U90003"}
    assert set(revised.pcns["measure"]) == {
        "splw_fte", "splw_plain_fte", "splw_fte_per_10k", "splw_fte_per_10k_weighted",
    }  # fmt: skip
    england = figure(revised, "", "2022Q2", "link worker FTE")
    assert (england["before"], england["after"], england["cause"]) == (6.0, 6.75, said)
    assert figure(revised, "QRL", "2022Q2", "link worker FTE")["difference"] == 0.75
    rates = figure(revised, "", "2022Q2", "FTE per 10,000 patients of reporting PCNs")
    assert (rates["before"], rates["after"]) == pytest.approx((2.0, 2.25)), "30,000 patients of three reporting PCNs"
    assert "QXU" not in set(revised.figures["area_code"])
    assert not revised.figures["figure"].str.startswith("slope").any(), "two ICBs bear no slope, before or after"
    assert "The largest: Link worker FTE of U90003 in 2022Q2: 3 before, 3.75 now." in revised.sentence


def test_swapping_the_states_turns_every_difference_round(workspace: Path, revised: Changes) -> None:
    """What the later build has more, the earlier one has less."""
    build = Build(Store(workspace))
    before = build.before()
    assert before is not None
    back = compare(build, before)
    for name, key in (("pcns", ["pcn_code", "quarter", "measure"]), ("figures", ["area_code", "quarter", "figure"])):
        one, other = (getattr(state, name).set_index(key).sort_index() for state in (revised, back))
        pd.testing.assert_series_equal(one["difference"], -other["difference"])
        pd.testing.assert_series_equal(one["before"], other["after"], check_names=False)
        pd.testing.assert_series_equal(one["state_before"], other["state_after"], check_names=False)
        pd.testing.assert_series_equal(one["size"], other["size"])
    assert kinds(back) == ["revised file"]


def test_a_state_compared_with_itself_has_no_difference(workspace: Path, revised: Changes) -> None:
    """Nothing is made of nothing, in either state."""
    assert len(revised.pcns)
    store = Store(workspace)
    for state in (store, store.before()):
        assert state is not None
        found = compare(Build(state), Build(state))
        assert found.causes.empty
        assert found.figures.empty
        assert found.pcns.empty
        assert found.sentence == SAME


def test_a_new_quarter_is_told_and_moves_no_other(copy: Path, built: Path, miniature_files: Path) -> None:
    """Of older quarters the balanced slopes alone differ, and the tables are those of a build from the start."""
    away = removed(copy, "pcn_workforce", "2026Q2")
    assert kinds(away) == ["file removed"]
    assert "2026Q2 is gone." in away.sentence
    assert away.pcns.empty
    found = added(copy, files(miniature_files, "PCNWFIndividualCSV.062026.zip"))
    said = found.causes["sentence"].item()
    assert said == "Primary Care Network Workforce, individual level, 2026Q2, is new: PCNWFIndividualCSV.062026.zip."
    assert found.new == ("2026Q2",)
    assert "2026Q2 is new. No value of a PCN differs" in found.sentence
    row = figure(found, "", "2026Q2", "link worker FTE")
    assert pd.isna(row["before"])
    assert (row["after"], row["state_before"], row["cause"]) == (10.0, "quarter not built", said)
    assert set(found.figures["area_code"]) == {""}, "areas are told for quarters that both builds have"
    older = found.figures[found.figures["quarter"] != "2026Q2"]
    assert older["figure"].str.endswith(", balanced").all()
    assert found.pcns.empty
    assert Store(copy).manifest.tables == Store(built).manifest.tables


def test_another_list_extract_is_the_cause_of_patients_and_rates(
    copy: Path, miniature_files: Path, tmp_path: Path
) -> None:
    """The quarters that it serves are named; posts stay as they were."""

    def later(text: str) -> str:
        return text.replace("01JAN2022", "01OCT2022").replace("ZZ1 1ZZ,ALL,ALL,5000", "ZZ1 1ZZ,ALL,ALL,5600")

    found = added(copy, rewritten(files(miniature_files, "gp-reg-pat-prac-all.2022-01.zip"), tmp_path, later))
    assert kinds(found) == ["new release", "another list extract"]
    said = found.causes["sentence"].iloc[1]
    assert said == (
        "Patients of 2022Q3 to 2022Q4 are from the lists of 2022-10, before from those of 2022-07 (its file is new)."
    )
    top = value(found, "U90001", "2022Q3", "list_size")
    assert (top["before"], top["after"], top["difference"], top["cause"]) == (10_000, 10_600, 600, said)
    assert found.pcns.iloc[0]["pcn_code"] == "U90001"
    rate = value(found, "U90001", "2022Q4", "splw_fte_per_10k")
    assert rate["after"] == pytest.approx(10_000 / 10_600)
    assert rate["cause"] == said
    assert set(found.pcns["quarter"]) == {"2022Q3", "2022Q4"}
    assert "splw_fte" not in set(found.pcns["measure"])


def test_two_pcns_that_merge_are_told_with_what_they_move(copy: Path, miniature_files: Path, tmp_path: Path) -> None:
    """The PCN that ends is gone, the other has both their patients, and each says why."""

    def merged(text: str) -> str:
        return text.replace("01Jul2026", "30Jun2026").replace("U90004,SYNTHETIC PCN 0004", "U90003,SYNTHETIC PCN 0003")

    found = added(copy, rewritten(files(miniature_files, "gp-reg-pat-prac-map.2026-07.zip"), tmp_path, merged))
    assert kinds(found) == ["new release", "another membership edition", "PCNs merged"]
    event = found.causes.iloc[-1]
    assert event["sentence"] == "U90004 merged into U90003 (2026Q1 to 2026Q2)."
    assert event["about"] == "U90004, U90003"
    size = value(found, "U90003", "2026Q2", "list_size")
    assert (size["before"], size["after"], size["difference"]) == (10_000, 20_000, 10_000)
    assert size["cause"] == event["sentence"]
    gone = value(found, "U90004", "2026Q2", "list_size")
    assert (gone["before"], gone["state_after"], gone["cause"]) == (10_000, "not active", event["sentence"])
    assert pd.isna(gone["after"])
    assert pd.isna(gone["difference"])
    assert set(found.pcns.query("pcn_code == 'U90004'")["measure"]) <= {"splw_fte", "list_size", "splw_fte_per_10k"}
    assert found.pcns.iloc[0]["pcn_code"] in {"U90003", "U90004"}
    need = value(found, "U90003", "2026Q2", "imd_score")
    assert (need["before"], need["after"]) == pytest.approx((34.0, 39.0))
    assert need["cause"] == event["sentence"]
    assert set(found.pcns["quarter"]) == {"2026Q1", "2026Q2"}
    assert figure(found, "", "2026Q2", "active PCNs")["difference"] == -1


def test_a_choice_is_named_with_both_its_values(one_list: Path) -> None:
    """The list extract that serves says that the choice is why."""
    found = last_changes(one_list)
    assert kinds(found) == ["choice", "another list extract"]
    assert found.causes["sentence"].iloc[0] == "The choice list release is 2022-01, before nearest."
    assert found.causes["sentence"].str.contains("(the choice list release)", regex=False).sum() == 2
    top = found.pcns.iloc[0]
    assert (top["pcn_code"], top["measure"], top["difference"]) == ("U90004", "list_size", -1_000)


def test_a_choice_of_survey_moves_the_need_that_rests_on_it(copy: Path) -> None:
    """The value says which survey it rests on now, and on which before."""
    (copy / "parameters.yaml").write_text("survey_year: 2022\n")
    found = rebuilt(copy)
    assert set(found.pcns["measure"]) == {"lack_of_support"}
    row = value(found, "U90001", "2026Q2", "lack_of_support")
    assert row["difference"] == pytest.approx(-0.1)
    assert row["cause"] == (
        "It rests on GP Patient Survey 2022 (series 2018-2023), before on GP Patient Survey 2026 (series 2024-)."
    )


def test_a_build_that_changes_nothing_keeps_the_state_before(spare: Path, revised: Changes) -> None:
    """What changed last is still told after another build, and after one that makes good a lost table."""
    before = (spare / "derived" / BEFORE).read_bytes()
    assert pipeline.build(spare).ran == ()
    assert (spare / "derived" / BEFORE).read_bytes() == before
    path = Store(spare).path_of("out_quarter_slope")
    assert path is not None
    path.unlink()
    found = rebuilt(spare)
    assert path.exists()
    assert (spare / "derived" / BEFORE).read_bytes() == before
    pd.testing.assert_frame_equal(found.pcns, revised.pcns)


def test_a_removed_file_takes_its_figures_with_it_and_a_new_one_brings_them(copy: Path, miniature_files: Path) -> None:
    """A need that loses its only source becomes missing, which is not zero; the other way round it becomes known."""
    found = removed(copy, "census_ethnicity", "2021")
    assert kinds(found) == ["file removed"]
    said = found.causes["sentence"].item()
    assert said.startswith("Census 2021, TS021 ethnic group by LSOA, 2021, was removed: census2021")
    row = value(found, "U90001", "2022Q2", "minority_ethnic")
    assert row["before"] == pytest.approx(0.4)
    assert (row["state_before"], row["state_after"], row["cause"]) == ("known", "missing", said)
    assert pd.isna(row["after"])
    assert pd.isna(row["difference"])
    assert row["size"] >= 1
    assert set(found.pcns["measure"]) == {"minority_ethnic", "asian", "black", "mixed", "other_ethnic"}
    found = added(copy, files(miniature_files, "census2021*.zip"))
    assert kinds(found) == ["new release"]
    rows = found.pcns.query("measure == 'asian'")
    assert len(rows) == 24
    assert set(rows["state_before"]) == {"missing"}
    assert set(rows["cause"]) == {found.causes["sentence"].item()}


def test_a_pcn_that_falls_silent_is_a_change_of_state(copy: Path, miniature_files: Path, tmp_path: Path) -> None:
    """A true zero that is no longer in the release is not known any more, though no number has moved."""

    def silent(text: str) -> str:
        return "\n".join(line for line in text.splitlines() if "U90002" not in line) + "\n"

    found = added(copy, rewritten(files(miniature_files, "3.Primary*.zip"), tmp_path, silent))
    top = found.pcns.iloc[0]
    assert (top["pcn_code"], top["measure"], top["before"]) == ("U90002", "splw_fte", 0.0)
    assert (top["state_before"], top["state_after"], top["size"]) == ("true_zero", "not_reported", 1.0)
    assert pd.isna(top["after"])
    assert top["cause"] == found.causes["sentence"].item()
    assert set(found.pcns["measure"]) == {"splw_fte", "splw_fte_per_10k"}, "told once, not for every part of its posts"
    assert figure(found, "", "2022Q3", "reporting PCNs")["difference"] == -1
    assert figure(found, "", "2022Q3", "PCNs that reported none")["difference"] == -1
    assert "link worker FTE" not in set(found.figures["figure"])


def test_two_causes_of_one_value_are_not_told_apart(copy: Path, miniature_files: Path, tmp_path: Path) -> None:
    """Another list and a merged PCN both move its patients; neither is said to be the one."""

    def merged(text: str) -> str:
        return text.replace("U90004,SYNTHETIC PCN 0004", "U90003,SYNTHETIC PCN 0003")

    moved = rewritten(files(miniature_files, "gp-reg-pat-prac-map.2026-07.zip"), tmp_path, merged)
    later = rewritten(
        files(miniature_files, "gp-reg-pat-prac-all.2022-01.zip"),
        tmp_path,
        lambda text: text.replace("01JAN2022", "01JUN2026").replace("ZZ5 1ZZ,ALL,ALL,5000", "ZZ5 1ZZ,ALL,ALL,5100"),
    )
    found = added(copy, moved, later)
    row = value(found, "U90003", "2026Q1", "list_size")
    assert row["difference"] == 9_100
    assert row["cause"].startswith(UNTOLD)
    assert "U90004 merged into U90003" in row["cause"]
    assert "from the lists of 2026-06" in row["cause"]


def test_other_code_with_the_same_figures_says_so(copy: Path, monkeypatch: pytest.MonkeyPatch, sp_geo: Run) -> None:
    """The software is the one cause, and no figure differs."""
    monkeypatch.setattr(pipeline, "_code_digest", lambda: "f" * 64)
    found = rebuilt(copy)
    assert kinds(found) == ["software"]
    assert found.pcns.empty
    assert found.figures.empty
    assert "Since the build before: software (1). No figure differs." in found.sentence
    code, out, _ = sp_geo(copy, "changes")
    assert code == 0
    assert "sp_geo code ffffffffffffffff, before" in out


def test_other_code_beside_a_revised_file_is_not_told_apart(workspace: Path) -> None:
    """Either of them can have moved the value, so neither is said to have."""
    store = Store(workspace)
    before = store.before()
    assert before is not None
    versions = {**store.manifest.versions, "sp_geo code": "f" * 16}
    store.__dict__["manifest"] = replace(store.manifest, versions=versions)
    cause = value(compare(Build(before), Build(store)), "U90003", "2022Q2", "splw_fte")["cause"]
    assert cause.startswith(UNTOLD)
    assert "was revised" in cause
    assert "The software is another (sp_geo code)." in cause


def test_every_value_that_differs_has_a_cause(revised: Changes) -> None:
    """No row is left with the words for an unknown cause where a file explains it."""
    assert UNKNOWN not in {*revised.pcns["cause"], *revised.figures["cause"]}


def test_a_user_s_own_file_kept_through_the_page_is_told(copy: Path) -> None:
    """The page's build in a process of its own leaves the state before as any other build does."""
    from sp_geo.web.uploads import keep_here, undo_here
    from tests.pipeline.test_my_data import NOW, posts, upload

    receipt = keep_here(upload(posts(copy), "local_posts"), copy, NOW)
    found = rebuilt(copy)
    assert found.causes["sentence"].str.startswith("Local link worker posts (your own file), ").all()
    assert kinds(found) == ["new release"]
    assert found.pcns.empty, "local posts stay apart"
    undo_here(copy, receipt.id)
    assert kinds(rebuilt(copy)) == ["file removed"]


# The command.


def test_the_first_build_has_nothing_to_compare_with(built: Path, sp_geo: Run) -> None:
    """One clear line, no fault, and files that a program can read."""
    code, out, err = sp_geo(built, "changes")
    assert (code, out, err) == (0, "There is no build before this one to compare with.\n", "")
    code, out, err = sp_geo(built, "changes", "--format", "json")
    assert (code, json.loads(out)) == (0, [])
    assert "no build before" in err
    code, out, _ = sp_geo(built, "changes", "--show", "causes", "--format", "csv")
    assert (code, out) == (0, "kind,about,quarters,before,after,sentence,provenance\n")


def test_without_a_build_the_line_says_what_to_do(tmp_path: Path, sp_geo: Run) -> None:
    """A new user is told how to begin."""
    code, _, err = sp_geo(tmp_path / "none", "changes")
    assert code == WorkspaceError.exit_code
    assert "there is no workspace here yet" in err


def test_the_command_shows_the_planted_change_in_every_form(workspace: Path, sp_geo: Run) -> None:
    """Table, CSV and JSON say the same PCN first."""
    code, out, _ = sp_geo(workspace, "changes")
    assert code == 0
    assert "SYNTHETIC: What was done" in out
    assert "U90003" in out
    _, out, _ = sp_geo(workspace, "changes", "--format", "csv")
    rows = pd.read_csv(StringIO(out))
    assert rows[["pcn_code", "measure", "difference"]].iloc[0].to_list() == ["U90003", "splw_fte", 0.75]
    assert set(rows["provenance"]) == {"SYNTHETIC"}
    _, out, _ = sp_geo(workspace, "changes", "--show", "figures", "--area", "qrl", "--format", "json")
    assert {row["area_code"] for row in json.loads(out)} == {"QRL"}


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--area", "U90003"], 4),
        (["--area", "Y59"], 4),
        (["--area", "QXU"], 0),
        (["--quarter", "2022Q1"], 0),
        (["--quarter", "2022q2", "--measure", "splw_fte"], 1),
        (["--measure", "imd_score"], 0),
    ],
)
def test_the_command_narrows_what_differs(options: list[str], count: int, workspace: Path, sp_geo: Run) -> None:
    """A planner asks of one PCN, area, quarter or measure."""
    code, out, _ = sp_geo(workspace, "changes", *options, "--format", "csv")
    assert code == 0
    assert len(pd.read_csv(StringIO(out))) == count


@pytest.mark.parametrize(
    "options", [["--area", "QQ1"], ["--quarter", "1999Q1"], ["--measure", "colour"], ["--show", "x"]]
)
def test_what_neither_build_has_is_refused_in_a_line(options: list[str], workspace: Path, sp_geo: Run) -> None:
    """A slip in an area, quarter, measure or view is one line."""
    code, out, err = sp_geo(workspace, "changes", *options)
    assert (code, out, len(err.splitlines())) == (2, "", 1)


def test_a_lost_table_of_the_build_before_is_one_clear_line(spare: Path, sp_geo: Run) -> None:
    """Somebody who cleaned the folder is told which table lacks."""
    before = Store(spare).before()
    assert before is not None
    path = before.path_of("out_pcn_quarter")
    assert path is not None
    path.unlink()
    code, _, err = sp_geo(spare, "changes")
    assert (code, len(err.splitlines())) == (WorkspaceError.exit_code, 1)
    assert "out_pcn_quarter" in err


def test_a_table_that_lacked_a_column_is_compared_by_the_others(spare: Path, revised: Changes) -> None:
    """An older build without a column is no fault, and the column is nobody's change."""
    store = Store(spare)
    before = store.before()
    assert before is not None
    entry = before.manifest.tables["out_pcn_quarter"]
    path = before.path_of("out_pcn_quarter")
    assert path is not None
    older = pd.read_parquet(path).drop(columns=["splw_headcount"])
    older.to_parquet(store.folder / f"out_pcn_quarter-{'0' * 16}.parquet")
    tables = {**before.manifest.tables, "out_pcn_quarter": replace(entry, sha256="0" * 64)}
    before.__dict__["manifest"] = replace(before.manifest, tables=tables)
    pd.testing.assert_frame_equal(compare(Build(before), Build(store)).pcns, revised.pcns)

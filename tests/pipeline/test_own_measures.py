"""An own measure from a file to every command that takes a need, in the miniature England."""

from __future__ import annotations

import io
import json
import shutil
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.cli.main import run
from sp_geo.geography import boundaries
from sp_geo.workspace.shelf import list_shelved
from sp_geo.workspace.store import Store
from tests.conftest import Run

SCORES = "LSOA11CD,score\n"
PRACTICES = (
    "practice,patients,carers\nZ90001,5000,500\nZ90002,5000,250\nZ90003,6000,60\nZ90004,4000,*\nZ90005,5000,\n"
    "Z90006,5000,100\n"
)


def own(folder: Path, name: str, text: str) -> str:
    """A file beside a note that says it is invented, as everything in the miniature."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.with_name(f"{name}.origin.yaml").write_text("is_synthetic: true\n", encoding="utf-8")
    return str(path)


def by_area(workspace: Path) -> dict[str, float]:
    """A number for each small area of 2011 of the miniature: 1, 2, 3 in the order of their codes."""
    lookup = Store(workspace).read("core_lsoa_lookup")
    return {code: float(place) for place, code in enumerate(sorted(lookup["lsoa11_code"].unique()), start=1)}


def needs(workspace: Path, name: str, quarter: str = "2026Q2") -> pd.DataFrame:
    """Rows of out_pcn_need of one measure and quarter, by pcn_code."""
    rows = Store(workspace).read("out_pcn_need")
    return rows[(rows["need"] == name) & (rows["quarter"] == quarter)].set_index("pcn_code")


@pytest.fixture(scope="module")
def measured(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature with four own measures: by small area, by practice twice and by PCN; read only."""
    folder = tmp_path_factory.mktemp("measured")
    workspace, call = folder / "workspace", ["--workspace", str(folder / "workspace"), "--quiet"]
    shutil.copytree(built, workspace)
    scores = by_area(workspace)
    small = own(folder, "small.csv", SCORES + "".join(f"{code},{value}\n" for code, value in scores.items()))
    practices = own(folder, "practices.csv", PRACTICES)
    pcns = own(folder, "pcns.csv", "PCN,index\nU90001,3\nU90002,4.5\nU90009,1\n")
    told = ["--name", "Score", "--unit", "points", "--direction", "more", "--source", "Council", "--period", "2026"]
    assert run([*call, "add", small, "--measure", *told]) == 0
    counts = ["--column", "carers", "--base-column", "patients"]
    assert run([*call, "add", practices, "--measure", "--name", "Carers", *counts]) == 0
    assert run([*call, "add", practices, "--measure", "--name", "Cared for", *counts, "--direction", "less"]) == 0
    assert run([*call, "add", pcns, "--measure", "--name", "Index"]) == 0
    assert run([*call, "build"]) == 0
    return workspace


class Larger(NamedTuple):
    """A kind of area larger than a small area, and the published lookup that says which small areas are in it."""

    area: str
    publication: str
    head: str
    row: str


WARDS = "LSOA21CD,LSOA21NM,WD24CD,WD24NM,LAD24CD,LAD24NM"
LARGER = {
    "district": Larger("E06000001", "LSOA 2021 to ward and local authority", WARDS, "{},A,E05000001,W,E06000001,D"),
    "ward": Larger("E05000001", "LSOA 2021 to ward and local authority", WARDS, "{},A,E05000001,W,E06000001,D"),
    "msoa": Larger(
        "E02000001", "LSOA to MSOA, lookup", "OA21CD,LSOA21CD,LSOA21NM,MSOA21CD,MSOA21NM", "E00000001,{},A,E02000001,M"
    ),
}


def large(folder: Path, kind: str) -> str:
    """A measure of two areas of a larger kind."""
    area = LARGER[kind].area
    return own(folder, f"{kind}.csv", f"code,n\n{area},7\n{area[:-1]}2,8\n")


def new_counts(workspace: Path) -> dict[str, tuple[int, int]]:
    """Part and whole of every small area of 2021 of the miniature."""
    codes = sorted(Store(workspace).read("core_lsoa_lookup")["lsoa21_code"].unique())
    return {code: (1 + place % 3, 10) for place, code in enumerate(codes)} | {
        "E01035001": (9, 10),
        "E01035002": (10, 90),
    }


class Later(NamedTuple):
    """A workspace with further measures, and what the command said that took each."""

    workspace: Path
    said: dict[str, str]


@pytest.fixture(scope="module")
def added_later(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Later:
    """The miniature with measures by larger areas, by areas of 2021, of a few areas, and one given twice; read only."""
    folder = tmp_path_factory.mktemp("later")
    workspace, said = folder / "workspace", {}
    shutil.copytree(built, workspace)
    codes = sorted(boundaries.lsoa11()["lsoa11_code"])[:985]
    texts = {
        "first": "practice,a\nZ90001,1\nZ90002,3\n",
        "second": "practice,a\nZ90001,5\nZ90002,7\n",
        "new": "LSOA21CD,part,whole\n"
        + "".join(f"{code},{part},{whole}\n" for code, (part, whole) in new_counts(workspace).items()),
        "few": SCORES + "".join(f"{code},{place}\n" for place, code in enumerate(codes)),
    }
    measures = [
        ("first", "A"),
        ("second", "a"),
        ("new", "New", "--column", "part", "--base-column", "whole"),
        ("few", "Few"),
    ]
    asked = [(own(folder, f"{name}.csv", texts[name]), *told) for name, *told in measures]
    for file, name, *told in [*asked, *((large(folder, kind), kind) for kind in LARGER)]:
        with redirect_stdout(io.StringIO()) as out:
            assert run(["--workspace", str(workspace), "add", file, "--measure", "--name", name, *told]) == 0
        said[name] = out.getvalue()
    for kind in ("ward", "msoa"):
        rows = "".join(
            f"{LARGER[kind].row.format(code)}\n"
            for code in sorted(Store(workspace).read("core_lsoa_lookup")["lsoa21_code"].unique())
        )
        lookup = own(folder, f"lookup of {kind}.csv", f"{LARGER[kind].head}\n{rows}")
        with redirect_stdout(io.StringIO()) as out:
            assert run(["--workspace", str(workspace), "add", lookup]) == 0
        assert LARGER[kind].publication in out.getvalue()
    assert run(["--workspace", str(workspace), "--quiet", "build"]) == 0
    return Later(workspace, said)


def test_a_measure_of_small_areas_is_the_mean_over_the_patients_of_each_pcn(measured: Path) -> None:
    """As worked out by hand from the lists by small area: sum of patients x value over patients with a value."""
    scores, store = by_area(measured), Store(measured)
    patients = store.read("core_practice_list_lsoa11")
    members = store.read("core_practice_membership")
    members = members[(members["pcn_code"] == "U90001") & (members["valid_from"] == "2026-07-01")]
    here = patients[patients["practice_code"].isin(members["practice_code"])]
    value = here["lsoa11_code"].map(scores)
    by_hand = (here["patients_count"] * value).sum() / here.loc[value.notna(), "patients_count"].sum()
    found = needs(measured, "own_score")
    assert found.loc["U90001", "value"] == pytest.approx(by_hand)
    assert found.loc["U90001", "source"] == "your own Score by lsoa11; patients by area 2022-07"
    panel = store.read("out_pcn_quarter")
    assert panel[panel["quarter"] == "2026Q2"].set_index("pcn_code").loc["U90001", "own_score"] == pytest.approx(
        by_hand
    )


def test_counts_of_practices_are_added_up_and_half_of_the_patients_must_have_a_value(measured: Path) -> None:
    """Sum of counts over sum of bases; a PCN with less than half has none; less need is turned round."""
    found = needs(measured, "own_carers")
    assert found["value"].to_dict() == {"U90001": 750 / 10_000, "U90002": 60 / 6_000, "U90003": 100 / 5_000}
    assert found["patients_with_value"].to_dict() == {"U90001": 10_000, "U90002": 6_000, "U90003": 5_000}
    turned = needs(measured, "own_cared_for")
    assert turned["value"].to_dict() == pytest.approx({name: 1 - value for name, value in found["value"].items()})
    values = Store(measured).read("core_own_measure_value").query("measure == 'own_carers'").set_index("area_code")
    assert values["state"].to_dict() == {
        "Z90001": "given", "Z90002": "given", "Z90003": "given", "Z90004": "suppressed", "Z90005": "missing",
        "Z90006": "given",
    }  # fmt: skip


def test_a_measure_of_pcns_is_as_it_is(measured: Path) -> None:
    """A PCN that the file does not have has no value, and one that England does not have is in no row."""
    assert needs(measured, "own_index")["value"].to_dict() == {"U90001": 3.0, "U90002": 4.5}


def test_every_command_takes_an_own_measure_and_says_that_it_is_the_users(
    measured: Path, sp_geo: Run, tmp_path: Path
) -> None:
    """regress, describe, trend, inequality, specifications, attenuation, plan, panel, map and export."""
    code, out, err = sp_geo(measured, "regress", "--need", "own_score", "--format", "csv")
    assert (code, set(pd.read_csv(io.StringIO(out))["need"])) == (0, {"own_score"})
    assert "per 10 points. Your own measure, by lsoa11. source: Council; period: 2026" in err
    for command in ("describe", "trend", "specifications", "attenuation", "inequality"):
        code, out, _ = sp_geo(measured, command, "--need", "own_score", "--format", "csv")
        assert (code, "own_score" in out) == (0, True), command
    code, out, err = sp_geo(measured, "panel", "--format", "csv")
    row = pd.read_csv(io.StringIO(out)).set_index("pcn_code").loc["U90002"]
    assert (row["own_index"], row["own_carers"]) == (4.5, 0.01)
    assert "own_carers: Carers (your own); 3 of 4 rows have a value, and 52.5 % of patients." in err
    code, out, err = sp_geo(measured, "plan", "posts", "--fte", "1", "--need", "own_score", "--format", "csv")
    assert (code, pd.read_csv(io.StringIO(out))["added_fte"].sum()) == (0, 1.0)
    assert "Its sampling error is not known" in err
    code, out, _ = sp_geo(measured, "plan", "posts", "--fte", "1", "--show", "needs", "--format", "csv")
    assert {"imd_score", "own_score"} <= set(pd.read_csv(io.StringIO(out)).columns)
    page = tmp_path / "map.html"
    assert sp_geo(measured, "map", "--measure", "own_score", "--out", str(page))[0] == 0
    assert "Score (your own)" in page.read_text(encoding="utf-8")
    pack = tmp_path / "pack"
    assert sp_geo(measured, "export", "--need", "own_score", "--out", str(pack))[0] == 0
    measures = pd.read_csv(pack / "tables" / "measures.csv")
    assert {"own_score", "own_carers", "own_cared_for", "own_index"} <= set(measures.iloc[:, 0])
    code, _, err = sp_geo(measured, "regress", "--need", "own_scores")
    assert (code, "'own_score' (Score (your own))" in err) == (2, True)


def test_slopes_of_every_quarter_have_the_own_measures(measured: Path) -> None:
    """The table that pages read is not of published needs alone."""
    slopes = Store(measured).read("out_quarter_slope")
    assert {"own_score", "own_carers", "own_cared_for", "own_index", "imd_score"} <= set(slopes["need"])


def test_pages_offer_an_own_measure_as_need_and_on_the_map(measured: Path) -> None:
    """The fields of the pages have it by the name that the user gave it."""
    from sp_geo.web import fields
    from sp_geo.web.pages.need_and_provision import page as need_and_provision
    from sp_geo.web.pages.overview import page as overview
    from sp_geo.web.state import read_view

    build = Build(Store(measured))
    assert fields.need(build).options["own_score"] == "Score (your own)"
    assert fields.measure(build).options["own_carers"] == "Carers (your own)"
    for module in (overview, need_and_provision):
        view, unknown = read_view("?need=own_score&measure=own_score", module.PAGE.fields(build))
        assert not unknown
        assert "Score (your own)" in str([part.make(build, view) for part in module.PAGE.parts])
        sheet = module.PAGE.sheet("pcns", build, view)
        assert "Score (your own): Your own measure, by lsoa11." in " ".join(sheet.notes)


def test_completion_offers_own_measures(measured: Path) -> None:
    """Whoever presses Tab finds them beside the published ones."""
    from typer import Context
    from typer.main import get_command

    from sp_geo.cli import completion
    from sp_geo.cli.anywhere import WORKSPACE_NAMED
    from sp_geo.cli.main import app

    context = Context(get_command(app))
    context.meta[WORKSPACE_NAMED] = str(measured)
    assert completion.needs(context, "own_s") == [("own_score", "Score (your own)")]
    assert completion.small_area_needs(context, "own_") == [("own_score", "Score (your own)")]


def test_one_file_may_hold_several_measures_and_each_is_removed_by_its_name(
    copy: Path, sp_geo: Run, tmp_path: Path
) -> None:
    """The same bytes twice are no mistake here; the same again are."""
    file = own(tmp_path, "two.csv", "practice,a,b\nZ90001,1,2\nZ90002,3,4\n")
    assert sp_geo(copy, "add", file, "--measure", "--name", "A", "--column", "a")[0] == 0
    assert sp_geo(copy, "add", file, "--measure", "--name", "B", "--column", "b")[0] == 0
    code, out, _ = sp_geo(copy, "add", file, "--measure", "--name", "B", "--column", "b")
    assert (code, "already here" in out) == (0, True)
    code, out, _ = sp_geo(copy, "add", file, "--measure", "--name", "B", "--column", "a")
    assert (code, "used instead of" in out) == (0, False)
    kept = {item.origin.period: dict(item.origin.told) for item in list_shelved(copy) if item.origin.told}
    assert kept == {"own_a": {"name": "A", "column": "a"}, "own_b": {"name": "B", "column": "a"}}
    sha256 = next(item.origin.sha256 for item in list_shelved(copy) if item.origin.told)
    code, _, err = sp_geo(copy, "remove", sha256[:12])
    assert (code, "2 files" in err) == (2, True)
    assert sp_geo(copy, "remove", "own_a")[0] == 0
    assert [item.origin.period for item in list_shelved(copy) if item.origin.told] == ["own_b"]


def test_two_vintages_in_one_measure_are_refused_with_a_code_of_each(copy: Path, sp_geo: Run, tmp_path: Path) -> None:
    """An area that ended in 2021 beside one that began then; nothing is kept."""
    file = own(tmp_path, "both.csv", "LSOA,n\nE01030296,1\nE01035001,2\nE01030297,3\n")
    code, out, _ = sp_geo(copy, "add", file, "--measure", "--name", "Both")
    assert code == 5
    assert "two vintages; found E01030296 (ended in 2021) and E01035001 (not an area of 2011)" in out
    assert not [item for item in list_shelved(copy) if item.origin.told]


def test_a_second_file_of_one_name_is_used_instead_and_said_to_be(added_later: Later) -> None:
    """The newer one counts; the older stays stored."""
    assert "used instead of first.csv, which is kept" in added_later.said["a"]
    values = Store(added_later.workspace).read("core_own_measure_value").query("measure == 'own_a'")
    assert values["value"].tolist() == [5.0, 7.0]


def test_small_areas_of_2021_reach_patients_of_2011_through_the_lookup(added_later: Later) -> None:
    """Parts of a split area are added up with their bases; a merged area gives its share to each part."""
    assert "lsoa21" in added_later.said["New"]
    counts = new_counts(added_later.workspace)
    areas = Store(added_later.workspace).read("out_lsoa11").set_index("lsoa11_code")["own_new"]
    assert areas["E01030296"] == pytest.approx(19 / 100)
    assert areas["E01017194"] == areas["E01017195"] == counts["E01035003"][0] / counts["E01035003"][1]


def test_a_measure_of_three_percent_of_england_is_taken_with_its_coverage_told(added_later: Later, sp_geo: Run) -> None:
    """The line that takes it says how much of England it is, and the panel who has a value."""
    assert "985 of 32,844 small areas of England (3 %; lsoa11)" in added_later.said["Few"]
    _, _, err = sp_geo(added_later.workspace, "panel", "--format", "csv")
    assert "own_few: Few (your own); 0 of 4 rows have a value, and 0.0 % of patients." in err
    assert sp_geo(added_later.workspace, "regress", "--need", "own_few")[0] == 0


@pytest.mark.parametrize("kind", LARGER)
def test_every_small_area_of_a_larger_one_has_its_value_once_a_lookup_says_which(added_later: Later, kind: str) -> None:
    """Without the lookup the build names it; with it the value is everybody's, and the source says how."""
    assert f"2 areas ({kind})" in added_later.said[kind]
    found = needs(added_later.workspace, f"own_{kind}")
    assert found["value"].to_dict() == pytest.approx(dict.fromkeys(("U90001", "U90002", "U90003", "U90004"), 7.0))
    assert "each small area has its area's value" in found["source"].iloc[0]


@pytest.mark.parametrize("kind", LARGER)
def test_a_build_without_the_lookup_of_a_larger_area_names_it(
    kind: str, copy: Path, sp_geo: Run, tmp_path: Path
) -> None:
    """The line says which file to add, or how to take the measure out."""
    assert sp_geo(copy, "add", large(tmp_path, kind), "--measure", "--name", kind)[0] == 0
    code, _, err = sp_geo(copy, "--quiet", "build")
    advice = f"Add '{LARGER[kind].publication}', or take the measure out with 'sp-geo remove own_{kind}'"
    assert (code, advice in err) == (6, True)


def test_a_file_of_an_archive_and_options_without_measure_are_asked_for(
    copy: Path, sp_geo: Run, tmp_path: Path
) -> None:
    """Several files of an archive are listed, and one is taken by its name."""
    import zipfile

    archive = tmp_path / "two.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.csv", "practice,n\nZ90001,1\nZ90002,2\n")
        packed.writestr("b.csv", "practice,n\nZ90001,3\nZ90002,4\n")
    archive.with_name("two.zip.origin.yaml").write_text("is_synthetic: true\n", encoding="utf-8")
    code, out, err = sp_geo(copy, "add", str(archive), "--measure", "--name", "A")
    assert (code, "'a.csv', 'b.csv'. Say with --sheet" in out + err) == (2, True)
    code, out, _ = sp_geo(copy, "add", str(archive), "--measure", "--name", "A", "--sheet", "b.csv")
    assert (code, "b.csv" in out) == (0, True)
    code, _, err = sp_geo(copy, "add", str(archive), "--name", "A")
    assert (code, "Say --measure as well" in err) == (2, True)
    code, out, err = sp_geo(copy, "add", str(archive), "--measure", "--sheet", "b.csv")
    assert (code, "an own measure needs a name" in out + err) == (2, True)


def test_the_template_is_read_without_an_option(copy: Path, sp_geo: Run, tmp_path: Path) -> None:
    """What is asked is asked in the file."""
    empty = tmp_path / "measure.csv"
    assert sp_geo(copy, "template", "own-measure", "--out", str(empty))[0] == 0
    head = empty.read_text(encoding="utf-8")
    filled = own(tmp_path, "filled.csv", head + "Z90001,5,50,Carers,,less need,Council,2026,OGL\nZ90002,5,20,,,,,,\n")
    code, out, _ = sp_geo(copy, "add", filled)
    assert (code, "--need own_carers, a share, unit %, higher means less need; 2 areas (practice)" in out) == (0, True)


def test_an_own_measure_is_in_the_record_of_what_was_made(measured: Path) -> None:
    """Whoever repeats a figure knows what was said of the file."""
    inputs = json.loads((measured / "derived" / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    told = {item["period"]: item["told"] for item in inputs if item["publication"] == "own_measure"}
    assert told["own_carers"] == {"name": "Carers", "column": "carers", "base_column": "patients"}

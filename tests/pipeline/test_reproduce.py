"""An output made again from its run record: the same to the byte, or what differs and what could explain it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import StringIO
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.core.errors import SpGeoError
from sp_geo.questions.run_record import RunRecord, read_record, record_of
from sp_geo.reports.reproduce import OTHER_RECORD, Line, Reproduction, _compared, _files, _single, _there, reproduce
from sp_geo.web.application import PAGES
from sp_geo.web.downloads import Asked, taken
from sp_geo.web.exporters import makers
from sp_geo.web.state import read_view
from sp_geo.workspace.shelf import take_away
from sp_geo.workspace.store import Store
from tests.conftest import Run, contents

DAY = date(2026, 8, 1)


def overview(workspace: Path, form: str) -> bytes:
    """The first page as it is taken away."""
    build = Build(Store(workspace))
    view, _ = read_view("", PAGES[0].fields(build))
    return taken(build, Asked(PAGES[0], view, form, "http://127.0.0.1:8050"), DAY)[0]


@pytest.fixture(scope="module")
def output(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first page's tables, renamed as people do."""
    path = tmp_path_factory.mktemp("taken") / "renamed by hand.zip"
    path.write_bytes(overview(built, "csv"))
    return path


def edited(output: Path, folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """A copy of an output in which one part is another."""
    path = folder / "edited.zip"
    with ZipFile(output) as before, ZipFile(path, "w") as after:
        for info in before.infolist():
            text = before.read(info).decode()
            after.writestr(info, change(text) if info.filename == name else text)
    return path


def again(workspace: Path, given: Path, room: Path, against: Path | None = None) -> Reproduction:
    """The tables alone, which needs no maker."""
    return reproduce(workspace, given, against, room, {}, lambda step, state: None)


def test_an_output_is_the_same_to_the_byte(built: Path, output: Path, tmp_path: Path, sp_geo: Run) -> None:
    """An output made again from its files is the same to the byte."""
    before = contents(built)
    code, out, _ = sp_geo(built, "reproduce", str(output), "--keep", str(tmp_path / "kept"))
    assert (code, out.splitlines()) == (
        0,
        [f"The same to the byte: {len(read_record(output).tables)} tables and 1 file."],
    )
    (made,) = (tmp_path / "kept" / "output").iterdir()
    assert made.read_bytes() == output.read_bytes()
    assert contents(built) == before


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_plan_is_worked_out_anew(copy: Path, form: str, tmp_path: Path, sp_geo: Run) -> None:
    """A saved plan is worked out again from its request."""
    out = tmp_path / f"plan.{form}"
    asked = ("--fte", "2", "--unreported", "exclude", "--save", "spring", "--author", "Us")
    assert sp_geo(copy, "plan", "posts", *asked)[0] == 0
    assert sp_geo(copy, "plan", "export", "spring", "--out", str(out))[0] == 0
    record = read_record(out)
    assert record == read_record(tmp_path / f"plan.{form}.run_record.json")
    made = makers()["plan export"](Build(Store(copy)), record, "")
    assert made == {out.name: out.read_bytes()}
    assert record.seeds["survival of posts"] > 0
    assert sp_geo(copy, "plan", "export", "spring", "--out", str(out))[0] == 6


def test_a_curve_and_a_map_are_made_again(region: Path, tmp_path: Path, sp_geo: Run) -> None:
    """Curves and maps are made again from their records."""
    curve, place = tmp_path / "curve.png", tmp_path / "place.html"
    assert sp_geo(region, "specifications", "--need", "imd_score", "--figure", str(curve))[0] == 0
    assert sp_geo(region, "map", "--out", str(place))[0] == 0
    for path in (curve, place):
        record, build = read_record(path), Build(Store(region))
        (content,) = makers()[record.command](build, record, "").values()
        assert content == path.read_bytes()
        (content,) = makers()[record.command](build, record, replace(record, seeds={}).as_json()).values()
        assert content != path.read_bytes()


def test_what_cannot_be_made_again_is_told(built: Path) -> None:
    """A record of a page or plan that this version lacks is one line."""
    asked: list[dict[str, object]] = [
        {"command": "take", "page": "no such page", "form": "csv"},
        {"command": "take", "page": "overview", "form": "csv", "address": "?quarter=1999Q1"},
        {"command": "plan export", "kind": "posts", "request": {"unknown": 1}},
        {"command": "plan export"},
        {"command": "specifications", "question": {"unknown": 1}},
        {"command": "specifications"},
        {"command": "map", "measure": "unknown"},
    ]
    for each in asked:
        record = record_of(Store(built).manifest, each, DAY)
        with pytest.raises(SpGeoError):
            makers()[record.command](Build(Store(built)), record, "")


def test_an_altered_output_is_found_out(built: Path, output: Path, tmp_path: Path, sp_geo: Run) -> None:
    """A figure that somebody changed is found, with its place."""
    with ZipFile(output) as pack:
        name = next(item for item in pack.namelist() if item.endswith(".csv") and "dictionary" not in item)
    altered = edited(output, tmp_path, name, lambda text: text.replace("SYNTHETIC", "published", 1))
    code, out, err = sp_geo(built, "reproduce", str(altered), "--format", "json")
    lines = [line for line in json.loads(out) if line["state"] == "differs"]
    assert code == 11
    assert [line["part"] for line in lines] == ["file"]
    assert f"part {name}: line 2" in lines[0]["words"]
    assert "Not the same: 1 of 1 files differ." in err


def test_another_parameter_or_version_is_named(built: Path, output: Path, tmp_path: Path) -> None:
    """A table that differs is named with its first difference and what could explain it."""

    def change(text: str) -> str:
        record = RunRecord.from_json(text)
        parameters = {**record.parameters, "list_release": "2022-01"}
        return replace(record, parameters=parameters, versions={**record.versions, "sp_geo": "0.0.9"}).as_json()

    altered = edited(output, tmp_path, "run_record.json", change)
    found = again(built, altered, tmp_path / "room")
    differing = {line.name: line.words for line in found.lines if line.part == "table" and line.state == "differs"}
    notes = {(line.part, line.name): line.words for line in found.lines if line.state == "note"}
    assert found.exit_code == 11
    assert "out_pcn_quarter" in differing
    assert not any(name.startswith("core_") for name in differing)
    assert "list_size differs in" in differing["out_pcn_quarter"]
    assert "0.0.9 in the record" in notes["version", "sp_geo"]
    assert "another value" in notes["parameter", "list_release"]


def test_only_the_record_inside_can_differ(built: Path, tmp_path: Path) -> None:
    """After an update an output counts as the same but for its record."""
    build = Build(Store(built))
    record = record_of(build.manifest, {"command": "toy"}, DAY)
    older = replace(record, versions={**record.versions, "python": "3.0.0"})

    def make(build: Build, record: RunRecord, inside: str) -> dict[str, bytes]:
        text = inside or record_of(build.manifest, record.asked, record.made).as_json()
        made = {"a.json": text.encode(), "b.txt": b"figures"}
        hashes = {name: sha256(content).hexdigest() for name, content in made.items()}
        return {**made, "run_record.json": replace(RunRecord.from_json(text), files=hashes).as_json().encode()}

    folder = tmp_path / "pack"
    folder.mkdir()
    for name, content in make(build, older, older.as_json()).items():
        (folder / name).write_bytes(content)

    def compared(room: str) -> dict[str, Line]:
        lines = _files(read_record(folder), folder, build, {"toy": make}, tmp_path / room)
        return {line.name: line for line in lines}

    files = compared("first")
    assert {name: line.state for name, line in files.items()} == {
        "a.json": OTHER_RECORD, "b.txt": "same", "run_record.json": OTHER_RECORD,
    }  # fmt: skip
    found = Reproduction(older, tuple(files.values()))
    assert (found.is_same, found.exit_code) == (False, 11)
    assert found.verdict.endswith("2 of 3 files differ, 2 of them only in the versions that the record inside names.")
    (folder / "b.txt").write_bytes(b"another figure")
    # The altered figure must not drown among files that only have another record inside.
    files = compared("second")
    assert next(iter(files)) == "b.txt"
    assert {name: line.state for name, line in files.items()} == {
        "b.txt": "differs", "a.json": OTHER_RECORD, "run_record.json": OTHER_RECORD,
    }  # fmt: skip


def test_one_file_of_several_is_found_by_content_name_or_form() -> None:
    """A file of a pack is compared with its like, by content, name or form."""
    made = {"a/one.png": b"1", "a/two.png": b"2", "three.svg": b"3"}
    for name, content, expected in (
        ("renamed.png", b"2", ("a/two.png", "same")),
        ("one.png", b"x", ("a/one.png", "differs")),
        ("renamed.svg", b"x", ("three.svg", "differs")),
        ("renamed.png", b"x", ("renamed.png", "not made again")),
    ):
        line = _single(name, content, made)
        assert (line.name, line.state) == expected


def test_what_lies_beside_a_pack_is_told_apart(built: Path, tmp_path: Path) -> None:
    """Files that were added to a pack, or lost from it, are named."""
    record = record_of(Store(built).manifest, {"command": "toy"}, DAY)
    made = {"one.txt": b"1", "two.txt": b"2"}
    with_files = replace(record, files=dict.fromkeys(made, "0"))
    found = {line.name: line.state for line in _compared({"one.txt": b"1", "note.txt": b"x"}, made, with_files)}
    assert found == {"one.txt": "same", "two.txt": "new", "note.txt": "note"}
    assert {line.state for line in _compared({}, made, with_files)} == {"note"}
    (tmp_path / "run_record.json").write_text(with_files.as_json(), encoding="utf-8")
    assert _there(record, tmp_path / "run_record.json") == {}


def test_files_that_are_not_there_are_named(copy: Path, output: Path, sp_geo: Run) -> None:
    """Source files that are not here are named before anything is built."""
    item = next(item for item in read_record(output).inputs if item["publication"] == "census_ethnicity")
    take_away(copy, item["sha256"])
    code, out, _ = sp_geo(copy, "reproduce", str(output))
    assert code == 12
    first, line = out.splitlines()
    assert first.startswith("Nothing was built: 1 of ")
    for words in ("census_ethnicity 2021", item["file"], item["title"]):
        assert words in line
    shutil.rmtree(copy / "sources")
    code, out, _ = sp_geo(copy, "reproduce", str(output), "--format", "csv")
    rows = pd.read_csv(StringIO(out))
    assert code == 12
    assert len(rows) == len(read_record(output).inputs)
    assert set(rows["state"]) == {"missing"}


def test_words_of_a_record_name_no_folder(built: Path, output: Path, tmp_path: Path) -> None:
    """A record from a stranger names no place outside the folder that is worked in."""

    def change(text: str) -> str:
        record = json.loads(text)
        for item in record["inputs"]:
            item["period"] = item["file"] = "../../../outside"
        return json.dumps(record)

    def stop(step: str, state: str) -> None:
        raise InterruptedError

    altered = edited(output, tmp_path, "run_record.json", change)
    room = tmp_path / "a" / "b" / "room"
    room.mkdir(parents=True)
    with pytest.raises(InterruptedError):
        reproduce(built, altered, None, room, {}, stop)
    assert len(list((room / "workspace" / "sources" / "recorded").iterdir())) == len(read_record(output).inputs)
    assert {path.name for path in tmp_path.iterdir()} == {"a", "edited.zip"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b"]


def test_what_cannot_be_reproduced_is_one_line(built: Path, output: Path, tmp_path: Path, sp_geo: Run) -> None:
    """A wrong file is one line, and no folder is written over."""
    (tmp_path / "plain.csv").write_text("pcn_code\nU00001\n", encoding="utf-8")
    code, _, err = sp_geo(built, "reproduce", str(tmp_path / "plain.csv"))
    assert code == 2
    assert "there is no run record in it" in err
    code, _, err = sp_geo(built, "reproduce", str(output), "--keep", str(tmp_path))
    assert code == 2
    assert "not empty" in err


def test_the_workspace_tells_its_record(built: Path, output: Path, tmp_path: Path, sp_geo: Run) -> None:
    """The record of a workspace or an output is told as table, CSV and JSON."""
    code, out, _ = sp_geo(built, "record")
    record = RunRecord.from_json(out)
    assert code == 0
    assert record.asked == {"command": "record"}
    assert record.tables == read_record(output).tables
    assert any(item["published"] for item in record.inputs)
    code, out, _ = sp_geo(built, "record", str(output), "--format", "csv")
    assert (code, out.splitlines()[0]) == (0, "part,what,value")
    assert sp_geo(tmp_path / "empty", "record")[0] == 6


@pytest.mark.parametrize("form", ["csv", "xlsx", "gpkg", "png", "svg"])
def test_every_form_says_how_it_was_asked_for(built: Path, form: str, tmp_path: Path) -> None:
    """A page taken away in any form holds its address, day and form."""
    (tmp_path / "file").write_bytes(overview(built, form))
    record = read_record(tmp_path / "file")
    assert (record.asked["command"], record.asked["page"], record.asked["form"]) == ("take", "overview", form)
    assert "quarter=" in record.asked["address"]
    assert record.made == DAY
    assert record.is_synthetic

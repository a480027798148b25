"""The run record inside every form of output: what went in comes out, and nothing else of the file suffers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from PIL import Image
from pyogrio import list_layers, read_dataframe

from sp_geo.questions.run_record import read_record
from sp_geo.reports.download import FORMS, take
from tests.unit.handout_samples import COVER, pcns, quarters
from tests.unit.test_run_record import RECORD, TEXT
from tests.unit.test_take import figure

WITH_RECORD = replace(COVER, record=TEXT)


def taken(form: str, folder: Path) -> Path:
    """A file of a form with the record inside."""
    content, _, name = take([pcns(), pcns("run_record"), quarters()], WITH_RECORD, form, figure)
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize("form", FORMS)
def test_what_went_in_comes_out(form: str, tmp_path: Path) -> None:
    """The record comes out of each form as it went in, decides its bytes, and leaves no trace where there is none."""
    path = taken(form, tmp_path)
    assert read_record(path) == RECORD
    assert read_record(path).as_json() == TEXT
    first = path.read_bytes()
    other = replace(WITH_RECORD, record=replace(RECORD, seeds={"deserts": 8}).as_json())
    assert take([pcns(), pcns("run_record"), quarters()], other, form, figure)[0] != first
    content = take([pcns()], COVER, form, figure)[0]
    assert not any(trace in content for trace in (b"run-record", b"run_record"))


def test_a_workbook_shows_it_last_and_runs_nothing(tmp_path: Path) -> None:
    """A workbook shows its record on the last sheet, as text, and keeps it when another program saves it."""
    book = openpyxl.load_workbook(taken("xlsx", tmp_path))
    assert book.sheetnames[-1] == "run_record"
    rows = list(book["run_record"].iter_rows(values_only=True))
    assert any(row[0] == "Input" and "publisher" not in row and "SHA-256" in row[2] for row in rows)
    cells = [cell for row in book["run_record"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert max(len(cell.value) for cell in cells if cell.value) <= 32_767
    assert "run_record" in [row[0] for row in book["Contents"].iter_rows(values_only=True)]
    book.save(tmp_path / "again.xlsx")
    assert read_record(tmp_path / "again.xlsx") == RECORD


def test_layers_and_styles_of_a_geopackage_stay(tmp_path: Path) -> None:
    """A record adds no layer and leaves styles and metadata whole."""
    path = taken("gpkg", tmp_path)
    assert {name for name, kind in list_layers(path) if kind} == {"pcns", "run_record"}
    assert len(read_dataframe(path, layer="pcns")) == len(pcns().rows)
    with closing(sqlite3.connect(path)) as connection:
        styles = connection.execute("SELECT COUNT(*) FROM layer_styles").fetchone()[0]
        scopes = connection.execute("SELECT reference_scope, md_file_id FROM gpkg_metadata_reference").fetchall()
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert styles == 2
    assert scopes == [("table", 1), ("table", 2), ("geopackage", 3)]


def test_pictures_open_as_before(tmp_path: Path) -> None:
    """Pictures open as before, and in a ZIP the record is a file of its own, named in README.txt."""
    with Image.open(taken("png", tmp_path)) as picture:
        picture.load()
        assert picture.text["sp_geo run record"] == TEXT
    assert taken("svg", tmp_path).read_bytes().rstrip().endswith(b"</svg>")
    with ZipFile(taken("csv", tmp_path)) as pack:
        assert pack.namelist()[-1] == "run_record.json"
        assert pack.read("run_record.json").decode() == TEXT
        assert "run_record.json" in pack.read("README.txt").decode()

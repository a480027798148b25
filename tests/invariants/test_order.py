"""Names, folders, packing, order of files and order of rows change nothing; the same input gives the same bytes."""

from __future__ import annotations

import io
import json
import random
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from sp_geo.build.pipeline import build
from sp_geo.build.view import Build
from sp_geo.publications.add import add
from sp_geo.questions.requests.workspace import PackRequest
from sp_geo.reports.pack.files import pack_files
from sp_geo.workspace.store import Store
from tests.invariants.conftest import ADDED

WITHOUT_HEADING: Final = ("epraccur", "succ")
MADE: Final = date(2026, 11, 21)


def shuffled_lines(name: str, content: bytes, chance: random.Random) -> bytes:
    """A CSV file with its rows in another order; its heading, if it has one, stays first."""
    ending = b"\r\n" if b"\r\n" in content else b"\n"
    lines = content.removesuffix(ending).split(ending)
    head = 0 if name.startswith(WITHOUT_HEADING) else 1
    rows = lines[head:]
    chance.shuffle(rows)
    return ending.join([*lines[:head], *rows]) + ending


def shuffled_book(path: Path, target: Path, chance: random.Random) -> None:
    """A workbook with the rows below each heading in another order."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    for sheet in book:
        head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        chance.shuffle(rows)
        for place, row in enumerate([head, *rows], start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(place, column).value = value
    book.save(target)


def disguised(files: Path, target: Path, chance: random.Random) -> list[Path]:
    """The same files in folders of another depth, packed in three other ways, archives renamed, rows in another order.

    A file in an archive keeps its own name, which may say its year.

    Returns:
        The files, in an order drawn by chance.
    """
    found = []
    for number, path in enumerate(sorted(path for path in files.rglob("*") if path.suffix in {".zip", ".xlsx"})):
        folder = target / "/".join(f"level {depth}" for depth in range(number % 3)) / f"{number:02}"
        folder.mkdir(parents=True)
        new = folder / f"download ({number}){path.suffix}"
        if path.suffix == ".xlsx":
            shuffled_book(path, new, chance)
        else:
            with zipfile.ZipFile(path) as archive:
                (name,) = archive.namelist()
                content = shuffled_lines(name, archive.read(name), chance)
            if number % 3 == 0:
                new = new.with_name(Path(name).name)
                new.write_bytes(content)
            else:
                # Within folders of its own, squeezed or not.
                inner = f"a/b/{Path(name).name}" if number % 3 == 1 else Path(name).name
                kind = zipfile.ZIP_STORED if number % 3 == 1 else zipfile.ZIP_DEFLATED
                with zipfile.ZipFile(new, "w", kind) as archive:
                    archive.writestr(inner, content)
        shutil.copyfile(f"{path}.origin.yaml", f"{new}.origin.yaml")
        found.append(new)
    chance.shuffle(found)
    return found


@pytest.fixture(scope="module")
def other(miniature_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the same files in disguise, added one by one; read only."""
    chance = random.Random(20261121)
    folder = tmp_path_factory.mktemp("disguised")
    workspace = folder / "a workspace of another name"
    for path in disguised(miniature_files, folder / "downloads", chance):
        outcome = add([path], workspace, ADDED)
        assert outcome.first_refusal is None, outcome.first_refusal
    build(workspace)
    return workspace


def tables(workspace: Path) -> dict[str, str]:
    """Hash of every table."""
    return {name: entry.sha256 for name, entry in Store(workspace).manifest.tables.items()}


@pytest.mark.slow
def test_every_table_is_the_same_to_the_byte(built: Path, other: Path) -> None:
    """Names, packing, order and number of calls leave every table the same to the byte."""
    assert tables(other) == tables(built)
    left, right = (
        {path.name: path.read_bytes() for path in (of / "derived").glob("*.parquet")} for of in (built, other)
    )
    assert left
    assert left == right


@pytest.mark.slow
def test_the_manifests_differ_in_the_files_alone(built: Path, other: Path) -> None:
    """The manifest differs in the names of files alone."""
    left, right = (json.loads((workspace / "derived" / "manifest.json").read_text()) for workspace in (built, other))
    inputs = [
        [(item["publication"], item["period"], item["title"]) for item in record.pop("inputs")]
        for record in (left, right)
    ]
    assert set(inputs[0]) == set(inputs[1])
    assert [item[:2] for item in inputs[0]] == [item[:2] for item in inputs[1]], "in one order"
    left.pop("steps")
    right.pop("steps")
    assert left == right


@pytest.mark.slow
def test_a_pack_of_either_is_the_same_but_for_its_record(built: Path, other: Path) -> None:
    """Two packs of the same data differ in the lists of files alone."""
    area = str(Store(built).read("out_pcn_quarter")["icb_code"].dropna().iloc[0])
    request = PackRequest(area, "2022Q2")
    record = pack_files(Build(Store(built)), request, MADE)["run_record.json"].decode()
    first, others = (pack_files(Build(Store(workspace)), request, MADE, record) for workspace in (built, other))
    assert set(others) == set(first)
    # What names the files, and the record with the hashes of those two.
    told = {"run_record.json", "tables/sources.csv", "workbook.xlsx"}
    assert {name for name in first if first[name] != others[name]} == told
    left, right = (set(sheets(content["workbook.xlsx"]).items()) for content in (first, others))
    assert {name for name, _ in left ^ right} == {"sources"}


def sheets(content: bytes) -> dict[str, str]:
    """What stands on each sheet of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return {sheet.title: repr(list(sheet.iter_rows(values_only=True))) for sheet in book}

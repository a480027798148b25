"""The run record: one text, the same for the same run, found again in every form."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from sp_geo.core.errors import DamagedFile, UsageError
from sp_geo.questions import record_forms
from sp_geo.questions.run_record import RunRecord, lines_of, read_record, record_of
from sp_geo.workspace.store import Entry, Manifest
from tests.unit.handout_samples import HOSTILE

MANIFEST = Manifest(
    tables={"out_pcn_quarter": Entry(rows=2, sha256="a" * 64, step="panel")},
    inputs=tuple(
        {
            "publication": "epcn",
            "publisher": "NHS England",
            "title": f"ePCN {words}",
            "period": f"2022-{number:02d}",
            "published": "2022-06-01",
            "licence": "OGL v3.0",
            "sha256": f"{number:064x}",
            "file": words,
            "is_synthetic": False,
            "covers": ["E08000009:money"],
        }
        for number, words in enumerate((*HOSTILE, "_x0041_", "</script><script>", "]]>&amp;", "\x85\ufffe\x00\r\n"), 1)
    ),
    parameters={"list_release": "nearest", "services": {"hold_days": 84}},
    versions={"sp_geo": "0.1.0", "pandas": "3.1.1"},
    seeds={"deserts": 7},
)
RECORD = record_of(MANIFEST, {"command": "take", "form": "xlsx", "address": "?quarter=2022Q2"}, date(2026, 8, 1))
TEXT = RECORD.as_json()


def test_record_holds_what_a_reader_must_know() -> None:
    """A record holds what a reader must know, has one text for one run, and lines for people."""
    found = json.loads(TEXT)
    assert found["inputs"][0]["sha256"] == f"{1:064x}"
    assert found["inputs"][0]["published"] == "2022-06-01"
    assert found["parameters"]["services"] == {"hold_days": 84}
    assert found["tables"] == {"out_pcn_quarter": {"rows": 2, "sha256": "a" * 64}}
    assert found["versions"]["sp_geo"] == "0.1.0"
    assert {"python", "platform", "xlsxwriter"} <= set(found["versions"])
    assert found["seeds"] == {"deserts": 7}
    assert found["made"] == "2026-08-01"
    assert found["provenance"] == "published"
    assert "files" not in found
    turned = Manifest(**{**vars(MANIFEST), "parameters": dict(reversed(MANIFEST.parameters.items()))})
    again = record_of(turned, dict(reversed(RECORD.asked.items())), date(2026, 8, 1))
    assert again.as_json() == TEXT
    assert RunRecord.from_json(TEXT) == RECORD
    assert TEXT.endswith("}\n")
    assert "\r" not in TEXT
    assert "Łódź" in TEXT
    sections = {section for section, _, _ in lines_of(RECORD)}
    assert sections == {"Made", "Asked for", "Input", "Parameter", "Seed", "Version", "Table"}
    assert ("Input", "epcn 2022-01") in {(section, what) for section, what, _ in lines_of(RECORD)}
    said = next(words for section, _, words in lines_of(RECORD) if section == "Input")
    assert "published 2022-06-01" in said
    assert f"SHA-256 {1:064x}" in said


def test_a_record_and_a_folder_with_one_are_read(tmp_path: Path) -> None:
    """A record is read from its file and from its folder; a path without one is refused."""
    (tmp_path / "run_record.json").write_text(TEXT, encoding="utf-8")
    assert read_record(tmp_path) == RECORD
    assert read_record(tmp_path / "run_record.json") == RECORD
    with pytest.raises(UsageError, match="no such file"):
        read_record(tmp_path / "nothing")
    (tmp_path / "run_record.json").unlink()
    with pytest.raises(UsageError, match="no run record"):
        read_record(tmp_path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", f"<!doctype html><html><body>é{record_forms.as_script(TEXT)}</body></html>".encode()),
        (
            "page.svg",
            record_forms.into_svg(b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>', TEXT),
        ),
        ("part.svg", f"<svg><metadata>{record_forms.as_xml(TEXT)}</metadata></svg>".encode()),
    ],
)
def test_text_stands_whole_in_markup(name: str, content: bytes, tmp_path: Path) -> None:
    """The text of a record comes out of HTML and SVG unchanged, and ends no element."""
    (tmp_path / name).write_bytes(content)
    assert read_record(tmp_path / name).as_json() == TEXT
    assert content.count(b"<script") <= 1


def test_pieces_for_a_workbook_are_plain_and_short() -> None:
    """Pieces for a workbook are plain, within a cell's limit, and join to the record."""
    long = record_of(MANIFEST, {"command": "take", "note": "_x0041_é" * 9_000}, date(2026, 8, 1))
    pieces = record_forms.pieces_of(long.as_json())
    assert len(pieces) > 1
    assert all(len(piece) <= 32_767 and piece.isascii() and piece.isprintable() for piece in pieces)
    assert not any("_x" in piece for piece in pieces)
    assert RunRecord.from_json("".join(pieces)) == long


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", UsageError),
        (b"pcn_code,rate\nU00001,1\n", UsageError),
        (b"{}", UsageError),
        (b'{"format": "sp_geo run record", "format_version": 2}', UsageError),
        (b'{"format": "sp_geo run record", "format_version": 1}', DamagedFile),
        (TEXT.encode()[:-40], DamagedFile),
        (b"PK\x03\x04 cut off", DamagedFile),
        (b"SQLite format 3\x00 cut off", DamagedFile),
        (b"\x89PNG\r\n\x1a\n", UsageError),
        (b"<svg urn:sp-geo:run-record", DamagedFile),
    ],
)
def test_what_holds_no_record_is_refused_in_one_line(content: bytes, fault: type[Exception], tmp_path: Path) -> None:
    """A file without a record and a damaged one are refused apart."""
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(fault):
        read_record(tmp_path / "file")

"""The search for what must not be there finds it in every form in which it could be there."""

from __future__ import annotations

import base64
import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from PIL import Image, PngImagePlugin
from pptx import Presentation

from tests.invariants.searching import found_in

MARK = "canary-7391 é"


def _zip(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr(name, content)
    return buffer.getvalue()


def _xlsx(text: str, place: Path) -> bytes:
    del place
    book = openpyxl.Workbook()
    book.create_sheet("hidden").sheet_state = "hidden"
    book["hidden"]["C7"] = text
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _gpkg(text: str, place: Path) -> bytes:
    path = place / f"{len(list(place.iterdir()))}.gpkg"
    connection = sqlite3.connect(path)
    # UTF-16 inside: the bytes of the file do not hold the text as it is searched for.
    connection.execute("pragma encoding = 'UTF-16'")
    connection.execute("create table layer (name text)")
    connection.execute("insert into layer values (?)", (text,))
    connection.commit()
    connection.close()
    return path.read_bytes()


def _png(kind: str) -> Callable[[str, Path], bytes]:
    def make(text: str, place: Path) -> bytes:
        del place
        notes = PngImagePlugin.PngInfo()
        if kind == "itxt":
            notes.add_itxt("note", text, zip=True)
        else:
            notes.add_text("note", text.encode("latin-1"), zip=kind == "ztxt")
        buffer = io.BytesIO()
        Image.new("L", (2, 2)).save(buffer, "png", pnginfo=notes)
        return buffer.getvalue()

    return make


def _pptx(text: str, place: Path) -> bytes:
    del place
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.notes_slide.notes_text_frame.text = text
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


FORMS: dict[str, Callable[[str, Path], bytes]] = {
    "plain": lambda text, _: text.encode(),
    "json": lambda text, _: json.dumps({"a": text}).encode(),
    "gzip": lambda text, _: gzip.compress(text.encode()),
    "zip": lambda text, _: _zip("a.csv", text.encode()),
    "name in a zip": lambda text, _: _zip(f"{text}.csv", b"a"),
    "zip in a zip": lambda text, _: _zip("b.zip", _zip("a.csv", text.encode())),
    "xlsx, hidden sheet": _xlsx,
    "gpkg": _gpkg,
    "png, plain text": lambda text, place: _png("text")(text.replace("é", "e"), place),
    "png, squeezed text": lambda text, place: _png("ztxt")(text.replace("é", "e"), place),
    "png, international text": _png("itxt"),
    "html, data address": lambda text, _: (
        b'<img src="data:text/plain;base64,' + base64.b64encode(text.encode()) + b'"/>'
    ),
    "html, picture in a page": lambda text, place: (
        b'<img src="data:image/png;base64,' + base64.b64encode(_png("itxt")(text, place)) + b'"/>'
    ),
    "html, escaped": lambda text, _: text.replace("-", "&#45;").encode(),
    "svg": lambda text, _: f"<svg><metadata>{text.replace('é', '&#xe9;')}</metadata></svg>".encode(),
    "pptx, notes": _pptx,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_planted_mark_is_found(form: str, tmp_path: Path) -> None:
    """The search opens every form of file in which a mark could leave."""
    mark = MARK.replace("é", "e") if "text" in form and "international" not in form else MARK
    assert found_in(FORMS[form](MARK, tmp_path), (mark, "absent-mark")) == {mark}
    assert not found_in(FORMS[form]("nothing here", tmp_path), (mark,))

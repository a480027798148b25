"""Workbooks looked at before any reader sees them: what would run, multiply in memory, or be read in two ways."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Final

from sp_geo.core.errors import DamagedFile, SpGeoError, UnrecognisedFile
from sp_geo.workspace.document import Document

MOST_CELLS: Final = 20_000_000
"""A reader makes room for every cell up to the last one; the largest published sheet has some four million."""

_LETTERS: Final = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{1,3})\d")
_ROWS: Final = re.compile(rb"\br\s*=\s*[\"']\s*[A-Za-z]{0,3}(\d{1,9})\s*[\"']")
_TEXT_USED: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\bt\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>([^<]*)<")
_TEXT_HELD: Final = re.compile(rb"<(?:\w+:)?si[\s>/]")
_TEXT_PARTS: Final = (".xml", ".rels", ".vml")
_ENTITIES: Final = tuple(
    mark.encode(form) for mark in ("<!DOCTYPE", "<!ENTITY") for form in ("ascii", "utf-16-le", "utf-16-be")
)


def refuse_unsafe(archive: zipfile.ZipFile, label: str, unpacked: Callable[[zipfile.ZipInfo], bytes]) -> None:
    """Refuse a workbook that no honest program writes, or that runs code.

    Args:
        archive: the workbook.
        label: how messages name it.
        unpacked: gives a part's bytes, or refuses one that cannot be unpacked.

    Raises:
        UnrecognisedFile: it has macros, or is a binary workbook.
        DamagedFile: it defines entities, holds a part twice, a cell so far out that no memory would do, or one whose
            text is missing.
    """
    names = [info.filename.lower() for info in archive.infolist()]
    types = next((info for info in archive.infolist() if info.filename == "[Content_Types].xml"), None)
    if any(name.endswith("vbaproject.bin") for name in names) or (types and b"macroEnabled" in unpacked(types)):
        raise _unrecognised("the workbook has macros", label, "a workbook without macros")
    if "xl/workbook.bin" in names:
        raise _unrecognised("it is a binary workbook", label, "a workbook in .xlsx form")
    if len(set(names)) < len(names):
        raise _damaged("the workbook holds a part twice", label, next(name for name in names if names.count(name) > 1))
    shared = next((info for info in archive.infolist() if info.filename.lower() == "xl/sharedstrings.xml"), None)
    texts = len(_TEXT_HELD.findall(unpacked(shared))) if shared else 0
    for info in archive.infolist():
        content = unpacked(info)
        if not info.filename.lower().endswith(_TEXT_PARTS):
            continue
        if any(mark in content for mark in _ENTITIES):
            raise _damaged("the workbook defines entities, which workbooks never need", label, info.filename)
        if info.filename.lower().startswith("xl/worksheets/"):
            columns = max((column_number(letters) for letters in set(_LETTERS.findall(content))), default=0)
            rows = max((int(row) for row in set(_ROWS.findall(content))), default=0)
            if rows * columns > MOST_CELLS:
                raise DamagedFile(
                    "a cell of the workbook stands too far out",
                    file=label,
                    found=f"cells down to row {rows:,} and over {columns:,} columns",
                    expected=f"{MOST_CELLS:,} cells at most",
                    advice="Copy the rows that are needed into a new workbook and add that",
                )
            if any(not at.isdigit() or int(at) >= texts for at in set(_TEXT_USED.findall(content))):
                raise _damaged("a cell of the workbook refers to a text that is not there", label, info.filename)


def column_number(letters: bytes) -> int:
    """Number of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - ord("A") + 1
    return number


def _unrecognised(problem: str, label: str, expected: str) -> SpGeoError:
    return UnrecognisedFile(problem, file=label, expected=expected, advice="Save it as .xlsx and add that")


def _damaged(problem: str, label: str, found: str) -> SpGeoError:
    return DamagedFile(problem, file=label, found=found, advice="Copy its sheets into a new workbook and add that")


def saved_on(document: Document) -> date | None:
    """The day a workbook was last saved, or else made, by its own properties; None if it does not say."""
    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            text = archive.read("docProps/core.xml").decode("utf-8", errors="replace")
    except (KeyError, zipfile.BadZipFile):
        return None
    for word in ("modified", "created"):
        found = re.search(rf"<dcterms:{word}[^>]*>(\d{{4}}-\d{{2}}-\d{{2}})", text)
        if found:
            return date.fromisoformat(found[1])
    return None

"""Cells of a workbook that would be read as blanks, and a blank means unknown: formulas never calculated, errors."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection
from typing import Final

from sp_geo.workspace.document import Document
from sp_geo.workspace.workbook_parts import column_number

UNCALCULATED: Final = "=formula()"
"""What stands for such a cell; readers of records refuse it as they refuse a formula in a CSV file."""
_SHEET: Final = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION: Final = re.compile(r"<Relationship\b[^>]*>")
_FAULTY: Final = re.compile(
    r"<c\b(?=[^>]*?\bt=\"e\")[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>(?:\s*<f\b[^>]*?(?:/>|>[^<]*</f>))?\s*<v>([^<]*)</v>"
)
_FORMULA: Final = re.compile(
    r"<c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?!<v[^>]*>[^<]|<is>)"
)


def unread(document: Document, only: Collection[str] | None = None) -> dict[str, list[tuple[int, int, str]]]:
    """Cells that a reader of workbooks shows blank though something stands there, by sheet.

    Programs that write workbooks leave formulas uncalculated until a person opens and saves the file; and a formula
    that went wrong leaves an error such as ``#REF!``.

    Args:
        document: the workbook.
        only: names of the sheets that are looked at; all of them if None.

    Returns:
        Row and column (both from 1), and what to show: :data:`UNCALCULATED` or the error. Empty for what is no
        workbook.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            names = set(archive.namelist())
            sheets = _paths(archive)
            texts = {
                sheet: archive.read(path).decode("utf-8", errors="replace")
                for sheet, path in sheets.items()
                if path in names and (only is None or sheet in only)
            }
    except (zipfile.BadZipFile, KeyError, zlib.error, OSError):
        return {}
    return {
        sheet: [
            *(
                (int(row), column_number(letters.encode()), UNCALCULATED)
                for letters, row in _found(_FORMULA, text, "<f")
            ),
            *(
                (int(row), column_number(letters.encode()), error)
                for letters, row, error in _found(_FAULTY, text, '"e"')
            ),
        ]
        for sheet, text in texts.items()
    }


def _found(pattern: re.Pattern[str], text: str, mark: str) -> list[tuple[str, ...]]:
    """All matches; a text without the mark is not searched."""
    return pattern.findall(text) if mark in text else []


def _paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path of each sheet within the workbook's archive."""
    book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
    targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in _RELATION.findall(relations)}
    found = {}
    for tag in _SHEET.findall(book):
        target = targets.get(_attribute(tag, r"\w+:id"), "")
        found[_unescaped(_attribute(tag, "name"))] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
    return found


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}=\"([^\"]*)\"", tag)
    return found[1] if found else ""


def _unescaped(text: str) -> str:
    for sign, plain in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(sign, plain)
    return text

"""Cells of a workbook that would be read as blanks, and a blank means unknown: formulas never calculated, errors."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from html import unescape
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
    texts = {}
    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            book = archive.read("xl/workbook.xml").decode("utf-8", errors="replace")
            relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", errors="replace")
            targets = {_attribute(tag, "Id"): _attribute(tag, "Target") for tag in _RELATION.findall(relations)}
            for tag in _SHEET.findall(book):
                sheet, target = unescape(_attribute(tag, "name")), targets.get(_attribute(tag, r"\w+:id"), "")
                path = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
                if path in archive.namelist() and (only is None or sheet in only):
                    texts[sheet] = archive.read(path).decode("utf-8", errors="replace")
    except (zipfile.BadZipFile, KeyError, zlib.error, OSError):
        return {}
    return {
        sheet: [
            # A text without the mark is not searched.
            *((row, column, UNCALCULATED) for row, column, _ in _found(_FORMULA, text if "<f" in text else "")),
            *_found(_FAULTY, text if '"e"' in text else ""),
        ]
        for sheet, text in texts.items()
    }


def _found(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, str]]:
    """Row, column and what stands there (if the pattern says it) of all matches."""
    for letters, row, *shown in pattern.findall(text):
        yield int(row), column_number(letters.encode()), "".join(shown)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}=\"([^\"]*)\"", tag)
    return found[1] if found else ""

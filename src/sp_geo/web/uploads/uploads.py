"""Uploads before anything reads them: a name that is only a label, and limits that no honest file comes near.

The limits here are those that can be told from the outside. What a reader does with a hostile file is bounded by the
child process it runs in (:mod:`sp_geo.web.uploads.child`).
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from typing import Final

from sp_geo.core.errors import DamagedFile, InvalidContent, UnrecognisedFile
from sp_geo.workspace.workbook_parts import column_number

MOST_BYTES: Final = 20_000_000
MOST_UNPACKED: Final = 150_000_000
MOST_ROWS: Final = 500_000
MOST_COLUMNS: Final = 500
MOST_CELLS: Final = 5_000_000
MOST_PARTS: Final = 500
_LONGEST_NAME: Final = 80
_ENDINGS: Final = frozenset({"csv", "tsv", "txt", "xlsx", "json", "zip"})
_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06")
_CELL: Final = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]{1,3})(\d{1,9})\s*[\"']")
_BLOCK: Final = 1_000_000
_OVERLAP: Final = 64
_FIRST_LINES: Final = 50
_ELSEWHERE: Final = ("xl/externallinks/", "xl/embeddings/", "xl/activex/", "xl/connections", "xl/querytables/")


def safe_name(name: str) -> str:
    """A label made of an upload's name: letters, digits, spaces and ``. _ -`` only, never a path, 80 signs at most.

    Its ending is one of those that the page takes, so that it cannot pass for a note of origin or a program.
    """
    last = re.split(r"[\\/\x00]", unicodedata.normalize("NFKC", name[:2_000]))[-1]
    plain = re.sub(r"[^A-Za-z0-9._ -]+", "-", last).strip(" .-_")
    stem, _, ending = plain.rpartition(".")
    if not stem or ending.lower() not in _ENDINGS:
        stem, ending = plain, "upload"
    # What stands between dots is no second ending.
    stem = re.sub(r"[. ]+", "-", stem).strip("-_")[:_LONGEST_NAME] or "file"
    return f"{stem}.{ending.lower()}"


def refuse_unfit(content: bytes, label: str) -> None:
    """Refuse what need not be read to be refused.

    Raises:
        DamagedFile: it is empty, or an archive that cannot be opened or is implausible.
        InvalidContent: it is too large, or has too many rows or columns.
        UnrecognisedFile: it is an archive within an archive, or a workbook that draws on something outside it.
    """
    if not content:
        raise DamagedFile("the file is empty", file=label, advice="Choose the file again")
    if len(content) > MOST_BYTES:
        raise _too("large", label, f"{len(content) / 1e6:,.1f} MB", f"{MOST_BYTES / 1e6:,.0f} MB at most")
    if content.startswith(_ARCHIVES):
        _refuse_archive(content, label)
        return
    if content.lstrip()[:1] in {b"{", b"["}:
        return
    rows = content.count(b"\n")
    if rows > MOST_ROWS:
        raise _too("long", label, f"{rows:,} rows", f"{MOST_ROWS:,} at most")
    # NUL bytes are taken out so that UTF-16 is measured like any other text.
    lines = content[: 10 * _BLOCK].replace(b"\x00", b"").split(b"\n", _FIRST_LINES)[:_FIRST_LINES]
    widest = max(max(line.count(sign) for sign in (b",", b";", b"\t")) for line in lines) + 1
    if widest > MOST_COLUMNS:
        raise _too("wide", label, f"{widest:,} columns", f"{MOST_COLUMNS:,} at most")


def _too(what: str, label: str, found: str, expected: str) -> InvalidContent:
    return InvalidContent(
        f"the file is too {what} for this page",
        file=label,
        found=found,
        expected=expected,
        advice="Take out what is not needed, or ask whoever looks after the workspace to use 'sp-geo add'",
    )


def _refuse_archive(content: bytes, label: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            unpacked = sum(info.file_size for info in infos)
            if unpacked > MOST_UNPACKED or len(infos) > MOST_PARTS:
                raise _too(
                    "large unpacked",
                    label,
                    f"{unpacked / 1e6:,.0f} MB in {len(infos):,} parts",
                    f"{MOST_UNPACKED / 1e6:,.0f} MB in {MOST_PARTS} parts at most",
                )
            if any(info.filename.lower().startswith("xl/workbook") for info in infos):
                _refuse_workbook(archive, infos, label)
                return
            for info in infos:
                with archive.open(info) as part:
                    if part.read(4) in _ARCHIVES:
                        raise UnrecognisedFile(
                            "it is an archive within an archive", file=label, advice="Unpack it and add the file itself"
                        )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise DamagedFile(
            "the archive cannot be opened", file=label, advice="It was probably cut short: save it again"
        ) from fault


def _refuse_workbook(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], label: str) -> None:
    names = [info.filename.lower() for info in infos]
    if any(name.startswith(_ELSEWHERE) for name in names):
        raise UnrecognisedFile(
            "the workbook draws on something outside it",
            file=label,
            found="links to other files, embedded objects or connections",
            expected="values only",
            advice="Copy the sheet, paste it as values into a new workbook, and add that",
        )
    if any(name.endswith(".bin") and "printersettings" not in name for name in names):
        raise UnrecognisedFile(
            "it is a binary workbook", file=label, expected="a workbook in .xlsx form", advice="Save it as .xlsx"
        )
    rows, columns = 0, 0
    for info in infos:
        if info.filename.lower().endswith(".xml"):
            # The last row and column of a sheet's cells: a reader makes room for all cells before them.
            extent_rows, extent_columns, tail = 0, 0, b""
            with archive.open(info) as part:
                while block := part.read(_BLOCK):
                    # A cell's address may lie across two blocks.
                    for letters, row in _CELL.findall(tail + block):
                        extent_rows, extent_columns = (
                            max(extent_rows, int(row)),
                            max(extent_columns, column_number(letters)),
                        )
                    tail = block[-_OVERLAP:]
            found = extent_rows, extent_columns
            rows, columns = max(rows, found[0]), max(columns, found[1])
    if rows * columns > MOST_CELLS:
        raise _too("wide", label, f"cells down to row {rows:,}, column {columns:,}", f"{MOST_CELLS:,} cells at most")

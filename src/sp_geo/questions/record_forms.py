"""Where the run record lies in each form of output, and how it is put there; its text is not understood here."""

from __future__ import annotations

import html
import json
import re
import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError, fromstring
from zipfile import BadZipFile, ZipFile

NAME: Final = "run_record.json"
SHEET: Final = "run_record"
"""Of a workbook: a table for people, with the text itself in its last rows."""
TEXT_ROW: Final = "Text"
"""First cell of a row that holds a piece of the text in its last cell."""
NAMESPACE: Final = "urn:sp-geo:run-record"
"""Of the element ``runRecord`` in SVG and PowerPoint, and of the standard of a GeoPackage's metadata."""
KEYWORD: Final = "sp_geo run record"
"""Of a PNG's text."""
BROKEN: Final = (
    OSError,
    ValueError,
    BadZipFile,
    ParseError,
    sqlite3.Error,
    zlib.error,
    struct.error,
    IndexError,
    NotImplementedError,
)
"""What readers raise on a damaged file."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MOST: Final = 64_000_000
"""Bytes of a text that is read; a record of England is some 50 thousand."""
_SCRIPT: Final = re.compile(r'<script\b[^>]*\bid="run-record"[^>]*>(.*?)</script>', re.DOTALL | re.IGNORECASE)
_PIECE: Final = 32_000


def found_in(path: Path) -> str | None:
    """Text of the record in a folder or a file, told by its content; None if there is none.

    Raises:
        BROKEN: the file cannot be read or is damaged.
    """
    if path.is_dir():
        own = path / NAME
        return own.read_text(encoding="utf-8") if own.is_file() else None
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"PK\x03\x04"):
        inside = _in_zip(path)
    elif head.startswith(_PNG):
        inside = _in_png(path.read_bytes())
    elif head.startswith(b"SQLite format 3"):
        inside = _in_geopackage(path)
    else:
        inside = _in_text("" if path.stat().st_size > _MOST else path.read_bytes().decode("utf-8-sig", "replace"))
    if inside is None and record_beside(path).is_file():
        return record_beside(path).read_text(encoding="utf-8")
    return inside


def record_beside(path: Path) -> Path:
    """Where the record of a file without room for one lies, such as ``plan.csv.run_record.json``."""
    return path.with_name(f"{path.name}.{NAME}")


def _in_text(text: str) -> str | None:
    if text.lstrip().startswith("{"):
        return text
    script = _SCRIPT.search(text)
    if script:
        return script[1].strip() + "\n"
    return _in_xml(text.encode()) if "<svg" in text and NAMESPACE in text else None


def _in_xml(content: bytes) -> str | None:
    # Our own files have no entities of their own; expat stops those that grow without end.
    root = fromstring(content)  # noqa: S314
    element = next(root.iter(f"{{{NAMESPACE}}}runRecord"), None)
    return None if element is None else "".join(element.itertext())


def _in_zip(path: Path) -> str | None:
    with ZipFile(path) as pack:
        names = pack.namelist()
        plain = sorted((name for name in names if name.rsplit("/", 1)[-1] == NAME), key=lambda name: name.count("/"))
        if plain:
            return _member(pack, plain[0]).decode()
        if "xl/workbook.xml" in names:
            import python_calamine

            try:
                with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
                    rows = book.get_sheet_by_name(SHEET).to_python() if SHEET in book.sheet_names else []
            except python_calamine.CalamineError as fault:
                raise ValueError(str(fault)) from fault
            pieces = [str(row[-1]) for row in rows if row and row[0] == TEXT_ROW]
            return "".join(pieces) if pieces else None
        for name in sorted(name for name in names if re.fullmatch(r"customXml/item\d+\.xml", name)):
            content = _member(pack, name)
            found = _in_xml(content) if NAMESPACE.encode() in content else None
            if found is not None:
                return found
    return None


def _member(pack: ZipFile, name: str) -> bytes:
    if pack.getinfo(name).file_size > _MOST:
        message = f"{name} is too large for a run record"
        raise ValueError(message)
    return pack.read(name)


def _in_geopackage(path: Path) -> str | None:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_metadata'").fetchone()
        if known is None:
            return None
        row = connection.execute(
            "SELECT metadata FROM gpkg_metadata WHERE md_standard_uri = ? ORDER BY id", (NAMESPACE,)
        ).fetchone()
    return None if row is None else str(row[0])


def _in_png(content: bytes) -> str | None:
    place = len(_PNG)
    while place + 8 <= len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        keyword, _, rest = content[place + 8 : place + 8 + size].partition(b"\0")
        place += 12 + size
        if keyword != KEYWORD.encode() or kind not in {b"iTXt", b"tEXt"}:
            continue
        if kind == b"tEXt":
            return rest.decode("latin-1")
        packed, (_, _, text) = rest[0], rest[2:].split(b"\0", 2)
        return (zlib.decompressobj().decompress(text, _MOST) if packed else text).decode()
    return None


def into_png(content: bytes, text: str) -> bytes:
    """A PNG with the text as a compressed chunk ``iTXt`` before its end; unchanged if the text is empty."""
    if not text:
        return content
    data = KEYWORD.encode() + b"\0\x01\0\0\0" + zlib.compress(text.encode(), 9)
    chunk = struct.pack(">I", len(data)) + b"iTXt" + data + struct.pack(">I", zlib.crc32(b"iTXt" + data))
    end = content.rindex(b"IEND") - 4
    return content[:end] + chunk + content[end:]


def as_xml(text: str) -> str:
    """The text as an XML element ``runRecord``: the part of a PowerPoint file, or what stands in an SVG's metadata."""
    return f'<runRecord xmlns="{NAMESPACE}">{html.escape(text, quote=False)}</runRecord>'


def into_svg(content: bytes, text: str) -> bytes:
    """An SVG with the text among its metadata; unchanged if the text is empty."""
    if not text:
        return content
    end = content.rindex(b"</svg>")
    element = f'<metadata id="run-record">{as_xml(text)}</metadata>\n'.encode()
    return content[:end] + element + content[end:]


def as_script(text: str) -> str:
    """The text as a script element that runs nothing, for a page of HTML; nothing if the text is empty."""
    if not text:
        return ""
    return f'<script type="application/json" id="run-record">{text.replace("<", chr(92) + "u003c")}</script>'


def pieces_of(text: str) -> list[str]:
    """JSON text in pieces that a workbook's cell takes, of plain letters only; put together they say the same.

    A workbook reads ``_x0041_`` as an ``A``, so an underscore before an ``x`` is written as JSON may write it.
    """
    plain = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")).replace("_x", "\\u005fx")
    return [plain[start : start + _PIECE] for start in range(0, len(plain), _PIECE)]

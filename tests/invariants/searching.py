"""Every layer of a file, opened to the bottom, so that a search finds what a reader of it could find."""

from __future__ import annotations

import base64
import gzip
import html
import io
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

_DATA = re.compile(rb"base64,([A-Za-z0-9+/=\s]{16,})")
_MOST_LAYERS = 5


def layers(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes themselves and, layer by layer, whatever is packed, coded or escaped in them.

    ZIP (workbooks and slides too), gzip, GeoPackage, the texts of PNG, base64 in pages and pictures, and the escapes of
    HTML, XML and JSON.
    """
    yield content
    if depth == _MOST_LAYERS:
        return
    for inner in _inside(content):
        yield from layers(inner, depth + 1)


def _inside(content: bytes) -> Iterator[bytes]:
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            for info in pack.infolist():
                yield info.filename.encode()
                yield info.comment
                yield pack.read(info)
        return
    if content.startswith(b"\x1f\x8b"):
        yield gzip.decompress(content)
        return
    if content.startswith(b"SQLite format 3"):
        yield from _cells(content)
        return
    if content.startswith(b"\x89PNG"):
        yield from _png_texts(content)
        return
    for found in _DATA.finditer(content):
        text = re.sub(rb"\s", b"", found[1])
        yield base64.b64decode(text + b"=" * (-len(text) % 4))
    plain = content.decode("utf-8", "replace")
    if "&" in plain and (unescaped := html.unescape(plain)) != plain:
        yield unescaped.encode()
    if "\\u" in plain or "\\x" in plain:
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda code: chr(int(code[1], 16)), plain).encode("utf-8", "replace")


def _cells(content: bytes) -> Iterator[bytes]:
    """Every cell of every table of a database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "found.gpkg"
        path.write_bytes(content)
        connection = sqlite3.connect(path)
        try:
            names = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
            for name in names:
                if name.startswith("rtree_"):
                    continue
                for row in connection.execute(f'select * from "{name}"'):  # noqa: S608 - names come from the file
                    # A shape is coordinates and no text.
                    cells = [cell for cell in row if not isinstance(cell, bytes)]
                    yield "\t".join(map(str, cells)).encode()
        finally:
            connection.close()


def _png_texts(content: bytes) -> Iterator[bytes]:
    """The texts beside a picture's pixels, plain or squeezed."""
    place = 8
    while place < len(content):
        size, kind = struct.unpack(">I4s", content[place : place + 8])
        data = content[place + 8 : place + 8 + size]
        if kind == b"tEXt":
            yield data
        elif kind == b"zTXt":
            yield zlib.decompress(data.split(b"\0", 1)[1][1:])
        elif kind == b"iTXt":
            _, rest = data.split(b"\0", 1)
            squeezed, (_, _, text) = (
                rest[0] == 1,
                rest[2:].split(b"\0", 2) if rest[2:].count(b"\0") > 1 else ("", "", b""),
            )
            yield zlib.decompress(text) if squeezed else text
        place += 12 + size


def found_in(content: bytes, marks: Iterable[str]) -> set[str]:
    """The marks that stand anywhere in a file, whatever their case."""
    wanted = {mark: mark.lower().encode() for mark in marks}
    found: set[str] = set()
    for layer in layers(content):
        lowered = layer.lower()
        found |= {mark for mark, text in wanted.items() if text in lowered}
    return found

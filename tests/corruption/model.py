"""What a case is made of: a sound file, a way to spoil it, and what must then come out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Literal

from tests.corruption.conserved import Layout
from tests.corruption.reading import Row

Grid = list[list[str]]
"""A table as text, the header first where there is one."""
Content = dict[str, Any]
"""What a file says: a grid by the name of its sheet or member, or under ``""``; for JSON the value, for boundaries
rows."""
Form = Literal["csv", "tsv", "workbook", "json", "package", "geopackage"]


@dataclass(frozen=True)
class Seed:
    """A sound file.

    Attributes:
        name: of the seed; the publication's key, and its layout where there are several.
        kind: the publication's key.
        form: how it is laid out.
        file: the file's name.
        content: what it says.
        rows: of a content, as text.
        layout: how they are looked at.
        roles: by sheet, what stands under each header: ``code``, ``key``, ``count``, ``number``, ``date``, ``word``,
            ``name`` or ``ignored``.
        has_header: whether the first row of each grid is one.
        by_record: whether records are taken or refused one by one.
        by_row: whether a record is known by its row, so that a moved row is another record.
        contradict: ways to make totals contradict each other; each must be told.
    """

    name: str
    kind: str
    form: Form
    file: str
    content: Content
    rows: Callable[[Content], list[Row]]
    layout: Layout
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    has_header: bool = True
    by_record: bool = False
    by_row: bool = False
    contradict: tuple[Callable[[Content, Random], Content], ...] = ()

    def render(self, content: Content | None = None) -> bytes:
        """The bytes of a content in this seed's layout."""
        from tests.corruption.render import rendered

        return rendered(self.form, self.content if content is None else content)


@dataclass(frozen=True)
class Mutant:
    """A spoilt file.

    Attributes:
        data: its bytes.
        says: what it now says; None if that is not known and ``either`` says why.
        must: ``accept`` or ``refuse`` where only one of the two is right; ``tell`` where it is refused or taken with
            something listed.
        same: whether all tables must be those of the sound file.
        either: why nothing more is asked of an accepted file than that its tables fit their schemas.
        file: name of the file, if it is not the seed's.
        is_sure: whether it says that; if not, it is what it said before, and what was spoilt may be left out.
    """

    data: bytes
    says: Content | None = None
    must: Literal["", "accept", "refuse", "tell"] = ""
    same: bool = False
    either: str = ""
    file: str = ""
    is_sure: bool = True


Mutate = Callable[[Seed, Random], Mutant | None]
"""Spoils a seed; None where it cannot be spoilt in this way."""


@dataclass(frozen=True)
class Mutator:
    """A way to spoil files.

    Attributes:
        name: of the mutator.
        layer: bytes, archive, workbook, table, cell, json or boundaries.
        mutate: does it.
        most: cases a seed at most, where one is slow or there is nothing to draw.
    """

    name: str
    layer: str
    mutate: Mutate
    most: int = 1_000


def text_of(data: bytes) -> str:
    """Bytes as text, as a careful person would read them: each byte that is not UTF-8 is one of Windows-1252."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    out, rest = "", data.removeprefix(b"\xef\xbb\xbf")
    while rest:
        try:
            return out + rest.decode("utf-8")
        except UnicodeDecodeError as fault:
            out += rest[: fault.start].decode("utf-8")
            out += rest[fault.start : fault.end].decode("cp1252", errors="replace")
            rest = rest[fault.end :]
    return out


def reparsed(seed: Seed, data: bytes) -> Content | None:
    """What spoilt bytes of a text file say; None if they say nothing that can be told."""
    try:
        if seed.form == "json":
            return {"": json.loads(text_of(data), strict=False)}
        if seed.form == "tsv":
            return {"": [line.split("\t") for line in text_of(data).splitlines()]}
        # Quotation marks that do not match are nothing to a reader of whole files, but cost records where they touch.
        return {"": list(csv.reader(io.StringIO(text_of(data), newline=""), strict=seed.by_record))}
    except (ValueError, csv.Error, RecursionError):
        return None

"""A published file, opened: its bytes, and enough of its form to recognise and read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Literal

Kind = Literal["csv", "workbook", "geopackage", "shapefile", "json", "package"]
"""A package is an archive of CSV files that mean something only together; its bytes are the archive's. A shapefile is
several files as well: its bytes are an archive of those that say something, whatever archive it came in."""

_SERVICES = {"service.csv", "services.csv"}
_PLACES = {"location.csv", "locations.csv", "service_at_location.csv", "service_at_locations.csv"}


@dataclass
class ReadingNotes:
    """What a reader found while it read a file, beside the tables that it made.

    Attributes:
        rows: rows below the header, by sheet or table: of the file, not of what is made of it.
        anomalies: one record each; see :mod:`sp_geo.tables.anomalies`.
    """

    rows: dict[str, int] = field(default_factory=dict)
    anomalies: list[dict[str, Any]] = field(default_factory=list)

    @property
    def rows_count(self) -> int:
        """Rows of all sheets or tables together; 0 of a file that has none."""
        return sum(self.rows.values())

    def add(
        self,
        problem: str,
        outcome: str,
        texts: Mapping[Any, str],
        column: str | None = None,
        sizes: Mapping[Any, float] | None = None,
        unit: str = "",
        *,
        file: str,
    ) -> None:
        """List rows that are odd in the same way.

        Args:
            problem: what is odd.
            outcome: what became of them.
            texts: what was found, by row number; None where no single row is to blame.
            column: as published; None where the whole row is odd.
            sizes: effect by row number, as far as a row has one.
            unit: of the effect.
            file: how messages name the file.
        """
        for row, text in texts.items():
            size = None if sizes is None else sizes.get(row)
            known = size is not None and size == size  # noqa: PLR0124 - NaN is not itself
            self.anomalies.append(
                {
                    "file": file, "row": row, "column": column, "problem": problem, "found": text or None,
                    "outcome": outcome, "effect": size if known else None, "unit": unit if known else None,
                }
            )  # fmt: skip


@dataclass(frozen=True)
class Document:
    """One file's content, free of any archive around it.

    Attributes:
        label: how messages name it: ``lists.zip > lists.csv`` or just ``lists.csv``.
        kind: how its bytes are laid out.
        data: the bytes themselves.
        told: what whoever added it said of it, by name, where the file cannot say so itself; see
            :attr:`sp_geo.workspace.provenance.Origin.told`.
        notes: what whoever reads it finds.
    """

    label: str
    kind: Kind
    data: bytes
    told: tuple[tuple[str, str], ...] = ()
    notes: ReadingNotes = field(default_factory=ReadingNotes, compare=False, repr=False)


def is_package(names: Iterable[str]) -> bool:
    """Whether the files of an archive are a package: CSV files that mean something only together.

    The one kind known is the tabular package of Open Referral: services, and the places where they are given.
    """
    held = {PurePosixPath(name.replace("\\", "/")).name.lower() for name in names}
    return bool(held & _SERVICES) and bool(held & _PLACES)


def trimmed(text: object) -> str:
    """A header as people read it: no byte-order mark, single spaces, no quotes or spaces around."""
    return " ".join(str(text).replace("\ufeff", " ").replace("\u00ef\u00bb\u00bf", " ").split()).strip("\"' ")


def normal_header(text: object) -> str:
    """The one form in which headers and names of sheets are compared: small letters and digits.

    Case, spaces, line breaks, hyphens, underscores, other punctuation and notes in brackets do not count. What parts
    two digits does (``q32_3`` is not ``q3_23``), and so do a year in brackets (``LSOA code (2011)``), the plus of
    ``90+`` and a per cent sign. ``##`` stays, as the sign for two digits in our own lists.
    """
    told = re.sub(r"\((?![^()]*(?:19|20)(?:\d\d|##))[^()]*\)|\[[^\[\]]*\]", " ", trimmed(text))
    return _compact(told) or _compact(trimmed(text))


def normal_headers(cells: Sequence[object]) -> list[str]:
    """The headers of one table in their normal form; a note in brackets counts where nothing else tells two apart."""
    forms = [normal_header(cell) for cell in cells]
    full = [_compact(trimmed(cell)) for cell in cells]
    told: dict[str, set[str]] = {}
    for form, whole in zip(forms, full, strict=True):
        told.setdefault(form, set()).add(whole)
    return [whole if len(told[form]) > 1 else form for form, whole in zip(forms, full, strict=True)]


@cache
def _pattern(wanted: str) -> re.Pattern[str]:
    parts = [re.escape(normal_header(part)) for part in wanted.split("*")]
    return re.compile(".*".join(parts).replace(re.escape("##"), r"\d\d"))


def is_like(header: str, wanted: str) -> bool:
    """Whether a normal header is one as a publisher writes it, ``*`` for any letters and ``##`` for two digits."""
    return _pattern(wanted).fullmatch(header) is not None


def _compact(text: str) -> str:
    signs = text.lower().replace("+", "plus").replace("%", "pct")
    parted = re.sub(r"(?<=\d)(?:[^\w#]|_)+(?=\d)", "_", signs)
    return re.sub(r"[^\w#]|(?<!\d)_|_(?!\d)", "", parted)

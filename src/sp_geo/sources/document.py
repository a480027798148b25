"""A published file, opened: its bytes, and enough of its form to recognise and read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
        rows: rows of the file below its header, of every sheet that was read.
        anomalies: one record each; see :mod:`sp_geo.tables.anomalies`.
    """

    rows: int = 0
    anomalies: list[dict[str, Any]] = field(default_factory=list)

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
        notes: what whoever reads it finds.
    """

    label: str
    kind: Kind
    data: bytes
    notes: ReadingNotes = field(default_factory=ReadingNotes, compare=False, repr=False)


def is_package(names: Iterable[str]) -> bool:
    """Whether the files of an archive are a package: CSV files that mean something only together.

    The one kind known is the tabular package of Open Referral: services, and the places where they are given.
    """
    held = {PurePosixPath(name.replace("\\", "/")).name.lower() for name in names}
    return bool(held & _SERVICES) and bool(held & _PLACES)


def normal_header(text: object) -> str:
    """A header as it is compared: no byte-order mark, single spaces, no quotes or spaces around, lower case."""
    return " ".join(str(text).replace("\ufeff", " ").replace("\u00ef\u00bb\u00bf", " ").split()).strip("\"' ").lower()

"""A published file, opened: its bytes, and enough of its form to recognise and read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["csv", "workbook", "geopackage", "json"]


@dataclass(frozen=True)
class Document:
    """One file's content, free of any archive around it.

    Attributes:
        label: how messages name it: ``lists.zip > lists.csv`` or just ``lists.csv``.
        kind: how its bytes are laid out.
        data: the bytes themselves.
    """

    label: str
    kind: Kind
    data: bytes


def normal_header(text: object) -> str:
    """A header as it is compared: no byte-order mark, single spaces, no quotes or spaces around, lower case."""
    return " ".join(str(text).replace("\ufeff", " ").replace("\u00ef\u00bb\u00bf", " ").split()).strip("\"' ").lower()

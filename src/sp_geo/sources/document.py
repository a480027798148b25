"""A published file, opened: its bytes, and enough of its form to recognise and read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["csv", "workbook", "geopackage", "json", "package"]
"""A package is an archive of CSV files that mean something only together; its bytes are the archive's."""

_SERVICES = {"service.csv", "services.csv"}
_PLACES = {"location.csv", "locations.csv", "service_at_location.csv", "service_at_locations.csv"}


@dataclass(frozen=True)
class Document:
    """One file's content, free of any archive around it.

    Attributes:
        label: how messages name it: ``lists.zip > lists.csv`` or just ``lists.csv``.
        kind: how its bytes are laid out.
        data: the bytes themselves.
        told: what whoever added it said of it, by name, where the file cannot say so itself; see
            :attr:`sp_geo.sources.origin.Origin.told`.
    """

    label: str
    kind: Kind
    data: bytes
    told: tuple[tuple[str, str], ...] = ()


def is_package(names: Iterable[str]) -> bool:
    """Whether the files of an archive are a package: CSV files that mean something only together.

    The one kind known is the tabular package of Open Referral: services, and the places where they are given.
    """
    held = {PurePosixPath(name.replace("\\", "/")).name.lower() for name in names}
    return bool(held & _SERVICES) and bool(held & _PLACES)


def normal_header(text: object) -> str:
    """A header as it is compared: no byte-order mark, single spaces, no quotes or spaces around, lower case."""
    return " ".join(str(text).replace("\ufeff", " ").replace("\u00ef\u00bb\u00bf", " ").split()).strip("\"' ").lower()

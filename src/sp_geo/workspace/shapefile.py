"""Shapefiles: several files of one name, of which each is useless without the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SHAPEFILE_NEEDS: Final = (".shp", ".shx", ".dbf")
SHAPEFILE_READ: Final = (*SHAPEFILE_NEEDS, ".prj", ".cpg")
"""Outlines, their places in the file, what is known of each, the reference system and the encoding of the text."""
_BESIDE: Final = (
    ".sbn",
    ".sbx",
    ".qix",
    ".qpj",
    ".qmd",
    ".fbn",
    ".fbx",
    ".ain",
    ".aih",
    ".atx",
    ".lyr",
    ".shp.xml",
    ".xml",
)
"""Indexes, styles and descriptions that programs write beside them."""


def shapefile_parts(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """The files of each shapefile among the names of an archive's files.

    Returns:
        By the name of each ``.shp``: the names of its files by suffix in small letters, itself included. A file of the
        same name in another folder is not one of them.
    """
    by_lower = {name.lower(): name for name in names}
    return {
        name: {
            suffix: by_lower[lower[:-4] + suffix]
            for suffix in (*SHAPEFILE_READ, *_BESIDE)
            if lower[:-4] + suffix in by_lower
        }
        for lower, name in by_lower.items()
        if lower.endswith(".shp")
    }

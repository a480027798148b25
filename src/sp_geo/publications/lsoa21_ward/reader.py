"""Small areas of 2021 in wards and local authorities (Office for National Statistics)."""

from __future__ import annotations

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parent, read_parents
from sp_geo.workspace.document import Document

PARENTS = (
    Parent("ward", r"[EW]\d{8}"),
    Parent("local_authority", shapes.LOCAL_AUTHORITY),
)


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """The lookup as core_lsoa21_parent; see :func:`sp_geo.publications.reading.read_parents`."""
    return {"core_lsoa21_parent": read_parents(document, "lsoa21_ward", "21", PARENTS, period)}

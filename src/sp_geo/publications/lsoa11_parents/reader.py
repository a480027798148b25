"""Small areas of 2011 in sub-ICB locations, ICBs and local authorities (Office for National Statistics)."""

from __future__ import annotations

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parent, read_parents
from sp_geo.workspace.document import Document

PARENTS = (
    Parent("sub_icb", shapes.SUB_ICB_ONS),
    Parent("icb", shapes.ICB_ONS),
    Parent("local_authority", shapes.LOCAL_AUTHORITY, needed=False),
)


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """The lookup as core_lsoa11_parent; see :func:`sp_geo.publications.reading.read_parents`."""
    return {"core_lsoa11_parent": read_parents(document, "lsoa11_parents", "11", PARENTS, period)}

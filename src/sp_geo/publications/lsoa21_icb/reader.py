"""Small areas of 2021 in sub-ICB locations and ICBs (Office for National Statistics)."""

from __future__ import annotations

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parent, read_parents
from sp_geo.workspace.document import Document

PARENTS = (
    Parent("sub_icb", shapes.SUB_ICB_ONS, needed=False),
    Parent("icb", shapes.ICB_ONS),
)


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """The lookup as core_lsoa21_parent; see :func:`sp_geo.publications.reading.read_parents`.

    Local authorities in it are left to the lookup of wards, so that no area gets the same parent twice.
    """
    return {"core_lsoa21_parent": read_parents(document, "lsoa21_icb", "21", PARENTS, period)}

"""Small areas of 2011 in sub-ICB locations, ICBs and local authorities (Office for National Statistics)."""

from __future__ import annotations

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parent, parents_reader

read = parents_reader(
    "lsoa11_parents",
    "11",
    Parent("sub_icb", shapes.SUB_ICB_ONS),
    Parent("icb", shapes.ICB_ONS),
    Parent("local_authority", shapes.LOCAL_AUTHORITY, needed=False),
)

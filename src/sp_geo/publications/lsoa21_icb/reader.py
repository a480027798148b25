"""Small areas of 2021 in sub-ICB locations and ICBs (Office for National Statistics).

Local authorities in it are left to the lookup of wards, so that no area gets the same parent twice.
"""

from __future__ import annotations

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parent, parents_reader

read = parents_reader(
    "lsoa21_icb", "21", Parent("sub_icb", shapes.SUB_ICB_ONS, needed=False), Parent("icb", shapes.ICB_ONS)
)

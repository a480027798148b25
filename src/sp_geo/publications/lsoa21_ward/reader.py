"""Small areas of 2021 in wards and local authorities (Office for National Statistics)."""

from __future__ import annotations

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parent, parents_reader

read = parents_reader(
    "lsoa21_ward", "21", Parent("ward", r"[EW]\d{8}"), Parent("local_authority", shapes.LOCAL_AUTHORITY)
)

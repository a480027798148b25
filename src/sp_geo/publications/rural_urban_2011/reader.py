"""Rural-urban classification of 2011 (Defra, Office for National Statistics) by small area of 2011.

A, B, C are urban; D (town and fringe), E (village) and F (hamlet) are rural; 2 is a sparse setting.
"""

from __future__ import annotations

from sp_geo.publications.reading.rurality import rurality_reader

read = rurality_reader(
    "rural_urban_2011", "11", r"[ABC]1|[BC]2|[DEF][12]", "a class of 2011, A1 to F2", rural=("D", "E", "F")
)

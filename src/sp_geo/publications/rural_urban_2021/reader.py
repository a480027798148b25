"""Rural-urban classification of 2021 (Defra, Office for National Statistics) by small area of 2021.

U urban; RL larger rural, RS smaller rural; N nearer to and F further from a major town or city.
"""

from __future__ import annotations

from sp_geo.publications.reading.rurality import rurality_reader

read = rurality_reader(
    "rural_urban_2021", "21", r"U[NF]1|R[LS][NF]1", "a class of 2021 such as UN1 or RSF1", rural=("R",)
)

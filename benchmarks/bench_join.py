"""Practices by small area over 16 quarters, 10.5 million rows, to sums of need, against the obvious pandas way.

Ours is what the panel does: the table is read as the store reads it, and each release goes through
:func:`sp_geo.panel.need_area.practice_sums`. The peer reads the same file, joins the values of areas and groups. Both
start from Parquet and end with the sums of every measure by release and practice.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from measuring import Answer, Bench, Limit, median_seconds
from telling import main

PRACTICES = 6_400
AREAS = 33_755
A_PRACTICE = 103
"""Small areas in which a practice has patients: 16 quarters of these make 10.5 million rows."""
QUARTERS = 16
MEASURES = ("imd_score", "minority_ethnic", "rural", "older")


@dataclass(frozen=True)
class Case:
    """The table's file, and values by area for each measure; some areas have none."""

    path: Path
    values: dict[str, pd.Series]


def prepare(quarters: int, folder: Path) -> Case:
    """Invented practices, the same areas from quarter to quarter and other patients; written once for both sides."""
    random = np.random.default_rng(16)
    codes = pd.Series([f"E0{1_000_000 + number}" for number in range(AREAS)], dtype="str")
    values = {name: pd.Series(random.uniform(0, 60, AREAS), index=codes) for name in MEASURES}
    for series in values.values():
        series.iloc[random.choice(AREAS, AREAS // 50, replace=False)] = np.nan
    path = folder / f"lists-{quarters}.parquet"
    if not path.exists():
        practice = np.repeat(np.array([f"Z{number:05d}" for number in range(PRACTICES)]), A_PRACTICE)
        start = np.repeat(random.integers(0, AREAS, PRACTICES), A_PRACTICE)
        area = codes.to_numpy()[(start + np.tile(np.arange(A_PRACTICE), PRACTICES)) % AREAS]
        frames = [
            pd.DataFrame(
                {
                    "release": f"{2020 + number // 4}-{1 + 3 * (number % 4):02d}",
                    "practice_code": practice,
                    "lsoa11_code": area,
                    "patients_count": random.integers(1, 160, len(practice)),
                }
            ).astype({"release": "str", "practice_code": "str", "lsoa11_code": "str"})
            for number in range(quarters)
        ]
        pd.concat(frames, ignore_index=True).to_parquet(path, compression="zstd", index=False)
    return Case(path, values)


def ours(case: Case) -> Answer:
    """As the panel does it, release by release."""
    from sp_geo.panel.need_area import practice_sums

    table = pd.read_parquet(case.path)
    months = sorted(table["release"].unique())
    found = [practice_sums(table[table["release"] == month], case.values, "11") for month in months]
    return Answer(pd.concat(found).to_numpy(dtype=float), {"rows": len(table)})


def peer(case: Case) -> Answer:
    """As anybody would write it."""
    table = pd.read_parquet(case.path)
    areas = pd.DataFrame(case.values).rename_axis("lsoa11_code").reset_index()
    joined = table.merge(areas, on="lsoa11_code", how="left")
    wanted = {"patients_count": joined["patients_count"]}
    for name in MEASURES:
        wanted[f"{name}_sum"] = joined["patients_count"] * joined[name]
        wanted[f"{name}_patients"] = joined["patients_count"].where(joined[name].notna(), 0)
    keys = [joined["release"], joined["practice_code"]]
    sums = pd.DataFrame(wanted).groupby(keys).sum()
    return Answer(sums.to_numpy(dtype=float), {"rows": len(table)})


def limit(case: Case, _answer: Answer) -> Limit:
    """Nobody can join what has not been read: the same columns of the same file, unpacked and no more."""
    import pyarrow.parquet as pq

    return Limit("reading and unpacking the same file", median_seconds(lambda: pq.read_table(case.path)))


JOIN = Bench(
    name="join",
    what="practices by small area over 16 quarters, 10.5 million rows, to practice sums of 4 measures of need",
    unit="quarters of 659 thousand rows",
    sizes=(2, 4, 8, QUARTERS),
    quick=(1, 2, 3, 4),
    prepare=prepare,
    ours=ours,
    peer=peer,
    peer_name="pandas",
    agree=1e-9,
    limit=limit,
)

if __name__ == "__main__":
    main(__file__, [JOIN])

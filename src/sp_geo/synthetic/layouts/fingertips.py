"""OHID Fingertips indicator 94240: IMD 2025 score of a practice's patients, under the headers it is passed on with."""

from __future__ import annotations

from datetime import date

import pandas as pd

from sp_geo.synthetic.layouts.text import Published, archive, csv_bytes, decimals
from sp_geo.synthetic.world import World


def write(world: World) -> list[Published]:
    """The one file: every practice that has patients by small area."""
    scores = world.lookup.merge(world.areas21[["lsoa21_code", "imd_score"]], on="lsoa21_code", validate="many_to_one")
    of_area = scores.groupby("lsoa11_code")["imd_score"].mean()
    rows = world.by_area.assign(score=world.by_area["area_code"].map(of_area)).dropna(subset=["score"])
    sums = pd.DataFrame(
        {
            "patients": rows["patients"],
            "points": rows["patients"] * rows["score"],
            "practice_code": rows["practice_code"],
        }
    ).groupby("practice_code")
    totals = sums[["patients", "points"]].sum().reset_index()
    names = world.practices.set_index("practice_code")["practice_name"]
    data = csv_bytes(
        {
            "PRACTICE_CODE": totals["practice_code"].astype(str),
            "PRACTICE_NAME": totals["practice_code"].astype(str).map(names),
            "IMD_YEAR": 2025,
            "IMD_SCORE": decimals(totals["points"] / totals["patients"], 3),
        },
        len(totals),
    )
    return [
        Published(
            path="deprivation/fingertips-imd-2025-gp-practice.zip",
            data=archive("fingertips-imd-2025-gp-practice.csv", data, date(2025, 12, 2)),
            publication="fingertips_practice",
            title="Fingertips indicator 94240, IMD 2025 score by practice",
            period="2025",
        )
    ]

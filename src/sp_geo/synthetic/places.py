"""Real areas for the synthetic England: codes, names and points from ``data/boundaries``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from sp_geo.core.errors import WorkspaceError
from sp_geo.geography import boundaries
from sp_geo.synthetic.world import Places

SETS: Final = ("2022-07-01", "2026-04-01")
"""First days of the two sets of sub-ICB locations and ICBs."""


def read_places(folder: Path | None = None) -> Places:
    """Real small areas, sub-ICB locations and ICBs of England.

    Raises:
        WorkspaceError: a file is missing.
    """
    source = folder or boundaries.folder()
    for name in ("lsoa11.parquet", "icb_codes.csv", "sub_icb_codes.csv"):
        if not (source / name).is_file():
            raise WorkspaceError(
                "the boundaries that the demonstration rests on are missing",
                file=str(source / name),
                advice=f"Name a whole folder of boundaries in {boundaries.VARIABLE}",
            )
    # One row a sub-ICB location of 2022, with what it is called and belongs to in either set.
    named = (
        pd.read_csv(source / "sub_icb_codes.csv", dtype=str)
        .rename(columns={"sub_icb_ons_code": "ons_code", "sub_icb_name": "name"})
        .set_index("sub_icb_code")
    )
    columns = ["ons_code", "name", "icb_code"]
    first, second = (named.loc[named["valid_from"] == day, columns] for day in SETS)
    sub_icbs = first.add_suffix("_2022").join(second.add_suffix("_2026")).sort_index()
    names = ["lsoa11_code", "lsoa11_name", "sub_icb_ons_code", "easting_m", "northing_m"]
    lsoas = pd.read_parquet(source / "lsoa11.parquet", columns=names).sort_values("lsoa11_code", ignore_index=True)
    by_ons = pd.Series(sub_icbs.index, index=sub_icbs["ons_code_2022"])
    lsoas["sub_icb_code"] = lsoas["sub_icb_ons_code"].map(by_ons)
    icbs = pd.read_csv(source / "icb_codes.csv", dtype=str).drop_duplicates("icb_code").set_index("icb_code")
    icbs = icbs.rename(columns={"icb_ons_code": "ons_code", "icb_name": "name"})
    return Places(
        lsoas=lsoas.drop(columns="sub_icb_ons_code"),
        sub_icbs=sub_icbs,
        icbs=icbs[["ons_code", "name", "region_code", "region_name"]],
    )

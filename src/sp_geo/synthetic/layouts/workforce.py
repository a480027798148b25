"""Primary Care Network Workforce, individual level: one CSV in one archive a quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sp_geo.core.quarters import Quarter
from sp_geo.synthetic.layouts.text import Published, archive, csv_bytes, decimals
from sp_geo.synthetic.roles import ROLES
from sp_geo.synthetic.world import World

NEW_FORM_SINCE = Quarter(2025, 1)
"""First quarter in the form of 2026 (byte-order mark, new role names); when the real file changed is not known."""


def write(world: World) -> list[Published]:
    """One archive a quarter of the world's staff."""
    pcns = world.pcns.set_index("pcn_code")
    files = []
    for number, text in enumerate(world.releases.quarters, 1):
        quarter = Quarter.parse(text)
        rows = world.staff[world.staff["quarter"] == str(quarter)]
        new_form = quarter >= NEW_FORM_SINCE
        places = _places(world, quarter)
        codes = pcns["sub_icb_code"].reindex(rows["pcn_code"])
        contracted = (rows["identifier"] == 0).to_numpy()
        identifiers = rows["identifier"].astype(str).to_numpy(dtype=object)
        identifiers[contracted] = "" if new_form else "NULL"
        roles = rows["role"].to_numpy()
        role_names = [(role.role_2026 or role.role) if new_form else role.role for role in ROLES]
        place = {name: places[name].reindex(codes).to_numpy(dtype=object) for name in places.columns}
        data = csv_bytes(
            {
                "Data_source": pd.Series(contracted).map({True: "NWRS contracted services", False: "NWRS Staff"}),
                "CENSUS_YEAR": quarter.year,
                "CENSUS_MONTH": quarter.end.month,
                "PCN_CODE": rows["pcn_code"].to_numpy(dtype=object),
                "PCN_NAME": pcns["pcn_name"].reindex(rows["pcn_code"]).to_numpy(dtype=object),
                "SUB_ICB_CODE": codes.to_numpy(dtype=object),
                "SUB_ICB_NAME": place["sub_icb_name"],
                "ICB_CODE": place["icb_code"],
                "ICB_NAME": place["icb_name"],
                "COMM_REGION_CODE": place["region_code"],
                "COMM_REGION_NAME": place["region_name"],
                "STAFF_GROUP": _by_role([role.group for role in ROLES], roles),
                "STAFF_ROLE": _by_role(role_names, roles),
                "DETAILED_STAFF_ROLE": _by_role([role.detailed for role in ROLES], roles),
                "FTE": decimals(rows["fte"], 9),
                "UNIQUE_IDENTIFIER": identifiers,
            },
            len(rows),
            newline="\r\n",
            encoding="utf-8" if new_form else "cp1252",
            byte_order_mark=new_form,
        )
        month = f"{quarter.end:%B}"
        if new_form:
            member = f"1.Primary Care Networks - {month} {quarter.year} Individual Level.csv"
            path = f"workforce/PCNWFIndividualCSV.{quarter.end.month:02}{quarter.year}.zip"
        else:
            member = f"{number}.Primary Care Networks – {month} {quarter.year} Individual Level.csv"
            path = f"workforce/{member.removesuffix('.csv')}.zip"
        files.append(
            Published(
                path=path,
                data=archive(member, data, quarter.shift(1).start.replace(day=20)),
                publication="pcn_workforce",
                title=f"Primary Care Network Workforce, {month} {quarter.year}, individual level",
                period=str(quarter),
            )
        )
    return files


def _by_role(names: list[str], roles: np.ndarray) -> np.ndarray:
    return np.asarray(np.asarray(names, dtype=object)[roles])


def _places(world: World, quarter: Quarter) -> pd.DataFrame:
    """What the release says of a sub-ICB location, by its code; ICBs of before July 2022 are those of July 2022."""
    icb = world.places.locations(quarter.end.isoformat())["icb_code"]
    icbs = world.places.icbs.reindex(icb)
    short = icbs["name"].str.replace("Integrated Care Board", "ICB").to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "sub_icb_name": short + " - " + icb.index.to_numpy(dtype=object),
            "icb_code": icb,
            "icb_name": short,
            "region_code": icbs["region_code"].to_numpy(),
            "region_name": icbs["region_name"].to_numpy(),
        },
        index=icb.index,
    )

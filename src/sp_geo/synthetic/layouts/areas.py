"""Small areas: indices of deprivation, Census TS021, the 2011 to 2021 lookup and the rural-urban classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.synthetic.layouts.text import Column, Published, archive, csv_bytes, decimals
from sp_geo.synthetic.world import MARK, World

_IMD: Final = "Index of Multiple Deprivation (IMD)"
SUBGROUPS: Final[dict[str, tuple[str, tuple[tuple[str, float], ...]]]] = {
    "asian": (
        "Ethnic group: Asian, Asian British or Asian Welsh",
        (("Bangladeshi", 0.12), ("Chinese", 0.08), ("Indian", 0.34), ("Pakistani", 0.29), ("Other Asian", 0.17)),
    ),
    "black": (
        "Ethnic group: Black, Black British, Black Welsh, Caribbean or African",
        (("African", 0.62), ("Caribbean", 0.26), ("Other Black", 0.12)),
    ),
    "mixed": (
        "Ethnic group: Mixed or Multiple ethnic groups",
        (
            ("White and Asian", 0.28),
            ("White and Black African", 0.15),
            ("White and Black Caribbean", 0.30),
            ("Other Mixed or Multiple ethnic groups", 0.27),
        ),
    ),
    "white": (
        "Ethnic group: White",
        (
            ("English, Welsh, Scottish, Northern Irish or British", 0.908),
            ("Irish", 0.011),
            ("Gypsy or Irish Traveller", 0.001),
            ("Roma", 0.002),
            ("Other White", 0.078),
        ),
    ),
    "other": ("Ethnic group: Other ethnic group", (("Arab", 0.16), ("Any other ethnic group", 0.84))),
}
CLASSES_2011: Final = {
    "A1": ("Urban", "Urban conurbation"),
    "B1": ("Urban", "Urban conurbation"),
    "C1": ("Urban", "Urban city and town"),
    "D1": ("Rural", "Rural town and fringe"),
    "E1": ("Rural", "Rural village"),
    "E2": ("Rural", "Rural village"),
}
CLASSES_2021: Final = {
    "UN1": ("Urban: Nearer to a major town or city", "Urban"),
    "UF1": ("Urban: Further from a major town or city", "Urban"),
    "RLN1": ("Larger rural: Nearer to a major town or city", "Rural"),
    "RSF1": ("Smaller rural: Further from a major town or city", "Rural"),
}


def write(world: World) -> list[Published]:
    """All files about small areas."""
    old, new = world.areas11, world.areas21
    score = old["imd_score"].to_numpy()
    more: dict[str, Column] = {
        "Income Score (rate)": decimals(np.clip(0.006 * score, 0, 1), 3),
        "Employment Score (rate)": decimals(np.clip(0.0046 * score, 0, 1), 3),
        "Total population: mid 2015 (excluding prisoners)": old["residents_count"].to_numpy(dtype=np.int64),
    }
    named = {"LSOA code (2011)": old["lsoa11_code"], "LSOA name (2011)": MARK + old["lsoa11_name"]}
    iod2019 = "File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators.csv"
    iod2025 = "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"
    return [
        _deprivation(date(2019, 9, 26), iod2019, named, old["imd_score"], more),
        _deprivation(date(2025, 10, 30), iod2025, {"LSOA code (2021)": new["lsoa21_code"]}, new["imd_score"], {}),
        _ethnicity(new),
        _lookup(world),
        _rurality(old, 2011, ("ruc", "classification"), CLASSES_2011, date(2013, 8, 22)),
        _rurality(new, 2021, ("classification", "ruc"), CLASSES_2021, date(2025, 3, 6)),
    ]


def _deprivation(
    day: date, member: str, named: Mapping[str, pd.Series], scores: pd.Series, more: Mapping[str, Column]
) -> Published:
    """Scores with their ranks (1 is most deprived; ties by position) and tenths."""
    order = np.argsort(-scores.to_numpy(), kind="stable")
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(1, len(order) + 1)
    columns: dict[str, Column] = {
        **named,
        f"{_IMD} Score": decimals(scores, 3),
        f"{_IMD} Rank (where 1 is most deprived)": ranks,
        f"{_IMD} Decile (where 1 is most deprived 10% of LSOAs)": (ranks * 10 + len(order) - 1) // len(order),
        **more,
    }
    return Published(
        path=f"deprivation/IoD{day.year}_File_7.zip",
        data=archive(member, csv_bytes(columns, len(scores)), day),
        publication="indices_of_deprivation",
        title=f"English indices of deprivation {day.year}, File 7",
        period=str(day.year),
    )


def _ethnicity(areas: pd.DataFrame) -> Published:
    groups = {name: areas[name].to_numpy(dtype=np.int64) for name in SUBGROUPS}
    columns: dict[str, Column] = {
        "date": 2021,
        "geography": MARK + areas["lsoa21_name"],
        "geography code": areas["lsoa21_code"],
        "Ethnic group: Total: All usual residents": np.sum(list(groups.values()), axis=0),
    }
    for name, (heading, parts) in SUBGROUPS.items():
        columns[heading] = counts = groups[name]
        # Whole parts of whole counts add up to them by rounding the running total.
        running = np.rint(np.outer(np.cumsum([0.0, *(share for _, share in parts[:-1])]), counts)).astype(np.int64)
        for (part, _), values in zip(parts, np.diff(np.vstack([running, counts]), axis=0), strict=True):
            columns[f"{heading}: {part}"] = values
    return Published(
        path="ethnicity/census2021-ts021-lsoa.zip",
        data=archive("census2021-ts021-lsoa.csv", csv_bytes(columns, len(areas)), date(2022, 11, 29)),
        publication="census_ethnicity",
        title="Census 2021, TS021 Ethnic group, LSOA 2021",
        period="2021",
    )


def _lookup(world: World) -> Published:
    rows = world.lookup.merge(world.areas11[["lsoa11_code", "lsoa11_name"]], on="lsoa11_code", validate="many_to_one")
    rows = rows.merge(world.areas21[["lsoa21_code", "lsoa21_name"]], on="lsoa21_code", validate="many_to_one")
    districts = rows["lsoa11_name"].str.rsplit(" ", n=1).str[0]
    codes = "E079" + (pd.Series(pd.factorize(districts, sort=True)[0]) + 1).astype(str).str.zfill(5)
    data = csv_bytes(
        {
            "F_LSOA11CD": rows["lsoa11_code"],
            "LSOA11NM": MARK + rows["lsoa11_name"],
            "LSOA21CD": rows["lsoa21_code"],
            "LSOA21NM": MARK + rows["lsoa21_name"],
            "CHGIND": rows["change"],
            "LAD22CD": codes,
            "LAD22NM": MARK + districts,
            "LAD22NMW": "",
            "ObjectId": np.arange(1, len(rows) + 1),
        },
        len(rows),
        byte_order_mark=True,
    )
    name = "LSOA_(2011)_to_LSOA_(2021)_to_Local_Authority_District_(2022)_Lookup_for_England_and_Wales.csv"
    return Published(
        path="geography/LSOA_2011_to_LSOA_2021_to_LAD_2022.zip",
        data=archive(name, data, date(2022, 12, 14)),
        publication="lsoa_lookup",
        title="LSOA (2011) to LSOA (2021) to Local Authority District (2022) lookup",
        period="2011-2021",
    )


def _rurality(
    areas: pd.DataFrame, year: int, names: tuple[str, str], classes: Mapping[str, tuple[str, str]], day: date
) -> Published:
    """Classes with their two names, each in its column."""
    lsoa, ruc = f"lsoa{year % 100}", f"ruc{year % 100}"
    columns: dict[str, Column] = {f"{lsoa}_code": areas[f"{lsoa}_code"], f"{ruc}_code": areas["ruc_code"]}
    for place, name in enumerate(names):
        columns[name] = areas["ruc_code"].map({code: words[place] for code, words in classes.items()})
    return Published(
        path=f"geography/{ruc}_{lsoa}.zip",
        data=archive(f"{ruc}_{lsoa}.csv", csv_bytes(columns, len(areas)), day),
        publication=f"rural_urban_{year}",
        title=f"Rural-urban classification ({year}) of LSOA {year}",
        period=str(year),
    )

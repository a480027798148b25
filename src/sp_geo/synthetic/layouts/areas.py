"""Small areas: indices of deprivation, Census TS021, the 2011 to 2021 lookup and the rural-urban classes."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.synthetic.layouts.text import Column, Published, archive, csv_bytes, decimals
from sp_geo.synthetic.world import MARK, World

_IMD: Final = "Index of Multiple Deprivation (IMD)"
_ASIAN: Final = "Ethnic group: Asian, Asian British or Asian Welsh"
_BLACK: Final = "Ethnic group: Black, Black British, Black Welsh, Caribbean or African"
_MIXED: Final = "Ethnic group: Mixed or Multiple ethnic groups"
_WHITE: Final = "Ethnic group: White"
_OTHER: Final = "Ethnic group: Other ethnic group"
SUBGROUPS: Final[dict[str, tuple[str, tuple[tuple[str, float], ...]]]] = {
    "asian": (
        _ASIAN,
        (("Bangladeshi", 0.12), ("Chinese", 0.08), ("Indian", 0.34), ("Pakistani", 0.29), ("Other Asian", 0.17)),
    ),
    "black": (_BLACK, (("African", 0.62), ("Caribbean", 0.26), ("Other Black", 0.12))),
    "mixed": (
        _MIXED,
        (
            ("White and Asian", 0.28),
            ("White and Black African", 0.15),
            ("White and Black Caribbean", 0.30),
            ("Other Mixed or Multiple ethnic groups", 0.27),
        ),
    ),
    "white": (
        _WHITE,
        (
            ("English, Welsh, Scottish, Northern Irish or British", 0.908),
            ("Irish", 0.011),
            ("Gypsy or Irish Traveller", 0.001),
            ("Roma", 0.002),
            ("Other White", 0.078),
        ),
    ),
    "other": (_OTHER, (("Arab", 0.16), ("Any other ethnic group", 0.84))),
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
    return [
        _deprivation_2019(world.areas11),
        _deprivation_2025(world.areas21),
        _ethnicity(world.areas21),
        _lookup(world),
        _rurality_2011(world.areas11),
        _rurality_2021(world.areas21),
    ]


def _ranks(scores: pd.Series) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Rank (1 is most deprived; ties by position) and tenth."""
    order = np.argsort(-scores.to_numpy(), kind="stable")
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(1, len(order) + 1)
    return ranks, (ranks * 10 + len(order) - 1) // len(order)


def _deprivation_2019(areas: pd.DataFrame) -> Published:
    score = areas["imd_score"].to_numpy()
    ranks, tenths = _ranks(areas["imd_score"])
    data = csv_bytes(
        {
            "LSOA code (2011)": areas["lsoa11_code"],
            "LSOA name (2011)": MARK + areas["lsoa11_name"],
            f"{_IMD} Score": decimals(score, 3),
            f"{_IMD} Rank (where 1 is most deprived)": ranks,
            f"{_IMD} Decile (where 1 is most deprived 10% of LSOAs)": tenths,
            "Income Score (rate)": decimals(np.clip(0.006 * score, 0, 1), 3),
            "Employment Score (rate)": decimals(np.clip(0.0046 * score, 0, 1), 3),
            "Total population: mid 2015 (excluding prisoners)": areas["residents_count"].to_numpy(dtype=np.int64),
        },
        len(areas),
    )
    member = "File_7_-_All_IoD2019_Scores__Ranks__Deciles_and_Population_Denominators.csv"
    return Published(
        path="deprivation/IoD2019_File_7.zip",
        data=archive(member, data, date(2019, 9, 26)),
        publication="indices_of_deprivation",
        title="English indices of deprivation 2019, File 7",
        period="2019",
    )


def _deprivation_2025(areas: pd.DataFrame) -> Published:
    ranks, tenths = _ranks(areas["imd_score"])
    data = csv_bytes(
        {
            "LSOA code (2021)": areas["lsoa21_code"],
            f"{_IMD} Score": decimals(areas["imd_score"], 3),
            f"{_IMD} Rank (where 1 is most deprived)": ranks,
            f"{_IMD} Decile (where 1 is most deprived 10% of LSOAs)": tenths,
        },
        len(areas),
    )
    member = "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"
    return Published(
        path="deprivation/IoD2025_File_7.zip",
        data=archive(member, data, date(2025, 10, 30)),
        publication="indices_of_deprivation",
        title="English indices of deprivation 2025, File 7",
        period="2025",
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
        columns[heading] = groups[name]
        for part, values in zip(parts, _split(groups[name], [share for _, share in parts]), strict=True):
            columns[f"{heading}: {part[0]}"] = values
    return Published(
        path="ethnicity/census2021-ts021-lsoa.zip",
        data=archive("census2021-ts021-lsoa.csv", csv_bytes(columns, len(areas)), date(2022, 11, 29)),
        publication="census_ethnicity",
        title="Census 2021, TS021 Ethnic group, LSOA 2021",
        period="2021",
    )


def _split(counts: np.ndarray[Any, Any], shares: list[float]) -> list[np.ndarray[Any, Any]]:
    """Whole parts of whole counts that add up to them: rounding of the running total."""
    running = np.rint(np.outer(np.cumsum([0.0, *shares[:-1]]), counts)).astype(np.int64)
    edges = np.vstack([running, counts])
    return list(np.diff(edges, axis=0))


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


def _rurality_2011(areas: pd.DataFrame) -> Published:
    data = csv_bytes(
        {
            "lsoa11_code": areas["lsoa11_code"],
            "ruc11_code": areas["ruc_code"],
            "ruc": areas["ruc_code"].map({code: words[0] for code, words in CLASSES_2011.items()}),
            "classification": areas["ruc_code"].map({code: words[1] for code, words in CLASSES_2011.items()}),
        },
        len(areas),
    )
    return Published(
        path="geography/ruc11_lsoa11.zip",
        data=archive("ruc11_lsoa11.csv", data, date(2013, 8, 22)),
        publication="rural_urban_2011",
        title="Rural-urban classification (2011) of LSOA 2011",
        period="2011",
    )


def _rurality_2021(areas: pd.DataFrame) -> Published:
    data = csv_bytes(
        {
            "lsoa21_code": areas["lsoa21_code"],
            "ruc21_code": areas["ruc_code"],
            "classification": areas["ruc_code"].map({code: words[0] for code, words in CLASSES_2021.items()}),
            "ruc": areas["ruc_code"].map({code: words[1] for code, words in CLASSES_2021.items()}),
        },
        len(areas),
    )
    return Published(
        path="geography/ruc21_lsoa21.zip",
        data=archive("ruc21_lsoa21.csv", data, date(2025, 3, 6)),
        publication="rural_urban_2021",
        title="Rural-urban classification (2021) of LSOA 2021",
        period="2021",
    )

"""Patients Registered at a GP Practice: totals, five-year age bands, and patients by small area."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.synthetic.layouts.organisations import REGION_ONS, first_day
from sp_geo.synthetic.layouts.text import Published, archive, csv_bytes
from sp_geo.synthetic.world import World

BANDS: Final = (*(f"{age}_{age + 4}" for age in range(0, 95, 5)), "95+")
_SEXES: Final = ("FEMALE", "MALE")


def write(world: World) -> list[Published]:
    """All list extracts."""
    releases = world.releases
    return [
        *(_totals(world, month) for month in releases.totals),
        *(_by_age(world, month) for month in releases.by_age),
        _by_area(world, releases.by_area),
    ]


def _practices(world: World, month: str) -> pd.DataFrame:
    """Practices with patients in a month, by code: patients, postcode, sub_icb_code, pcn_code (U if none)."""
    lists = world.lists[world.lists["release"] == month]
    rows = lists.merge(world.practices, on="practice_code", validate="one_to_one").sort_values("practice_code")
    pcn = rows["practice_code"].map(world.membership_on(first_day(month).isoformat()))
    return rows.assign(pcn_code=pcn.fillna("U")).reset_index(drop=True)


def _totals(world: World, month: str) -> Published:
    rows = _practices(world, month)
    data = csv_bytes(
        {
            "PUBLICATION": "GP_PRAC_PAT_LIST",
            "EXTRACT_DATE": first_day(month).strftime("%d%b%Y").upper(),
            "TYPE": "GP",
            "CCG_CODE": rows["sub_icb_code"],
            "ONS_CCG_CODE": rows["sub_icb_code"].map(world.places.locations(first_day(month).isoformat())["ons_code"]),
            "CODE": rows["practice_code"],
            "POSTCODE": rows["postcode"],
            "SEX": "ALL",
            "AGE": "ALL",
            "NUMBER_OF_PATIENTS": rows["patients"].to_numpy(dtype=np.int64),
        },
        len(rows),
        newline="\r\n",
    )
    return Published(
        path=f"lists/gp-reg-pat-prac-all.{month}.zip",
        data=archive("gp-reg-pat-prac-all.csv", data, first_day(month).replace(day=12)),
        publication="list_totals",
        title=f"Patients Registered at a GP Practice, totals, {month}",
        period=month,
    )


def _by_area(world: World, month: str) -> Published:
    rows = world.by_area
    names = pd.Series(rows["practice_code"].map(world.practices.set_index("practice_code")["practice_name"]))
    data = csv_bytes(
        {
            "PUBLICATION": "GP_PRAC_PAT_LIST",
            "EXTRACT_DATE": first_day(month).strftime("%d%b%Y").upper(),
            "PRACTICE_CODE": rows["practice_code"],
            "PRACTICE_NAME": names,
            "LSOA_CODE": rows["area_code"],
            "SEX": "ALL",
            "NUMBER_OF_PATIENTS": rows["patients"].to_numpy(dtype=np.int64),
        },
        len(rows),
    )
    return Published(
        path=f"lists/gp-reg-pat-prac-lsoa-all.{month}.zip",
        data=archive("gp-reg-pat-prac-lsoa-all.csv", data, first_day(month).replace(day=12)),
        publication="list_by_lsoa",
        title=f"Patients Registered at a GP Practice, by small area, {month}",
        period=month,
    )


def _by_age(world: World, month: str) -> Published:
    """Every level of organisation in one file: all persons, then each sex by band and in all."""
    practices = _practices(world, month)
    ages = world.ages[world.ages["release"] == month]
    position = pd.Series(practices.index, index=practices["practice_code"])
    counts = np.zeros((len(practices), len(_SEXES), len(BANDS)), dtype=np.int64)
    counts[ages["practice_code"].map(position), ages["sex"], ages["band"]] = ages["patients"]
    subs = world.places.locations(first_day(month).isoformat())
    sub = practices["sub_icb_code"]
    icb = sub.map(subs["icb_code"])
    region = icb.map(world.places.icbs["region_code"])
    blocks = [
        _level("Comm Region", region, counts, pd.Series(REGION_ONS)),
        _level("ICB", icb, counts, world.places.icbs["ons_code"]),
        _level("SUB_ICB_LOCATION_CODE", sub, counts, subs["ons_code"]),
        _level("PCN", practices["pcn_code"], counts, None),
        _level("GP", practices["practice_code"], counts, None),
    ]
    rows = pd.concat(blocks, ignore_index=True)
    postcodes = practices.set_index("practice_code")["postcode"]
    is_practice = rows["ORG_TYPE"] == "GP"
    rows.insert(4, "POSTCODE", rows["ORG_CODE"].map(postcodes).where(is_practice, ""))
    columns: dict[str, Any] = {
        "PUBLICATION": "GP_PRAC_PAT_LIST",
        "EXTRACT_DATE": first_day(month).isoformat(),
        **{name: rows[name] for name in ("ORG_TYPE", "ORG_CODE", "ONS_CODE", "POSTCODE", "SEX", "AGE_GROUP_5")},
        "NUMBER_OF_PATIENTS": rows["NUMBER_OF_PATIENTS"],
    }
    return Published(
        path=f"lists/gp-reg-pat-prac-quin-age.{month}.zip",
        data=archive("gp-reg-pat-prac-quin-age.csv", csv_bytes(columns, len(rows), newline="\r\n"), first_day(month)),
        publication="list_by_age",
        title=f"Patients Registered at a GP Practice, five-year age bands, {month}",
        period=month,
    )


def _level(kind: str, codes: pd.Series, counts: np.ndarray[Any, Any], ons: pd.Series | None) -> pd.DataFrame:
    """The rows of one level of organisation: 1 of all persons and 21 of each sex."""
    names, inverse = np.unique(codes.to_numpy(dtype=str), return_inverse=True)
    sums = np.zeros((len(names), *counts.shape[1:]), dtype=np.int64)
    np.add.at(sums, inverse, counts)
    by_text = sorted(range(len(BANDS)), key=lambda band: BANDS[band])
    parts = [sums.sum(axis=(1, 2))[:, None]]
    sexes, bands = ["ALL"], ["ALL"]
    for number, sex in enumerate(_SEXES):
        parts += [sums[:, number, by_text], sums[:, number, :].sum(axis=1)[:, None]]
        sexes += [sex] * (len(BANDS) + 1)
        bands += [*(BANDS[band] for band in by_text), "ALL"]
    values = np.concatenate(parts, axis=1)
    ons_codes = pd.Series("", index=names) if ons is None else ons.reindex(names)
    each = values.shape[1]
    return pd.DataFrame(
        {
            "ORG_TYPE": kind,
            "ORG_CODE": np.repeat(names.astype(object), each),
            "ONS_CODE": np.repeat(ons_codes.to_numpy(dtype=object), each),
            "SEX": np.tile(np.asarray(sexes, dtype=object), len(names)),
            "AGE_GROUP_5": np.tile(np.asarray(bands, dtype=object), len(names)),
            "NUMBER_OF_PATIENTS": values.ravel(),
        }
    )

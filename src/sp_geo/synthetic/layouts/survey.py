"""GP Patient Survey, practice results: the files of 2018 to 2023 (question 32) and of 2024 onward (healthsupport)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.synthetic.layouts.text import Column, Published, archive, csv_bytes, decimals
from sp_geo.synthetic.world import World

FIRST_YEAR_OF_NEW_SERIES: Final = 2024
FEWEST_ANSWERS: Final = 10
"""With fewer answers than this the publisher withholds the result."""
WITHHELD: Final = "-97"
_ANSWERS: Final = ("yes_definitely", "yes_some", "no", "not_needed", "unsure")


def write(world: World) -> list[Published]:
    """One archive a year."""
    names = world.practices.set_index("practice_code")["practice_name"]
    return [_year(world, names, year) for year in world.releases.surveys]


def _year(world: World, names: pd.Series, year: int) -> Published:
    rows = world.survey[world.survey["year"] == year].sort_values("practice_code")
    if year < FIRST_YEAR_OF_NEW_SERIES:
        columns, publication = _until_2023(rows, names, year), "patient_survey_2018"
    else:
        columns, publication = _since_2024(world, rows, names, year), "patient_survey_2024"
    name = f"GPPS_{year}_Practice_data_(weighted)_(csv)_PUBLIC"
    return Published(
        path=f"survey/{name}.zip",
        data=archive(f"{name}.csv", csv_bytes(columns, len(rows)), date(year, 7, 13)),
        publication=publication,
        title=f"GP Patient Survey {year}, practice results",
        period=str(year),
    )


def _head(rows: pd.DataFrame) -> dict[str, Column]:
    return {
        "distributed": rows["distributed"].to_numpy(dtype=np.int64),
        "received": rows["received"].to_numpy(dtype=np.int64),
        "resprate": decimals(rows["received"] / rows["distributed"], 6),
    }


def _counts(rows: pd.DataFrame) -> tuple[dict[str, np.ndarray[Any, Any]], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Answers by option, all of them, and those of people who needed support and could say."""
    counts = {name: rows[name].to_numpy(dtype=np.float64) for name in _ANSWERS}
    needed = counts["yes_definitely"] + counts["yes_some"] + counts["no"]
    return counts, needed + counts["not_needed"] + counts["unsure"], needed


def _until_2023(rows: pd.DataFrame, names: pd.Series, year: int) -> dict[str, Column]:
    counts, everyone, needed = _counts(rows)
    withheld = needed < FEWEST_ANSWERS
    base = np.maximum(needed, 1e-9)
    options = {f"q32_{number}": counts[name] for number, name in enumerate(_ANSWERS, 1)}
    options["q32_12"] = counts["yes_definitely"] + counts["yes_some"]
    of_everyone = {"q32_4", "q32_5"}
    shares = {
        f"{name}pct": values / (np.maximum(everyone, 1e-9) if name in of_everyone else base)
        for name, values in options.items()
    }
    return {
        "year": year,
        "practice_code": rows["practice_code"],
        "practice_name": rows["practice_code"].map(names),
        **_head(rows),
        "q32base": decimals(everyone, 6),
        "q32_123base": decimals(needed, 6),
        **{name: _shown(values, withheld) for name, values in (options | shares).items()},
    }


def _since_2024(world: World, rows: pd.DataFrame, names: pd.Series, year: int) -> dict[str, Column]:
    counts, _, needed = _counts(rows)
    withheld = needed < FEWEST_ANSWERS
    base = np.maximum(needed, 1e-9)
    pcns = rows["practice_code"].map(world.membership_on(f"{year}-02-15"))
    enough = (counts["yes_definitely"] + counts["yes_some"]) / base
    return {
        "year": year,
        "ad_practicecode": rows["practice_code"],
        "ad_practicename": rows["practice_code"].map(names),
        "ad_pcncode": pcns,
        "ad_pcnname": pcns.map(world.pcns.set_index("pcn_code")["pcn_name"]),
        **_head(rows),
        "healthsupport.baseevalw": decimals(needed, 6),
        "healthsupport_1.pct": _shown(counts["yes_definitely"] / base, withheld),
        "healthsupport_2.pct": _shown(counts["yes_some"] / base, withheld),
        "healthsupport_3.pct": _shown(counts["no"] / base, withheld),
        "healthsupport.pcteval": _shown(enough, withheld),
    }


def _shown(values: np.ndarray[Any, Any], withheld: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    texts = decimals(values, 6)
    texts[withheld] = WITHHELD
    return texts

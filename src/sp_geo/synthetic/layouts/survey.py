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
    files = []
    for year in world.releases.surveys:
        rows = world.survey[world.survey["year"] == year].sort_values("practice_code")
        columns = _columns(world, rows, year)
        name = f"GPPS_{year}_Practice_data_(weighted)_(csv)_PUBLIC"
        files.append(
            Published(
                path=f"survey/{name}.zip",
                data=archive(f"{name}.csv", csv_bytes(columns, len(rows)), date(year, 7, 13)),
                publication="patient_survey_2018" if year < FIRST_YEAR_OF_NEW_SERIES else "patient_survey_2024",
                title=f"GP Patient Survey {year}, practice results",
                period=str(year),
            )
        )
    return files


def _columns(world: World, rows: pd.DataFrame, year: int) -> dict[str, Column]:
    """Answers in numbers and shares until 2023, in shares alone since."""
    names = rows["practice_code"].map(world.practices.set_index("practice_code")["practice_name"])
    sent: dict[str, Column] = {
        "distributed": rows["distributed"].to_numpy(dtype=np.int64),
        "received": rows["received"].to_numpy(dtype=np.int64),
        "resprate": decimals(rows["received"] / rows["distributed"], 6),
    }
    counts = {name: rows[name].to_numpy(dtype=np.float64) for name in _ANSWERS}
    enough = counts["yes_definitely"] + counts["yes_some"]
    # People who needed support and could say.
    needed = enough + counts["no"]
    withheld, base = needed < FEWEST_ANSWERS, np.maximum(needed, 1e-9)
    if year < FIRST_YEAR_OF_NEW_SERIES:
        everyone = needed + counts["not_needed"] + counts["unsure"]
        options = {f"q32_{number}": counts[name] for number, name in enumerate(_ANSWERS, 1)} | {"q32_12": enough}
        shares = {
            f"{name}pct": values / (np.maximum(everyone, 1e-9) if name in {"q32_4", "q32_5"} else base)
            for name, values in options.items()
        }
        return {
            "year": year,
            "practice_code": rows["practice_code"],
            "practice_name": names,
            **sent,
            "q32base": decimals(everyone, 6),
            "q32_123base": decimals(needed, 6),
            **{name: _shown(values, withheld) for name, values in (options | shares).items()},
        }
    pcns = rows["practice_code"].map(world.membership_on(f"{year}-02-15"))
    return {
        "year": year,
        "ad_practicecode": rows["practice_code"],
        "ad_practicename": names,
        "ad_pcncode": pcns,
        "ad_pcnname": pcns.map(world.pcns.set_index("pcn_code")["pcn_name"]),
        **sent,
        "healthsupport.baseevalw": decimals(needed, 6),
        "healthsupport_1.pct": _shown(counts["yes_definitely"] / base, withheld),
        "healthsupport_2.pct": _shown(counts["yes_some"] / base, withheld),
        "healthsupport_3.pct": _shown(counts["no"] / base, withheld),
        "healthsupport.pcteval": _shown(enough / base, withheld),
    }


def _shown(values: np.ndarray[Any, Any], withheld: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    texts = decimals(values, 6)
    texts[withheld] = WITHHELD
    return texts

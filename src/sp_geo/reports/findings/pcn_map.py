"""A map of PCNs by one measure: its classes and the letters and looks of what has no number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.build.view import Build, remembered
from sp_geo.reports.findings.measures import PROVISIONS, Measure, measures
from sp_geo.reports.pictures.colours import CLASS_FILLS
from sp_geo.reports.pictures.map_classes import Shown
from sp_geo.statistics.quantiles import fifth_limits

NOT_REPORTED, TRUE_ZERO, NO_VALUE = "n", "z", "x"
STATE_LOOKS: Final = {
    TRUE_ZERO: ("Reported none", "#ffffff", "ooo", "#c25700"),
    NOT_REPORTED: ("Did not report", "#b8b8b8", "////", "#4c6272"),
    NO_VALUE: ("No value", "#e6e0d4", "....", "#6b5f45"),
}
"""Words, fill, hatch and edge of what has no class."""
_EDGE: Final = "#768692"


@dataclass(frozen=True)
class Scale:
    """Classes of a measure over all quarters and all of England, so that a colour means the same on every map.

    Attributes:
        measure: that is classed.
        limits: raw values between the five classes.
        ends: lowest and highest raw value; of provision the lowest above zero.
    """

    measure: Measure
    limits: tuple[float, ...]
    ends: tuple[float, float]

    @property
    def words(self) -> tuple[str, ...]:
        """Ends of the classes from the lowest to the highest value, in the unit shown."""
        item = self.measure
        first = "above 0" if item.name in PROVISIONS else item.words(self.ends[0])
        return (first, *(item.words(limit) for limit in self.limits), item.words(self.ends[1]))


def scale_of(panel: pd.DataFrame, measure: Measure) -> Scale:
    """The scale of a measure.

    Args:
        panel: out_pcn_quarter, all quarters.
        measure: that is to be classed.
    """
    values = panel[measure.name]
    held = values[values > 0] if measure.name in PROVISIONS else values
    limits = fifth_limits(held) or (np.nan,) * 4
    return Scale(measure, limits, (float(held.min()), float(held.max())))


@remembered()
def scale_in(build: Build, name: str) -> Scale:
    """Classes of a measure in a build."""
    return scale_of(build.panel, measures(build.needs)[name])


def with_states(found: pd.Series, rows: pd.DataFrame, measure: str) -> pd.Series:
    """Letters with those of PCNs that have no number put in their place."""
    found = found.mask(rows[measure].isna(), NO_VALUE)
    if measure in PROVISIONS:
        found = found.mask(rows["reporting_status"] == "not_reported", NOT_REPORTED)
    return found


def letters(rows: pd.DataFrame, measure: str, limits: list[float]) -> pd.Series:
    """Class letter of each PCN: 0 to 4, z true zero, n not reported, x no value."""
    places = np.searchsorted(limits, rows[measure].fillna(0.0).to_numpy(), side="right")
    found = with_states(pd.Series(places.astype(str), index=rows.index), rows, measure)
    if measure in PROVISIONS:
        found = found.mask(rows["reporting_status"] == "true_zero", TRUE_ZERO)
    return found


def shown_classes(rows: pd.DataFrame, scale: Scale) -> list[Shown]:
    """Classes of a map in the order of its legend; states only where a PCN is in them."""
    found = letters(rows, scale.measure.name, list(scale.limits))
    ends = scale.words
    shown = [
        Shown(f"{ends[place]} to {ends[place + 1]}", fill, "", _EDGE, (found == str(place)).to_numpy(dtype=bool))
        for place, fill in enumerate(CLASS_FILLS)
    ]
    shown += [
        Shown(words, fill, hatch, edge, (found == letter).to_numpy(dtype=bool))
        for letter, (words, fill, hatch, edge) in STATE_LOOKS.items()
        if (found == letter).any()
    ]
    return shown

"""What a map of PCNs shows: one letter a PCN, from a build and a view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.build.view import Build
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.pcn_map import letters, scale_in, with_states
from sp_geo.web.state import View

CLASSES: Final = 5
THIRDS: Final = 3
NOT_ACTIVE: Final = "-"
SHOWN: Final = ("measure", "second", "pair")
"""What a map can show: the first measure, the second, or both at once."""
PAIRS: Final = "abcdefghi"
"""Letters of two measures in thirds: a is low and low, c low and high, g high and low, i high and high."""


@dataclass(frozen=True)
class MapView:
    """What the map shows.

    Attributes:
        classes: one letter a PCN in the order of the shapes: 0 to 4 (or a to i for two measures), z true zero, n not
            reported, x no value, - not active.
        breaks: ends of the classes, in the unit shown: from the lowest of all to the highest of all for one measure;
            limits of thirds, two for each of two measures.
        counts: PCNs by letter.
    """

    classes: str
    breaks: tuple[str, ...]
    counts: Mapping[str, int]


def pair_letters(rows: pd.DataFrame, first: str, second: str) -> tuple[pd.Series, list[float], list[float]]:
    """Letter of each PCN for two measures in thirds of the rows, and the limits of the thirds.

    A true zero is the lowest third of provision; silence and missing values stay apart.
    """
    limits = [[float(limit) for limit in rows[name].quantile([1 / 3, 2 / 3])] for name in (first, second)]
    places = [
        np.searchsorted(limit, rows[name].fillna(0.0).to_numpy(), side="right")
        for name, limit in zip((first, second), limits, strict=True)
    ]
    found = pd.Series(np.array(list(PAIRS))[places[0] * THIRDS + places[1]], index=rows.index, dtype="object")
    return with_states(with_states(found, rows, second), rows, first), limits[0], limits[1]


def _view(build: Build, rows: pd.DataFrame, found: pd.Series, breaks: tuple[str, ...]) -> MapView:
    by_code = pd.Series(found.to_numpy(), index=rows["pcn_code"])
    return MapView(
        classes="".join(build.footprints["pcn_code"].map(by_code).fillna(NOT_ACTIVE)),
        breaks=breaks,
        counts={str(letter): int(count) for letter, count in found.value_counts().items()},
    )


def map_view(build: Build, quarter: str, area: str, measure: str) -> MapView:
    """The map of one quarter, area and measure."""
    rows = build.rows(quarter, area)
    scale = scale_in(build, measure)
    return _view(build, rows, letters(rows, measure, list(scale.limits)), scale.words)


def pair_view(build: Build, quarter: str, area: str, first: str, second: str) -> MapView:
    """The map of two measures at once."""
    rows = build.rows(quarter, area)
    found, one, two = pair_letters(rows, first, second)
    known = measures(build.needs)
    words = (*(known[first].words(limit) for limit in one), *(known[second].words(limit) for limit in two))
    return _view(build, rows, found, words)


def shown_view(build: Build, show: str, view: View) -> MapView:
    """What one of a page's maps shows.

    Args:
        build: that is asked.
        show: one of ``SHOWN``.
        view: with quarter, area and measure, and with a second measure where it is shown.
    """
    if show == "pair":
        return pair_view(build, view["quarter"], view["area"], view["measure"], view["second"])
    return map_view(build, view["quarter"], view["area"], view[show])

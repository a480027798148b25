"""The map of a plan: footprints of PCNs by what each is given; its letters are made here, on the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from dash import html

from sp_geo.build.view import Build
from sp_geo.reports.pictures.colours import CLASS_FILLS
from sp_geo.web.map.geometry import area_bounds
from sp_geo.web.map.maps import footprints, swatch
from sp_geo.web.state import ENGLAND, View

NOTHING, LEFT_OUT, ABSENT = "0", "n", "-"
_GIVEN: Final = "abcd"
_GREY: Final = "#b8b8b8"
_FILLS: Final = dict(zip(_GIVEN, CLASS_FILLS[1:], strict=True))


@dataclass(frozen=True)
class PlanLetters:
    """What the map shows.

    Attributes:
        classes: one letter a PCN, in the order of the shapes: 0 nothing added, a to d little to much (capitals
            where the PCN's posts are assumed), n left out, - not of this plan.
        limits: upper ends of the classes but the last, in the unit given.
        counts: PCNs by letter.
    """

    classes: str
    limits: tuple[float, ...]
    counts: Mapping[str, int]


def plan_letters(build: Build, rows: pd.DataFrame, amount: str, assumed: str = "") -> PlanLetters:
    """Letters of a plan.

    Args:
        build: whose shapes they are for.
        rows: pcn_code and the amount; NaN where a PCN is left out.
        amount: column.
        assumed: column that says whether the PCN's present posts are assumed; empty for none.
    """
    given = rows.loc[rows[amount] > 0, amount]
    limits = tuple(sorted({float(limit) for limit in given.quantile([0.25, 0.5, 0.75])} - {float(given.max())}))
    if given.empty:
        limits = ()
    places = np.searchsorted(np.array(limits), rows[amount].fillna(0.0).to_numpy(), side="left")
    # The darkest class is always used, however few there are.
    places = places + len(_GIVEN) - 1 - len(limits)
    letters = pd.Series(np.array(list(_GIVEN))[places], index=rows.index, dtype="object")
    if assumed:
        letters = letters.where(~rows[assumed].astype(bool), letters.str.upper())
    letters = letters.mask(rows[amount] == 0, NOTHING).mask(rows[amount].isna(), LEFT_OUT)
    by_code = pd.Series(letters.to_numpy(), index=rows["pcn_code"])
    classes = "".join(build.footprints["pcn_code"].map(by_code).fillna(ABSENT))
    return PlanLetters(classes, limits, {str(key): int(count) for key, count in letters.value_counts().items()})


def plan_map(build: Build, name: str, view: View, letters: PlanLetters, words: str) -> html.Div:
    """The map; a click chooses a PCN.

    Args:
        build: that is asked.
        name: of the map, unique in the application.
        view: with area and pcn.
        letters: what is drawn.
        words: what it shows, for people who do not see it; they are pointed to the table.
    """
    area = view["area"] if view["area"] in area_bounds(build) else ENGLAND
    plain = {"edge": "#ffffff", "weight": 0.6, "dash": None}
    dashed = {"edge": "#4c6272", "weight": 1.6, "dash": "5 4"}
    looks = {
        **{letter: {"fill": fill, **plain} for letter, fill in _FILLS.items()},
        **{letter.upper(): {"fill": fill, **dashed} for letter, fill in _FILLS.items()},
        NOTHING: {"fill": "#ffffff", "edge": "#768692", "weight": 0.6, "dash": None},
        LEFT_OUT: {"fill": _GREY, **dashed},
    }
    hideout = {"classes": letters.classes, "looks": looks, "chosen": view["pcn"]}
    # A new area is a new map, which opens on it; a new plan of the same area only changes the colours.
    drawn = footprints(build, f"plan-map-{name}-{area}", f"plan-footprints-{name}-{area}", area, hideout)
    label = f"{words} The table on this page holds the same PCNs and values."
    return html.Div([drawn], role="region", **{"aria-label": label})


def plan_legend(
    letters: PlanLetters,
    rows: pd.DataFrame,
    amount: str,
    title: str,
    form: str,
    nothing: str = "Nothing added",
    absent: str = "Left out, did not report",
) -> html.Div:
    """Classes with their limits and counts, then PCNs that get nothing, are assumed, or are left out.

    Args:
        letters: what is drawn.
        rows: as of the map.
        amount: column.
        title: what the numbers are.
        form: of a number, such as ``{:g}``.
        nothing: what is said of PCNs that get none.
        absent: what is said of PCNs without an amount.
    """
    given = rows.loc[rows[amount] > 0, amount]
    items = []
    used = _GIVEN[len(_GIVEN) - 1 - len(letters.limits) :]
    ends = [*letters.limits, float(given.max())] if len(given) else []
    for place, end in enumerate(ends):
        part = given[(given <= end) & (given > (letters.limits[place - 1] if place else 0.0))]
        low, high = form.format(part.min()), form.format(part.max())
        items.append(swatch("", _FILLS[used[place]], low if low == high else f"{low} to {high}", len(part)))
    items.append(swatch("", "#ffffff", nothing, letters.counts.get(NOTHING, 0)))
    assumed = sum(letters.counts.get(letter, 0) for letter in _GIVEN.upper())
    if assumed:
        items.append(swatch("state-n", "#ffffff", "Added, present posts assumed: dashed edge", assumed))
    if letters.counts.get(LEFT_OUT, 0):
        items.append(swatch("state-n", _GREY, absent, letters.counts[LEFT_OUT]))
    return html.Div([html.P(title, className="legend-title"), html.Ul(items, className="legend")])

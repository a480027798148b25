"""Classes of a map: five of the number, and one for each reason why there is no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.reports.pictures.colours import CLASS_EDGE, CLASS_FILLS, MARKS, ZERO, Look
from sp_geo.reports.sheet import MISSING, Column, Sheet, marks
from sp_geo.statistics.quantiles import fifth_limits


@dataclass(frozen=True, eq=False)
class Shown:
    """One class of a map, as its legend names it.

    Attributes:
        label: for people, with unit or reason, without its count.
        fill: colour of the area.
        hatch: as matplotlib writes it; empty for none.
        edge: colour of the hatch and of the edge.
        rows: those in the class: a mask over all rows, or their positions.
    """

    label: str
    fill: str
    hatch: str
    edge: str
    rows: npt.NDArray[np.bool_] | npt.NDArray[np.int_]

    @property
    def positions(self) -> npt.NDArray[np.int_]:
        """Positions of its rows."""
        rows = np.asarray(self.rows)
        return np.flatnonzero(rows) if rows.dtype == bool else rows.astype(int)


@dataclass(frozen=True, eq=False)
class Classed:
    """A column cut into classes.

    Attributes:
        column: that was cut.
        limits: raw values at which one class ends and the next begins, rising.
        labels: of the classes, one more than limits; none if no row has a number other than a zero of its own.
        has_zero: whether zero is a class of its own.
        states: shorthands that stand in cells, in the order of the legend.
        shown: the classes: numbers from low to high, zero, states.
    """

    column: Column
    limits: tuple[float, ...]
    labels: tuple[str, ...]
    has_zero: bool
    states: tuple[str, ...]
    shown: tuple[Shown, ...]


def column_of(sheet: Sheet) -> Column:
    """The column by which a map of the sheet is coloured.

    Raises:
        UsageError: the sheet names none, or one that holds no numbers.
    """
    found = [column for column in sheet.columns if column.name == sheet.colour and column.is_number]
    if not found:
        raise UsageError("the table does not say which number a map of it shows", found=sheet.colour or "nothing")
    return found[0]


def classed(sheet: Sheet, limits: Sequence[float] | None = None) -> Classed:
    """Classes of the sheet's coloured column.

    Zero is a class of its own where it is the lowest value that can be, as it is for posts and shares.

    Args:
        sheet: with a colour.
        limits: raw values between the classes, at most four; fifths of the rows other than zero if None.

    Raises:
        UsageError: the sheet has no number to colour by.
    """
    column = column_of(sheet)
    why = marks(column, sheet.rows).to_numpy()
    values = sheet.rows[column.name].to_numpy(dtype=float, na_value=np.nan)
    held = why == ""
    zero = held & (values == 0) & bool(np.all(values[held] >= 0))
    counted = held & ~zero
    if limits is None:
        limits = fifth_limits(pd.Series(values[counted]))
    ends = tuple(sorted(set(limits)))
    place = np.searchsorted(ends, np.where(counted, values, 0.0), side="right")
    labels = _labels(column, ends, above_zero=bool(zero.any())) if counted.any() else ()
    fills = fills_of(len(labels))
    shown = [
        Shown(label, fills[number], "", CLASS_EDGE, counted & (place == number)) for number, label in enumerate(labels)
    ]
    if zero.any():
        shown.append(_state(ZERO, zero))
    states = tuple(sorted(set(why[~held]), key=lambda mark: (list(MARKS).index(mark) if mark in MARKS else 9, mark)))
    shown += [_state(look_of(mark), why == mark) for mark in states]
    return Classed(column, ends, labels, bool(zero.any()), states, tuple(shown))


def fills_of(count: int) -> tuple[str, ...]:
    """Colours of so many classes, spread over the palette."""
    if count == 1:
        return (CLASS_FILLS[len(CLASS_FILLS) // 2],)
    places = np.linspace(0, len(CLASS_FILLS) - 1, count).round().astype(int)
    return tuple(CLASS_FILLS[place] for place in places)


def look_of(mark: str) -> Look:
    """How cells with a shorthand are drawn; one that is not known is drawn as not available, with its own words."""
    look = MARKS.get(mark, MARKS[MISSING])
    words = look.label if mark in MARKS else mark
    return Look(f"{words} {mark}" if mark in MARKS else words, look.fill, look.hatch, look.pattern, look.edge)


def _state(look: Look, rows: npt.NDArray[np.bool_]) -> Shown:
    return Shown(look.label, look.fill, look.hatch, look.edge, rows)


def _labels(column: Column, limits: Sequence[float], *, above_zero: bool) -> tuple[str, ...]:
    words = [f"{limit * column.scale:,.{column.digits}f}" for limit in limits]
    if not words:
        return ("Above 0" if above_zero else "All values",)
    between = [f"{low} to under {high}" for low, high in pairwise(words)]
    first = f"Above 0, under {words[0]}" if above_zero else f"Under {words[0]}"
    return (first, *between, f"{words[-1]} and over")

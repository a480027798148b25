"""England, a region, an ICB or a PCN: its code, its name, and its rows of a table; the one filter by area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.build.icb_sets import OnSet
from sp_geo.core.suggest import no_such

ENGLAND: Final = "England"
ENGLAND_CODE: Final = "E92000001"
"""Of the ONS; ICBs, regions and PCNs carry the codes of ODS, as in the panel."""
LEVELS: Final = ("region", "icb")
"""Kinds of area that PCNs lie in, as in the names of the panel's columns."""


@dataclass(frozen=True)
class Area:
    """Where rows lie.

    Attributes:
        code: of the ODS for a region, ICB or PCN; of the ONS for England.
        name: as it is said, such as ``Kent and Medway``.
        column: of a table that holds the code; empty for England.
    """

    code: str
    name: str
    column: str = ""

    @property
    def is_england(self) -> bool:
        """Whether it is all of England."""
        return not self.column

    def rows(self, frame: pd.DataFrame, on: OnSet | None = None) -> pd.DataFrame:
        """Rows that lie in the area, in their order; the frame itself for England.

        Args:
            frame: with the column of the area; with quarter and pcn_code too if ``on`` is given.
            on: ICBs that the area is of, if not those that stand in the rows. The rows keep their own ICBs and regions,
                by which errors are clustered and silent PCNs weighted.
        """
        if self.is_england:
            return frame
        placed = frame if on is None else on.shown(frame)
        rows: pd.DataFrame = frame[placed[self.column] == self.code]
        return rows


ALL_OF_ENGLAND: Final = Area(ENGLAND_CODE, ENGLAND)


def area_code(text: str) -> str:
    """An area's code as it is stored, whatever its case."""
    return text.strip().upper()


def short_name(name: str) -> str:
    """An ICB's name without the words that all ICBs have."""
    return name.replace("NHS ", "").replace(" Integrated Care Board", "")


def area_names(frame: pd.DataFrame) -> dict[str, str]:
    """ICB code to name, without the words that all have, in the order of the names."""
    pairs = frame[["icb_code", "icb_name"]].dropna().drop_duplicates("icb_code")
    short = pairs["icb_name"].map(short_name)
    return dict(sorted(zip(pairs["icb_code"], short, strict=True), key=lambda pair: str(pair[1])))


def find_area(frame: pd.DataFrame, text: str, on: OnSet | None = None, levels: Sequence[str] = LEVELS) -> Area:
    """The area of a code; England if the code is empty.

    Args:
        frame: rows with the codes of the levels, and their names where they are known.
        text: code in any case; or ``England`` or its code.
        on: ICBs that the code is of; those that stand in the rows if None.
        levels: kinds of area that the code may be of.

    Raises:
        UsageError: no row lies in an area of that code; the line names the nearest code.
    """
    code = area_code(text)
    if code in {"", ENGLAND.upper(), ENGLAND_CODE}:
        return ALL_OF_ENGLAND
    if on is not None:
        on.refuse_other(frame, code)
    placed = frame if on is None else on.shown(frame)
    found: dict[str, Area] = {}
    for level in levels:
        column, name = f"{level}_code", f"{level}_name"
        named = placed[[column, name]].dropna().drop_duplicates(column) if name in placed else pd.DataFrame()
        names = {str(key): str(word) for key, word in named.itertuples(index=False)}
        for key in placed[column].dropna().unique():
            word = names.get(str(key), "")
            found[str(key)] = Area(str(key), short_name(word) if level == "icb" else word, column)
    if code not in found:
        what = "area" if on is None else f"area among the {on.words}"
        raise no_such(what, text, {known: found[known].name for known in sorted(found)})
    return found[code]


def in_area(frame: pd.DataFrame, text: str, on: OnSet | None = None, levels: Sequence[str] = LEVELS) -> pd.DataFrame:
    """Rows that lie in the area of a code: :func:`find_area`, then :meth:`Area.rows`.

    Raises:
        UsageError: no row lies in an area of that code.
    """
    return find_area(frame, text, on, levels).rows(frame, on)

"""England, a region or a board: its code, its name, and its rows of the panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.questions.panel import choose

ENGLAND: Final = "England"
ENGLAND_CODE: Final = "E92000001"
"""Of the ONS; boards and regions carry the codes of ODS, as in the panel."""


@dataclass(frozen=True)
class Area:
    """What a pack is about.

    Attributes:
        code: of the ODS for a board or region; of the ONS for England.
        name: as it is said, such as ``Kent and Medway``.
        column: of the panel that holds the code; empty for England.
    """

    code: str
    name: str
    column: str = ""

    @property
    def is_england(self) -> bool:
        """Whether it is all of England."""
        return not self.column


ALL_OF_ENGLAND: Final = Area(ENGLAND_CODE, ENGLAND)


def area_names(panel: pd.DataFrame) -> dict[str, str]:
    """ICB code to name, without the words that all have, in the order of the names."""
    pairs = panel[["icb_code", "icb_name"]].dropna().drop_duplicates("icb_code")
    short = pairs["icb_name"].map(short_name)
    return dict(sorted(zip(pairs["icb_code"], short, strict=True), key=lambda pair: str(pair[1])))


def short_name(name: str) -> str:
    """A board's name without the words that all boards have."""
    return name.replace("NHS ", "").replace(" Integrated Care Board", "")


def find_area(panel: pd.DataFrame, text: str) -> Area:
    """The area of a code; England if the code is empty.

    Args:
        panel: out_pcn_quarter.
        text: ODS code of an ICB or region, in any case; or ``England`` or its code.

    Raises:
        UsageError: no network lies in an area of that code, in any quarter; the line names the nearest code.
    """
    if text.strip().upper() in {"", ENGLAND.upper(), ENGLAND_CODE}:
        return ALL_OF_ENGLAND
    boards = area_names(panel)
    pairs = panel[["region_code", "region_name"]].dropna().drop_duplicates("region_code")
    regions = dict(zip(pairs["region_code"], pairs["region_name"], strict=True))
    names = {**{str(code): str(name) for code, name in regions.items()}, **boards}
    typed = text.strip().upper()
    code = choose("area", typed if typed in names else text.strip(), sorted(names), names)
    return Area(code, names[code], "icb_code" if code in boards else "region_code")


def rows_in(rows: pd.DataFrame, area: Area) -> pd.DataFrame:
    """Rows of the panel that lie in the area."""
    return rows if area.is_england else rows[rows[area.column] == area.code]

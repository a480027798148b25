"""Colours and second marks of pictures and map layers: nothing is told by colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INK: Final = "#212b32"
SOFT: Final = "#4c6272"
GRID: Final = "#d8dde0"
ACCENT: Final = "#005eb8"
WARNING: Final = "#a32a1d"
CLASS_FILLS: Final = ("#dceaf7", "#a9cbe8", "#6aa5d8", "#2b74b8", "#08306b")
"""Low to high; lightness falls evenly, so that the order survives without colour."""
CLASS_EDGE: Final = "#5b7183"


@dataclass(frozen=True)
class Look:
    """How a state that has no number is drawn.

    Attributes:
        label: for people.
        fill: under the hatch.
        hatch: as matplotlib writes it; empty for none.
        pattern: the same hatch as Qt calls it.
        edge: of the shape and the hatch.
    """

    label: str
    fill: str
    hatch: str
    pattern: str
    edge: str


ZERO: Final = Look("Zero", "#ffffff", "...", "dense6", "#b8560b")
MARKS: Final = {
    "[x]": Look("Not available", "#e3e3e3", "////", "b_diagonal", "#6b6b6b"),
    "[c]": Look("Withheld: small count", "#f3e3ee", "xxxx", "diagonal_x", "#7a2a8c"),
    "[u]": Look("Low reliability, not shown", "#f1ecd8", "----", "horizontal", "#7a5c00"),
    "[z]": Look("Not applicable", "#f7f7f7", "\\\\\\\\", "f_diagonal", "#9aa5ab"),
}
"""By the shorthand that stands in the cell."""
SERIES: Final = (
    ("#005eb8", "o", "-"),
    ("#b8560b", "s", "--"),
    ("#5b7f00", "D", "-."),
    ("#7a2a8c", "^", ":"),
)
"""Colour, sign and line of up to four series."""

"""Colours that keep apart for all kinds of colour vision, each with a second mark beside it."""

from __future__ import annotations

from typing import Final

from sp_geo.reports.findings.pcn_map import NO_VALUE, NOT_REPORTED, STATE_LOOKS, TRUE_ZERO
from sp_geo.statistics.conclusions.labels import NON_RESPONSE_WORDS

_EDGES: Final = {
    TRUE_ZERO: "white with a thick orange edge",
    NOT_REPORTED: "grey with a dashed edge",
    NO_VALUE: "sand with a dotted edge",
}
STATES: Final = {letter: (words, fill, _EDGES[letter]) for letter, (words, fill, _, _) in STATE_LOOKS.items()}
NON_RESPONSES: Final = {
    "reporters": (NON_RESPONSE_WORDS["reporters"], "#005eb8", "circle"),
    "absent_as_zero": (NON_RESPONSE_WORDS["absent_as_zero"], "#b8560b", "square"),
    "balanced": (NON_RESPONSE_WORDS["balanced"], "#5b7f00", "diamond"),
    "reweighted": (NON_RESPONSE_WORDS["reweighted"], "#7a2a8c", "triangle-up"),
}
TEXT: Final = "#212b32"
GRID: Final = "#d8dde0"
FONT: Final = "Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
PAIR_FILLS: Final = (
    "#e8e8e8", "#b5c0da", "#6c83b5",
    "#dfb0c2", "#a99bb8", "#5b6c9e",
    "#c85a8a", "#8e4f86", "#3b2c6b",
)  # fmt: skip
"""Two measures in thirds: rows of the first from low to high, and in each the second from low to high."""

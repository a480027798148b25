"""Colours that keep apart for all kinds of colour vision, each with a second mark beside it."""

from __future__ import annotations

from typing import Final

from sp_geo.dashboard.views import NO_VALUE, NOT_REPORTED, TRUE_ZERO

CLASS_FILLS: Final = ("#dceaf7", "#a9cbe8", "#6aa5d8", "#2b74b8", "#08306b")
"""Low to high; lightness falls evenly, so the order survives without colour."""

STATES: Final = {
    TRUE_ZERO: ("Reported none", "#ffffff", "white with a thick orange edge"),
    NOT_REPORTED: ("Did not report", "#b8b8b8", "grey with a dashed edge"),
    NO_VALUE: ("No value", "#e6e0d4", "sand with a dotted edge"),
}
TREATMENTS: Final = {
    "reporters": ("Reporters only", "#005eb8", "circle"),
    "absent_as_zero": ("Absent as zero", "#b8560b", "square"),
    "balanced": ("Balanced panel", "#5b7f00", "diamond"),
    "reweighted": ("Reweighted to all PCNs", "#7a2a8c", "triangle-up"),
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

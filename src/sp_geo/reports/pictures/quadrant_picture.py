"""A picture of need against provision: all of England pale, the area's own marked, the limits drawn, some named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.reports.pictures.colours import ACCENT, GRID, INK, WARNING, ZERO
from sp_geo.reports.pictures.pictures import Caption, frame_in, layout, plain

_WIDTH, _HEIGHT = 10.0, 5.9
_MOST_NAMED: Final = 10
_LONGEST: Final = 26


@dataclass(frozen=True)
class Axes:
    """What the axes say.

    Attributes:
        x: words of need, with its unit.
        y: words of provision, with its unit.
        limits: of high need and of little provision, in the units shown; NaN for none.
        area: what the marked points are; empty if all of England is.
    """

    x: str
    y: str
    limits: tuple[float, float]
    area: str


def quadrant_picture(points: pd.DataFrame, words: Axes, caption: Caption) -> Any:
    """Need against provision.

    Args:
        points: x and y in the units shown, is_here, is_short and name; rows that lack x or y are counted, not drawn.
        words: of the axes.
        caption: burnt in.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: no pair of the area is complete.
    """
    from matplotlib.figure import Figure

    held = points.dropna(subset=["x", "y"])
    here = held[held["is_here"]]
    if here.empty:
        raise UsageError("no pair of values is complete, so there is nothing to draw")
    figure = Figure(figsize=(_WIDTH, _HEIGHT), layout=layout(), facecolor="#ffffff")
    axes = figure.add_subplot()
    rest = held[~held["is_here"]]
    if len(rest):
        label = f"Other PCNs of England ({len(rest):,})"
        axes.scatter(rest["x"], rest["y"], s=12, color="#c8d1d6", linewidths=0, label=label, zorder=1)
    _marked(axes, here)
    need, rate = words.limits
    line: dict[str, Any] = {"color": WARNING, "linewidth": 0.9, "linestyle": (0, (4, 3)), "zorder": 2}
    if np.isfinite(need):
        axes.axvline(need, label="Limits of high need and of little provision", **line)
    if np.isfinite(rate):
        axes.axhline(rate, **line)
    lost = int((points["is_here"] & points[["x", "y"]].isna().any(axis=1)).sum())
    left = f"; {lost:,} not drawn, a value is missing" if lost else ""
    whose = f"{words.area}: " if words.area else ""
    axes.set_xlabel(plain(f"{words.x}\n{whose}n = {len(here):,}{left}"), color=INK, fontsize=9)
    axes.set_ylabel(plain(words.y), color=INK, fontsize=9)
    highest = float(held["y"].max())
    axes.set_ylim(-0.02 * (highest or 1.0), highest * 1.05 or 1.0)
    style = {"frameon": False, "fontsize": 8.5, "labelcolor": INK, "borderaxespad": 0.2, "handletextpad": 0.5}
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=3, **style)
    axes.grid(color=GRID, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=8, length=0)
    for spine in ("top", "right", "left"):
        axes.spines[spine].set_visible(False)
    frame_in(figure, caption)
    return figure


def _marked(axes: Any, here: pd.DataFrame) -> None:
    """The area's PCNs: those of high need and little provision apart, by sign and colour, and named."""
    from matplotlib.patheffects import withStroke

    short, other = here[here["is_short"]], here[~here["is_short"]]
    if len(other):
        axes.scatter(
            other["x"], other["y"], s=30, color=ACCENT, edgecolor="#ffffff", linewidths=0.5, zorder=3,
            label=f"{'Other PCNs' if len(short) else 'PCNs'} of the area ({len(other):,})",
        )  # fmt: skip
    if len(short):
        label = f"High need, little provision ({len(short):,})"
        edge = {"edgecolor": WARNING, "facecolor": "#ffffff", "linewidths": 1.6}
        axes.scatter(short["x"], short["y"], s=46, marker="D", zorder=4, label=label, **edge)
    zero = int((here["y"] == 0).sum())
    if zero:
        axes.axhline(0, color=ZERO.edge, linewidth=0.9, zorder=1, label=f"Reported none: on the line at 0 ({zero:,})")
    # No name stands over another: the one of greatest need is named first.
    low, high = axes.get_ylim()
    height = (high - low) * 0.05
    taken: list[tuple[float, float]] = []
    right = float(axes.get_xlim()[0]) + 0.8 * float(np.ptp(axes.get_xlim()))
    wide = float(np.ptp(axes.get_xlim())) * 0.22
    for row in short.sort_values("x", ascending=False).head(_MOST_NAMED).to_dict("records"):
        place = (float(row["x"]), float(row["y"]))
        if any(abs(place[0] - x) < wide and abs(place[1] - y) < height for x, y in taken):
            continue
        taken.append(place)
        name = str(row["name"])
        said = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
        side, shift = ("right", -5) if place[0] > right else ("left", 5)
        offset = {"xytext": (shift, 7), "textcoords": "offset points", "ha": side, "fontsize": 8, "color": INK}
        text = axes.annotate(plain(said), place, zorder=5, **offset)
        text.set_path_effects([withStroke(linewidth=3, foreground="#ffffff")])

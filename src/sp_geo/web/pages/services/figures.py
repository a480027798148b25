"""Charts of services: what they offer near people, what they can take, how long people wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from sp_geo.web.figures.lines import dress, wrapped
from sp_geo.web.figures.mark import put_mark
from sp_geo.web.figures.palette import GRID

NEAR: Final = {
    "with_pct": ("Near", "#005eb8", "", "#ffffff"),
    "perhaps_pct": ("One that does not say", "#f1ecd8", "-", "#7a5c00"),
    "without_pct": ("None near", "#c9562e", "x", "#ffffff"),
    "not_recorded_pct": ("Not recorded", "#ffffff", "/", "#4c6272"),
}
"""Words, fill, pattern and ink of the four shares; each has a pattern of its own, so that colour is not needed."""
CAPACITY: Final = {
    "open": ("#005eb8", "", "#ffffff"),
    "full": ("#c9562e", "x", "#ffffff"),
    "closed": ("#8a3a1d", "\\", "#ffffff"),
    "wait_too_long": ("#e8b49b", ".", "#6d1f06"),
    "not_said": ("#ffffff", "/", "#4c6272"),
    "stale": ("#e6e0d4", "-", "#6b5f45"),
}
_EDGE: Final = "#425563"
_ROW: Final = 40
_FRAME: Final = 130
_LABEL: Final = 18
"""Characters of a line of a bar's name, so that the bars keep room on a phone."""


def _bars(names: list[str], values: list[Any], words: str, look: tuple[str, str, str], said: str) -> go.Bar:
    fill, pattern, ink = look
    return go.Bar(
        y=names,
        x=values,
        orientation="h",
        name=words,
        marker={
            "color": fill,
            "line": {"color": _EDGE, "width": 1},
            "pattern": {"shape": pattern, "fgcolor": ink, "size": 6, "solidity": 0.3, "fillmode": "overlay"},
        },
        hovertemplate=f"%{{y}}<br>{words}: {said}<extra></extra>",
    )


def _across(figure: go.Figure, rows: int, title: str, mark: str) -> None:
    dress(figure, _FRAME + _ROW * rows)
    figure.update_layout(barmode="stack", bargap=0.35, margin={"l": 8, "r": 24, "t": 76, "b": 56})
    figure.update_layout(legend={"traceorder": "normal"})
    figure.update_yaxes(
        autorange="reversed", automargin=True, ticks="", gridcolor="rgba(0,0,0,0)", tickfont={"size": 12}
    )
    figure.update_xaxes(title_text=title, gridcolor=GRID, zeroline=False, nticks=5, tickangle=0)
    put_mark(figure, mark)


def attribute_figure(rows: pd.DataFrame, mark: str) -> go.Figure:
    """Shares of people by whether a service that offers something is near, stacked to 100 %.

    Args:
        rows: what, with_pct, perhaps_pct, without_pct, not_recorded_pct.
        mark: ``SYNTHETIC`` or empty.
    """
    names = [wrapped(words, _LABEL) for words in rows["what"]]
    figure = go.Figure(
        [
            _bars(names, rows[column].round(1).tolist(), words, (fill, pattern, ink), "%{x:.1f} % of people")
            for column, (words, fill, pattern, ink) in NEAR.items()
        ]
    )
    _across(figure, len(names), "% of people", mark)
    figure.update_xaxes(range=[0, 100])
    return figure


def capacity_figure(rows: pd.DataFrame, words: Mapping[str, str], mark: str) -> go.Figure:
    """Services of each category by what they can take.

    Args:
        rows: category, and one column of counts a state.
        words: of the states, by column.
        mark: ``SYNTHETIC`` or empty.
    """
    names = [wrapped(words, _LABEL) for words in rows["category"]]
    figure = go.Figure(
        [_bars(names, rows[state].tolist(), words[state], CAPACITY[state], "%{x:,} services") for state in words]
    )
    _across(figure, len(names), "Services", mark)
    return figure


def wait_figure(rows: pd.DataFrame, hold_weeks: float, mark: str) -> go.Figure:
    """Services by how long people wait, with the longest that link workers can hold somebody.

    Args:
        rows: band, from_week, services; bands of equal width, the last open; rows without a week are left to the words.
        hold_weeks: the hold.
        mark: ``SYNTHETIC`` or empty.
    """
    held = rows.dropna(subset=["from_week"])
    width = float(held["from_week"].diff().median())
    late = held["from_week"] >= hold_weeks
    figure = go.Figure()
    for chosen, words, look in ((~late, "Within the hold", CAPACITY["open"]), (late, "Longer", CAPACITY["full"])):
        part = held[chosen]
        figure.add_trace(
            go.Bar(
                x=(part["from_week"] + width / 2).tolist(),
                y=part["services"].tolist(),
                width=width * 0.92,
                name=words,
                customdata=part[["band"]].to_numpy().tolist(),
                marker={
                    "color": look[0],
                    "line": {"color": _EDGE, "width": 1},
                    "pattern": {
                        "shape": look[1],
                        "fgcolor": look[2],
                        "size": 6,
                        "solidity": 0.3,
                        "fillmode": "overlay",
                    },
                },
                hovertemplate="%{customdata[0]}: %{y:,} services<extra></extra>",
            )
        )
    dress(figure, 360)
    figure.add_vline(x=hold_weeks, line={"color": "#212b32", "width": 2, "dash": "dash"})
    ticks = held["from_week"].tolist()
    figure.update_xaxes(title_text="Weeks", tickvals=ticks, ticktext=[f"{week:g}" for week in ticks], showgrid=False)
    figure.update_yaxes(title_text="Services", rangemode="tozero")
    put_mark(figure, mark)
    return figure

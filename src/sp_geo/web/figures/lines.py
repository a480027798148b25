"""What charts share: an axis of quarters with gaps, coverage underneath, titles that fit a phone, one look."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from sp_geo.web.figures.palette import FONT, GRID, TEXT

BAR = "#768692"
_LABELS = 8
"""Names of quarters that stand beside each other on a phone."""
_LINE = 26
"""Characters of a title that fit across a chart of 320 pixels."""

UP = 40
"""Characters of a title that fit beside a chart, where it is written upwards."""


def wrapped(words: str, width: int = _LINE) -> str:
    """A title in lines that fit a narrow chart; lines that it has already stay apart."""
    return "<br>".join(line for part in words.split("<br>") for line in textwrap.wrap(part, width))


def ticks_of(quarters: Sequence[str]) -> list[int]:
    """Places of the quarters that are named: all of a few, else the first of each year, or of every so many years."""
    if len(quarters) <= _LABELS:
        return list(range(len(quarters)))
    first = [at for at, quarter in enumerate(quarters) if quarter.endswith("Q1")]
    return first[:: -(-len(first) // _LABELS)]


def coverage_bars(figure: go.Figure, coverage: pd.Series, row: int) -> None:
    """Bars of the share of PCNs that reported.

    Args:
        figure: with subplots.
        coverage: percent, one value a quarter shown, in order; missing where there is no release.
        row: of the subplot.
    """
    figure.add_trace(
        go.Bar(
            x=list(range(len(coverage))),
            y=[None if pd.isna(value) else round(float(value), 1) for value in coverage],
            customdata=[[name] for name in coverage.index],
            marker={"color": BAR},
            name="Coverage",
            showlegend=False,
            hovertemplate="%{customdata[0]}: %{y:.1f} % of active PCNs reported<extra></extra>",
        ),
        row=row,
        col=1,
    )
    figure.update_yaxes(title_text="Coverage, %", range=[0, 100], tickvals=[0, 50, 100], row=row, col=1)


def quarter_axis(figure: go.Figure, quarters: list[str]) -> None:
    """The horizontal axis: every quarter has its place, some have their name."""
    ticks = ticks_of(quarters)
    figure.update_xaxes(
        tickvals=ticks,
        ticktext=[quarters[at] for at in ticks],
        range=[-0.6, len(quarters) - 0.4],
        showgrid=False,
        zeroline=False,
        tickangle=-45,
    )


def dress(figure: go.Figure, height: int) -> None:
    """The look of all charts.

    Args:
        figure: to dress.
        height: pixels.
    """
    small = {"size": 13, "family": FONT, "color": TEXT}
    figure.update_xaxes(title={"font": small, "standoff": 6})
    # Wide figures of a short axis would lie under its title if the margin could not grow.
    figure.update_yaxes(gridcolor=GRID, zeroline=False, automargin=True, title={"font": small, "standoff": 8})
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 60, "r": 12, "t": 44, "b": 62},
        font={"family": FONT, "size": 13, "color": TEXT},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="#ffffff",
        hoverlabel={"font": {"family": FONT}},
    )

"""The mark of invented data on a chart: on a line of its own below everything, so that it never covers anything."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

ROOM: Final = 24
"""Pixels that the line of the mark takes."""
RED: Final = "#a32a1d"


def put_mark(figure: go.Figure, mark: str) -> None:
    """Make room below a figure and write the mark into its lower right corner; nothing without a mark.

    To be called last: it adds to the height and to the margin below, and the plot keeps its size.

    Args:
        figure: with its height and margins set.
        mark: ``SYNTHETIC`` or empty.
    """
    if not mark:
        return
    below = figure.layout.margin.b + ROOM
    figure.update_layout(height=figure.layout.height + ROOM, margin_b=below)
    figure.add_annotation(
        text=mark,
        xref="paper",
        yref="paper",
        x=1.0,
        y=0.0,
        xanchor="right",
        yanchor="bottom",
        yshift=-below,
        showarrow=False,
        font={"size": 15, "color": RED},
    )

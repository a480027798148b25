"""What charts over quarters share: an axis of quarters with gaps, coverage underneath, one look, one mark."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from sp_geo.dashboard.figures.palette import FONT, GRID, TEXT

BAR = "#768692"
_LABELS = 13
_RED = "#a32a1d"


def coverage_bars(figure: go.Figure, coverage: pd.Series, row: int) -> None:
    """Bars of the share of networks that reported.

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
            hovertemplate="%{customdata[0]}: %{y:.1f} % of active networks reported<extra></extra>",
        ),
        row=row,
        col=1,
    )
    figure.update_yaxes(title_text="Coverage, %", range=[0, 100], tickvals=[0, 50, 100], row=row, col=1)


def quarter_axis(figure: go.Figure, quarters: list[str]) -> None:
    """The horizontal axis: every quarter has its place, some have their name."""
    every = max(1, round(len(quarters) / _LABELS))
    figure.update_xaxes(
        tickvals=list(range(0, len(quarters), every)),
        ticktext=quarters[::every],
        range=[-0.6, len(quarters) - 0.4],
        showgrid=False,
        zeroline=False,
        tickangle=-45,
    )


def dress(figure: go.Figure, height: int, mark: str) -> None:
    """The look of all charts, and the mark of invented data.

    Args:
        figure: to dress.
        height: pixels.
        mark: ``SYNTHETIC`` or empty.
    """
    figure.update_yaxes(gridcolor=GRID, zeroline=False)
    figure.update_layout(
        template="none",
        height=height,
        margin={"l": 74, "r": 12, "t": 44, "b": 62},
        font={"family": FONT, "size": 13, "color": TEXT},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="#ffffff",
        hoverlabel={"font": {"family": FONT}},
    )
    if mark:
        figure.add_annotation(
            text=mark, xref="paper", yref="paper", x=0.99, y=0.99, showarrow=False, font={"size": 16, "color": _RED}
        )

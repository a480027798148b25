"""A measure of inequality by quarter with its interval, over the coverage of the quarter."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sp_geo.web.figures.lines import UP, coverage_bars, dress, quarter_axis, wrapped
from sp_geo.web.figures.mark import put_mark
from sp_geo.web.figures.palette import TEXT

_COLOUR = "#005eb8"


def inequality_figure(
    rows: pd.DataFrame,
    quarters: list[str],
    label: str,
    equal: float | None,
    ends: tuple[str, str],
    digits: int,
    mark: str,
) -> go.Figure:
    """Points with 95 % intervals above, share of PCNs that reported below.

    Args:
        rows: of one measure and treatment: quarter, estimate, ci_low, ci_high, n_pcns, coverage_pct.
        quarters: all quarters shown, in order; one without an estimate is a gap.
        label: of the vertical axis.
        equal: value at which nobody is favoured; a line is drawn there.
        ends: what lies above that line, and what below.
        digits: after the point.
        mark: ``SYNTHETIC`` or empty.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.06)
    held = rows.set_index("quarter").reindex(quarters)
    estimate = held["estimate"]
    figure.add_trace(
        go.Scatter(
            x=list(range(len(quarters))),
            y=_plain(estimate, digits),
            error_y={
                "array": _plain(held["ci_high"] - estimate, digits),
                "arrayminus": _plain(estimate - held["ci_low"], digits),
                "thickness": 1.6,
                "width": 3,
            },
            mode="lines+markers",
            connectgaps=False,
            line={"color": _COLOUR, "width": 1},
            marker={"size": 7, "color": _COLOUR},
            customdata=list(zip(quarters, held["n_pcns"].fillna(0).astype(int), strict=True)),
            hovertemplate="%{customdata[0]}<br>%{y}, n = %{customdata[1]}<extra></extra>",
            showlegend=False,
        ),
        row=1,
        col=1,
    )
    coverage_bars(figure, held["coverage_pct"], 2)
    quarter_axis(figure, quarters)
    dress(figure, 460)
    figure.update_layout(margin={"t": 12})
    figure.update_yaxes(title_text=wrapped(label, UP), row=1, col=1)
    if equal is not None:
        # The line of equality, always within the picture, with what lies on either side of it.
        figure.add_hline(y=equal, line={"color": TEXT, "width": 1}, row=1, col=1)
        low, high = min(equal, float(rows["ci_low"].min())), max(equal, float(rows["ci_high"].max()))
        if low < high:
            room = 0.18 * (high - low)
            figure.update_yaxes(range=[low - room, high + room], row=1, col=1)
        for words, place, anchor in ((f"↑ {ends[0]}", 1.0, "top"), (f"↓ {ends[1]}", 0.0, "bottom")):
            figure.add_annotation(
                # So many characters fit within the picture on a phone.
                text=wrapped(words, 20),
                align="left",
                xref="x domain",
                yref="y domain",
                x=0.005,
                y=place,
                xanchor="left",
                yanchor=anchor,
                showarrow=False,
                bgcolor="rgba(255,255,255,0.85)",
                font={"size": 12, "color": "#4c6272"},
            )
    put_mark(figure, mark)
    return figure


def _plain(values: pd.Series, digits: int) -> list[float | None]:
    return [None if pd.isna(value) else round(float(value), digits + 1) for value in values]

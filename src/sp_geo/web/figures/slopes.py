"""The slope by quarter under each treatment, with its interval, over the coverage of the quarter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sp_geo.web.figures.lines import dress, quarter_axis
from sp_geo.web.figures.mark import put_mark
from sp_geo.web.figures.palette import NON_RESPONSES, TEXT

_SPREAD = 0.17


def slope_figure(slopes: pd.DataFrame, quarters: list[str], unit: str, mark: str) -> go.Figure:
    """Slopes with 95 % intervals above, share of PCNs that reported below.

    Args:
        slopes: rows of out_quarter_slope for one need.
        quarters: all quarters shown, in order.
        unit: of the step, such as ``10 points``.
        mark: ``SYNTHETIC`` or empty.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.06)
    place = {quarter: position for position, quarter in enumerate(quarters)}
    for number, (name, (label, colour, symbol)) in enumerate(NON_RESPONSES.items()):
        rows = slopes[(slopes["non_response"] == name) & slopes["estimate"].notna()]
        figure.add_trace(
            go.Scatter(
                x=[place[quarter] + (number - 1.5) * _SPREAD for quarter in rows["quarter"]],
                y=rows["estimate"].round(4).tolist(),
                error_y={
                    "array": (rows["ci_high"] - rows["estimate"]).round(4).tolist(),
                    "arrayminus": (rows["estimate"] - rows["ci_low"]).round(4).tolist(),
                    "thickness": 1.4,
                    "width": 0,
                },
                mode="markers",
                marker={"symbol": symbol, "size": 8, "color": colour},
                name=label,
                customdata=np.stack([rows["quarter"], rows["n_pcns"]], axis=-1).tolist() if len(rows) else [],
                hovertemplate="%{customdata[0]}, " + label + "<br>%{y:.4f}, n = %{customdata[1]}<extra></extra>",
            ),
            row=1,
            col=1,
        )
    cover = slopes.drop_duplicates("quarter").set_index("quarter")["coverage_pct"].reindex(quarters)
    figure.add_trace(
        go.Bar(
            x=list(place.values()),
            y=cover.round(1).tolist(),
            marker={"color": "#768692"},
            name="Coverage",
            showlegend=False,
            hovertemplate="%{y:.1f} % of active PCNs reported<extra></extra>",
        ),
        row=2,
        col=1,
    )
    dress(figure, 460)
    quarter_axis(figure, quarters)
    figure.add_hline(y=0, line={"color": TEXT, "width": 1}, row=1, col=1)
    figure.update_yaxes(title_text=f"FTE per 10,000<br>per {unit}", row=1, col=1)
    figure.update_yaxes(title_text="Coverage, %", range=[0, 100], tickvals=[0, 50, 100], row=2, col=1)
    put_mark(figure, mark)
    return figure

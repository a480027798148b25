"""Provision against need, a point a PCN, with the fitted line of those that reported."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sp_geo.panel.indicator import Indicator
from sp_geo.reports.findings.measures import PROVISION, measure_of
from sp_geo.statistics.conclusions.associations import association
from sp_geo.statistics.conclusions.labels import REFERENCE
from sp_geo.web.figures.lines import dress, wrapped
from sp_geo.web.figures.mark import put_mark
from sp_geo.web.figures.palette import GRID


def scatter_words(rows: pd.DataFrame, slopes: pd.DataFrame, quarter: str, item: Indicator) -> str:
    """What the scatter says, with n, interval, errors and coverage.

    Args:
        rows: of the panel, one quarter.
        slopes: of the quarter and area on the need, a row a handling of non-response.
        quarter: they are of.
        item: need measure of the horizontal axis.
    """
    if rows.empty:
        return "No PCN of this area was active in this quarter."
    found = association(slopes, quarter, item)
    return f"{' '.join(found.sentences)} The line is that of PCNs that reported. An association, not an effect."


def scatter_figure(rows: pd.DataFrame, slopes: pd.DataFrame, item: Indicator, mark: str) -> go.Figure:
    """Points and line.

    Args:
        rows: of the panel, one quarter.
        slopes: of the quarter and area on the need; without one of reporters no line is drawn.
        item: need measure of the horizontal axis.
        mark: ``SYNTHETIC`` or empty.
    """
    measure = measure_of(item)
    held = rows.dropna(subset=[item.name, PROVISION])
    x = held[item.name] * measure.scale
    figure = go.Figure(
        go.Scatter(
            x=x.round(2).tolist(),
            y=held[PROVISION].round(3).tolist(),
            mode="markers",
            marker={"size": 6, "color": "#005eb8", "opacity": 0.45},
            text=held["pcn_name"].astype(str).str.replace("<", "‹").tolist(),
            hovertemplate="%{text}<br>%{x}, %{y:.2f} FTE per 10,000<extra></extra>",
            showlegend=False,
        )
    )
    found = slopes[(slopes["non_response"] == REFERENCE) & (slopes["reason"] == "")]
    if len(found) and len(held):
        # A least-squares line goes through the means; the step of the slope is 10 of the unit shown.
        ends = np.array([x.min(), x.max()])
        line = held[PROVISION].mean() + found["estimate"].iloc[0] / 10 * (ends - x.mean())
        figure.add_trace(
            go.Scatter(x=ends, y=line, mode="lines", line={"color": "#212b32", "width": 2.5}, showlegend=False,
                       hoverinfo="skip")
        )  # fmt: skip
    dress(figure, 440)
    across = wrapped(f"{measure.label}, {measure.unit}")
    figure.update_xaxes(title_text=across, gridcolor=GRID, zeroline=False)
    figure.update_yaxes(title_text="Link workers,<br>FTE per 10,000 patients", rangemode="tozero")
    figure.update_layout(margin={"t": 16, "b": 56 + 17 * across.count("<br>")})
    put_mark(figure, mark)
    return figure

"""The specification curve: slopes with intervals in their order above, the choices behind each below."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sp_geo.web.figures.lines import dress
from sp_geo.web.figures.mark import put_mark
from sp_geo.web.figures.palette import GRID, TEXT

SIGNS = {
    "more provision where need is higher": ("More where need is higher", "#005eb8", "circle"),
    "cannot be told": ("Cannot be told", "#5d6b75", "diamond"),
    "less provision where need is higher": ("Less where need is higher", "#b8560b", "square"),
}
CHOICES = (
    ("need_words", "Need"),
    ("series_words", "Posts"),
    ("non_response_words", "Non-response"),
    ("weights_words", "Weights"),
    ("covariates_words", "Held constant"),
)
_ABOVE, _ROW, _MANY = 300, 21, 100


def choice_rows(held: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Column, value and words of every row of the lower part, for choices that vary."""
    return [
        (column, str(value), f"{words}: {value}")
        for column, words in CHOICES
        if len(held[column].unique()) > 1
        for value in sorted(held[column].unique())
    ]


def specification_figure(rows: pd.DataFrame, mark: str) -> go.Figure:
    """Points sorted with their intervals above, a mark for each choice below.

    Args:
        rows: of one curve, with the columns of words; those without an estimate are left out.
        mark: ``SYNTHETIC`` or empty.
    """
    held = rows.dropna(subset=["estimate"]).sort_values("rank").reset_index(drop=True)
    choices = choice_rows(held)
    below = _ROW * max(len(choices), 1)
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[_ABOVE, below], vertical_spacing=14 / (_ABOVE + below)
    )
    place = np.arange(1, len(held) + 1)
    _intervals(figure, held, place)
    for conclusion, (label, colour, symbol) in SIGNS.items():
        chosen = (held["conclusion"] == conclusion).to_numpy()
        figure.add_trace(
            go.Scatter(
                x=place[chosen].tolist(),
                y=held["estimate"][chosen].round(4).tolist(),
                mode="markers",
                marker={"symbol": symbol, "size": 7 if len(held) < _MANY else 4, "color": colour},
                name=f"{label} ({int(chosen.sum()):,})",
                customdata=held.loc[chosen, [column for column, _ in CHOICES]].to_numpy().tolist(),
                hovertemplate="%{y:.4f}<br>" + "<br>".join(f"%{{customdata[{at}]}}" for at in range(len(CHOICES)))
                + "<extra></extra>",
            ),
            row=1,
            col=1,
        )  # fmt: skip
    for height, (column, value, words) in enumerate(choices):
        at = np.flatnonzero((held[column] == value).to_numpy()) + 1
        # Thin where they stand close.
        line = {"width": 1.4 if len(held) < _MANY else 0.7}
        figure.add_trace(
            go.Scatter(
                x=at.tolist(),
                y=[height] * len(at),
                mode="markers",
                marker={"symbol": "line-ns-open", "size": 11, "color": TEXT, "line": line},
                showlegend=False,
                name=words,
                hovertemplate=words + "<extra></extra>",
            ),
            row=2,
            col=1,
        )
    figure.update_yaxes(
        tickvals=list(range(len(choices))),
        ticktext=[words for _, _, words in choices],
        tickfont={"size": 11},
        range=[len(choices) - 0.4, -0.6],
        automargin=True,
        gridcolor=GRID,
        row=2,
        col=1,
    )
    dress(figure, _ABOVE + below + 150)
    figure.add_hline(y=0, line={"color": TEXT, "width": 1}, row=1, col=1)
    figure.update_yaxes(title_text="FTE per 10,000<br>per step of need", row=1, col=1)
    figure.update_xaxes(range=[0, len(held) + 1], showgrid=False, zeroline=False)
    figure.update_xaxes(title_text=f"{len(held):,} ways of asking,<br>smallest slope first", row=2, col=1)
    figure.update_layout(margin={"l": 20, "r": 12, "t": 60, "b": 68})
    put_mark(figure, mark)
    return figure


def _intervals(figure: go.Figure, held: pd.DataFrame, place: np.ndarray) -> None:
    """Intervals as one broken line: a thousand separate ones would be slow to draw."""
    x = np.column_stack([place, place, np.full(len(place), np.nan)]).ravel()
    y = np.column_stack([held["ci_low"].round(4), held["ci_high"].round(4), np.full(len(held), np.nan)]).ravel()
    figure.add_trace(
        go.Scatter(
            x=[None if np.isnan(value) else float(value) for value in x],
            y=[None if np.isnan(value) else float(value) for value in y],
            mode="lines",
            line={"color": "#aeb7bd", "width": 1.2 if len(held) < _MANY else 0.8},
            name="95 % interval",
            hoverinfo="skip",
        ),
        row=1,
        col=1,
    )

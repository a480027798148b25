"""What further posts buy: equity and need by the number of posts given."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sp_geo.dashboard.figures.allocation import dress
from sp_geo.dashboard.figures.palette import GRID, TEXT


def frontier_figure(rows: pd.DataFrame, mark: str) -> go.Figure:
    """FTE lacking to the target above, the concentration index with its zero below, by posts given.

    Args:
        rows: of the frontier: posts_fte, shortfall_fte, concentration_index.
        mark: ``SYNTHETIC`` or empty.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    shown = (("shortfall_fte", "FTE lacking<br>to the target", 1), ("concentration_index", "Concentration<br>index", 3))
    for number, (name, words, digits) in enumerate(shown, start=1):
        figure.add_trace(
            go.Scatter(
                x=rows["posts_fte"].round(3).tolist(),
                y=rows[name].round(digits + 1).tolist(),
                mode="lines+markers",
                line={"color": "#005eb8", "width": 2},
                marker={"size": 8, "symbol": "circle" if number == 1 else "diamond"},
                showlegend=False,
                hovertemplate=f"%{{x:,}} FTE given<br>%{{y:,.{digits}f}}<extra></extra>",
            ),
            row=number,
            col=1,
        )
        figure.update_yaxes(title_text=words, row=number, col=1)
    figure.add_hline(y=0, line={"color": TEXT, "width": 1}, row=2, col=1)
    figure.update_yaxes(gridcolor=GRID, zeroline=False)
    figure.update_yaxes(rangemode="tozero", row=1, col=1)
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_xaxes(title_text="Posts given, FTE", row=2, col=1)
    dress(figure, mark, 460)
    return figure


def frontier_words(rows: pd.DataFrame) -> str:
    """What the frontier says: what the first and the last posts buy, and when provision leans towards need."""
    posts, short = rows["posts_fte"], rows["shortfall_fte"]
    words = (
        f"From none to {posts.iloc[-1]:,.6g} FTE, what networks lack to the target falls from {short.iloc[0]:,.1f} to "
        f"{short.iloc[-1]:,.1f} FTE."
    )
    index = rows["concentration_index"]
    if pd.isna(index.iloc[0]):
        return words
    if index.iloc[0] <= 0:
        return f"{words} Posts lean towards need already today (concentration index {index.iloc[0]:.3f})."
    turned = rows[index <= 0]
    if turned.empty:
        return f"{words} Posts still lean towards lower need with all of them (index {index.iloc[-1]:.3f})."
    first = turned["posts_fte"].iloc[0]
    return f"{words} They lean towards need from {first:,.6g} FTE on (concentration index 0 or less)."

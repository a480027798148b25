"""What further posts buy: equity and need by the number of posts given."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sp_geo.web.figures.lines import dress
from sp_geo.web.figures.mark import put_mark
from sp_geo.web.figures.palette import TEXT
from sp_geo.web.plans.words import CLEAR_LEAN, direction


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
    dress(figure, 460)
    figure.update_layout(margin={"t": 24})
    figure.update_yaxes(rangemode="tozero", row=1, col=1)
    figure.update_xaxes(showgrid=False, zeroline=False)
    figure.update_xaxes(title_text="Posts given, FTE", row=2, col=1)
    put_mark(figure, mark)
    return figure


def _lean_words(row: pd.Series, when: str) -> str:
    """The lean of one state of provision with the figures that it rests on."""
    way = direction(row["concentration_index"], row["slope_low"], row["slope_high"])
    said = f"there is no clear lean {when}" if way == "neither way" else f"posts lean towards {way} {when}"
    return (
        f"{said[0].upper()}{said[1:]} (concentration index {row['concentration_index']:+.3f}; slope on need "
        f"{row['slope']:+.3f}, 95 % interval {row['slope_low']:+.3f} to {row['slope_high']:+.3f})."
    )


def frontier_words(rows: pd.DataFrame) -> str:
    """What the frontier says: what the posts buy in all, and which way provision leans without and with them.

    Args:
        rows: of the frontier: posts_fte, shortfall_fte, concentration_index, slope, slope_low, slope_high.
    """
    posts, short = rows["posts_fte"], rows["shortfall_fte"]
    words = (
        f"From none to {posts.iloc[-1]:,.6g} FTE, what PCNs lack to the target falls from {short.iloc[0]:,.1f} to "
        f"{short.iloc[-1]:,.1f} FTE."
    )
    if rows[["concentration_index", "slope"]].iloc[[0, -1]].isna().any(axis=None):
        return words
    directions = [_lean_words(rows.iloc[0], "today"), _lean_words(rows.iloc[-1], "with all of them")]
    rule = (
        f"A lean is called clear where the index is {CLEAR_LEAN:g} or more from 0 (below 0: towards need) and the "
        "slope's interval leaves out 0 on the same side."
    )
    return " ".join([words, *directions, rule])

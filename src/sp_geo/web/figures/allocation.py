"""What a plan changes by fifths of need, today beside the plan: on the page, and as a picture to take away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go

from sp_geo.core.errors import UsageError
from sp_geo.reports.pictures.pictures import Caption, burn_in
from sp_geo.web.figures.lines import UP, dress, wrapped
from sp_geo.web.figures.mark import put_mark
from sp_geo.web.figures.palette import TEXT

BEFORE: Final = ("Today", "#a9cbe8", "")
AFTER: Final = ("With the plan", "#08306b", "/")


@dataclass(frozen=True)
class Pair:
    """Two columns to set side by side.

    Attributes:
        before: column of today.
        after: column of the plan.
        words: column with the names of the groups.
        across: title of the axis of groups.
        up: title of the axis of figures.
        digits: of a figure.
    """

    before: str
    after: str
    words: str
    across: str
    up: str
    digits: int


RATES: Final = Pair(
    "rate_before",
    "rate_after",
    "words",
    "Fifths of PCNs, from greatest to least need",
    "FTE per 10,000 patients of the fifth",
    3,
)
UNMET: Final = Pair(
    "unmet_before",
    "unmet_after",
    "words",
    "Fifths of areas, from greatest to least need",
    "Unmet demand, people a quarter",
    0,
)


def rates_in(unit: str) -> Pair:
    """Rates of fifths in the unit of a plan, such as ``FTE per 10,000 patients``."""
    return replace(RATES, up=f"{unit} of the fifth")


def allocation_figure(rows: pd.DataFrame, pair: Pair, mark: str) -> go.Figure:
    """Bars of today and of the plan, a pair a group, told apart by shade, hatching and words.

    Args:
        rows: a row a group.
        pair: what is shown.
        mark: ``SYNTHETIC`` or empty.
    """
    figure = go.Figure()
    for column, (label, colour, hatch) in ((pair.before, BEFORE), (pair.after, AFTER)):
        values = rows[column].astype(float).round(pair.digits + 1)
        figure.add_trace(
            go.Bar(
                # The title of the axis says which end is which; the words would not fit under a bar on a phone.
                x=rows[pair.words].astype(str).str.partition(",")[0].tolist(),
                y=values.tolist(),
                customdata=[[words] for words in rows[pair.words].astype(str)],
                name=label,
                marker={
                    "color": colour,
                    "pattern": {
                        "shape": hatch,
                        "fillmode": "overlay",
                        "fgcolor": "#6aa5d8",
                        "size": 8,
                        "solidity": 0.2,
                    },
                    "line": {"color": TEXT, "width": 1},
                },
                hovertemplate="%{customdata[0]}<br>" + label + f": %{{y:,.{pair.digits}f}}<extra></extra>",
            )
        )
    dress(figure, 440)
    across, up = wrapped(pair.across), wrapped(pair.up, UP)
    figure.update_xaxes(title_text=across, type="category", showgrid=False)
    figure.update_yaxes(title_text=up, rangemode="tozero")
    figure.update_layout(barmode="group", margin={"b": 56 + 17 * across.count("<br>")})
    put_mark(figure, mark)
    return figure


def allocation_picture(rows: pd.DataFrame, pair: Pair, caption: Caption) -> Any:
    """The same as a matplotlib figure with its caption burnt in.

    Raises:
        UsageError: there are no groups to draw.
    """
    from matplotlib.figure import Figure

    if rows.empty:
        raise UsageError("there is too little for a picture by fifths", found="fewer areas or PCNs than fifths")

    figure = Figure(figsize=(9, 5), layout="constrained")
    axes = figure.subplots()
    places = range(len(rows))
    for shift, column, (label, colour, hatch) in ((-0.2, pair.before, BEFORE), (0.2, pair.after, AFTER)):
        values = rows[column].astype(float)
        bars = axes.bar(
            [at + shift for at in places], values, 0.38, label=label, color=colour, edgecolor=TEXT, hatch=hatch * 2
        )
        axes.bar_label(bars, [f"{value:,.{pair.digits}f}" for value in values], fontsize=8, padding=2)
    axes.set_xticks(list(places), rows[pair.words].astype(str))
    axes.set_xlabel(pair.across, color=TEXT)
    axes.set_ylabel(pair.up, color=TEXT)
    axes.margins(y=0.18)
    axes.legend(loc="upper left", ncols=2, fontsize=9, frameon=False)
    burn_in(figure, axes, caption)
    for text in axes.texts:
        # Bars stand at the bottom, where the mark would lie on them.
        if caption.mark and text.get_text() == caption.mark:
            text.set(position=(0.995, 0.98), verticalalignment="top")
    return figure

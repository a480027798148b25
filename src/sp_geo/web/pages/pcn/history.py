"""Link workers of one PCN by quarter: lines that break where it did not report, zeros with a mark of their own."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from sp_geo.core.errors import UsageError
from sp_geo.reports.findings.measures import PROVISION
from sp_geo.reports.pictures.pictures import Caption, burn_in
from sp_geo.web.figures.lines import dress, ticks_of
from sp_geo.web.figures.mark import put_mark
from sp_geo.web.figures.palette import GRID, TEXT

LINES: Final = (
    ("splw_fte", "All link workers", "#005eb8", "solid", "circle"),
    ("splw_plain_fte", "Plain role", "#5b7f00", "dash", "square"),
    ("splw_mental_health_fte", "Mental health role", "#7a2a8c", "dot", "triangle-up"),
)
RATES: Final = (
    (PROVISION, "Rate of this PCN", "#005eb8", "solid"),
    ("england_per_10k", "Rate of all PCNs that reported", "#425563", "dash"),
)
_ZERO: Final = "#c25700"
_STYLES: Final = {"solid": "-", "dash": "--", "dot": ":"}


def lines_of(rows: pd.DataFrame) -> list[tuple[str, str, str, str, str]]:
    """Lines to draw: the roles are told apart only where a mental health role was ever filled."""
    apart = rows["splw_mental_health_fte"].fillna(0).gt(0).any()
    return [line for line in LINES if apart or line[0] == "splw_fte"]


def gaps(rows: pd.DataFrame, status: str) -> list[tuple[int, int]]:
    """First and last place of every run of quarters of a status."""
    here = rows["status"].eq(status)
    run = here.ne(here.shift()).cumsum()
    places = pd.Series(range(len(rows)), index=rows.index)[here]
    return [(int(held.iloc[0]), int(held.iloc[-1])) for _, held in places.groupby(run[here])]


def history_figure(rows: pd.DataFrame, mark: str) -> go.Figure:
    """FTE by role above, rate beside England's in the middle, registered patients below.

    Args:
        rows: of :func:`sp_geo.web.pages.pcn.views.history_rows`.
        mark: ``SYNTHETIC`` or empty.
    """
    figure = make_subplots(rows=3, cols=1, shared_xaxes=True, row_heights=[0.45, 0.3, 0.25], vertical_spacing=0.07)
    for name, label, colour, dash, symbol in lines_of(rows):
        line = {"color": colour, "width": 2.5 if name == "splw_fte" else 1.8, "dash": dash}
        _line(figure, 1, rows, name, label, line, {"symbol": symbol, "size": 6, "color": colour})
    for name, label, colour, dash in RATES:
        line = {"color": colour, "width": 2, "dash": dash}
        _line(figure, 2, rows, name, label, line, None)
    _line(figure, 3, rows, "list_size", "Registered patients", {"color": "#425563", "width": 2}, None)
    zero = np.flatnonzero(rows["status"] == "true_zero").tolist()
    if zero:
        figure.add_trace(
            go.Scatter(
                x=zero,
                y=[0.0] * len(zero),
                mode="markers",
                name="Reported none (0)",
                marker={"symbol": "diamond", "size": 12, "color": "#ffffff", "line": {"color": _ZERO, "width": 2.5}},
                hovertemplate="%{text}: reported none<extra></extra>",
                text=rows["quarter"].iloc[zero].tolist(),
                cliponaxis=False,
            ),
            row=1,
            col=1,
        )
    # Grey where it did not report, its edge dotted; a word in each band.
    for status, words, fill in (("not_reported", "did not report", "#d8dde0"), ("not_active", "not active", "#f3efe6")):
        for first, last in gaps(rows, status):
            for row in (1, 2):
                figure.add_vrect(
                    x0=first - 0.45, x1=last + 0.45, fillcolor=fill, opacity=0.75, layer="below", row=row, col=1,
                    line={"color": "#768692", "width": 1, "dash": "dot"},
                )  # fmt: skip
            figure.add_annotation(
                x=(first + last) / 2, y=1, yref="y domain", text=words, textangle=-90, showarrow=False, xref="x",
                yanchor="top", font={"size": 11, "color": TEXT},
            )  # fmt: skip
    ticks = ticks_of(rows["quarter"].tolist())
    dress(figure, 620)
    figure.update_layout(margin={"t": 64})
    figure.update_xaxes(range=[-0.7, len(rows) - 0.3], showgrid=False, zeroline=False, tickangle=-45)
    figure.update_xaxes(tickvals=ticks, ticktext=rows["quarter"].iloc[ticks].tolist(), row=3, col=1)
    figure.update_yaxes(rangemode="tozero")
    for row, title in enumerate(("FTE", "FTE per<br>10,000", "Patients"), start=1):
        figure.update_yaxes(title_text=title, row=row, col=1)
    put_mark(figure, mark)
    return figure


def _line(
    figure: go.Figure, row: int, rows: pd.DataFrame, name: str, label: str, line: dict[str, Any], marker: Any
) -> None:
    values = [None if pd.isna(value) else round(float(value), 3) for value in rows[name]]
    figure.add_trace(
        go.Scatter(
            x=list(range(len(rows))),
            y=values,
            mode="lines+markers",
            connectgaps=False,
            line=line,
            marker=marker or {"size": 4, "color": line["color"]},
            name=label,
            text=rows["quarter"].tolist(),
            hovertemplate="%{text}, " + label + ": %{y:,}<extra></extra>",
            showlegend=name != "list_size",
        ),
        row=row,
        col=1,
    )


def history_picture(rows: pd.DataFrame, caption: Caption) -> Any:
    """The same as a picture to take away.

    Args:
        rows: of :func:`sp_geo.web.pages.pcn.views.history_rows`; none if no PCN is chosen.
        caption: burnt in.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: no PCN is chosen.
    """
    if rows.empty:
        raise UsageError("no PCN is chosen, so there is nothing to draw", advice="Choose a PCN on the page")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 7), layout="constrained", facecolor="#ffffff")
    above, middle, below = figure.subplots(3, 1, sharex=True, height_ratios=[4.5, 3, 2.5])
    place = range(len(rows))
    for name, label, colour, dash, symbol in lines_of(rows):
        sign = {"circle": "o", "square": "s", "triangle-up": "^"}[symbol]
        above.plot(place, rows[name], label=label, color=colour, linestyle=_STYLES[dash], marker=sign, markersize=4)
    zero = np.flatnonzero(rows["status"] == "true_zero")
    if len(zero):
        above.scatter(
            zero, np.zeros(len(zero)), s=60, marker="D", facecolor="#ffffff", edgecolor=_ZERO, linewidth=2, zorder=4,
            label="Reported none (0)", clip_on=False,
        )  # fmt: skip
    for name, label, colour, dash in RATES:
        middle.plot(place, rows[name], label=label, color=colour, linestyle=_STYLES[dash], marker=".")
    below.plot(place, rows["list_size"], color="#425563", marker=".")
    for status, words, hatch in (("not_reported", "Did not report", "///"), ("not_active", "Not active", "...")):
        for number, (first, last) in enumerate(gaps(rows, status)):
            for axes in (above, middle):
                axes.axvspan(
                    first - 0.45, last + 0.45, facecolor="#eceff1", edgecolor="#aeb7bd", hatch=hatch, linewidth=0,
                    label=words if axes is above and number == 0 else None, zorder=0,
                )  # fmt: skip
    for axes, words in ((above, "FTE"), (middle, "FTE per 10,000\npatients"), (below, "Registered\npatients")):
        axes.set_ylabel(words, color=TEXT)
        # Room above the lines for the legend.
        axes.set_ylim(0, max(axes.get_ylim()[1], 1e-9) * 1.35)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
    ticks = ticks_of(rows["quarter"].tolist())
    below.set_xticks(ticks, rows["quarter"].iloc[ticks].tolist(), rotation=45)
    above.legend(fontsize=8, framealpha=0.95, edgecolor=GRID, ncols=3, loc="best")
    middle.legend(fontsize=8, framealpha=0.95, edgecolor=GRID, ncols=2, loc="best")
    burn_in(figure, above, caption)
    return figure

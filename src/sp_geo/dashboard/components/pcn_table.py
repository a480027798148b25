"""The table beside the map: the same PCNs, a page at a time, sorted by the buttons in its head."""

from __future__ import annotations

import pandas as pd
from dash import html

from sp_geo.dashboard.views import STATUS_WORDS, Measure

PAGE_ROWS = 15


def columns(measure: Measure) -> dict[str, str]:
    """Columns shown, with their headings; the measure on the map is always among them."""
    shown = {
        "pcn_name": "Network",
        "reporting_status": "Status",
        "splw_fte": "FTE",
        "list_size": "Patients",
        "splw_fte_per_10k": "FTE per 10,000",
    }
    return shown if measure.name in shown else {**shown, measure.name: f"{measure.label} ({measure.unit})"}


def _cell(name: str, row: pd.Series, measure: Measure) -> html.Td | html.Th:
    value = row[name]
    if name == "pcn_name":
        return html.Th([str(value), html.Span(f" {row['pcn_code']}", className="code")], scope="row")
    if name == "reporting_status":
        return html.Td(STATUS_WORDS[value])
    if pd.isna(value):
        return html.Td("[x]", className="number", title="missing")
    if name == measure.name:
        return html.Td(measure.words(value), className="number")
    return html.Td(f"{value:,.0f}" if name == "list_size" else f"{value:,.2f}", className="number")


def _heading(name: str, words: str, sort: str, downwards: bool) -> html.Th:
    order = ("descending" if downwards else "ascending") if name == sort else "none"
    arrow = {"none": "↕", "ascending": "↑", "descending": "↓"}[order]
    button = html.Button(
        [words, html.Span(f" {arrow}", **{"aria-hidden": "true"})],
        id={"kind": "sort", "column": name},
        n_clicks=0,
        className="sort",
        type="button",
    )
    side = "" if name in {"pcn_name", "reporting_status"} else "number"
    return html.Th(button, scope="col", className=side, **{"aria-sort": order})


def pcn_table(rows: pd.DataFrame, measure: Measure, caption: str, sort: str, downwards: bool, page: int) -> html.Table:
    """One page of the rows.

    Args:
        rows: filtered and sorted.
        measure: shown on the map.
        caption: what the table holds.
        sort: column it is sorted by.
        downwards: whether from high to low.
        page: from 0.
    """
    shown = columns(measure)
    part = rows.iloc[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
    head = html.Tr([_heading(name, words, sort, downwards) for name, words in shown.items()])
    body = [html.Tr([_cell(name, row, measure) for name in shown]) for _, row in part.iterrows()]
    return html.Table([html.Caption(caption), html.Thead(head), html.Tbody(body)])


def pages(rows: int) -> int:
    """How many pages so many rows make; at least one."""
    return max(1, -(-rows // PAGE_ROWS))

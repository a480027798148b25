"""Small parts that pages are made of: banner, legend, definition list, plain tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from dash import html

from sp_geo.dashboard.figures.palette import CLASS_FILLS, STATES
from sp_geo.dashboard.views import CLASSES, MapView, Measure


def banner(is_synthetic: bool) -> html.Div | None:
    """The line that says that everything below is invented."""
    if not is_synthetic:
        return None
    return html.Div(
        [html.Strong("SYNTHETIC"), " Practices, networks and every figure on this page are invented. Areas are real."],
        className="banner",
        role="region",
        **{"aria-label": "About these figures"},
    )


def legend(view: MapView, measure: Measure) -> html.Div:
    """Classes with their limits, then the states that are not numbers, each with how many PCNs it has."""
    ends = ["lowest", *view.breaks, "highest"]
    items = [
        _swatch(
            f"class-{number}",
            CLASS_FILLS[number],
            f"{ends[number]} to {ends[number + 1]}",
            view.counts.get(str(number), 0),
        )
        for number in range(CLASSES)
    ]
    items += [
        _swatch(f"state-{letter}", fill, words, view.counts.get(letter, 0))
        for letter, (words, fill, _) in STATES.items()
        if view.counts.get(letter, 0)
    ]
    return html.Div(
        [
            html.P(f"{measure.label}, {measure.unit} (PCNs)", className="legend-title"),
            html.Ul(items, className="legend"),
        ]
    )


def _swatch(kind: str, fill: str, words: str, count: int) -> html.Li:
    return html.Li(
        [
            html.Span(className=f"swatch {kind}", style={"backgroundColor": fill}, **{"aria-hidden": "true"}),
            f"{words} ({count:,})",
        ]
    )


def facts(pairs: Sequence[tuple[str, str]]) -> html.Dl:
    """Pairs of a term and what it is."""
    return html.Dl([part for term, words in pairs for part in (html.Dt(term), html.Dd(words))], className="facts")


def plain_table(frame: pd.DataFrame, caption: str, numeric: set[str]) -> html.Div:
    """A table of words with a caption; columns named in ``numeric`` stand to the right."""
    head = html.Tr(
        [html.Th(name, scope="col", className="number" if name in numeric else "") for name in frame.columns]
    )
    body = [
        html.Tr(
            [
                html.Th(value, scope="row")
                if place == 0
                else html.Td(value, className="number" if name in numeric else "")
                for place, (name, value) in enumerate(zip(frame.columns, row, strict=True))
            ]
        )
        for row in frame.itertuples(index=False)
    ]
    return html.Div(
        html.Table([html.Caption(caption), html.Thead(head), html.Tbody(body)]),
        className="scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )

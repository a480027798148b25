"""Small parts that pages are made of: banner, definition list, plain tables, tables of sheets, what to take away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from dash import dcc, html

from sp_geo.questions.requests.asked import Request
from sp_geo.web.components.controls import native_input


def banner(is_synthetic: bool) -> html.Div | None:
    """The line that says that everything below is invented."""
    if not is_synthetic:
        return None
    return html.Div(
        [html.Strong("SYNTHETIC"), " Practices, PCNs and every figure on this page are invented. Areas are real."],
        className="banner",
        role="region",
        **{"aria-label": "About these figures"},
    )


def section(heading: str, *children: Any, name: str = "") -> html.Section:
    """A panel with its heading."""
    return html.Section([html.H2(heading), *children], className="panel", **({"id": name} if name else {}))


def facts(pairs: Sequence[tuple[str, Any]]) -> html.Dl:
    """Pairs of a term and what it is."""
    return html.Dl([part for term, words in pairs for part in (html.Dt(term), html.Dd(words))], className="facts")


def plain_table(frame: pd.DataFrame, caption: str, numeric: set[str]) -> html.Div:
    """A small table of words with a caption; columns named in ``numeric`` stand to the right."""
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


def sheet_table(page: str, sheet: str, link: str = "", sort: str = "", downwards: bool = False, find: str = "") -> Any:
    """The place of a sheet of a page: sortable, searchable, a page of rows at a time.

    Args:
        page: name of the page.
        sheet: name of the sheet in the page's ``sheets``.
        link: path of a page about the row's PCN, reached from the first column; empty for none.
        sort: column it is sorted by at first; the sheet's own order if empty.
        downwards: from high to low at first.
        find: label of the search box.
    """
    data = {"table": f"{page}/{sheet}", "link": link, "sort": sort, "down": "yes" if downwards else "", "find": find}
    return html.Div(className="table", **{f"data-{name}": value for name, value in data.items() if value})


def chart(figure: Any, words: str, page: str = "", sheet: str = "") -> html.Div:
    """A chart with what it says in words and, folded up, its numbers.

    Args:
        figure: plotly figure.
        words: what it shows, for people who do not see it.
        page: name of the page.
        sheet: sheet with the numbers; empty where they are in a table on the page already.
    """
    graph = dcc.Graph(figure=figure, config={"displaylogo": False, "displayModeBar": False}, responsive=True)
    parts: list[Any] = [html.Div(graph, className="chart", role="img", **{"aria-label": words})]
    if sheet:
        parts.append(html.Details([html.Summary("The numbers of this chart"), sheet_table(page, sheet)]))
    return html.Div(parts)


def take_away(page: str, forms: Sequence[tuple[str, str]]) -> html.Section:
    """What can be taken away from a page: files, and the link itself.

    Args:
        page: name of the page.
        forms: ending and words of each.
    """
    files = [
        html.Li(html.A(words, href=f"/take/{page}.{form}", className="button", **{"data-take": f"/take/{page}.{form}"}))
        for form, words in forms
    ]
    return html.Section(
        [
            html.H2("Take it away"),
            html.P("Every file says what it holds, from where, of when, under which licence, and who may be missing."),
            html.Ul(files, className="forms"),
            html.Label("Link to this view", htmlFor="link"),
            html.Div(
                [
                    native_input({"id": "link", "type": "text", "readonly": "", "class": "find"}),
                    html.Button("Copy the link", id="copy-link", type="button"),
                    html.Span(id="copied", role="status"),
                ],
                className="linking",
            ),
        ],
        className="panel",
    )


def in_code(requests: Sequence[Request]) -> html.Section:
    """The questions of a page as commands and as lines of Python, each to be copied.

    Args:
        requests: whose answers the page shows.
    """
    rows = []
    for number, request in enumerate(requests):
        said = (("command", "Copy as command", request.as_command()), ("python", "Copy as Python", request.as_python()))
        for kind, words, line in said:
            name = f"code-{kind}-{number}"
            button = html.Button(words, type="button", className="copy", **{"data-copy": name})
            rows.append(html.Div([html.Code(line, id=name), button], className="code-line"))
    opened = html.Code('import sp_geo; ws = sp_geo.open("my-work")')
    held = html.Details(
        [
            html.Summary("The same in code"),
            html.P(["Commands need --workspace with the name of your folder; Python begins with ", opened, "."]),
            *rows,
            html.Span(id="code-copied", role="status"),
        ]
    )
    return html.Section(held, className="panel in-code")

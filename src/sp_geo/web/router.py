"""From the address to a page: the frame around every page, and the callbacks that make parts anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.exceptions import PreventUpdate

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.web.components.parts import banner, take_away
from sp_geo.web.page import Page, Part
from sp_geo.web.state import look, read_view

Now = Callable[[], Build]
_FORMS = (
    ("csv", "CSV, zipped (for programs)"),
    ("xlsx", "Workbook (for spreadsheets)"),
    ("gpkg", "GeoPackage (for maps)"),
    ("png", "Picture, PNG"),
    ("svg", "Picture, SVG"),
)
_CREDIT = (
    "Associations between PCNs, not effects. Boundaries: Source: Office for National Statistics licensed under the "
    "Open Government Licence v.3.0. Contains OS data © Crown copyright and database right."
)


def navigation(pages: Sequence[Page], path: str) -> html.Nav:
    """Links to all pages; the address they lead to keeps what is chosen."""
    links = [
        html.Li(
            html.A(
                page.title,
                href=page.path,
                **{"data-page": page.path, **({"aria-current": "page"} if page.path == path else {})},
            )
        )
        for page in pages
    ]
    return html.Nav(html.Ul(links), className="pages", **{"aria-label": "Pages"})


def frame(pages: Sequence[Page], build: Build, path: str, search: str) -> html.Div:
    """Everything between the head of the document and its end, for one address."""
    return html.Div(
        [
            banner(build.manifest.is_synthetic),
            navigation(pages, path),
            html.Main(
                content(pages, build, path, search),
                id="content",
                tabIndex="-1",
                **{"data-path": whole_page(pages, build, path, search)},
            ),
            html.Footer(_CREDIT),
            dcc.Store(id="where", data={"path": path, "search": search}),
            # The same, once maps and tables are drawn: what takes long, or needs the chart library, waits for it.
            dcc.Store(id="calm"),
        ]
    )


def content(pages: Sequence[Page], build: Build, path: str, search: str) -> list[Any]:
    """What stands in the main part of the document for an address."""
    page = next((page for page in pages if page.path == path), None)
    if page is None:
        links = [html.Li(html.A(page.title, href=page.path, **{"data-page": page.path})) for page in pages]
        return [
            html.H1("There is no such page"),
            html.P(f"Nothing is at '{path[:60]}'. The pages are:", className="lead"),
            html.Ul(links),
            html.Div(id="in-force", hidden=True, **{"data-path": path[:60], "data-search": ""}),
        ]
    lacks = page.lacks(build)
    if lacks:
        return [html.H1(page.title), html.P(lacks, className="message"), _defaults(page, "")]
    seen = look(page.fields, build, search)
    build, view, unknown = seen.build, seen.view, seen.unknown
    default, _ = read_view("", page.fields(build))
    by_name = {part.name: part for part in page.pieces}

    def slot(name: str) -> html.Div:
        part = by_name[name]
        made = html.P("Being worked out.", className="note") if part.late else part.made(build, view)
        attributes = {"data-key": "" if part.late else part.key(view)}
        return html.Div(made, id=part.id, **attributes, **({"aria-live": "polite"} if part.live else {}))

    laid = page.layout(build, view, slot)
    forms = [(form, words) for form, words in _FORMS if page.offers(form)]
    return [
        html.Div(_not_found(unknown), id="message", role="status"),
        *(laid if isinstance(laid, list | tuple) else [laid]),
        *([take_away(page.name, forms)] if forms else []),
        *([slot(f"{page.name}-in-code")] if page.asks else []),
        _defaults(page, default.as_search(), build.icbs),
    ]


def whole_page(pages: Sequence[Page], build: Build, path: str, search: str) -> str:
    """Changes when everything of a page has to be made anew: for another page, or another set of ICBs."""
    page = next((page for page in pages if page.path == path), None)
    if page is None or page.lacks(build):
        return path
    icbs = look(page.fields, build, search).build.icbs
    return path if icbs == AS_THEN else f"{path}#{icbs}"


def _defaults(page: Page, search: str, icbs: str = AS_THEN) -> html.Div:
    held = {"data-path": page.path, "data-search": search, "data-icbs": icbs}
    return html.Div(id="in-force", hidden=True, **held)


def _not_found(unknown: list[str]) -> html.P | None:
    if not unknown:
        return None
    return html.P(
        f"The address asked for {', '.join(unknown)}, which is not here. The default is shown.", className="message"
    )


def referred(referrer: str | None) -> tuple[str, str]:
    """Path and search of the page that asks for its layout, by the browser's word; the first page if it says none."""
    if not referrer:
        return "/", ""
    try:
        found = urlsplit(referrer)
    except ValueError:
        return "/", ""
    return found.path or "/", f"?{found.query}" if found.query else ""


def register(app: Dash, pages: Sequence[Page], now: Now) -> None:
    """Attach the callbacks of all pages: the page of an address, its message, and each of its parts."""

    @app.callback(
        Output("content", "children"),
        Output("content", "data-path"),
        Input("where", "data"),
        State("content", "data-path"),
        prevent_initial_call=True,
    )
    def turn(where: dict[str, str], path: str) -> tuple[Any, str]:
        build = now()
        wanted = whole_page(pages, build, where["path"], where["search"])
        if wanted == path:
            raise PreventUpdate
        return content(pages, build, where["path"], where["search"]), wanted

    by_path = {page.path: page for page in pages}

    @app.callback(Output("message", "children"), Input("where", "data"), prevent_initial_call=True)
    def tell(where: dict[str, str]) -> Any:
        page = by_path.get(where["path"])
        return page and _not_found(look(page.fields, now(), where["search"]).unknown)

    for page in pages:
        quick = [part for part in page.pieces if not part.late]
        for parts in (quick, *[[part] for part in page.pieces if part.late]):
            if parts:
                _follow(app, page, parts, now)


def _follow(app: Dash, page: Page, parts: list[Part], now: Now) -> None:
    late = parts[0].late

    @app.callback(
        *[Output(part.id, "children") for part in parts],
        *[Output(part.id, "data-key") for part in parts],
        Input("calm" if late else "where", "data"),
        *[State(part.id, "data-key") for part in parts],
        prevent_initial_call=True,
    )
    def follow(where: dict[str, str], *keys: str) -> list[Any]:
        if where["path"] != page.path:
            raise PreventUpdate
        seen = look(page.fields, now(), where["search"])
        build, view = seen.build, seen.view
        wanted = [part.key(view) for part in parts]
        made = [
            no_update if key == held else part.made(build, view)
            for part, key, held in zip(parts, wanted, keys, strict=True)
        ]
        return [*made, *wanted]

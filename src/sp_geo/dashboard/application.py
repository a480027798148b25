"""The application around the pages: one server, its own files only, and a new build picked up without a restart."""

from __future__ import annotations

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any

from dash import Dash, dcc, html
from flask import Response, request

from sp_geo.dashboard import callbacks
from sp_geo.dashboard.geometry import Shapes, board_shapes, pcn_shapes
from sp_geo.dashboard.pages import overview
from sp_geo.dashboard.state import first_view, read_search
from sp_geo.dashboard.views import Snapshot
from sp_geo.reporting.records import as_csv, provenance
from sp_geo.store import MANIFEST, Store

TITLE = "sp_geo: link workers and need"
YEAR_SECONDS = 31_536_000
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
{%metas%}
<title>{%title%}</title>
{%favicon%}
{%css%}
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top"><p>sp_geo <span class="sub">Where link workers are, and where need is</span></p></header>
<noscript>This page needs JavaScript. The same figures: sp-geo panel, sp-geo regress, sp-geo export.</noscript>
{%app_entry%}
<footer hidden>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""


class Present:
    """The present build: opened anew when the manifest on disk changes, whole or not at all.

    Args:
        workspace: folder of the workspace.
    """

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._manifest = Store(workspace).folder / MANIFEST
        self._stamp: tuple[int, int] = (0, 0)
        self._snapshot = Snapshot(Store(workspace))

    def snapshot(self) -> Snapshot:
        """Tables of the present build."""
        try:
            found = self._manifest.stat()
        except FileNotFoundError:
            return self._snapshot
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._snapshot = Snapshot(Store(self._workspace))
            self._stamp = stamp
        return self._snapshot


@lru_cache(maxsize=4)
def _pcn_shapes(snapshot: Snapshot) -> Shapes:
    return pcn_shapes(snapshot)


@lru_cache(maxsize=1)
def _board_shapes() -> Shapes:
    return board_shapes()


def create_app(store: Store) -> Dash:
    """The application over a workspace's tables.

    Args:
        store: of the workspace; later builds of the same workspace are picked up.
    """
    present = Present(store.folder.parent)
    app = Dash(
        __name__,
        title=TITLE,
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
        compress=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.index_string = _PAGE
    app.layout = lambda: _layout(present.snapshot())
    callbacks.register(app, present.snapshot, lambda: _pcn_shapes(present.snapshot()).bounds)
    _routes(app, present)
    _guard(app)
    return app


def _layout(snapshot: Snapshot) -> html.Div:
    if not snapshot.is_built:
        return html.Main(
            [
                html.H1("Nothing has been built yet"),
                html.P("Run 'sp-geo add' with published files and 'sp-geo build', then reload this page."),
                html.P("Or run 'make run', which makes a demonstration."),
            ],
            id="content",
        )
    page = overview.layout(snapshot, first_view(snapshot.choices), _pcn_shapes(snapshot), _board_shapes())
    return html.Div([dcc.Location(id="address", refresh=False), page])


def _routes(app: Dash, present: Present) -> None:
    @app.server.get("/shapes/<name>")
    def shapes(name: str) -> Response:
        snapshot = present.snapshot()
        for found in (_pcn_shapes(snapshot), _board_shapes()) if snapshot.is_built else ():
            if found.address == f"/shapes/{name}":
                headers = {"Content-Encoding": "gzip", "Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable"}
                return Response(found.packed, mimetype="application/geo+json", headers=headers)
        return Response("There is no such shape.", 404)

    @app.server.get("/download/panel.csv")
    def download() -> Response:
        snapshot = present.snapshot()
        if not snapshot.is_built:
            return Response("Nothing has been built yet.", 404)
        view, _ = read_search(request.query_string.decode("ascii", "replace"), snapshot.choices)
        rows = snapshot.rows(view).assign(provenance=provenance(snapshot.manifest.is_synthetic))
        name = f"panel_{view.quarter}_{view.area}_{provenance(snapshot.manifest.is_synthetic)}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(as_csv(rows), mimetype="text/csv", headers=headers)


def _guard(app: Dash) -> None:
    """Headers that keep the page to itself, and errors that show a reference and nothing else."""
    hashes = " ".join(f"'{found}'" if not found.startswith("'") else found for found in app.csp_hashes())
    policy = (
        "default-src 'self'; base-uri 'self'; frame-ancestors 'none'; form-action 'self'; object-src 'none'; "
        f"script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'"
    )

    @app.server.after_request
    def close(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    @app.server.errorhandler(500)
    def fault(_error: Any) -> tuple[str, int]:
        reference = secrets.token_hex(4)
        app.server.logger.error("fault %s", reference)
        return f"Something went wrong. Reference {reference}.", 500

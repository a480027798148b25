"""Addresses beside the pages: shapes, letters of a map, pages of a table, and files to take away."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from dash import Dash
from flask import Response, redirect, request
from werkzeug.wrappers import Response as WerkzeugResponse

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.core.errors import SpGeoError
from sp_geo.reports.download import FORMS
from sp_geo.web import fields
from sp_geo.web.downloads import Asked, taken
from sp_geo.web.guard import said, told
from sp_geo.web.map.geometry import area_bounds, icb_shapes, pcn_shapes
from sp_geo.web.map.maps import looks
from sp_geo.web.map.small_area_map import letters_response, pack_letters
from sp_geo.web.page import Page
from sp_geo.web.state import ENGLAND, Field, look, pairs_of
from sp_geo.web.tables import read_asked, table_page
from sp_geo.web.views import SHOWN, shown_view

Now = Callable[[], Build]
YEAR_SECONDS = 31_536_000
_FOR_EVER = {"Cache-Control": f"private, max-age={YEAR_SECONDS}, immutable"}


def _formerly() -> WerkzeugResponse:
    """The page of a PCN, where bookmarks and reports of the release before look for it."""
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"/pcn?{query}" if query else "/pcn", 308)


def register(app: Dash, pages: Sequence[Page], now: Now) -> None:
    """Attach every address.

    Args:
        app: the application.
        pages: whose tables and files are asked for by the names of the pages.
        now: gives the present build.
    """
    by_name = {page.name: page for page in pages}
    server = app.server

    server.add_url_rule("/network", view_func=_formerly)

    @server.get("/shapes/<name>")
    def shapes(name: str) -> Response:
        return _shapes(now(), name)

    @server.get("/values/<digest>/<show>")
    def values(digest: str, show: str) -> Response:
        build = now()
        if not build.has_panel or show not in SHOWN:
            return said("There are no such values.", 404)
        seen = look(_value_fields, build, _search())
        build, view = seen.build, seen.view
        bounds = area_bounds(build)
        answer = {
            "classes": shown_view(build, show, view).classes,
            "looks": looks(),
            "chosen": view["pcn"],
            "area": view["area"],
            "bounds": bounds.get(view["area"], bounds[ENGLAND]),
        }
        # Kept for ever only where the address names the build that it came from.
        headers = _FOR_EVER if digest == build.stamp else {"Cache-Control": "no-store"}
        return Response(json.dumps(answer, separators=(",", ":")), mimetype="application/json", headers=headers)

    @server.get("/letters/<name>")
    def letters(name: str) -> Response:
        page = by_name.get(name)
        if page is None or page.letters is None or page.lacks(now()):
            return said("There are no such letters.", 404)
        seen = look(page.fields, now(), _search())
        return letters_response(pack_letters(page.letters(seen.build, seen.view)))

    @server.get("/table/<name>/<sheet>")
    def table(name: str, sheet: str) -> Response:
        page = by_name.get(name)
        if page is None or sheet not in page.sheets:
            return said("There is no such table.", 404)
        return _table(now(), page, sheet)

    @server.get("/take/<name>.<form>")
    def taken(name: str, form: str) -> Response:
        page = by_name.get(name)
        if page is None or form not in FORMS or not page.offers(form):
            return said("There is no such file.", 404)
        return _taken(now(), page, form)


def _search() -> str:
    return request.query_string.decode("ascii", "replace")


def _shapes(build: Build, name: str) -> Response:
    if not build.has_panel:
        return said("There is no such shape.", 404)
    # Outlines of a set are made only when they are asked for.
    sets = [icbs for icbs in (AS_THEN, *build.icb_sets) if name.startswith(f"icb-{icbs}-")]
    for found in (pcn_shapes(build), *[icb_shapes(build.on(icbs)) for icbs in sets]):
        if found.address == f"/shapes/{name}":
            headers = {"Content-Encoding": "gzip", **_FOR_EVER}
            return Response(found.packed, mimetype="application/geo+json", headers=headers)
    return said("There is no such shape.", 404)


def _value_fields(build: Build) -> tuple[Field, ...]:
    measure = fields.measure(build)
    known = (fields.icbs(build), fields.quarter(build), fields.area(build), measure, fields.pcn(build))
    return (*known, replace(measure, name="second"))


def _table(build: Build, page: Page, sheet: str) -> Response:
    if page.lacks(build):
        return said(page.lacks(build), 404)
    seen = look(page.fields, build, _search())
    build, view = seen.build, seen.view
    asked = {name.removeprefix("table-"): value for name, value in pairs_of(_search()) if name.startswith("table-")}
    try:
        found = table_page(page.sheet(sheet, build, view), read_asked(asked))
    except SpGeoError as fault:
        return said(told(fault, build.workspace), 422)
    return Response(json.dumps(found, separators=(",", ":"), ensure_ascii=False), mimetype="application/json")


def _taken(build: Build, page: Page, form: str) -> Response:
    if page.lacks(build):
        return said(page.lacks(build), 404)
    seen = look(page.fields, build, _search())
    build, view = seen.build, seen.view
    asked = Asked(page, view, form, request.host_url.rstrip("/"))
    try:
        content, kind, name = taken(build, asked, datetime.now(UTC).date())
    except SpGeoError as fault:
        return said(told(fault, build.workspace), 422)
    return Response(content, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

"""What happens when a reader does something: the address changes, and everything follows the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from sp_geo.dashboard.components.parts import facts, legend
from sp_geo.dashboard.pages import overview
from sp_geo.dashboard.state import ENGLAND, ViewState, read_search
from sp_geo.dashboard.views import Snapshot, map_view, measures, pcn_facts

Now = Callable[[], Snapshot]
_CONTROLS = ("area", "quarter", "measure", "need")
_STEPS = {"earlier": -1, "later": 1, "clock": 1}


def register(app: Dash, now: Now, bounds: Callable[[], dict[str, Any]]) -> None:
    """Attach every callback.

    Args:
        app: the application.
        now: the snapshot of the present build.
        bounds: corners by area.
    """
    _navigation(app, now)
    _map(app, now, bounds)
    _table(app, now)
    _slopes(app, now)


def _navigation(app: Dash, now: Now) -> None:
    @app.callback(
        Output("address", "search"),
        Output("message", "children"),
        *(Output(name, "value") for name in _CONTROLS),
        Input("address", "search"),
        *(Input(name, "value") for name in _CONTROLS),
        Input("earlier", "n_clicks"),
        Input("later", "n_clicks"),
        Input("clock", "n_intervals"),
    )
    def follow(search: str, area: str, quarter: str, measure: str, need: str, *_: Any) -> tuple[Any, ...]:
        choices = now().choices
        view, unknown = read_search(search, choices)
        asked = ctx.triggered_id
        if asked in _STEPS:
            view = view.step(choices, _STEPS[asked])
        elif asked in _CONTROLS:
            view, unknown = read_search(ViewState(quarter, measure, need, area).as_search(), choices)
        message = _not_found(unknown)
        wanted = view.as_search()
        values = (view.area, view.quarter, view.measure, view.need)
        shown = (area, quarter, measure, need)
        return (
            no_update if wanted == search else wanted,
            message,
            *(no_update if new == old else new for new, old in zip(values, shown, strict=True)),
        )

    @app.callback(
        Output("clock", "disabled"),
        Output("play", "children"),
        Output("play", "aria-pressed"),
        Input("play", "n_clicks"),
        prevent_initial_call=True,
    )
    def play(clicks: int) -> tuple[bool, str, str]:
        return (False, "Stop", "true") if clicks % 2 else (True, "Play", "false")


def _not_found(unknown: list[str]) -> html.P | None:
    if not unknown:
        return None
    return html.P(
        f"The address asked for {', '.join(unknown)}, which is not here. The default is shown.", className="message"
    )


def _map(app: Dash, now: Now, bounds: Callable[[], dict[str, Any]]) -> None:
    @app.callback(
        Output("footprints", "hideout"),
        Output("legend", "children"),
        Output("map-words", "children"),
        Output("rests", "children"),
        Input("address", "search"),
        Input("chosen", "data"),
    )
    def draw(search: str, chosen: str) -> tuple[Any, ...]:
        snapshot = now()
        view, _ = read_search(search, snapshot.choices)
        return (
            overview.hideout(snapshot, view, chosen),
            legend(map_view(snapshot, view), measures()[view.measure]),
            overview.map_words(snapshot, view),
            overview.rests_on(snapshot, view),
        )

    @app.callback(Output("map", "viewport"), Input("area", "value"), prevent_initial_call=True)
    def zoom(area: str) -> dict[str, Any]:
        corners = bounds()
        return {"bounds": [list(corner) for corner in corners.get(area, corners[ENGLAND])], "transition": "fitBounds"}

    @app.callback(
        Output("chosen", "data"),
        Output("facts", "children"),
        Input("footprints", "clickData"),
        Input("address", "search"),
        State("chosen", "data"),
        prevent_initial_call=True,
    )
    def choose(click: dict[str, Any] | None, search: str, chosen: str) -> tuple[Any, ...]:
        snapshot = now()
        view, _ = read_search(search, snapshot.choices)
        code = click["properties"]["code"] if click and ctx.triggered_id == "footprints" else chosen
        found = pcn_facts(snapshot, view, code)
        return code, [html.H3("Chosen network"), facts(found)] if found else None


def _table(app: Dash, now: Now) -> None:
    @app.callback(
        Output("sorting", "data"),
        Input({"kind": "sort", "column": ALL}, "n_clicks"),
        State("sorting", "data"),
        prevent_initial_call=True,
    )
    def sort(clicks: list[int], sorting: dict[str, Any]) -> Any:
        if not any(clicks) or not ctx.triggered_id:
            return no_update
        column = ctx.triggered_id["column"]
        return {"column": column, "downwards": sorting["column"] == column and not sorting["downwards"]}

    @app.callback(
        Output("table", "children"),
        Output("page-words", "children"),
        Output("page", "data"),
        Output("previous", "disabled"),
        Output("next", "disabled"),
        Output("download", "href"),
        Input("address", "search"),
        Input("find", "value"),
        Input("sorting", "data"),
        Input("previous", "n_clicks"),
        Input("next", "n_clicks"),
        State("page", "data"),
    )
    def fill(
        search: str, find: str | None, sorting: dict[str, Any], _back: int, _on: int, page: int
    ) -> tuple[Any, ...]:
        snapshot = now()
        view, _ = read_search(search, snapshot.choices)
        wanted = page + {"previous": -1, "next": 1}[ctx.triggered_id] if ctx.triggered_id in {"previous", "next"} else 0
        table, words, shown, count = overview.table_part(snapshot, view, find or "", sorting, wanted)
        return table, words, shown, shown == 0, shown >= count - 1, f"/download/panel.csv{view.as_search()}"


def _slopes(app: Dash, now: Now) -> None:
    @app.callback(
        Output("slope-words", "children"),
        Output("slope-note", "children"),
        Output("slopes", "children"),
        Output("slope-table", "children"),
        Input("need", "value"),
        Input("area", "value"),
        Input("settled", "n_intervals"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def slopes(need: str, area: str, _settled: int, search: str) -> tuple[Any, ...]:
        snapshot = now()
        view, _ = read_search(search, snapshot.choices)
        view, _ = read_search(ViewState(view.quarter, view.measure, need, area).as_search(), snapshot.choices)
        return overview.slope_parts(snapshot, view)

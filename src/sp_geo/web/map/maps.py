"""The map of PCNs: dash-leaflet on canvas, without tiles, with its legend; this module alone knows dash-leaflet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash_leaflet as dl
from dash import html

from sp_geo.build.view import Build
from sp_geo.reports.findings.measures import Measure
from sp_geo.reports.findings.pcn_map import NO_VALUE, NOT_REPORTED, TRUE_ZERO
from sp_geo.reports.pictures.colours import CLASS_FILLS
from sp_geo.web.figures.palette import PAIR_FILLS, STATES
from sp_geo.web.map.geometry import area_bounds, icb_shapes, pcn_shapes
from sp_geo.web.state import ENGLAND, View
from sp_geo.web.views import CLASSES, PAIRS, THIRDS, MapView, shown_view

_EDGES: Final[Mapping[str, dict[str, Any]]] = {
    TRUE_ZERO: {"edge": "#c25700", "weight": 2.5, "dash": None},
    NOT_REPORTED: {"edge": "#4c6272", "weight": 1.2, "dash": "5 4"},
    NO_VALUE: {"edge": "#6b5f45", "weight": 1.2, "dash": "1 4"},
}


def looks() -> dict[str, dict[str, Any]]:
    """How the map draws each letter: fill, edge, weight of the edge and its dashes."""
    plain = {"edge": "#ffffff", "weight": 0.6, "dash": None}
    classes = {str(number): {"fill": fill, **plain} for number, fill in enumerate(CLASS_FILLS)}
    pairs = {letter: {"fill": fill, **plain} for letter, fill in zip(PAIRS, PAIR_FILLS, strict=True)}
    return classes | pairs | {letter: {"fill": fill, **_EDGES[letter]} for letter, (_, fill, _) in STATES.items()}


def pcn_map(build: Build, name: str, show: str, view: View, words: str) -> html.Div:
    """A map of footprints; later letters come from ``/values``.

    Args:
        build: that is asked.
        name: of the map on its page.
        show: which letters: ``measure``, ``second`` or ``pair``.
        view: that it opens on.
        words: what it shows, for people who do not see it; they are pointed to the table.
    """
    hideout = {"classes": shown_view(build, show, view).classes, "looks": looks(), "chosen": view["pcn"]}
    return html.Div(
        [footprints(build, f"map-{name}", f"footprints-{name}", view["area"], hideout)],
        role="region",
        **{
            "data-map": name,
            "data-values": f"/values/{build.stamp}/{show}",
            "data-area": view["area"],
            "aria-label": f"{words} The table on this page holds the same PCNs and values.",
        },
    )


def footprints(build: Build, name: str, layer: str, area: str, hideout: Mapping[str, Any]) -> dl.MapContainer:
    """A map of all footprints with the ICBs behind them.

    Args:
        build: that is asked.
        name: id of the map.
        layer: id of its footprints.
        area: that it opens on; England where it has no bounds.
        hideout: letters, their looks and the chosen PCN, which the style of the footprints goes by.
    """
    bounds = area_bounds(build)
    return dl.MapContainer(
        [
            # In a pane of its own, because layers are drawn in the order in which they happen to arrive.
            dl.Pane(
                dl.GeoJSON(
                    url=icb_shapes(build).address,
                    style={"variable": "spGeo.map.outline"},
                    interactive=False,
                    pane="backdrop",
                ),
                name="backdrop",
                style={"zIndex": 350},
            ),
            dl.GeoJSON(
                url=pcn_shapes(build).address,
                id=layer,
                style={"variable": "spGeo.map.style"},
                onEachFeature={"variable": "spGeo.map.name"},
                hideout=hideout,
            ),
        ],
        id=name,
        bounds=[list(corner) for corner in bounds.get(area, bounds[ENGLAND])],
        preferCanvas=True,
        trackViewport=False,
        zoomSnap=0.25,
        attributionControl=False,
        className="map",
    )


def swatch(kind: str, fill: str, words: str, count: int) -> html.Li:
    """A line of a legend with how many PCNs it has."""
    return html.Li(
        [
            html.Span(className=f"swatch {kind}", style={"backgroundColor": fill}, **{"aria-hidden": "true"}),
            f"{words} ({count:,})",
        ]
    )


def _states(view: MapView) -> list[html.Li]:
    return [
        swatch(f"state-{letter}", fill, words, view.counts.get(letter, 0))
        for letter, (words, fill, _) in STATES.items()
        if view.counts.get(letter, 0)
    ]


def legend(view: MapView, measure: Measure) -> html.Div:
    """Classes with their limits, then the states that are not numbers, each with how many PCNs it has."""
    ends = view.breaks
    items = [
        swatch(
            f"class-{number}", CLASS_FILLS[number], f"{ends[number]} to {ends[number + 1]}",
            view.counts.get(str(number), 0),
        )
        for number in range(CLASSES)
    ]  # fmt: skip
    return html.Div(
        [
            html.P(f"{measure.label}, {measure.unit} (PCNs)", className="legend-title"),
            html.Ul([*items, *_states(view)], className="legend"),
            html.P("Classes are fifths of all quarters together: a colour means the same in each.", className="hint"),
        ]
    )


def pair_legend(view: MapView, first: Measure, second: Measure) -> html.Div:
    """Three by three classes of two measures as a small table, with counts, then the states."""
    ends = ("lowest third", "middle third", "highest third")
    cells = {}
    for letter, fill in zip(PAIRS, PAIR_FILLS, strict=True):
        colour = html.Span(className="swatch", style={"backgroundColor": fill}, **{"aria-hidden": "true"})
        cells[letter] = html.Td([colour, f" {view.counts.get(letter, 0):,}"])
    head = html.Tr([html.Td(), *[html.Th(words, scope="col") for words in ends]])
    body = [
        html.Tr(
            [
                html.Th(ends[row], scope="row"),
                *[cells[letter] for letter in PAIRS[row * THIRDS : (row + 1) * THIRDS]],
            ]
        )
        for row in reversed(range(THIRDS))
    ]
    said = f"Rows: {first.label}, thirds at {view.breaks[0]} and {view.breaks[1]} {first.unit}. "
    said += f"Columns: {second.label}, thirds at {view.breaks[2]} and {view.breaks[3]} {second.unit}."
    return html.Div(
        [
            html.P("PCNs in each pair of thirds", className="legend-title"),
            html.Table([html.Caption(said), html.Thead(head), html.Tbody(body)], className="pairs"),
            html.Ul(_states(view), className="legend"),
        ]
    )

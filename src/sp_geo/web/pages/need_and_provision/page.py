"""Need and provision: one or two measures on the map, the same PCNs in a table, and a scatter with its line."""

from __future__ import annotations

from typing import Any

from dash import html

from sp_geo.build.view import Build
from sp_geo.panel.weighted_list import weighted_words
from sp_geo.questions.requests.statistics import PanelRequest
from sp_geo.reports.findings.measures import PROVISION, PROVISION_WEIGHTED, PROVISIONS, measures
from sp_geo.web import fields, sheets
from sp_geo.web.components.controls import controls
from sp_geo.web.components.parts import chart, facts, section, sheet_table
from sp_geo.web.components.pcn_facts import pcn_facts
from sp_geo.web.map.maps import legend, pair_legend, pcn_map
from sp_geo.web.page import Page, Part, Slot, needs_panel
from sp_geo.web.pages.need_and_provision.scatter import scatter_figure, scatter_words
from sp_geo.web.sheets import pcn_picture
from sp_geo.web.state import Field, View
from sp_geo.web.views import map_view, pair_view

NAME = "need-and-provision"
ONE, SIDE, PAIR = "one", "side", "pair"


def _fields(build: Build) -> tuple[Field, ...]:
    needs = fields.need(build)
    second = Field("second", "Second measure", needs.default, fields.measure(build).options)
    arrangement = {SIDE: "Two maps side by side", PAIR: "Both on one map", ONE: "The first alone"}
    return (
        fields.icbs(build),
        fields.area(build),
        fields.quarter(build),
        fields.measure(build),
        second,
        Field("maps", "Arrangement", SIDE, arrangement),
        fields.pcn(build),
    )


def _maps(build: Build, view: View) -> html.Div:
    first, second = (measures(build.needs)[view[name]].label for name in ("measure", "second"))
    if view["maps"] == PAIR:
        words = f"{first} and {second}, each in thirds."
        return html.Div([html.H3(words), pcn_map(build, "both", "pair", view, words)])
    one = html.Div([html.H3(first), pcn_map(build, "first", "measure", view, f"{first}.")])
    if view["maps"] == ONE:
        return one
    other = html.Div([html.H3(second), pcn_map(build, "second", "second", view, f"{second}.")])
    return html.Div([one, other], className="halves")


def _legends(build: Build, view: View) -> html.Div:
    if view["maps"] == PAIR:
        both = pair_view(build, view["quarter"], view["area"], view["measure"], view["second"])
        known = measures(build.needs)
        return html.Div(pair_legend(both, known[view["measure"]], known[view["second"]]))
    names = ("measure", "second") if view["maps"] == SIDE else ("measure",)
    made = [
        legend(map_view(build, view["quarter"], view["area"], view[name]), measures(build.needs)[view[name]])
        for name in names
    ]
    return html.Div(made, className="halves")


def _words(build: Build, view: View) -> str:
    words = sheets.quarter_words(build, view["quarter"], view["area"])
    rows = build.rows(view["quarter"], view["area"])
    if PROVISION_WEIGHTED in {view["measure"], view["second"]} and len(rows):
        words += f" {weighted_words(rows)}"
    return words


def _chosen(build: Build, view: View) -> Any:
    found = pcn_facts(build, view["quarter"], view["pcn"])
    if not found:
        return html.P("Choose a PCN on a map to see its figures here.", className="note")
    link = html.A(
        "All that is known of this PCN",
        href=f"/pcn?pcn={view['pcn']}",
        **{"data-page": "/pcn", "data-search": f"?pcn={view['pcn']}"},
    )
    return [html.H3("Chosen PCN"), facts(found), html.P(link)]


def _scatter(build: Build, view: View) -> html.Div:
    # The second measure, or the first, or the usual need if neither is one.
    asked = [name for name in (view["second"], view["measure"]) if name not in PROVISIONS]
    item = build.needs[(asked or [fields.need(build).default])[0]]
    rows = build.rows(view["quarter"], view["area"])
    slopes = sheets.slope_rows(build, item.name, view["area"])
    here = slopes[slopes["quarter"] == view["quarter"]]
    words = scatter_words(rows, here, view["quarter"], item)
    return html.Div([html.P(words, className="words"), chart(scatter_figure(rows, here, item, build.mark), words)])


def _layout(build: Build, _view: View, slot: Slot) -> list[Any]:
    return [
        html.H1("Need and provision"),
        html.P("Two measures of every PCN, quarter by quarter, and how they go together.", className="lead"),
        controls(_fields(build)),
        section(
            "PCNs on the map",
            slot("need-words"),
            slot("need-maps"),
            slot("need-legends"),
            html.P(
                "A PCN has no boundary. Its footprint is the small areas where more registered patients are its "
                "own than any other PCN's; footprints say least in cities.",
                className="note",
            ),
            slot("need-chosen"),
        ),
        section(
            "The same PCNs in a table",
            sheet_table(NAME, "pcns", "/pcn", PROVISION, find="Find a PCN by name, code or ICB"),
        ),
        section("How they go together", slot("need-scatter")),
    ]


PAGE = Page(
    path=f"/{NAME}",
    title="Need and provision",
    fields=_fields,
    parts=(
        Part("need-words", _words, ("quarter", "area", "measure", "second"), live=True),
        Part("need-maps", _maps, when=("maps",)),
        Part("need-legends", _legends, ("maps", "quarter", "area", "measure", "second")),
        Part("need-chosen", _chosen, ("quarter", "pcn"), live=True),
        Part("need-scatter", _scatter, ("quarter", "area", "measure", "second"), late=True),
    ),
    layout=_layout,
    sheets={
        "pcns": lambda build, view: sheets.pcns(build, view["quarter"], view["area"], (view["measure"], view["second"]))
    },
    sheets_on={"pcns": ("quarter", "area", "measure", "second")},
    has_places=True,
    picture=lambda build, view, caption: pcn_picture(build, view, view["measure"], caption),
    lacks=needs_panel,
    asks=lambda _build, view: (fields.request_in(view, PanelRequest),),
)

"""Services and deserts: what is recorded, who can reach it, where little is in reach, and what nobody recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import html

from sp_geo.build.view import Build
from sp_geo.questions.requests.services import AccessRequest, DesertsRequest
from sp_geo.questions.services.request import used_assumptions
from sp_geo.reports.findings.service_sheets import CAPACITY_WORDS
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.web import fields
from sp_geo.web.components.controls import control, controls
from sp_geo.web.components.parts import chart, facts, section, sheet_table
from sp_geo.web.map.geometry import icb_shapes
from sp_geo.web.map.small_area_map import legend, small_area_map
from sp_geo.web.map.small_area_map import view as map_view
from sp_geo.web.page import Page, Part, Slot, needs_services
from sp_geo.web.pages.services import deserts, sheets, views, words
from sp_geo.web.pages.services import parts as picked
from sp_geo.web.pages.services import record_sheets as records
from sp_geo.web.pages.services.figures import attribute_figure, capacity_figure, wait_figure
from sp_geo.web.pages.services.picture import access_picture
from sp_geo.web.service_grid import METHOD, RULE, has_access
from sp_geo.web.state import ENGLAND, View

NAME = "services"
LETTERS = "/letters/services"
"""Address that answers with the letters of the map, followed by the view."""
MAP = "services-areas"
"""Name of the map; a small area that is chosen on it arrives in the store ``services-areas-chosen``."""
_WEEK = 7
_VIEW = ("icbs", "area", "category", *METHOD, *RULE)
_LETTERS = ("show", "cluster", *_VIEW)
_LIVE_NOTE = (
    "The built tables answer at once. Another method is worked out for all of England when you ask for it, which takes "
    "some seconds the first time."
)


def _paragraphs(said: list[str]) -> list[html.P]:
    return [html.P(sentence, className="words") for sentence in said]


def _recorded(build: Build, view: View) -> Any:
    return _paragraphs([" ".join(words.recorded_words(build, view)), *words.covered_words(build, view)])


def _in_deserts(build: Build, view: View) -> Any:
    if not has_access(build):
        return None
    tiles = [
        html.Div(
            [
                html.P(label, className="tile-label"),
                html.P(f"{people:,.0f}", className="tile-value"),
                html.P(f"{share:.1f} % of people", className="hint"),
            ],
            className="tile",
        )
        for label, people, share in words.state_counts(build, view)
    ]
    return [
        html.Div(tiles, className="tiles"),
        *_paragraphs(words.desert_words(build, view)),
        html.P(words.rule_words(build, view), className="note"),
        html.P(words.access_words(view), className="note"),
        html.P(words.method_words(build, view), className="note"),
    ]


def _map_view(build: Build, view: View) -> str:
    icb = None if view["area"] == ENGLAND else view["area"]
    return map_view(
        f"{LETTERS}{view.only(_LETTERS).as_search()}",
        views.area_looks(build, view),
        views.map_bounds(build, view),
        icb,
        view["lsoa"] or None,
        None if build.on_set is None else icb_shapes(build).address,
    )


def _map(build: Build, view: View) -> Any:
    if not has_access(build):
        return None
    label = "Small areas by access to services. The table on this page holds the same areas and values."
    return small_area_map(MAP, label, _map_view(build, view))


def _next_view(build: Build, view: View) -> Any:
    """What the map shows next, read by ``assets/services.js``: the map itself is not made anew."""
    if not has_access(build):
        return None
    return html.Div(id=f"{MAP}-next", hidden=True, **{"data-view": _map_view(build, view)})


def _legend(build: Build, view: View) -> Any:
    if not has_access(build):
        return None
    return [
        html.P(views.legend_title(build, view), className="legend-title"),
        legend(views.legend_looks(build, view)),
    ]


def _sensitivity(build: Build, view: View) -> Any:
    if not has_access(build):
        return None
    if not view.flag("firm"):
        return [
            html.P("How the map of England changes with catchment, decay and limit takes some seconds to work out."),
            picked.button("Work it out", "firm=yes"),
        ]
    rows = PAGE.sheet("sensitivity", build, view).rows
    if rows.empty:
        return None
    low, high = rows["patients_count"].min(), rows["patients_count"].max()
    said = (
        f"With catchments from {rows['catchment_km'].min():g} to {rows['catchment_km'].max():g} km, three decays and "
        f"limits from {100 * rows['share_of_mean'].min():g} to {100 * rows['share_of_mean'].max():g} % of the mean, "
        f"between {low:,.0f} and {high:,.0f} people of England are in deserts. A map is only as firm as this range is "
        "narrow."
    )
    return [html.P(said, className="words"), sheet_table(NAME, "sensitivity")]


def _attributes(build: Build, view: View) -> Any:
    if not has_access(build):
        return None
    rows = deserts.attribute_rows(build, view)
    said = deserts.attribute_sentence(rows, view)
    figure = attribute_figure(rows, build.mark)
    return [html.P(said, className="words"), chart(figure, f"Shares of people in four parts that sum to 100 %. {said}")]


def _capacity(build: Build, view: View) -> Any:
    rows = PAGE.sheet("capacity", build, view).rows
    waits = PAGE.sheet("waits", build, view).rows
    hold = used_assumptions(build).hold_days
    every = rows.iloc[-1]
    said = (
        f"{every['open']:,} of {every['services']:,} services are known to have free places. {every['waits_over']:,} "
        f"of the {every['waits_said']:,} that say how long people wait have a wait over {hold:g} days, "
        "longer than link workers can hold a person."
    )
    silent = int(waits.loc[waits["from_week"].isna(), "services"].sum())
    told = (
        f"How long people wait, {CATEGORY_WORDS[view['category']].lower()}; {silent:,} services do not say. The "
        f"line is the hold of {hold / _WEEK:g} weeks."
    )
    return [
        html.P(said, className="words"),
        chart(capacity_figure(rows.iloc[:-1], CAPACITY_WORDS, build.mark), "Services by category and capacity."),
        html.H3("How long people wait"),
        html.P(told, className="words"),
        chart(wait_figure(waits, hold / _WEEK, build.mark), told, NAME, "waits"),
    ]


def _gaps(build: Build, view: View) -> Any:
    if not deserts.has_gap_log(build):
        return html.P(
            "No link worker's report of an unmet need has been added. Write a file with 'sp-geo template gap-log', "
            "fill it and add it, here on the page My data or with 'sp-geo add'.",
            className="words",
        )
    outcome = deserts.gap_rows(build, view)
    if outcome.found is None:
        return html.P(str(outcome.refusal), className="message")
    first, *others = outcome.found.notes
    return [
        html.P(first, className="words"),
        html.P("Both measures of agreement are 1 where they agree in full, and 0 where no more than by chance."),
        html.P(deserts.verdict_words(outcome.found.rows), className="words"),
        facts(deserts.verdict_counts(outcome.found.rows)),
        *[html.P(note, className="note") for note in others],
        sheet_table(NAME, "gaps", sort="reported_per_10k", downwards=True, find="Find an area, category or verdict"),
    ]


def _non_response(build: Build, view: View) -> Any:
    del view
    parts: list[Any] = []
    for name, heading, nothing in (
        ("unplaced", "Records without a place", "Every record has a place in England."),
        ("refused", "Records that were refused", "No record was refused."),
        ("unmapped", "Terms that stand for no category", "Every term of the directories is known."),
    ):
        rows = PAGE.sheet(name, build, View({})).rows
        parts += [html.H3(heading), sheet_table(NAME, name) if len(rows) else html.P(nothing)]
    if build.rows_count("core_service_refused"):
        parts.append(_folded("Every record that was refused", sheet_table(NAME, "refused_records")))
    return parts


def _folded(summary: str, content: Any) -> html.Details:
    return html.Details([html.Summary(summary), content])


def _layout(build: Build, view: View, slot: Slot) -> list[Any]:
    del view
    settings = [control(item) for item in (*views.method_fields(build), *views.rule_fields(build))]
    return [
        html.H1("Services and deserts"),
        html.P(
            "Link workers can only link to what exists. What directories record of voluntary services, who can reach "
            "them, where there is need and little in reach, and where nobody has recorded anything.",
            className="lead",
        ),
        controls(views.main_fields(build)),
        section(
            "What is recorded, and who can reach it",
            slot("services-recorded"),
            slot("services-deserts"),
            html.Details(
                [
                    html.Summary("Change how access is worked out, and the rule of a desert"),
                    html.P(_LIVE_NOTE, className="note"),
                    html.Div(settings, className="controls"),
                ]
            ),
        ),
        *_access_sections(build, slot),
        section(
            "What services can take",
            sheet_table(NAME, "capacity"),
            slot("services-capacity"),
            _folded("Every recorded service", sheet_table(NAME, "services", find="Find a service or directory")),
        ),
        section("What link workers report", slot("services-gaps")),
        section("What is not recorded", sheet_table(NAME, "directories"), slot("services-silence")),
    ]


def _access_sections(build: Build, slot: Slot) -> list[Any]:
    """Sections that need people by small area."""
    if not has_access(build):
        return []
    chosen = [slot("services-legend"), slot("services-cluster"), html.H3("Chosen small area")]
    return [
        section(
            "Access by small area",
            sheet_table(
                NAME, "areas", sort="imd_score", downwards=True, find="Find a small area by name, code or state"
            ),
            html.Div(
                [
                    html.Div([slot("services-map"), slot("services-next")]),
                    html.Div([*chosen, picked.lsoa_control(build), slot("services-facts")]),
                ],
                className="pair",
            ),
            slot("services-chosen"),
        ),
        section(
            "Deserts, ranked",
            slot("services-clusters"),
            _folded("All clusters", sheet_table(NAME, "clusters", find="Find a cluster by district or category")),
            html.H3("How firm the map is"),
            slot("services-sensitivity"),
        ),
        section(
            "What services near people offer",
            html.Div([control(item) for item in views.attribute_fields()], className="controls"),
            sheet_table(NAME, "attributes"),
            slot("services-attributes"),
        ),
    ]


PAGE = Page(
    path=f"/{NAME}",
    title="Services and deserts",
    fields=views.service_fields,
    parts=(
        Part("services-recorded", _recorded, ("area", "category"), live=True),
        Part("services-deserts", _in_deserts, _VIEW, late=True, live=True),
        Part("services-map", _map, ("lsoa", *_LETTERS), once=True, late=True),
        Part("services-next", _next_view, ("lsoa", *_LETTERS), late=True),
        Part("services-legend", _legend, _LETTERS, late=True),
        Part("services-cluster", picked.cluster, ("cluster", *_VIEW), late=True, live=True),
        Part("services-facts", picked.area, ("lsoa",), live=True),
        Part("services-chosen", picked.area_services, ("lsoa", *METHOD), late=True),
        Part("services-clusters", picked.clusters, _VIEW, late=True),
        Part("services-sensitivity", _sensitivity, ("firm", "category", *METHOD, *RULE), late=True),
        Part("services-attributes", _attributes, ("area", "category", "attribute", "within"), late=True),
        Part("services-capacity", _capacity, ("area", "category"), late=True),
        Part("services-gaps", _gaps, ("area", "category"), late=True),
        Part("services-silence", _non_response, ("area",), once=True, late=True),
    ),
    layout=_layout,
    sheets={
        "areas": sheets.areas,
        "clusters": sheets.clusters,
        "sensitivity": sheets.sensitivity,
        "attributes": sheets.attributes,
        "capacity": sheets.capacity,
        "waits": sheets.waits,
        "services": sheets.recorded,
        "gaps": sheets.gap_log,
        "directories": records.directories,
        "unplaced": records.unplaced,
        "refused": records.refused,
        "refused_records": records.refused_records,
        "unmapped": records.unmapped,
    },
    sheets_on={
        "areas": _VIEW,
        "clusters": _VIEW,
        "sensitivity": ("firm", "category", *METHOD, *RULE),
        "attributes": ("area", "category", "attribute", "within"),
        "capacity": ("area",),
        "waits": ("area", "category"),
        "services": ("area", "category"),
        "gaps": ("area", "category"),
        "directories": ("area",),
        "unplaced": ("area",),
        "refused": ("area",),
        "refused_records": ("area",),
        "unmapped": ("area",),
    },
    letters=views.area_letters,
    has_places=True,
    picture=access_picture,
    lacks=needs_services,
    asks=lambda _build, view: (
        fields.request_in(view, AccessRequest),
        replace(fields.request_in(view, DesertsRequest), show="areas"),
    ),
)

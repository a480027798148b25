"""The first page: England or my area at a glance, in words, figures, a map and a table."""

from __future__ import annotations

from typing import Any

from dash import html

from sp_geo.build.view import Build
from sp_geo.questions.requests.statistics import PanelRequest, RegressRequest
from sp_geo.reports.findings import sheets as briefed
from sp_geo.reports.findings.headlines import HeadlineFigures, changes, headline_figures, year_before
from sp_geo.reports.findings.measures import PROVISION, measures
from sp_geo.web import fields, sheets
from sp_geo.web.components.controls import controls
from sp_geo.web.components.parts import chart, facts, section, sheet_table
from sp_geo.web.components.pcn_facts import pcn_facts
from sp_geo.web.components.plan_form import tile
from sp_geo.web.figures.slopes import slope_figure
from sp_geo.web.map.maps import legend, pcn_map
from sp_geo.web.page import Page, Part, Slot, needs_panel
from sp_geo.web.pages.overview.headline import things_to_know
from sp_geo.web.sheets import pcn_picture
from sp_geo.web.state import Field, View
from sp_geo.web.views import map_view

NAME = "overview"
_FROM_END = "from the quarter's end"


def _fields(build: Build) -> tuple[Field, ...]:
    return (
        fields.icbs(build),
        fields.area(build),
        fields.quarter(build),
        fields.measure(build),
        fields.need(build),
        fields.pcn(build),
    )


def _things(build: Build, view: View) -> Any:
    found = things_to_know(build, view["quarter"], view["area"], view["need"])
    if not found:
        return html.P(sheets.quarter_words(build, view["quarter"], view["area"]), className="words")
    return html.Ol([html.Li([html.H3(heading), html.P(words)]) for heading, words in found], className="things")


def _figures(build: Build, view: View) -> html.Div:
    quarter, area = view["quarter"], view["area"]
    now = headline_figures(build.rows(quarter, area), quarter)
    before = year_before(build.choices.quarters, quarter)
    then = headline_figures(build.rows(before, area), before)
    made = [
        tile(label, value, f"{before}: {earlier}")
        for (label, value), (_, earlier) in zip(_tiles(now), _tiles(then), strict=True)
    ]
    return html.Div(
        [
            html.P(f"{build.area_words(area)}, {quarter}", className="words"),
            html.Div(made, className="tiles"),
        ]
    )


def _tiles(found: HeadlineFigures) -> list[tuple[str, str]]:
    """Labels and figures of one quarter."""
    fte_digits = 0 if found.fte > 100 else 1  # noqa: PLR2004 - a tenth of a post says nothing of a hundred
    return [
        ("Link workers, FTE", _number(found, found.reported, found.fte, fte_digits)),
        ("FTE per 10,000 patients", _number(found, found.reported, found.per_10k, 2)),
        ("PCNs that reported", _number(found, found.active, found.reported, 0, found.active)),
        ("Reported none", _number(found, found.reported, found.zero, 0)),
    ]


def _number(found: HeadlineFigures, count: int, value: float, digits: int, whole: int | None = None) -> str:
    """A figure; [z] where the area had no PCN in the quarter, [x] where none of its PCNs told."""
    if not found.active:
        return "[z]"
    if not count and whole is None:
        return "[x]"
    return f"{value:,.{digits}f}" + (f" of {whole:,}" if whole is not None else "")


def _legend(build: Build, view: View) -> html.Div:
    measure = view["measure"]
    return legend(map_view(build, view["quarter"], view["area"], measure), measures(build.needs)[measure])


def _chosen(build: Build, view: View) -> Any:
    found = pcn_facts(build, view["quarter"], view["pcn"])
    return [html.H3("Chosen PCN"), facts(found)] if found else None


def _slope_chart(build: Build, view: View) -> html.Div:
    item = build.needs[view["need"]]
    rows = sheets.slope_rows(build, view["need"], view["area"])
    figure = slope_figure(rows, list(build.choices.quarters), f"10 {item.unit}", build.mark)
    words = (
        f"Slope of link worker FTE per 10,000 patients on {item.label}, for each 10 {item.unit}, by quarter under four "
        "ways of handling non-response, with 95 % intervals; share of PCNs that reported below."
    )
    return html.Div([html.P(words, className="words"), chart(figure, words, NAME, "slopes")])


def _days(count: int, words: str) -> str:
    return f"{count:,} day{'' if count == 1 else 's'} {words}"


def _rests(build: Build, view: View) -> html.Dl:
    row: Any = build.coverage.loc[view["quarter"]]
    manifest = build.manifest
    return facts(
        [
            ("Series", "NWRS workforce system alone; not the series with reimbursement claims"),
            (
                "England: PCNs in the release",
                f"{row['n_release_pcns']:,}, {row['n_contracted_only_pcns']:,} with contracted services only",
            ),
            (
                "England: link workers in the release",
                f"{row['splw_release_fte']:,.1f} FTE, {row['splw_plain_release_fte']:,.1f} in the plain role",
            ),
            ("Lists", f"extract of {row['list_release']}, {_days(row['list_distance_days'], _FROM_END)}"),
            ("Memberships", f"{row['membership_source']}, {_days(row['membership_distance_days'], _FROM_END)}"),
            ("Files", f"{len(manifest.inputs):,}"),
            ("Publishers", "; ".join(manifest.publishers)),
            ("Licences", "; ".join(manifest.licences)),
            ("Data digest", manifest.digest),
            ("Software", f"sp_geo {manifest.versions.get('sp_geo', '')}"),
        ]
    )  # fmt: skip


def _layout(build: Build, _view: View, slot: Slot) -> list[Any]:
    return [
        html.H1("Link workers and need, by primary care network"),
        html.P(
            "Social prescribing link workers per 10,000 registered patients, quarter by quarter, against need where "
            "their patients live.",
            className="lead",
        ),
        controls(_fields(build)),
        section("Three things to know", slot("overview-figures"), slot("overview-things")),
        html.Section(
            [
                html.H2("PCNs"),
                html.P("The same PCNs in the table and on the map.", className="words"),
                html.Div(
                    [
                        sheet_table(NAME, "pcns", "/pcn", PROVISION, find="Find a PCN by name, code or ICB"),
                        html.Div([slot("overview-map"), slot("overview-legend"), slot("overview-chosen")]),
                    ],
                    className="pair",
                ),
            ],
            className="panel",
        ),
        section("What changed", sheet_table(NAME, "quarters")),
        section("Were link workers where need is higher?", slot("overview-slopes")),
        section("What this rests on", slot("overview-rests")),
    ]


PAGE = Page(
    path="/",
    title="Overview",
    fields=_fields,
    parts=(
        Part("overview-figures", _figures, ("quarter", "area")),
        Part("overview-things", _things, ("quarter", "area", "need"), live=True),
        Part(
            "overview-map",
            lambda build, view: pcn_map(build, NAME, "measure", view, "Footprints of PCNs by the measure chosen."),
            once=True,
        ),
        Part("overview-legend", _legend, ("quarter", "area", "measure")),
        Part("overview-chosen", _chosen, ("quarter", "pcn"), live=True),
        Part("overview-rests", _rests, ("quarter",)),
        Part("overview-slopes", _slope_chart, ("need", "area"), late=True),
    ),
    layout=_layout,
    sheets={
        "pcns": lambda build, view: sheets.pcns(build, view["quarter"], view["area"], (view["measure"],)),
        "quarters": lambda build, view: briefed.quarters(
            changes({quarter: build.rows(quarter, view["area"]) for quarter in build.choices.quarters}),
            sheets.place_of(build, view["area"]),
        ),
        "slopes": lambda build, view: sheets.slopes(build, view["need"], view["area"]),
    },
    sheets_on={
        "pcns": ("quarter", "area", "measure"),
        "quarters": ("area",),
        "slopes": ("need", "area"),
    },
    has_places=True,
    picture=lambda build, view, caption: pcn_picture(build, view, view["measure"], caption),
    lacks=needs_panel,
    asks=lambda _build, view: (
        fields.request_in(view, PanelRequest),
        RegressRequest((view["need"],), area=fields.code_of(view["area"]), icbs=view["icbs"]),
    ),
)

"""Over time: slopes by quarter, whether they change, inequality, and many ways of asking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import html

from sp_geo.build.view import Build
from sp_geo.questions.requests.asked import Request
from sp_geo.questions.requests.statistics import RegressRequest
from sp_geo.reports.findings.silence_words import silence_words
from sp_geo.statistics.conclusions.editions import mixed_editions
from sp_geo.statistics.conclusions.slopes import slope_summary, slope_words
from sp_geo.statistics.conclusions.trends import trend_words
from sp_geo.web import fields
from sp_geo.web.components.controls import control, controls
from sp_geo.web.components.parts import chart, plain_table, section, sheet_table
from sp_geo.web.figures.palette import NON_RESPONSES
from sp_geo.web.figures.slopes import slope_figure
from sp_geo.web.page import Page, Part, Slot, needs_panel
from sp_geo.web.pages.over_time import sheets
from sp_geo.web.pages.over_time.inequality import inequality_figure
from sp_geo.web.pages.over_time.picture import over_time_picture
from sp_geo.web.pages.over_time.specifications import specification_figure
from sp_geo.web.pages.over_time.views import (
    ALL,
    EVERY_NEED,
    FULL_DRAWS,
    INEQUALITY,
    ONE_QUARTER,
    POOLED,
    QUICK_DRAWS,
    SEED,
    curve_request,
    curve_rows,
    curve_scope,
    inequality_request,
    inequality_rows,
    measure_rows,
    silence_request,
    silence_rows,
    slopes_of,
    timeline,
    trend_request,
    trend_rows,
)
from sp_geo.web.pages.over_time.words import curve_words, draws_words, inequality_words
from sp_geo.web.state import Field, View

NAME = "over-time"
_SLOPE_ON = ("area", "need", "non_response")
_INEQUALITY_ON = (*_SLOPE_ON, "draws")
_CURVE_ON = ("area", "need", "curve", "quarter")


_NON_RESPONSE = Field(
    "non_response",
    "PCNs that did not report",
    ALL,
    {ALL: "All four treatments", **{name: label for name, (label, _, _) in NON_RESPONSES.items()}},
)
_MEASURE = Field("inequality", "Measure", "gap", {name: about.label for name, about in INEQUALITY.items()})
_DRAWS = Field(
    "draws", "Draws for the intervals", FULL_DRAWS, {FULL_DRAWS: "2,000", QUICK_DRAWS: "200: rough, at once"}
)
_CURVE = Field(
    "curve",
    "What the curve covers",
    ONE_QUARTER,
    {
        ONE_QUARTER: "One quarter, the need chosen",
        EVERY_NEED: "One quarter, every need (some seconds)",
        POOLED: "All quarters, the need chosen (some seconds)",
    },
)


def _quarter(build: Build) -> Field:
    return replace(fields.quarter(build), kind="choice", label="Quarter of the curve")


def _paragraphs(words: list[str]) -> list[html.P]:
    return [html.P(text, className="words") for text in words]


def _slope_text(build: Build, view: View) -> list[Any]:
    non_response = view["non_response"]
    rows = slopes_of(build, view["need"], view["area"], ALL)
    area = build.area_words(view["area"])
    said: list[Any] = list(_paragraphs(slope_words(rows, build.needs[view["need"]], area, non_response)))
    found = slope_summary(rows if non_response == ALL else rows[rows["non_response"] == non_response])
    if found.empty:
        return said
    caption = "The latest slope of each treatment, and quarters by where their interval lies"
    return [*said, plain_table(found, caption, set(found.columns) - {"Treatment", "Latest"})]


def _slope_chart(build: Build, view: View) -> html.Div:
    item = build.needs[view["need"]]
    rows = slopes_of(build, view["need"], view["area"], view["non_response"])
    figure = slope_figure(rows, timeline(list(build.choices.quarters)), f"10 {item.unit}", build.mark)
    if view["non_response"] != ALL:
        wanted = {NON_RESPONSES[view["non_response"]][0], "Coverage"}
        figure.data = [trace for trace in figure.data if trace.name in wanted]
    words = (
        f"Slope of link workers per 10,000 patients on {item.label} by quarter with 95 % intervals, and the share of "
        "PCNs that reported below. The same figures are in the table."
    )
    return chart(figure, words, NAME, "slopes")


def _silence_text(build: Build, view: View) -> list[html.P]:
    rows = silence_rows(build, view["need"], view["area"])
    return _paragraphs(silence_words(rows, build.needs[view["need"]]))


def _trend_text(build: Build, view: View) -> list[html.P]:
    item = build.needs[view["need"]]
    rows = trend_rows(build, item.name, view["area"], view["non_response"])
    needs = build.table("out_pcn_need", ["need", "quarter", "source"])
    mixed = mixed_editions(needs, item.name, item.label)
    return _paragraphs([*trend_words(rows, item), *([mixed] if mixed else [])])


def _inequality(build: Build, view: View) -> html.Div:
    about = INEQUALITY[view["inequality"]]
    rows = inequality_rows(build, view["need"], view["area"], view["non_response"], view["draws"])
    held = measure_rows(rows, view["inequality"])
    said = inequality_words(held, view["inequality"], view["non_response"])
    if not held["estimate"].notna().any():
        return html.Div(_paragraphs(said))
    unit = str(held["unit"].iloc[0])
    label = f"{about.label},<br>{unit}" if unit.startswith("FTE") else about.label
    figure = inequality_figure(
        held,
        timeline(list(build.choices.quarters)),
        label,
        about.equal,
        (about.above, about.below),
        about.digits,
        build.mark,
    )
    words = f"{about.label} by quarter with 95 % intervals, and coverage below. The same figures are in the table."
    note = html.P(draws_words(view["non_response"], view["draws"]), className="note")
    return html.Div([*_paragraphs(said), note, chart(figure, words, NAME, "inequality")])


def _specifications(build: Build, view: View) -> html.Div:
    curve, quarter = view["curve"], view["quarter"]
    rows = curve_rows(build, view["need"], view["area"], curve, quarter)
    if rows.empty:
        return html.Div(_paragraphs([curve_scope(build, view["need"], view["area"], curve, quarter)]))
    last = build.choices.quarters[-1] if curve == POOLED else quarter
    said = _paragraphs(curve_words(rows, curve, last))
    if not rows["estimate"].notna().any():
        return html.Div(said)
    words = (
        "Slopes of every way of asking, smallest first, with intervals; a mark below each for the choices behind it. "
        "The same figures are in the table."
    )
    figure = specification_figure(rows, build.mark)
    drawn = chart(figure, words, NAME, "specifications")
    tall = {"--tall": f"{figure.layout.height}px"}
    # On a phone the names of the choices leave no room for the curve, so it keeps its width and is scrolled.
    place = html.Div(
        drawn, className="tall scroll", style=tall, tabIndex="0", role="region", **{"aria-label": "Specification curve"}
    )
    return html.Div([*said, place])


def _chosen(*found: Field) -> html.Div:
    return html.Div([control(item) for item in found], className="controls")


def _layout(build: Build, _view: View, slot: Slot) -> list[Any]:
    return [
        html.H1("Over time"),
        html.P(
            "Were link workers where need is higher, quarter by quarter; did that change; how unequal is it; and does "
            "the answer depend on how one asks?",
            className="lead",
        ),
        controls([fields.icbs(build), fields.area(build), fields.need(build), _NON_RESPONSE]),
        section("Slope by quarter", slot("time-slope-words"), slot("time-slopes")),
        section("What silence could change", slot("time-silence"), sheet_table(NAME, "silence")),
        section("Did the slope change?", slot("time-trend"), sheet_table(NAME, "trend")),
        section(
            "How unequal provision is",
            _chosen(_MEASURE, _DRAWS),
            slot("time-inequality"),
            html.H3("Rates by fifth of need"),
            sheet_table(NAME, "fifths", find="Find a quarter or a fifth"),
        ),
        section(
            "Many ways of asking",
            html.P(
                "Need, posts counted, handling of non-response, weights and what is held constant can each be chosen "
                "in more than one way. The curve shows all combinations of these, so that nobody has to trust one.",
                className="words",
            ),
            _chosen(_CURVE, _quarter(build)),
            slot("time-specifications"),
        ),
    ]


def _asks(build: Build, view: View) -> tuple[Request, ...]:
    need, area, non_response = view["need"], view["area"], view["non_response"]
    return (
        RegressRequest((need,), non_response, area=fields.code_of(area), icbs=build.icbs),
        silence_request(build, need, area),
        trend_request(build, need, area, non_response),
        inequality_request(build, need, area, non_response, view["draws"]),
        curve_request(build, need, area, view["curve"], view["quarter"]),
    )


PAGE = Page(
    path=f"/{NAME}",
    title="Over time",
    fields=lambda build: (
        fields.icbs(build),
        fields.area(build),
        fields.need(build),
        _NON_RESPONSE,
        _MEASURE,
        _DRAWS,
        _CURVE,
        _quarter(build),
    ),
    parts=(
        Part("time-slope-words", _slope_text, _SLOPE_ON, live=True),
        Part("time-slopes", _slope_chart, _SLOPE_ON, late=True),
        Part("time-silence", _silence_text, ("area", "need"), late=True, live=True),
        Part("time-trend", _trend_text, _SLOPE_ON, late=True, live=True),
        Part("time-inequality", _inequality, (*_INEQUALITY_ON, "inequality"), late=True),
        Part("time-specifications", _specifications, _CURVE_ON, late=True),
    ),
    layout=_layout,
    sheets={
        "slopes": sheets.slopes,
        "silence": sheets.silence,
        "trend": sheets.trend,
        "inequality": sheets.inequality,
        "fifths": sheets.fifths,
        "specifications": sheets.specifications,
    },
    sheets_on={
        "slopes": _SLOPE_ON,
        "silence": ("area", "need"),
        "trend": _SLOPE_ON,
        "inequality": (*_INEQUALITY_ON, "inequality"),
        "fifths": _INEQUALITY_ON,
        "specifications": _CURVE_ON,
    },
    picture=over_time_picture,
    seeds={"inequality": SEED, "imputed PCNs": SEED},
    lacks=needs_panel,
    asks=_asks,
)

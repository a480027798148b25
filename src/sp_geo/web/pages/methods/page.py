"""Methods and limits, for a planner: what the figures are, what they are not, and how to check one."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html

from sp_geo.build.view import Build
from sp_geo.reports.findings.quality import ended_rows, lost_share
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.services.assumptions import Assumptions, assumptions, described
from sp_geo.services.deserts import Rule
from sp_geo.web.components.parts import plain_table, section, sheet_table
from sp_geo.web.page import Page, Slot
from sp_geo.web.pages.methods.glossary_words import GLOSSARY
from sp_geo.web.pages.methods.methods_words import COMMANDS, MARKS, NON_RESPONSES, chapters, lost_words
from sp_geo.web.state import View

NAME = "methods"


def _in_force(build: Build) -> Assumptions:
    return assumptions(build.manifest.parameters.get("services") or {})


def _numbers(build: Build, _view: View) -> Sheet:
    rows = described(_in_force(build))
    return Sheet(
        name="assumptions",
        title="The numbers behind capacity, demand, access and deserts",
        rows=rows.assign(
            assumption=rows["assumption"].str.replace("_", " "),
            span=[f"{low:g} to {high:g}" for low, high in rows[["low", "high"]].to_numpy()],
            value=[f"{value:g}" for value in rows["value"]],
            default=[f"{value:g}" for value in rows["default"]],
        ),
        columns=(
            Column("assumption", "Name"),
            Column("value", "In force"),
            Column("default", "Default"),
            Column("span", "Range"),
            Column("unit", "Unit"),
            Column("meaning", "Meaning"),
            Column("source", "Source"),
        ),
        notes=("Set under 'services:' in parameters.yaml in the workspace; what is outside its range is refused.",),
    )


def _words(_build: Build, _view: View) -> Sheet:
    return Sheet(
        name="glossary",
        title="Words of these pages",
        rows=pd.DataFrame(GLOSSARY, columns=["term", "meaning"]),
        columns=(Column("term", "Word"), Column("meaning", "Meaning here")),
    )


def _tables(name: str) -> list[Any]:
    """What stands under the text of a chapter."""
    if name == "silence":
        frame = pd.DataFrame(NON_RESPONSES, columns=["Treatment", "Who counts", "When it is right"])
        return [plain_table(frame, "Four treatments of PCNs that did not report", set())]
    if name == "marks":
        frame = pd.DataFrame(MARKS, columns=["State", "In a table", "On a map", "What it means"])
        return [plain_table(frame, "How each state is shown", set())]
    if name == "numbers":
        return [sheet_table(NAME, "assumptions")]
    if name == "check":
        frame = pd.DataFrame(COMMANDS, columns=["Command", "What it gives"])
        return [plain_table(frame, "The same figures from the command line", set())]
    return [sheet_table(NAME, "glossary", find="Find a word")] if name == "glossary" else []


def _layout(build: Build, _view: View, _slot: Slot) -> list[Any]:
    used, lost = _in_force(build), ""
    if build.has_panel:
        quarter = build.choices.quarters[-1]
        ended = build.table("out_reconciliation")
        rows = ended_rows(ended[ended["quarter"] == quarter])
        lost = lost_words(quarter, lost_share(rows, "list_patients"), lost_share(rows, "area_patients"))
    rule = Rule("need", int(used.desert_need_fifths), used.desert_share_of_mean).words()
    found = chapters(used, rule, lost)
    links = [html.Li(html.A(item.heading, href=f"#{item.name}")) for item in found]
    return [
        html.H1("Methods and limits"),
        html.P("What these figures are, what they are not, and how to check one. For planners.", className="lead"),
        html.Nav(
            [html.H2("On this page"), html.Ol(links)], className="panel contents", **{"aria-label": "On this page"}
        ),
        *[
            section(
                item.heading,
                *[html.P(text, className="words") for text in item.paragraphs],
                *([html.Ul([html.Li(text) for text in item.points], className="words")] if item.points else []),
                *[html.P(text, className="words") for text in item.after],
                *_tables(item.name),
                name=item.name,
            )
            for item in found
        ],
    ]


PAGE = Page(
    path=f"/{NAME}",
    title="Methods and limits",
    fields=lambda _build: (),
    parts=(),
    layout=_layout,
    sheets={"assumptions": _numbers, "glossary": _words},
)

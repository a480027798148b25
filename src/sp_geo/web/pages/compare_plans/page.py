"""Compare plans: what has been saved, whether the data have changed since, and how two plans differ."""

from __future__ import annotations

from typing import Any, Final

from dash import html

from sp_geo.build.view import Build
from sp_geo.core.errors import SpGeoError
from sp_geo.planning.plan import LONGEST_NAME
from sp_geo.reports.sheet import Sheet
from sp_geo.web.components.parts import plain_table, section, sheet_table
from sp_geo.web.components.plan_form import DELETE, refused, said, text_input
from sp_geo.web.components.saved_list import LABELS, chooser, list_of
from sp_geo.web.page import Page, Part, Slot
from sp_geo.web.plans import comparison
from sp_geo.web.plans.figures import figure_texts
from sp_geo.web.plans.words import refusal_words
from sp_geo.web.state import Field, View

NAME: Final = "compare-plans"


def _difference(build: Build, view: View) -> Any:
    try:
        side = comparison.compared(build, view)
    except SpGeoError as fault:
        return refused(refusal_words(fault), "These plans cannot be compared.")
    if side is None:
        words = html.P("Choose two plans of one kind above.", className="words")
        pair = comparison.latest_pair(comparison.listing(build)[0])
        if pair is None:
            return words
        values = View({"plan": pair[0], "plan_b": pair[1]}).as_search().lstrip("?")
        button = html.Button(f"Compare '{pair[0]}' and '{pair[1]}'", type="button", **{"data-set": values})
        return [words, html.P(button)]
    figures = comparison.figures_sheet(build, side)
    return [
        said(comparison.comparison_words(build, side)),
        html.H3("Row by row"),
        sheet_table(NAME, "differences", find="Find a row by name, code or category"),
        *([html.P(comparison.ABSENT, className="note")] if side.found.rows["standing"].ne("both").any() else []),
        html.H3("Figures of the plans"),
        *[html.P(note, className="words") for note in figures.notes],
        plain_table(
            figure_texts(figures.rows),
            "Figures of both plans",
            {"First plan", "Second plan", "Second less first"},
        ),
        html.H3("What was asked differently"),
        sheet_table(NAME, "requests"),
    ]


def _layout(_build: Build, _view: View, slot: Slot) -> list[Any]:
    return [
        html.H1("Compare plans"),
        html.P("Plans that were saved, and how two of them differ.", className="lead"),
        section("Choose two plans", slot("compare-choose")),
        section("How they differ", slot("compare-difference")),
        section("Saved plans", slot("compare-listed")),
        section(
            "Delete a saved plan",
            html.P(
                "This deletes a plan with all its versions, for everybody, and cannot be undone. To confirm, type its "
                "name exactly as it stands in the list.",
                className="words",
            ),
            html.Div(text_input(DELETE["name"], "Name of the plan to delete", LONGEST_NAME), className="single"),
            html.P(html.Button("Delete this plan with all its versions", id=DELETE["press"], type="button")),
            html.Div(id=DELETE["said"], role="status"),
        ),
    ]


def _plans_sheet(build: Build, _view: View) -> Sheet:
    plans, fault = comparison.listing(build)
    if fault is not None:
        raise fault
    return comparison.listed_sheet(build, plans)


PAGE: Final = Page(
    path=f"/{NAME}",
    title="Compare plans",
    # Not a list of the plans there are: the address stays good when somebody saves or deletes one.
    fields=lambda _build: tuple(Field(name, label, "", kind="text") for name, label in LABELS.items()),
    parts=(
        Part("compare-choose", lambda build, _view: chooser(build), ("none",), kept=False),
        Part("compare-difference", _difference, ("plan", "plan_b"), kept=False, late=True, live=True),
        Part("compare-listed", lambda build, _view: list_of(build), ("none",), kept=False),
    ),
    layout=_layout,
    sheets={
        "plans": _plans_sheet,
        "differences": lambda build, view: comparison.differences_sheet(build, comparison.compared(build, view)),
        "figures": lambda build, view: comparison.figures_sheet(build, comparison.compared(build, view)),
        "requests": lambda build, view: comparison.requests_sheet(build, comparison.compared(build, view)),
    },
    changing=("plans", "differences", "figures", "requests"),
)

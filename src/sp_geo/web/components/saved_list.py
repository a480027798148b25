"""Saved plans on the page: the two that are chosen, and the list of all."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from dash import html

from sp_geo.build.view import Build
from sp_geo.reports.sheet import cell_text
from sp_geo.web.components.controls import control
from sp_geo.web.components.parts import plain_table
from sp_geo.web.components.plan_form import refused
from sp_geo.web.plans import comparison
from sp_geo.web.plans.words import refusal_words
from sp_geo.web.state import Field

LABELS: Final = {"plan": "First plan", "plan_b": "Second plan"}
_NONE_YET: Final = "No plan has been saved yet. Make one under 'Plan posts' or 'Plan funding' and save it there."


def chooser(build: Build) -> Any:
    """Two choices of a saved plan, or why there is none."""
    plans, fault = comparison.listing(build)
    if fault is not None:
        return refused(refusal_words(fault), "Saved plans cannot be read.")
    if not plans:
        return html.P(_NONE_YET, className="words")
    options = {"": "Choose a plan", **comparison.versions(plans)}
    chosen = [control(Field(name, label, "", options)) for name, label in LABELS.items()]
    return html.Div(chosen, className="controls")


def list_of(build: Build) -> Any:
    """All plans, the latest version of each; drawn here, so that it can follow a deletion."""
    plans, fault = comparison.listing(build)
    if fault is not None or not plans:
        return html.P(_NONE_YET if fault is None else "Saved plans cannot be read.", className="note")
    sheet = comparison.listed_sheet(build, plans)
    texts = {column.heading: [cell_text(column, row) for _, row in sheet.rows.iterrows()] for column in sheet.columns}
    return plain_table(
        pd.DataFrame(texts), sheet.title, {column.heading for column in sheet.columns if column.is_number}
    )

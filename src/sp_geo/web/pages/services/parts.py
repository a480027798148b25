"""Clusters and small areas of the page of services: ranked, chosen, and what is known of the chosen one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pandas as pd
from dash import html

from sp_geo.build.view import Build
from sp_geo.questions.services.request import used_assumptions
from sp_geo.reports.findings.service_words import cluster_places
from sp_geo.reports.sheet import MISSING
from sp_geo.web.components.controls import control
from sp_geo.web.components.parts import facts, plain_table
from sp_geo.web.pages.services import deserts, views, words
from sp_geo.web.service_grid import has_access
from sp_geo.web.state import View

_TOP: Final = 10
_AREAS_LISTED: Final = 12


def button(label: str, sets: str, said: str = "") -> html.Button:
    """A button that sets values of the address.

    Args:
        label: on it.
        sets: fields and values, as in an address.
        said: instead of the label, to those who hear it out of its row.
    """
    spoken = {"aria-label": said} if said else {}
    return html.Button(label, type="button", **{"data-set": sets, **spoken})


def clusters(build: Build, view: View) -> Any:
    """The clusters with most people, each with a button that shows it on the map."""
    if not has_access(build):
        return None
    rows = deserts.cluster_rows(build, view)
    if rows.empty:
        return html.P("There is no desert here by this rule.", className="words")
    top = rows.head(_TOP)
    survives = f"Survives, % of {used_assumptions(build).resamples:,.0f} draws"
    shown = pd.DataFrame(
        {
            "Where": [f"{row.rank}. {row.place}" for row in top.itertuples()],
            "People": [f"{count:,.0f}" for count in top["patients_count"]],
            "Little or nothing of": top["missing"].replace("", "no single category").tolist(),
            "Nearest with a free place": [_alternative(row) for row in top.itertuples()],
            survives: [f"{share:.0f}" for share in top["robustness_pct"]],
            "On the map": [
                button("Show", f"show={views.DESERTS}&cluster={row.cluster_id}", f"Show {row.place} on the map")
                for row in top.itertuples()
            ],
        }
    )
    caption = f"The {len(top):,} clusters with most people, of {len(rows):,}"
    return plain_table(shown, caption, {"People", survives})


def _alternative(row: Any) -> str:
    if pd.isna(row.nearest_m):
        return "None recorded in England"
    wait = "wait not recorded" if pd.isna(row.nearest_waiting_days) else f"wait {row.nearest_waiting_days:.0f} days"
    return f"{row.nearest}, {row.nearest_m / 1000:,.1f} km, {wait}"


def cluster(build: Build, view: View) -> Any:
    """The chosen cluster with its small areas to choose from."""
    if not view["cluster"] or not has_access(build):
        return None
    held = deserts.cluster_areas(build, view)
    if held.empty:
        return html.P("The chosen cluster is not a desert of this category by this rule.", className="note")
    listed = [
        html.Li(button(f"{row.lsoa11_name}, {row.patients_count:,.0f} people", f"lsoa={row.lsoa11_code}"))
        for row in held.head(_AREAS_LISTED).itertuples()
    ]
    those = "Those" if len(held) <= _AREAS_LISTED else f"The {_AREAS_LISTED} with most people"
    return [
        html.H3("Chosen cluster"),
        html.P(
            f"{cluster_places(held).iloc[0]}: {len(held):,} small areas, "
            f"{held['patients_count'].sum():,.0f} people. {those}; choose one to see what is known of it:"
        ),
        html.Ul(listed, className="forms"),
        button("Leave this cluster", "cluster="),
    ]


def lsoa_control(build: Build) -> html.Div:
    """Where the code of a small area can be written, for those who do not use the map."""
    field = next(item for item in views.service_fields(build) if item.name == "lsoa")
    shown = replace(field, label="Code of a small area", kind="text", hint="Such as E01000001.")
    return html.Div(control(shown), className="controls")


def area(build: Build, view: View) -> Any:
    """Facts of the chosen small area."""
    if not view["lsoa"] or not has_access(build):
        return html.P(
            "Choose a small area on the map, or write its code, to see what is known of it.", className="note"
        )
    found = words.area_facts(build, view)
    return facts(found) if found else html.P("No small area of England of 2011 has this code.", className="message")


def area_services(build: Build, view: View) -> Any:
    """What is in reach of the chosen small area, category by category."""
    found = words.area_facts(build, view) if view["lsoa"] and has_access(build) else []
    if not found:
        return None
    table = words.area_categories(build, view)
    rows: list[Any] = list(table.itertuples())
    shown = pd.DataFrame(
        {
            "Category": table["category"],
            "What is known": table["state"],
            "Access per 1,000 people": [_number(row.score, 3) for row in rows],
            "In reach with free places": [f"{row.reached_count:,}" for row in rows],
            "Full": [f"{row.full_count:,}" for row in rows],
            "Capacity unknown": [f"{row.unknown_count:,}" for row in rows],
            "Nearest recorded": [row.nearest or MISSING for row in rows],
            "Way to it, km": [_number(row.nearest_m / 1000, 1) for row in rows],
        }
    )
    caption = f"Services in reach of {dict(found)['Small area']}"
    return plain_table(shown, caption, set(shown.columns) - {"Category", "What is known", "Nearest recorded"})


def _number(value: float, digits: int) -> str:
    return MISSING if pd.isna(value) else f"{value:,.{digits}f}"

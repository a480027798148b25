"""Plan funding: where the next pounds should go, to the pound, and where new sites would reach most people."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from dash import html

from sp_geo.build.view import Build
from sp_geo.questions.requests.plans import FundingRequest, SitesRequest
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.web import fields
from sp_geo.web.components.controls import controls
from sp_geo.web.components.parts import chart, section, sheet_table
from sp_geo.web.components.plan_form import conditions, folded, no_plan, plan_is_here, refused, said, save_form, tile
from sp_geo.web.figures.allocation import UNMET, allocation_figure, allocation_picture
from sp_geo.web.map.plan_map import plan_legend, plan_letters, plan_map
from sp_geo.web.page import Page, Part, Slot, needs_services
from sp_geo.web.pages.plan_funding import words as funding_words
from sp_geo.web.plans import funding_views
from sp_geo.web.plans.funding_views import COST, FundingFound, funding_found, sites_found
from sp_geo.web.plans.words import refusal_words
from sp_geo.web.state import View

NAME: Final = "plan-funding"
_MONEY: Final = (
    "area", "budget", "years", "smallest_grant", "floor", "ceiling", "level", "funding_need", "category",
    *[f"{COST}{name}" for name in REFERRAL_CATEGORIES],
)  # fmt: skip
_SITES: Final = ("area", "opening", "site_objective", "reach", "candidates", "stays", "site_need")


def _words(build: Build, view: View) -> Any:
    outcome = funding_found(build, view)
    if outcome.found is None:
        return refused(refusal_words(outcome.refusal)) if outcome.refusal is not None else no_plan()
    found = outcome.found
    amounts = found.rows["amount_gbp"]
    smallest = f"£{int(amounts[amounts > 0].min()):,}" if (amounts > 0).any() else "none"
    before, after = found.rows["unmet_before"].sum(), found.rows["unmet_after"].sum()
    tiles = [
        tile("Given", f"£{int(amounts.sum()):,}", f"of £{found.asked.request.budget:,}"),
        tile("Grants", f"{int((amounts > 0).sum()):,}", f"of {len(amounts):,} lines"),
        tile("Smallest grant", smallest, "given"),
        tile("Unmet demand", f"{after:,.0f}", f"people a quarter where known; today: {before:,.0f}"),
    ]
    words = said(funding_words.funding_words(found))
    return [plan_is_here("funding"), html.Div(tiles, className="tiles"), words]


def _table(build: Build, view: View) -> Any:
    if funding_found(build, view).found is None:
        return no_plan()
    return sheet_table(
        NAME, "funding", "/pcn" if view["level"] == "pcn" else "", find="Find an area, category or reason"
    )


def _amounts(found: FundingFound) -> pd.DataFrame:
    """Pounds by PCN; missing where no demand is known."""
    areas = found.areas
    amount = areas["amount_gbp"].where(areas["unmet_before"].notna())
    return pd.DataFrame({"pcn_code": areas["area_code"], "amount": amount})


def _map(build: Build, view: View) -> Any:
    outcome = funding_found(build, view)
    if outcome.found is None:
        return no_plan()
    if view["level"] != "pcn" or not build.has_panel:
        return html.P("A map is drawn where the areas of the lines are PCNs.", className="note")
    letters = plan_letters(build, _amounts(outcome.found), "amount")
    return [
        plan_map(build, "funding", view, letters, "Footprints of PCNs by pounds granted."),
        html.P("A PCN has no boundary: its footprint is where most patients are its own.", className="note"),
    ]


def _chosen(build: Build, view: View) -> Any:
    outcome = funding_found(build, view)
    if outcome.found is None or view["level"] != "pcn" or not build.has_panel:
        return None
    amounts = _amounts(outcome.found)
    title = "Grants over all years and categories, £ (PCNs)"
    letters = plan_letters(build, amounts, "amount")
    legend = plan_legend(letters, amounts, "amount", title, "{:,.0f}", "No grant", "Unmet demand not known")
    rows = outcome.found.rows
    rows = rows[rows["area_code"] == view["pcn"]]
    if rows.empty:
        return [legend, html.P("Choose a PCN on the map to see its lines.", className="note")]
    lines = [
        html.Li(f"{funding_views.category_words(str(row.category))}: £{row.amount_gbp:,}. {row.reason}.")
        for row in rows.itertuples()
    ]
    return [legend, html.H3(f"{funding_words.area_name(build, view['pcn'])} ({view['pcn']})"), html.Ul(lines)]


def _fifths(build: Build, view: View) -> Any:
    outcome = funding_found(build, view)
    if outcome.found is None:
        return no_plan()
    table = sheet_table(NAME, "categories")
    if outcome.found.fifths.empty:
        return [table, html.P("There are too few areas for a chart by fifths of need.", className="note")]
    words = "Unmet demand in each fifth of areas by need, today and with the plan, where it is known."
    drawn = chart(allocation_figure(outcome.found.fifths, UNMET, build.mark), words, NAME, "fifths")
    return [table, html.H3("By fifths of need"), html.P(words), drawn]


def _sites(build: Build, view: View) -> Any:
    outcome = sites_found(build, view)
    if outcome.found is None:
        if outcome.refusal is None:
            return no_plan()
        return refused(refusal_words(outcome.refusal), "No sites are planned.")
    told = html.Ul([html.Li(words) for words in outcome.found.notes])
    words = html.P(funding_words.sites_words(outcome.found), className="words")
    return [plan_is_here("sites"), words, sheet_table(NAME, "sites"), told]


def _layout(build: Build, _view: View, slot: Slot) -> list[Any]:
    costs = conditions(funding_views.cost_fields(build))
    return [
        html.H1("Plan funding"),
        html.P("Where the next community money should go, and where new sites would help.", className="lead"),
        controls(funding_views.money_fields(build), "What is there to give?"),
        section("Costs per place", folded("Show and change the cost of a place", costs)),
        section("The plan in words", slot("funding-words")),
        section("Grants by area and category", slot("funding-table")),
        section(
            "Grants on the map", html.Div([slot("funding-map"), slot("funding-chosen")], className="map-beside")
        ),
        section("Before and after", slot("funding-fifths")),
        save_form("funding"),
        section(
            "Sites to open",
            html.P(
                "Where new or outreach sites should go, in the area chosen above. Sites that are recorded can be taken "
                "as staying open.",
                className="words",
            ),
            conditions(funding_views.site_fields(build)),
            html.Div(slot("funding-sites"), className="after-controls"),
        ),
        save_form("sites"),
    ]  # fmt: skip


PAGE: Final = Page(
    path=f"/{NAME}",
    title="Plan funding",
    fields=funding_views.funding_fields,
    parts=(
        Part("funding-words", _words, _MONEY, late=True, live=True),
        Part("funding-table", _table, _MONEY, late=True),
        Part("funding-map", _map, (*_MONEY, "pcn"), late=True),
        Part("funding-chosen", _chosen, (*_MONEY, "pcn"), late=True, live=True),
        Part("funding-fifths", _fifths, _MONEY, late=True),
        Part("funding-sites", _sites, _SITES, late=True, live=True),
    ),
    layout=_layout,
    sheets=funding_words.SHEETS,
    has_places=True,
    picture=lambda build, view, caption: allocation_picture(funding_words.money(build, view).fifths, UNMET, caption),
    lacks=needs_services,
    asks=lambda _build, view: (fields.request_in(view, FundingRequest), fields.request_in(view, SitesRequest)),
)

"""Plan posts: where the next link workers should go, why, what that changes, and how sure it is."""

from __future__ import annotations

from typing import Any, Final

from dash import html

from sp_geo.build.view import Build
from sp_geo.planning.recommend import SEED
from sp_geo.questions.requests.plans import PostsRequest
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.statistics.quantiles import FIFTHS
from sp_geo.web import fields
from sp_geo.web.components.controls import controls
from sp_geo.web.components.parts import chart, facts, plain_table, section, sheet_table
from sp_geo.web.components.plan_form import conditions, folded, no_plan, plan_is_here, refused, said, save_form, tile
from sp_geo.web.figures.allocation import allocation_figure, allocation_picture, rates_in
from sp_geo.web.map.plan_map import plan_legend, plan_letters, plan_map
from sp_geo.web.page import Page, Part, Slot, needs_panel
from sp_geo.web.pages.plan_posts.frontier import frontier_figure, frontier_words
from sp_geo.web.plans import posts_views, sheets
from sp_geo.web.plans.posts_views import posts_beside, posts_found
from sp_geo.web.plans.sheets import table_words
from sp_geo.web.plans.words import PROVEN_PCT, effect_texts, plan_words, refusal_words
from sp_geo.web.state import View

NAME: Final = "plan-posts"
_ASKED: Final = (
    "area", "quarter", "fte", "step", "objective", "need", "unreported", "patients", "target", "smallest", "most",
    "promised", "at_most", "cost",
)  # fmt: skip
_BESIDE_WORDS: Final = {
    "scenarios": "The same posts given by other rules, and what the national growth would bring.",
    "needs": "What each PCN gets if another need decides. Posts that all of them give do not hang on that choice.",
}


def _words(build: Build, view: View) -> Any:
    outcome = posts_found(build, view)
    if outcome.refusal is not None:
        return refused(refusal_words(outcome.refusal))
    found = outcome.answer
    gap, (before, after) = found.plan.allocation.gap_pct, found.covered_pct
    proven = gap <= PROVEN_PCT
    tiles = [
        tile("Posts given", f"{found.given:,.6g} FTE", f"of {found.plan.request.fte:,.6g} to give"),
        tile("PCNs that get any", f"{found.getting:,}", f"of {len(found.plan.problem.pcn_codes):,} in the plan"),
        tile("Need covered", f"{after:.1f} %", f"today: {before:.1f} %"),
        tile(
            "Solver's gap",
            "0 %" if proven else f"{gap:.2g} %",
            "no plan does better" if proven else "at most so much better is possible",
        ),
    ]
    return [plan_is_here("posts"), html.Div(tiles, className="tiles"), said(plan_words(build, view, found))]


def _table(build: Build, view: View) -> Any:
    if posts_found(build, view).refusal is not None:
        return no_plan()
    table = sheet_table(NAME, "posts", "/pcn", find="Find a PCN by name, code, ICB or reason")
    return [table, html.P(" ".join(table_words(posts_found(build, view).answer)), className="note")]


def _map(build: Build, view: View) -> Any:
    outcome = posts_found(build, view)
    if outcome.refusal is not None:
        return no_plan()
    rows = outcome.answer.rows
    letters = plan_letters(build, rows, "added_fte", "is_imputed")
    return [
        plan_map(build, "posts", view, letters, "Footprints of PCNs by posts added."),
        html.P("A PCN has no boundary: its footprint is where most patients are its own.", className="note"),
    ]


def _chosen(build: Build, view: View) -> Any:
    outcome = posts_found(build, view)
    if outcome.found is None:
        return None
    every = outcome.found.rows
    letters = plan_letters(build, every, "added_fte", "is_imputed")
    legend = plan_legend(letters, every, "added_fte", "Posts added, FTE (PCNs)", "{:g}")
    rows = every[every["pcn_code"] == view["pcn"]]
    if rows.empty:
        return [legend, html.P("Choose a PCN on the map to see why it gets what it gets.", className="note")]
    row: Any = rows.iloc[0]
    left_out = bool(row["added_state"])
    return [
        legend,
        html.H3(f"{row['pcn_name']} ({row['pcn_code']})"),
        facts(
            [
                ("Added", "not part of the plan" if left_out else f"{row['added_fte']:g} FTE"),
                ("Today", "did not report" if left_out else f"{row['fte_before']:.2f} FTE"),
                ("Reporting", str(row["status"])),
                ("Why", str(row["reason"])),
            ]
        ),
    ]


def _fifths(build: Build, view: View) -> Any:
    outcome = posts_found(build, view)
    if outcome.refusal is not None:
        return no_plan()
    found = outcome.answer
    table = plain_table(effect_texts(found), "Today and with the plan", {"Today", "With the plan", "Change"})
    if found.fifths.empty:
        return [table, html.P(f"Fewer than {FIFTHS} networks: there is no chart by fifths of need.", className="note")]
    words = "Rate of link workers in each fifth of PCNs by need, today and with the plan."
    drawn = chart(allocation_figure(found.fifths, rates_in(found.plan.rate_unit), build.mark), words, NAME, "fifths")
    return html.Div([table, html.Div([html.H3("By fifths of need"), html.P(words), drawn])], className="halves")


def _order(build: Build, view: View) -> Any:
    if posts_found(build, view).refusal is not None:
        return no_plan()
    return sheet_table(NAME, "order", "/pcn", find="Find a PCN by name or code")


def _beside(build: Build, view: View) -> Any:
    what = view["beside"]
    outcome = posts_beside(build, view, what)
    if outcome.found is None:
        return no_plan()
    if what != "frontier":
        return [html.P(_BESIDE_WORDS[what], className="words"), sheet_table(NAME, what, find="Find in this table")]
    words = frontier_words(outcome.found)
    figure = chart(frontier_figure(outcome.found, build.mark), words)
    return [html.P(words, className="words"), sheet_table(NAME, "frontier"), figure]


def _layout(build: Build, _view: View, slot: Slot) -> list[Any]:
    return [
        html.H1("Plan posts"),
        html.P("Where the next link workers should go, why there, and what that changes.", className="lead"),
        controls(posts_views.main_fields(build), "What is there to give?"),
        section(
            "More conditions", folded("Limits, promises, silent PCNs, cost", conditions(posts_views.more_fields()))
        ),
        section("The plan in words", slot("posts-words")),
        section("Posts by PCN", slot("posts-table")),
        section(
            "The same PCNs on the map", html.Div([slot("posts-map"), slot("posts-chosen")], className="map-beside")
        ),
        section("Before and after", slot("posts-fifths")),
        section(
            "Why in this order",
            html.P(
                "One step of a post after another goes to whoever gains most by it at that moment. This explains the "
                "plan; the solver checks it.",
                className="words",
            ),
            slot("posts-order"),
        ),
        section(
            "Beside the plan",
            html.Div(conditions([posts_views.beside_field()]), className="single"),
            slot("posts-beside"),
        ),
        save_form("posts"),
    ]


def _picture(build: Build, view: View, caption: Caption) -> Any:
    found = posts_found(build, view).answer
    return allocation_picture(found.fifths, rates_in(found.plan.rate_unit), caption)


PAGE: Final = Page(
    path=f"/{NAME}",
    title="Plan posts",
    fields=posts_views.posts_fields,
    parts=(
        Part("posts-words", _words, (*_ASKED, "prices"), late=True, live=True),
        Part("posts-table", _table, _ASKED, late=True),
        Part("posts-map", _map, (*_ASKED, "pcn"), late=True),
        Part("posts-chosen", _chosen, (*_ASKED, "pcn"), late=True, live=True),
        Part("posts-fifths", _fifths, _ASKED, late=True),
        Part("posts-order", _order, _ASKED, late=True),
        Part("posts-beside", _beside, (*_ASKED, "beside"), late=True),
    ),
    layout=_layout,
    sheets=sheets.SHEETS,
    has_places=True,
    picture=_picture,
    seeds={"survival of posts": SEED},
    lacks=needs_panel,
    asks=lambda _build, view: (fields.request_in(view, PostsRequest),),
)

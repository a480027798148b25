"""Tables of a plan of posts, to show and to take away; each raises what its plan was refused with."""

from __future__ import annotations

from typing import Final

from sp_geo.build.view import Build
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.panel import ALL, provision_of
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.sheets import SERIES, marked
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.web.plans.posts_views import PostsFound, order_rows, posts_beside, posts_found, scenario_words
from sp_geo.web.plans.words import effect_rows
from sp_geo.web.state import View


def _unit(view: View) -> str:
    """Unit of a rate, with the patients that the plan counts."""
    return provision_of(ALL, view["patients"]).unit


def _title(build: Build, view: View, words: str) -> str:
    given = f"{view.number('fte') or 0:,.6g} FTE"
    return marked(build.mark, f"{words}, {given}, {build.area_words(view['area'])}, {view['quarter']}")


def pcns(build: Build, view: View) -> Sheet:
    """One row a PCN: posts, rates, why, how often in the redraws, state of reporting."""
    import geopandas as gpd

    found = posts_found(build, view).answer
    rows = found.rows
    rows = rows.assign(icb=rows["icb_code"].map(build.area_names))
    need = measures(build.needs)[view["need"]]
    shapes = build.footprints.set_index("pcn_code")["geometry"].reindex(rows["pcn_code"])
    redrawn = Column("robustness_pct", "Kept in the redraws", "% of 500", 0, state="robustness_state")
    return Sheet(
        name="posts",
        title=_title(build, view, "Posts by PCN"),
        rows=rows,
        columns=(
            Column("pcn_name", "PCN"),
            Column("pcn_code", "Code"),
            Column("icb", "ICB"),
            Column("added_fte", "Added", "FTE", 2, state="added_state"),
            Column("fte_before", "Today", "FTE", 2),
            Column("rate_before", "Rate today", _unit(view), 3),
            Column("rate_after", "Rate with the plan", _unit(view), 3),
            Column("need_value", need.label, need.unit, need.digits, need.scale),
            Column("reason", "Why"),
            *([redrawn] if _is_redrawn(found) else []),
            Column("status", "Reporting"),
            *([Column("cost_gbp", "Cost a year", "£", 0)] if "cost_gbp" in rows else []),
        ),
        notes=(
            SERIES,
            *table_words(found),
            "An association between need and provision, not a forecast of what posts achieve.",
        ),
        shapes=gpd.GeoSeries(shapes.to_numpy(), crs=MEASURE),
        colour="added_fte",
    )


def _is_redrawn(found: PostsFound) -> bool:
    return bool(found.rows["robustness_pct"].notna().any())


def table_words(found: PostsFound) -> tuple[str, ...]:
    """What must be known to read the marks and the redraws in the table of PCNs."""
    silent = (
        "A PCN that did not report has no figure ([x]); one that reported none has 0. [z]: not part of the plan, "
        "or does not apply."
    )
    if _is_redrawn(found):
        redrawn = (
            "Kept in the redraws: share of 500 redraws of need's sampling error in which a PCN keeps at least "
            "half of its posts, or still gets none."
        )
    elif found.plan.problem.objective == "worst_first":
        redrawn = "Need does not decide who comes first here, so it is not drawn again."
    elif found.plan.error_is_unknown:
        redrawn = f"{found.plan.need.unknown_error} It is not drawn again, and no share of redraws is shown."
    else:
        redrawn = f"{found.plan.need.no_error_words} It is not drawn again, and no share of redraws is shown."
    return (silent, redrawn) if found.silent else (redrawn,)


def order(build: Build, view: View) -> Sheet:
    """The order in which one step after another is given."""
    return Sheet(
        name="order",
        title=_title(build, view, "One step of a post after another"),
        rows=order_rows(posts_found(build, view).answer),
        columns=(
            Column("pcn_name", "PCN"),
            Column("pcn_code", "Code"),
            Column("step", "Step", "", 0),
            Column("rate_before", "Rate before the step", _unit(view), 3),
            Column("rate_after", "Rate after the step", _unit(view), 3),
            Column("fte_so_far", "Given so far", "FTE", 2),
            Column("because", "Because"),
        ),
        notes=("Each step goes to whoever gains most by it; ties go to the lower rate, then to the smaller code.",),
    )


def effects(build: Build, view: View) -> Sheet:
    """Measures today and with the plan."""
    return Sheet(
        name="effects",
        title=_title(build, view, "What the plan changes"),
        rows=effect_rows(posts_found(build, view).answer),
        columns=(
            Column("words", "Measure"),
            Column("before", "Today", "", 3),
            Column("after", "With the plan", "", 3),
            Column("change", "Change", "", 3),
        ),
        notes=("PCNs that were left out are in none of these figures.",),
    )


def fifths(build: Build, view: View) -> Sheet:
    """Posts and rates by fifths of need."""
    return Sheet(
        name="fifths",
        title=_title(build, view, "Posts by fifths of need"),
        rows=posts_found(build, view).answer.fifths,
        columns=(
            Column("words", "Fifth of PCNs by need"),
            Column("pcns", "PCNs", "", 0),
            Column("patients", "Patients", "", 0),
            Column("fte_before", "Today", "FTE", 1),
            Column("added_fte", "Added", "FTE", 2),
            Column("rate_before", "Rate today", _unit(view), 3),
            Column("rate_after", "Rate with the plan", _unit(view), 3),
        ),
        notes=("Fifths have equal numbers of PCNs; a rate is all posts of a fifth over all its patients.",),
    )


def _state(view: View) -> tuple[Column, ...]:
    """Columns of the state after a number of posts."""
    return (
        Column("mean_rate", "Rate of all", _unit(view), 3),
        Column("lowest_rate", "Lowest rate", _unit(view), 3),
        Column("shortfall_fte", "Lacking to the target", "FTE", 1),
        Column("people_under_target", "Patients under the target", "", 0),
        Column("slope", "Slope on need", f"{_unit(view)} for each 10 of its unit", 3),
        Column("slope_low", "From (95 %)", "", 3),
        Column("slope_high", "To (95 %)", "", 3),
        Column("concentration_index", "Concentration index", "", 3),
    )


def frontier(build: Build, view: View) -> Sheet:
    """The plan with fewer posts, up to all of them."""
    return Sheet(
        name="frontier",
        title=_title(build, view, "The same plan with fewer posts"),
        # There is nothing before the first row to compare it with.
        rows=posts_beside(build, view, "frontier").answer.assign(first="[z]"),
        columns=(
            Column("posts_fte", "Posts given", "FTE", 2),
            *_state(view),
            Column(
                "people_under_target_per_post", "Patients under the target, for each further post", "", 0, state="first"
            ),
        ),
        notes=("The target stays that of the whole plan.",),
    )


def scenarios(build: Build, view: View) -> Sheet:
    """Other ways of giving the posts, and the national growth."""
    return Sheet(
        name="scenarios",
        title=_title(build, view, "Ways of giving posts"),
        rows=scenario_words(posts_beside(build, view, "scenarios").answer),
        columns=(Column("scenario", "Way"), Column("posts_fte", "Posts given", "FTE", 1), *_state(view)),
        notes=("National growth: 9,000 posts by 2036/37 in equal yearly steps. The area gets its present share.",),
    )


def needs(build: Build, view: View) -> Sheet:
    """What each PCN gets by every measure of need."""
    found = posts_found(build, view).answer
    rows = posts_beside(build, view, "needs").answer
    known = build.needs
    asked = [name for name in known if name in rows]
    return Sheet(
        name="needs",
        title=_title(build, view, "Posts by other measures of need"),
        rows=rows.assign(pcn_name=rows["pcn_code"].map(found.rows.set_index("pcn_code")["pcn_name"])),
        columns=(
            Column("pcn_name", "PCN"),
            Column("pcn_code", "Code"),
            Column("needs_that_give", "Needs by which it gets posts", f"of {len(asked)}", 0),
            *[Column(name, known[name].label, "FTE added", 2) for name in asked],
        ),
        notes=("A PCN that gets posts by every measure does not hang on the choice of one.",),
    )


SHEETS: Final = {
    "posts": pcns,
    "effects": effects,
    "fifths": fifths,
    "order": order,
    "frontier": frontier,
    "scenarios": scenarios,
    "needs": needs,
}

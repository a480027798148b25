"""Plans side by side and in plain words: what compares, which way posts lean, where a site is, when there is a form."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.questions.sites import named
from sp_geo.reports.sheet import Sheet
from sp_geo.web.components.plan_form import save_form
from sp_geo.web.pages.compare_plans import page as compare_plans
from sp_geo.web.pages.plan_funding import page as plan_funding
from sp_geo.web.pages.plan_funding.words import sites_sheet
from sp_geo.web.pages.plan_posts import page as plan_posts
from sp_geo.web.pages.plan_posts.frontier import frontier_words
from sp_geo.web.plans import comparison, sheets
from sp_geo.web.plans.figures import figure_texts, target
from sp_geo.web.plans.funding_views import funding_fields
from sp_geo.web.plans.posts_views import posts_fields, posts_found
from sp_geo.web.plans.words import CLEAR_LEAN, direction, plan_words, target_words
from sp_geo.web.state import View, read_view
from tests.conftest import REPOSITORY
from tests.dashboard.conftest import keep

ASSETS = REPOSITORY / "src/sp_geo/web/assets"


def beside(build: Build, url: str, first: str, second: str, kind: str = "posts") -> comparison.Side:
    """Two plans, saved and set side by side."""
    for name, search in (("One", first), ("Two", second)):
        assert "Saved as" in keep(build, url, name, search, kind)
    side = comparison.compared(build, View({"plan": "One", "plan_b": "Two"}))
    assert side is not None
    return side


def by_key(sheet: Sheet) -> pd.DataFrame:
    """Figures by their keys."""
    return sheet.rows.set_index("key")


def test_a_target_that_rises_with_the_posts_is_not_compared(region_build: Build, plans: str) -> None:
    """Plans with targets of their own are compared against one target only."""
    side = beside(region_build, plans, "?fte=10", "?fte=20")
    sheet = comparison.figures_sheet(region_build, side)
    rows = by_key(sheet)
    assert rows.loc["target", "first"] == pytest.approx(target(side.first))
    assert rows.loc["target", "second"] > rows.loc["target", "first"]
    for when in ("before", "after"):
        assert f"{when}.people_under_target" not in rows.index
        assert f"{when}.shortfall_fte" not in rows.index
    assert "targets differ" in sheet.notes[0]
    one = rows.loc[["one_target.shortfall_fte", "one_target.people_under_target"]]
    assert (one["difference"] <= 0).all(), "against one target, more posts leave less lacking"
    found = posts_found(region_build, read_view("?fte=10", posts_fields(region_build))[0]).found
    assert target(side.first) == pytest.approx(found.plan.problem.target)
    assert one["first"].to_list() == pytest.approx(
        [found.change("shortfall_fte")[1], found.change("people_under_target")[1]]
    )
    fifths = rows[rows.index.str.startswith("fifth.")]
    assert fifths["first"].to_list() == pytest.approx(found.fifths["rate_after"].to_list())
    texts = figure_texts(sheet.rows).set_index("Figure")["First plan"]
    slope = texts[[name for name in texts.index if "95 % interval" in name]]
    assert slope.str.fullmatch(r"[+-]\d\.\d{3} \([+-]\d\.\d{3} to [+-]\d\.\d{3}\)").all()
    assert "targets differ" in str(
        compare_plans.PAGE.parts[1].make(region_build, View({"plan": "One", "plan_b": "Two"}))
    )


def test_one_target_is_compared(region_build: Build, plans: str) -> None:
    """Plans with the same target are compared by the people under it."""
    sheet = comparison.figures_sheet(
        region_build, beside(region_build, plans, "?fte=10&target=0.6", "?fte=20&target=0.6")
    )
    rows = by_key(sheet)
    assert rows.loc["after.people_under_target", "difference"] <= 0
    assert sheet.notes == ()


def test_other_needs_and_areas_are_said(region_build: Build, plans: str) -> None:
    """Plans for other needs or areas keep their slopes apart, and the notes say how they differ."""
    area = next(iter(region_build.area_names))
    side = beside(region_build, plans, "?fte=5&target=0.6", f"?fte=5&target=0.6&need=lack_of_support&area={area}")
    sheet = comparison.figures_sheet(region_build, side)
    assert not sheet.rows["key"].str.contains("slope|concentration|fifth").any()
    assert "different needs" in sheet.notes[0]
    assert "they differ in: area" in sheet.notes[1]


def test_what_was_asked_is_said_in_words(region_build: Build, plans: str) -> None:
    """Options are told in words of the page, not in code words."""
    area = next(iter(region_build.area_names))
    side = beside(
        region_build,
        plans,
        "?fte=5",
        f"?fte=5&step=1&objective=worst_first&unreported=impute&need=asian&area={area}",
    )
    words = dict(comparison.comparison_words(region_build, side))["What was asked"]
    assert "Who comes first: Gaps, high need first against Whoever has least" in words
    assert f"Area: England against {region_build.area_names[area]}" in words
    assert "Smallest increment: a half against whole posts only" in words
    assert "_" not in words


@pytest.mark.parametrize(
    ("index", "low", "high", "way"),
    [
        (0.009, -0.005, 0.029, "neither way"),
        (-0.02, 0.001, 0.03, "need"),
        (-0.02, -0.001, 0.03, "neither way"),
        (0.02, -0.03, -0.001, "lower need"),
        (0.02, 0.001, 0.03, "neither way"),
        (-CLEAR_LEAN / 2, 0.001, 0.03, "neither way"),
    ],
)
def test_a_direction_is_only_said_where_it_is_clear(index: float, low: float, high: float, way: str) -> None:
    """A direction is named only where index and slope agree and are clearly apart from 0."""
    assert direction(index, low, high) == way
    state = {"concentration_index": index, "slope": (low + high) / 2, "slope_low": low, "slope_high": high}
    rows = pd.DataFrame([{"posts_fte": posts, "shortfall_fte": 5.0 - posts, **state} for posts in (0.0, 5.0)])
    words = frontier_words(rows)
    assert ("no clear lean with all of them" in words) == (way == "neither way")
    assert f"95 % interval {low:+.3f} to {high:+.3f}" in words
    assert "0.01 or more from 0" in words
    missing = rows.assign(slope=float("nan"))
    assert "lean" not in frontier_words(missing)


def test_the_target_says_where_it_comes_from(build: Build) -> None:
    """The words tell a target of the planner's own from one that was worked out."""
    for search, said in (("?fte=2", "shared evenly"), ("?fte=2&target=0.6", "your own target")):
        view, _ = read_view(search, posts_fields(build))
        found = posts_found(build, view).found
        assert found is not None
        assert said in target_words(found)
        assert said in dict(plan_words(build, view, found))["The gap to the target"]


def test_redraws_are_shown_only_of_a_sample(region_build: Build) -> None:
    """The share of redraws is shown only where need is a sample and decides the plan."""
    for search, shown, said in (
        ("?fte=5", False, "not a sample"),
        ("?fte=5&need=lack_of_support", True, "share of 500 redraws"),
        ("?fte=5&need=lack_of_support&objective=worst_first", False, "does not decide"),
    ):
        view, _ = read_view(search, posts_fields(region_build))
        sheet = sheets.pcns(region_build, view)
        assert any(column.name == "robustness_pct" for column in sheet.columns) is shown, search
        assert said in " ".join(sheet.notes)
        part = next(part for part in plan_posts.PAGE.parts if part.name == "posts-table")
        assert said in str(part.make(region_build, view))


def test_sites_say_where_they_are(region_build: Build, plans: str) -> None:
    """Sites have names and small areas, also in plans that were saved without them."""
    area = str(region_build.table("core_directory")["area_code"].iloc[0])
    area = area if area in region_build.area_names else next(iter(region_build.area_names))
    names = set(region_build.table("core_service")["name"].str.strip())
    view, _ = read_view(f"?area={area}&opening=2&candidates=venues", funding_fields(region_build))
    sheet = sites_sheet(region_build, view)
    assert len(sheet.rows) > 0, sheet.notes
    assert set(sheet.rows["site_name"]) <= names
    assert sheet.rows["lsoa11_name"].str.fullmatch(r".+ \d{3}[A-Z]").all()
    shown = [column.name for column in sheet.columns if not column.is_aside]
    assert shown[0] == "site_name"
    assert "site_id" not in shown
    assert {"lsoa11_name", "lsoa11_code"} <= set(shown)
    assert "_" not in " ".join(sheet.notes).split(";")[0]
    search = f"?area={area}&candidates=venues&opening="
    side = beside(region_build, plans, f"{search}1", f"{search}3", "sites")
    # Plans that were saved before sites had names get them from the tables.
    bare = [{key: value for key, value in row.items() if not key.endswith("_name")} for row in side.second.rows]
    rows = comparison.differences_sheet(region_build, replace(side, second=replace(side.second, rows=bare))).rows
    assert len(rows) > 0
    assert set(rows["site_name"]) <= names
    assert rows["lsoa11_name"].notna().all()
    areas = sites_sheet(region_build, view.but(candidates="areas")).rows
    assert areas["site_name"].eq(areas["lsoa11_name"]).all()
    practice = region_build.table("core_organisation").query("org_type == 'practice'").iloc[-1]
    known = pd.DataFrame({"site_id": [practice["org_code"], "our hall"], "lsoa11_code": areas["lsoa11_code"].iloc[0]})
    assert named(region_build, known)["site_name"].to_list() == [practice["name"].strip(), "our hall"]


def test_there_is_a_form_only_with_a_plan(region_build: Build) -> None:
    """A plan that can be made has its form, with labels of its own."""
    code = str(region_build.panel["pcn_code"].iloc[-1])
    fields = {"posts": posts_fields(region_build), "funding": funding_fields(region_build)}
    area = next(iter(region_build.area_names))
    cases = [
        (plan_posts.PAGE, "posts-words", "posts", "?fte=2", f"?fte=1&promised={code}%3D3"),
        (plan_funding.PAGE, "funding-words", "funding", "?budget=50000", "?budget=5000"),
        (plan_funding.PAGE, "funding-sites", "sites", f"?area={area}&candidates=areas", "?opening=2.5&reach=abc"),
    ]
    rules = (ASSETS / "plans.css").read_text(encoding="utf-8")
    for page, name, kind, good, bad in cases:
        part = next(part for part in page.parts if part.name == name)
        held = fields["posts" if kind == "posts" else "funding"]
        assert "data-plan" in str(part.make(region_build, read_view(good, held)[0])), kind
        if kind != "sites":
            assert "data-plan" not in str(part.make(region_build, read_view(bad, held)[0])), kind
        assert f'main:not(:has([data-plan="{kind}"])) #save-{kind}' in rules
        form = str(save_form(kind))
        assert f"id='save-{kind}'" in form
        assert form.count(f"plan of {kind}") == 5, "heading, three labels, button"


def test_a_plan_is_listed_as_soon_as_it_is_saved(build: Build, plans: str) -> None:
    """A saved plan is in every list of the page at once."""
    page = compare_plans.PAGE
    view = View({"plan": "", "plan_b": ""})
    parts = {part.name: part for part in page.parts}
    assert "No plan has been saved" in str(parts["compare-choose"].made(build, view))
    assert page.sheet("plans", build, view).rows.empty
    keep(build, plans, "Fresh", "?fte=1")
    for name in ("compare-choose", "compare-listed"):
        assert "Fresh" in str(parts[name].made(build, view))
    keep(build, plans, "Second", "?fte=2")
    assert "Compare 'Fresh' and 'Second'" in str(parts["compare-difference"].made(build, view))
    assert page.sheet("plans", build, view).rows["name"].to_list() == ["Fresh", "Second"]
    assert set(page.changing) == set(page.sheets)
    assert not any(part.kept for part in page.parts)

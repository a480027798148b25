"""Pages of plans: what is asked is what the address says, words match figures, silence is no zero, plans last."""

from __future__ import annotations

import threading
import time

import numpy as np
import pandas as pd
import pytest
from dash import Dash

from sp_geo.build.view import Build
from sp_geo.core.errors import InfeasibleError, SpGeoError, UsageError
from sp_geo.questions.requests.plans import PostsRequest
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.reports.sheet import cell_text
from sp_geo.statistics.quantiles import FIFTHS, equal_parts
from sp_geo.web.fields import request_in
from sp_geo.web.figures.allocation import RATES, allocation_figure, allocation_picture
from sp_geo.web.map.plan_map import LEFT_OUT, NOTHING, plan_legend, plan_letters
from sp_geo.web.outcome import outcome
from sp_geo.web.pages.compare_plans import page as compare_plans
from sp_geo.web.pages.plan_funding import page as plan_funding
from sp_geo.web.pages.plan_funding.words import funding_sheet, funding_words, sites_sheet, sites_words
from sp_geo.web.pages.plan_posts import page as plan_posts
from sp_geo.web.pages.plan_posts.frontier import frontier_figure, frontier_words
from sp_geo.web.plans import actions, comparison, sheets
from sp_geo.web.plans.figures import figure_texts
from sp_geo.web.plans.funding_views import funding_fields, funding_found, sites_found
from sp_geo.web.plans.posts_views import PostsFound, posts_beside, posts_fields, posts_found
from sp_geo.web.plans.words import cost_words, effect_texts, plan_words, refusal_words
from sp_geo.web.state import Field, View, read_view
from tests.dashboard.conftest import MOMENT, keep


def view_of(fields: tuple[Field, ...], **values: str) -> View:
    """A view with some values; every one of them must be accepted."""
    view, unknown = read_view(View(values).as_search(), fields)
    assert unknown == []
    return view


def posts_view(build: Build, **values: str) -> View:
    """A view of the page of posts."""
    return view_of(posts_fields(build), **values)


def posts_plan(build: Build, **values: str) -> PostsFound:
    """The plan of a view, which must be there."""
    found = posts_found(build, posts_view(build, **values)).found
    assert found is not None
    return found


def test_the_first_view_is_a_plan_already(build: Build) -> None:
    """The page opens with a plan that is proven best."""
    found = posts_plan(build)
    assert found.given > 0
    assert found.plan.allocation.gap_pct == pytest.approx(0.0, abs=1e-6)


def test_the_address_is_the_request(build: Build) -> None:
    """Every field of the address reaches the request for a plan."""
    view = posts_view(build, fte="3", step="0.1", promised="U1=0.5, U2=1", most="2", cost="40000")
    request = request_in(view, PostsRequest)
    assert (request.fte, request.step, request.most, request.cost_per_post) == (3.0, 0.1, 2.0, 40_000.0)
    assert request.at_least == ("U1=0.5", "U2=1")
    assert request.area == ""
    assert request.target is None


def test_a_silent_pcn_is_left_out_and_not_zero(build: Build) -> None:
    """A PCN that did not report gets no posts and shows as missing, not as none."""
    found = posts_plan(build, quarter="2022Q1", fte="2")
    silent = found.rows[found.rows["status"] == "Did not report"]
    assert len(silent) == found.silent > 0
    assert silent[["fte_before", "added_fte", "rate_before"]].isna().all(axis=None)
    sheet = sheets.pcns(build, posts_view(build, quarter="2022Q1", fte="2"))
    row = sheet.rows.loc[silent.index[0]]
    texts = {column.name: cell_text(column, row) for column in sheet.columns}
    assert texts["fte_before"] == "[x]"
    assert texts["added_fte"] == "[z]"
    words = dict(plan_words(build, posts_view(build, quarter="2022Q1", fte="2"), found))
    assert "do not count as having none" in words["PCNs that did not report"]


def test_an_assumed_pcn_says_so(build: Build) -> None:
    """A PCN with an assumed figure is marked as assumed, and is on the map."""
    found = posts_plan(build, quarter="2022Q1", fte="2", unreported="impute")
    assumed = found.rows[found.rows["is_imputed"]]
    assert len(assumed) == found.silent > 0
    assert assumed["status"].str.contains("assumed").all()
    letters = plan_letters(build, found.rows, "added_fte", "is_imputed")
    assert LEFT_OUT not in letters.counts


def test_what_contradicts_itself_is_said_in_words(build: Build) -> None:
    """A request that cannot be met says by how much, and no table is shown."""
    code = posts_plan(build).plan.problem.pcn_codes[0]
    view = posts_view(build, fte="1", promised=f"{code}=3")
    outcome = posts_found(build, view)
    assert isinstance(outcome.refusal, InfeasibleError)
    words = " ".join(refusal_words(outcome.refusal))
    assert "3 FTE promised, 1 FTE to give" in words
    assert "What would do: 2 FTE more, or fewer promises." in words
    assert "cannot be made" in str(plan_posts.PAGE.parts[0].make(build, view))
    for part in plan_posts.PAGE.parts[1:]:
        assert "data-table" not in str(part.make(build, view)), part.name
    with pytest.raises(InfeasibleError):
        sheets.pcns(build, view)


def test_refusals_speak_of_the_page(build: Build) -> None:
    """Refusals name fields of the page, never options of the command line."""
    outcome = posts_found(build, posts_view(build, promised="nonsense"))
    assert outcome.refusal is not None
    words = " ".join(refusal_words(outcome.refusal))
    assert "--" not in words
    assert "'Promised posts' cannot be used" in words


def test_a_plan_is_worked_out_once(build: Build) -> None:
    """Parts that ask at once share one plan; refusals are answers, and faults are tried again."""
    asked: list[str] = []

    def slow(_build: object, request: str) -> str:
        asked.append(request)
        time.sleep(0.05)
        if request == "broken":
            raise KeyError(request)
        if request == "refused":
            raise UsageError("no")
        return request.upper()

    got: list[str | None] = []
    threads = [threading.Thread(target=lambda: got.append(outcome(build, slow, "plan").found)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["PLAN"] * 6
    assert asked == ["plan"]
    assert isinstance(outcome(build, slow, "refused").refusal, UsageError)
    for _ in range(2):
        with pytest.raises(KeyError):
            outcome(build, slow, "broken")
    assert asked.count("broken") == 2, "a fault is not an answer to keep"


def test_fifths_hold_every_pcn_and_post(region_build: Build) -> None:
    """Fifths of need hold every PCN and every post of the plan."""
    found = posts_plan(region_build, fte="10", step="0.1")
    assert len(found.fifths) == FIFTHS
    assert found.fifths["words"].tolist() == ["1, greatest need", "2", "3", "4", "5, least need"]
    greatest = found.plan.problem.need[equal_parts(found.plan.problem.need) == 1]
    assert len(greatest) == found.fifths["pcns"].iloc[0]
    assert (
        greatest.min() > np.delete(found.plan.problem.need, np.argsort(-found.plan.problem.need)[: len(greatest)]).max()
    )
    assert found.fifths["added_fte"].sum() == pytest.approx(found.given)
    assert found.fifths["pcns"].sum() == len(found.plan.problem.pcn_codes)
    rates = 10_000 * found.fifths["fte_before"] / found.fifths["patients"]
    assert rates.to_numpy() == pytest.approx(found.fifths["rate_before"].to_numpy())
    before, after = found.covered_pct
    assert 0 < before < after <= 100


def test_figures_and_picture_show_the_fifths(region_build: Build) -> None:
    """Today and the plan differ by pattern in each of the five fifths."""
    found = posts_plan(region_build, fte="10")
    figure = allocation_figure(found.fifths, RATES, "SYNTHETIC")
    assert [len(trace.x) for trace in figure.data] == [FIFTHS, FIFTHS]
    assert figure.layout.xaxis.type == "category"
    assert {trace.marker.pattern.shape for trace in figure.data} == {"", "/"}
    assert any(note.text == "SYNTHETIC" for note in figure.layout.annotations)
    picture = allocation_picture(found.fifths, RATES, Caption("Plan posts", "Below", "SYNTHETIC"))
    assert picture.get_label() == "SYNTHETIC: Plan posts"
    assert len(picture.axes[0].patches) == 2 * FIFTHS
    with pytest.raises(UsageError, match="too little"):
        allocation_picture(found.fifths.iloc[:0], RATES, Caption("Plan posts", "Below", ""))


def test_what_stands_beside_the_plan(region_build: Build) -> None:
    """Frontier, scenarios and needs are there, and further posts never add to the shortfall."""
    view = posts_view(region_build, fte="10")
    rows = posts_beside(region_build, view, "frontier").found
    assert rows["shortfall_fte"].is_monotonic_decreasing
    assert "10 FTE" in frontier_words(rows)
    assert len(frontier_figure(rows, "").data) == 2
    ways = sheets.scenarios(region_build, view).rows["scenario"]
    assert ways.iloc[0] == "No new posts"
    assert not ways.isna().any()
    needs = sheets.needs(region_build, view)
    assert {column.name for column in needs.columns} <= set(needs.rows)


def test_letters_of_the_map_are_the_table(region_build: Build) -> None:
    """The map's classes count the PCNs that the table lists."""
    found = posts_plan(region_build, fte="10")
    letters = plan_letters(region_build, found.rows, "added_fte", "is_imputed")
    assert len(letters.classes) == len(region_build.footprints)
    assert letters.counts[NOTHING] == int((found.rows["added_fte"] == 0).sum())
    assert sum(letters.counts.get(letter, 0) for letter in "abcd") == found.getting
    legend = str(plan_legend(letters, found.rows, "added_fte", "Posts", "{:g}"))
    assert f"Nothing added ({letters.counts[NOTHING]:,})" in legend


def test_words_say_what_the_numbers_say(region_build: Build) -> None:
    """Sentences about posts and costs give the plan's own numbers."""
    view = posts_view(region_build, fte="10", cost="40000", prices="2026/27")
    found = posts_plan(region_build, fte="10", cost="40000", prices="2026/27")
    words = dict(plan_words(region_build, view, found))
    assert words["Who gets them"].startswith(f"{found.given:g} FTE go to {found.getting:,} of the")
    assert f"£{found.given * 40_000:,.0f} a year" in words["What it costs"]
    assert "in prices of 2026/27" in words["What it costs"]
    assert "No cost is assumed" in cost_words(10.0, None, "")
    texts = effect_texts(found)
    assert len(texts) == 11
    assert "-" not in texts["Today"].iloc[0]


def test_money_is_met_to_the_pound_and_stand_ins_are_named(region_build: Build) -> None:
    """Every pound is given out, and costs that stand in for unknown ones are named."""
    fields = funding_fields(region_build)
    view = view_of(fields, budget="123457")
    found = funding_found(region_build, view).found
    assert found.rows["amount_gbp"].sum() == 123_457
    assert found.categories["amount_gbp"].sum() == 123_457
    assert found.fifths["amount_gbp"].sum() == 123_457
    words = dict(funding_words(found))
    assert "met to the pound" in words["Who gets it"]
    assert "stand-in is used for all categories" in words["What a place costs"]
    own = funding_found(region_build, view_of(fields, budget="123457", cost_money="300")).found
    assert "money" not in own.asked.stand_ins
    assert own.rows["amount_gbp"].tolist() == found.rows["amount_gbp"].tolist(), "costs do not move money"
    sheet = funding_sheet(region_build, view)
    unknown = sheet.rows[sheet.rows["unmet_before"].isna()]
    assert (unknown["amount_gbp"] == 0).all()


def test_terms_that_clash_are_words(region_build: Build) -> None:
    """Terms that contradict each other are answered in words."""
    view = view_of(funding_fields(region_build), budget="5000", smallest_grant="10000")
    outcome = funding_found(region_build, view)
    assert isinstance(outcome.refusal, InfeasibleError)
    assert "cannot be made" in str(plan_funding.PAGE.parts[0].make(region_build, view))
    half = funding_found(region_build, view_of(funding_fields(region_build), budget="5000.5"))
    assert isinstance(half.refusal, UsageError)


def test_sites_say_whom_they_reach(region_build: Build) -> None:
    """A plan of sites says how many people it newly covers."""
    view = view_of(funding_fields(region_build), opening="2", candidates="areas")
    outcome = sites_found(region_build, view)
    if outcome.refusal is not None:
        assert "one ICB" in refusal_words(outcome.refusal)[0]
        area = next(iter(region_build.area_names))
        view = view.but(area=area)
        outcome = sites_found(region_build, view)
    assert f"{outcome.found.rows['people_newly_covered'].sum():,.0f} people" in sites_words(outcome.found)
    sheet = sites_sheet(region_build, view)
    assert sheet.rows["people_newly_covered"].notna().all()
    median = sites_sheet(region_build, view.but(site_objective="median"))
    assert "saved_weighted_km" in median.rows


def test_plans_are_saved_compared_and_deleted(build: Build, plans: str) -> None:
    """Saved plans keep their versions, compare with each other, and go when deleted."""
    assert "version 1" in keep(build, plans, "One", "?fte=1", note="first try")
    assert "version 1" in keep(build, plans, "Two", "?fte=2")
    assert "version 2" in keep(build, plans, "Two", "?fte=3")
    listing, fault = comparison.listing(build)
    assert fault is None
    assert {plan.name: plan.version for plan in listing} == {"One": 1, "Two": 2}
    assert list(comparison.versions(listing)) == ["One", "Two", "Two@1"]
    sheet = comparison.listed_sheet(build, listing)
    assert sheet.rows["state"].eq("The same as today").all()
    view = View({"plan": "One", "plan_b": "Two@1"})
    side = comparison.compared(build, view)
    assert side is not None
    words = dict(comparison.comparison_words(build, side))
    assert "Posts to give, FTE: 1 against 2" in words["What was asked"]
    assert "1.00 FTE more" in words["What they give"]
    assert "first try" in words["Notes"]
    rows = comparison.differences_sheet(build, side).rows
    assert rows["difference"].sum() == pytest.approx(1.0)
    assert not figure_texts(comparison.figures_sheet(build, side).rows).empty
    for make in compare_plans.PAGE.sheets.values():
        shown = make(build, view)
        assert {column.name for column in shown.columns} <= set(shown.rows)
    words_of_deletion, gone = actions.delete(build, plans, "Two")
    assert gone, str(words_of_deletion)
    with pytest.raises(UsageError, match="no such plan"):
        comparison.compared(build, view)
    assert "cannot be compared" in str(compare_plans.PAGE.parts[1].make(build, view))


@pytest.mark.parametrize("name", ["", "a/b", "x" * 81, "<script>"])
def test_names_that_cannot_be_kept_are_words(build: Build, plans: str, name: str) -> None:
    """A name that cannot be a plan's is refused in words, and nothing is saved."""
    assert "was not saved" in keep(build, plans, name, "?fte=1")
    assert comparison.listing(build) == ([], None)


def test_a_plan_without_author_or_with_a_forged_note_is_refused(build: Build) -> None:
    """A plan needs an author, and a note is one short line."""
    for author, note in (("", ""), ("A team", "line\nbreak"), ("A team", "x" * 501)):
        with pytest.raises(SpGeoError):
            actions.plan_of(build, "posts", "?fte=1", "Name", author, note, MOMENT)


def test_an_impossible_plan_is_not_saved(build: Build, plans: str) -> None:
    """A plan that cannot be made cannot be saved."""
    code = posts_plan(build).plan.problem.pcn_codes[0]
    assert "was not saved" in keep(build, plans, "Name", f"?fte=1&promised={code}%3D3")
    assert comparison.listing(build)[0] == []


def test_plans_of_money_and_sites_keep_what_they_rest_on(region_build: Build, plans: str) -> None:
    """A saved division of money keeps the costs it was made with; plans of two kinds do not compare."""
    area = next(iter(region_build.area_names))
    search = f"?area={area}&budget=50000&candidates=areas&opening=1&cost_money=300"
    assert "version 1" in keep(region_build, plans, "Money", search, "funding")
    assert "version 1" in keep(region_build, plans, "Places", search, "sites")
    store = comparison.opened(region_build)
    money = store.read("Money")
    assert money.summary["cost_per_place_gbp"]["money"] == 300.0
    assert "money" not in money.summary["stand_in_costs"]
    view = View({"plan": "Money", "plan_b": "Places"})
    assert "different kinds" in str(compare_plans.PAGE.parts[1].make(region_build, view))


def test_two_people_who_save_at_once_lose_nothing(build: Build, plans: str) -> None:
    """Plans saved at once under one name become versions of it."""
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda fte=fte: said.append(keep(build, plans, "Same", f"?fte={fte}")))
        for fte in range(1, 5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(words.split("version ")[1][0] for words in said) == ["1", "2", "3", "4"]


def test_no_plan_yet_is_said(build: Build, plans: str) -> None:
    """Without plans the page says so, and its tables are empty."""
    view = View({"plan": "", "plan_b": ""})
    assert plans
    parts = [str(part.make(build, view)) for part in compare_plans.PAGE.parts]
    assert "No plan has been saved yet" in parts[0]
    assert "Choose two plans" in parts[1]
    for make in compare_plans.PAGE.sheets.values():
        assert isinstance(make(build, view).rows, pd.DataFrame)


def test_saving_and_deleting_are_attached(build: Build) -> None:
    """The buttons for saving and deleting have their callbacks."""
    app = Dash("plans")
    actions.register(app, lambda: build, "", lambda: MOMENT)
    attached = " ".join(app.callback_map)
    for kind in actions.KINDS:
        assert f"save-{kind}-said" in attached
    assert "delete-plan-said" in attached

"""The page of services: letters, tables, words and figures against the build's own tables and against the commands."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import typer

from sp_geo.build.view import Build
from sp_geo.cli.main import app, run
from sp_geo.geography import boundaries
from sp_geo.questions.requests.asked import fields_of
from sp_geo.questions.requests.services import AccessRequest, DesertsRequest, ServicesRequest
from sp_geo.questions.requests.workspace import PackRequest
from sp_geo.questions.services.access import access
from sp_geo.questions.services.gaps import agreement_words
from sp_geo.questions.services.listings import services
from sp_geo.questions.services.request import ground_of, method_of, reach_of, rule_of, used_assumptions
from sp_geo.reports.findings.service_sheets import CAPACITY_WORDS
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.reports.pack.data import material_of
from sp_geo.reports.pack.services import Services
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.reports.sheet import cell_text
from sp_geo.services.access import ALL, CATEGORIES
from sp_geo.services.access_inputs import default_rule
from sp_geo.services.desert_tables import desert_rows
from sp_geo.services.gap_agreement import NEITHER, Agreement
from sp_geo.services.reach import Reach
from sp_geo.web.fields import request_in
from sp_geo.web.page import needs_services
from sp_geo.web.pages.services import deserts, sheets, views, words
from sp_geo.web.pages.services.figures import attribute_figure, capacity_figure, wait_figure
from sp_geo.web.pages.services.page import PAGE
from sp_geo.web.pages.services.picture import access_picture
from sp_geo.web.plans.funding_views import category_words
from sp_geo.web.service_grid import inside, needs_of, people_of, reckoning
from sp_geo.web.state import View, read_view
from sp_geo.web.tables import Asked, table_page

MONEY = "?category=money"


def params_of(command: str) -> list[Any]:
    """The options of a command."""
    return typer.main.get_group(app).commands[command].params


def view_of(build: Build, search: str = "") -> View:
    """The view of an address, which may ask for nothing in vain."""
    view, unknown = read_view(search, PAGE.fields(build))
    assert not unknown
    return view


def area_of(build: Build) -> str:
    """An ICB with deserts of all categories together."""
    dry = build.table("out_desert")
    codes = dry.loc[dry["category"] == ALL, "lsoa11_code"]
    pcn = people_of(build).loc[codes.iloc[0], "pcn_code"]
    panel = build.panel
    return str(panel.loc[panel["pcn_code"] == pcn, "icb_code"].iloc[-1])


def test_a_row_of_every_small_area_says_what_was_built(region_build: Build) -> None:
    """The page has a row for every small area with the access that was built."""
    rows = views.area_rows(region_build, view_of(region_build, MONEY)).set_index("lsoa11_code")
    built = region_build.table("out_lsoa_access")
    built = built[built["category"] == "money"].set_index("lsoa11_code")
    assert list(rows.index) == list(boundaries.lsoa11()["lsoa11_code"])
    pd.testing.assert_series_equal(rows.loc[built.index, "score"], built["score"], check_dtype=False)
    pd.testing.assert_series_equal(rows.loc[built.index, "nearest_m"], built["nearest_m"], check_dtype=False)
    assert (rows.loc[built.index, "is_covered"] == built["is_covered"]).all()


@pytest.mark.parametrize("category", ["money", ALL])
def test_deserts_and_clusters_are_those_of_the_build(region_build: Build, category: str) -> None:
    """Deserts and their clusters are those of the build's table."""
    rows = views.area_rows(region_build, view_of(region_build, f"?category={category}"))
    table = region_build.table("out_desert")
    built = table[table["category"] == category].set_index("lsoa11_code")["cluster_id"]
    found = rows[rows["is_desert"]].set_index("lsoa11_code")["cluster_id"]
    assert found.to_dict() == built.to_dict()


def test_letters_keep_states_apart(region_build: Build) -> None:
    """Zero, unknown capacity and areas without a directory have classes of their own."""
    view = view_of(region_build, MONEY)
    rows = views.area_rows(region_build, view).set_index("lsoa11_code")
    letters = views.area_letters(region_build, view)
    assert list(letters.index) == list(boundaries.lsoa11()["lsoa11_code"])
    assert set(letters) <= set("01234zurx-")
    assert (rows.loc[letters[letters == "z"].index, "score"] == 0).all()
    assert rows.loc[letters[letters.isin(["u", "r"])].index, "score"].isna().all()
    assert (rows.loc[letters[letters.isin(list("01234"))].index, "score"] > 0).all()
    assert not rows.loc[letters[letters == "r"].index, "is_covered"].any()
    assert {"u", "r"} <= set(letters)


def test_letters_of_deserts_judge_only_what_is_covered(region_build: Build) -> None:
    """Only areas that a directory covers are judged, and the chosen cluster stands out."""
    view = view_of(region_build, f"{MONEY}&show=deserts")
    rows = views.area_rows(region_build, view).set_index("lsoa11_code")
    letters = views.area_letters(region_build, view)
    assert (rows.loc[letters[letters.isin(["d", "o"])].index, "is_judged"]).all()
    assert (letters == "d").sum() == rows["is_desert"].sum() > 0
    assert not rows.loc[letters[letters == "r"].index, "is_covered"].any()
    cluster = rows.loc[rows["is_desert"], "cluster_id"].iloc[0]
    chosen = views.area_letters(region_build, view.but(cluster=cluster))
    assert set(chosen[rows["cluster_id"] == cluster]) == {"k"}


def test_looks_name_every_letter_and_legend_counts_them(region_build: Build) -> None:
    """Every class has a style of its own, and the legend counts its areas."""
    for show in (views.SCORE, views.STATE, views.DESERTS):
        view = view_of(region_build, f"{MONEY}&show={show}")
        letters = views.area_letters(region_build, view)
        looks = views.area_looks(region_build, view)
        assert set(looks) == set(letters)
        assert len({(look.fill, look.pattern) for look in looks.values()}) == len(looks)
        for letter, look in views.legend_looks(region_build, view).items():
            assert look.label.endswith(f"({(letters == letter).sum():,})")


def test_an_area_narrows_letters_tables_and_bounds(region_build: Build) -> None:
    """A chosen area narrows map, table, shapes and bounds to itself."""
    area = area_of(region_build)
    view = view_of(region_build, f"?area={area}")
    here = inside(region_build, view)
    assert 0 < here.sum() < len(here)
    letters = views.area_letters(region_build, view)
    assert ((letters == "-").to_numpy() == ~here).all()
    sheet = sheets.areas(region_build, view)
    assert len(sheet.rows) == here.sum()
    assert sheet.shapes is not None
    assert len(sheet.shapes) == here.sum()
    (south, west), (north, east) = views.map_bounds(region_build, view)
    assert 49 < south < north < 56
    assert -7 < west < east < 2


def test_another_method_is_worked_out_like_the_command(region_build: Build) -> None:
    """Other options give the access that the command gives, and the page says so."""
    view = view_of(region_build, f"{MONEY}&km=5&decay=gaussian&counted=services")
    rows = views.area_rows(region_build, view).set_index("lsoa11_code")
    request = AccessRequest(category="money", catchment_km=5, decay="gaussian", measure="services")
    table = access(region_build, request).rows.set_index("lsoa11_code")
    np.testing.assert_allclose(rows.loc[table.index, "score"], table["score"], rtol=1e-12)
    assert "not the method of the build" in words.method_words(region_build, view)
    assert "recorded service" in views.state_words(view)[views.SERVED]


EXACT = {"check_dtype": False, "check_exact": True}
REQUESTS: dict[str, tuple[str, DesertsRequest]] = {
    "as built": ("", DesertsRequest()),
    "another rule": ("&fifths=1&share=25", DesertsRequest(fifths=1, share_of_mean=0.25)),
    "another need": ("&need=minority_ethnic&share=100", DesertsRequest(need="minority_ethnic", share_of_mean=1.0)),
    "another method": (
        "&km=5&decay=gaussian&counted=services",
        DesertsRequest(catchment_km=5, decay="gaussian", measure="services"),
    ),
}


def test_defaults_worked_out_are_the_tables_of_the_build(region_build: Build) -> None:
    """One function answers every request: asked for the defaults without the tables, it gives what they hold."""
    built = reach_of(region_build, DesertsRequest())
    used = used_assumptions(region_build)
    anew = Reach(region_build.table, used, built.method, lambda: ground_of(region_build), is_built=False)
    rule = default_rule(used)
    assert (built.is_built, anew.is_built) == (True, False)
    pd.testing.assert_frame_equal(anew.table(), built.table(), **EXACT)
    pd.testing.assert_frame_equal(anew.desert_rows(rule), built.desert_rows(rule), **EXACT)
    pd.testing.assert_frame_equal(anew.cluster_rows(rule), built.cluster_rows(rule), **EXACT)
    pd.testing.assert_frame_equal(desert_rows(built.deserts(rule)), built.desert_rows(rule), **EXACT)
    np.testing.assert_array_equal(anew.covered, built.covered)
    assert len(built.cluster_rows(rule)) > 5
    assert not reach_of(region_build, DesertsRequest(decay="power")).is_built
    assert not reach_of(
        region_build, DesertsRequest(directory=region_build.table("out_directory")["directory_id"].iloc[0])
    ).is_built


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("category", ["money", ALL])
def test_a_request_has_the_same_figures_by_command_page_and_pack(
    region_build: Build, capsys: pytest.CaptureFixture[str], name: str, category: str
) -> None:
    """Access, deserts and clusters of an ICB are the same wherever they are asked for."""
    search, request = REQUESTS[name]
    area = area_of(region_build)
    view = view_of(region_build, f"?area={area}&category={category}{search}")
    used = used_assumptions(region_build)
    asked = request_in(view, DesertsRequest)
    assert method_of(asked, used) == method_of(request, used)
    people = region_build.table("out_lsoa11")
    assert rule_of(asked, used, people) == rule_of(request, used, people)

    def command(what: str, *more: str) -> pd.DataFrame:
        kind = AccessRequest if what == "access" else DesertsRequest
        asked = replace(request, category=category, area=area).as_record()
        line = kind(**{name: value for name, value in asked.items() if name in fields_of(kind)}).as_command()
        options = shlex.split(line)[2:]
        capsys.readouterr()
        words = [what, *options, *more, "--format", "json"]
        assert run(["--workspace", str(region_build.workspace), "--quiet", *words]) == 0
        said = pd.DataFrame(json.loads(capsys.readouterr().out))
        return said[said["category"] == category]

    rows = views.area_rows(region_build, view)[inside(region_build, view)].set_index("lsoa11_code")
    access_said = command("access").set_index("lsoa11_code")
    columns = ["score", "is_covered", "nearest_m"]
    pd.testing.assert_frame_equal(rows[columns], access_said.loc[rows.index, columns], **EXACT)
    dry = command("deserts", "--show", "areas").set_index("lsoa11_code")["cluster_id"]
    assert rows.loc[rows["is_desert"], "cluster_id"].to_dict() == dry[dry.index.isin(rows.index)].to_dict()
    figures = ["patients_count", "need_mean", "score_mean", "nearest_m", "robustness_pct"]
    said = command("deserts").set_index("cluster_id")[figures]
    page = deserts.cluster_rows(region_build, view).set_index("cluster_id")[figures]
    pd.testing.assert_frame_equal(page, said.loc[page.index], **EXACT)
    assert len(page) == len(said) > 0
    if name == "as built" and category == ALL:
        held = Services(material_of(region_build, PackRequest(area)))
        packed = held.areas.set_index("lsoa11_code")
        pd.testing.assert_frame_equal(packed[columns], rows.loc[packed.index, columns], **EXACT)
        assert packed["is_desert"].to_dict() == rows["is_desert"].to_dict()
        assert packed["is_judged"].to_dict() == rows["is_judged"].to_dict()
        pd.testing.assert_frame_equal(held.clusters.set_index("cluster_id")[figures], page, check_like=True, **EXACT)


def test_fields_of_the_page_and_options_of_the_command_are_those_of_the_request(region_build: Build) -> None:
    """Every choice of a request has one range and one list of values, on the page and on the command line."""
    shown = {field.name: field for field in PAGE.fields(region_build)}
    for name, item in fields_of(DesertsRequest).items():
        choice, option = item.asked, next(each for each in params_of("deserts") if each.name == name)
        assert option.help == choice.help
        if choice.address:
            field = shown[choice.address]
            assert field.label == choice.label
            assert field.options or (field.low, field.high) == (choice.low, choice.high)
            assert not choice.words or list(field.options) == list(choice.words)


def test_another_rule_changes_deserts_and_clusters_together(region_build: Build) -> None:
    """Another rule changes deserts, clusters and words together."""
    view = view_of(region_build, f"{MONEY}&fifths=1&share=25")
    rows = views.area_rows(region_build, view)
    clusters = deserts.cluster_rows(region_build, view)
    assert rows["is_desert"].sum() < views.area_rows(region_build, view_of(region_build, MONEY))["is_desert"].sum()
    assert set(clusters["cluster_id"]) == set(rows.loc[rows["is_desert"], "cluster_id"])
    assert clusters["areas_count"].sum() == rows["is_desert"].sum()
    assert "top fifth" in words.rule_words(region_build, view)
    assert "under 25 %" in words.rule_words(region_build, view)


def test_clusters_are_ranked_and_have_their_shapes(region_build: Build) -> None:
    """Clusters come largest first, each with its place and its own shape."""
    sheet = PAGE.sheet("clusters", region_build, view_of(region_build, MONEY))
    assert sheet.rows["patients_count"].is_monotonic_decreasing
    assert sheet.rows["place"].notna().all()
    codes = boundaries.lsoa11().set_index("lsoa11_code").geometry
    first = sheet.rows["cluster_id"].iloc[0].split(":")[1]
    assert sheet.shapes.iloc[0].buffer(1).contains(codes[first])


def test_words_count_coverage_and_deserts(region_build: Build) -> None:
    """The words give the tables' own counts of coverage, deserts and services."""
    view = view_of(region_build, MONEY)
    people = people_of(region_build)["patients_count"]
    covered = reckoning(region_build).grid().is_covered[:, CATEGORIES.index("money")]
    share = 100 * people[covered].sum() / people.sum()
    said = " ".join(words.covered_words(region_build, view))
    assert f"{share:.0f} %" in said or f"{share:.1f} %" in said
    assert "silence says nothing" in said
    dry = region_build.table("out_desert")
    dry = dry[dry["category"] == "money"]
    told = words.desert_words(region_build, view)[0]
    assert f"{dry['patients_count'].sum():,.0f} people in {len(dry):,} small areas" in told
    assert f"{dry['cluster_id'].nunique():,} cluster" in told
    assert f"{len(region_build.table('out_service')):,} services" in words.recorded_words(region_build, view)[0]
    assert sum(share for _, _, share in words.state_counts(region_build, view)) == pytest.approx(100)


def test_shares_of_services_name_what_they_are_of(region_build: Build) -> None:
    """Each count of services names the number it is of."""
    view = view_of(region_build, MONEY)
    said = words.recorded_words(region_build, view)
    total = len(region_build.table("out_service"))
    unknown = int(region_build.table("out_service")["effective_places"].isna().sum())
    assert f"of the {total:,} are for money and benefits" in said[1]
    assert f"For {unknown:,} of the {total:,} (" in said[2]


def test_all_pages_call_a_category_the_same(region_build: Build) -> None:
    """A category has one name on every page."""
    assert category_words("money") == CATEGORY_WORDS["money"] == "Money and benefits"
    options = next(field for field in PAGE.fields(region_build) if field.name == "category").options
    assert options == CATEGORY_WORDS


def test_the_pages_tables_have_words_and_no_codes_of_columns(region_build: Build) -> None:
    """The tables show words, not names of columns."""
    for name in ("attributes", "capacity"):
        shown = table_page(PAGE.sheet(name, region_build, view_of(region_build)), Asked())
        assert "Code" not in [column["heading"] for column in shown["columns"]]


def test_counts_of_verdicts_are_told_from_what_was_compared(region_build: Build) -> None:
    """Verdicts sum to all areas and categories, and those compared are told apart."""
    outcome = deserts.gap_rows(region_build, view_of(region_build))
    answer = outcome.found
    counts = dict(deserts.verdict_counts(answer.rows))
    assert sum(int(count.replace(",", "")) for count in counts.values()) == len(answer.rows)
    assert f"sum to all {len(answer.rows):,} areas and categories" in deserts.verdict_words(answer.rows)
    uncovered = answer.rows[answer.rows["desert_share"].isna()]
    assert NEITHER not in set(uncovered["verdict"]), "where nothing is modelled nothing can agree"
    assert f"{int(answer.rows['suppressed'].sum()):,} of the {len(answer.rows):,}" in answer.notes[1]


def test_agreement_is_said_in_words() -> None:
    """Agreement is told with its number compared, its strength and a p value that is never 0."""
    said = agreement_words(Agreement(3_928, 0.12, 1e-9, 0.04), 4_944)
    assert "3,928 areas and categories, of the 4,944" in said
    assert "the other 1,016 cannot be compared, because no directory covers" in said
    assert "(p under 0.001)" in said
    assert said.endswith("kappa 0.04. By kappa the agreement is slight.")
    assert agreement_words(Agreement(9, -0.2, 0.6, -0.1), 9).endswith("is no better than by chance.")
    assert "cannot be told" in agreement_words(Agreement(9, 0.5, 0.02, float("nan")), 9)
    assert agreement_words(Agreement(3, *[float("nan")] * 3, "too few"), 3).endswith("none can be told, too few.")


def test_attributes_are_those_of_the_command(region_build: Build) -> None:
    """The page gives the shares that the command gives, summing to 100 %."""
    view = view_of(region_build, f"{MONEY}&within=5")
    found = deserts.attribute_rows(region_build, view).set_index("attribute")
    asked = services(region_build, ServicesRequest("attributes", "money")).rows
    shares = ["with_pct", "perhaps_pct", "without_pct", "not_recorded_pct"]
    pd.testing.assert_frame_equal(found[shares], asked.set_index("attribute")[shares])
    one = deserts.attribute_rows(region_build, view.but(attribute="evening"))
    assert len(one) == len(CATEGORIES)
    assert np.allclose(one[shares].sum(axis=1), 100)
    assert "%" in deserts.attribute_sentence(one, view)


def test_capacity_counts_each_service_once_in_each_category(region_build: Build) -> None:
    """Free, full and silent services add up to the services there are."""
    rows = deserts.capacity_rows(region_build, view_of(region_build))
    assert (rows[list(CAPACITY_WORDS)].sum(axis=1) == rows["services"]).all()
    every = rows.iloc[-1]
    table = region_build.table("out_service")
    assert every["services"] == len(table)
    assert every["effective_places"] == pytest.approx(table["effective_places"].sum())
    assert rows["free_share"].between(0, 1).all()


def test_waits_hold_every_service(region_build: Build) -> None:
    """Every service is in one band of waiting, and the limit itself is within it."""
    view = view_of(region_build)
    rows = deserts.wait_rows(region_build, view)
    waits = region_build.table("core_service")["waiting_days"]
    assert rows["services"].sum() == len(waits)
    assert rows.loc[rows["is_within_hold"], "services"].sum() == (waits <= 84).sum()


def test_small_counts_of_reports_are_withheld(region_build: Build) -> None:
    """Reports of few people are withheld in every column that could tell them."""
    sheet = PAGE.sheet("gaps", region_build, view_of(region_build))
    hidden = sheet.rows[sheet.rows["suppressed"]]
    assert len(hidden)
    by_name = {column.name: column for column in sheet.columns}
    for name in ("people", "reports", "reported_per_10k", "main_cause", "verdict"):
        assert {cell_text(by_name[name], row) for _, row in hidden.iterrows()} == {"[c]"}
    shown = sheet.rows.loc[~sheet.rows["suppressed"], "people"]
    assert not shown.between(1, 4).any()
    none = sheet.rows[~sheet.rows["suppressed"] & (sheet.rows["people"] == 0)]
    assert cell_text(by_name["main_cause"], none.iloc[0]) == "[z]"


def test_a_small_area_has_its_facts(region_build: Build) -> None:
    """A small area shows its own built figures, and a code that is none shows nothing."""
    code = str(region_build.table("out_desert")["lsoa11_code"].iloc[0])
    view = view_of(region_build, f"?lsoa={code}")
    facts = dict(words.area_facts(region_build, view))
    assert code in facts["Small area"]
    assert "PCN that most patients belong to" in facts
    table = words.area_categories(region_build, view)
    built = region_build.table("out_lsoa_access")
    built = built[built["lsoa11_code"] == code].set_index("category")
    np.testing.assert_allclose(table["score"], built.loc[list(CATEGORIES), "score"])
    assert table["reached_count"].tolist() == built.loc[list(CATEGORIES), "reached_count"].tolist()
    assert not words.area_facts(region_build, view.but(lsoa="E0<script>"))
    assert words.area_categories(region_build, view.but(lsoa="nothing")).empty


def test_sensitivity_is_worked_out_only_when_asked(region_build: Build) -> None:
    """Sensitivity is computed on request, and the map itself stands in its table."""
    view = view_of(region_build, MONEY)
    assert PAGE.sheet("sensitivity", region_build, view).rows.empty
    rows = PAGE.sheet("sensitivity", region_build, view.but(firm="yes")).rows
    shown = rows[rows["is_map"]]
    assert len(shown) == 1
    assert shown["areas_count"].iloc[0] == views.area_rows(region_build, view)["is_desert"].sum()
    assert shown["overlap_with_map"].iloc[0] == 1


def test_figures_say_what_the_tables_say(region_build: Build) -> None:
    """Charts hold the numbers of their tables, patterns of their own, and the mark."""
    view = view_of(region_build, MONEY)
    rows = deserts.attribute_rows(region_build, view)
    figure = attribute_figure(rows, "SYNTHETIC")
    assert list(figure.data[0].x) == rows["with_pct"].round(1).tolist()
    assert len({bar.marker.pattern.shape for bar in figure.data}) == len(figure.data)
    assert figure.layout.annotations[0].text == "SYNTHETIC"
    capacity = deserts.capacity_rows(region_build, view)
    assert list(capacity_figure(capacity, CAPACITY_WORDS, "").data[0].x) == capacity["open"].tolist()
    waits = deserts.wait_rows(region_build, view)
    bars = wait_figure(waits, 12.0, "").data
    assert sum(sum(bar.y) for bar in bars) == waits.dropna(subset=["from_week"])["services"].sum()


def test_the_picture_has_the_classes_of_the_map(region_build: Build) -> None:
    """The picture's legend has the classes of the map with their counts."""
    view = view_of(region_build, f"?area={area_of(region_build)}&show=state")
    figure = access_picture(region_build, view, Caption("Services", "Source: nobody", "SYNTHETIC"))
    texts = [text.get_text().replace("\n", " ") for text in figure.legends[0].get_texts()]
    for letter, look in views.area_looks(region_build, view).items():
        count = (views.area_letters(region_build, view) == letter).sum()
        assert f"{look.label} ({count:,})" in texts


def test_without_services_the_page_says_what_to_do(build: Build) -> None:
    """Without a directory the page says to add one."""
    assert needs_services(build)
    assert "Add a directory" in PAGE.lacks(build)


class _Alone(Build):
    """A build that knows no quarter, as a workspace of services alone."""

    has_panel = False


def test_services_alone_have_england_only(region: Path, region_build: Build) -> None:
    """A workspace of services alone opens the page for England."""
    alone = _Alone(region_build.store)
    assert (region / "derived").is_dir()
    fields = {field.name: field for field in PAGE.fields(alone)}
    assert list(fields["area"].options) == ["England"]
    view = view_of(alone, MONEY)
    assert views.area_words(alone, view) == "England"
    for part in PAGE.parts:
        part.made(alone, view)
    assert needs_of(alone)


class _Nobody(_Alone):
    """One of services for which nobody knows where people live."""

    def rows_count(self, name: str) -> int:
        """Nothing of small areas."""
        return 0 if name.startswith(("out_lsoa", "out_desert")) else super().rows_count(name)


def test_services_without_people_are_listed_all_the_same(region_build: Build) -> None:
    """Where nothing says where people live, services and their capacity are still listed."""
    alone = _Nobody(region_build.store)
    view = view_of(alone)
    assert "access is not worked out" in words.covered_words(alone, view)[0]
    assert len(sheets.recorded(alone, view).rows)
    assert sheets.areas(alone, view).rows.empty
    for part in PAGE.parts:
        part.made(alone, view)
    for name in PAGE.sheets:
        assert PAGE.sheet(name, alone, view).columns

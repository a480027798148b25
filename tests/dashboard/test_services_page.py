"""The page of services: letters, tables, words and figures against the build's own tables and against the commands."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from dash.development.base_component import Component

from sp_geo.build.view import Build
from sp_geo.geography import boundaries
from sp_geo.questions.services.access import access
from sp_geo.questions.services.gaps import agreement_words
from sp_geo.questions.services.listings import services
from sp_geo.questions.services.request import AccessRequest
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.reports.sheet import cell_text
from sp_geo.services.access import ALL, CATEGORIES
from sp_geo.services.gap_agreement import NEITHER, Agreement
from sp_geo.web.page import needs_services
from sp_geo.web.pages.services import deserts, sheets, views, words
from sp_geo.web.pages.services.figures import attribute_figure, capacity_figure, wait_figure
from sp_geo.web.pages.services.page import PAGE
from sp_geo.web.pages.services.picture import access_picture
from sp_geo.web.plans.funding_views import category_words
from sp_geo.web.service_grid import built_grid, inside, needs_of, people_of
from sp_geo.web.state import View, read_view
from sp_geo.web.tables import Asked, table_page

MONEY = "?category=money"


def view_of(build: Build, search: str = "") -> View:
    """The view of an address, which may ask for nothing in vain."""
    view, unknown = read_view(search, PAGE.fields(build))
    assert not unknown
    return view


def area_of(build: Build) -> str:
    """A board with deserts of all categories together."""
    dry = build.table("out_desert")
    codes = dry.loc[dry["category"] == ALL, "lsoa11_code"]
    pcn = people_of(build).loc[codes.iloc[0], "pcn_code"]
    panel = build.panel
    return str(panel.loc[panel["pcn_code"] == pcn, "icb_code"].iloc[-1])


def test_a_row_of_every_small_area_says_what_was_built(region_build: Build) -> None:
    """The page would show another access than the table of the build."""
    rows = views.area_rows(region_build, view_of(region_build, MONEY)).set_index("lsoa11_code")
    built = region_build.table("out_lsoa_access")
    built = built[built["category"] == "money"].set_index("lsoa11_code")
    assert list(rows.index) == list(boundaries.lsoa11()["lsoa11_code"])
    pd.testing.assert_series_equal(rows.loc[built.index, "score"], built["score"], check_dtype=False)
    pd.testing.assert_series_equal(rows.loc[built.index, "nearest_m"], built["nearest_m"], check_dtype=False)
    assert (rows.loc[built.index, "is_covered"] == built["is_covered"]).all()


@pytest.mark.parametrize("category", ["money", ALL])
def test_deserts_and_clusters_are_those_of_the_build(region_build: Build, category: str) -> None:
    """The map would show other deserts than the table of clusters counts."""
    rows = views.area_rows(region_build, view_of(region_build, f"?category={category}"))
    table = region_build.table("out_desert")
    built = table[table["category"] == category].set_index("lsoa11_code")["cluster_id"]
    found = rows[rows["is_desert"]].set_index("lsoa11_code")["cluster_id"]
    assert found.to_dict() == built.to_dict()


def test_letters_keep_states_apart(region_build: Build) -> None:
    """Zero, unknown and not recorded would look the same on the map."""
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
    """An area without a directory would pass for one without a desert."""
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
    """A letter without a look would not be drawn, and a legend would count wrongly."""
    for show in (views.SCORE, views.STATE, views.DESERTS):
        view = view_of(region_build, f"{MONEY}&show={show}")
        letters = views.area_letters(region_build, view)
        looks = views.area_looks(region_build, view)
        assert set(looks) == set(letters)
        assert len({(look.fill, look.pattern) for look in looks.values()}) == len(looks)
        for letter, look in views.legend_looks(region_build, view).items():
            assert look.label.endswith(f"({(letters == letter).sum():,})")


def test_an_area_narrows_letters_tables_and_bounds(region_build: Build) -> None:
    """A board would be shown England's rows."""
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
    """The page and sp-geo access would disagree on a catchment of 5 km."""
    view = view_of(region_build, f"{MONEY}&km=5&decay=gaussian&counted=services")
    rows = views.area_rows(region_build, view).set_index("lsoa11_code")
    request = AccessRequest(category="money", catchment_km=5, decay="gaussian", measure="services")
    table = access(region_build, request).answer.rows.set_index("lsoa11_code")
    np.testing.assert_allclose(rows.loc[table.index, "score"], table["score"], rtol=1e-12)
    assert "not the method of the build" in words.method_words(region_build, view)
    assert "recorded service" in views.state_words(view)[views.SERVED]


def test_another_rule_changes_deserts_and_clusters_together(region_build: Build) -> None:
    """Clusters would be of one rule and the map of another."""
    view = view_of(region_build, f"{MONEY}&fifths=1&share=25")
    rows = views.area_rows(region_build, view)
    clusters = deserts.cluster_rows(region_build, view)
    assert rows["is_desert"].sum() < views.area_rows(region_build, view_of(region_build, MONEY))["is_desert"].sum()
    assert set(clusters["cluster_id"]) == set(rows.loc[rows["is_desert"], "cluster_id"])
    assert clusters["areas_count"].sum() == rows["is_desert"].sum()
    assert "top fifth" in words.rule_words(region_build, view)
    assert "under 25 %" in words.rule_words(region_build, view)


def test_clusters_are_ranked_and_have_their_shapes(region_build: Build) -> None:
    """The largest desert would not come first, or would have another's shape."""
    sheet = PAGE.sheet("clusters", region_build, view_of(region_build, MONEY))
    assert sheet.rows["patients_count"].is_monotonic_decreasing
    assert sheet.rows["place"].notna().all()
    assert sheet.shapes is not None
    codes = boundaries.lsoa11().set_index("lsoa11_code").geometry
    first = sheet.rows["cluster_id"].iloc[0].split(":")[1]
    assert sheet.shapes.iloc[0].buffer(1).contains(codes[first])


def test_words_count_coverage_and_deserts(region_build: Build) -> None:
    """What is said first would not be what the tables hold."""
    view = view_of(region_build, MONEY)
    people = people_of(region_build)["patients_count"]
    covered = built_grid(region_build).is_covered[:, CATEGORIES.index("money")]
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
    """A count of all services would be read as one of the category named before it."""
    view = view_of(region_build, MONEY)
    said = words.recorded_words(region_build, view)
    total = len(region_build.table("out_service"))
    unknown = int(region_build.table("out_service")["effective_places"].isna().sum())
    assert f"of the {total:,} are for money and benefits" in said[1]
    assert f"For {unknown:,} of the {total:,} (" in said[2]


def test_all_pages_call_a_category_the_same(region_build: Build) -> None:
    """The same category would have two names on two pages."""
    assert category_words("money") == CATEGORY_WORDS["money"] == "Money and benefits"
    options = next(field for field in PAGE.fields(region_build) if field.name == "category").options
    assert options == CATEGORY_WORDS


def test_the_pages_tables_have_words_and_no_codes_of_columns(region_build: Build) -> None:
    """A column would say drop_in beside the words open without a booking."""
    for name in ("attributes", "capacity"):
        shown = table_page(PAGE.sheet(name, region_build, view_of(region_build)), Asked())
        assert "Code" not in [column["heading"] for column in shown["columns"]]


def test_counts_of_verdicts_are_told_from_what_was_compared(region_build: Build) -> None:
    """The counts would not sum to the number over which agreement is told, and nobody would know why."""
    outcome = deserts.gap_rows(region_build, view_of(region_build))
    assert outcome.found is not None
    answer = outcome.found.answer
    counts = dict(deserts.verdict_counts(answer.rows))
    assert sum(int(count.replace(",", "")) for count in counts.values()) == len(answer.rows)
    assert f"sum to all {len(answer.rows):,} areas and categories" in deserts.verdict_words(answer.rows)
    uncovered = answer.rows[answer.rows["desert_share"].isna()]
    assert NEITHER not in set(uncovered["verdict"]), "where nothing is modelled nothing can agree"
    assert f"{int(answer.rows['suppressed'].sum()):,} of the {len(answer.rows):,}" in answer.notes[1]


def test_agreement_is_said_in_words() -> None:
    """A reader would take a p of 0.000 for certain, and a slight agreement for a strong one."""
    said = agreement_words(Agreement(3_928, 0.12, 1e-9, 0.04), 4_944)
    assert "3,928 areas and categories, of the 4,944" in said
    assert "the other 1,016 cannot be compared, because no directory covers" in said
    assert "(p under 0.001)" in said
    assert said.endswith("kappa 0.04. By kappa the agreement is slight.")
    assert agreement_words(Agreement(9, -0.2, 0.6, -0.1), 9).endswith("is no better than by chance.")
    assert "cannot be told" in agreement_words(Agreement(9, 0.5, 0.02, float("nan")), 9)
    assert agreement_words(Agreement(3, *[float("nan")] * 3, "too few"), 3).endswith("none can be told, too few.")


def test_attributes_are_those_of_the_command(region_build: Build) -> None:
    """The page and sp-geo services --show attributes would disagree."""
    view = view_of(region_build, f"{MONEY}&within=5")
    found = deserts.attribute_rows(region_build, view).set_index("attribute")
    asked = services(region_build, "attributes", AccessRequest(category="money"), 5.0).answer.rows
    shares = ["with_pct", "perhaps_pct", "without_pct", "not_recorded_pct"]
    pd.testing.assert_frame_equal(found[shares], asked.set_index("attribute")[shares])
    one = deserts.attribute_rows(region_build, view.but(attribute="evening"))
    assert len(one) == len(CATEGORIES)
    assert np.allclose(one[shares].sum(axis=1), 100)
    assert "%" in deserts.attribute_sentence(one, view)


def test_capacity_counts_each_service_once_in_each_category(region_build: Build) -> None:
    """Free, full and silent services would not add up to the services there are."""
    rows = deserts.capacity_rows(region_build, view_of(region_build))
    assert (rows[list(deserts.CAPACITY_WORDS)].sum(axis=1) == rows["services"]).all()
    every = rows.iloc[-1]
    table = region_build.table("out_service")
    assert every["services"] == len(table)
    assert every["effective_places"] == pytest.approx(table["effective_places"].sum())
    assert rows["free_share"].between(0, 1).all()


def test_waits_hold_every_service(region_build: Build) -> None:
    """A wait of exactly the hold would fall between the bands, or a silent service would vanish."""
    view = view_of(region_build)
    rows = deserts.wait_rows(region_build, view)
    waits = region_build.table("core_service")["waiting_days"]
    assert rows["services"].sum() == len(waits)
    assert rows.loc[rows["is_within_hold"], "services"].sum() == (waits <= 84).sum()


def test_small_counts_of_reports_are_withheld(region_build: Build) -> None:
    """Few people who were reported could be told from the table."""
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
    """A click on the map would show another area's figures, or a trace for a code that is none."""
    code = str(region_build.table("out_desert")["lsoa11_code"].iloc[0])
    view = view_of(region_build, f"?lsoa={code}")
    facts = dict(words.area_facts(region_build, view))
    assert code in facts["Small area"]
    assert "Network that most patients belong to" in facts
    table = words.area_categories(region_build, view)
    built = region_build.table("out_lsoa_access")
    built = built[built["lsoa11_code"] == code].set_index("category")
    np.testing.assert_allclose(table["score"], built.loc[list(CATEGORIES), "score"])
    assert table["reached_count"].tolist() == built.loc[list(CATEGORIES), "reached_count"].tolist()
    assert not words.area_facts(region_build, view.but(lsoa="E0<script>"))
    assert words.area_categories(region_build, view.but(lsoa="nothing")).empty


def test_every_part_and_sheet_is_made(region_build: Build) -> None:
    """A part of the page would fail for some view."""
    area = area_of(region_build)
    for search in (
        "",
        f"?area={area}&category=housing&show=deserts&attribute=evening",
        "?cluster=none:E0&lsoa=x&show=state",
    ):
        view = view_of(region_build, search)
        for part in PAGE.parts:
            made = part.made(region_build, view)
            assert made is None or isinstance(made, Component | list | str)
        for name in PAGE.sheets:
            sheet = PAGE.sheet(name, region_build, view)
            page = table_page(sheet, Asked(sort=sheet.columns[0].name))
            assert page["total"] == len(sheet.rows)
            assert sheet.shapes is None or len(sheet.shapes) == len(sheet.rows)
            assert len(sheet.name) <= 28


def test_sensitivity_is_worked_out_only_when_asked(region_build: Build) -> None:
    """Every reader would wait for some seconds of work, or the map itself would not stand in the table."""
    view = view_of(region_build, MONEY)
    assert PAGE.sheet("sensitivity", region_build, view).rows.empty
    rows = PAGE.sheet("sensitivity", region_build, view.but(firm="yes")).rows
    shown = rows[rows["is_map"]]
    assert len(shown) == 1
    assert shown["areas_count"].iloc[0] == views.area_rows(region_build, view)["is_desert"].sum()
    assert shown["overlap_with_map"].iloc[0] == 1


def test_figures_say_what_the_tables_say(region_build: Build) -> None:
    """A chart would show other numbers than its table, or lose the mark of invented data."""
    view = view_of(region_build, MONEY)
    rows = deserts.attribute_rows(region_build, view)
    figure = attribute_figure(rows, "SYNTHETIC")
    assert list(figure.data[0].x) == rows["with_pct"].round(1).tolist()
    assert len({bar.marker.pattern.shape for bar in figure.data}) == len(figure.data)
    assert figure.layout.annotations[0].text == "SYNTHETIC"
    capacity = deserts.capacity_rows(region_build, view)
    assert list(capacity_figure(capacity, deserts.CAPACITY_WORDS, "").data[0].x) == capacity["open"].tolist()
    waits = deserts.wait_rows(region_build, view)
    bars = wait_figure(waits, 12.0, "").data
    assert sum(sum(bar.y) for bar in bars) == waits.dropna(subset=["from_week"])["services"].sum()


def test_the_picture_has_the_classes_of_the_map(region_build: Build) -> None:
    """A picture would be taken away without its legend or its mark."""
    view = view_of(region_build, f"?area={area_of(region_build)}&show=state")
    figure = access_picture(region_build, view, Caption("Services", "Source: nobody", "SYNTHETIC"))
    texts = [text.get_text().replace("\n", " ") for text in figure.legends[0].get_texts()]
    for letter, look in views.area_looks(region_build, view).items():
        count = (views.area_letters(region_build, view) == letter).sum()
        assert f"{look.label} ({count:,})" in texts


def test_without_services_the_page_says_what_to_do(build: Build) -> None:
    """A workspace without a directory would get an empty page or a trace."""
    assert needs_services(build)
    assert "Add a directory" in PAGE.lacks(build)


class _Alone(Build):
    """A build that knows no quarter, as a workspace of services alone."""

    has_panel = False


def test_services_alone_have_england_only(region: Path, region_build: Build) -> None:
    """A voluntary sector body without workforce releases could not open the page."""
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
    """A directory alone would show nothing, though its services and their capacity are known."""
    alone = _Nobody(region_build.store)
    view = view_of(alone)
    assert "access is not worked out" in words.covered_words(alone, view)[0]
    assert len(sheets.recorded(alone, view).rows)
    assert sheets.areas(alone, view).rows.empty
    for part in PAGE.parts:
        part.made(alone, view)
    for name in PAGE.sheets:
        assert PAGE.sheet(name, alone, view).columns

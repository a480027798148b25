"""Views and figures: what is shown is what the tables say, with zero, missing and silent kept apart."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.build.view import Build
from sp_geo.panel.indicator import indicators
from sp_geo.reports.findings import headlines
from sp_geo.reports.findings.measures import PROVISION
from sp_geo.reports.findings.pcn_map import NO_VALUE, NOT_REPORTED, TRUE_ZERO, letters, scale_in
from sp_geo.reports.pictures.colours import CLASS_FILLS
from sp_geo.statistics.measures import Need
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.web import sheets
from sp_geo.web.components.pcn_facts import pcn_facts
from sp_geo.web.figures.palette import PAIR_FILLS, STATES
from sp_geo.web.figures.slopes import slope_figure
from sp_geo.web.map.geometry import area_bounds, icb_shapes, pcn_shapes
from sp_geo.web.pages.need_and_provision.scatter import scatter_figure, scatter_words
from sp_geo.web.pages.overview import headline
from sp_geo.web.state import ENGLAND
from sp_geo.web.views import NOT_ACTIVE, PAIRS, map_view, pair_letters, pair_view


def test_silence_zero_and_value_have_letters_of_their_own(build: Build) -> None:
    """PCNs that did not report, reported none or reported some are in classes of their own."""
    rows = build.panel[build.panel["quarter"] == "2022Q1"]
    limits = list(scale_in(build, "splw_fte_per_10k").limits)
    found = letters(rows, "splw_fte_per_10k", limits)
    silent = rows["reporting_status"] == "not_reported"
    assert silent.any()
    assert set(found[silent]) == {NOT_REPORTED}
    every = letters(build.panel, "splw_fte_per_10k", limits)
    zero = build.panel["reporting_status"] == "true_zero"
    assert zero.any()
    assert set(every[zero]) == {TRUE_ZERO}
    assert NOT_REPORTED in STATES
    assert TRUE_ZERO in STATES


def test_the_map_has_a_letter_for_every_shape(build: Build) -> None:
    """Each footprint has one class, and the counts sum to the quarter's PCNs."""
    view = map_view(build, "2022Q4", ENGLAND, PROVISION)
    assert len(view.classes) == len(build.footprints)
    assert sum(view.counts.values()) == len(build.rows("2022Q4", ENGLAND))
    assert NOT_ACTIVE in map_view(build, "2022Q4", build.choices.areas[0], PROVISION).classes


def test_two_measures_keep_silence_and_gaps_apart() -> None:
    """On a map of two measures, silence and a missing value have classes of their own."""
    rows = pd.DataFrame(
        {
            "reporting_status": ["reported", "reported", "true_zero", "not_reported", "reported"],
            PROVISION: [1.0, 2.0, 0.0, None, 1.5],
            "imd_score": [10.0, 30.0, 20.0, 20.0, None],
        }
    )
    found, first, second = pair_letters(rows, PROVISION, "imd_score")
    assert found.tolist() == ["d", "i", "c", NOT_REPORTED, NO_VALUE]
    assert first == pytest.approx([1.0, 1.5])
    assert second == pytest.approx([20.0, 20.0])


def test_a_pair_of_measures_counts_every_pcn(build: Build) -> None:
    """The legend of two measures counts every PCN of the quarter."""
    view = pair_view(build, "2022Q4", ENGLAND, PROVISION, "imd_score")
    assert sum(view.counts.values()) == len(build.rows("2022Q4", ENGLAND))
    assert set(view.classes) <= set(PAIRS) | set(STATES) | {NOT_ACTIVE}


def test_every_class_has_its_own_colour() -> None:
    """No two classes share a colour."""
    fills = [*CLASS_FILLS, *PAIR_FILLS, *[fill for _, fill, _ in STATES.values()]]
    assert len(set(fills)) == len(fills)


def test_the_table_holds_the_same_pcns(build: Build) -> None:
    """Table and map hold the same PCNs, and silent ones have no FTE."""
    sheet = sheets.pcns(build, "2022Q1", ENGLAND, ("imd_score",))
    assert set(sheet.rows["pcn_code"]) == set(build.rows("2022Q1", ENGLAND)["pcn_code"])
    silent = sheet.rows["reporting_status"] == "not_reported"
    assert sheet.rows.loc[silent, "splw_fte"].isna().all()
    assert set(sheet.rows.loc[silent, "status"]) == {"Did not report"}
    assert sheet.shapes is not None
    assert len(sheet.shapes) == len(sheet.rows)
    assert sheet.title.startswith("SYNTHETIC")


def test_the_figure_shows_every_treatment_with_its_interval(build: Build) -> None:
    """Each treatment has its interval and a symbol of its own."""
    rows = pd.DataFrame(
        [
            ("2022Q1", "imd_score", name, 0.1, 0.0, 0.3, 0.05, 10, 12, 83.3)
            for name in ("reporters", "absent_as_zero", "balanced", "reweighted")
        ],
        columns=[
            "quarter",
            "need",
            "non_response",
            "estimate",
            "ci_low",
            "ci_high",
            "p_value",
            "n_pcns",
            "n_active_pcns",
            "coverage_pct",
        ],
    )
    figure = slope_figure(rows, ["2022Q1"], "10 points", "SYNTHETIC")
    traces = [trace for trace in figure.data if trace.type == "scatter"]
    assert len(traces) == 4
    assert traces[0].error_y.array == pytest.approx((0.2,))
    assert traces[0].error_y.arrayminus == pytest.approx((0.1,))
    assert len({trace.marker.symbol for trace in traces}) == 4, "never colour alone"
    assert any(note.text == "SYNTHETIC" for note in figure.layout.annotations)


def test_slopes_of_an_area_are_computed_for_it(build: Build) -> None:
    """An ICB's slopes rest on its own PCNs."""
    england = sheets.slope_rows(build, "imd_score", ENGLAND)
    area = sheets.slope_rows(build, "imd_score", build.choices.areas[0])
    assert set(england["quarter"]) >= set(area["quarter"])
    assert area["n_active_pcns"].max() < england["n_active_pcns"].max()


def test_facts_are_those_of_the_chosen_pcn(build: Build) -> None:
    """The facts beside the map are those of the chosen PCN; an unknown code has none."""
    code = build.rows("2022Q4", ENGLAND)["pcn_code"].iloc[0]
    facts = dict(pcn_facts(build, "2022Q4", code))
    assert code in facts["Name"]
    assert facts["Patients who live inside the footprint"].endswith("%")
    assert pcn_facts(build, "2022Q4", "U00000") == []


def test_words_under_the_map_count_the_reporters(build: Build) -> None:
    """The sentence under the map counts active and reporting PCNs as the table does."""
    words = sheets.quarter_words(build, "2022Q1", ENGLAND)
    assert words.startswith("England, 2022Q1: 2 of 4 active PCNs reported (50 %)")


def test_a_headline_counts_non_response_as_non_response(build: Build) -> None:
    """The headline rate is over PCNs that reported, and the patients of the others are counted."""
    rows = build.rows("2022Q1", ENGLAND)
    found = headlines.headline_figures(rows, "2022Q1")
    told = rows[rows["reporting_status"] != "not_reported"]
    assert (found.active, found.reported) == (4, 2)
    assert found.per_10k == pytest.approx(10_000 * told["splw_fte"].sum() / told["list_size"].sum())
    assert found.silent_patients == pytest.approx(rows["list_size"].sum() - told["list_size"].sum())


def test_growth_is_said_of_those_that_reported_both_times(build: Build) -> None:
    """Growth compares the PCNs that reported in both quarters."""
    order = list(build.choices.quarters)
    before = headlines.year_before(order, "2022Q4")
    assert before == order[max(0, order.index("2022Q4") - 4)]
    count, then, now = headlines.like_for_like(build.rows("2022Q4", ENGLAND), build.rows(before, ENGLAND))
    codes = [
        set(build.rows(quarter, ENGLAND).dropna(subset=["splw_fte"])["pcn_code"]) for quarter in (before, "2022Q4")
    ]
    assert count == len(codes[0] & codes[1])
    both = sorted(codes[0] & codes[1])
    for quarter, total in ((before, then), ("2022Q4", now)):
        rows = build.rows(quarter, ENGLAND).set_index("pcn_code")["splw_fte"]
        assert total == pytest.approx(rows[both].sum())


def test_three_things_are_said_of_every_quarter_and_area(build: Build) -> None:
    """Every quarter and area has three things to know, or none, each with its numbers."""
    for quarter in build.choices.quarters:
        for area in (ENGLAND, *build.choices.areas):
            said = headline.things_to_know(build, quarter, area, "imd_score")
            assert len(said) in {0, 3}
            assert not any("nan" in words for _, words in said)


def test_the_line_of_the_scatter_is_the_slope_of_reporters(build: Build) -> None:
    """The line drawn is the slope of reporters, and names in it are text."""
    rows = pd.DataFrame(
        {
            "pcn_code": [f"U{number:05}" for number in range(6)],
            "pcn_name": "<b>name</b>",
            "quarter": "2022Q1",
            "icb_code": "QOP",
            "region_code": "Y62",
            "reporting_status": ["reported"] * 5 + ["not_reported"],
            "imd_score": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0],
            "splw_fte": [1.0, 2.0, 2.0, 3.0, 4.0, None],
            "list_size": 10_000.0,
            PROVISION: [1.0, 2.0, 2.0, 3.0, 4.0, None],
        }
    )
    item = indicators()["imd_score"]
    slopes = quarter_slopes(rows, Need(item.name, item.is_share, item.label), ("reporters",), se_type="HC1")
    assert slopes["estimate"].item() == pytest.approx(0.7)
    figure = scatter_figure(rows, slopes, item, "SYNTHETIC")
    points, line = figure.data
    assert len(points.x) == 5, "a silent PCN has no point"
    assert "<b>" not in points.text[0]
    assert (line.y[1] - line.y[0]) / (line.x[1] - line.x[0]) == pytest.approx(0.07)
    said = scatter_words(rows, slopes, "2022Q1", item)
    assert "For each 10 points of deprivation (IMD score)" in said
    assert "+0.700 FTE per 10,000 patients" in said
    assert "HC1 errors, which take PCNs of one ICB as unrelated" in said


def test_shapes_are_sent_under_the_hash_of_their_content(build: Build) -> None:
    """Equal shapes have equal addresses."""
    shapes = pcn_shapes(build)
    assert pcn_shapes(Build(build.store)).address == shapes.address
    assert ENGLAND in area_bounds(build)
    assert icb_shapes(build).address.startswith("/shapes/icb-as_then-")

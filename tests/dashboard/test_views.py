"""Views and figures: what is shown is what the tables say, with zero, missing and silent kept apart."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from sp_geo.dashboard.components.pcn_table import PAGE_ROWS, pages, pcn_table
from sp_geo.dashboard.figures.palette import STATES
from sp_geo.dashboard.figures.slopes import slope_figure
from sp_geo.dashboard.geometry import board_shapes, pcn_shapes
from sp_geo.dashboard.pages import overview
from sp_geo.dashboard.state import ENGLAND, ViewState, first_view
from sp_geo.dashboard.views import (
    NOT_ACTIVE,
    NOT_REPORTED,
    TRUE_ZERO,
    Snapshot,
    letters,
    map_view,
    measures,
    pcn_facts,
    slope_rows,
    table_rows,
)


@pytest.fixture
def state(snapshot: Snapshot) -> ViewState:
    """The view on opening."""
    return first_view(snapshot.choices)


def test_silence_zero_and_value_have_letters_of_their_own(snapshot: Snapshot, state: ViewState) -> None:
    """A network that did not report would be drawn as one without link workers."""
    rows = snapshot.panel[snapshot.panel["quarter"] == "2022Q1"]
    found = letters(rows, "splw_fte_per_10k", snapshot.breaks["splw_fte_per_10k"])
    silent = rows["reporting_status"] == "not_reported"
    assert silent.any()
    assert set(found[silent]) == {NOT_REPORTED}
    every = letters(snapshot.panel, "splw_fte_per_10k", snapshot.breaks["splw_fte_per_10k"])
    zero = snapshot.panel["reporting_status"] == "true_zero"
    assert zero.any()
    assert set(every[zero]) == {TRUE_ZERO}
    assert NOT_REPORTED in STATES
    assert TRUE_ZERO in STATES


def test_the_map_has_a_letter_for_every_shape(snapshot: Snapshot, state: ViewState) -> None:
    """Networks would be drawn in each other's colours."""
    view = map_view(snapshot, state)
    assert len(view.classes) == len(snapshot.footprints)
    assert sum(view.counts.values()) == len(snapshot.rows(state))
    elsewhere = map_view(snapshot, replace(state, area=snapshot.choices.areas[0]))
    assert NOT_ACTIVE in elsewhere.classes


def test_the_table_holds_the_same_networks(snapshot: Snapshot, state: ViewState) -> None:
    """The table would not be equal to the map."""
    rows = table_rows(snapshot, state, "", "splw_fte_per_10k", downwards=True)
    assert set(rows["pcn_code"]) == set(snapshot.rows(state)["pcn_code"])
    held = rows["splw_fte_per_10k"].dropna()
    assert held.is_monotonic_decreasing
    assert table_rows(snapshot, state, rows["pcn_code"].iloc[0].lower(), "pcn_name", downwards=False)[
        "pcn_code"
    ].tolist() == [rows["pcn_code"].iloc[0]]
    assert table_rows(snapshot, state, "(*[", "nothing", downwards=False).empty


def test_missing_values_come_last_either_way(snapshot: Snapshot, state: ViewState) -> None:
    """Networks that did not report would head the list of the lowest."""
    early = replace(state, quarter="2022Q1")
    for downwards in (True, False):
        rows = table_rows(snapshot, early, "", "splw_fte", downwards=downwards)
        assert rows["splw_fte"].isna().tolist() == sorted(rows["splw_fte"].isna())


def test_table_cells_say_missing(snapshot: Snapshot, state: ViewState) -> None:
    """An empty cell could be read as zero."""
    rows = table_rows(snapshot, replace(state, quarter="2022Q1"), "", "splw_fte", downwards=False)
    text = str(pcn_table(rows, measures()["splw_fte_per_10k"], "caption", "splw_fte", downwards=False, page=0))
    assert "[x]" in text
    assert "Did not report" in text
    assert [pages(count) for count in (0, 1, PAGE_ROWS, PAGE_ROWS + 1)] == [1, 1, 1, 2]


def test_the_figure_shows_every_treatment_with_its_interval(snapshot: Snapshot, state: ViewState) -> None:
    """A treatment of silence would be left out of the picture."""
    rows = pd.DataFrame(
        [
            ("2022Q1", "imd_score", name, 0.1, 0.0, 0.3, 0.05, 10, 12, 83.3)
            for name in ("reporters", "absent_as_zero", "balanced", "reweighted")
        ],
        columns=[
            "quarter",
            "need",
            "treatment",
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


def test_slopes_of_an_area_are_computed_for_it(snapshot: Snapshot, state: ViewState) -> None:
    """A board would be shown England's slopes."""
    england = slope_rows(snapshot, state)
    area = slope_rows(snapshot, replace(state, area=snapshot.choices.areas[0]))
    assert set(england["quarter"]) >= set(area["quarter"])
    assert area["n_active_pcns"].max() < england["n_active_pcns"].max()


def test_facts_of_one_network(snapshot: Snapshot, state: ViewState) -> None:
    """The panel beside the map would not say what the map shows."""
    code = snapshot.rows(state)["pcn_code"].iloc[0]
    facts = dict(pcn_facts(snapshot, state, code))
    assert code in facts["Name"]
    assert facts["Patients who live inside the footprint"].endswith("%")
    assert pcn_facts(snapshot, state, "U00000") == []


def test_words_under_the_map(snapshot: Snapshot, state: ViewState) -> None:
    """The sentence would not match the table."""
    words = overview.map_words(snapshot, replace(state, quarter="2022Q1"))
    assert words.startswith("England, 2022Q1: 2 of 4 active networks reported (50 %)")


def test_shapes_are_sent_under_the_hash_of_their_content(snapshot: Snapshot) -> None:
    """A browser would keep the shapes of an older build."""
    first, second = pcn_shapes(snapshot), pcn_shapes(snapshot)
    assert first.address == second.address
    assert first.packed == second.packed
    assert ENGLAND in first.bounds
    assert board_shapes().address.startswith("/shapes/icb-")

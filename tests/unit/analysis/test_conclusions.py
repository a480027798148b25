"""Words as a function of the robust result: interval, q and bounds together, errors named, editions told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sp_geo.panel.indicator import indicators
from sp_geo.statistics.conclusions.associations import association
from sp_geo.statistics.conclusions.editions import mixed_editions
from sp_geo.statistics.conclusions.errors import errors_note
from sp_geo.statistics.conclusions.verdicts import LESS, MORE, UNTOLD, bounds_words, conclusion, errors_words, verdict
from sp_geo.statistics.inference import with_q_values
from sp_geo.statistics.measures import Need
from sp_geo.statistics.regression import quarter_slopes
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
CLEAR: dict[str, Any] = {"estimate": 0.2, "ci_low": 0.1, "ci_high": 0.3, "q_value": 0.01}


@pytest.mark.parametrize(
    ("change", "way", "against"),
    [
        ({}, 1, ""),
        ({"estimate": -0.2, "ci_low": -0.3, "ci_high": -0.1}, -1, ""),
        ({"ci_low": -0.1}, 0, "takes in 0"),
        ({"q_value": 0.05}, 0, "q is 0.05"),
        ({"bound_low": 0.05, "bound_high": 0.4}, 1, ""),
        ({"bound_low": -0.05, "bound_high": 0.4}, 0, "silent PCNs"),
        ({"q_value": float("nan"), "bound_low": float("nan")}, 1, ""),
    ],
)
def test_a_slope_is_clear_only_if_interval_q_and_bounds_agree(change: dict[str, Any], way: int, against: str) -> None:
    """Only where the interval leaves out zero, q is below 0.05 and no bound crosses zero is a slope clear."""
    found = verdict({**CLEAR, **change})
    assert found.way == way
    assert against in "; ".join(found.against)
    assert found.words == {1: MORE, 0: UNTOLD, -1: LESS}[way]
    assert conclusion({**CLEAR, "estimate": float("nan")}) == ""


def test_errors_are_named_with_their_degrees() -> None:
    """Each kind of errors has its words; the note above a table says what was chosen and why, or that it was asked for."""
    assert errors_words({"se_type": "CR2", "df": 18.66}) == "errors clustered by ICB, CR2 on 18.7 degrees of freedom"
    assert errors_words({"se_type": "CR2 by PCN"}) == "errors clustered by PCN, CR2"
    assert "permuting" in errors_words({"se_type": "permuted"})
    england = quarter_slopes(make_panel(quarters=("2021Q1",)), IMD)
    assert "PCNs of one ICB resemble each other" in errors_note(england, "auto")
    one = quarter_slopes(make_panel(quarters=("2021Q1",)).assign(icb_code="QOP"), IMD)
    assert "all PCNs are of one ICB" in errors_note(one, "auto")
    assert errors_note(one, "HC1").startswith(
        "Errors, as asked for: HC1 errors, which take PCNs of one ICB as unrelated"
    )


def test_bounds_are_told_or_said_not_to_have_been_asked() -> None:
    """Bounds stand in the words; without them the words say that nobody asked, unless nobody is silent."""
    assert "between -0.100 and +0.400" in bounds_words({"bound_low": -0.1, "bound_high": 0.4, "coverage_pct": 80.0})
    assert "was not asked here" in bounds_words({"coverage_pct": 80.0})
    assert bounds_words({"coverage_pct": 100.0}) == ""


def test_the_association_tells_interval_errors_q_and_share_of_the_mean() -> None:
    """The sentences of one quarter hold the interval with its errors, q, the relative slope, and why nothing is clear."""
    rows = quarter_slopes(make_panel(pcns=200, quarters=("2021Q1",), slope_per_point=0.0, seed=3), IMD)
    said = " ".join(association(rows, "2021Q1", indicators()["imd_score"]).sentences)
    for words in ("It cannot be told whether", "the interval takes in 0", "CR2 on", "; q 0.", "% of the mean rate"):
        assert words in said


def test_editions_within_a_trend_are_told() -> None:
    """A need that rests on two editions has a warning that names them; other weights are no other edition."""
    rows = pd.DataFrame(
        {
            "need": "imd_score",
            "quarter": ["2022Q1", "2022Q2", "2022Q2", "2026Q2"],
            "source": ["IMD 2019; patients by area 2021", "IMD 2019; patients by area 2022", "IMD 2019", "IMD 2025"],
        }
    )
    said = mixed_editions(rows, "imd_score", "Deprivation")
    assert said.startswith("Deprivation mixes editions")
    assert "IMD 2019 in 2022Q1 to 2022Q2; IMD 2025 in 2026Q2" in said
    assert mixed_editions(rows.iloc[:3], "imd_score", "Deprivation") == ""
    assert mixed_editions(rows, "rural", "Rural") == ""


def test_q_values_allow_for_all_that_is_asked() -> None:
    """Q is Benjamini and Hochberg's within a family: p times the number of tests over its rank, never falling."""
    p_values = [0.01, 0.02, 0.03, 0.5, np.nan]
    rows = pd.DataFrame({"non_response": "reporters", "p_value": p_values})
    found = with_q_values(pd.concat([rows, rows.assign(non_response="balanced")], ignore_index=True))["q_value"]
    assert found.iloc[:4].tolist() == pytest.approx([0.04, 0.04, 0.04, 0.5])
    assert found.iloc[5:9].tolist() == found.iloc[:4].tolist()
    assert found.isna().tolist() == [False] * 4 + [True] + [False] * 4 + [True]

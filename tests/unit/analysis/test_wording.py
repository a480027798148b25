"""Conclusions in words."""

from __future__ import annotations

import math

import pandas as pd

from sp_geo.statistics.conclusions.differences import differences_in_words
from sp_geo.statistics.measures import Need
from sp_geo.statistics.regression import quarter_slopes
from tests.synthetic_panel import make_panel


def slopes(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """A table of slopes: quarter, treatment, estimate, p-value."""
    return pd.DataFrame(
        [
            {
                "quarter": quarter,
                "need": "imd_score",
                "non_response": non_response,
                "per": 10.0,
                "estimate": estimate,
                "ci_low": estimate - (0.01 if p_value < 0.05 else 0.03),
                "ci_high": estimate + (0.01 if p_value < 0.05 else 0.03),
                "p_value": p_value,
                "se_type": "CR2",
                "n_pcns": 1077,
                "reason": "not estimable because nothing is known" if math.isnan(estimate) else "",
            }
            for quarter, non_response, estimate, p_value in rows
        ]
    )


def test_a_difference_is_said_with_its_numbers() -> None:
    """Where the treatments differ, each is told with estimate, interval and PCNs."""
    said = differences_in_words(
        slopes(
            ("2022Q1", "reporters", 0.02, 0.2),
            ("2022Q1", "absent_as_zero", 0.03, 0.2),
            ("2022Q2", "reporters", 0.02, 0.2),
            ("2022Q2", "absent_as_zero", 0.03, 0.01),
            ("2022Q2", "balanced", math.nan, math.nan),
        )
    )
    assert "In 2022Q2 the conclusion about imd_score depends on how" in said
    assert (
        "reporters: cannot be told, +0.0200 per 10 (95 % interval -0.0100 to 0.0500, 1,077 PCNs; errors clustered by ICB, CR2)"
        in said
    )
    assert "absent_as_zero: more provision where need is higher" in said
    assert "Under balanced it is not estimable because nothing is known." in said
    assert "agree in 1 and differ in 1 (2022Q2)" in said


def test_agreement_is_said_too() -> None:
    """Where all treatments agree, the words say so; clear slopes of opposite sign are different conclusions."""
    said = differences_in_words(
        slopes(("2022Q2", "reporters", -0.02, 0.001), ("2022Q2", "absent_as_zero", -0.03, 0.01))
    )
    assert "does not depend on how PCNs that did not report are treated" in said
    assert "less provision where need is higher" in said
    said = differences_in_words(slopes(("2022Q2", "reporters", -0.02, 0.001), ("2022Q2", "absent_as_zero", 0.03, 0.01)))
    assert "the conclusion about imd_score depends" in said


def test_an_area_without_any_estimate_has_its_sentence() -> None:
    """An area without any estimate has a sentence, and no data have none."""
    need = Need("imd_score", is_share=False, label="")
    panel = make_panel().assign(imd_score=float("nan"))
    said = differences_in_words(quarter_slopes(panel, need))
    assert said.startswith("In 2021Q3 no treatment gives an estimate for imd_score.")
    assert differences_in_words(quarter_slopes(panel.iloc[:0], need)) == ""

"""The specification curve: what it crosses, steps, ranks, words, degenerate input."""

from __future__ import annotations

import numpy as np
import pytest

from sp_geo.statistics.measures import ALL_ROLES, PLAIN_ROLE, Need
from sp_geo.statistics.pooled import slope_change
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.statistics.specifications import SPECIFICATION_COLUMNS, curve_in_words, specification_curve, specifications
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")
MINORITY = Need("minority_ethnic", is_share=True, label="Minority ethnic residents")
COVARIATES = ((), ("rural",), ("imd_score", "aged_65_plus"), ("region_code",))
SERIES = (ALL_ROLES, PLAIN_ROLE, ALL_ROLES.per_weighted)


def test_every_combination_once_but_need_as_its_own_covariate() -> None:
    """Every combination stands once, no need is its own covariate, and ranks rise with the estimates of each quarter."""
    chosen = list(specifications((IMD, MINORITY), SERIES, covariate_sets=COVARIATES))
    assert len(chosen) == 3 * 4 * 2 * (3 + 4)
    assert len(set(chosen)) == len(chosen)
    assert all(one.need.name not in one.covariates for one in chosen)
    chosen = list(specifications((IMD, MINORITY), covariate_sets=COVARIATES))
    curve = specification_curve(make_panel(quarters=("2022Q2", "2022Q3")), chosen)
    assert tuple(curve.columns) == SPECIFICATION_COLUMNS
    for _, rows in curve.groupby("quarter"):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert rows["estimate"].is_monotonic_increasing


def test_rows_are_those_of_the_regression() -> None:
    """Each row of the curve has the figures of its own regression."""
    panel = make_panel(quarters=("2022Q2",))
    chosen = list(specifications((MINORITY,), covariate_sets=COVARIATES[:2]))
    curve = specification_curve(panel, chosen, per=10, se_type="HC3")
    for one in chosen:
        expected = quarter_slopes(
            panel, MINORITY, [one.non_response], per=10, weights=one.weights, se_type="HC3", covariates=one.covariates
        )
        labels = {"non_response": one.non_response, "weights": one.weights, "covariates": ", ".join(one.covariates)}
        rows = curve
        for column, label in labels.items():
            rows = rows.loc[rows[column] == label]
        for column in ("estimate", "ci_low", "p_value", "n_pcns", "splw_fte"):
            np.testing.assert_allclose(rows[column], expected[column])


def test_the_pooled_slope_lies_within_those_of_the_quarters() -> None:
    """Pooled over quarters, the slope lies between those of the quarters."""
    panel = make_panel(reporting=0.9)
    chosen = list(specifications((IMD,), non_responses=("reporters",), weights=("none",)))
    pooled = specification_curve(panel, chosen, per=10, pooled=True).iloc[0]
    slopes = [result.as_record()["estimate"] for result in slope_change(panel, IMD, per=10).slopes.values()]
    assert min(slopes) < pooled["estimate"] < max(slopes)
    assert (pooled["quarter"], pooled["se_type"], pooled["n_active_pcns"]) == ("pooled", "CR2 by ICB", 80)
    assert np.isnan(pooled["splw_fte"])


def test_without_a_step_needs_are_told_per_standard_deviation() -> None:
    """Without a step each need is told per standard deviation of its own."""
    panel = make_panel(quarters=("2022Q2",))
    chosen = list(specifications((IMD, MINORITY), non_responses=("reporters",), weights=("none",)))
    curve = specification_curve(panel, chosen).set_index("need")
    assert curve.loc["imd_score", "per"] == pytest.approx(panel["imd_score"].std())
    assert curve.loc["minority_ethnic", "per"] == pytest.approx(100 * panel["minority_ethnic"].std())
    unit = quarter_slopes(panel, IMD, ["reporters"], per=1)["estimate"].item()
    assert curve.loc["imd_score", "estimate"] == pytest.approx(unit * panel["imd_score"].std())


def test_what_cannot_be_estimated_stays_in_the_table_without_a_rank() -> None:
    """What cannot be estimated keeps its row and reason, without a rank."""
    panel = make_panel().assign(copy=lambda frame: frame["imd_score"] * 3)
    chosen = list(specifications((IMD,), covariate_sets=((), ("copy",))))
    for pooled in (False, True):
        curve = specification_curve(panel, chosen, pooled=pooled)
        failing = curve.loc[curve["covariates"] == "copy"]
        assert failing["rank"].isna().all()
        assert failing["reason"].str.contains("collinear").all()
        assert "could not be estimated" in curve_in_words(curve)


@pytest.mark.parametrize("pooled", [False, True])
def test_a_need_that_is_missing_gives_only_reasons(pooled: bool) -> None:
    """A need without values gives reasons alone."""
    curve = specification_curve(make_panel().assign(imd_score=np.nan), list(specifications((IMD,))), pooled=pooled)
    assert curve["estimate"].isna().all()
    assert curve["reason"].str.startswith("not estimable because ").all()
    assert "no specification gives an estimate" in curve_in_words(curve)

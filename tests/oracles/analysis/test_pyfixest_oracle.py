"""Slopes by quarter and pooled over quarters against pyfixest, which shares no code with statsmodels or with us."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd
import pytest

from sp_geo.statistics.measures import Need
from sp_geo.statistics.pooled import change_table
from sp_geo.statistics.regression import quarter_slopes
from tests.synthetic_panel import make_panel

NEED = Need("imd_score", is_share=False, label="Deprivation")


@pytest.fixture(scope="module")
def pyfixest() -> Any:
    """The peer, from the extra ``oracles``."""
    return pytest.importorskip("pyfixest", reason="pyfixest is not installed: pip install -e '.[oracles]'")


@pytest.fixture(scope="module")
def reporters() -> pd.DataFrame:
    """PCNs that reported, over three quarters."""
    panel = make_panel(120)
    return panel[panel["reporting_status"] != "not_reported"].dropna(subset=[NEED.name])


def fitted(pyfixest: Any, formula: str, rows: pd.DataFrame, errors: Any) -> pd.DataFrame:
    """The peer's estimates, by coefficient."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own libraries are not under test
        table: pd.DataFrame = pyfixest.feols(formula, data=rows, vcov=errors).tidy()
    return table


def test_slopes_of_a_quarter_agree_with_pyfixest(pyfixest: Any, reporters: pd.DataFrame) -> None:
    """Slopes of a quarter and their robust errors are those of pyfixest."""
    ours = quarter_slopes(reporters, NEED, ("reporters",), se_type="HC1").set_index("quarter")
    for quarter, rows in reporters.groupby("quarter"):
        peer = fitted(pyfixest, f"splw_fte_per_10k ~ {NEED.name}", rows, "hetero").loc[NEED.name]
        assert ours.loc[str(quarter), "estimate"] == pytest.approx(10 * peer["Estimate"], rel=1e-8)
        assert ours.loc[str(quarter), "std_error"] == pytest.approx(10 * peer["Std. Error"], rel=1e-8)


def test_slopes_of_the_pooled_model_agree_with_pyfixest(pyfixest: Any, reporters: pd.DataFrame) -> None:
    """Slopes of the pooled model and their clustered errors are those of pyfixest."""
    ours = change_table(reporters, NEED, ("reporters",), clusters="pcn")
    slopes = ours[ours["quantity"] == "slope"].set_index("quarter")
    formula = f"splw_fte_per_10k ~ 0 + C(quarter) + C(quarter):{NEED.name}"
    peer = fitted(pyfixest, formula, reporters, {"CRV1": "pcn_code"})
    for quarter in slopes.index:
        row = peer.loc[[name for name in peer.index if quarter in name and NEED.name in name]].iloc[0]
        assert slopes.loc[quarter, "estimate"] == pytest.approx(10 * row["Estimate"], rel=1e-8)
        assert slopes.loc[quarter, "std_error"] == pytest.approx(10 * row["Std. Error"], rel=1e-8)

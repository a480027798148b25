"""The pooled model against statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sp_geo.statistics.measures import Need
from sp_geo.statistics.pooled import slope_change
from tests.synthetic_panel import make_panel

models = pytest.importorskip("statsmodels.formula.api")

IMD = Need("imd_score", is_share=False, label="Deprivation")


def peer(panel: pd.DataFrame, slopes: str, weights: Any) -> Any:
    """The same model by formula."""
    rows = panel.loc[panel["reporting_status"] != "not_reported"]
    rows = rows.assign(y=rows["splw_fte"] / rows["list_size"] * 10_000)
    rows = rows.assign(t=pd.factorize(rows["quarter"], sort=True)[0])
    factor = rows["list_size"] if weights == "patients" else np.ones(len(rows))
    groups = pd.factorize(rows["pcn_code"])[0]
    model = models.wls(f"y ~ 0 + C(quarter) + {slopes} + rural", rows, weights=factor)
    return model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)


@pytest.mark.parametrize("weights", ["none", "patients"])
def test_slopes_joint_test_and_trend_agree(weights: Any) -> None:
    """Slopes, joint test and trend of the pooled model are those of statsmodels."""
    panel = make_panel(pcns=120, quarters=("2021Q1", "2021Q2", "2021Q3", "2021Q4"), slope_change=0.0005)
    ours = slope_change(panel, IMD, per=10, weights=weights, covariates=("rural",), clusters="pcn")
    by_quarter = peer(panel, "C(quarter):imd_score", weights)
    for quarter, result in ours.slopes.items():
        name = f"C(quarter)[{quarter}]:imd_score"
        low, high = by_quarter.conf_int().loc[name]
        assert result.estimate == pytest.approx(10 * by_quarter.params[name], rel=1e-8)
        assert result.std_error == pytest.approx(10 * by_quarter.bse[name], rel=1e-8)
        assert (result.ci_low, result.ci_high) == pytest.approx((10 * low, 10 * high), rel=1e-8)
    names = [f"C(quarter)[{quarter}]:imd_score" for quarter in ours.slopes]
    test = by_quarter.f_test(", ".join(f"{name} = {names[0]}" for name in names[1:]))
    assert ours.no_change.statistic == pytest.approx(float(test.fvalue), rel=1e-7)
    assert ours.no_change.p_value == pytest.approx(float(test.pvalue), rel=1e-7)
    trend = peer(panel, "imd_score + t:imd_score", weights)
    assert ours.trend.estimate == pytest.approx(10 * trend.params["t:imd_score"], rel=1e-8)
    assert ours.trend.std_error == pytest.approx(10 * trend.bse["t:imd_score"], rel=1e-8)

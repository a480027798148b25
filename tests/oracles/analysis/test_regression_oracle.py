"""Least squares, its errors and the reporting model against statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sp_geo.statistics.measures import Need
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.statistics.reporting_model import reporting_weights
from tests.synthetic_panel import make_panel

models = pytest.importorskip("statsmodels.api")

IMD = Need("imd_score", is_share=False, label="Deprivation")
CLOSE: dict[str, float] = {"rel": 1e-8, "abs": 1e-12}


def peer(rows: pd.DataFrame, covariates: list[str], weights: Any, se_type: str) -> Any:
    """The same line fitted by statsmodels."""
    design = models.add_constant(rows[["imd_score", *covariates]])
    if "region_code" in covariates:
        dummies = pd.get_dummies(rows["region_code"], drop_first=True, dtype=float)
        design = pd.concat([design.drop(columns="region_code"), dummies], axis=1)
    model = models.WLS(rows["splw_fte"] / rows["list_size"] * 10_000, design.astype(float), weights=weights)
    if se_type != "cluster":
        return model.fit(cov_type=se_type, use_t=se_type == "HC3")
    groups = pd.factorize(rows["icb_code"])[0]
    return model.fit(cov_type="cluster", cov_kwds={"groups": groups}, use_t=True)


@pytest.mark.parametrize("se_type", ["HC1", "HC3", "cluster"])
@pytest.mark.parametrize("weights", ["none", "patients"])
@pytest.mark.parametrize("covariates", [(), ("rural", "aged_65_plus"), ("rural", "region_code")])
@pytest.mark.parametrize("non_response", ["reporters", "absent_as_zero", "reweighted"])
def test_slopes_agree_with_statsmodels(
    se_type: Any, weights: Any, covariates: tuple[str, ...], non_response: Any
) -> None:
    """Estimates, errors, intervals and p values are those of statsmodels."""
    panel = make_panel(pcns=150)
    slopes = quarter_slopes(panel, IMD, [non_response], per=10, weights=weights, se_type=se_type, covariates=covariates)
    for _, row in slopes.iterrows():
        rows = panel.loc[panel["quarter"] == row["quarter"]].reset_index(drop=True)
        reported = (rows["reporting_status"] != "not_reported").to_numpy()
        factor = np.ones(len(rows))
        if non_response == "reweighted":
            factor[reported] = statsmodels_weights(rows, reported)
        if weights == "patients":
            factor = factor * rows["list_size"].to_numpy()
        if non_response == "absent_as_zero":
            rows["splw_fte"] = rows["splw_fte"].fillna(0.0)
        else:
            rows, factor = rows.loc[reported], factor[reported]
        fitted = peer(rows, list(covariates), factor, se_type)
        low, high = fitted.conf_int().loc["imd_score"]
        assert row["estimate"] == pytest.approx(10 * fitted.params["imd_score"], **CLOSE)
        assert row["std_error"] == pytest.approx(10 * fitted.bse["imd_score"], **CLOSE)
        assert row["ci_low"] == pytest.approx(10 * low, **CLOSE)
        assert row["ci_high"] == pytest.approx(10 * high, **CLOSE)
        assert row["p_value"] == pytest.approx(fitted.pvalues["imd_score"], **CLOSE)
        assert row["n_pcns"] == fitted.nobs


def statsmodels_weights(rows: pd.DataFrame, reported: Any) -> Any:
    """Stabilised weights, trimmed at the 1st and 99th percentile, from statsmodels' Logit."""
    dummies = pd.get_dummies(rows["region_code"], drop_first=True, dtype=float)
    design = models.add_constant(pd.concat([rows["imd_score"] / 10, np.log(rows["list_size"]) - 10, dummies], axis=1))
    fitted = models.Logit(reported.astype(float), design).fit(disp=0, tol=1e-12, maxiter=100)
    raw = reported.mean() / fitted.predict()[reported]
    return np.clip(raw, *np.percentile(raw, [1, 99], method="inverted_cdf"))


def test_reporting_weights_agree_with_statsmodels() -> None:
    """Weights for reporting are those of statsmodels' logistic regression."""
    rows = make_panel(pcns=200, quarters=("2021Q1",)).reset_index(drop=True)
    reported = (rows["reporting_status"] != "not_reported").to_numpy()
    ours = reporting_weights(
        reported,
        rows["imd_score"].to_numpy(),
        rows["list_size"].to_numpy(),
        rows["region_code"].to_numpy(dtype=object),
    )
    np.testing.assert_allclose(ours.weights, statsmodels_weights(rows, reported), rtol=1e-8)

"""Poisson, logistic and Gamma models against pyfixest and statsmodels' formulas; within and between by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from sp_geo.statistics.further_models import MODEL_COLUMNS, models_table
from sp_geo.statistics.measures import Need
from tests.synthetic_panel import make_panel

models = pytest.importorskip("statsmodels.formula.api")
IMD = Need("imd_score", is_share=False, label="Deprivation")


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    """Reporters of one quarter, some of them with no post."""
    made = make_panel(pcns=150, quarters=("2021Q1",), reporting=1.0, slope_per_point=0.002)
    made["splw_fte"] = made["splw_fte"].where(made.index % 6 > 0, 0.0)
    return made


def test_within_and_between_are_those_of_icb_means(panel: pd.DataFrame) -> None:
    """The slope within is that of fixed effects; both are those of a model with the ICB's mean, with its errors."""
    found = models_table(panel, IMD, per=10).set_index("model")
    assert tuple(found.reset_index()[list(MODEL_COLUMNS)].columns) == MODEL_COLUMNS
    rows = panel.assign(y=panel["splw_fte"] / panel["list_size"] * 10_000, x=panel["imd_score"] / 10)
    centred = rows[["y", "x"]] - rows.groupby("icb_code")[["y", "x"]].transform("mean")
    fixed = float((centred["x"] * centred["y"]).sum() / (centred["x"] ** 2).sum())
    assert found.loc["within ICBs", "estimate"] == pytest.approx(fixed, rel=1e-9)
    mean = rows.groupby("icb_code")["x"].transform("mean")
    peer = models.ols("y ~ d + m", rows.assign(d=rows["x"] - mean, m=mean)).fit()
    assert found.loc["between ICBs", "estimate"] == pytest.approx(peer.params["m"], rel=1e-9)


def test_counts_are_those_of_pyfixest(panel: pd.DataFrame) -> None:
    """Poisson's rate ratio and its clustered error are those of pyfixest to eight digits."""
    pyfixest = pytest.importorskip("pyfixest", reason="pyfixest is not installed: pip install -e '.[oracles]'")
    found = models_table(panel, IMD, per=10).set_index("model").loc["count"]
    rows = panel.assign(x=panel["imd_score"] / 10, size=np.log(panel["list_size"]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the peer's own libraries are not under test
        peer = pyfixest.fepois(
            "splw_fte ~ x", data=rows, offset="size", vcov={"CRV1": "icb_code"}, iwls_tol=1e-12
        ).tidy()
    assert np.log(found["estimate"]) == pytest.approx(peer.loc["x", "Estimate"], rel=1e-8)


@pytest.mark.parametrize("model", ["any post", "amount", "count"])
def test_ratios_are_those_of_statsmodels(panel: pd.DataFrame, model: str) -> None:
    """Ratios with their errors are those of statsmodels' formulas, to eight digits."""
    import statsmodels.api as sm

    rows = panel.assign(y=panel["splw_fte"] / panel["list_size"] * 10_000, x=panel["imd_score"] / 10)
    rows = rows.assign(some=(rows["y"] > 0).astype(float))
    formula, family, offset = {
        "any post": ("some ~ x", sm.families.Binomial(), None),
        "amount": ("y ~ x", sm.families.Gamma(link=sm.families.links.Log()), None),
        "count": ("splw_fte ~ x", sm.families.Poisson(), np.log(rows["list_size"])),
    }[model]
    rows = rows[rows["some"] > 0] if model == "amount" else rows
    groups = pd.factorize(rows["icb_code"])[0]
    peer = models.glm(formula, rows, family=family, offset=offset).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, tol=1e-12, maxiter=200
    )
    found = models_table(panel, IMD, per=10).set_index("model").loc[model]
    assert np.log(found["estimate"]) == pytest.approx(peer.params["x"], rel=1e-8)
    assert found["std_error"] / found["estimate"] == pytest.approx(peer.bse["x"], rel=1e-8)
    assert found["df"] == len(np.unique(groups)) - 1
    assert found["ci_low"] < found["estimate"] < found["ci_high"]


def test_one_icb_has_no_such_models(panel: pd.DataFrame) -> None:
    """Within one ICB, and where nobody reported, every model has a reason and no number."""
    for rows in (panel.assign(icb_code="QOP"), panel.assign(reporting_status="not_reported", splw_fte=np.nan)):
        found = models_table(rows, IMD)
        assert len(found) == 5
        assert found["reason"].str.startswith("not estimable because ").all()
        assert found[["estimate", "ci_low", "p_value", "q_value"]].isna().all(axis=None)
    every = models_table(panel.assign(splw_fte=panel["splw_fte"] + 0.1), IMD).set_index("model")
    assert "same outcome" in every.loc["any post", "reason"]

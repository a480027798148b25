"""Spatial tests and fits against their textbook formulas and the peers' own calls."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from sp_geo.statistics.measures import Need
from sp_geo.statistics.neighbours import Nearest
from sp_geo.statistics.spatial import spatial_table
from tests.synthetic_panel import make_panel

IMD = Need("imd_score", is_share=False, label="Deprivation")


@pytest.fixture(scope="module")
def case() -> tuple[pd.DataFrame, Nearest]:
    """A panel of one quarter, all reported, with PCNs at random places."""
    panel = make_panel(pcns=120, quarters=("2022Q2",), reporting=1.0, seed=11)
    rng = np.random.default_rng(12)
    places = pd.DataFrame(
        {"pcn_code": panel["pcn_code"], "x_m": rng.uniform(0, 1e5, 120), "y_m": rng.uniform(0, 1e5, 120)}
    )
    return panel, Nearest(places, 5)


def dense(case: tuple[pd.DataFrame, Nearest]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights, outcome and design as plain arrays in the same order."""
    panel, rule = case
    found = rule.among(panel["pcn_code"].tolist())
    rows = panel.set_index("pcn_code").loc[list(found.codes)]
    design = np.column_stack([np.ones(len(rows)), rows["imd_score"]])
    return found.weights.sparse.toarray(), (rows["splw_fte"] / rows["list_size"] * 1e4).to_numpy(), design


def test_moran_and_lm_tests_by_their_formulas(case: tuple[pd.DataFrame, Nearest]) -> None:
    """Moran's I and the multiplier tests are those of their published formulas."""
    weights, y, x = dense(case)
    slopes = np.linalg.lstsq(x, y, rcond=None)[0]
    e = y - x @ slopes
    variance = e @ e / len(y)
    trace = np.trace(weights @ weights + weights.T @ weights)
    annihilator = np.eye(len(y)) - x @ np.linalg.solve(x.T @ x, x.T)
    spread = weights @ x @ slopes
    denominator = spread @ annihilator @ spread / variance + trace
    table = spatial_table(case[0], IMD, [case[1]]).set_index("quantity")["statistic"]
    error, lag = e @ weights @ e / variance, e @ weights @ y / variance
    assert table["Moran's I of residuals"] == pytest.approx(e @ weights @ e / (e @ e), rel=1e-8)
    assert table["LM test of error"] == pytest.approx(error**2 / trace, rel=1e-8)
    assert table["LM test of lag"] == pytest.approx(lag**2 / denominator, rel=1e-8)
    assert table["robust LM test of lag"] == pytest.approx((lag - error) ** 2 / (denominator - trace), rel=1e-8)


def test_maximum_likelihood_fits_maximise_the_likelihood(case: tuple[pd.DataFrame, Nearest]) -> None:
    """Lambda, rho and slopes are at the maximum of the likelihood."""
    weights, y, x = dense(case)
    eye = np.eye(len(y))

    def lag_slopes(rho: float) -> np.ndarray:
        return np.linalg.lstsq(x, y - rho * weights @ y, rcond=None)[0]

    def lag_loss(rho: float) -> float:
        e = y - rho * weights @ y - x @ lag_slopes(rho)
        return float(len(y) / 2 * np.log(e @ e) - np.linalg.slogdet(eye - rho * weights)[1])

    def error_slopes(lam: float) -> np.ndarray:
        keep = eye - lam * weights
        return np.linalg.lstsq(keep @ x, keep @ y, rcond=None)[0]

    def error_loss(lam: float) -> float:
        e = (eye - lam * weights) @ (y - x @ error_slopes(lam))
        return float(len(y) / 2 * np.log(e @ e) - np.linalg.slogdet(eye - lam * weights)[1])

    options = {"xatol": 1e-10}
    rho = minimize_scalar(lag_loss, bounds=(-0.99, 0.99), method="bounded", options=options).x
    lam = minimize_scalar(error_loss, bounds=(-0.99, 0.99), method="bounded", options=options).x
    table = spatial_table(case[0], IMD, [case[1]], per=1).set_index("quantity")["estimate"]
    assert table["rho, spatial lag model"] == pytest.approx(rho, abs=1e-5)
    assert table["lambda, spatial error model"] == pytest.approx(lam, abs=1e-5)
    assert table["slope, spatial lag model"] == pytest.approx(lag_slopes(rho)[1], rel=1e-4)
    assert table["slope, spatial error model"] == pytest.approx(error_slopes(lam)[1], rel=1e-4)

"""Measures of inequality against published worked examples, where the reference folder is at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sp_geo.analysis.inequality import concentration_index, slope_index

FOLDER = Path(os.environ.get("SP_GEO_REFERENCE", Path(__file__).parents[3] / "shared" / "reference"))

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    """The published figures."""
    path = FOLDER / "inequality.json"
    if not path.exists():
        pytest.skip(f"no reference figures in {FOLDER}")
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("area", ["area1", "area2"])
def test_slope_and_relative_index_agree_to_eight_decimals(reference: dict[str, Any], area: str) -> None:
    """If this fails, the slope index is not the one that England's public health bodies publish."""
    case = reference["slope_index"][area]
    found = slope_index(np.array(case["population"], dtype=float), np.array(case["value"]))
    assert float(found.slope) == pytest.approx(case["sii"], abs=1e-8)
    assert float(found.relative) == pytest.approx(case["rii"], abs=1e-8)


def test_concentration_index_agrees_to_eight_decimals(reference: dict[str, Any]) -> None:
    """If this fails, the concentration index is not the World Bank's."""
    case = reference["concentration_index"]
    people = np.array(case["births_poorest_first"], dtype=float)
    found = concentration_index(people, np.array(case["under5_mortality_per_1000"]))
    assert float(found) == pytest.approx(case["index"], abs=1e-8)

"""Measures of inequality against published worked examples, where the reference folder is at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sp_geo.statistics.inequality import concentration_index, slope_index

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def published(reference: Path) -> dict[str, Any]:
    """The published figures."""
    return dict(json.loads((reference / "inequality.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("area", ["area1", "area2"])
def test_slope_and_relative_index_agree_to_eight_decimals(published: dict[str, Any], area: str) -> None:
    """Slope and relative index are those of England's public health bodies."""
    case = published["slope_index"][area]
    found = slope_index(np.array(case["population"], dtype=float), np.array(case["value"]))
    assert float(found.slope) == pytest.approx(case["sii"], abs=1e-8)
    assert float(found.relative) == pytest.approx(case["rii"], abs=1e-8)


def test_concentration_index_agrees_to_eight_decimals(published: dict[str, Any]) -> None:
    """The concentration index is the World Bank's."""
    case = published["concentration_index"]
    people = np.array(case["births_poorest_first"], dtype=float)
    found = concentration_index(people, np.array(case["under5_mortality_per_1000"]))
    assert float(found) == pytest.approx(case["index"], abs=1e-8)

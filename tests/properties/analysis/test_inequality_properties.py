"""What has to hold for measures of inequality whatever the numbers are."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sp_geo.statistics.inequality import concentration_index, gini_index, slope_index

PEOPLE = arrays(np.float64, 8, elements=st.floats(1, 1e5))
VALUES = arrays(np.float64, 8, elements=st.floats(0.1, 50))


@given(PEOPLE, VALUES, st.floats(0.01, 100), st.floats(0.01, 100))
def test_units_do_not_matter_to_relative_measures(
    people: np.ndarray, values: np.ndarray, people_unit: float, value_unit: float
) -> None:
    """Units of people and values leave relative measures as they are."""
    first, second = slope_index(people, values), slope_index(people * people_unit, values * value_unit)
    np.testing.assert_allclose(second.slope, first.slope * value_unit, rtol=1e-6, atol=1e-7 * value_unit)
    if np.isfinite(first.relative) and first.relative < 1e3:
        np.testing.assert_allclose(second.relative, first.relative, rtol=1e-4)
    for measure in (concentration_index, gini_index):
        scaled = measure(people * people_unit, values * value_unit)
        np.testing.assert_allclose(scaled, measure(people, values), rtol=1e-6, atol=1e-9)


@given(PEOPLE, VALUES)
def test_turning_the_order_round_turns_the_sign(people: np.ndarray, values: np.ndarray) -> None:
    """Turning the order round turns the sign of an index, and leaves the Gini index."""
    np.testing.assert_allclose(
        slope_index(people[::-1], values[::-1]).slope,
        -slope_index(people, values).slope,
        rtol=1e-6,
        atol=1e-7,
    )
    np.testing.assert_allclose(
        concentration_index(people[::-1], values[::-1]),
        -concentration_index(people, values),
        rtol=1e-6,
        atol=1e-9,
    )
    np.testing.assert_allclose(gini_index(people[::-1], values[::-1]), gini_index(people, values), atol=1e-9)


@given(PEOPLE, VALUES)
def test_indices_keep_their_bounds(people: np.ndarray, values: np.ndarray) -> None:
    """The concentration index is bounded by the Gini index, and that by 1."""
    gini = float(gini_index(people, values))
    assert -1e-9 <= gini <= 1
    assert abs(float(concentration_index(people, values))) <= gini + 1e-9

"""How unequally provision is spread over need: the measures themselves, for one table or many draws at once.

Every function works on the last axis (groups or PCNs) and takes any number of axes before it, so that a
bootstrap is one call. The order is always **highest need first**, and every signed measure is positive where
provision favours **lower** need.

Sources: slope and relative index, Office for Health Improvement and Disparities, PHEindicatormethods
``phe_sii``; concentration index, 2008, Analyzing Health Equity Using Household Survey
Data (World Bank), chapter 8; Gini index, the concentration index of provision ranked by itself. See
docs/methods/inequality.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sp_geo.statistics.least_squares import FloatArray


@dataclass(frozen=True)
class SlopeIndex:
    """Slope and relative index of inequality.

    Attributes:
        slope: shape (...,), unit of the value: fitted value at the least needy end minus that at the most
            needy end.
        relative: shape (...,), fitted value at the least needy end over that at the most needy end.
    """

    slope: FloatArray
    relative: FloatArray


def slope_index(population: FloatArray, value: FloatArray) -> SlopeIndex:
    """Slope index of inequality over ordered groups.

        Y sqrt(a) = b0 sqrt(a) + SII b sqrt(a),  RII = (b0 + SII) / b0

    a is a group's share of the population and b the cumulative share up to its middle.

    Args:
        population: shape (..., groups), people, highest need first.
        value: shape (..., groups), rate of each group.

    Returns:
        NaN where a group is empty, and a NaN relative index where the most needy end is fitted at 0 or less.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = population / population.sum(axis=-1, keepdims=True)
        middle = share.cumsum(axis=-1) - share / 2
        mean_middle = (share * middle).sum(axis=-1, keepdims=True)
        mean_value = (share * value).sum(axis=-1, keepdims=True)
        off = share * (middle - mean_middle)
        slope = (off * (value - mean_value)).sum(axis=-1) / (off * (middle - mean_middle)).sum(axis=-1)
        start = mean_value[..., 0] - slope * mean_middle[..., 0]
        relative = np.where(start > 0, (start + slope) / start, np.nan)
    return SlopeIndex(np.asarray(slope), np.asarray(relative))


def concentration_index(population: FloatArray, value: FloatArray) -> FloatArray:
    """Concentration index over ordered groups or PCNs, from -1 to 1.

        C = 2 / mu x sum(f y R) - 1

    f is a row's share of the population, y its value, R the cumulative share up to its middle, mu the mean.

    Args:
        population: shape (..., n), people, highest need first; 0 leaves a row out.
        value: shape (n,) or (..., n), 0 or more.

    Returns:
        Shape (...,); above 0 where the value is concentrated among lower need. NaN if nobody has any.
    """
    held = population.cumsum(axis=-1)
    total = held[..., -1].copy()
    # In place, from cumulative people to people times their rank: a bootstrap spends its time here.
    held -= population / 2
    held *= population
    inner, amount = _sum_of(held, value), _sum_of(population, value)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(amount > 0, 2 * inner / (total * amount) - 1, np.nan))


def _sum_of(weight: FloatArray, value: FloatArray) -> FloatArray:
    """Weighted sum over the last axis."""
    return np.asarray(weight @ value if value.ndim == 1 else np.einsum("...i,...i->...", weight, value))


def gini_index(population: FloatArray, value: FloatArray) -> FloatArray:
    """Gini index of a value over people, 0 (all have the same rate) to 1.

    Args:
        population: shape (..., n), people.
        value: shape (n,), 0 or more, the same for all draws.

    Returns:
        Shape (...,); NaN if nobody has any.
    """
    order = np.argsort(value, kind="stable")
    return concentration_index(population[..., order], value[order])

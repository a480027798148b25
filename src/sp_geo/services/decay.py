"""How willing people are to go to a service, by how far it is: 1 next door, 0 beyond the catchment.

Every decay is a function of u, the distance as a share of the place's catchment, so that a rural place may have a wider
one. Multiplying a decay by a constant changes no access score: it cancels between the two steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from sp_geo.core.errors import UsageError

Floats = npt.NDArray[np.float64]
Shape = Literal["step", "gaussian", "power"]
SHAPES: Final[tuple[Shape, ...]] = ("step", "gaussian", "power")

STEP_ENDS: Final = (1 / 3, 2 / 3, 1.0)
STEP_WEIGHTS: Final = (1.0, 0.68, 0.22)
"""Thirds of the catchment with the weights 1, 0.68 and 0.22: the enhanced two-step method of Luo and Qi (2009)."""
GAUSSIAN_SPREAD: Final = 1 / 3
"""Standard deviation of the Gaussian as a share of the catchment: at its edge the weight is 0.011."""
POWER_EXPONENT: Final = 1.0
POWER_NEAREST: Final = 0.05
"""Share of the catchment within which the power decay stays at its greatest, as it has no limit at 0."""


@dataclass(frozen=True)
class Decay:
    """A decay with its parameters.

    Attributes:
        shape: ``step``, ``gaussian`` (exp(-u^2 / 2 s^2)) or ``power`` (max(u, u0)^-b).
        ends: of the steps, as shares of the catchment, the last being 1; each belongs to its step.
        weights: of the steps.
        spread: s of the Gaussian, as a share of the catchment.
        exponent: b of the power.
        nearest: u0 of the power.
    """

    shape: Shape = "step"
    ends: tuple[float, ...] = STEP_ENDS
    weights: tuple[float, ...] = STEP_WEIGHTS
    spread: float = GAUSSIAN_SPREAD
    exponent: float = POWER_EXPONENT
    nearest: float = POWER_NEAREST

    def __post_init__(self) -> None:
        """Refuse parameters that are no decay.

        Raises:
            UsageError: the shape is unknown, steps do not ascend to 1, weights rise or are negative, or a width is not
                positive.
        """
        if self.shape not in SHAPES:
            raise UsageError("there is no such decay", found=f"'{self.shape}'", expected=", ".join(SHAPES))
        ends, weights = list(self.ends), list(self.weights)
        ascending = ends == sorted(set(ends)) and ends[0] > 0 and ends[-1] == 1.0
        if len(ends) != len(weights) or not ascending or weights != sorted(weights, reverse=True) or weights[-1] < 0:
            raise UsageError(
                "the steps of a decay do not fit",
                found=f"ends {ends}, weights {weights}",
                expected="as many ends as weights; ends ascending to 1, weights not rising and not negative",
            )
        if min(self.spread, self.nearest) <= 0 or self.exponent < 0:
            raise UsageError("a width of the decay must be positive", found=f"{self.spread}, {self.nearest}")

    def words(self) -> str:
        """The decay in words with its numbers."""
        if self.shape == "gaussian":
            return f"Gaussian, standard deviation {self.spread:.2f} of the catchment"
        if self.shape == "power":
            return f"power {self.exponent:g}, level within {self.nearest:.2f} of the catchment"
        steps = ", ".join(f"{weight:g} to {end:.2f}" for end, weight in zip(self.ends, self.weights, strict=True))
        return f"steps: {steps} of the catchment"

    def function(self) -> Callable[[Floats], Floats]:
        """The decay as a function of u; 0 for u over 1."""
        if self.shape == "gaussian":
            return lambda u: np.where(u <= 1.0, np.exp(-0.5 * (u / self.spread) ** 2), 0.0)
        if self.shape == "power":
            return lambda u: np.where(u <= 1.0, np.maximum(u, self.nearest) ** -self.exponent, 0.0)
        ends, weights = np.array(self.ends), np.array([*self.weights, 0.0])
        return lambda u: weights[np.searchsorted(ends, u, side="left")]

"""An estimate with its interval, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

ESTIMATE_COLUMNS: Final = ("estimate", "ci_low", "ci_high", "std_error", "p_value", "reason")
"""The columns that every table of estimates shares, in this order."""


class ImpossibleEstimate(ValueError):
    """Numbers that cannot belong to one estimate on one scale; a fault of the software, never of the user."""


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty, all on one scale.

    Attributes:
        estimate: the point estimate, in the unit that the caller states.
        std_error: its standard error, same unit, 0 or more.
        ci_low: lower end of the 95 % interval, same unit.
        ci_high: upper end of the 95 % interval, same unit.
        p_value: two-sided, 0 to 1; None where no test is defined (a Gini index, say).
        degrees: of freedom of Student's t behind the interval; None for a normal or another interval.
        errors: kind of standard error, such as ``CR2``; empty where there is but one.

    Raises:
        ImpossibleEstimate: the estimate is outside its own interval, the ends are the wrong way round, a
            number is not finite, the standard error is negative or the p-value is not a probability.
    """

    estimate: float
    std_error: float
    ci_low: float
    ci_high: float
    p_value: float | None
    degrees: float | None = None
    errors: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        numbers = [self.estimate, self.std_error, self.ci_low, self.ci_high]
        if self.p_value is not None:
            numbers.append(self.p_value)
        if not all(math.isfinite(number) for number in numbers):
            raise ImpossibleEstimate(f"not every number is finite: {self}")
        if self.std_error < 0:
            raise ImpossibleEstimate(f"the standard error is negative: {self.std_error}")
        if self.ci_low > self.ci_high:
            raise ImpossibleEstimate(f"the interval {self.ci_low} to {self.ci_high} is the wrong way round")
        if not self.ci_low <= self.estimate <= self.ci_high:
            raise ImpossibleEstimate(
                f"the estimate {self.estimate} is outside its own interval {self.ci_low} to {self.ci_high}"
            )
        if self.p_value is not None and not 0 <= self.p_value <= 1:
            raise ImpossibleEstimate(f"the p-value {self.p_value} is not a probability")

    def per(self, step: float) -> Estimate:
        """The same estimate for a step of so many units: estimate, error and interval move together.

        Raises:
            ImpossibleEstimate: the step is not a finite number above zero.
        """
        if not (math.isfinite(step) and step > 0):
            raise ImpossibleEstimate(f"a step has to be a number above zero, not {step}")
        return replace(
            self,
            estimate=self.estimate * step,
            std_error=self.std_error * step,
            ci_low=self.ci_low * step,
            ci_high=self.ci_high * step,
        )

    def as_record(self) -> dict[str, float | str]:
        """The fields of :data:`ESTIMATE_COLUMNS` and ``df``; what is undefined is NaN, and ``reason`` is empty."""
        return {
            "estimate": self.estimate,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "std_error": self.std_error,
            "p_value": math.nan if self.p_value is None else self.p_value,
            "df": math.nan if self.degrees is None else self.degrees,
            "reason": "",
        }


@dataclass(frozen=True)
class NotEstimable:
    """What stands where an estimate cannot be had: a cause, and never a number.

    Attributes:
        cause: completes the sentence "not estimable because ...", without a full stop.
    """

    cause: str

    @property
    def reason(self) -> str:
        """The whole phrase."""
        return f"not estimable because {self.cause}"

    def per(self, step: float) -> NotEstimable:  # noqa: ARG002 - the same question may be put to either kind
        """Itself, whatever the step."""
        return self

    def as_record(self) -> dict[str, float | str]:
        """The fields of :data:`ESTIMATE_COLUMNS` and ``df``; all numbers NaN."""
        numbers = dict.fromkeys((*ESTIMATE_COLUMNS[:-1], "df"), math.nan)
        return {**numbers, "reason": self.reason}


Result = Estimate | NotEstimable

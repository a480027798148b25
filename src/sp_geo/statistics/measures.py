"""What is regressed on what: a need indicator and a way of counting provision."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from sp_geo.core.errors import UsageError
from sp_geo.panel.indicator import Indicator

POINTS_IN_ONE: Final = 100.0
PATIENTS_IN_RATE: Final = 10_000.0
WEIGHTED: Final = "weighted_list_size"


@dataclass(frozen=True)
class Need:
    """A need indicator, one float column of the panel.

    Attributes:
        name: the column, such as ``imd_score``.
        is_share: True if it runs from 0 to 1 and steps are said in percentage points; False if it is a score
            and steps are said in points.
        label: what people read.
    """

    name: str
    is_share: bool
    label: str

    @classmethod
    def of(cls, item: Indicator) -> Need:
        """The need that an indicator of the panel is."""
        return cls(item.name, item.is_share, item.label)

    @property
    def step_unit(self) -> str:
        """What one unit of ``per`` is called."""
        return "percentage points" if self.is_share else "points"

    def step(self, per: float) -> float:
        """The step in the column's own unit: ``per`` 10 is 0.10 for a share and 10 for a score.

        Raises:
            UsageError: ``per`` is not a finite number above zero.
        """
        if not (math.isfinite(per) and per > 0):
            raise UsageError("the step is not usable", found=str(per), expected="a number above 0")
        return per / POINTS_IN_ONE if self.is_share else per


@dataclass(frozen=True)
class Provision:
    """A way of counting provision: link worker FTE over patients, times 10,000.

    Attributes:
        name: the series as it appears in outputs.
        fte_column: numerator, FTE; NaN where the PCN did not report.
        patients_column: denominator, patients.
        label: what people read.
    """

    name: str
    fte_column: str
    patients_column: str
    label: str

    @property
    def unit(self) -> str:
        """Unit of the rate, with its denominator."""
        return f"FTE per 10,000 {'weighted ' if self.patients_column == WEIGHTED else ''}patients"

    @property
    def per_weighted(self) -> Provision:
        """The same posts over patients weighted by the national formula."""
        label = self.label.replace("10,000 patients", "10,000 weighted patients")
        return replace(self, name=f"{self.name}_weighted", patients_column=WEIGHTED, label=label)


ALL_ROLES: Final = Provision("splw_fte_per_10k", "splw_fte", "list_size", "Link worker FTE per 10,000 patients")
PLAIN_ROLE: Final = Provision(
    "splw_plain_fte_per_10k",
    "splw_plain_fte",
    "list_size",
    "Link worker FTE (plain role) per 10,000 patients",
)
MENTAL_HEALTH_ROLES: Final = Provision(
    "splw_mental_health_fte_per_10k",
    "splw_mental_health_fte",
    "list_size",
    "Link worker FTE (mental health roles) per 10,000 patients",
)

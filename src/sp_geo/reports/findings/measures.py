"""Measures of a PCN as they are named and shown, and the words for states and treatments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pandas as pd

from sp_geo.panel.indicator import Indicator
from sp_geo.reports.sheet import Column

PROVISION: Final = "splw_fte_per_10k"
PROVISION_WEIGHTED: Final = "splw_fte_per_10k_weighted"
PROVISIONS: Final = (PROVISION, PROVISION_WEIGHTED)
"""Rates of link workers, which a PCN that did not report has none of."""
STATUS_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"reported": "Reported", "true_zero": "Reported none", "not_reported": "Did not report"}
)


@dataclass(frozen=True)
class Measure:
    """Something that a map or table shows.

    Attributes:
        name: column of the panel.
        label: for people.
        unit: for people.
        scale: by which values are multiplied to be shown.
        digits: after the point.
    """

    name: str
    label: str
    unit: str
    scale: float
    digits: int

    @property
    def heading(self) -> str:
        """Label with its unit."""
        return f"{self.label} ({self.unit})"

    @property
    def column(self) -> Column:
        """The column of the measure in a table."""
        return Column(self.name, self.label, self.unit, self.digits, self.scale)

    def words(self, value: float | None) -> str:
        """A value as it is shown; nothing where there is none."""
        return "" if value is None or pd.isna(value) else f"{value * self.scale:,.{self.digits}f}"


RATE: Final = Measure(PROVISION, "Link workers", "FTE per 10,000 patients", 1.0, 2)


def measure_of(item: Indicator) -> Measure:
    """A need measure as it is shown."""
    if item.is_share:
        return Measure(item.name, item.label, "%" if item.is_own else "% of patients or answers", 100.0, 1)
    return Measure(item.name, item.label, item.unit, 1.0, 2 if item.is_own else 1)


def measures(needs: Mapping[str, Indicator]) -> dict[str, Measure]:
    """Everything that the map can show, provision first."""
    weighted = Measure(
        PROVISION_WEIGHTED, "Link workers by weighted patients", "FTE per 10,000 weighted patients", 1.0, 2
    )
    shown = {name: measure_of(item) for name, item in needs.items()}
    return {PROVISION: RATE, PROVISION_WEIGHTED: weighted, **shown}

"""Figures of a quarter and area at a glance, beside those of a year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.core.quarters import Quarter

YEAR_QUARTERS: Final = 4
_PER: Final = 10_000


@dataclass(frozen=True)
class HeadlineFigures:
    """Figures of one quarter and area.

    Attributes:
        quarter: they are of.
        active: PCNs.
        reported: PCNs that reported.
        zero: PCNs that reported no link worker.
        fte: link workers of those that reported.
        per_10k: their rate over their own patients; missing if none reported.
        patients: of all active PCNs.
        silent_patients: of PCNs that did not report.
    """

    quarter: str
    active: int
    reported: int
    zero: int
    fte: float
    per_10k: float
    patients: float
    silent_patients: float

    def row(self) -> dict[str, str | int | float]:
        """The same figures as a row of a table; without a report there is no FTE, not none of it."""
        return {
            "quarter": self.quarter,
            "active_pcns": self.active,
            "reporting_pcns": self.reported,
            "coverage_pct": self.coverage_pct,
            "true_zero_pcns": self.zero,
            "splw_fte": self.fte if self.reported else float("nan"),
            "splw_fte_per_10k": self.per_10k,
            "patients_count": self.patients,
        }

    @property
    def coverage_pct(self) -> float:
        """Share of active PCNs that reported."""
        return 100 * self.reported / self.active if self.active else float("nan")

    @property
    def reporting_patients(self) -> float:
        """Patients of PCNs that reported: what the rate is over."""
        return self.patients - self.silent_patients

    @property
    def floor_per_10k(self) -> float:
        """The rate over all patients if the silent PCNs had nobody: the least that it can be."""
        return _PER * self.fte / self.patients if self.patients and self.reported else float("nan")


def headline_figures(rows: pd.DataFrame, quarter: str) -> HeadlineFigures:
    """Figures of the rows of one quarter."""
    silent = rows["reporting_status"] == "not_reported"
    told = rows[~silent]
    patients = float(told["list_size"].sum())
    return HeadlineFigures(
        quarter=quarter,
        active=len(rows),
        reported=len(told),
        zero=int((rows["reporting_status"] == "true_zero").sum()),
        fte=float(told["splw_fte"].sum()),
        per_10k=_PER * float(told["splw_fte"].sum()) / patients if patients else float("nan"),
        patients=float(rows["list_size"].sum()),
        silent_patients=float(rows.loc[silent, "list_size"].sum()),
    )


def year_before(quarters: Sequence[str], quarter: str) -> str:
    """The same quarter a year before; where it is missing, the last there is before it, or the first of all.

    Args:
        quarters: that there are, in order.
        quarter: one of them.
    """
    wanted = str(Quarter.parse(quarter).shift(-YEAR_QUARTERS))
    return max((item for item in quarters if item <= wanted), default=quarters[0])


def like_for_like(now: pd.DataFrame, then: pd.DataFrame) -> tuple[int, float, float]:
    """PCNs that reported both times, and their FTE then and now."""
    later = now.set_index("pcn_code")["splw_fte"].dropna()
    earlier = then.set_index("pcn_code")["splw_fte"].dropna()
    both = later.index.intersection(earlier.index)
    return len(both), float(earlier[both].sum()), float(later[both].sum())


def changes(by_quarter: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a quarter, the latest first: who reported, posts, rate and coverage.

    Args:
        by_quarter: rows of an area by quarter; a quarter without PCNs is left out.
    """
    found = [headline_figures(by_quarter[quarter], quarter) for quarter in sorted(by_quarter, reverse=True)]
    return pd.DataFrame([item.row() | {"silent_patients_count": item.silent_patients} for item in found if item.active])

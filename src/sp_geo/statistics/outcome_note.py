"""What the published odds ratios would mean for a number of extra link workers, told as associations.

Source: BJGP.2024.0542: odds ratios of patient-reported outcomes per extra full-time link
worker per 50,000 patients. They come from an observational study; nothing here says that posts cause the
change.

    odds after = odds before x OR^d,  d = extra FTE / patients x 50,000
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy

from sp_geo.core.errors import UsageError
from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, Estimate, ImpossibleEstimate, NotEstimable, Result
from sp_geo.statistics.least_squares import with_interval
from sp_geo.statistics.non_response import require_choice

PATIENTS_PER_UNIT: Final = 50_000.0
MOST_UNITS: Final = 20.0
"""England has between 2 and 3 FTE per 50,000 patients; ten times that is not the same question."""

LABEL: Final = (
    "association in an observational study (BJGP.2024.0542), not an effect of the posts;"
    " it assumes that the published odds ratio holds here"
)


@dataclass(frozen=True)
class PublishedOddsRatio:
    """An odds ratio per extra FTE per 50,000 patients with its 95 % interval.

    Attributes:
        outcome: name in tables.
        label: what patients reported.
        value: the odds ratio.
        low: lower end.
        high: upper end.
    """

    outcome: str
    label: str
    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse an odds ratio outside its own interval."""
        if not 0 < self.low <= self.value <= self.high:
            raise ImpossibleEstimate(f"odds ratio {self.value} outside {self.low} to {self.high}")


PUBLISHED: Final = (
    PublishedOddsRatio("enough_local_support", "Enough support from local services", 1.005, 1.001, 1.008),
    PublishedOddsRatio("confidence_managing", "Confident in managing conditions", 1.006, 1.001, 1.010),
    PublishedOddsRatio("good_experience", "Good experience of the practice", 1.015, 1.004, 1.027),
    PublishedOddsRatio("mental_health_understood", "Mental health needs understood", 1.012, 1.003, 1.021),
)

NOTE_COLUMNS: Final = (
    "outcome",
    "label",
    "extra_fte",
    "patients",
    "extra_fte_per_50k",
    "odds_ratio",
    "odds_ratio_low",
    "odds_ratio_high",
    "baseline_pct",
    *ESTIMATE_COLUMNS[:-1],
    "unit",
    "reading",
    "reason",
)


def outcome_note(
    extra_fte: float,
    patients: float,
    baselines: Mapping[str, float],
    published: Sequence[PublishedOddsRatio] = PUBLISHED,
) -> pd.DataFrame:
    """Expected change of each outcome that goes with extra posts.

    Args:
        extra_fte: full-time equivalents more (or fewer, below zero).
        patients: registered patients they serve.
        baselines: share of patients, 0 to 1, with each outcome now, by its name; an outcome without one gets
            its odds ratio but no change.
        published: odds ratios.

    Returns:
        One row per outcome with :data:`NOTE_COLUMNS`; the estimate is the change in percentage points, its
        interval that of the odds ratio alone.

    Raises:
        UsageError: patients or extra posts that are not usable, an unknown outcome, or a baseline that
            is not a share.
    """
    if not (np.isfinite(patients) and patients > 0):
        raise UsageError("no patients to serve", found=str(patients), expected="a number above 0")
    if not np.isfinite(extra_fte):
        raise UsageError("the extra posts are not a number", found=str(extra_fte))
    units = extra_fte / patients * PATIENTS_PER_UNIT
    if abs(units) > MOST_UNITS:
        raise UsageError(
            "the extra posts are far beyond what the study saw",
            found=f"{units:.1f} per 50,000 patients",
            expected=f"at most {MOST_UNITS:g}",
        )
    known = {one.outcome for one in published}
    for name in baselines:
        require_choice("outcome", name, tuple(sorted(known)))
    records: list[dict[str, Any]] = []
    for one in published:
        ends = sorted((one.low**units, one.high**units))
        baseline = baselines.get(one.outcome)
        records.append(
            {
                "outcome": one.outcome,
                "label": one.label,
                "extra_fte": extra_fte,
                "patients": patients,
                "extra_fte_per_50k": units,
                "odds_ratio": one.value**units,
                "odds_ratio_low": ends[0],
                "odds_ratio_high": ends[1],
                "baseline_pct": float("nan") if baseline is None else 100 * baseline,
                "unit": "percentage points",
                "reading": LABEL,
                **expected_change(one, units, baseline).as_record(),
            }
        )
    return pd.DataFrame(records, columns=list(NOTE_COLUMNS))


def expected_change(one: PublishedOddsRatio, units: float, baseline: float | None) -> Result:
    """Change of a share in percentage points for ``units`` of FTE per 50,000 patients.

    Raises:
        UsageError: the baseline is not a share from 0 to 1.
    """
    if baseline is None:
        return NotEstimable("the present share of patients with this outcome was not given")
    if not 0 <= baseline <= 1:
        raise UsageError("a baseline is not a share", found=str(baseline), expected="a number from 0 to 1")
    ends = sorted(_change(baseline, bound**units) for bound in (one.low, one.high))
    change = _change(baseline, one.value**units)
    # The published interval stands for a normal one on the log scale; rounding makes it a little asymmetric.
    log_error = (np.log(one.high) - np.log(one.low)) / (2 * with_interval(0.0, 1.0).ci_high)
    after = baseline + change / 100
    spread = 100 * after * (1 - after) * abs(units) * float(log_error)
    p_value = 2 * float(scipy.special.ndtr(-abs(float(np.log(one.value))) / float(log_error)))
    return Estimate(change, spread, ends[0], ends[1], p_value)


def _change(baseline: float, odds_ratio: float) -> float:
    """Percentage points."""
    return 100 * (baseline * odds_ratio / (1 - baseline + baseline * odds_ratio) - baseline)

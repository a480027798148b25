"""Published facts that the synthetic England is calibrated to, and what is put in by choice.

Between two published points a figure runs in a straight line over months; before the first and after the last it
stays. Sources: NHS England, Primary Care Network Workforce and Patients Registered at a GP Practice; MHCLG, English
indices of deprivation; ONS, Census 2021 TS021.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sp_geo.core.quarters import Quarter, span

Floats = NDArray[np.float64]

QUARTERS: Final = tuple(str(quarter) for quarter in span(Quarter(2020, 1), Quarter(2026, 2)))

_Points = tuple[tuple[str, float], ...]

PLAIN_FTE: Final[_Points] = (
    ("2020-03", 112),
    ("2020-06", 431),
    ("2020-09", 616),
    ("2020-12", 852),
    ("2021-03", 1093),
    ("2021-06", 1261),
    ("2021-09", 1427),
    ("2021-12", 1612),
    ("2022-03", 1741),
    ("2022-06", 1903),
    ("2022-09", 2047),
    ("2023-07", 2775),
    ("2024-01", 2866),
    ("2024-04", 2845),
    ("2024-07", 2781),
    ("2024-12", 2777),
    ("2026-06", 2642.4),
)
"""Link workers in the plain role at a month's end (workforce system alone)."""
MENTAL_HEALTH_FTE: Final[_Points] = (("2024-12", 0.0), ("2026-06", 110.1))
"""Link workers in the mental health roles: published for June 2026; that they began in 2025 is invented."""
COVERAGE: Final[_Points] = (
    ("2020-03", 0.15),
    ("2020-06", 0.40),
    ("2020-09", 0.503),
    ("2020-12", 0.605),
    ("2021-09", 0.784),
    ("2022-03", 0.845),
    ("2023-03", 0.981),
    ("2026-06", 0.979),
)
"""Share of active PCNs in the release."""
TRUE_ZERO: Final[_Points] = (("2020-03", 0.185), ("2022-09", 0.178), ("2026-06", 0.152))
"""Share of reporting PCNs without a link worker."""
VARIATION: Final[_Points] = (("2020-03", 1.15), ("2020-12", 1.04), ("2022-09", 0.857), ("2026-06", 0.835))
"""Standard deviation of FTE per 10,000 over its mean, among reporting PCNs."""
PATIENTS: Final[_Points] = (("2020-01", 60.2e6), ("2021-01", 60.6e6), ("2022-07", 61.8e6), ("2026-07", 63.4e6))
OTHER_STAFF: Final[_Points] = (("2020-03", 2.5), ("2022-06", 7.0), ("2026-06", 12.0))
"""Rows of staff who are not link workers in a PCN: about half of what is published, to keep the files small."""
NO_SHARE: Final = {2019: 0.22, 2020: 0.23, 2021: 0.26, 2022: 0.30, 2023: 0.31, 2024: 0.32, 2025: 0.318, 2026: 0.315}
"""Share of No in the survey: 26 % in 2021 is published, 31.8 % in 2025 is Greater Manchester's; others are invented."""

SLOPE: Final = -0.35
"""Final slope of FTE per 10,000 on the share lacking support, per unit: -0.035 per 10 percentage points."""
SLOPE_FROM: Final = Quarter(2022, 1)
SLOPE_UNTIL: Final = Quarter(2023, 3)

PRACTICES: Final[_Points] = (("2019-10", 6634.0), ("2021-07", 6506.0), ("2026-07", 6139.0))
PRACTICE_OPENINGS: Final = 40
UNALLOCATED: Final = 52
STRADDLING: Final = 6
MOVES: Final = 60
PCNS_AT_FIRST: Final = 1250
PCN_EVENTS: Final = (
    ("2020-05-01", 2, 0),
    ("2020-11-01", 3, 1),
    ("2021-05-01", 2, 1),
    ("2022-05-01", 6, 1),
    ("2022-11-01", 5, 2),
    ("2023-05-01", 12, 1),
    ("2024-05-01", 12, 1),
    ("2025-05-01", 10, 1),
    ("2026-05-01", 5, 1),
)
"""Day, PCNs that split off, PCNs that merged into another. Days lie within quarters, never at their ends."""

REGION_PROVISION: Final = {
    "Y56": 0.374,
    "Y58": 0.436,
    "Y59": 0.416,
    "Y60": 0.451,
    "Y61": 0.385,
    "Y62": 0.446,
    "Y63": 0.586,
}
"""FTE per 10,000 by NHS region, June 2026."""
ENGLAND_PROVISION: Final = 0.443
REGION_REPORTING: Final = {"Y56": -0.3, "Y58": 0.2, "Y59": 0.1, "Y60": 0.3, "Y61": 0.0, "Y62": -0.2, "Y63": -0.1}
"""Added to the log odds of reporting; invented."""
REPORTING_ON_NEED: Final = -0.6
"""Change in the log odds of reporting for one standard deviation more need; invented."""
REPORTING_ON_SIZE: Final = 0.4
"""The same for one standard deviation more of log list size; invented."""

NEED_SPREAD: Final = 0.062
"""Standard deviation between PCNs of the true share lacking support; with sampling it shows as 6.5 to 8 points."""
ANSWERS: Final = 35.0
"""Usable answers of a practice, about 180 a PCN."""

_SHARES: Final = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1)
# July 2026; the middle drawn in a little, because later splits and moves widen it again.
_PCN_SIZES: Final = (
    *(7894, 20876, 23275, 27114, 30313, 34140, 37344, 40900, 44600, 48100, 52300, 59300, 69969),
    *(84512, 103399, 118681, 139821, 192999, 270256),
)
_IMD_2019: Final = (
    *(0.541, 2.442, 3.082, 4.315, 5.908, 8.615, 11.299, 14.237, 17.648, 21.555, 26.574, 33.250, 43.855),
    *(53.716, 63.057, 68.399, 72.673, 79.025, 92.735),
)
_IMD_2025: Final = (
    *(0.165, 1.951, 2.550, 3.769, 5.462, 8.379, 11.135, 14.140, 17.450, 21.539, 26.604, 33.510, 44.912),
    *(54.257, 63.572, 68.773, 73.059, 80.658, 94.223),
)
_MINORITY: Final = (
    (0, 0.0),
    (0.01, 0.01),
    (0.1, 0.021),
    (0.25, 0.036),
    (0.5, 0.085),
    (0.75, 0.25),
    (0.9, 0.5),
    (0.95, 0.645),
    (1, 0.992),
)


def at_month(points: _Points, month: str) -> float:
    """A figure in a month such as 2022-07, in a straight line between published ones."""
    known = [_months(when) for when, _ in points]
    return float(np.interp(_months(month), known, [value for _, value in points]))


def at_quarter(points: _Points, quarter: str) -> float:
    """A figure in a quarter's last month."""
    end = Quarter.parse(quarter).end
    return at_month(points, f"{end.year}-{end.month:02}")


def true_slope(quarter: str) -> float:
    """Slope of FTE per 10,000 on the share lacking support (per unit) that is put in: 0, then falling, then flat."""
    first = SLOPE_FROM.year * 4 + SLOPE_FROM.number
    last = SLOPE_UNTIL.year * 4 + SLOPE_UNTIL.number
    parsed = Quarter.parse(quarter)
    return SLOPE * float(np.clip((parsed.year * 4 + parsed.number - first) / (last - first), 0, 1)) + 0.0


def pcn_size(share: Floats) -> Floats:
    """Patients of the PCN that is larger than this share of PCNs (July 2026)."""
    return np.asarray(np.interp(share, _SHARES, _PCN_SIZES))


def imd_2019(share: Floats) -> Floats:
    """IMD 2019 score of the small area that is more deprived than this share of areas."""
    return np.asarray(np.interp(share, _SHARES, _IMD_2019))


def imd_2025(share: Floats) -> Floats:
    """The same for 2025."""
    return np.asarray(np.interp(share, _SHARES, _IMD_2025))


def minority(share: Floats) -> Floats:
    """Share of residents who are not White in the area that has more than this share of areas (2021)."""
    return np.asarray(np.interp(share, [point for point, _ in _MINORITY], [value for _, value in _MINORITY]))


def score(values: Floats) -> Floats:
    """Standard scores: mean 0 and standard deviation 1, or all 0 if the values do not vary."""
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-12))


def rank(values: Floats) -> Floats:
    """Share of the values below each, 0 to 1."""
    return np.asarray((stats.rankdata(values, method="ordinal") - 0.5) / len(values))


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])

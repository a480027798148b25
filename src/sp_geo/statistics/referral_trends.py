"""Referral activity of a user's file: rates, how they differ between groups, trends and the path to support.

The frame is one row per area, group and quarter with counts ``referrals``, ``contacted``, ``supported`` and
the ``patients`` they came from. A count that is missing or suppressed is NaN: its row then leaves the
numerator and the denominator and is counted. See docs/methods/referral_trends.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy

from sp_geo.core.quarters import Quarter
from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, Estimate, NotEstimable, Result
from sp_geo.statistics.joinpoints import CRITERION, MOST_JOINPOINTS, Joinpoints, find_joinpoints
from sp_geo.statistics.least_squares import UPPER_TAIL, with_interval
from sp_geo.statistics.measures import PATIENTS_IN_RATE
from sp_geo.statistics.non_response import require_columns

PATIENTS: Final = "patients"
REFERRED, MET, SUPPORTED = "referrals", "contacted", "supported"

_COUNTED: Final = ("events", "patients", "n_rows", "n_rows_missing")
_STEPS: Final = (
    ("met of referred", MET, REFERRED),
    ("supported of met", SUPPORTED, MET),
    ("supported of referred", SUPPORTED, REFERRED),
)


def rates_table(activity: pd.DataFrame, by: Sequence[str], events: str = REFERRED) -> pd.DataFrame:
    """Rate per 10,000 patients in each group, with an exact Poisson interval.

    Args:
        activity: see above.
        by: grouping columns, such as quarter, fifth, region_code, sex or age_band.
        events: which count.

    Returns:
        One row per group: the ``by`` columns, events, patients, n_rows, n_rows_missing, and the estimate (per
        10,000 patients and whatever period the rows cover). No p-value.

    Raises:
        UsageError: a column that is not there.
    """
    require_columns(activity, (*by, events, PATIENTS), "column")
    records = []
    for key, rows in activity.groupby(list(by), sort=True):
        counted = _counted(rows, events)
        found: Result = NotEstimable("every count is missing or suppressed")
        if counted["n_rows"]:
            found = rate(counted["events"], counted["patients"])
        records.append({**dict(zip(by, key, strict=True)), **counted, **found.as_record()})
    return pd.DataFrame(records, columns=[*by, *_COUNTED, *ESTIMATE_COLUMNS])


def rate(events: float, patients: float) -> Result:
    """Events per 10,000 patients with the exact Poisson interval."""
    if not patients > 0:
        return NotEstimable("there are no patients")
    per = PATIENTS_IN_RATE / patients
    low = float(scipy.special.gammaincinv(events, 1 - UPPER_TAIL)) if events > 0 else 0.0
    high = float(scipy.special.gammaincinv(events + 1, UPPER_TAIL))
    return Estimate(events * per, float(np.sqrt(events)) * per, low * per, high * per, None)


def rate_ratio(events: float, patients: float, other_events: float, other_patients: float) -> Result:
    """A rate over another, its interval normal on the log scale; the test is of a ratio of 1."""
    if not (patients > 0 and other_patients > 0):
        return NotEstimable("there are no patients in one of the groups")
    if not (events > 0 and other_events > 0):
        return NotEstimable("there are no events in one of the groups")
    ratio = float((events / patients) / (other_events / other_patients))
    spread = float(np.sqrt(1 / events + 1 / other_events))
    log = with_interval(float(np.log(ratio)), spread)
    low, middle, high = (float(np.exp(value)) for value in (log.ci_low, log.estimate, log.ci_high))
    return Estimate(middle, middle * spread, low, high, log.p_value)


def most_to_least_table(
    activity: pd.DataFrame,
    group: str,
    most: object,
    least: object,
    by: Sequence[str] = ("quarter",),
    events: str = REFERRED,
) -> pd.DataFrame:
    """Ratio of the rate in one group (such as the most deprived fifth) to that in another (the least).

    Returns:
        One row per value of ``by``: its columns, the group's column and both values, events and patients of
        both, and the estimate.

    Raises:
        UsageError: a column that is not there.
    """
    require_columns(activity, (*by, group, events, PATIENTS), "column")
    records: list[dict[str, Any]] = []
    for key, rows in activity.groupby(list(by), sort=True):
        upper = _counted(rows.loc[rows[group] == most], events)
        lower = _counted(rows.loc[rows[group] == least], events)
        ratio = rate_ratio(upper["events"], upper["patients"], lower["events"], lower["patients"])
        records.append(
            {
                **dict(zip(by, key, strict=True)),
                "group": group,
                "most": most,
                "least": least,
                "most_events": upper["events"],
                "most_patients": upper["patients"],
                "least_events": lower["events"],
                "least_patients": lower["patients"],
                "n_rows_missing": upper["n_rows_missing"] + lower["n_rows_missing"],
                **ratio.as_record(),
            }
        )
    columns = ["group", "most", "least", "most_events", "most_patients", "least_events", "least_patients"]
    return pd.DataFrame(records, columns=[*by, *columns, "n_rows_missing", *ESTIMATE_COLUMNS])


def trend_of(activity: pd.DataFrame, events: str = REFERRED, most: int = MOST_JOINPOINTS) -> Joinpoints | NotEstimable:
    """Joinpoint trend of the rate of all rows by quarter, weighted by events; times are absolute quarters."""
    by_quarter = rates_table(activity, ("quarter",), events)
    known = by_quarter.loc[by_quarter["estimate"].notna()]
    quarters = [Quarter.parse(str(quarter)) for quarter in known["quarter"]]
    time = np.asarray([quarter.year * 4 + quarter.number - 1 for quarter in quarters], dtype=np.float64)
    rates = known["estimate"].to_numpy(dtype=np.float64)
    return find_joinpoints(time, rates, known["events"].to_numpy(dtype=np.float64), most)


def trends_table(
    activity: pd.DataFrame, by: Sequence[str] = (), events: str = REFERRED, most: int = MOST_JOINPOINTS
) -> pd.DataFrame:
    """Joinpoint trends as a table, all rows together or one trend per group.

    Returns:
        For each group one row per ``segment`` (1, 2, ...) and one ``average``; the estimate is the percent
        change per quarter. ``joinpoints`` lists the quarters at which the trend bends.

    Raises:
        UsageError: a column that is not there.
    """
    require_columns(activity, (*by, "quarter", events, PATIENTS), "column")
    groups = activity.groupby(list(by), sort=True) if by else [((), activity)]
    records: list[dict[str, Any]] = []
    for key, rows in groups:
        labels = dict(zip(by, key, strict=True))
        quarters = sorted(rows["quarter"].astype(str).unique())
        common = {**labels, "n_quarters": len(quarters), "criterion": CRITERION, "events": events}
        found = trend_of(rows, events, most)
        span = {"from": quarters[0], "to": quarters[-1]} if quarters else {}
        if isinstance(found, NotEstimable):
            records.append({**common, **span, "segment": "average", **found.as_record()})
            continue
        common["joinpoints"] = ", ".join(_quarter(at) for at in found.at)
        for number, segment in enumerate(found.segments, start=1):
            ends = {"from": _quarter(segment.start), "to": _quarter(segment.end)}
            records.append({**common, **ends, "segment": str(number), **segment.change.as_record()})
        records.append({**common, **span, "segment": "average", **found.average.as_record()})
    columns = ["events", "segment", "from", "to", "joinpoints", "n_quarters", "criterion"]
    return pd.DataFrame(records, columns=[*by, *columns, *ESTIMATE_COLUMNS])


def path_table(activity: pd.DataFrame, by: Sequence[str] = ("quarter",)) -> pd.DataFrame:
    """The path referred, met a link worker, received support: shares with Wilson intervals.

    Only rows in which all three counts are known are used, so that the steps are of the same people.

    Returns:
        Three rows per group (``step``): count, of how many, and the estimate as a share from 0 to 1.

    Raises:
        UsageError: a column that is not there.
    """
    require_columns(activity, (*by, REFERRED, MET, SUPPORTED), "column")
    records: list[dict[str, Any]] = []
    for key, rows in activity.groupby(list(by), sort=True):
        known = rows.dropna(subset=[REFERRED, MET, SUPPORTED])
        missing = len(rows) - len(known)
        for step, part, whole in _STEPS:
            count, of = float(known[part].sum()), float(known[whole].sum())
            records.append(
                {
                    **dict(zip(by, key, strict=True)),
                    "step": step,
                    "count": count,
                    "of": of,
                    "n_rows_missing": missing,
                    **share(count, of).as_record(),
                }
            )
    return pd.DataFrame(records, columns=[*by, "step", "count", "of", "n_rows_missing", *ESTIMATE_COLUMNS])


def share(count: float, of: float) -> Result:
    """A share, 0 to 1, with Wilson's interval."""
    if not of > 0:
        return NotEstimable("nobody came to this step")
    if count > of:
        return NotEstimable("more people are counted at this step than at the one before")
    z = float(scipy.special.ndtri(UPPER_TAIL))
    here = count / of
    centre = (here + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * float(np.sqrt(here * (1 - here) / of + z**2 / (4 * of**2)))
    low, high = max(0.0, min(centre - half, here)), min(1.0, max(centre + half, here))
    return Estimate(here, float(np.sqrt(here * (1 - here) / of)), low, high, None)


def _counted(rows: pd.DataFrame, events: str) -> dict[str, Any]:
    known = rows[events].notna() & rows[PATIENTS].notna()
    return {
        "events": float(rows.loc[known, events].sum()),
        "patients": float(rows.loc[known, PATIENTS].sum()),
        "n_rows": int(known.sum()),
        "n_rows_missing": int((~known).sum()),
    }


def _quarter(number: float) -> str:
    whole = round(number)
    return str(Quarter(whole // 4, whole % 4 + 1))

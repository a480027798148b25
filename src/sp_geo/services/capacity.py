"""What a service can take: effective places a quarter, and why where there are none or nobody knows."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sp_geo.services.assumptions import Assumptions

STATES: Final = ("open", "full", "closed", "wait_too_long", "stale", "not_said")


def effective(services: pd.DataFrame, used: Assumptions) -> pd.DataFrame:
    """Effective capacity of every service: places a quarter times the share still free.

    Zero is known: the service is closed to referrals, its wait is longer than a link worker can hold a client, or no
    place is free. Unknown stays unknown: places or the free share were not said, or the record is stale.

    Args:
        services: core_service.
        used: hold_days and stale_after_days.

    Returns:
        service_id, effective_places (people a quarter; missing where unknown), capacity_state (open, full, closed,
        wait_too_long, stale, not_said), is_stale.
    """
    places, share = services["places_per_quarter"], services["free_share"]
    stale = is_stale(services["last_checked"], used.stale_after_days)
    closed = services["open_to_referrals"].eq("no").fillna(value=False)
    late = services["waiting_days"] > used.hold_days
    full = (places == 0) | (share == 0)
    unsaid = places.isna() | share.isna()
    state = np.select(
        [stale, closed, late, full, unsaid], ["stale", "closed", "wait_too_long", "full", "not_said"], "open"
    )
    known_zero = np.isin(state, ["closed", "wait_too_long", "full"])
    value = np.where(known_zero, 0.0, np.where(state == "open", places * share, np.nan))
    return pd.DataFrame(
        {
            "service_id": services["service_id"],
            "effective_places": value,
            "capacity_state": pd.Series(state, index=services.index).astype("str"),
            "is_stale": stale,
        }
    )


def is_stale(last_checked: pd.Series, after_days: float) -> pd.Series:
    """Whether a record was last checked too long before the newest check there is; one without a day is not stale."""
    days = pd.to_datetime(last_checked, format="%Y-%m-%d")
    if days.isna().all():
        return pd.Series(False, index=last_checked.index)  # noqa: FBT003 - a value
    age = (days.max() - days).dt.days
    return (age > after_days).fillna(value=False).astype(bool)

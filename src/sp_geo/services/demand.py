"""What link workers can be expected to ask of services: onward referrals a quarter, by small area and category."""

from __future__ import annotations

import pandas as pd

from sp_geo.core.disclosure import THRESHOLD
from sp_geo.services.assumptions import Assumptions
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.tables.services import ALL_CATEGORIES

LEAST_REPORTING: float = 0.5
"""Demand is given where at least this share of an area's patients belongs to PCNs that reported; otherwise missing."""


def category_shares(activity: pd.DataFrame) -> tuple[pd.Series, str]:
    """Share of onward referrals that each category takes, summing to 1.

    Args:
        activity: core_referral_activity; the user's own counts are used where every category has one.

    Returns:
        Shares by category, and in words where they come from. Without counts, or where one of them is too small to be
        shown and could be worked out from its share, every category takes an equal share: no national figure is
        published.
    """
    rows = activity[activity["category"] != ALL_CATEGORIES].dropna(subset=["referrals"])
    counts = rows.groupby("category")["referrals"].sum().astype(float).reindex(list(REFERRAL_CATEGORIES))
    if counts.notna().all() and counts.sum() > 0 and not counts.between(1, THRESHOLD - 1).any():
        return counts / counts.sum(), "shares of referrals in the file of referral activity"
    equal = pd.Series(1.0 / len(REFERRAL_CATEGORIES), index=list(REFERRAL_CATEGORIES), name="referrals")
    return equal, "equal shares, as no national figure is published"


def expected(people: pd.DataFrame, shares: pd.Series, used: Assumptions) -> pd.DataFrame:
    """Expected onward referrals.

    clients a quarter = FTE of the link workers serving the area x clients per FTE; onward referrals = clients x onward
    referrals per client x share of the category. The FTE of a PCN is divided over where its patients live; the part of
    an area's patients whose PCN did not report is taken to be served like the rest of the area.

    Args:
        people: out_lsoa11: lsoa11_code, patients_count, link_worker_fte (of reporting PCNs), reporting_share (0 to 1).
        shares: by category.
        used: the assumptions.

    Returns:
        lsoa11_code, category, expected_demand (people a quarter; missing where under half of the patients belong to
        PCNs that reported).
    """
    enough = people["reporting_share"] >= LEAST_REPORTING
    fte = (people["link_worker_fte"] / people["reporting_share"]).where(enough)
    onward = fte * used.clients_per_fte_per_quarter * used.onward_per_client
    parts = [
        pd.DataFrame({"lsoa11_code": people["lsoa11_code"], "category": category, "expected_demand": onward * share})
        for category, share in shares.items()
    ]
    return pd.concat(parts, ignore_index=True)

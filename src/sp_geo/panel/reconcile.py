"""Totals before and after each join: what did not match is counted by cause, and nothing may be lost."""

from __future__ import annotations

import pandas as pd

from sp_geo.core.errors import ReconciliationError

TOLERANCE = 1e-6
"""Largest share of a total by which its parts may miss it; allows for the rounding of floating point sums."""

MATCHED = "matched"
TRACED = (MATCHED, "through_successor", "through_last_pcn")
"""Causes under which a unit did reach a PCN."""


def parts_by_cause(units: pd.DataFrame, measure: str, total: float) -> pd.DataFrame:
    """One row a cause, after checking that the parts add up to the total.

    Args:
        units: one row a practice or PCN: cause, amount (missing counts as nothing).
        measure: what is counted.
        total: of the amounts, taken independently from the table before the join.

    Returns:
        measure, cause, units_count, amount.

    Raises:
        ReconciliationError: the parts do not add up to the total.
    """
    found = units["amount"].fillna(0.0).sum()
    if abs(found - total) > TOLERANCE * max(abs(total), 1.0):
        raise ReconciliationError(
            f"{measure} do not reconcile", found=f"{found:,.2f} after the join", expected=f"{total:,.2f} as before it"
        )
    groups = units.fillna({"amount": 0.0}).groupby("cause")["amount"]
    return (
        groups.agg(["size", "sum"])
        .reset_index()
        .set_axis(["cause", "units_count", "amount"], axis=1)
        .assign(measure=measure)
    )


def unmatched(units: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The units that did not match: measure, cause, org_code, amount, detail."""
    rows = units[~units["cause"].isin(TRACED)]
    detail = rows["detail"] if "detail" in rows else pd.Series(None, index=rows.index, dtype="str")
    return pd.DataFrame(
        {
            "measure": measure,
            "cause": rows["cause"],
            "org_code": rows["org_code"],
            "amount": rows["amount"],
            "detail": detail,
        }
    )

"""Local posts by PCN and quarter, matched with the PCNs that were active; apart from the published series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sp_geo.core.errors import ReconciliationError
from sp_geo.core.quarters import Quarter, span


def local_posts(posts: pd.DataFrame, active: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Each post in each of its quarters, matched with the active PCNs.

    A post without a last quarter is taken to be filled until the latest quarter that was loaded.

    Args:
        posts: core_local_post, at least one row.
        active: pcn_code and quarter of every active PCN.

    Returns:
        out_local_post_quarter and out_local_post_unmatched.

    Raises:
        ReconciliationError: FTE were lost or made on the way.
    """
    ends = posts["last_quarter"].fillna(str(active["quarter"].max()) if len(active) else "")
    # A post that begins after the latest quarter has at least its first one, so that it is listed and not lost.
    ends = ends.where(ends >= posts["first_quarter"], posts["first_quarter"])
    quarters = pd.Series(
        [
            [str(quarter) for quarter in span(Quarter.parse(first), Quarter.parse(last))]
            for first, last in zip(posts["first_quarter"], ends, strict=True)
        ],
        index=posts.index,
    )
    kept = posts[["list_id", "post_id", "pcn_code", "fte"]]
    spells = kept.assign(quarter=quarters).explode("quarter", ignore_index=True).astype({"quarter": "str"})
    marked = spells.merge(active.drop_duplicates(), on=["pcn_code", "quarter"], how="left", indicator="found")
    is_matched = marked["found"] == "both"
    matched, lost = marked[is_matched], marked[~is_matched].drop(columns="found")
    totals = (
        matched.groupby(["pcn_code", "quarter"])
        .agg(local_fte=("fte", "sum"), posts_count=("fte", "size"))
        .reset_index()
        .astype({"local_fte": "float64", "posts_count": "int64"})
    )
    causes = np.select(
        [~lost["quarter"].isin(active["quarter"]), ~lost["pcn_code"].isin(active["pcn_code"])],
        ["quarter_not_loaded", "pcn_not_known"],
        default="pcn_not_active",
    )
    total = float(spells["fte"].sum())
    placed = float(totals["local_fte"].sum())
    unplaced = float(lost["fte"].sum())
    if not np.isclose(total, placed + unplaced, rtol=1e-9, atol=1e-9):
        raise ReconciliationError(
            "local posts do not add up",
            found=f"{placed:.4f} FTE matched and {unplaced:.4f} listed as unmatched",
            expected=f"{total:.4f} together",
        )
    return {
        "out_local_post_quarter": totals,
        "out_local_post_unmatched": lost.assign(cause=pd.Series(causes, index=lost.index, dtype="str")),
    }

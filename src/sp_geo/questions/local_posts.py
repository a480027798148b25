"""Questions of local posts: what is listed by PCN and quarter, each post, and what found no active PCN."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core.errors import WorkspaceError
from sp_geo.questions.panel import Answer, choose, in_area, in_quarters, title
from sp_geo.questions.records import provenance
from sp_geo.workspace.store import Store

VIEWS: Final = ("quarters", "posts", "unmatched")
APART: Final = (
    "From your own list. These posts are in no published figure, and no rate or comparison of this software has them."
)
_PLACE: Final = ["pcn_code", "pcn_name", "icb_code", "region_code"]


def ask(store: Store, show: str = "quarters", area: str = "", quarter: str = "all") -> Answer:
    """Local posts of an area.

    Args:
        store: with the built tables.
        show: ``quarters`` (FTE and posts by PCN and quarter), ``posts`` or ``unmatched``.
        area: code of an ICB, region or PCN; all of England if empty.
        quarter: one quarter, ``latest`` or ``all``; of no concern to ``posts``.

    Raises:
        UsageError: the view, the area or the quarter is unknown.
        WorkspaceError: no list of local posts has been added.
    """
    view = choose("view", show, VIEWS)
    if not store.has("core_local_post") or store.read("core_local_post", ["list_id"]).empty:
        raise WorkspaceError(
            "there are no local posts",
            advice="Write a file with 'sp-geo template local-posts --out FILE.xlsx', fill it, add it and build",
        )
    panel = store.read("out_pcn_quarter", [*_PLACE, "quarter"])
    places = panel.sort_values("quarter").drop_duplicates("pcn_code", keep="last").drop(columns="quarter")
    name = {"quarters": "out_local_post_quarter", "posts": "core_local_post", "unmatched": "out_local_post_unmatched"}
    # A PCN that no quarter has lies in no area.
    rows = _of(store.read(name[view]).merge(places, on="pcn_code", how="left"), area)
    if view != "posts" and quarter != "all":
        rows = in_quarters(rows, (quarter,))
    rows = rows.drop(columns="region_code").assign(provenance=provenance(store.manifest.is_synthetic))
    first = [column for column in ("pcn_code", "pcn_name", "icb_code", "quarter") if column in rows]
    rows = rows[[*first, *(column for column in rows.columns if column not in first)]].reset_index(drop=True)
    unmatched = store.read("out_local_post_unmatched", ["post_id"])
    notes = (APART,) if unmatched.empty else (APART, _unmatched_note(len(unmatched)))
    return Answer(rows, title(f"Local posts: {view}", store.manifest.is_synthetic), notes)


def _of(rows: pd.DataFrame, area: str) -> pd.DataFrame:
    """Rows of one PCN, ICB or region."""
    code = area.upper()
    if code and code in set(rows["pcn_code"]):
        return rows[rows["pcn_code"] == code]
    return in_area(rows, area)


def _unmatched_note(count: int) -> str:
    return f"{count:,} quarter(s) of posts found no active PCN ('sp-geo local-posts --show unmatched' lists them)."

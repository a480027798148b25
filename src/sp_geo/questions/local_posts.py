"""Questions of local posts: what is listed by PCN and quarter, each post, and what found no active PCN."""

from __future__ import annotations

from typing import Final

from sp_geo.build.areas import LEVELS, in_area
from sp_geo.build.view import Build
from sp_geo.core.errors import WorkspaceError
from sp_geo.questions.panel import Answer, answered, choose, in_quarters
from sp_geo.questions.requests.services import LocalPostsRequest

VIEWS: Final = ("quarters", "posts", "unmatched")
APART: Final = (
    "From your own list. These posts are in no published figure, and no rate or comparison of this software has them."
)
_PLACE: Final = ["pcn_code", "pcn_name", "icb_code", "region_code"]


def local_posts(build: Build, request: LocalPostsRequest) -> Answer:
    """Local posts of an area; the quarter is of no concern to single posts.

    Raises:
        UsageError: the view, the area or the quarter is unknown.
        WorkspaceError: no list of local posts has been added.
    """
    view = choose("view", request.show, VIEWS)
    if not build.has("core_local_post") or build.table("core_local_post", ["list_id"]).empty:
        raise WorkspaceError(
            "there are no local posts",
            advice="Write a file with 'sp-geo template local-posts --out FILE.xlsx', fill it, add it and build",
        )
    panel = build.table("out_pcn_quarter", [*_PLACE, "quarter"])
    places = panel.sort_values("quarter").drop_duplicates("pcn_code", keep="last").drop(columns="quarter")
    name = {"quarters": "out_local_post_quarter", "posts": "core_local_post", "unmatched": "out_local_post_unmatched"}
    listed = build.table(name[view]).merge(places, on="pcn_code", how="left")
    # A PCN that no quarter has lies in no area.
    rows = in_area(listed, request.area, levels=(*LEVELS, "pcn"))
    if view != "posts" and request.quarter != "all":
        rows = in_quarters(rows, (request.quarter,))
    rows = rows.drop(columns="region_code")
    first = [column for column in ("pcn_code", "pcn_name", "icb_code", "quarter") if column in rows]
    rows = rows[[*first, *(column for column in rows.columns if column not in first)]].reset_index(drop=True)
    notes = [APART]
    if count := len(build.table("out_local_post_unmatched", ["post_id"])):
        notes.append(
            f"{count:,} quarter(s) of posts found no active PCN ('sp-geo local-posts --show unmatched' lists them)."
        )
    return answered(build, rows, f"Local posts: {view}", notes)

"""Tables of local link worker posts, which users list themselves and which stay apart from the published series."""

from __future__ import annotations

from typing import Final

from sp_geo.core import codes
from sp_geo.tables.base import Column, Table

POST_ROLES: Final = ("link_worker", "mental_health_link_worker", "other")
EMPLOYERS: Final = ("charity", "council", "trust", "other")
FUNDERS: Final = ("icb", "council", "charity", "trust", "pcn", "other")
MOST_FTE: Final = 1.5
"""A row is one post; more than this is several."""
CAUSES: Final = ("quarter_not_loaded", "pcn_not_known", "pcn_not_active")

_QUARTER: Final = r"20[1-4]\dQ[1-4]"
_APART: Final = "Never part of splw_fte, of a regression or of a plan: the two ways of counting must not be added up."

core_local_post: Final = Table(
    name="core_local_post",
    key=("list_id", "post_id"),
    grain="one post of a link worker outside the published series, from a user's file",
    columns=(
        Column("list_id", "Identifier of the list, from the name of its file.", shape=r"[a-z0-9-]{1,60}"),
        Column("post_id", "Identifier within the list; the row's number if none was given."),
        Column("pcn_code", "PCN whose patients the post serves (ODS code).", shape=codes.PCN),
        Column("first_quarter", "First calendar quarter in which it is filled.", shape=_QUARTER),
        Column("last_quarter", "Last one; missing while it is still filled.", nullable=True, shape=_QUARTER),
        Column("role", "What the post is.", allowed=POST_ROLES),
        Column("fte", "Full-time equivalent.", "float64", "FTE", low=0, high=MOST_FTE),
        Column("employer", "Kind of employer, never its name.", allowed=EMPLOYERS),
        Column("funded_by", "Kind of funder; missing where nobody said.", nullable=True, allowed=FUNDERS),
    ),
    caveats=("As the user listed it; not a national statistic.", _APART),
)

out_local_post_quarter: Final = Table(
    name="out_local_post_quarter",
    key=("pcn_code", "quarter"),
    grain="an active PCN in a quarter with at least one local post",
    columns=(
        Column("pcn_code", "PCN (ODS code).", shape=codes.PCN),
        Column("quarter", "Calendar quarter.", shape=_QUARTER),
        Column("local_fte", "Full-time equivalents of the local posts filled in it.", "float64", "FTE", low=0),
        Column("posts_count", "Local posts filled in it.", "int64", "posts", low=1),
    ),
    caveats=(
        _APART,
        "A PCN without a row is one for which nobody listed a post; it is not known to have none.",
    ),
)

out_local_post_unmatched: Final = Table(
    name="out_local_post_unmatched",
    key=("list_id", "post_id", "quarter"),
    grain="a quarter of a local post that found no active PCN",
    columns=(
        Column("list_id", "Identifier of the list."),
        Column("post_id", "Identifier within the list."),
        Column("pcn_code", "PCN as listed (ODS code).", shape=codes.PCN),
        Column("quarter", "Calendar quarter.", shape=_QUARTER),
        Column("fte", "Full-time equivalent that is not in out_local_post_quarter.", "float64", "FTE", low=0),
        Column(
            "cause",
            "quarter_not_loaded: no workforce release of that quarter; pcn_not_known: no quarter has such a PCN; "
            "pcn_not_active: others have, this one has not.",
            allowed=CAUSES,
        ),
    ),
)

LOCAL_POST_TABLES: Final = (core_local_post, out_local_post_quarter, out_local_post_unmatched)

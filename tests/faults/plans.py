"""A plan to save."""

from __future__ import annotations

from sp_geo.planning.plan import Plan

NAME = "spring"


def a_plan(author: str) -> Plan:
    """A plan of posts of the size that ICBs save."""
    return Plan(
        name=NAME,
        kind="posts",
        author=author,
        created_at="2026-01-01T10:00:00+00:00",
        request={"area": "QOP", "fte": 12.0},
        data_digest="0" * 64,
        data_tables={"out_pcn_quarter": "0" * 64},
        software_version="0.1.0",
        is_synthetic=True,
        rows=[{"pcn_code": f"U{number:05}", "added_fte": 0.5, "reason": author} for number in range(60)],
        summary={"before": {"fte": 1.0}, "after": {"fte": 2.0}},
    )

"""Outlines of boards for maps and pictures: those of the set that is looked at, else those of the day."""

from __future__ import annotations

import geopandas as gpd

from sp_geo.core.quarters import Quarter
from sp_geo.geography.icb_changes import boards_of
from sp_geo.geography.icbs import Boards, BoardSet
from sp_geo.questions.icb_sets import AS_THEN
from sp_geo.web.snapshot import Snapshot
from sp_geo.web.state import View


def _boards(snapshot: Snapshot, view: View) -> Boards:
    del view
    return boards_of(snapshot.table("out_board"), snapshot.table("out_board_location"))


def set_of(snapshot: Snapshot, quarter: str = "") -> BoardSet:
    """The set that is looked at; on the boards of the day that of a quarter, or the first where none is named."""
    boards: Boards = snapshot.base.made(_boards, View({}))
    if snapshot.boards != AS_THEN:
        return boards.named(snapshot.boards)
    day = Quarter.parse(quarter).end.isoformat() if quarter else ""
    return next((item for item in boards.sets if item.holds(day)), boards.sets[0])


def outlines(snapshot: Snapshot, quarter: str = "") -> gpd.GeoDataFrame:
    """Outlines of :func:`set_of`, EPSG:27700: icb_code, icb_name, geometry."""
    boards: Boards = snapshot.base.made(_boards, View({}))
    return boards.outlines(set_of(snapshot, quarter))

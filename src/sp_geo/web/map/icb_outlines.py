"""Outlines of ICBs for maps and pictures: those of the set that is looked at, else those of the day."""

from __future__ import annotations

import geopandas as gpd

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.core.quarters import Quarter
from sp_geo.geography.icb_changes import boards_of
from sp_geo.geography.icbs import Boards, BoardSet


def _boards(build: Build) -> Boards:
    return boards_of(build.table("out_board"), build.table("out_board_location"))


def set_of(build: Build, quarter: str = "") -> BoardSet:
    """The set that is looked at; on the ICBs of the day that of a quarter, or the first where none is named."""
    boards = build.base.once(_boards)
    if build.boards != AS_THEN:
        return boards.named(build.boards)
    day = Quarter.parse(quarter).end.isoformat() if quarter else ""
    return next((item for item in boards.sets if item.holds(day)), boards.sets[0])


def outlines(build: Build, quarter: str = "") -> gpd.GeoDataFrame:
    """Outlines of :func:`set_of`, EPSG:27700: icb_code, icb_name, geometry."""
    boards = build.base.once(_boards)
    return boards.outlines(set_of(build, quarter))

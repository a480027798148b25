"""The map of PCNs as one file: what is asked for, put together from the build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Final

import geopandas as gpd
import pandas as pd

from sp_geo.build.areas import Area, area_names, find_area
from sp_geo.build.icb_sets import AS_THEN, note_of
from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.quarters import Quarter
from sp_geo.geography.icb_changes import boards_of
from sp_geo.questions.panel import LATEST, choose, in_quarters
from sp_geo.questions.run_record import RunRecord, record_of
from sp_geo.reports.files.standalone_map import standalone_map
from sp_geo.reports.findings.cover import cover_of, subject_of
from sp_geo.reports.findings.measures import PROVISION, measures
from sp_geo.reports.findings.pcn_map import Scale, scale_of, shown_classes
from sp_geo.reports.findings.sheets import footprints_of, networks
from sp_geo.reports.sheet import Cover, Sheet

COMMAND: Final = "map"
"""In the record of a map."""
NAME: Final = "map.html"


@dataclass(frozen=True)
class MapRequest:
    """What ``sp-geo map`` was asked.

    Attributes:
        quarter: such as ``2022Q2``, or ``latest``.
        area: ODS code of an ICB or region; empty for England.
        measure: column of the panel.
        boards: ``as_then``, or the name of a set of ICBs.
    """

    quarter: str = LATEST
    area: str = ""
    measure: str = PROVISION
    boards: str = AS_THEN


def offline_map(build: Build, request: MapRequest, made: date, inside: str = "") -> bytes:
    """A map of PCNs as one HTML file; the same build and day give the same bytes.

    Args:
        build: with the built tables.
        request: what is shown.
        made: today.
        inside: text of the record that goes inside; empty for that of the build itself.

    Raises:
        UsageError: quarter, area, measure or set of ICBs is unknown, or no PCN of the area was active in the
            quarter.
        WorkspaceError: nothing has been built, or nobody gave the measure.
    """
    panel = build.table("out_pcn_quarter")
    known = measures(build.needs)
    measure = choose("measure", request.measure, list(known))
    held = in_quarters(panel, (request.quarter,))
    on = build.on(request.boards).on_set
    place = find_area(panel, request.area, on)
    panel, held = (panel, held) if on is None else (on.shown(panel), on.shown(held))
    rows = place.rows(held)
    if rows.empty:
        raise UsageError("no PCN of this area was active in the quarter", found=f"{place.code}, {request.quarter}")
    if panel[measure].isna().all():
        raise WorkspaceError("the measure has no value in any quarter", found=measure, advice="Add its publication")
    quarter = str(rows["quarter"].iloc[0])
    sheet = networks_sheet(build, panel, rows, place, measure)
    sheet = replace(sheet, notes=(*sheet.notes, note_of(on, rows)))
    asked = replace(request, quarter=quarter, area="" if place.is_england else place.code)
    record = inside or record_of(build.manifest, {"command": COMMAND, **asdict(asked)}, made).as_json()
    title = f"{known[measure].label} by PCN"
    cover = cover_of(build.manifest, title, subject_of(rows, place.name, quarter), made)
    outline = board_outlines(build, quarter, request.boards)
    return networks_map(scale_of(panel, known[measure]), sheet, replace(cover, record=record), outline)


def map_again(build: Build, record: RunRecord, inside: str) -> Mapping[str, bytes]:
    """The map that a record was made with, by the name of its file.

    Args:
        build: built again.
        record: of the map.
        inside: text of the record that goes inside; empty for that of the build itself.

    Raises:
        UsageError: this build does not have what was asked for.
    """
    known = MapRequest.__dataclass_fields__
    request = MapRequest(**{name: str(value) for name, value in record.asked.items() if name in known})
    return {NAME: offline_map(build, request, record.made, inside)}


def networks_sheet(build: Build, panel: pd.DataFrame, rows: pd.DataFrame, place: Area, measure: str) -> Sheet:
    """The table behind the map.

    Args:
        build: with the footprints.
        panel: all rows of out_pcn_quarter, for the names of ICBs.
        rows: those of the area and quarter.
        place: the area.
        measure: that colours the map.
    """
    shapes = footprints_of(build.table("out_pcn_footprint"), rows["pcn_code"])
    about = (build.mark, place.name, str(rows["quarter"].iloc[0]))
    return networks(rows, area_names(panel), shapes, about, (measure,), build.needs)


def networks_map(scale: Scale, sheet: Sheet, cover: Cover, outline: gpd.GeoSeries | None = None) -> bytes:
    """A map of a table of PCNs in the classes that every map of its measure has.

    Args:
        scale: classes of the measure that colours the map.
        sheet: of PCNs, with shapes, coloured by a measure of the panel.
        cover: said in the file.
        outline: edges for orientation, such as those of :func:`board_outlines`; None for none.
    """
    return standalone_map(sheet, shown_classes(sheet.rows, scale), cover, outline)


def board_outlines(build: Build, quarter: str, boards: str = AS_THEN) -> gpd.GeoSeries:
    """Edges of the ICBs of a quarter or of a set, EPSG:27700, named by the set.

    Args:
        build: with the tables of ICBs.
        quarter: such as ``2022Q2``; before there were ICBs, the first ones.
        boards: ``as_then``, or the name of a set.

    Raises:
        UsageError: there is no such set.
    """
    known = boards_of(build.table("out_board"), build.table("out_board_location"))
    day = Quarter.parse(quarter).end.isoformat()
    of_the_day = next((item for item in known.sets if item.holds(day)), known.sets[0])
    found = of_the_day if boards == AS_THEN else known.named(boards)
    return known.outlines(found).geometry.rename(f"{found.words[:1].upper()}{found.words[1:]}")

"""The map of networks as one file: what is asked for, put together from the build."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import geopandas as gpd
import pandas as pd

from sp_geo.briefing.areas import Area, area_names, find_area, rows_in
from sp_geo.briefing.cover import cover_of, subject_of
from sp_geo.briefing.measures import measures
from sp_geo.briefing.network_map import scale_of, shown_classes
from sp_geo.briefing.sheets import footprints_of, networks
from sp_geo.errors import UsageError, WorkspaceError
from sp_geo.geography import boundaries
from sp_geo.queries import choose, in_quarters
from sp_geo.reporting.handout import Cover, Sheet
from sp_geo.reporting.run_record import record_of
from sp_geo.reporting.standalone_map import standalone_map
from sp_geo.store import Store

OUTLINE: Final = "Integrated care board, 2022"


def offline_map(store: Store, quarter: str, area: str, measure: str, made: date) -> bytes:
    """A map of networks as one HTML file; the same build and day give the same bytes.

    Args:
        store: with the built tables.
        quarter: such as ``2022Q2``, or ``latest``.
        area: ODS code of an ICB or region; empty for England.
        measure: column of the panel.
        made: today.

    Raises:
        UsageError: quarter, area or measure is unknown, or no network of the area was active in the quarter.
        WorkspaceError: nothing has been built, or nobody gave the measure.
    """
    panel = store.read("out_pcn_quarter")
    place = find_area(panel, area)
    name = choose("measure", measure, list(measures()))
    held = in_quarters(panel, (quarter,))
    rows = rows_in(held, place)
    if rows.empty:
        raise UsageError("no network of this area was active in the quarter", found=f"{place.code}, {quarter}")
    if panel[name].isna().all():
        raise WorkspaceError("the measure has no value in any quarter", found=name, advice="Add its publication")
    shown_quarter = str(rows["quarter"].iloc[0])
    sheet = networks_sheet(store, panel, rows, place, name)
    title = f"{measures()[name].label} by network"
    cover = cover_of(store.manifest, title, subject_of(rows, place.name, shown_quarter), made)
    asked = {"command": "map", "quarter": shown_quarter, "area": place.code, "measure": name}
    record = record_of(store.manifest, asked, made).as_json()
    return networks_map(panel, sheet, replace(cover, record=record))


def networks_sheet(store: Store, panel: pd.DataFrame, rows: pd.DataFrame, place: Area, measure: str) -> Sheet:
    """The table behind the map.

    Args:
        store: with the footprints.
        panel: all rows of out_pcn_quarter, for the names of boards.
        rows: those of the area and quarter.
        place: the area.
        measure: that colours the map.
    """
    shapes = footprints_of(store.read("out_pcn_footprint"), rows["pcn_code"])
    mark = "SYNTHETIC" if store.manifest.is_synthetic else ""
    about = (mark, place.name, str(rows["quarter"].iloc[0]))
    return networks(rows, area_names(panel), shapes, about, (measure,))


def networks_map(panel: pd.DataFrame, sheet: Sheet, cover: Cover) -> bytes:
    """A map of a table of networks in the classes that every map of its measure has.

    Args:
        panel: all rows of out_pcn_quarter, which the classes are made from.
        sheet: of networks, with shapes, coloured by a measure of the panel.
        cover: said in the file.
    """
    classes = shown_classes(sheet.rows, scale_of(panel, sheet.colour))
    return standalone_map(sheet, classes, cover, board_outlines())


def board_outlines() -> gpd.GeoSeries:
    """Edges of the boards, for orientation."""
    return boundaries.icb22().geometry.rename(OUTLINE)

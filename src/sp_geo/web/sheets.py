"""Sheets that several pages show: networks of a quarter, slopes by quarter, coverage by quarter."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from sp_geo.reports.findings import provision_words
from sp_geo.reports.findings import sheets as briefed
from sp_geo.reports.findings.areas import ENGLAND_CODE
from sp_geo.reports.sheet import Sheet
from sp_geo.web.snapshot import Snapshot
from sp_geo.web.state import ENGLAND, View


def networks(snapshot: Snapshot, quarter: str, area: str, shown: tuple[str, ...]) -> Sheet:
    """Networks active in a quarter, with provision and the measures asked for.

    Args:
        snapshot: of the build.
        quarter: such as 2022Q2.
        area: ICB code, or England.
        shown: measures beside provision; the first one asked for colours the map.
    """
    rows = snapshot.rows(quarter, area)
    about = (snapshot.mark, snapshot.area_words(area), quarter)
    shapes = briefed.footprints_of(snapshot.footprints, rows["pcn_code"])
    sheet = briefed.networks(rows, snapshot.area_names, shapes, about, shown, snapshot.needs)
    return sheet if snapshot.on_set is None else replace(sheet, notes=(snapshot.on_set.note(rows), *sheet.notes))


def slope_rows(snapshot: Snapshot, need: str, area: str) -> pd.DataFrame:
    """Slopes by quarter and treatment; England's come from the build, an ICB's are worked out."""
    if area == ENGLAND:
        return snapshot.slopes[snapshot.slopes["need"] == need]
    rows: pd.DataFrame = snapshot.made(_area_slopes, View({"need": need, "area": area}))
    return rows


def _area_slopes(snapshot: Snapshot, view: View) -> pd.DataFrame:
    panel = snapshot.panel[snapshot.panel["icb_code"] == view["area"]]
    return briefed.area_slopes(panel, snapshot.needs[view["need"]])


def place_of(snapshot: Snapshot, area: str) -> tuple[str, str, str]:
    """Mark, name and code of an area."""
    return snapshot.mark, snapshot.area_words(area), area if area in snapshot.area_names else ENGLAND_CODE


def slopes(snapshot: Snapshot, need: str, area: str) -> Sheet:
    """Slopes of provision on a need by quarter and treatment, with interval, n and coverage."""
    return briefed.slopes(slope_rows(snapshot, need, area), snapshot.needs[need], place_of(snapshot, area))


def quarter_words(snapshot: Snapshot, quarter: str, area: str) -> str:
    """One sentence on a quarter and area: who reported, how many posts, what rate."""
    return provision_words.quarter_words(snapshot.rows(quarter, area), snapshot.area_words(area), quarter)

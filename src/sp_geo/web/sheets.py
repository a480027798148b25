"""What several pages show and give away: PCNs of a quarter and their map, slopes and coverage by quarter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from sp_geo.build.areas import ENGLAND_CODE
from sp_geo.build.view import Build, remembered
from sp_geo.reports.findings import provision_words
from sp_geo.reports.findings import sheets as briefed
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.pcn_map import scale_in, shown_classes
from sp_geo.reports.pictures.map_pictures import map_picture
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.reports.sheet import Sheet
from sp_geo.web.map.geometry import outlines, set_of
from sp_geo.web.state import ENGLAND, View


def pcns(build: Build, quarter: str, area: str, shown: tuple[str, ...]) -> Sheet:
    """PCNs active in a quarter, with provision and the measures asked for.

    Args:
        build: that is asked.
        quarter: such as 2022Q2.
        area: ICB code, or England.
        shown: measures beside provision; the first one asked for colours the map.
    """
    rows = build.rows(quarter, area)
    about = (build.mark, build.area_words(area), quarter)
    shapes = briefed.footprints_of(build.footprints, rows["pcn_code"])
    sheet = briefed.pcns(rows, build.area_names, shapes, about, shown, build.needs)
    return sheet if build.on_set is None else replace(sheet, notes=(build.on_set.note(rows), *sheet.notes))


def pcn_picture(build: Build, view: View, measure: str, caption: Caption) -> Any:
    """A map of PCNs by one measure.

    Args:
        build: that is asked.
        view: with quarter and area.
        measure: that colours the map.
        caption: burnt in.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: no PCN of the view has a footprint.
    """
    sheet = pcns(build, view["quarter"], view["area"], (measure,))
    outline = build.area(view["area"]).rows(outlines(build, view["quarter"]))
    title = f"{measures(build.needs)[measure].label}, {build.area_words(view['area'])}, {view['quarter']}"
    named = f"Integrated care board, {set_of(build, view['quarter']).words.removeprefix('boards of ')}"
    edges = outline.geometry.rename(named) if len(outline) else None
    return map_picture(sheet, shown_classes(sheet.rows, scale_in(build, measure)), edges, replace(caption, title=title))


@remembered()
def slope_rows(build: Build, need: str, area: str) -> pd.DataFrame:
    """Slopes by quarter and treatment; England's come from the build, an ICB's are worked out."""
    if area == ENGLAND:
        return briefed.need_slopes(build.slopes, need)
    return briefed.area_slopes(build.area(area).rows(build.panel), build.needs[need])


def place_of(build: Build, area: str) -> tuple[str, str, str]:
    """Mark, name and code of an area."""
    return build.mark, build.area_words(area), area if area in build.area_names else ENGLAND_CODE


def slopes(build: Build, need: str, area: str) -> Sheet:
    """Slopes of provision on a need by quarter and treatment, with interval, n and coverage."""
    return briefed.slopes(slope_rows(build, need, area), build.needs[need], place_of(build, area))


def quarter_words(build: Build, quarter: str, area: str) -> str:
    """One sentence on a quarter and area: who reported, how many posts, what rate."""
    return provision_words.quarter_words(build.rows(quarter, area), build.area_words(area), quarter)

"""Pictures to take away from pages of PCNs: the same classes, states and colours as on the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sp_geo.build.view import Build
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.pcn_map import scale_in, shown_classes
from sp_geo.reports.pictures.map_pictures import map_picture
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.web import sheets
from sp_geo.web.map.icb_outlines import outlines, set_of
from sp_geo.web.state import View


def network_picture(build: Build, view: View, measure: str, caption: Caption) -> Any:
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
    sheet = sheets.networks(build, view["quarter"], view["area"], (measure,))
    outline = build.area(view["area"]).rows(outlines(build, view["quarter"]))
    title = f"{measures(build.needs)[measure].label}, {build.area_words(view['area'])}, {view['quarter']}"
    named = f"Integrated care board, {set_of(build, view['quarter']).words.removeprefix('ICBs of ')}"
    edges = outline.geometry.rename(named) if len(outline) else None
    return map_picture(sheet, shown_classes(sheet.rows, scale_in(build, measure)), edges, replace(caption, title=title))

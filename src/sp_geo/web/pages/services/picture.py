"""The map of access to take away."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap
from typing import Any

from sp_geo.build.view import Build
from sp_geo.core.errors import WorkspaceError
from sp_geo.reports.pictures.map_classes import Shown
from sp_geo.reports.pictures.map_pictures import map_picture
from sp_geo.reports.pictures.pictures import Caption
from sp_geo.reports.sheet import Column
from sp_geo.web.map.geometry import outlines
from sp_geo.web.pages.services.sheets import areas
from sp_geo.web.pages.services.views import area_letters, area_looks, area_words, legend_title
from sp_geo.web.service_grid import has_access, inside
from sp_geo.web.state import View

_HATCHES = {"none": "", "diagonal": "////", "cross": "xxxx", "dots": "...", "level": "----"}
_EDGE = "#5b7183"
_LABEL = 32
"""Characters in a line of the legend, so that it leaves the map its room."""


def access_picture(build: Build, view: View, caption: Caption) -> Any:
    """The small areas of the view in the classes of its map, with everything that must be said burnt in.

    Raises:
        WorkspaceError: nobody knows where people live, so there is no access to draw.
    """
    if not has_access(build):
        raise WorkspaceError("there is no map of access", advice="Add patients by small area, and build")
    letters = area_letters(build, view)[inside(build, view)].to_numpy()
    looks = area_looks(build, view)
    sheet = replace(areas(build, view), columns=(Column("score", "Small areas", "", 3),))
    titled = replace(caption, title=f"{legend_title(build, view)}, {area_words(build, view)}")
    classes = [
        Shown(
            "\n".join(wrap(look.label, _LABEL)),
            look.fill,
            _HATCHES[look.pattern],
            _EDGE if look.pattern == "none" else look.ink,
            letters == letter,
        )
        for letter, look in looks.items()
    ]
    outline = build.area(view["area"]).rows(outlines(build))
    return map_picture(sheet, classes, outline.geometry if len(outline) else None, titled)

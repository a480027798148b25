"""Pictures to take away from pages of networks: the same classes, states and colours as on the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from sp_geo.dashboard import sheets
from sp_geo.dashboard.figures.palette import CLASS_FILLS, STATES
from sp_geo.dashboard.snapshot import Snapshot, measures
from sp_geo.dashboard.state import View
from sp_geo.dashboard.views import CLASSES, NO_VALUE, NOT_REPORTED, TRUE_ZERO, ends_in_words, letters
from sp_geo.geography import boundaries
from sp_geo.reporting.map_classes import Shown
from sp_geo.reporting.map_pictures import map_picture
from sp_geo.reporting.pictures import Caption

_HATCHES: Final = {
    TRUE_ZERO: ("ooo", "#c25700"),
    NOT_REPORTED: ("////", "#4c6272"),
    NO_VALUE: ("....", "#6b5f45"),
}
_EDGE: Final = "#768692"


def network_picture(snapshot: Snapshot, view: View, measure: str, caption: Caption) -> Any:
    """A map of networks by one measure.

    Args:
        snapshot: of the build.
        view: with quarter and area.
        measure: that colours the map.
        caption: burnt in.

    Returns:
        A matplotlib figure.

    Raises:
        UsageError: no network of the view has a footprint.
    """
    sheet = sheets.networks(snapshot, view["quarter"], view["area"], (measure,))
    limits = snapshot.breaks[measure]
    found = letters(sheet.rows, measure, limits)
    item = measures()[measure]
    ends = ends_in_words(snapshot, measure)
    shown = [
        Shown(
            f"{ends[number]} to {ends[number + 1]}",
            CLASS_FILLS[number],
            "",
            _EDGE,
            (found == str(number)).to_numpy(dtype=bool),
        )
        for number in range(CLASSES)
    ]
    shown += [
        Shown(words, fill, *_HATCHES[letter], (found == letter).to_numpy(dtype=bool))
        for letter, (words, fill, _) in STATES.items()
        if (found == letter).any()
    ]
    outline = boundaries.icb22()
    if view["area"] in snapshot.area_names:
        outline = outline[outline["icb_code"] == view["area"]]
    title = f"{item.label}, {snapshot.area_words(view['area'])}, {view['quarter']}"
    edges = outline.geometry.rename("Integrated care board, 2022") if len(outline) else None
    return map_picture(sheet, shown, edges, replace(caption, title=title))

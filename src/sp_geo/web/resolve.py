"""What an address looks at: the build on the ICBs it asks for, and the view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.web.state import Field, View, read_view

_BOARDS: Final = "boards"
_AREA: Final = "area"


@dataclass(frozen=True)
class Look:
    """What an address looks at.

    Attributes:
        build: on the ICBs that the address asks for.
        view: of the page.
        unknown: what in the address means nothing here, in words.
    """

    build: Build
    view: View
    unknown: list[str]


def look(fields: Callable[[Build], tuple[Field, ...]], build: Build, search: str | None) -> Look:
    """What an address looks at.

    The ICBs come first, because which areas there are depends on them; a page without that field stays with the
    ICBs of the day.

    Args:
        fields: of the page.
        build: on any ICBs.
        search: part of the address after the question mark.
    """
    base = build.base
    asked, _ = read_view(search, [item for item in fields(base) if item.name in {_BOARDS, _AREA}])
    there = base.on(asked.values.get(_BOARDS, AS_THEN))
    view, unknown = read_view(search, fields(there))
    # An ICB of the day that is not in the set: say who has its PCNs.
    moved = there.elsewhere(asked.values.get(_AREA, "")) if _AREA in asked.values else ""
    if moved and view.values.get(_AREA) != asked.values.get(_AREA):
        unknown = [f"area '{asked.values[_AREA]}' ({moved})" if word.startswith("area ") else word for word in unknown]
    return Look(there, view, unknown)

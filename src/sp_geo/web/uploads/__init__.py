"""The room behind the page "My data": files examined before anything is kept, kept, and undone.

The page calls :func:`examine`, :func:`start_keep`, :func:`start_undo`, :func:`state` and :func:`kept`. They stand on
every reader and every step of the build, which an application that only shows tables need not load: names are fetched
at their first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from sp_geo.web.uploads.kinds import KINDS, QUESTIONS, Kind
from sp_geo.web.uploads.lock import Busy, held_if_served, make_ready
from sp_geo.web.uploads.uploads import MOST_BYTES

if TYPE_CHECKING:
    from sp_geo.web.uploads.examination import Examined, Upload, examine_here
    from sp_geo.web.uploads.findings import Finding
    from sp_geo.web.uploads.keeping import keep_here, kept, undo_here
    from sp_geo.web.uploads.launching import examine, start_keep, start_undo
    from sp_geo.web.uploads.progress import State, state
    from sp_geo.web.uploads.record import Change, Receipt

__all__ = [
    "KINDS",
    "MOST_BYTES",
    "QUESTIONS",
    "Busy",
    "Change",
    "Examined",
    "Finding",
    "Kind",
    "Receipt",
    "State",
    "Upload",
    "examine",
    "examine_here",
    "held_if_served",
    "keep_here",
    "kept",
    "make_ready",
    "start_keep",
    "start_undo",
    "state",
    "undo_here",
]

_HOME: Final = {
    name: home
    for home, names in {
        "examination": ("Examined", "Upload", "examine_here"),
        "findings": ("Finding",),
        "keeping": ("keep_here", "kept", "undo_here"),
        "launching": ("examine", "start_keep", "start_undo"),
        "progress": ("State", "state"),
        "record": ("Change", "Receipt"),
    }.items()
    for name in names
}


def __getattr__(name: str) -> Any:
    """A name of a part that is loaded now."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

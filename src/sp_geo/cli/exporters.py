"""Who makes an output again, by the command that its run record names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sp_geo.build.view import Build
from sp_geo.questions.run_record import RunRecord
from sp_geo.reports.reproduce import Maker


def makers() -> Mapping[str, Maker]:
    """Everything that can be made again."""
    return {"take": _page, "map": _map, "specifications": _curve, "plan export": _plan, "export": _pack}


def _page(build: Build, record: RunRecord, inside: str, room: Path) -> Mapping[str, bytes]:
    """A page of the application as a file."""
    del room
    from sp_geo.web.application import PAGES
    from sp_geo.web.downloads import taken_again

    return taken_again(PAGES, build, record, inside)


def _map(build: Build, record: RunRecord, inside: str, room: Path) -> Mapping[str, bytes]:
    """A map as one file."""
    del room
    from sp_geo.reports.offline_map import map_again

    return map_again(build, record, inside)


def _curve(build: Build, record: RunRecord, inside: str, room: Path) -> Mapping[str, bytes]:
    """The picture of a specification curve."""
    del room
    from sp_geo.reports.specification_curve import curve_file

    return curve_file(build, record.asked, record.made, inside)


def _plan(build: Build, record: RunRecord, inside: str, room: Path) -> Mapping[str, bytes]:
    """A saved plan as rows, worked out anew; its record lies beside it."""
    del inside, room
    from sp_geo.questions.saved_plans import exported_again

    return exported_again(build, record.asked)


def _pack(build: Build, record: RunRecord, inside: str, room: Path) -> Mapping[str, bytes]:
    """A pack, every file of it."""
    del room
    from sp_geo.reports.pack.files import pack_again

    return pack_again(build, record, inside)

"""An output made again from its run record, by whoever makes what the record names."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from sp_geo.build.pipeline import Report
from sp_geo.reports.reproduce import Maker, Reproduction, ready_room, reproduce


def makers() -> Mapping[str, Maker]:
    """Everything that can be made again: pages, maps, curves, saved plans (their record lies beside them) and packs."""
    from sp_geo.questions.saved_plans import exported_again
    from sp_geo.reports.offline_map import map_again
    from sp_geo.reports.pack.files import pack_again
    from sp_geo.reports.specification_curve import curve_file
    from sp_geo.web.application import PAGES
    from sp_geo.web.downloads import taken_again

    return {
        "take": partial(taken_again, PAGES),
        "map": map_again,
        "specifications": lambda build, record, inside: curve_file(build, record.asked, record.made, inside),
        "plan export": lambda build, record, inside: exported_again(build, record.asked),
        "export": pack_again,
    }


def reproduced(workspace: Path, given: Path, against: Path | None, keep: Path | None, report: Report) -> Reproduction:
    """Make an output again and compare it: :func:`sp_geo.reports.reproduce.reproduce`.

    Args:
        workspace: whose shelf has the files; it is only read.
        given: a record, or an output with one inside.
        against: what to compare with; ``given`` itself if None.
        keep: new folder that keeps what is made again; None to keep nothing.
        report: told each step of the build.

    Raises:
        UsageError: there is no record, what it asks for is not there, or the folder to keep is not empty.
        SpGeoError: the build cannot be done.
    """
    with TemporaryDirectory(prefix="sp_geo_") if keep is None else nullcontext(ready_room(keep)) as room:
        return reproduce(workspace, given, against, Path(room), makers(), report)

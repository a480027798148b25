"""Files kept and undone: on the shelf, the tables made anew, the record written; or everything as it was."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sp_geo.build.context import Frames, read_shelved
from sp_geo.build.pipeline import build
from sp_geo.core.errors import InvalidContent, UsageError, WorkspaceError
from sp_geo.publications.add import Admission, add
from sp_geo.web.uploads.examination import Examined, Upload, examine_here, laid_down
from sp_geo.web.uploads.kinds import KINDS
from sp_geo.web.uploads.record import Change, Receipt, read_record, write_record
from sp_geo.workspace.change_lock import FOLDER, Busy, held, is_held
from sp_geo.workspace.shelf import Shelved, list_shelved, take_away
from sp_geo.workspace.store import Manifest, Store

Report = Callable[[str, str], None]


def keep_here(upload: Upload, workspace: Path, now: datetime, report: Report = lambda step, state: None) -> Receipt:
    """Keep a file and make the tables anew; if anything fails the workspace is what it was.

    The tables change in one rename, so that whoever reads them sees the state before or the state after.

    Args:
        upload: the same as was examined; it is examined again.
        workspace: that it goes into.
        now: moment written into notes and receipt.
        report: told each step's name and state.

    Raises:
        Busy: somebody else is changing the workspace.
        InvalidContent: it may not be kept; the reason is that of the examination.
        SpGeoError: the tables cannot be made with it.
    """
    examined = examine_here(upload, workspace, now)
    if not examined.may_keep:
        raise InvalidContent(examined.line.removeprefix("Not kept: "))
    with held(workspace):
        _recover(workspace)
        record = read_record(workspace)
        before = Store(workspace).manifest
        write_record(workspace, replace(record, pending=_receipt(examined, now, before, before)))
        try:
            with _tables_restored(workspace):
                admitted = _placed(upload, workspace, now)
                _build(workspace, report, admitted)
        except BaseException:
            _taken_back(workspace, examined.sha256, examined.period)
            write_record(workspace, record)
            raise
        receipt = _receipt(examined, now, before, Store(workspace).manifest)
        write_record(workspace, replace(record, receipts=(*record.receipts, receipt)))
        return receipt


def _placed(upload: Upload, workspace: Path, now: datetime) -> Admission:
    with tempfile.TemporaryDirectory(prefix="sp-geo-") as folder:
        path = laid_down(upload, Path(folder))
        outcome = add([path], workspace, now, upload.declared)
    if outcome.first_refusal is not None:
        raise outcome.first_refusal
    admitted = [item for item in outcome.admissions if item.origin is not None]
    if len(admitted) != 1:
        raise WorkspaceError("the file was put there in the meantime", advice="Look at what is listed and try again")
    return admitted[0]


def _build(workspace: Path, report: Report, admitted: Admission) -> None:
    """The build; what was read in full a moment ago is not read again."""
    known = admitted.origin.sha256 if admitted.origin else ""
    frames = admitted.frames

    def read(item: Shelved) -> Frames:
        return frames if frames is not None and item.origin.sha256 == known else read_shelved(item)

    build(workspace, report, read)


@contextmanager
def _tables_restored(workspace: Path) -> Iterator[None]:
    """Files of tables that a build leaves behind when it fails are removed; the manifest never names them."""
    folder = Store(workspace).folder
    before = {path.name for path in folder.glob("*")}
    manifest = Store(workspace).manifest
    try:
        yield
    except BaseException:
        if Store(workspace).manifest == manifest:
            for path in [*folder.glob("*.parquet"), *folder.glob(".*.part")]:
                if path.name not in before:
                    path.unlink(missing_ok=True)
        raise


def _shelved(workspace: Path, sha256: str, period: str) -> Shelved | None:
    """A file on the shelf; its period tells several own measures of one file apart."""
    found = (item for item in list_shelved(workspace) if item.origin.sha256 == sha256 and item.origin.period == period)
    return next(found, None)


def _taken_back(workspace: Path, sha256: str, period: str) -> None:
    """Take a file off the shelf if it is there, with the folders that were made for it."""
    found = _shelved(workspace, sha256, period)
    if found is None:
        return
    take_away(workspace, sha256, period)
    for folder in (found.path.parents[1], found.path.parents[2]):
        with suppress(OSError):  # other files are in it
            folder.rmdir()


def _receipt(examined: Examined, now: datetime, before: Manifest, after: Manifest) -> Receipt:
    changed = tuple(
        Change(name, before.tables[name].rows if name in before.tables else 0, entry.rows)
        for name, entry in sorted(after.tables.items())
        if name not in before.tables or before.tables[name].sha256 != entry.sha256
    )
    return Receipt(
        id=examined.sha256,
        kind=examined.kind,
        publication=examined.publication,
        file=examined.name,
        period=examined.period,
        kept_at=now.isoformat(timespec="seconds"),
        line=f"Kept: {examined.name}, {KINDS[examined.kind].title}, {examined.period}; {_counted(changed)}",
        changed=changed,
    )


def _counted(changed: tuple[Change, ...]) -> str:
    """How many tables changed, and the input tables with their rows."""
    core = [
        f"{item.table.removeprefix('core_').replace('_', ' ')} {item.rows_before:,} to {item.rows_after:,} rows"
        for item in changed
        if item.table.startswith("core_")
    ]
    return f"{len(changed):,} tables changed ({', '.join(core)})" if core else f"{len(changed):,} tables changed"


def kept(workspace: Path) -> list[Receipt]:
    """What can be undone, the latest first: files that were kept through the page and are still there.

    Raises:
        WorkspaceError: the record or the shelf cannot be read.
    """
    _settled(workspace)
    there = {(item.origin.sha256, item.origin.period) for item in list_shelved(workspace)}
    return [item for item in reversed(read_record(workspace).receipts) if (item.id, item.period) in there]


def undo_here(workspace: Path, receipt: str, report: Report = lambda step, state: None) -> str:
    """Take away one file that was kept through the page and make the tables anew.

    Args:
        workspace: that it is in.
        receipt: its identifier, in full.
        report: told each step's name and state.

    Returns:
        A line for the user.

    Raises:
        Busy: somebody else is changing the workspace.
        UsageError: no such file was kept through the page.
        SpGeoError: the tables cannot be made without it; it stays.
    """
    with held(workspace):
        _recover(workspace)
        chosen = next((item for item in kept(workspace) if item.id == receipt), None)
        if chosen is None:
            raise UsageError(
                "there is nothing of that name to undo",
                expected="a file that was added through this page and is still there",
            )
        record = read_record(workspace)
        held_file = _shelved(workspace, chosen.id, chosen.period)
        assert held_file is not None  # noqa: S101 - what can be undone is on the shelf
        place = held_file.path.parent
        aside = _aside(workspace)
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(place, aside)
        write_record(workspace, replace(record, undoing=(chosen.id, str(place.relative_to(workspace)))))
        try:
            with _tables_restored(workspace):
                _taken_back(workspace, chosen.id, chosen.period)
                build(workspace, report)
        except BaseException:
            _put_back(aside, place)
            write_record(workspace, record)
            raise
        left = tuple(item for item in record.receipts if item.id != chosen.id)
        write_record(workspace, replace(record, receipts=left))
        shutil.rmtree(aside, ignore_errors=True)
        return f"Undone: {chosen.file}, {KINDS[chosen.kind].title}, is taken away and the tables are as without it"


def _aside(workspace: Path) -> Path:
    """Where a file lies while it is being taken away, so that it is not lost with the process that does so."""
    return workspace / FOLDER / "aside"


def _put_back(aside: Path, place: Path) -> None:
    if place.exists():
        return
    beside = place.parents[2] / ".adding" / place.name
    shutil.rmtree(beside.parent, ignore_errors=True)
    shutil.copytree(aside, beside)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside.rename(place)
    shutil.rmtree(beside.parent, ignore_errors=True)


def _recover(workspace: Path) -> None:
    """Finish what a killed process left half done, by what the tables say: they have the file, or they do not."""
    record = read_record(workspace)
    inputs = {str(item["sha256"]) for item in Store(workspace).manifest.inputs}
    pending = record.pending
    if pending is not None:
        if pending.id in inputs:
            record = replace(record, receipts=(*record.receipts, pending), pending=None)
        else:
            _taken_back(workspace, pending.id, pending.period)
            record = replace(record, pending=None)
        write_record(workspace, record)
    if record.undoing is not None:
        sha256, place = record.undoing
        if sha256 in inputs:
            _put_back(_aside(workspace), workspace / place)
        else:
            record = replace(record, receipts=tuple(item for item in record.receipts if item.id != sha256))
        write_record(workspace, replace(record, undoing=None))
        shutil.rmtree(_aside(workspace), ignore_errors=True)


def _settled(workspace: Path) -> None:
    """Make good what a killed process left, unless somebody is at work."""
    record = read_record(workspace)
    if (record.pending is not None or record.undoing is not None) and not is_held(workspace):
        with suppress(Busy), held(workspace):
            _recover(workspace)

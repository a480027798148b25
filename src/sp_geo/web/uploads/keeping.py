"""Files kept and undone: on the shelf, the tables made anew, the record written; or everything as it was."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sp_geo.build.context import Frames, read_shelved
from sp_geo.build.pipeline import LOCK, build
from sp_geo.core import lock
from sp_geo.core.errors import InvalidContent, UsageError, WorkspaceError
from sp_geo.publications.add import Admission, add
from sp_geo.web.uploads.examination import Examined, Upload, examine_here, laid_down
from sp_geo.web.uploads.kinds import KINDS
from sp_geo.web.uploads.lock import FOLDER, Busy, held, is_held
from sp_geo.web.uploads.record import Change, Receipt, read_record, write_record
from sp_geo.workspace.provenance import Origin
from sp_geo.workspace.shelf import Shelved, list_shelved, put_back, take_away
from sp_geo.workspace.store import Store

Report = Callable[[str, str], None]


def keep_here(
    upload: Upload, workspace: Path, now: datetime, report: Report = lambda step, state: None, job: str = ""
) -> Receipt:
    """Keep a file and make the tables anew; if anything fails before they are, the workspace is what it was.

    The tables change in one rename, so that whoever reads them sees the state before or the state after. Once they
    have changed the file is kept, whatever fails afterwards: :func:`outcome` tells.

    Args:
        upload: the same as was examined; it is examined again, when nobody else may change the workspace any more.
        workspace: that it goes into.
        now: moment written into notes and receipt.
        report: told each step's name and state.
        job: written into the receipt.

    Raises:
        Busy: somebody else is changing the workspace.
        InvalidContent: it may not be kept; the reason is that of the examination.
        SpGeoError: the tables cannot be made with it.
    """
    with held(workspace):
        recover(workspace)
        examined = examine_here(upload, workspace, now)
        if not examined.may_keep:
            raise InvalidContent(examined.line.removeprefix("Not kept: "))
        record = read_record(workspace)
        before = Store(workspace).manifest
        write_record(workspace, replace(record, pending=_receipt(examined, now, job)))
        try:
            admitted = _placed(upload, workspace, now)

            def read(item: Shelved) -> Frames:
                # What was read in full a moment ago is not read again.
                is_known = admitted.origin is not None and item.origin.sha256 == admitted.origin.sha256
                return admitted.frames if is_known and admitted.frames is not None else read_shelved(item)

            build(workspace, report, read)
        except BaseException:
            recover(workspace)
            raise
        changed = tuple(
            Change(name, before.tables[name].rows if name in before.tables else 0, entry.rows)
            for name, entry in sorted(Store(workspace).manifest.tables.items())
            if name not in before.tables or before.tables[name].sha256 != entry.sha256
        )
        receipt = _receipt(examined, now, job, changed)
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


def _shelved(workspace: Path, receipt: Receipt) -> Shelved | None:
    """The very file that a receipt is of, not one of the same content that somebody added otherwise or later."""
    return next((item for item in list_shelved(workspace) if _is_of(receipt, item.origin)), None)


def _is_of(receipt: Receipt, origin: Origin) -> bool:
    if (receipt.id, receipt.period) != (origin.sha256, origin.period):
        return False
    return datetime.fromisoformat(receipt.kept_at) == datetime.fromisoformat(origin.added_at).replace(microsecond=0)


def _taken_back(workspace: Path, found: Shelved | None) -> None:
    """Take a file off the shelf if it is there, with the folders that were made for it."""
    if found is None:
        return
    take_away(workspace, found.origin.sha256, found.origin.period)
    for folder in (found.path.parents[1], found.path.parents[2]):
        with suppress(OSError):  # other files are in it
            folder.rmdir()


def _receipt(examined: Examined, now: datetime, job: str, changed: tuple[Change, ...] = ()) -> Receipt:
    """The receipt; its line counts the tables that changed and names the input tables with their rows."""
    core = [
        f"{item.table.removeprefix('core_').replace('_', ' ')} {item.rows_before:,} to {item.rows_after:,} rows"
        for item in changed
        if item.table.startswith("core_")
    ]
    line = f"Kept: {examined.name}, {KINDS[examined.kind].title}, {examined.period}"
    line += f"; {len(changed):,} tables changed" if changed else ""
    return Receipt(
        id=examined.sha256,
        kind=examined.kind,
        publication=examined.publication,
        file=examined.name,
        period=examined.period,
        kept_at=now.isoformat(timespec="seconds"),
        line=f"{line} ({', '.join(core)})" if core else line,
        changed=changed,
        job=job,
    )


def kept(workspace: Path) -> list[Receipt]:
    """What can be undone, the latest first: files that were kept through the page and are still there.

    Raises:
        WorkspaceError: the record or the shelf cannot be read.
    """
    _settled(workspace)
    there = [item.origin for item in list_shelved(workspace)]
    receipts = read_record(workspace).receipts
    return [item for item in reversed(receipts) if any(_is_of(item, origin) for origin in there)]


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
        recover(workspace)
        chosen = next((item for item in kept(workspace) if item.id == receipt), None)
        found = _shelved(workspace, chosen) if chosen else None
        if chosen is None or found is None:
            raise UsageError(
                "there is nothing of that name to undo",
                expected="a file that was added through this page and is still there",
            )
        record = read_record(workspace)
        place, aside = found.path.parent, _aside(workspace)
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(place, aside)
        write_record(workspace, replace(record, undoing=(chosen.id, str(place.relative_to(workspace)))))
        try:
            _taken_back(workspace, found)
            build(workspace, report)
        except BaseException:
            recover(workspace)
            raise
        left = tuple(item for item in record.receipts if item.id != chosen.id)
        write_record(workspace, replace(record, receipts=left))
        shutil.rmtree(aside, ignore_errors=True)
        return f"Undone: {chosen.file}, {KINDS[chosen.kind].title}, is taken away and the tables are as without it"


def _aside(workspace: Path) -> Path:
    """Where a file lies while it is being taken away, so that it is not lost with the process that does so."""
    return workspace / FOLDER / "aside"


def recover(workspace: Path) -> None:
    """Finish what was left half done, by what the tables say: they have the file, or they do not.

    Only whoever holds the workspace may call it.

    Raises:
        WorkspaceError: the record or the shelf cannot be read or written.
    """
    record = read_record(workspace)
    if record.is_settled:
        return
    inputs = _inputs(workspace)
    if record.pending is not None and record.pending.id in inputs:
        record = replace(record, receipts=(*record.receipts, record.pending))
    elif record.pending is not None:
        _taken_back(workspace, _shelved(workspace, record.pending))
    if record.undoing is not None:
        sha256, place = record.undoing
        if sha256 not in inputs:
            record = replace(record, receipts=tuple(item for item in record.receipts if item.id != sha256))
        elif not (workspace / place).exists():
            put_back(workspace, _aside(workspace), workspace / place)
    write_record(workspace, replace(record, pending=None, undoing=None))
    shutil.rmtree(_aside(workspace), ignore_errors=True)
    # Another build may be writing tables that no manifest names yet: it tidies up itself.
    store = Store(workspace)
    if store.folder.exists():
        with suppress(Busy), lock.held(store.folder / LOCK, "another build of this workspace is running", wait_s=0):
            store.tidy()


def _inputs(workspace: Path) -> set[str]:
    """Hashes of the files that the tables were made of."""
    return {str(item["sha256"]) for item in Store(workspace).manifest.inputs}


def _settled(workspace: Path) -> None:
    """Make good what a killed process left, unless somebody is at work."""
    if not read_record(workspace).is_settled and not is_held(workspace):
        with suppress(Busy), held(workspace):
            recover(workspace)


def outcome(workspace: Path, job: str, undoes: str = "") -> Receipt | str:
    """What became of a job that ended without a word, or with a fault: whether the tables were made.

    Args:
        workspace: that was to be changed.
        job: its identifier.
        undoes: of an undoing, the receipt.

    Returns:
        The receipt of what was kept; a line if the file was taken away; empty text if nothing was changed.

    Raises:
        WorkspaceError: the record, the shelf or the tables cannot be read.
    """
    with suppress(WorkspaceError):  # a full disk takes no record, but the tables tell
        _settled(workspace)
    record, inputs = read_record(workspace), _inputs(workspace)
    if undoes:
        is_gone = undoes not in inputs if record.undoing else all(item.id != undoes for item in record.receipts)
        return "Undone: the file is taken away and the tables are as without it" if is_gone else ""
    half = [record.pending] if record.pending and record.pending.id in inputs else []
    return next((item for item in (*record.receipts, *half) if item.job == job), "")

"""The page's own door: tasks started in processes of their own, and what became of them."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sp_geo.core.errors import DamagedFile, UsageError
from sp_geo.web.uploads import child
from sp_geo.web.uploads.examination import Examined, Upload, examine_here, refused_whole
from sp_geo.web.uploads.kinds import KINDS
from sp_geo.web.uploads.lock import Busy, is_held
from sp_geo.web.uploads.progress import STARTING, State, ended, read_state, tidy, write_state
from sp_geo.web.uploads.uploads import MOST_BYTES

_LOG = logging.getLogger(__name__)
_LONGEST_S: Final = 180
_PATIENCE_S: Final = 15
_READING: Final = threading.BoundedSemaphore(1)
"""One file at a time is read for each serving process, so that others are still answered."""
_LONGEST_JOB_S: Final = 3_600
_TAIL: Final = 4_000


def examine(upload: Upload, workspace: Path, now: datetime) -> Examined:
    """Read an upload in full without touching the workspace; see :class:`Examined`.

    Whatever the file does to its reader, the answer is a verdict in a line.

    Raises:
        Busy: other files are being looked at.
        UsageError: there is no such kind of file.
    """
    if upload.kind not in KINDS or not 0 < len(upload.content) <= MOST_BYTES:
        # Nothing of it is read: no process is needed to say so.
        return examine_here(upload, workspace, now)
    if not _READING.acquire(timeout=_PATIENCE_S):
        raise Busy("other files are being looked at", advice="Try again in a minute")
    try:
        folder = _asked("examine", workspace, now, upload)
        try:
            code, said = _run(folder, _LONGEST_S)
            answer = folder / child.ANSWER
            if answer.is_file():
                return Examined.from_json(answer.read_text(encoding="utf-8"))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        _READING.release()
    reference = uuid.uuid4().hex[:8]
    _LOG.error("an upload ended its reader (%s), reference %s: %s", code, reference, said)
    fault = DamagedFile(
        "the file asks for more memory or time than this page has",
        advice=f"Copy what is needed into a new file and add that. Reference {reference}",
    )
    return refused_whole(upload, fault)


def start_keep(upload: Upload, workspace: Path, now: datetime) -> str:
    """Begin to keep a file; :func:`sp_geo.web.uploads.progress.state` tells how far it is and gives the receipt.

    Returns:
        The job's identifier.

    Raises:
        Busy: somebody else is changing the workspace.
        UsageError: there is no such kind of file, or it is empty or too large.
    """
    if upload.kind not in KINDS or not 0 < len(upload.content) <= MOST_BYTES:
        raise UsageError("there is no file that may be kept", advice="Choose the file again")
    return _start("keep", workspace, now, upload, "")


def start_undo(workspace: Path, receipt: str, now: datetime) -> str:
    """Begin to take away what was kept; the job's identifier is returned.

    Raises:
        Busy: somebody else is changing the workspace.
    """
    return _start("undo", workspace, now, None, receipt)


def _start(task: str, workspace: Path, now: datetime, upload: Upload | None, receipt: str) -> str:
    if is_held(workspace):
        raise Busy("somebody else is adding data", advice="Try again in a minute")
    job = uuid.uuid4().hex
    tidy(workspace)
    write_state(workspace, State(STARTING, job, line="Starting", undoes=receipt))
    folder = _asked(task, workspace, now, upload, job=job, receipt=receipt)
    # The thread waits for the process, so that none is left behind and a death is told.
    threading.Thread(target=_watched, args=(folder, workspace, job), daemon=True).start()
    return job


def _watched(folder: Path, workspace: Path, job: str) -> None:
    try:
        code, said = _run(folder, _LONGEST_JOB_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if said:
        _LOG.error("job %s said: %s", job[:8], said)
    found = read_state(workspace, job)
    if found.is_running:
        _LOG.error("job %s ended with %s before its time", job[:8], code)
        line = f"It was interrupted. Nothing was changed; try again. Reference {job[:8]}"
        write_state(workspace, ended(workspace, found, line))


def _asked(task: str, workspace: Path, now: datetime, upload: Upload | None, **more: str) -> Path:
    """A private folder with the request."""
    folder = Path(tempfile.mkdtemp(prefix="sp-geo-"))
    request: dict[str, Any] = {"task": task, "workspace": str(workspace.absolute()), "now": now.isoformat(), **more}
    if upload is not None:
        (folder / child.CONTENT).write_bytes(upload.content)
        request["upload"] = asdict(replace(upload, content=b"")) | {"content": ""}
    (folder / child.REQUEST).write_text(json.dumps(request), encoding="utf-8")
    return folder


def _run(folder: Path, seconds: int) -> tuple[int, str]:
    """Exit code of the process for a request, and what it said."""
    source = str(Path(__file__).resolve().parents[3])
    paths = [source, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": str(folder)}
    # Neither the place where the server was started nor the upload's folder is searched for modules (-P).
    command = [sys.executable, "-P", "-m", child.__package__, str(folder)]
    log = folder / "said"
    with log.open("wb") as said:
        try:
            done = subprocess.run(  # noqa: S603 - nothing of the upload is in the command
                command, check=False, stdin=subprocess.DEVNULL, stdout=said, stderr=said, timeout=seconds,
                env=environment, start_new_session=True,
            )  # fmt: skip
            code = done.returncode
        except subprocess.TimeoutExpired:
            code = -1
    return code, log.read_bytes()[-_TAIL:].decode("utf-8", errors="replace")

"""``python -m sp_geo.web.uploads FOLDER``: one task in a process of its own, with limits of memory and time.

A workbook of five kilobytes can make a reader ask for 500 GB, which ends the process that reads it. It must not be the
process that serves the page.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sp_geo.core.errors import SpGeoError, UsageError
from sp_geo.web.uploads import progress
from sp_geo.web.uploads.examination import Upload, examine_here
from sp_geo.web.uploads.findings import LONGEST_LINE, clipped, without_place
from sp_geo.web.uploads.keeping import keep_here, undo_here
from sp_geo.web.uploads.lock import Busy
from sp_geo.web.uploads.progress import CHECKING, DONE, FAILED, State, write_state

_LOG = logging.getLogger("sp_geo.web.uploads")
REQUEST: Final = "request.json"
CONTENT: Final = "content"
ANSWER: Final = "answer.json"
MOST_MEMORY: Final = 4_000_000_000
MOST_BUILD_MEMORY: Final = 12_000_000_000
MOST_SECONDS: Final = 120


def run(folder: Path) -> None:
    """Do what the request in a folder says; the answer is a file beside it, or the state of a job."""
    request: dict[str, Any] = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    workspace, now = Path(request["workspace"]), datetime.fromisoformat(request["now"])
    if request["task"] == "examine":
        _limit(MOST_MEMORY, MOST_SECONDS)
        examined = examine_here(_upload(request, folder), workspace, now)
        (folder / ANSWER).write_text(examined.as_json(), encoding="utf-8")
        return
    _limit(MOST_BUILD_MEMORY, None)
    write_state(workspace, _ended(request, folder, workspace, now))


def _ended(request: dict[str, Any], folder: Path, workspace: Path, now: datetime) -> State:
    job, undoes = str(request["job"]), str(request["receipt"])
    state = State(CHECKING, job, line="Looking" if undoes else "Reading the file", undoes=undoes)
    report = progress.reporter(workspace, state)
    write_state(workspace, state)
    try:
        if undoes:
            return replace(state, phase=DONE, line=undo_here(workspace, undoes, report))
        receipt = keep_here(_upload(request, folder), workspace, now, report, job)
    except SpGeoError as fault:
        line = clipped(without_place(fault, workspace).line(), LONGEST_LINE)
        if isinstance(fault, Busy | UsageError):  # nothing was begun
            return replace(state, phase=FAILED, line=line, reference=job[:8])
        return progress.ended(workspace, state, line)
    except Exception:  # noqa: BLE001 - logged with its trace
        _LOG.exception("a change of the workspace failed, reference %s", job[:8])
        return progress.ended(workspace, state, f"It failed and nothing was changed. Reference {job[:8]}")
    return replace(state, phase=DONE, line=receipt.line, receipt=receipt)


def _upload(request: dict[str, Any], folder: Path) -> Upload:
    given = request["upload"]
    lists = {"covers": tuple(given["covers"]), "told": tuple((name, text) for name, text in given["told"])}
    return Upload(**given | lists | {"content": (folder / CONTENT).read_bytes()})


def _limit(memory: int, seconds: int | None) -> None:
    """Bound what this process may use, where the platform can."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if seconds is not None:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

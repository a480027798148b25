"""How far a change of the workspace has come, in a small file that any serving process can read."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from sp_geo.build.steps import STEPS
from sp_geo.core.errors import SpGeoError
from sp_geo.web.uploads.findings import LONGEST_LINE, clipped, without_place
from sp_geo.web.uploads.keeping import outcome
from sp_geo.web.uploads.lock import FOLDER, is_held
from sp_geo.web.uploads.record import Receipt, receipt_of
from sp_geo.workspace.store import write_aside

IDLE: Final = "idle"
STARTING: Final = "starting"
CHECKING: Final = "checking"
BUILDING: Final = "building"
DONE: Final = "done"
FAILED: Final = "failed"
_JOB: Final = re.compile(r"[0-9a-f]{32}")
_KEPT: Final = 20
_LOOKS: Final = 5
_PAUSE_S: Final = 0.2
_LONGEST_SILENCE_S: Final = 300.0
"""A file is looked at for three minutes at most."""


@dataclass(frozen=True)
class State:
    """Where a job stands.

    Attributes:
        phase: idle, starting, checking, building, done or failed.
        job: its identifier; empty if idle.
        step: name of the step of the build that runs.
        step_number: its number from 1; 0 before the build.
        steps_count: how many there are.
        line: for the user, once it is done or failed, and while it runs.
        reference: under which the log has what a failure was.
        receipt: of what was kept.
        undoes: the receipt that is being undone; empty where a file is kept.
    """

    phase: str = IDLE
    job: str = ""
    step: str = ""
    step_number: int = 0
    steps_count: int = len(STEPS)
    line: str = ""
    reference: str = ""
    receipt: Receipt | None = None
    undoes: str = ""

    @property
    def is_running(self) -> bool:
        """Whether it has still to end."""
        return self.phase in {STARTING, CHECKING, BUILDING}


def _path(workspace: Path, job: str) -> Path:
    return workspace / FOLDER / f"job-{job}.json"


def write_state(workspace: Path, state: State) -> None:
    """Replace the state of a job.

    Raises:
        WorkspaceError: the disk cannot take it.
    """
    write_aside(_path(workspace, state.job), json.dumps(asdict(state)).encode())


def read_state(workspace: Path, job: str) -> State:
    """The last state of a job; idle if there is no such job, whatever the name is made of."""
    if not _JOB.fullmatch(job):
        return State()
    try:
        record: dict[str, Any] = json.loads(_path(workspace, job).read_text(encoding="utf-8"))
        receipt = record.pop("receipt")
        return State(**record, receipt=receipt_of(receipt) if receipt else None)
    except (OSError, ValueError, TypeError, KeyError):
        return State()


def state(workspace: Path, job: str = "") -> State:
    """Where a job stands; without a job, whether anybody is changing the workspace.

    Args:
        workspace: that is being changed.
        job: as :func:`sp_geo.web.uploads.launching.start_keep` gave it.
    """
    if job:
        for _ in range(_LOOKS):
            found = read_state(workspace, job)
            if not _is_orphan(workspace, found):
                return found
            # Its end is written an instant after it has let go of the workspace.
            time.sleep(_PAUSE_S)
        return ended(workspace, found, "It was interrupted. Nothing was changed; try again.")
    if not is_held(workspace):
        return State()
    for path in _jobs(workspace):
        found = read_state(workspace, path.stem.removeprefix("job-"))
        if found.phase in {CHECKING, BUILDING}:
            return found
    return State(phase=CHECKING)


def ended(workspace: Path, found: State, otherwise: str) -> State:
    """The end of a job that was stopped: done if the tables were made all the same.

    Args:
        workspace: that it was to change.
        found: the job as it was last seen.
        otherwise: line for the user if nothing was changed.
    """
    stopped = replace(found, phase=FAILED, line=otherwise, reference=found.job[:8])
    try:
        became = outcome(workspace, found.job, found.undoes)
    except SpGeoError as fault:
        line = f"It was interrupted, and what it changed cannot be told: {without_place(fault, workspace).line()}"
        return replace(stopped, line=clipped(line, LONGEST_LINE))
    if not became:
        return stopped
    if isinstance(became, str):
        return replace(stopped, phase=DONE, line=became)
    return replace(stopped, phase=DONE, line=became.line, receipt=became)


def _is_orphan(workspace: Path, found: State) -> bool:
    """Whether the process of a job is gone without a word."""
    if found.phase == BUILDING:
        return not is_held(workspace)
    if found.phase not in {STARTING, CHECKING}:
        return False
    with suppress(OSError):
        return time.time() - _path(workspace, found.job).stat().st_mtime > _LONGEST_SILENCE_S
    return True


def _jobs(workspace: Path) -> list[Path]:
    """Files of jobs, the latest first."""
    found = [(path.stat().st_mtime, path) for path in (workspace / FOLDER).glob("job-*.json")]
    return [path for _, path in sorted(found, reverse=True)]


def tidy(workspace: Path) -> None:
    """Remove the files of all but the latest jobs."""
    for path in _jobs(workspace)[_KEPT:]:
        path.unlink(missing_ok=True)


def reporter(workspace: Path, job: State) -> Callable[[str, str], None]:
    """What a build is given to tell its steps to."""
    names = [step.name for step in STEPS]

    def report(step: str, told: str) -> None:
        if told != "running":
            return
        number = names.index(step) + 1 if step in names else 0
        line = f"Making the tables anew: {step} (step {number} of {len(names)})"
        write_state(workspace, replace(job, phase=BUILDING, step=step, step_number=number, line=line))

    return report

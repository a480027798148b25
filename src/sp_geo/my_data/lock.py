"""One change of a workspace at a time, among all processes that serve it.

The operating system holds the lock and lets go of it when its process ends, however it ends: a lock of a dead process
never needs to be told from a living one's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from sp_geo.errors import WorkspaceError

FOLDER: Final = ".my_data"
_NAME: Final = "lock"
_ATTEMPTS: Final = 5
_PAUSE_S: Final = 0.05


class Busy(WorkspaceError):
    """Somebody else is changing the workspace."""


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@contextmanager
def held(workspace: Path) -> Iterator[None]:
    """The workspace for oneself; let go of at the end.

    Raises:
        Busy: somebody else has it.
        WorkspaceError: the folder may not be written.
    """
    path = workspace / FOLDER / _NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as fault:
        raise WorkspaceError(f"cannot write: {fault.strerror or fault}", file=str(path)) from fault
    with file:
        for attempt in range(_ATTEMPTS):
            # Whoever only asks whether it is held has it for an instant.
            if _take(file):
                break
            if attempt < _ATTEMPTS - 1:
                time.sleep(_PAUSE_S)
        else:
            raise Busy("somebody else is adding data", advice="Try again in a minute")
        yield


@contextmanager
def held_if_served(workspace: Path) -> Iterator[None]:
    """The same for the command line, which waits for nobody: without a page that ever served the workspace, nothing.

    Raises:
        Busy: somebody is adding data through the page.
    """
    if not (workspace / FOLDER).is_dir():
        yield
        return
    with held(workspace):
        yield


def make_ready(workspace: Path) -> None:
    """Let the command line know that a page serves the workspace; a workspace that cannot be written needs no lock."""
    if workspace.is_dir():
        with suppress(OSError):
            (workspace / FOLDER).mkdir(exist_ok=True)


def is_held(workspace: Path) -> bool:
    """Whether somebody is changing the workspace now."""
    path = workspace / FOLDER / _NAME
    if not path.exists():
        return False
    try:
        with path.open("ab") as file:
            return not _take(file)
    except OSError:
        return False

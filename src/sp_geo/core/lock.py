"""One change at a time, among all processes: a file that one of them holds.

The operating system holds the lock and lets go of it when its process ends, however it ends: a lock of a dead process
never needs to be told from a living one's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from sp_geo.core.errors import WorkspaceError

_PAUSE_S: Final = 0.05
_A_MOMENT_S: Final = 0.2
"""Whoever only asks whether a lock is held has it for an instant."""


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
def held(path: Path, busy: str, wait_s: float = _A_MOMENT_S) -> Iterator[None]:
    """A lock for oneself; let go of at the end.

    Args:
        path: file that stands for the lock; made if need be, and left there.
        busy: what somebody else is doing who has it.
        wait_s: seconds to wait for them.

    Raises:
        Busy: somebody else has it.
        WorkspaceError: the folder may not be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as fault:
        raise WorkspaceError(f"cannot write: {fault.strerror or fault}", file=str(path)) from fault
    with file:
        for _ in range(round(wait_s / _PAUSE_S)):
            if _take(file):
                break
            time.sleep(_PAUSE_S)
        else:
            if not _take(file):
                raise Busy(busy, file=str(path.parent), advice="Try again in a minute")
        yield


def is_held(path: Path) -> bool:
    """Whether somebody holds a lock now."""
    if not path.exists():
        return False
    try:
        with path.open("ab") as file:
            return not _take(file)
    except OSError:
        return False

"""One change at a time, among all processes: a file that one of them holds.

The operating system holds the lock and lets go of it when its process ends, however it ends: a lock of a dead process
never needs to be told from a living one's. Where a disk knows no such locks, that is said; a file whose mere presence
is the lock would outlive its process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sp_geo.core.errors import WorkspaceError

_A_MOMENT_S: Final = 0.2
"""Whoever only asks whether a lock is held has it for an instant."""


class Busy(WorkspaceError):
    """Somebody else is changing the workspace."""


@contextmanager
def held(path: Path, busy: str, wait_s: float = _A_MOMENT_S) -> Iterator[None]:
    """A lock for oneself; let go of at the end.

    Args:
        path: file that stands for the lock; made if need be, and left there.
        busy: what somebody else is doing who has it.
        wait_s: seconds to wait for them.

    Raises:
        Busy: somebody else has it.
        WorkspaceError: the folder may not be written, or its disk knows no locks.
    """
    from filelock import FileLock, Timeout

    try:
        taken = FileLock(path, timeout=wait_s, preserve_lock_file=True).acquire()
    except Timeout as fault:
        raise Busy(busy, file=str(path.parent), advice="Try again in a minute") from fault
    except OSError as fault:
        raise WorkspaceError(f"cannot write: {fault.strerror or fault}", file=str(path)) from fault
    with taken:
        yield


def is_held(path: Path) -> bool:
    """Whether somebody holds a lock now."""
    if not path.exists():
        return False
    try:
        with held(path, "", wait_s=0):
            return False
    except Busy:
        return True
    except WorkspaceError:
        return False

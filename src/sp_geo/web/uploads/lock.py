"""The workspace for one who adds data to it through the page, or beside a page that serves it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sp_geo.core import lock
from sp_geo.core.lock import Busy
from sp_geo.web.uploads.record import read_record

__all__ = ["FOLDER", "Busy", "held", "held_if_served", "is_held", "make_ready"]
FOLDER: Final = ".my_data"
_NAME: Final = "lock"


@contextmanager
def held(workspace: Path) -> Iterator[None]:
    """The workspace for oneself; let go of at the end.

    Raises:
        Busy: somebody else has it.
        WorkspaceError: the folder may not be written.
    """
    with lock.held(workspace / FOLDER / _NAME, "somebody else is adding data"):
        yield


@contextmanager
def held_if_served(workspace: Path) -> Iterator[None]:
    """The same for the command line, which waits for nobody: without a page that ever served the workspace, nothing.

    What a process of the page that was killed left half done is finished first: a file of its own that is still on the
    shelf would pass for one that was added here, and go later.

    Raises:
        Busy: somebody is adding data through the page.
        WorkspaceError: what is left half done cannot be finished.
    """
    if not (workspace / FOLDER).is_dir():
        yield
        return
    with held(workspace):
        if not read_record(workspace).is_settled:
            # It stands on every reader and every step of the build, and is hardly ever needed.
            from sp_geo.web.uploads.keeping import recover

            recover(workspace)
        yield


def make_ready(workspace: Path) -> None:
    """Let the command line know that a page serves the workspace; a workspace that cannot be written needs no lock."""
    if workspace.is_dir():
        with suppress(OSError):
            (workspace / FOLDER).mkdir(exist_ok=True)


def is_held(workspace: Path) -> bool:
    """Whether somebody is changing the workspace now."""
    return lock.is_held(workspace / FOLDER / _NAME)

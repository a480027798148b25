"""Files added from outside the page, by the command line or a notebook, beside a page that may serve the workspace."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sp_geo.publications.add import Declared, Outcome, add
from sp_geo.web.uploads.lock import held_if_served


def add_beside(paths: list[Path], workspace: Path, declared: Declared | None = None) -> Outcome:
    """Take files into a workspace: :func:`sp_geo.publications.add.add`.

    Args:
        paths: files, or folders that are searched for files.
        workspace: folder of the workspace; made if need be.
        declared: of directories of services and of an own measure among the files; nothing if None.

    Raises:
        Busy: somebody is adding data through the page.
        UsageError: a path does not exist, there is nothing under the paths, or a claim of coverage is malformed.
    """
    with held_if_served(workspace):
        return add(paths, workspace, datetime.now(UTC), declared or Declared())

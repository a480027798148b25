"""The present build: opened anew when the manifest on disk changes, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sp_geo.build.view import Build
from sp_geo.workspace.store import MANIFEST, Store


class Present:
    """Gives the present build.

    Args:
        workspace: folder of the workspace.
    """

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self._manifest = Store(workspace).folder / MANIFEST
        self._opening = Lock()
        self._stamp: tuple[int, int] = (0, 0)
        self._build = Build.open(workspace)

    def build(self) -> Build:
        """The present build; a reader in the midst of an answer keeps the build that they have."""
        try:
            found = self._manifest.stat()
        except FileNotFoundError:
            return self._build
        stamp = (found.st_mtime_ns, found.st_ino)
        with self._opening:
            if stamp != self._stamp:
                self._build = Build.open(self.workspace)
                self._stamp = stamp
            return self._build

"""What one call of the command line knows: its settings, and how to speak."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from sp_geo.settings import Settings
from sp_geo.store import Store


@dataclass(frozen=True)
class Session:
    """Global options of one call."""

    settings: Settings
    quiet: bool

    @property
    def workspace(self) -> Path:
        """Folder with files and tables."""
        return self.settings.workspace

    @property
    def store(self) -> Store:
        """Derived tables of the workspace."""
        return Store(self.workspace)

    def say(self, line: str) -> None:
        """A line of progress, on standard error, unless told to be quiet."""
        if not self.quiet:
            typer.echo(line, err=True)

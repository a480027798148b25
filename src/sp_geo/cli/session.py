"""What one call of the command line knows: its settings, and how to speak."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sp_geo.core.settings import Settings

if TYPE_CHECKING:
    from sp_geo.build.view import Build


@dataclass(frozen=True)
class Session:
    """Global options of one call.

    Attributes:
        settings: where things are.
        quiet: whether only results and faults are said.
        json_errors: whether faults are said as JSON, one line each.
    """

    settings: Settings
    quiet: bool
    json_errors: bool = False

    @property
    def workspace(self) -> Path:
        """Folder with files and tables."""
        return self.settings.workspace

    @property
    def build(self) -> Build:
        """The workspace's build as it stands now."""
        # Help, completion and usage errors open no build: pandas costs them a second.
        from sp_geo.build.view import Build

        return Build.open(self.workspace)

    @property
    def is_live(self) -> bool:
        """Whether somebody watches: progress is shown on a terminal and nowhere else."""
        return not self.quiet and sys.stderr is not None and sys.stderr.isatty()

    def say(self, line: str) -> None:
        """A line beside the result, such as a note to a CSV file: on standard error, unless told to be quiet."""
        if not self.quiet:
            typer.echo(line, err=True)

    def progress(self, line: str) -> None:
        """A line that says how far the work is: on a terminal only, unless told to be quiet."""
        if self.is_live:
            typer.echo(line, err=True)

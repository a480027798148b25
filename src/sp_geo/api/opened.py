"""A folder as a notebook opens it: its present build, its tables, and whatever is asked of both."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sp_geo.api.answer import Answer
from sp_geo.build.view import Build
from sp_geo.core.settings import read_settings
from sp_geo.questions.answers import answer
from sp_geo.questions.requests.asked import Request


class Opened:
    """A folder with its present build.

    Args:
        folder: of the workspace; that of SP_GEO_WORKSPACE, or ``workspace``, if None. It may be new.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = read_settings().workspace if folder is None else Path(folder)
        self._build: Build | None = None

    def __repr__(self) -> str:
        """Where it is, and what it holds."""
        quarters = self.opened.choices.quarters if self.opened.has_panel else []
        held = f"{quarters[0]} to {quarters[-1]}" if quarters else "no quarter built"
        return f"Workspace({str(self.folder)!r}): {held}"

    @property
    def opened(self) -> Build:
        """The present build, opened once until another one is made."""
        now = Build.open(self.folder)
        if self._build is None or self._build.stamp != now.stamp:
            self._build = now
        return self._build

    @property
    def is_synthetic(self) -> bool:
        """Whether any figure is invented."""
        return self.opened.manifest.is_synthetic

    @property
    def inputs(self) -> pd.DataFrame:
        """The files that the tables were made of: title, period, file, sha256 and more."""
        return pd.DataFrame(self.opened.manifest.inputs)

    def table(self, name: str) -> pd.DataFrame:
        """A built table by its name in the data dictionary.

        Raises:
            WorkspaceError: it has not been built.

        Example:
            >>> sp_geo.open(example).table("out_quarter_coverage")["n_active_pcns"].iloc[-1]
            np.int64(4)
        """
        return self.opened.table(name)

    def ask(self, request: Request) -> Answer:
        """Answer a request, such as one read from a record or a command.

        Args:
            request: what is asked.

        Returns:
            An Answer: rows, title, notes, record.
        """
        build = self.opened
        return Answer.of(build, request, answer(build, request))

"""A table as a notebook has it: rows with heading and notes, that show themselves."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from sp_geo.questions import records
from sp_geo.questions.panel import Answer as Answered
from sp_geo.workspace.store import write_aside

_SHOWN_ROWS: Final = 20


@dataclass(frozen=True)
class Table:
    """Rows with what must be known with them.

    Attributes:
        rows: a DataFrame; a missing value is not 0, and ``reason`` or a state column says why it is missing.
        title: heading, marked SYNTHETIC where the data are invented.
        notes: sentences that belong to every copy of the rows.
    """

    rows: pd.DataFrame
    title: str
    notes: tuple[str, ...]

    @classmethod
    def from_answer(cls, found: Answered) -> Table:
        """An answer of a question's function as a notebook has it."""
        return Table(found.rows, found.title, found.notes)

    def to_csv(self, path: str | Path | None = None) -> str | None:
        """The rows as the command writes them: as text, or into a file.

        Args:
            path: of a file to write, in the place of an older one; None for the text itself.
        """
        text = records.as_csv(self.rows)
        if path is None:
            return text
        write_aside(Path(path), text.encode())
        return None

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def __str__(self) -> str:
        """The table as the command prints it."""
        return records.as_table(self.rows.head(_SHOWN_ROWS), self.title, self._notes())

    def __repr__(self) -> str:
        """The table as the command prints it."""
        return str(self)

    def _repr_html_(self) -> str:
        """How a notebook shows it: heading, rows, notes."""
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self._notes())
        table = self.rows.head(_SHOWN_ROWS).to_html(index=False, border=0, na_rep="")
        return f"<p><strong>{html.escape(self.title)}</strong></p>{table}<ul>{notes}</ul>"

    def _notes(self) -> tuple[str, ...]:
        left = len(self.rows) - _SHOWN_ROWS
        return self.notes if left <= 0 else (*self.notes, f"{left:,} more rows are in .rows.")

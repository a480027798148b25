"""What can go wrong, said in one line, each kind with its own exit code.

A user's mistake never ends in a traceback: the command line catches :class:`SpGeoError`, prints
:meth:`SpGeoError.line` and leaves with :attr:`SpGeoError.exit_code`.
"""

from __future__ import annotations

from typing import ClassVar, Final

LONGEST_FOUND: Final = 200
"""Letters of what was found that a line shows; a record has all of them."""

LONGEST_LINE: Final = 580


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    r"""A text as one line that a terminal shows as it is.

    Signs that are not printed are written out, such as ``\u200b``: they are often the very fault, and may drive a
    terminal.

    Args:
        text: any text, also a file's name or a cell.
        longest: letters after which it is cut.
    """
    plain = " ".join(text.split())
    shown = "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in plain)
    return shown if len(shown) <= longest else f"{shown[: longest - 4].rstrip()} ..."


class SpGeoError(Exception):
    """Base of every fault that is explained to the user.

    Args:
        problem: what is wrong, without a full stop.
        file: the file it is about, as the user named it.
        row: the line in that file, counted from 1 with the header as line 1.
        column: the column's published name.
        found: what stood there.
        expected: what should have stood there.
        advice: what to do now.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        problem: str,
        *,
        file: str | None = None,
        row: int | None = None,
        column: str | None = None,
        found: str | None = None,
        expected: str | None = None,
        advice: str | None = None,
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.file = file
        self.row = row
        self.column = column
        self.found = found
        self.expected = expected
        self.advice = advice

    def __str__(self) -> str:
        return self.line()

    def line(self) -> str:
        """The whole fault on one line: where, what, found, expected, what to do."""
        where = ", ".join(
            part
            for part in (
                self.file,
                f"row {self.row:,}" if self.row is not None else None,
                f"column {self.column}" if self.column else None,
            )
            if part
        )
        sentence = f"{where}: {self.problem}" if where else self.problem
        if self.found is not None:
            sentence += f"; found {one_line(self.found, LONGEST_FOUND)}"
        if self.expected is not None:
            sentence += f"; expected {self.expected}"
        if self.advice is not None:
            sentence += f". {self.advice}"
        return one_line(sentence)

    def as_record(self) -> dict[str, str | int | None]:
        """The same fault as plain fields, for machine-readable output."""
        return {
            "kind": type(self).__name__,
            "exit_code": self.exit_code,
            "message": self.problem,
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "found": self.found,
            "expected": self.expected,
            "advice": self.advice,
        }


class SoftwareFault(SpGeoError):
    """Something went wrong that nobody foresaw: a fault of the software, not of the user."""

    exit_code = 1


class UsageError(SpGeoError):
    """The command was asked for something it does not offer."""

    exit_code = 2


class UnrecognisedFile(SpGeoError):
    """The file is not one of the publications that are known."""

    exit_code = 3


class DamagedFile(SpGeoError):
    """The file cannot be opened or ends too early."""

    exit_code = 4


class InvalidContent(SpGeoError):
    """The file is of a known kind but says something that cannot be true.

    Attributes:
        records: faults of single records where each was tried by itself: record, outcome, cause, detail.
    """

    exit_code = 5
    records: tuple[tuple[str, str, str, str], ...] = ()


class WorkspaceError(SpGeoError):
    """The workspace is missing something, or a file or folder cannot be read or written."""

    exit_code = 6


class ReconciliationError(SpGeoError):
    """Totals before and after a join differ, so nothing was built."""

    exit_code = 7


class TableInvalid(SpGeoError):
    """A derived table does not fit its own schema; a fault of the software, not of the user."""

    exit_code = 8


class InfeasibleError(SpGeoError):
    """A plan was asked for that cannot be had: its conditions contradict each other, or leave no room."""

    exit_code = 9


class NotFetched(SpGeoError):
    """A publication could not be fetched from where it is published; what to do by hand is said."""

    exit_code = 10

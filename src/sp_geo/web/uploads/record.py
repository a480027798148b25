"""What was kept through the page: ``my_data.json`` in the workspace, written beside its place and renamed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from sp_geo.core.errors import WorkspaceError
from sp_geo.workspace.store import write_aside

NAME: Final = "my_data.json"


@dataclass(frozen=True)
class Change:
    """A table whose content a file changed, with its rows before and after."""

    table: str
    rows_before: int
    rows_after: int


@dataclass(frozen=True)
class Receipt:
    """A file that was kept.

    Attributes:
        id: hash of its content, by which it is undone.
        kind: key of the kind.
        publication: title of what it is.
        file: its label.
        period: what it is about.
        kept_at: moment, ISO text.
        line: for the user.
        changed: tables that are not what they were; empty if a process was stopped before it could tell.
        job: under which it was kept.
    """

    id: str
    kind: str
    publication: str
    file: str
    period: str
    kept_at: str
    line: str
    changed: tuple[Change, ...] = ()
    job: str = ""

    def as_record(self) -> dict[str, Any]:
        """Plain fields."""
        return asdict(self)


def receipt_of(record: dict[str, Any]) -> Receipt:
    """Read what :meth:`Receipt.as_record` gave."""
    return replace(Receipt(**record), changed=tuple(Change(**item) for item in record["changed"]))


@dataclass(frozen=True)
class Record:
    """All receipts, the oldest first, and what is being done just now, so that a killed process can be made good.

    Attributes:
        receipts: of files that were kept.
        pending: of a file that is being kept.
        undoing: identifier of a file that is being taken away, and its folder on the shelf, below the workspace.
    """

    receipts: tuple[Receipt, ...] = ()
    pending: Receipt | None = None
    undoing: tuple[str, str] | None = None

    @property
    def is_settled(self) -> bool:
        """Whether nothing is being done, and nothing was left half done."""
        return self.pending is None and self.undoing is None


def read_record(workspace: Path) -> Record:
    """The record, empty if nothing was ever kept.

    Raises:
        WorkspaceError: it cannot be read.
    """
    path = workspace / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Record(
            tuple(receipt_of(item) for item in found["receipts"]),
            receipt_of(found["pending"]) if found["pending"] else None,
            (str(found["undoing"][0]), str(found["undoing"][1])) if found.get("undoing") else None,
        )
    except FileNotFoundError:
        return Record()
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise WorkspaceError(
            "the record of what was added through the page cannot be read",
            file=NAME,
            advice="Remove it; files are then taken away with 'sp-geo remove'",
        ) from fault


def write_record(workspace: Path, record: Record) -> None:
    """Replace the record; without anything in it the file is removed.

    Raises:
        WorkspaceError: the disk cannot take it.
    """
    if record == Record():
        (workspace / NAME).unlink(missing_ok=True)
        return
    pending = record.pending.as_record() if record.pending else None
    shown = {
        "receipts": [item.as_record() for item in record.receipts],
        "pending": pending,
        "undoing": record.undoing,
    }
    write_aside(workspace / NAME, (json.dumps(shown, indent=1, sort_keys=True) + "\n").encode())

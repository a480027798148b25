"""What was fetched before, from which link, and what its bytes were: ``ledger.json`` beside the downloads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from sp_geo.core.errors import WorkspaceError
from sp_geo.workspace.store import write_aside

FILE: Final = "ledger.json"
FOLDER: Final = "downloads"
"""Where downloads go in a workspace, unless another folder is named."""


@dataclass(frozen=True)
class Entry:
    """One file that was fetched.

    Attributes:
        publication: key.
        period: label of the release.
        link: it came from.
        file: its path below the folder, with slashes.
        sha256: of its bytes.
        size: bytes.
        etag: the server's mark of them; empty if it gave none.
        modified: the server's date of them; empty if it gave none.
        fetched_at: moment, ISO text.
    """

    publication: str
    period: str
    link: str
    file: str
    sha256: str
    size: int
    etag: str
    modified: str
    fetched_at: str


@dataclass(frozen=True)
class Ledger:
    """Everything that was fetched or seen.

    Attributes:
        entries: files, oldest first.
        seen: day, ISO text, on which a release's file was last found on its page, by ``publication period``.
    """

    entries: tuple[Entry, ...] = ()
    seen: Mapping[str, str] | None = None

    def of_link(self, publication: str, period: str, link: str) -> list[Entry]:
        """Files fetched from a link for a release, the newest first."""
        key = (publication, period, link)
        return [item for item in reversed(self.entries) if (item.publication, item.period, item.link) == key]

    def with_entry(self, entry: Entry) -> Ledger:
        """The same and one more file."""
        return replace(self, entries=(*self.entries, entry))

    def with_seen(self, publication: str, period: str, now: datetime) -> Ledger:
        """The same, knowing that a release's file was found on its page."""
        return replace(self, seen={**(self.seen or {}), f"{publication} {period}": f"{now:%Y-%m-%d}"})

    def seen_on(self, publication: str, period: str) -> str:
        """Day on which a release's file was last found on its page; empty if it never was."""
        return (self.seen or {}).get(f"{publication} {period}", "")


def read_ledger(folder: Path) -> Ledger:
    """The ledger of a folder; empty if it has none.

    Raises:
        WorkspaceError: it cannot be read.
    """
    path = folder / FILE
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(Entry(**item) for item in record["entries"])
        return Ledger(entries, {str(key): str(day) for key, day in record["seen"].items()})
    except FileNotFoundError:
        return Ledger()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise WorkspaceError(
            "the record of what was fetched cannot be read",
            file=str(path),
            advice="Move it away; files are then fetched anew and nothing is lost",
        ) from fault


def write_ledger(folder: Path, ledger: Ledger) -> None:
    """Put a ledger in its place.

    Raises:
        WorkspaceError: the disk cannot take it.
    """
    record = {"entries": [asdict(item) for item in ledger.entries], "seen": dict(sorted((ledger.seen or {}).items()))}
    write_aside(folder / FILE, (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())

"""A download that is not finished: its bytes so far, and what the server said of the whole."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from sp_geo.core.errors import WorkspaceError

_CHUNK: Final = 1_000_000


@dataclass(frozen=True)
class About:
    """What is known of the file that a part belongs to.

    Attributes:
        link: where it comes from.
        etag: the server's mark of these very bytes; empty if it gives none, or only a weak one.
        modified: the server's date of them; empty if it gives none.
    """

    link: str
    etag: str = ""
    modified: str = ""

    @property
    def validator(self) -> str:
        """What to name when the rest is asked for; empty if the server gives nothing that tells versions apart."""
        return self.etag or self.modified


class PartFile:
    """The growing file beside its final place.

    Args:
        target: where the finished file will be.

    Raises:
        WorkspaceError: the folder may not be written (from every method that writes).
    """

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f".{target.name}.part")
        self._about = target.with_name(f".{target.name}.part.json")

    def begun(self, link: str) -> tuple[int, About]:
        """Bytes there already and what they belong to; nothing if they are another link's or cannot be told apart."""
        try:
            about = About(**json.loads(self._about.read_text(encoding="utf-8")))
            size = self.path.stat().st_size
        except (OSError, ValueError, TypeError):
            return 0, About(link)
        return (size, about) if about.link == link and about.validator else (0, About(link))

    def opened(self, about: About, *, keep: bool) -> _Growing:
        """The part, open at its end; emptied first unless what is there is kept."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not keep:
                self._about.write_text(json.dumps(asdict(about)), encoding="utf-8")
            return _Growing(self.path, self.path.open("ab" if keep else "wb"))
        except OSError as fault:
            raise _cannot_write(self.path, fault) from fault

    def discard(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)
        self._about.unlink(missing_ok=True)

    def finish(self, target: Path) -> None:
        """Put the finished file in its place."""
        try:
            self.path.replace(target)
        except OSError as fault:
            raise _cannot_write(target, fault) from fault
        self._about.unlink(missing_ok=True)


class _Growing:
    """Takes bytes; what was taken survives whatever comes after."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self._path, self._file = path, file

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as problem:
            if fault is None:
                raise _cannot_write(self._path, problem) from problem
        finally:
            self._file.close()

    def take(self, data: bytes) -> None:
        """Add bytes."""
        try:
            self._file.write(data)
        except OSError as fault:
            raise _cannot_write(self._path, fault) from fault


def _cannot_write(path: Path, fault: OSError) -> WorkspaceError:
    return WorkspaceError(
        f"cannot write: {fault.strerror or fault}",
        file=str(path),
        advice="Free some space or check the folder's rights; what was read so far is kept",
    )


def sha256_of(path: Path) -> str:
    """Hash of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()

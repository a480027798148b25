"""Parts of a directory as they are fetched: on disk at once, one file at the end."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sp_geo.core.errors import WorkspaceError

_LATEST = "about.json"


class Parts:
    """The folder in which the pages and details of one directory gather.

    Args:
        folder: where the finished file goes.
        name: of the directory.
        address: it is fetched from; parts of another address are thrown away.

    Raises:
        WorkspaceError: the folder may not be written (from every method that writes).
    """

    def __init__(self, folder: Path, name: str, address: str) -> None:
        self._finished = folder / f"{name}.json"
        self._parts = folder / f".{name}.fetch"
        self._address = address
        self._accepted: list[int] = []
        self._growing = self._parts / "services.json"
        self._begun = False
        self.taken = 0
        about = self._read(_LATEST)
        if about is not None and about != {"address": address}:
            shutil.rmtree(self._parts, ignore_errors=True)
        self._write(_LATEST, {"address": address})

    def page(self, number: int) -> Any:
        """A page that an earlier call kept, or None."""
        return self._read(_page_name(number))

    def keep_page(self, number: int, page: Any) -> None:
        """Keep a page."""
        self._write(_page_name(number), page)

    def accept(self, number: int) -> None:
        """Count a page among those whose services are taken."""
        self._accepted.append(number)

    def listed(self, services: Callable[[Any], list[Any] | None]) -> Iterator[Any]:
        """The services of all accepted pages, as the lists have them."""
        for number in self._accepted:
            yield from services(self.page(number)) or ()

    def detail(self, identifier: str) -> Any:
        """A service in full that an earlier call kept, or None."""
        return self._read(self._detail_name(identifier))

    def keep_detail(self, identifier: str, detail: Any) -> None:
        """Keep a service in full."""
        self._write(self._detail_name(identifier), detail)

    def take(self, service: Any) -> None:
        """Add a service to the file that will be the finished one."""
        text = json.dumps(service, ensure_ascii=False).encode("utf-8", errors="replace")
        with _writing(self._growing), self._growing.open("ab" if self._begun else "wb") as file:
            file.write((b",\n" if self._begun else b'{"services": [\n') + text)
        self._begun = True
        self.taken += 1

    def finish(self, faults: list[dict[str, str]], *, keep_parts: bool) -> Path:
        """Close the file and put it in its place; the path is returned.

        Args:
            faults: written beside the services, so that whoever reads the file knows of them.
            keep_parts: whether a later call may still complete it.
        """
        end = json.dumps({"faults": faults, "fetched_from": self._address}, ensure_ascii=False, indent=1)
        with _writing(self._finished):
            with self._growing.open("ab") as file:
                file.write(b"\n],\n" + end.removeprefix("{").encode("utf-8", errors="replace") + b"\n")
            self._growing.replace(self._finished)
        if not keep_parts:
            shutil.rmtree(self._parts, ignore_errors=True)
        return self._finished

    def remove_if_empty(self) -> None:
        """Leave nothing behind of a fetch that gave nothing."""
        shutil.rmtree(self._parts, ignore_errors=True)

    @staticmethod
    def digest(text: str) -> str:
        """A short stand-in for a text."""
        return hashlib.sha256(text.encode("utf-8", errors="replace")).hexdigest()[:32]

    def _detail_name(self, identifier: str) -> str:
        return f"service-{self.digest(identifier)}.json"

    def _read(self, name: str) -> Any:
        try:
            return json.loads((self._parts / name).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            # What cannot be read is fetched again.
            return None

    def _write(self, name: str, value: Any) -> None:
        path = self._parts / name
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(".part")
            beside.write_text(json.dumps(value), encoding="utf-8")
            beside.replace(path)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turns a disk that is full or locked into a fault of the user's."""
    try:
        yield
    except OSError as fault:
        raise WorkspaceError(
            f"cannot write: {fault.strerror or fault}",
            file=str(path),
            advice="Free some space or check the folder's rights",
        ) from fault


def _page_name(number: int) -> str:
    return f"page-{number:06d}.json"

"""One release brought here: found, downloaded beside its place, looked at, compared with what came before, kept."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sp_geo.core.errors import NotFetched, WorkspaceError
from sp_geo.fetching.ledger import Entry, Ledger
from sp_geo.fetching.locating import Found, Place, locate
from sp_geo.fetching.part_file import About, PartFile, sha256_of
from sp_geo.fetching.releases import Series, file_name
from sp_geo.fetching.transfer import Web

Show = Callable[[int, int | None], None]
_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class Order:
    """A release that is to be fetched.

    Attributes:
        place: where to look.
        label: of the release.
        why: in a few words.
        is_named: whether its publication was named by the user.
    """

    place: Place
    label: str
    why: str
    is_named: bool = False

    @property
    def series(self) -> Series:
        """The series it belongs to."""
        return self.place.series


@dataclass(frozen=True)
class Kept:
    """A release that is here.

    Attributes:
        path: the file as it came.
        to_add: what is to be added: the file, or the part of an archive that is read.
        line: one line for the user.
        notes: what else is to be known.
        ledger: with it in.
    """

    path: Path
    to_add: Path
    line: str
    notes: tuple[str, ...]
    ledger: Ledger


def fetch(order: Order, folder: Path, ledger: Ledger, web: Web, now: datetime, show: Show) -> Kept:
    """Bring one release here.

    Args:
        order: which.
        folder: of all downloads; the file goes into ``<publication>/<label>`` below it.
        ledger: what was fetched before.
        web: asks servers.
        now: moment written into the ledger.
        show: told the bytes so far and of the whole.

    Raises:
        NotFetched: its link was not found, or the file cannot be had.
        WorkspaceError: the disk cannot take it.
    """
    series, label = order.series, order.label
    found = locate(order.place, label, web)
    ledger = ledger.with_seen(series.publication, label, now)
    before = [item for item in ledger.of_link(series.publication, label, found.link) if _is_intact(folder, item)]
    home = folder / series.publication / file_name(label)
    target = home / file_name(found.name)
    known = About(found.link, before[0].etag, before[0].modified) if before else None
    received = web.save(
        found.link, target, order.place.reach, most_bytes=series.most_mb * 1_000_000, known=known, show=show
    )
    if received is None:
        return _unchanged(order, folder, before[0], found, ledger)
    part = PartFile(target)
    _refuse_damaged(part, found.link)
    sha256 = sha256_of(part.path)
    same = next((item for item in before if item.sha256 == sha256), None)
    if same is not None:
        part.discard()
        return _unchanged(order, folder, same, found, ledger)
    # Another file of that name is never written over: this one gets a number.
    number, final = 1, target
    while final.exists() and sha256_of(final) != sha256:
        number += 1
        final = target.with_name(f"{target.stem} ({number}){target.suffix}")
    part.finish(final)
    entry = Entry(
        series.publication,
        label,
        found.link,
        final.relative_to(folder).as_posix(),
        sha256,
        received.size,
        received.about.etag,
        received.about.modified,
        now.isoformat(timespec="seconds"),
    )
    resumed = f", gone on from {received.resumed_at / 1e6:,.1f} MB" if received.resumed_at else ""
    line = f"fetched {series.publication} {label}: {final.name}, {_size(received.size)}{resumed}, sha256 {sha256[:12]}"
    changed = [
        f"CHANGED under the same link since {old.fetched_at[:10]}: was {_size(old.size)}, sha256 {old.sha256[:12]}, "
        f"is {_size(entry.size)}, sha256 {entry.sha256[:12]}. Both are kept: {old.file} and {entry.file}"
        for old in before[:1]
    ]
    return Kept(final, _wanted_part(series, final), line, (*found.notes, *changed), ledger.with_entry(entry))


def _unchanged(order: Order, folder: Path, entry: Entry, found: Found, ledger: Ledger) -> Kept:
    path = folder / entry.file
    line = f"unchanged {order.series.publication} {order.label}: {path.name}, as fetched on {entry.fetched_at[:10]}"
    return Kept(path, _wanted_part(order.series, path), line, found.notes, ledger)


def _is_intact(folder: Path, entry: Entry) -> bool:
    """Whether a file of the ledger is still there with the bytes that were fetched."""
    path = folder / entry.file
    try:
        return path.stat().st_size == entry.size and sha256_of(path) == entry.sha256
    except OSError:
        return False


def _refuse_damaged(part: PartFile, link: str) -> None:
    """Refuse an archive that cannot be unpacked, and an empty file; nothing of them is kept."""
    with part.path.open("rb") as file:
        start = file.read(4)
    problem = "" if start else "the file is empty"
    if start in _ARCHIVES:
        try:
            with zipfile.ZipFile(part.path) as archive:
                bad = archive.testzip()
            problem = f"{bad} in the archive is damaged" if bad else ""
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError) as fault:
            problem = f"the archive cannot be unpacked ({fault})"
    elif start and link.lower().endswith((".zip", ".xlsx")):
        problem = "it is no archive"
    if problem:
        part.discard()
        raise NotFetched(problem, file=link[:300], advice="Try again later, or open the link in a browser")


def _wanted_part(series: Series, path: Path) -> Path:
    """The files of an archive that are read, in an archive of their own beside it; the file itself if all are."""
    if not series.member or not zipfile.is_zipfile(path):
        return path
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if re.search(series.member, name, re.IGNORECASE)]
        if not names:
            raise NotFetched(
                "the archive has no file that is read",
                file=str(path),
                found=", ".join(archive.namelist()[:3]),
                expected=f"one whose name fits '{series.member}'",
            )
        taken = path.with_name(f"{path.stem} (taken){path.suffix}")
        beside = path.with_name(f".{taken.name}.part")
        try:
            with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as fresh:
                for name in names:
                    fresh.writestr(archive.getinfo(name), archive.read(name))
            beside.replace(taken)
        except OSError as fault:
            beside.unlink(missing_ok=True)
            raise WorkspaceError(f"cannot write: {fault.strerror or fault}", file=str(taken)) from fault
    return taken


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size:,} bytes"  # noqa: PLR2004 - 0.1 MB

"""``sp-geo add``: files opened, recognised, read in full, and only then put on the shelf."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sp_geo.errors import SpGeoError, UnrecognisedFile, UsageError
from sp_geo.ingest import READERS
from sp_geo.sources.catalogue import Publication, recognise, year_hint
from sp_geo.sources.document import Document
from sp_geo.sources.opening import Member, open_path
from sp_geo.sources.origin import Origin, read_sidecar
from sp_geo.sources.shelf import Shelved, list_shelved, place, refuse_mixture
from sp_geo.tables import TABLES
from sp_geo.tables.base import validate

_NOT_DATA = {".md", ".txt", ".pdf", ".yaml", ".yml", ".py", ".part"}
_SYNTHETIC_NAME = b"SYNTHETIC "


@dataclass(frozen=True)
class Admission:
    """What became of one file.

    Attributes:
        line: one line for the user.
        origin: note of an admitted file; None if it was refused, passed over or there already.
        refusal: why it was refused, if it was.
    """

    line: str
    origin: Origin | None = None
    refusal: SpGeoError | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of all files of one call."""

    admissions: tuple[Admission, ...]

    @property
    def first_refusal(self) -> SpGeoError | None:
        """The first refusal; its exit code is that of the call."""
        return next((item.refusal for item in self.admissions if item.refusal is not None), None)


def add(paths: list[Path], workspace: Path, now: datetime) -> Outcome:
    """Take files, archives or folders into a workspace.

    Each file is accepted or refused by itself: what is good is kept, and nothing of what is refused is left.

    Args:
        paths: files, or folders that are searched for files.
        workspace: folder of the workspace; made if need be.
        now: moment written into the notes.

    Raises:
        UsageError: a path does not exist, or there is nothing under the paths.
    """
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise UsageError("there is no file to add", found=", ".join(str(path) for path in paths))
    return Outcome(tuple(admission for file in files for admission in _admit_path(file, workspace, now)))


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError("there is no such file or folder", file=str(path))
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
        and file.suffix.lower() not in _NOT_DATA
        and file.name != "LICENSE"
    )


def _admit_path(path: Path, workspace: Path, now: datetime) -> Iterator[Admission]:
    try:
        members = open_path(path)
    except SpGeoError as fault:
        yield _refused(fault)
        return
    outcomes = [_admit_member(path, member, workspace, now) for member in members]
    some_admitted = any(item.refusal is None for item in outcomes)
    for item in outcomes:
        # Guides and definitions that come in one archive with the data are companions, not mistakes.
        if some_admitted and len(members) > 1 and isinstance(item.refusal, UnrecognisedFile):
            yield Admission(f"passed over {item.refusal.file}: not data ({item.refusal.problem})")
        else:
            yield item


def _refused(fault: SpGeoError) -> Admission:
    return Admission(f"refused: {fault.line()}", refusal=fault)


def _admit_member(path: Path, member: Member, workspace: Path, now: datetime) -> Admission:
    if member.document is None:
        return _refused(member.refusal or UnrecognisedFile("it holds no data", file=member.name))
    try:
        return _admit(path, member, member.document, workspace, now)
    except SpGeoError as fault:
        return _refused(fault)


def _admit(path: Path, member: Member, document: Document, workspace: Path, now: datetime) -> Admission:
    shelved = list_shelved(workspace)
    sha256 = hashlib.sha256(document.data).hexdigest()
    known = next((item for item in shelved if item.origin.sha256 == sha256), None)
    if known is not None:
        return Admission(f"already here: {document.label} ({known.origin.title}, {known.origin.period})")
    publication = recognise(document)
    hint = year_hint(publication, path.name, member.dated)
    frames = read_checked(publication, document, hint)
    sidecar = read_sidecar(path)
    is_synthetic = bool(sidecar.get("is_synthetic")) or _SYNTHETIC_NAME in document.data[:100_000]
    refuse_mixture(shelved, is_synthetic, document.label)
    file_data = path.read_bytes()
    origin = Origin(
        publication=publication.key,
        title=publication.title,
        publisher=str(sidecar.get("publisher", publication.publisher)),
        licence=str(sidecar.get("licence", publication.licence)),
        period=period_of(publication, frames),
        file=path.name,
        member=member.member,
        sha256=sha256,
        file_sha256=hashlib.sha256(file_data).hexdigest(),
        size=len(file_data),
        published=_published(member, sidecar),
        added_at=now.isoformat(timespec="microseconds"),
        is_synthetic=is_synthetic,
    )
    place(workspace, path, origin)
    return Admission(_line(document, origin, frames, shelved), origin)


def read_checked(publication: Publication, document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Everything a file says, as core tables that fit their schemas.

    Raises:
        InvalidContent: something in it cannot be true.
        DamagedFile: it cannot be read to its end.
    """
    frames = READERS[publication.key](document, period)
    return {name: validate(frame, TABLES[name]) for name, frame in frames.items()}


def period_of(publication: Publication, frames: Mapping[str, pd.DataFrame]) -> str:
    """What a file is about, from what its reader found in it."""
    if "fixed" in publication.period:
        return publication.period["fixed"]
    column = publication.period["column"]
    values = {str(value) for frame in frames.values() if column in frame.columns for value in frame[column].unique()}
    return "+".join(sorted(values))


def _published(member: Member, sidecar: Mapping[str, Any]) -> str:
    stated = sidecar.get("published")
    if stated:
        return str(stated)
    # 1980-01-01 is what an archive says when it knows no date.
    return member.dated if member.dated > "1980-01-01" else ""


def _line(document: Document, origin: Origin, frames: Mapping[str, pd.DataFrame], shelved: list[Shelved]) -> str:
    rows = max((len(frame) for frame in frames.values()), default=0)
    mark = "SYNTHETIC " if origin.is_synthetic else ""
    same = [
        item for item in shelved if (item.origin.publication, item.origin.period) == (origin.publication, origin.period)
    ]
    note = f"; replaces or is replaced by {same[0].origin.file}, the later published is used" if same else ""
    return f"took {document.label} for {mark}{origin.title}, {origin.period} ({rows:,} rows){note}"

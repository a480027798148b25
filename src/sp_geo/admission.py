"""``sp-geo add``: files opened, recognised, read in full, and only then put on the shelf."""

from __future__ import annotations

import hashlib
import re
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
from sp_geo.sources.origin import SUFFIX, Origin, read_sidecar
from sp_geo.sources.shelf import Shelved, current, list_shelved, place, refuse_mixture
from sp_geo.tables import TABLES
from sp_geo.tables.base import validate

_NOT_DATA = {".md", ".txt", ".pdf", ".yaml", ".yml", ".py", ".part"}
_NOT_DATA_NAMES = {"LICENSE", "LICENCE", "README"}
_MOST_NAMED = 3
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
    admissions: list[Admission] = []
    for file, reason in files:
        if reason:
            admissions.append(Admission(f"passed over {file.name}: {reason}"))
        else:
            admissions += _admit_path(file, workspace, now)
    return Outcome(tuple(admissions))


def _files(path: Path) -> list[tuple[Path, str]]:
    """Files under a path, each with the reason why it is passed over, or an empty text.

    A file that is named itself is never passed over. Hidden files and notes of origin are not even mentioned.
    """
    if path.is_file():
        return [(path, "")]
    if not path.is_dir():
        raise UsageError("there is no such file or folder", file=str(path))
    return [
        (file, _reason_to_pass_over(file))
        for file in sorted(path.rglob("*"))
        if file.is_file()
        and not file.name.endswith(SUFFIX)
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]


def _reason_to_pass_over(file: Path) -> str:
    if file.suffix.lower() in _NOT_DATA or file.stem in _NOT_DATA_NAMES:
        return "not data"
    if file.parent.name == "truth" and (file.parent.parent / "SYNTHETIC.txt").is_file():
        return "what the demonstration's figures were drawn from, not a publication"
    return ""


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
    placed = place(workspace, path, origin)
    rows = max((len(frame) for frame in frames.values()), default=0)
    mark = "SYNTHETIC " if is_synthetic else ""
    line = f"took {document.label} for {mark}{origin.title}, {origin.period}, {rows:,} rows{_rivals(placed, shelved)}"
    return Admission(line, origin)


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
    rule = publication.period
    if "fixed" in rule:
        return rule["fixed"]
    parts = [_span(_values(frames, rule[name])) for name in ("within", "column") if name in rule]
    if rule.get("marked_table") in frames:
        parts.append(rule["mark"])
    # The period names a folder: nothing may stand in it that a path reads otherwise.
    return re.sub(r"[^A-Za-z0-9+._-]", "-", " ".join(parts))


def _values(frames: Mapping[str, pd.DataFrame], column: str) -> list[str]:
    found = {str(value) for frame in frames.values() if column in frame.columns for value in frame[column].unique()}
    return sorted(found)


def _span(values: list[str]) -> str:
    """A few values in full, more as the first and the last of them."""
    return "+".join(values) if len(values) <= _MOST_NAMED else f"{values[0]}-to-{values[-1]}"


def _published(member: Member, sidecar: Mapping[str, Any]) -> str:
    stated = sidecar.get("published")
    if stated:
        return str(stated)
    # 1980-01-01 is what an archive says when it knows no date.
    return member.dated if member.dated > "1980-01-01" else ""


def _rivals(placed: Shelved, shelved: list[Shelved]) -> str:
    """What becomes of other releases of the same publication and period."""
    key = (placed.origin.publication, placed.origin.period)
    others = [item for item in shelved if (item.origin.publication, item.origin.period) == key]
    if not others:
        return ""
    used = current([*others, placed])[0]
    if used is placed:
        return f"; used instead of {current(others)[0].origin.file}, which is kept"
    return f"; kept, but {used.origin.file} was published later and is used"

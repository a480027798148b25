"""An upload read in full before anything is kept; the workspace is only looked at."""

from __future__ import annotations

import hashlib
import json
import logging
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from sp_geo.core.disclosure import SUPPRESSED, THRESHOLD
from sp_geo.core.errors import InvalidContent, SpGeoError, UnrecognisedFile, UsageError, WorkspaceError
from sp_geo.publications.add import Declared, consider
from sp_geo.publications.add_words import refused_records
from sp_geo.publications.catalogue import Publication, publications, recognise
from sp_geo.publications.own_measure.files import refuse_mixed_vintages
from sp_geo.tables import TABLES
from sp_geo.web.uploads.conflicts import changes, refuse_clash, refuse_hidden, refuse_known, refuse_other_world
from sp_geo.web.uploads.findings import (
    LONGEST_LINE,
    MOST,
    Finding,
    all_faults,
    clipped,
    of_fault,
    of_frames,
    without_place,
)
from sp_geo.web.uploads.kinds import KINDS, OWN_MEASURE, Kind, kind_of
from sp_geo.web.uploads.uploads import refuse_unfit, safe_name
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import Member, open_path
from sp_geo.workspace.provenance import SUFFIX
from sp_geo.workspace.shelf import list_shelved

_LOG = logging.getLogger(__name__)
_MOST_CLAIMS: Final = 200


@dataclass(frozen=True)
class Upload:
    """What somebody wants to add.

    Attributes:
        name: the upload's name as the browser gave it; only a label is made of it.
        content: its bytes.
        kind: key of :data:`sp_geo.web.uploads.kinds.KINDS`.
        covers: areas that a directory claims to cover, ``code`` or ``code:category``.
        directory: its name, where it is to be called otherwise than its file.
        is_invented: whether whoever adds it says that its content is made up.
        told: of an own measure, by names of :data:`sp_geo.web.uploads.kinds.QUESTIONS`; what is empty was not said.
    """

    name: str
    content: bytes
    kind: str
    covers: tuple[str, ...] = ()
    directory: str = ""
    is_invented: bool = False
    told: tuple[tuple[str, str], ...] = ()

    @property
    def declared(self) -> Declared:
        """What is said of a directory, or of an own measure; our template says it itself."""
        told = {name: text for name, text in self.told if text} if self.kind == OWN_MEASURE else {}
        if told:
            told.setdefault("name", "")
        covers = self.covers if KINDS[self.kind].is_directory else ()
        return Declared(self.directory[:100], covers, told=tuple(told.items()))


@dataclass(frozen=True)
class Examined:
    """What became of reading an upload.

    Attributes:
        kind: key of the kind that was chosen.
        name: label made of the upload's name.
        sha256: of the content as it would be kept; the receipt's identifier.
        publication: title of what was recognised, empty if nothing was.
        period: what it is about: quarters, or the identifier of the list.
        is_synthetic: whether it counts as made up.
        rows: what was taken in, as grain in words and number of rows.
        findings: at most 100 faults, refusals first.
        findings_count: how many there are; a floor if ``is_counted_out`` is false.
        is_counted_out: whether the search for faults came to its end.
        preview_columns: of the rows shown.
        preview: up to 20 rows that were taken in, as text.
        changes: in plain words, what would change.
        may_keep: whether it may be kept.
        line: the verdict in a sentence.
    """

    kind: str
    name: str
    sha256: str
    line: str
    may_keep: bool = False
    publication: str = ""
    period: str = ""
    is_synthetic: bool = False
    rows: tuple[tuple[str, int], ...] = ()
    findings: tuple[Finding, ...] = ()
    findings_count: int = 0
    is_counted_out: bool = True
    preview_columns: tuple[str, ...] = ()
    preview: tuple[tuple[str, ...], ...] = ()
    changes: tuple[str, ...] = ()

    def as_json(self) -> str:
        """Text from which :meth:`from_json` makes the same again."""
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def from_json(cls, text: str) -> Examined:
        """Read what :meth:`as_json` wrote."""
        record: dict[str, Any] = json.loads(text)
        record["findings"] = tuple(Finding(**item) for item in record["findings"])
        record["rows"] = tuple((str(grain), int(count)) for grain, count in record["rows"])
        record["preview"] = tuple(tuple(row) for row in record["preview"])
        for name in ("preview_columns", "changes"):
            record[name] = tuple(record[name])
        return cls(**record)


def examine_here(upload: Upload, workspace: Path, now: datetime) -> Examined:
    """Read an upload in this process; every fault ends in a line, and the workspace is not touched.

    A hostile file can make a reader ask for more memory than there is, which ends the process:
    :func:`sp_geo.web.uploads.launching.examine` does the same in a process of its own.

    Raises:
        UsageError: there is no such kind of file.
    """
    if upload.kind not in KINDS:
        raise UsageError(
            "this page does not take such files",
            found=f"'{clipped(upload.kind, 40)}'",
            expected=", ".join(kind.title for kind in KINDS.values()),
        )
    label = safe_name(upload.name)
    try:
        refuse_unfit(upload.content, label)
        with tempfile.TemporaryDirectory(prefix="sp-geo-") as folder:
            return _examined(laid_down(upload, Path(folder)), upload, workspace, now)
    except SpGeoError as fault:
        return refused_whole(upload, without_place(fault, workspace))
    except Exception:  # noqa: BLE001 - logged with its trace
        # A file that nobody thought of is the uploader's trouble, not the server's: the trace goes to the log.
        reference = uuid.uuid4().hex[:8]
        _LOG.exception("an upload could not be read, reference %s", reference)
        advice = f"Save it anew and try again. Reference {reference}"
        return refused_whole(upload, InvalidContent("the file could not be read", file=label, advice=advice))


def laid_down(upload: Upload, folder: Path) -> Path:
    """The upload as a file in a private folder, under its label."""
    path = folder / safe_name(upload.name)
    path.write_bytes(upload.content)
    if upload.is_invented:
        path.with_name(path.name + SUFFIX).write_text("is_synthetic: true\n", encoding="utf-8")
    return path


def refused_whole(upload: Upload, fault: SpGeoError) -> Examined:
    """The verdict on an upload of which nothing could be read."""
    return _refused(upload, safe_name(upload.name), hashlib.sha256(upload.content).hexdigest(), fault)


def _refused(
    upload: Upload, label: str, sha256: str, fault: SpGeoError, found: Sequence[Finding] = (), title: str = ""
) -> Examined:
    faults = list(found) or [of_fault(fault)]
    more = f" (and {len(faults) - 1:,} more)" if len(faults) > 1 else ""
    return Examined(
        kind=upload.kind,
        name=label,
        sha256=sha256,
        line=f"Not kept: {clipped(fault.line(), LONGEST_LINE)}{more}",
        publication=title,
        findings=tuple(faults[:MOST]),
        findings_count=len(faults),
        is_counted_out=len(faults) <= MOST,
    )


def _examined(path: Path, upload: Upload, workspace: Path, now: datetime) -> Examined:
    member, document = only_member(path)
    kind = KINDS[upload.kind]
    publication = publications()[OWN_MEASURE] if upload.declared.told else _recognised(document, kind, path.name)
    try:
        origin, frames = consider(path, member, document, now, upload.declared)
    except SpGeoError as fault:
        faults = all_faults(document, publication.key, fault)
        sha256 = hashlib.sha256(document.data).hexdigest()
        return _refused(upload, path.name, sha256, fault, faults, publication.title)
    shelved = list_shelved(workspace)
    found = of_frames(frames, origin.publication)
    columns, preview = _preview(kind, frames)
    told = Examined(
        kind=upload.kind,
        name=path.name,
        sha256=origin.sha256,
        line="",
        publication=origin.title,
        period=origin.period,
        is_synthetic=origin.is_synthetic,
        rows=tuple(
            (TABLES[name].grain, len(frame))
            for name, frame in frames.items()
            if name != "core_service_refused" and len(frame)
        ),
        findings=tuple(found[:MOST]),
        findings_count=len(found),
        preview_columns=columns,
        preview=preview,
    )
    try:
        if len(upload.covers) > _MOST_CLAIMS:
            raise WorkspaceError(
                "too many areas are claimed", found=f"{len(upload.covers):,}", expected=f"{_MOST_CLAIMS} at most"
            )
        refuse_other_world(shelved, origin)
        refuse_known(shelved, origin)
        refuse_hidden(shelved, origin)
        refuse_clash(shelved, origin, frames, kind)
        refuse_mixed_vintages(frames, shelved, path.name)
    except SpGeoError as fault:
        return replace(told, line=f"Not kept: {clipped(fault.line(), LONGEST_LINE)}")
    mark = "made-up " if origin.is_synthetic else ""
    left_out = refused_records(frames).partition(" ('sp-geo")[0]
    line = f"May be kept: {mark}{origin.title}, {origin.period}, {len(frames[kind.table]):,} rows{left_out}"
    return replace(told, line=line, may_keep=True, changes=changes(shelved, origin, kind, frames))


def _recognised(document: Document, kind: Kind, label: str) -> Publication:
    """The publication of a file, which must be of the kind that was chosen."""
    try:
        publication = recognise(document)
    except UnrecognisedFile as fault:
        if OWN_MEASURE in kind.publications:
            fault.expected, fault.advice = "a measure with its name", "Say at least the name of the measure"
        raise
    if publication.key in kind.publications:
        return publication
    other = kind_of(publication.key)
    advice = (
        f"Choose '{KINDS[other].title}' on this page and add it again"
        if other
        else "This page does not take it: whoever looks after the workspace adds it with 'sp-geo add'"
    )
    expected = f"a {kind.title} file"
    raise UnrecognisedFile(f"it is '{publication.title}'", file=label, expected=expected, advice=advice)


def only_member(path: Path) -> tuple[Member, Document]:
    """The one file at a path, which may lie alone in an archive.

    Raises:
        UnrecognisedFile: there are several, or it is of a form that the page does not take.
        DamagedFile: it cannot be opened.
    """
    members = open_path(path)
    if len(members) != 1:
        raise UnrecognisedFile(
            "it is an archive of several files",
            file=path.name,
            found=f"{len(members):,} files",
            expected="one file at a time",
        )
    member = members[0]
    if member.document is None:
        raise member.refusal or UnrecognisedFile("it holds no data", file=path.name)
    if member.document.kind not in {"csv", "workbook", "json", "package"}:
        raise UnrecognisedFile(
            "this page does not take files of this form", file=path.name, expected="CSV, XLSX, JSON, or a zip of one"
        )
    return member, member.document


def _preview(kind: Kind, frames: Mapping[str, pd.DataFrame]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Columns and first rows of what was taken in, as text; small counts of people are withheld."""

    def text(value: object) -> str:
        if value is None or value is pd.NA or value != value:  # noqa: PLR0124 - NaN is not itself
            return "[x]"
        return clipped(f"{value:.12g}" if isinstance(value, float) else value)

    frame = frames[kind.table].head(20)
    shown = frame[[name for name in kind.shown if name in frame]].astype(object)
    for name in kind.counts:
        small = frame[name].between(1, THRESHOLD - 1).fillna(value=False).astype(bool)
        shown[name] = shown[name].mask(small, SUPPRESSED)
    if kind.is_directory:
        terms = frames["core_service_term"]
        terms = terms[terms["service_id"].isin(frame["service_id"])]
        joined = terms.groupby("service_id")["term"].agg(lambda found: "; ".join(str(term) for term in found))
        shown["categories"] = frame["service_id"].map(joined)
    return tuple(shown.columns), tuple(tuple(text(value) for value in row) for row in shown.to_numpy().tolist())

"""``sp-geo add``: files opened, recognised, read in full, and only then put on the shelf."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from sp_geo.core.codes import AREA, fits
from sp_geo.core.errors import InvalidContent, SpGeoError, UnrecognisedFile, UsageError, one_line
from sp_geo.publications.add_words import MOST_NAMED, coverage, odd_rows, refused_records, rows_in_words
from sp_geo.publications.catalogue import Publication, directory_id, hint_of, publications, recognise
from sp_geo.publications.own_measure.files import in_words, is_same, member_of, refuse_mixed_vintages
from sp_geo.publications.own_measure.reader import NOT_STATED
from sp_geo.publications.readers import read
from sp_geo.tables import TABLES
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import Member, open_path
from sp_geo.workspace.provenance import SUFFIX, Origin, read_sidecar
from sp_geo.workspace.shelf import Shelved, current, list_shelved, place, refuse_mixture, why
from sp_geo.workspace.workbook_parts import saved_on

_NOT_DATA = {".md", ".txt", ".pdf", ".yaml", ".yml", ".py", ".part"}
_NOT_DATA_NAMES = {"LICENSE", "LICENCE", "README"}
_LONGEST_PERIOD = 100
"""What a file is about names a folder, whose name a file system takes up to some 250 bytes."""
_SYNTHETIC_NAME = b"SYNTHETIC "


@dataclass(frozen=True)
class Admission:
    """What became of one file.

    Attributes:
        line: one line for the user.
        origin: note of an admitted file; None if it was refused, passed over or there already.
        frames: what an admitted file says, as core tables.
        refusal: why it was refused, if it was.
        passed_over: name of the file and the reason, if it is no data that is wanted.
    """

    line: str
    origin: Origin | None = None
    refusal: SpGeoError | None = None
    frames: Mapping[str, pd.DataFrame] | None = None
    passed_over: tuple[str, str] | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of all files of one call."""

    admissions: tuple[Admission, ...]

    @property
    def first_refusal(self) -> SpGeoError | None:
        """The first refusal; its exit code is that of the call."""
        return next((item.refusal for item in self.admissions if item.refusal is not None), None)


@dataclass(frozen=True)
class Declared:
    """What whoever adds files says of them: of a directory of services or an own measure of need among them.

    Attributes:
        directory: its name; empty to call it after its file.
        covers: areas it claims to cover, ``code`` or ``code:category``.
        strict: whether a file with anything odd in it is refused.
        told: of an own measure of need, by names of :data:`~sp_geo.publications.own_measure.reader.TOLD`; not empty for
            any file that is to be read as one.
    """

    directory: str = ""
    covers: tuple[str, ...] = ()
    strict: bool = False
    told: tuple[tuple[str, str], ...] = ()


_NOTHING_DECLARED = Declared()


def add(paths: list[Path], workspace: Path, now: datetime, declared: Declared = _NOTHING_DECLARED) -> Outcome:
    """Take files, archives or folders into a workspace.

    Each file is accepted or refused by itself: what is good is kept, and nothing of what is refused is left.

    Args:
        paths: files, or folders that are searched for files.
        workspace: folder of the workspace; made if need be.
        now: moment written into the notes.
        declared: of directories of services among the files.

    Raises:
        UsageError: a path does not exist, there is nothing under the paths, or a claim of coverage is malformed.
    """
    _check_claims(declared.covers)
    files = [file for path in paths for file in _files(path)]
    if not files:
        raise UsageError("there is no file to add", found=", ".join(str(path) for path in paths))
    if declared.told and len(files) > 1:
        raise UsageError("one file is one measure", found=f"{len(files):,} files", advice="Add them one by one")
    admissions: list[Admission] = []
    for number, (file, reason) in enumerate(files):
        if reason:
            admissions.append(_passed_over(file.name, reason))
        else:
            # Files of one call are added one after the other: which was added later is told by their notes.
            moment = now + timedelta(microseconds=number)
            admissions += _admit_path(file, workspace, moment, declared, is_named=file in paths)
    data = [item for item in admissions if not item.passed_over]
    return Outcome((*data, *_in_few_lines(item.passed_over for item in admissions if item.passed_over)))


def _files(path: Path) -> list[tuple[Path, str]]:
    """Files under a path, each with the reason why it is passed over, or an empty text.

    A file that is named itself is never passed over. Hidden files, locks of open workbooks and
    notes of origin are not even mentioned.
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
        and not any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
    ]


def _reason_to_pass_over(file: Path) -> str:
    if file.name == "ledger.json":
        return "the record of what 'sp-geo fetch' brought"
    if file.suffix.lower() in _NOT_DATA or file.stem in _NOT_DATA_NAMES:
        return "not data"
    if file.parent.name == "truth" and (file.parent.parent / "SYNTHETIC.txt").is_file():
        return "what the demonstration's figures were drawn from, not a publication"
    return ""


def _admit_path(
    path: Path, workspace: Path, now: datetime, declared: Declared, *, is_named: bool
) -> Iterator[Admission]:
    """What becomes of a file, or of each file of an archive.

    What is no data that is wanted is passed over in a folder, and in an archive with data: guides and definitions, or
    the same table by other areas, are companions and no mistakes. A file that somebody names is refused instead.
    """
    try:
        members = open_path(path)
    except UnrecognisedFile as fault:
        yield _refused(fault) if is_named else _passed_over(path.name, _reason(fault))
        return
    except SpGeoError as fault:
        yield _refused(fault)
        return
    if declared.told and len(members) > 1:
        members = [member_of(members, path.name, dict(declared.told).get("sheet", ""))]
    outcomes = [_admit_member(path, member, workspace, now, declared) for member in members]
    has_data = any(item.refusal is None for item in outcomes)
    for member, item in zip(members, outcomes, strict=True):
        if isinstance(item.refusal, UnrecognisedFile) and (has_data or not is_named):
            # A guide beside the data needs no advice.
            reason = _reason(item.refusal) if member.document is not None else item.refusal.problem
            yield _passed_over(item.refusal.file or path.name, reason)
        else:
            yield item


def _reason(fault: SpGeoError) -> str:
    return f"{fault.problem}. {fault.advice}" if fault.advice else fault.problem


def _passed_over(name: str, reason: str) -> Admission:
    return Admission(one_line(f"passed over {name}: {reason}"), passed_over=(name, reason))


def _in_few_lines(passed: Iterable[tuple[str, str]]) -> Iterator[Admission]:
    """A line for all files that were passed over for one reason."""
    names: dict[str, list[str]] = {}
    for name, reason in passed:
        names.setdefault(reason, []).append(name)
    for reason, found in names.items():
        if len(found) == 1:
            yield _passed_over(found[0], reason)
            continue
        more = f" and {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
        of_all = re.sub("^it ", "each ", re.sub("^it is (?=by |not )", "they are ", reason))
        yield _passed_over(f"{len(found):,} files", f"{of_all} ({', '.join(found[:MOST_NAMED])}{more})")


def _refused(fault: SpGeoError) -> Admission:
    return Admission(f"refused: {fault.line()}", refusal=fault)


def _admit_member(path: Path, member: Member, workspace: Path, now: datetime, declared: Declared) -> Admission:
    if member.document is None:
        return _refused(member.refusal or UnrecognisedFile("it holds no data", file=member.name))
    try:
        document = member.document
        shelved = list_shelved(workspace)
        sha256 = hashlib.sha256(document.data).hexdigest()
        known = next((item for item in shelved if is_same(item.origin, sha256, declared.told)), None)
        if known is not None and not _is_told_anew(known.origin, declared):
            return Admission(one_line(f"already here: {document.label} ({known.origin.title}, {known.origin.period})"))
        origin, frames = consider(path, member, document, now, declared)
        odd = frames["core_anomaly"]
        if declared.strict and len(odd):
            first = odd.iloc[0]
            raise InvalidContent(
                str(first["problem"]) + (f", the first of {len(odd):,} odd rows or values" if len(odd) > 1 else ""),
                file=str(first["file"]),
                row=None if pd.isna(first["row"]) else int(first["row"]),
                column=None if pd.isna(first["column"]) else str(first["column"]),
                found=None if pd.isna(first["found"]) else str(first["found"]),
                expected="none, because --strict was asked for",
            )
        refuse_mixture(shelved, origin.is_synthetic, document.label)
        refuse_mixed_vintages(frames, shelved, document.label)
        placed = place(workspace, path, origin, known)
        shelved = [item for item in shelved if item != known]
        mark = "SYNTHETIC " if origin.is_synthetic else ""
        line = f"took {document.label} for {mark}{origin.title}, {origin.period}, {rows_in_words(document, frames)}"
        line += _rivals(placed, shelved)
        said = odd_rows(frames) + refused_records(frames) + coverage(frames, origin) + in_words(frames)
        return Admission(one_line(line + said), origin, frames=frames)
    except SpGeoError as fault:
        return _refused(fault)


def consider(
    path: Path, member: Member, document: Document, now: datetime, declared: Declared = _NOTHING_DECLARED
) -> tuple[Origin, dict[str, pd.DataFrame]]:
    """A file recognised and read in full, without any workspace: the note it would have, and what it says.

    Args:
        path: where it lies now; a note beside it is read.
        member: of the archive at the path, or the file itself.
        document: the member's content.
        now: moment written into the note.
        declared: used if it is a directory of services, or if it is to be read as an own measure of need.

    Raises:
        UnrecognisedFile: it is not one of the publications that are known.
        DamagedFile: it cannot be read to its end.
        InvalidContent: something in it cannot be true.
        UsageError: a claim of coverage is malformed.
    """
    sidecar = read_sidecar(path)
    of_measure = declared.told or tuple(
        (str(name), str(value)) for name, value in dict(sidecar.get("told", {})).items()
    )
    publication = publications()["own_measure"] if of_measure else recognise(document)
    document = replace(document, told=of_measure)
    told = declared if publication.hint == "directory" else _NOTHING_DECLARED
    name = told.directory or str(sidecar.get("directory", "")) or path.name
    said = read(publication.key, document, hint_of(publication, name, member.name))
    frames = {table: validate(frame, TABLES[table]) for table, frame in said.items()}
    period = period_of(publication, frames)
    if len(period) > _LONGEST_PERIOD:
        raise InvalidContent(
            "what the file is about is too long to be true",
            file=document.label,
            found=f"{period[:60]} and so on, {len(period):,} characters",
            expected=f"a period or edition of at most {_LONGEST_PERIOD} characters",
        )
    covers = told.covers or tuple(str(item) for item in sidecar.get("covers", ()))
    _check_claims(covers)
    file_data = path.read_bytes()
    # Of an own measure its owner may have said it, on adding it or in the template.
    owner = [str(text) for text in frames.get("core_own_measure", {"licence": []})["licence"] if text != NOT_STATED]
    # The latest day that the file gives for itself; 1980-01-01 is what an archive says when it knows no date.
    saved = saved_on(document) if publication.dated == "saved" and document.kind == "workbook" else None
    dated = member.dated if member.dated > "1980-01-01" else ""
    origin = Origin(
        publication=publication.key,
        title=publication.title,
        publisher=str(sidecar.get("publisher", publication.publisher)),
        licence=str(sidecar.get("licence", owner[0] if owner else publication.licence)),
        period=period,
        file=path.name,
        member=member.member,
        sha256=hashlib.sha256(document.data).hexdigest(),
        file_sha256=hashlib.sha256(file_data).hexdigest(),
        size=len(file_data),
        published=saved.isoformat() if saved else str(sidecar.get("published") or dated),
        added_at=now.isoformat(timespec="microseconds"),
        is_synthetic=bool(sidecar.get("is_synthetic")) or _SYNTHETIC_NAME in document.data[:100_000],
        covers=covers if publication.hint == "directory" else (),
        told=of_measure,
    )
    return origin, frames


def _is_told_anew(origin: Origin, declared: Declared) -> bool:
    """Whether a file that is here already is added again with something else said of it."""
    if declared.told:
        return declared.told != origin.told
    renamed = declared.directory != "" and directory_id(declared.directory) != origin.period
    return publications()[origin.publication].hint == "directory" and (
        renamed or declared.covers not in {(), origin.covers}
    )


def _check_claims(covers: tuple[str, ...]) -> None:
    for claim in covers:
        area, _, category = claim.partition(":")
        if not fits(area, AREA) or category not in {"", *REFERRAL_CATEGORIES}:
            raise UsageError(
                "a claim of coverage cannot be used",
                found=f"'{claim}'",
                expected="an area's code such as E08000009 or E92000001, or with a category: E08000009:money",
            )


def period_of(publication: Publication, frames: Mapping[str, pd.DataFrame]) -> str:
    """What a file is about, from what its reader found in it."""
    rule = publication.period
    if "fixed" in rule:
        return rule["fixed"]
    told = [_values(frames, rule[name]) for name in ("within", "column") if name in rule]
    if not told[-1] and "or_column" in rule:
        told[-1] = _values(frames, rule["or_column"])
    parts = [("+".join(values) if len(values) <= MOST_NAMED else f"{values[0]}-to-{values[-1]}") for values in told]
    if rule.get("marked_table") in frames:
        parts.append(rule["mark"])
    # The period names a folder: nothing may stand in it that a path reads otherwise.
    return re.sub(r"[^A-Za-z0-9+._-]", "-", " ".join(parts))


def _values(frames: Mapping[str, pd.DataFrame], column: str) -> list[str]:
    told = [frame for name, frame in frames.items() if name != "core_anomaly" and column in frame.columns]
    return sorted({str(value) for frame in told for value in frame[column].unique()})


def _rivals(placed: Shelved, shelved: list[Shelved]) -> str:
    """What becomes of other releases of the same publication and period."""
    key = (placed.origin.publication, placed.origin.period)
    others = [item for item in shelved if (item.origin.publication, item.origin.period) == key]
    if not others:
        return ""
    before, used = current(others)[0].origin, current([*others, placed])[0].origin
    if used is placed.origin:
        return f"; used instead of {before.name_among([used])}, which is kept ({why(used, before)})"
    # A day is the only thing that tells which of two is newer: whoever knows better can say so.
    advice = "" if placed.origin.published else f"; if it is newer, say 'sp-geo remove {used.sha256[:12]}'"
    return f"; kept, but {used.name_among([placed.origin])} is used ({why(used, placed.origin)}){advice}"

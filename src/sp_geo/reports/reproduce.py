"""An output made again from its run record: the same inputs, the same parameters, and every byte compared."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pandas as pd
import yaml

from sp_geo.build.pipeline import Report, build
from sp_geo.build.view import Build
from sp_geo.core.errors import SpGeoError, UsageError, WorkspaceError
from sp_geo.core.parameters import FILE as PARAMETERS
from sp_geo.core.parameters import Parameters, read_parameters
from sp_geo.questions.run_record import NAME, RunRecord, read_record, record_of
from sp_geo.reports.differences import file_words, mapping_words, record_words, table_words
from sp_geo.tables import TABLES
from sp_geo.workspace.provenance import SUFFIX
from sp_geo.workspace.shelf import FOLDER, Shelved, list_shelved
from sp_geo.workspace.store import Entry, Manifest, Store, write_aside

DIFFERS_CODE: Final = 11
"""Exit code where something differs."""
MISSING_CODE: Final = 12
"""Exit code where the workspace lacks files that the record names."""
SAME, DIFFERS, ONLY_THERE, ONLY_HERE, MISSING, NOTE = "same", "differs", "not made again", "new", "missing", "note"
OTHER_RECORD: Final = "another record inside"
"""State of a file that is the same but for the versions that the run record inside it names."""
_RECORDED: Final = ("title", "publisher", "licence", "file", "published")
_PLANS: Final = ("plans.sqlite", "plans.sqlite-wal")
Maker = Callable[[Build, RunRecord, str], Mapping[str, bytes]]
"""Makes an output again, from tables built again, its record, and the text of the record to put inside (empty for that
of the tables); gives the content of each file by its name."""


@dataclass(frozen=True)
class Line:
    """One finding.

    Attributes:
        part: table, file, input, parameter, seed, version, asked, made, or record.
        name: of it.
        state: same, differs, another record inside, not made again, new, missing, or note.
        recorded: what the record or the file has: a hash, a value.
        found: what there is now.
        words: what differs.
    """

    part: str
    name: str
    state: str
    recorded: str = ""
    found: str = ""
    words: str = ""


@dataclass(frozen=True)
class Reproduction:
    """What came of it.

    Attributes:
        record: reproduced.
        lines: of everything that was compared.
    """

    record: RunRecord
    lines: tuple[Line, ...]

    @property
    def is_missing(self) -> bool:
        """Whether files are missing, so that nothing could be built."""
        return any(line.state == MISSING for line in self.lines)

    @property
    def is_same(self) -> bool:
        """Whether every table, and every file that could be compared, is the same to the byte."""
        compared = [line for line in self.lines if line.part in {"table", "file"}]
        return not self.is_missing and all(line.state in {SAME, NOTE} for line in compared)

    @property
    def exit_code(self) -> int:
        """Of the command."""
        return MISSING_CODE if self.is_missing else 0 if self.is_same else DIFFERS_CODE

    @property
    def verdict(self) -> str:
        """The answer in one sentence."""
        if self.is_missing:
            count = sum(line.state == MISSING for line in self.lines)
            return f"Nothing was built: {count:,} of {len(self.record.inputs):,} files are not in this workspace."
        tables, files = self._count("table"), self._count("file")
        told = f"{tables[1]:,} tables" + (f" and {files[1]:,} file{'' if files[1] == 1 else 's'}" if files[1] else "")
        if self.is_same:
            return f"The same to the byte: {told}." + ("" if files[1] else " There was no file to compare.")
        parts = [
            f"{differ:,} of {all_:,} {name}s" for name, (differ, all_) in (("table", tables), ("file", files)) if differ
        ]
        alike = sum(line.state == OTHER_RECORD for line in self.lines)
        rest = f", {alike:,} of them only in the versions that the record inside names" if alike else ""
        return f"Not the same: {' and '.join(parts)} differ{rest}."

    def _count(self, part: str) -> tuple[int, int]:
        lines = [line for line in self.lines if line.part == part and line.state != NOTE]
        return sum(line.state != SAME for line in lines), len(lines)

    def as_frame(self) -> pd.DataFrame:
        """A row a finding."""
        return pd.DataFrame([vars(line) for line in self.lines], columns=list(Line.__dataclass_fields__))


def reproduce(
    workspace: Path, given: Path, against: Path | None, room: Path, makers: Mapping[str, Maker], report: Report
) -> Reproduction:
    """Make an output again and compare.

    Args:
        workspace: whose shelf has the files; it is only read.
        given: a record, or an output with one inside.
        against: what to compare with; ``given`` itself where it is an output.
        room: empty folder; it gets a workspace and the output.
        makers: by the command that a record names.
        report: told each step of the build.

    Raises:
        UsageError: there is no record, or what it asks for is not there.
        SpGeoError: the build cannot be done.
    """
    record = read_record(given)
    other = against if against is not None else given
    lines = _compared_records(record, other) if against is not None else []
    found = _on_shelf(record, list_shelved(workspace))
    missing = [line for line in found if isinstance(line, Line)]
    if missing:
        return Reproduction(record, tuple(missing))
    again = room / "workspace"
    _furnish(again, record, [item for item in found if isinstance(item, Shelved)], workspace)
    manifest = build(again, report).manifest
    lines += _tables(record, workspace, Store(again), manifest)
    lines += _explanations(record, manifest, workspace)
    lines += _files(record, other, Build.open(again), makers, room)
    return Reproduction(record, tuple(lines))


def _compared_records(record: RunRecord, other: Path) -> list[Line]:
    """What the record of the file says otherwise, if it has one."""
    try:
        theirs = read_record(other)
    except SpGeoError:
        if not other.exists():
            raise
        return [Line("record", other.name, NOTE, words="the file has no run record inside")]
    words = "the file's own record says otherwise"
    return [Line(part, name, NOTE, one, two, words) for part, name, one, two in record_words(record, theirs)]


def _on_shelf(record: RunRecord, shelf: Sequence[Shelved]) -> list[Shelved | Line]:
    """Each input of the record as it stands on the shelf with the record's words about it, or that it is missing."""
    found: list[Shelved | Line] = []
    for item in record.inputs:
        which = publication, period = str(item.get("publication")), str(item.get("period"))
        own = [each for each in shelf if (each.origin.publication, each.origin.period) == which]
        # One file can be on the shelf twice, such as a directory under two names: its own publication comes first.
        held = [each for each in (*own, *shelf) if each.origin.sha256 == item.get("sha256")]
        if held:
            origin = held[0].origin
            said: dict[str, Any] = {name: str(item.get(name, getattr(origin, name))) for name in _RECORDED}
            origin = replace(
                origin,
                **said,
                publication=publication,
                period=period,
                is_synthetic=bool(item.get("is_synthetic")),
                covers=tuple(item.get("covers", ())),
                told=tuple(item.get("told", {}).items()),
            )
            found.append(Shelved(held[0].path, origin))
            continue
        beside = f"; another file of it is here: {own[0].origin.file}" if own else ""
        published = f", published {item['published']}" if item.get("published") else ""
        words = f"{item.get('title', '')} ({item.get('publisher', '')}), file {item.get('file', '')}{published}{beside}"
        here = own[0].origin.sha256 if own else ""
        found.append(Line("input", f"{publication} {period}", MISSING, str(item.get("sha256", "")), here, words))
    return found


def _furnish(again: Path, record: RunRecord, files: Iterable[Shelved], workspace: Path) -> None:
    """A workspace with exactly these files, as links where the disk can, and the record's parameters.

    Raises:
        WorkspaceError: the disk cannot take it.
    """
    try:
        for number, item in enumerate(files):
            # A record may come from anybody, so none of its words becomes the name of a folder.
            folder = again / FOLDER / "recorded" / f"{number:06d}" / item.origin.sha256[:12]
            folder.mkdir(parents=True)
            place = folder / item.path.name
            try:
                os.link(item.path, place)
            except OSError:
                shutil.copyfile(item.path, place)
            (folder / (item.path.name + SUFFIX)).write_text(item.origin.as_yaml(), encoding="utf-8")
        for name in _PLANS:
            # Pages of saved plans show them as they are today: a record does not hold them.
            if (workspace / name).is_file():
                shutil.copyfile(workspace / name, again / name)
    except OSError as fault:
        raise WorkspaceError(
            f"cannot write: {fault.strerror or fault}", file=str(again), advice="Name a folder with room: --keep DIR"
        ) from fault
    text = yaml.safe_dump(dict(record.parameters), allow_unicode=True)
    write_aside(again / PARAMETERS, text.encode())


def _tables(record: RunRecord, workspace: Path, again: Store, manifest: Manifest) -> list[Line]:
    """Every table of the record and of the build; values are compared where the workspace still has the table."""
    before = Store(workspace)
    lines = []
    for name in sorted({*record.tables, *manifest.tables}):
        then, now = record.tables.get(name), manifest.tables.get(name)
        if then is None or now is None:
            state = ONLY_THERE if now is None else ONLY_HERE
            held = str(then["sha256"]) if then else ""
            lines.append(Line("table", name, state, held, now.sha256 if now else "", "in one version of sp_geo only"))
            continue
        entry = Entry(int(then["rows"]), str(then["sha256"]), "")
        state = SAME if entry.sha256 == now.sha256 else DIFFERS
        words = ""
        if state == DIFFERS:
            words = f"{entry.rows:,} rows in the record, {now.rows:,} here; "
            try:
                one, other = before.read_entry(name, entry), again.read_entry(name, now)
            except (SpGeoError, KeyError):
                words += "the table of the record is not in this workspace, so values cannot be compared"
            else:
                words += table_words(one, other, TABLES[name].key)
        lines.append(Line("table", name, state, entry.sha256, now.sha256, words))
    return lines


def _explanations(record: RunRecord, manifest: Manifest, workspace: Path) -> list[Line]:
    """What could explain a difference: versions, seeds, parameters of the record that are not those of today."""
    fresh = record_of(manifest, record.asked, record.made, record.seeds)
    lines = [
        Line(part, name, NOTE, one, two, f"{one or 'none'} in the record, {two or 'none'} here")
        for part, before, after in (
            ("version", record.versions, fresh.versions),
            ("seed", record.seeds, {**fresh.seeds, **manifest.seeds}),
            ("parameter", record.parameters, manifest.parameters),
        )
        for name, one, two in mapping_words(before, after)
    ]
    try:
        own = read_parameters(workspace)
    except SpGeoError:
        own = Parameters()
    words = "this workspace has another value; that of the record was used"
    here = mapping_words(record.parameters, own.as_record())
    return lines + [Line("parameter", name, NOTE, one, two, words) for name, one, two in here]


def _files(record: RunRecord, other: Path, again: Build, makers: Mapping[str, Maker], room: Path) -> list[Line]:
    """The output made again beside the one that there is."""
    maker = makers.get(record.command)
    if maker is None:
        words = f"no output is made by '{record.command}': the tables alone were compared" if record.command else ""
        return [Line("file", record.command or "none", NOTE, words=words or "the record names no output")]
    there = _there(record, other)
    try:
        made = maker(again, record, "")
    except SpGeoError as fault:
        return [Line("file", record.command, ONLY_THERE, words=f"it cannot be made again: {fault.line()}")]
    for name, content in made.items():
        write_aside(room / "output" / name, content)
    lines = _compared(there, made, record)
    fresh = record_of(again.manifest, record.asked, record.made, record.seeds)
    settled = {SAME, NOTE}
    if all(line.state in settled for line in lines) or fresh.versions == record.versions:
        return lines
    # The record inside says other versions, so no byte can be the same; is that all?
    inside = replace(record, files={})
    remade = dict(maker(again, record, inside.as_json()))
    if remade.pop(NAME, None) is not None:
        hashes = {name: _hash(content) for name, content in remade.items()}
        remade[NAME] = replace(inside, files=hashes).as_json().encode()
    alike = _compared(there, remade, record)
    states = {line.name: line for line in alike}
    told = "the same but for the versions that the run record inside names"
    found = [
        line
        if line.state in settled
        else replace(line, state=OTHER_RECORD, words=told)
        if states[line.name].state in settled
        else replace(line, words=states[line.name].words)
        for line in lines
    ]
    return sorted(found, key=lambda line: (line.state == OTHER_RECORD, line.name))


def _there(record: RunRecord, other: Path) -> Mapping[str, bytes | str]:
    """Content of each file of the output by its name, or its hash where only the record is at hand."""
    folder = other if other.is_dir() else other.parent if other.name == NAME and record.files else None
    if folder is not None:
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        } or record.files
    if other.name.endswith(f".{NAME}"):
        other = other.with_name(other.name.removesuffix(f".{NAME}"))
    return {} if other.name == NAME or not other.is_file() else {other.name: other.read_bytes()}


def _compared(there: Mapping[str, bytes | str], made: Mapping[str, bytes], record: RunRecord) -> list[Line]:
    if not there:
        words = "made again; there is nothing to compare it with: name the output with --against"
        return [Line("file", name, NOTE, "", _hash(content), words) for name, content in made.items()]
    if len(there) == 1:
        return [_single(*next(iter(there.items())), made)]
    foreign = {name for name in there if record.files and name not in {*record.files, *made, NAME}}
    lines = [Line("file", name, NOTE, words="somebody put it there: the record does not name it") for name in foreign]
    return lines + [_compared_file(name, there.get(name), made.get(name)) for name in sorted({*there, *made} - foreign)]


def _single(name: str, content: bytes | str, made: Mapping[str, bytes]) -> Line:
    """One file, which may have been renamed, beside the one of those made again that it is."""
    same = [each for each in made if _hash(made[each]) == (content if isinstance(content, str) else _hash(content))]
    named = [each for each in made if Path(each).name == name]
    like = [each for each in made if Path(each).suffix == Path(name).suffix]
    which = next((found[0] for found in (same, named, like) if len(found) == 1 or (found and found is same)), None)
    if which is None:
        words = "which of the files made again it is cannot be told: name the pack's folder with --against"
        return Line("file", name, ONLY_THERE, _hash(content) if isinstance(content, bytes) else content, words=words)
    return _compared_file(which, content, made[which])


def _compared_file(name: str, one: bytes | str | None, other: bytes | None) -> Line:
    recorded = one if isinstance(one, str) else _hash(one)
    if one is None or other is None:
        words = "it was made again but is not there" if one is None else "it is there but is not made by this version"
        return Line("file", name, ONLY_HERE if one is None else ONLY_THERE, recorded, _hash(other), words)
    if recorded == _hash(other):
        return Line("file", name, SAME, recorded, _hash(other))
    words = file_words(one, other) if isinstance(one, bytes) else "its hash is another"
    return Line("file", name, DIFFERS, recorded, _hash(other), words)


def _hash(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


def ready_room(keep: Path) -> Path:
    """A folder to keep what is made again in.

    Raises:
        UsageError: it holds something already.
    """
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise UsageError("the folder to keep is not empty", file=str(keep), advice="Name a new folder with --keep")
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise WorkspaceError(f"cannot write: {fault.strerror or fault}", file=str(keep)) from fault
    return keep

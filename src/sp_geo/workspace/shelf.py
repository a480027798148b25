"""The shelf: added files as they came, each in a folder of its own beside the note of its origin."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sp_geo.core import lock
from sp_geo.core.errors import DamagedFile, UsageError, WorkspaceError
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import open_path
from sp_geo.workspace.provenance import SUFFIX, Origin, read_origin

FOLDER = "sources"
_ADDING = ".adding"
_INSTEAD = ".instead"
"""Beside a file that takes another one's place: the folder of that one, below its publication, until it is gone."""
_LOCK = ".lock"
_WAIT_S = 30.0
"""A file is copied in seconds: whoever adds another one meanwhile waits."""
_HASH_LENGTH = 12
_SHORTEST = 6
_OWN = "own_"
"""Names of own measures begin so; a hash never does."""


@dataclass(frozen=True)
class Shelved:
    """A file on the shelf."""

    path: Path
    origin: Origin


def list_shelved(workspace: Path) -> list[Shelved]:
    """Every file on the shelf, in the order of publication, period and hash.

    Raises:
        WorkspaceError: a note cannot be read, or its file is gone.
    """
    found = []
    replaced = {folder for _, folder in _replacements(workspace)}
    for note in sorted((workspace / FOLDER).glob(f"*/*/*/*{SUFFIX}")):
        if note.parts[-4].startswith(".") or note.parent in replaced:
            continue
        path = note.with_name(note.name.removesuffix(SUFFIX))
        if not path.is_file():
            raise _gone(path)
        found.append(Shelved(path, read_origin(note)))
    return sorted(found, key=lambda item: (item.origin.publication, item.origin.period, item.origin.sha256))


def current(shelved: Iterable[Shelved]) -> list[Shelved]:
    """The files to build from: of two releases of one period, the one published later.

    If neither says when it was published, or both the same day, the one added later; the others stay on the shelf.
    """
    best: dict[tuple[str, str], Shelved] = {}
    for item in sorted(shelved, key=lambda item: (item.origin.published, item.origin.added_at, item.origin.sha256)):
        best[item.origin.publication, item.origin.period] = item
    return [best[key] for key in sorted(best)]


def displacements(shelved: Iterable[Shelved]) -> dict[str, Shelved]:
    """By hash of each file that another one of its publication and period displaces, that other one."""
    files = list(shelved)
    used = {(item.origin.publication, item.origin.period): item for item in current(files)}
    serving = {item.origin.sha256: used[item.origin.publication, item.origin.period] for item in files}
    return {sha256: item for sha256, item in serving.items() if item.origin.sha256 != sha256}


def why(used: Origin, other: Origin) -> str:
    """Why of two files of one publication and period the first one is used, in words."""
    if used.published != other.published:
        return f"dated {used.published}, the other {other.published or 'on no day'}"
    return f"added later{f', both dated {used.published}' if used.published else ''}"


def open_shelved(item: Shelved) -> Document:
    """The content of a file on the shelf.

    Raises:
        DamagedFile: its bytes are not those that were added.
        WorkspaceError: it is gone.
    """
    if not item.path.is_file():
        raise _gone(item.path)
    for member in open_path(item.path):
        if member.document is not None and member.member == item.origin.member:
            if hashlib.sha256(member.document.data).hexdigest() == item.origin.sha256:
                return replace(member.document, told=item.origin.told)
            break
    raise DamagedFile("the file has changed since it was added", file=str(item.path), advice="Add it again")


def _gone(path: Path) -> WorkspaceError:
    return WorkspaceError("an added file is gone", file=str(path), advice="Remove its folder and add the file again")


def refuse_mixture(shelved: Iterable[Shelved], is_synthetic: bool, file: str) -> None:
    """Refuse a real file in a synthetic workspace and the other way round.

    Raises:
        WorkspaceError: they would be mixed.
    """
    other = next((item for item in shelved if item.origin.is_synthetic != is_synthetic), None)
    if other is not None:
        mine, theirs = ("synthetic", "real") if is_synthetic else ("real", "synthetic")
        raise WorkspaceError(
            f"a {mine} file cannot go into a workspace with {theirs} files",
            file=file,
            found=f"{other.origin.file} in the workspace",
            advice="Use another workspace",
        )


def place(workspace: Path, source: Path, origin: Origin, instead_of: Shelved | None = None) -> Shelved:
    """Copy a file onto the shelf, unchanged, beside its note; both appear together or not at all.

    Args:
        workspace: that it goes into.
        source: the file.
        origin: its note.
        instead_of: a file on the shelf whose place it takes; that one goes once the new one is there.

    Raises:
        WorkspaceError: the disk is full or may not be written; the shelf is as it was.
    """
    name = origin.sha256[:_HASH_LENGTH]
    folder = workspace / FOLDER / origin.publication / origin.period / name
    beside = workspace / FOLDER / _ADDING / name
    if instead_of is not None and instead_of.path.parent == folder:
        folder = folder.with_name(f"{name}-anew")
    with held(workspace):
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        shutil.copyfile(source, beside / origin.file)
        (beside / (origin.file + SUFFIX)).write_text(origin.as_yaml(), encoding="utf-8")
        if instead_of is not None:
            (beside / _INSTEAD).write_text("/".join(instead_of.path.parent.parts[-2:]), encoding="utf-8")
        folder.parent.mkdir(parents=True, exist_ok=True)
        # From here on the new file is there and the old one is not, whatever stops what follows.
        beside.rename(folder)
        _take_replaced(workspace)
    return Shelved(folder / origin.file, origin)


def put_back(workspace: Path, folder: Path, place: Path) -> None:
    """Copy a folder that was on the shelf back to its place; it appears there whole or not at all.

    Raises:
        Busy: somebody else goes on adding or removing.
        WorkspaceError: the disk is full or may not be written.
    """
    with held(workspace):
        shutil.copytree(folder, workspace / FOLDER / _ADDING / place.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        (workspace / FOLDER / _ADDING / place.name).rename(place)


def tidy(workspace: Path) -> None:
    """Drop what a stopped copy left, unless somebody is copying just now."""
    if (workspace / FOLDER / _ADDING).exists() or _replacements(workspace):
        with suppress(lock.Busy), held(workspace, wait_s=0):
            pass


@contextmanager
def held(workspace: Path, wait_s: float = _WAIT_S) -> Iterator[None]:
    """The shelf for oneself, without what a stopped copy left on it.

    Raises:
        Busy: somebody else goes on adding or removing.
        WorkspaceError: the folder may not be written.
    """
    with lock.held(workspace / FOLDER / _LOCK, "another file is being added", wait_s=wait_s):
        _take_replaced(workspace)
        try:
            yield
        except OSError as fault:
            raise WorkspaceError(
                f"cannot write: {fault.strerror or fault}",
                file=str(workspace / FOLDER),
                advice="Free some space or check the folder's rights",
            ) from fault
        finally:
            shutil.rmtree(workspace / FOLDER / _ADDING, ignore_errors=True)


def _replacements(workspace: Path) -> list[tuple[Path, Path]]:
    """Marks of files that stand in the place of others, each with the folder of the one that is to go."""
    found = []
    for mark in (workspace / FOLDER).glob(f"*/*/*/{_INSTEAD}"):
        with suppress(OSError):  # somebody else has just finished it
            place = Path(mark.read_text(encoding="utf-8"))
            folder = mark.parents[2] / place
            # A mark that was torn by a power cut must never name another file's folder, or all of them.
            if len(place.parts) == 2 and folder.name[:_HASH_LENGTH] == mark.parent.name[:_HASH_LENGTH]:  # noqa: PLR2004
                found.append((mark, folder))
    return found


def _take_replaced(workspace: Path) -> None:
    """Take away the files whose successors are there; what cannot be removed now is hidden, and removed later."""
    for mark, folder in _replacements(workspace):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            with suppress(OSError):
                mark.unlink()


def take_away(workspace: Path, sha256: str, period: str = "") -> str:
    """Remove the one file whose hash begins so; its name is returned.

    Args:
        workspace: that it is in.
        sha256: first characters of the hash, or the name of an own measure such as ``own_loneliness``.
        period: tells several measures of one file apart; of no concern if empty.

    Raises:
        UsageError: no file, or more than one, has such a hash.
        WorkspaceError: the folder may not be written.
    """
    is_name = sha256.startswith(_OWN)
    chosen = [
        item
        for item in list_shelved(workspace)
        if (item.origin.period == sha256 if is_name else item.origin.sha256.startswith(sha256.lower()))
        and period in {"", item.origin.period}
    ]
    if len(chosen) != 1 or (len(sha256) < _SHORTEST and not is_name):
        what = f"whose name is '{sha256}'" if is_name else f"whose hash begins with '{sha256}'"
        raise UsageError(
            "which file is meant is not clear",
            found=f"{len(chosen)} files {what}",
            expected=f"at least {_SHORTEST} characters of one hash, as 'sp-geo status' shows them, or the name of one "
            "own measure such as own_loneliness",
        )
    aside = workspace / FOLDER / _ADDING
    with held(workspace):
        # Renamed first: a stop half-way leaves the file on the shelf or gone, never half of it.
        aside.mkdir(exist_ok=True)
        chosen[0].path.parent.rename(aside / chosen[0].origin.sha256)
    return chosen[0].origin.file

"""Whether what came of a spoilt file is allowed: accepted and right, or refused with one clear line."""

from __future__ import annotations

import contextlib
import hashlib
import io
import signal
import time
import traceback
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from sp_geo.core.errors import DamagedFile, InvalidContent, SpGeoError, UnrecognisedFile
from sp_geo.publications.add import Admission, Outcome, add
from sp_geo.workspace.shelf import list_shelved, open_shelved
from tests.corruption.conserved import Silent, check
from tests.corruption.model import Mutant, Seed

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LONGEST_LINE = 600
MOST_SECONDS = 10.0
MOST_BYTES = 1_000_000_000
ALLOWED = {UnrecognisedFile: 3, DamagedFile: 4, InvalidContent: 5}
"""What may be said of a file that somebody hands in, with its documented exit code."""


@dataclass(frozen=True)
class Verdict:
    """What the judge found.

    Attributes:
        outcome: refused, same, different, unchecked (accepted, and only the schemas were asked), or failed.
        why: the fault, where it failed; otherwise what was said of the file.
        seconds: it took.
    """

    outcome: str
    why: str
    seconds: float = 0.0


class Wrong(Exception):
    """Something that is not allowed."""


class TooSlow(BaseException):
    """The case ran longer than it may; no library that catches everything may catch this."""


def judged(seed: Seed, mutant: Mutant, root: Path, baseline: Admission) -> Verdict:
    """Hand a spoilt file in, and judge what comes of it.

    Args:
        seed: what was spoilt.
        mutant: the spoilt file.
        root: a folder of its own, with a workspace in it; put back as it was.
        baseline: what was said of the sound file.
    """
    workspace, inbox = root / "deep" / "er" / "workspace", root / "deep" / "er" / "inbox"
    path = inbox / (mutant.file or seed.file)
    path.write_bytes(mutant.data)
    note = path.with_name(path.name + ".origin.yaml")
    note.write_text("is_synthetic: true\n")
    before = snapshot(root)
    started = time.perf_counter()
    try:
        outcome = handed_in(path, workspace)
        seconds = time.perf_counter() - started
        after = snapshot(root)
        _refuse_changes(before, after, outcome)
        verdict = _of_outcome(seed, mutant, path, workspace, outcome, baseline)
        if seconds > MOST_SECONDS:
            raise Wrong(f"took {seconds:.1f} s")
    except Wrong as fault:
        return Verdict("failed", str(fault), time.perf_counter() - started)
    finally:
        restore(root, before)
        path.unlink(missing_ok=True)
        note.unlink(missing_ok=True)
    return Verdict(verdict.outcome, verdict.why, seconds)


def handed_in(path: Path, workspace: Path) -> Outcome:
    """What ``sp-geo add`` makes of a file.

    Raises:
        Wrong: it ends in anything but an outcome, warns, prints, or takes too long or too much memory.
    """
    said = io.StringIO()
    _reset_peak()
    start = _peak()
    with (
        warnings.catch_warnings(record=True) as warned,
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        warnings.simplefilter("always")
        try:
            with at_most(MOST_SECONDS):
                outcome = add([path], workspace, NOW)
        except (Exception, TooSlow) as fault:
            last = traceback.extract_tb(fault.__traceback__)[-1]
            raise Wrong(
                f"traceback: {type(fault).__name__}: {str(fault)[:200]} at {Path(last.filename).name}:{last.lineno}"
            ) from fault
    if warned:
        raise Wrong(f"warning: {warned[0].category.__name__}: {str(warned[0].message)[:200]}")
    if said.getvalue():
        raise Wrong(f"printed: {said.getvalue()[:200]}")
    if _peak() - start > MOST_BYTES:
        raise Wrong(f"took {(_peak() - start) / 1e9:.1f} GB")
    return outcome


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stop what runs longer, where signals can."""

    def stop(*_: Any) -> None:
        raise TooSlow(f"more than {seconds:g} s")

    old = signal.signal(signal.SIGALRM, stop)
    before = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *before)
        signal.signal(signal.SIGALRM, old)


def _reset_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """Most memory held since the last reset, in bytes."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


def snapshot(root: Path) -> dict[str, str]:
    """Every folder, link and file below a folder, with the hash of its bytes."""
    found = {}
    for path in sorted(root.rglob("*")):
        key = path.relative_to(root).as_posix()
        if path.is_symlink():
            found[key] = f"link to {path.readlink()}"
        else:
            found[key] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return found


def restore(root: Path, before: Mapping[str, str]) -> None:
    """Take away what was not there before."""
    for path in sorted(root.rglob("*"), reverse=True):
        if path.relative_to(root).as_posix() not in before:
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def _refuse_changes(before: Mapping[str, str], after: Mapping[str, str], outcome: Outcome) -> None:
    """Nothing that was there may change, and only accepted files may come, on the shelf and nowhere else."""
    for name, held in before.items():
        if after.get(name) != held:
            raise Wrong(f"changed workspace: {name}")
    added = [name for name in after if name not in before]
    taken = [item.origin for item in outcome.admissions if item.origin is not None]
    places = tuple(f"deep/er/workspace/sources/{origin.publication}" for origin in taken)
    for name in added:
        if not name.startswith(places) or not places:
            raise Wrong(f"changed workspace: {name} was added")
    files = [name for name in added if after[name] != "folder"]
    if len(files) != 2 * len(taken):
        raise Wrong(f"changed workspace: {len(files)} files for {len(taken)} accepted")


def _of_outcome(
    seed: Seed, mutant: Mutant, path: Path, workspace: Path, outcome: Outcome, baseline: Admission
) -> Verdict:
    for item in outcome.admissions:
        check_line(item, path)
    taken = [item for item in outcome.admissions if item.origin is not None]
    if not taken:
        if outcome.first_refusal is None:
            raise Wrong(f"neither accepted nor refused: {[item.line for item in outcome.admissions]}")
        if mutant.must == "accept":
            raise Wrong(f"needlessly refused: {outcome.first_refusal.line()}")
        return Verdict("refused", outcome.first_refusal.line())
    if mutant.must == "refuse":
        raise Wrong(f"accepted, but must be refused: {taken[0].line}")
    if len(taken) > 1 and mutant.must != "accept":
        raise Wrong("one file was taken twice over")
    frames, sound = taken[0].frames, baseline.frames
    assert frames is not None
    assert sound is not None
    assert baseline.origin is not None
    assert taken[0].origin is not None
    _check_shelf(workspace, mutant, len(taken))
    if taken[0].origin.publication != seed.kind:
        raise Wrong(f"taken for {taken[0].origin.publication}")
    same = differing(sound, frames)
    if mutant.same and same:
        raise Wrong(f"silent wrong number: nothing should differ, but {same}")
    if mutant.must == "tell" and frames["core_anomaly"].empty:
        raise Wrong("silent wrong number: accepted, and nothing is listed")
    if not mutant.same:
        if mutant.says is None:
            if not mutant.either:
                raise Wrong("accepted, but nobody can tell what it says")
            return Verdict("unchecked", mutant.either)
        try:
            before = (seed.rows(seed.content), sound)
            rows = seed.rows(mutant.says)
            is_left_out = check(seed.layout, rows, frames, before, taken[0].line, is_sure=mutant.is_sure)
        except Silent as fault:
            raise Wrong(f"silent wrong number: {fault}") from fault
        if is_left_out and not mutant.file and taken[0].origin.period != baseline.origin.period:
            raise Wrong(f"silent wrong number: what was left out changed what the file is about: {taken[0].line[:200]}")
    return Verdict("different" if same else "same", taken[0].line)


def check_line(item: Admission, path: Path) -> None:
    """One clear line of the right kind.

    Raises:
        Wrong: it is not.
    """
    if not item.line.isprintable() or len(item.line) > LONGEST_LINE:
        raise Wrong(f"unclear line ({len(item.line)} signs): {item.line[:200]!r}")
    fault = item.refusal
    if fault is None:
        return
    if fault.exit_code != next((ALLOWED[kind] for kind in type(fault).__mro__ if kind in ALLOWED), None):
        raise Wrong(f"wrong kind of refusal: {type(fault).__name__} {fault.exit_code}: {fault.line()[:300]}")
    line = fault.line()
    if item.line != f"refused: {line}" or path.name not in line:
        raise Wrong(f"unclear line: it does not name the file: {item.line[:200]!r}")
    if not any((fault.found, fault.expected, fault.advice)):
        raise Wrong(f"unclear line: neither found, expected nor advice: {line[:200]!r}")


def _check_shelf(workspace: Path, mutant: Mutant, taken: int) -> None:
    """What was taken is on the shelf, whole, and a build can open it."""
    added = [item for item in list_shelved(workspace) if item.origin.added_at.startswith(NOW.date().isoformat())]
    if len(added) != taken:
        raise Wrong(f"changed workspace: {len(added)} files on the shelf for {taken} accepted")
    for item in added:
        if item.path.read_bytes() != mutant.data:
            raise Wrong("changed workspace: the file on the shelf is not the one handed in")
        try:
            open_shelved(item)
        except SpGeoError as fault:
            raise Wrong(f"accepted, but a build cannot open it: {fault.line()}") from fault


def differing(baseline: Mapping[str, pd.DataFrame], frames: Mapping[str, pd.DataFrame]) -> str:
    """In what the tables differ; empty if in nothing."""
    if baseline.keys() != frames.keys():
        return f"the tables are {sorted(frames)}"
    for name, frame in baseline.items():
        try:
            pd.testing.assert_frame_equal(_plain(frame), _plain(frames[name]), rtol=1e-9, atol=1e-9)
        except AssertionError as fault:
            return f"{name}: " + " ".join(str(fault).split())[:300]
    return ""


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    # How a file is called is no part of what it says.
    frame = pd.DataFrame(frame.drop(columns="file", errors="ignore")).reset_index(drop=True)
    return (
        frame.assign(geometry=frame["geometry"].map(lambda shape: shape.normalize().wkt))
        if "geometry" in frame
        else frame
    )

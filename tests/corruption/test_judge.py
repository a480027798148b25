"""The judge himself: readers that are broken on purpose, each of which he must catch."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sp_geo.core.errors import DamagedFile, InvalidContent, WorkspaceError
from sp_geo.publications import add, readers
from tests.corruption import judge
from tests.corruption.model import Mutant
from tests.corruption.run import all_seeds, baseline_of, bench

SEED = "indices_of_deprivation"
Frames = dict[str, pd.DataFrame]


def spoilt_reader(monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Frames, Path], Any], **more: Any) -> judge.Verdict:
    """What the judge says of a sound file when the reader is spoilt after the sound tables were taken."""
    seed = all_seeds()[SEED]
    with bench() as root:
        baseline = baseline_of(seed.name)
        sound = readers.READERS[seed.kind]

        def read(document: Any, period: str) -> Any:
            frames = sound(document, period)
            return spoil(frames, root) or frames

        monkeypatch.setattr(readers, "READERS", {**readers.READERS, seed.kind: read})
        mutant = Mutant(**({"data": seed.render(), "says": seed.content} | more))
        return judge.judged(seed, mutant, root, baseline)


def test_a_sound_reader_is_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge finds nothing wrong with a sound reader."""
    assert spoilt_reader(monkeypatch, lambda frames, root: None, same=True).outcome == "same"


def _raise(fault: BaseException) -> Callable[[Frames, Path], Any]:
    def spoil(_: Frames, __: Path) -> None:
        raise fault

    return spoil


def _deprivation(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[Frames, Path], Any]:
    return lambda frames, _: frames | {"core_lsoa11_deprivation": change(frames["core_lsoa11_deprivation"])}


def _cell(column: str, value: object) -> Callable[[Frames, Path], Any]:
    return _deprivation(lambda frame: frame.assign(**{column: frame[column].mask(frame.index == 3, value)}))


def _write(place: str) -> Callable[[Frames, Path], None]:
    return lambda _, root: (root / place).write_text("changed") and None


BROKEN: Mapping[str, tuple[Callable[[Frames, Path], Any], str]] = {
    "a traceback": (_raise(KeyError("imd")), "traceback: KeyError"),
    "an assertion": (_raise(AssertionError()), "traceback: AssertionError"),
    "a wrong number": (_cell("imd_score", 99.5), "silent wrong number"),
    "a number gone missing": (_cell("imd_rank", pd.NA), "silent wrong number"),
    "a column taken from another": (
        _deprivation(lambda frame: frame.assign(imd_rank=frame["imd_decile"])),
        "silent wrong number",
    ),
    "a row left out": (_deprivation(lambda frame: frame.iloc[1:]), "silent wrong number"),
    "a file changed": (_write("deep/er/workspace/derived/table.txt"), "changed workspace"),
    "a file added": (_write("deep/er/workspace/sources/x.csv"), "changed workspace"),
    "a file outside": (_write("evil.csv"), "changed workspace"),
    "a file deleted": (lambda _, root: (root / "deep/er/workspace/derived/table.txt").unlink(), "changed workspace"),
    "a warning": (lambda *_: warnings.warn("careful", FutureWarning, stacklevel=1), "warning: FutureWarning"),
    "printing": (lambda *_: print("debugging"), "printed"),
    "hanging": (lambda *_: time.sleep(30), "traceback: TooSlow"),
    "an unclear refusal": (_raise(InvalidContent("bad", file="x.csv", found="y")), "does not name the file"),
    "a refusal without advice": (_raise(InvalidContent("bad", file=f"{SEED}.csv")), "neither found"),
    "an endless refusal": (
        _raise(InvalidContent("bad " * 400, file=f"{SEED}.csv", found="y")),
        "",
    ),
    "a fault of the software": (_raise(WorkspaceError("bad", file=f"{SEED}.csv", found="y")), "wrong kind of refusal"),
    "a needless refusal": (_raise(DamagedFile("bad", file=f"{SEED}.csv", found="y")), "needlessly refused"),
}


CAUGHT = [name for name in BROKEN if name != "an endless refusal"]
NUMBERS = ("a wrong number", "a number gone missing", "a column taken from another", "a row left out")


@pytest.mark.parametrize(("fault", "same"), [*((name, False) for name in CAUGHT), *((name, True) for name in NUMBERS)])
def test_a_broken_reader_is_caught(fault: str, same: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge names the fault of each reader that is broken on purpose."""
    monkeypatch.setattr(judge, "MOST_SECONDS", 0.8 if fault == "hanging" else 10.0)
    spoil, words = BROKEN[fault]
    found = spoilt_reader(monkeypatch, spoil, same=same, must="accept")
    assert found.outcome == "failed", found
    assert words in found.why


def test_an_endless_line_is_cut_and_an_unprintable_one_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal has an end, and a line with unprintable letters is a fault."""
    found = spoilt_reader(monkeypatch, BROKEN["an endless refusal"][0])
    assert found.outcome == "refused"
    assert len(found.why) <= judge.LONGEST_LINE
    item = SimpleNamespace(line="refused: a\x1b[31m.csv", refusal=None)
    with pytest.raises(judge.Wrong, match="unclear line"):
        judge.check_line(item, Path("a.csv"))  # type: ignore[arg-type]


def test_what_must_be_refused_and_is_not_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that must be refused and is accepted is a fault."""
    found = spoilt_reader(monkeypatch, lambda frames, root: None, must="refuse")
    assert (found.outcome, found.why[:8]) == ("failed", "accepted")


def _nothing(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0]


Change = Callable[[pd.DataFrame], pd.DataFrame]
PLANTED: Mapping[str, tuple[str, tuple[int, int, str], str, Change, str]] = {
    "a row left out without a word": ("pcn_workforce", (3, 3, "U9"), "core_anomaly", _nothing, "the file"),
    "a value left out without a word": ("practice_map", (3, 11, "?"), "core_anomaly", _nothing, "the file"),
    "a smaller effect than the row has": (
        *("list_totals", (3, 5, "no"), "core_anomaly"),
        lambda frame: frame.assign(effect=0.0),
        "is listed with 0",
    ),
    "another row left out": (
        *("pcn_workforce", (3, 3, "U9"), "core_anomaly"),
        lambda frame: frame.assign(row=7),
        "the file",
    ),
    "patients counted twice": (
        *("list_by_lsoa", (3, 6, "7"), "core_practice_list"),
        lambda frame: frame.assign(patients_count=frame["patients_count"] * 2),
        "the file",
    ),
    "a link worker among others": (
        *("pcn_workforce", (3, 14, "0.5"), "core_pcn_workforce"),
        lambda frame: frame.assign(role=frame["role"].replace("splw", "care_coordinator")),
        "of rows that are as they were",
    ),
    "a name of rows as they were": (
        *("pcn_workforce", (3, 14, "0.5"), "core_pcn_release"),
        lambda frame: frame.assign(region_name="elsewhere"),
        "of rows that are as they were",
    ),
    "a record refused without a word": ("grants", (1, 4, "much"), "core_service_refused", _nothing, "the file"),
    "a value of a record without a word": (
        *("grants", (1, 8, "no postcode"), "core_service_refused"),
        _nothing,
        "the file",
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_silent_reader_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is odd may be kept or left out, but never without a word, and what is not odd stays as it is."""
    name, (row, column, text), table, change, words = PLANTED[fault]
    seed = all_seeds()[name]
    grid = [list(cells) for cells in seed.content[""]]
    grid[row][column] = text
    with bench() as root:
        baseline = baseline_of(seed.name)
        mutant = Mutant(seed.render({"": grid}), says={"": grid})
        assert judge.judged(seed, mutant, root, baseline).outcome == "different"
        sound = readers.read

        def silent(*asked: Any) -> Frames:
            frames = sound(*asked)
            return frames | {table: change(frames[table])}

        monkeypatch.setattr(add, "read", silent)
        found = judge.judged(seed, mutant, root, baseline)
    assert found.outcome == "failed", found
    assert words in found.why


def test_a_line_that_does_not_tell_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that keeps quiet about rows that were left out is a fault."""
    seed = all_seeds()["list_totals"]
    grid = [list(cells) for cells in seed.content[""]]
    grid[3][5] = "no"
    with bench() as root:
        baseline = baseline_of(seed.name)
        monkeypatch.setattr(add, "odd_rows", lambda frames: "")
        found = judge.judged(seed, Mutant(seed.render({"": grid}), says={"": grid}), root, baseline)
    assert found.outcome == "failed"
    assert "the line does not say" in found.why


def test_too_much_memory_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that takes more memory than it may is a fault."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("the peak of memory is read from /proc")
    monkeypatch.setattr(judge, "MOST_BYTES", 50_000_000)
    found = spoilt_reader(monkeypatch, lambda frames, root: bytearray(b"x" * 120_000_000) and None)
    assert found.outcome == "failed"
    assert "GB" in found.why

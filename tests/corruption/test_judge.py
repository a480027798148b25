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


def _wrong_cell(frames: Frames, _: Path) -> None:
    frames["core_lsoa11_deprivation"].loc[3, "imd_score"] += 1


def _missing_cell(frames: Frames, _: Path) -> None:
    frames["core_lsoa11_deprivation"].loc[3, "imd_rank"] = pd.NA


def _other_column(frames: Frames, _: Path) -> None:
    frame = frames["core_lsoa11_deprivation"]
    frame["imd_rank"] = frame["imd_decile"]


def _lost_row(frames: Frames, _: Path) -> Frames:
    return {name: frame.iloc[1:] for name, frame in frames.items()}


def _write(place: str) -> Callable[[Frames, Path], None]:
    return lambda _, root: (root / place).write_text("changed") and None


def _delete(_: Frames, root: Path) -> None:
    (root / "deep/er/workspace/derived/table.txt").unlink()


def _warn(_: Frames, __: Path) -> None:
    warnings.warn("careful", FutureWarning, stacklevel=1)


def _print(_: Frames, __: Path) -> None:
    print("debugging")


def _hang(_: Frames, __: Path) -> None:
    time.sleep(30)


BROKEN: Mapping[str, tuple[Callable[[Frames, Path], Any], str]] = {
    "a traceback": (_raise(KeyError("imd")), "traceback: KeyError"),
    "an assertion": (_raise(AssertionError()), "traceback: AssertionError"),
    "a wrong number": (_wrong_cell, "silent wrong number"),
    "a number gone missing": (_missing_cell, "silent wrong number"),
    "a column taken from another": (_other_column, "silent wrong number"),
    "a row left out": (_lost_row, "silent wrong number"),
    "a file changed": (_write("deep/er/workspace/derived/table.txt"), "changed workspace"),
    "a file added": (_write("deep/er/workspace/sources/x.csv"), "changed workspace"),
    "a file outside": (_write("evil.csv"), "changed workspace"),
    "a file deleted": (_delete, "changed workspace"),
    "a warning": (_warn, "warning: FutureWarning"),
    "printing": (_print, "printed"),
    "hanging": (_hang, "traceback: TooSlow"),
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


def _left_out_silently(frames: Frames) -> None:
    frames["core_anomaly"] = frames["core_anomaly"].iloc[:0]


def _listed_too_small(frames: Frames) -> None:
    frames["core_anomaly"]["effect"] = 0.0


def _sound_row_left_out(frames: Frames) -> None:
    frames["core_anomaly"] = frames["core_anomaly"].assign(row=7)


def _counted_twice(frames: Frames) -> None:
    frames["core_practice_list"]["patients_count"] *= 2


def _other_role(frames: Frames) -> None:
    frame = frames["core_pcn_workforce"]
    frame["role"] = frame["role"].replace("splw", "care_coordinator")


def _other_name(frames: Frames) -> None:
    frames["core_pcn_release"]["region_name"] = "elsewhere"


def _refused_silently(frames: Frames) -> None:
    frames["core_service_refused"] = frames["core_service_refused"].iloc[:0]


PLANTED: Mapping[str, tuple[str, tuple[int, int, str], Callable[[Frames], None], str]] = {
    "a row left out without a word": ("pcn_workforce", (3, 3, "U9"), _left_out_silently, "the file says"),
    "a value left out without a word": ("practice_map", (3, 11, "?"), _left_out_silently, "without a word"),
    "a smaller effect than the row has": ("list_totals", (3, 5, "no"), _listed_too_small, "is listed with 0"),
    "another row left out": ("pcn_workforce", (3, 3, "U9"), _sound_row_left_out, "the file says"),
    "patients counted twice": ("list_by_lsoa", (3, 6, "7"), _counted_twice, "the file says"),
    "a link worker among others": ("pcn_workforce", (3, 14, "0.5"), _other_role, "the file says"),
    "a name of rows as they were": ("pcn_workforce", (3, 14, "0.5"), _other_name, "of rows that are as they were"),
    "a record refused without a word": ("grants", (1, 4, "much"), _refused_silently, "without a word"),
    "a value of a record without a word": ("grants", (1, 8, "no postcode"), _refused_silently, "without a word"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_silent_reader_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is odd may be kept or left out, but never without a word, and what is not odd stays as it is."""
    name, (row, column, text), non_response, words = PLANTED[fault]
    seed = all_seeds()[name]
    grid = [list(cells) for cells in seed.content[""]]
    grid[row][column] = text
    with bench() as root:
        baseline = baseline_of(seed.name)
        mutant = Mutant(seed.render({"": grid}), says={"": grid})
        assert judge.judged(seed, mutant, root, baseline).outcome == "different"
        sound = readers.read

        def silent(*asked: Any) -> Frames:
            frames = {key: frame.copy() for key, frame in sound(*asked).items()}
            non_response(frames)
            return frames

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

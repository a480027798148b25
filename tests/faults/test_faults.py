"""Some faults of each kind; ``make faults`` does two hundred kills and more."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from sp_geo.planning.plan_store import FILE, PlanStore
from sp_geo.workspace.store import Store
from tests.faults import child, harness
from tests.faults.harness import Scene

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """A workspace that was built, with one more release on its shelf."""
    return harness.scene(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of memory that is made larger at will."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        not harness.may_mount()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a small disk can be made by root on Linux alone")
    yield place
    subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize("part", [1, pytest.param(2, marks=pytest.mark.sweep)])
def test_a_build_is_killed_anywhere(part: int, scene: Scene, tmp_path: Path) -> None:
    """After a build is killed at any place, readers have a whole state and the next build completes."""
    spots = harness.spread(scene.spots["build"], 4, random.Random(part))
    harness.kill_at_a_spot(scene, tmp_path / "case", spots[part])


@pytest.mark.sweep
def test_a_build_is_killed_at_a_random_moment(scene: Scene, tmp_path: Path) -> None:
    """The same holds in the middle of a calculation."""
    harness.kill_at_random(scene, tmp_path / "case", random.Random(7))


def test_adding_is_killed(scene: Scene, tmp_path: Path) -> None:
    """After adding is killed, every file on the shelf has its note, and adding again does."""
    harness.kill_while_adding(scene, tmp_path / "case", harness.spread(scene.spots["add"], 3, random.Random(3))[1])


def test_two_builds_at_once(scene: Scene, tmp_path: Path) -> None:
    """Of two builds at once one waits or is refused, and the tables are whole."""
    harness.two_builds(scene, tmp_path / "case")


def test_the_judge_sees_what_is_wrong(scene: Scene, tmp_path: Path) -> None:
    """The judge finds each kind of damage that is done on purpose."""
    lost = harness.fresh(scene.before, tmp_path / "lost")
    next((lost / "derived").glob("out_pcn_quarter-*.parquet")).unlink()
    with pytest.raises(AssertionError, match="table of the present state is lost"):
        harness.judge(lost, scene)
    left = harness.fresh(scene.before, tmp_path / "left")
    (left / "derived" / "rest.tmp").write_bytes(b"half")
    with pytest.raises(AssertionError, match="a temporary file stays"):
        harness.judge(left, scene)
    changed = harness.fresh(scene.before, tmp_path / "changed")
    next((changed / "sources").rglob("*.zip")).write_bytes(b"other")
    with pytest.raises(AssertionError, match="lost or changed"):
        harness.judge(changed, scene)


def test_the_disk_fills(scene: Scene, small_disk: Path, tmp_path: Path) -> None:
    """On a full disk, and on one that is soon full, the last good tables stay, and the fault is one line."""
    workspace, filler, told = small_disk / "workspace", small_disk / "filler", tmp_path / "told"
    shutil.copytree(scene.before, workspace)
    used = sum(path.stat().st_blocks * 512 for path in small_disk.rglob("*")) // 1024
    for left_kb in (0, 120):
        # The folder of notes lies elsewhere: only the workspace's disk is full.
        _resize(small_disk, used + left_kb)
        with filler.open("wb", buffering=0) as file:
            _fill(file, leave=left_kb * 1024)
        assert harness.run(child.told_build, workspace, told) == 0
        assert told.read_text().startswith("WorkspaceError: "), told.read_text()
        assert "cannot write: No space left on device" in told.read_text(), told.read_text()
        harness.last_good_is_there(workspace, scene)
        filler.unlink()
    _resize(small_disk, 64 * 1024)
    away = tmp_path / "workspace"
    shutil.copytree(workspace, away)
    harness.judge(away, scene)


def _resize(disk: Path, kilobytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={kilobytes + 8}k", str(disk)], check=True)


def _fill(file: object, leave: int) -> None:
    """Write until the disk is full, then give some of it back."""
    written = 0
    block = b"\0" * 4096
    try:
        while True:
            written += file.write(block)  # type: ignore[attr-defined]
    except OSError:
        file.truncate(max(written - leave, 0))  # type: ignore[attr-defined]


def test_a_file_vanishes_between_listing_and_reading(scene: Scene, tmp_path: Path) -> None:
    """A file that vanishes is named in one line, and the last good tables stay."""
    workspace = harness.fresh(scene.before, tmp_path / "case")
    told = tmp_path / "told"
    assert harness.run(child.build_while_a_file_vanishes, workspace, "pcn_workforce", told) == 0
    words = told.read_text()
    assert not words.startswith("TRACEBACK"), words
    assert "gone" in words, words
    assert "csv" in words or "zip" in words, words
    harness.last_good_is_there(workspace, scene)
    shutil.rmtree(workspace / "sources")
    shutil.copytree(scene.before / "sources", workspace / "sources")
    harness.judge(workspace, scene)


def test_the_clock_jumps(scene: Scene, tmp_path: Path) -> None:
    """Tables are the same whatever the clock of the machine says."""
    workspace = harness.fresh(scene.before, tmp_path / "case")
    for number, path in enumerate(sorted(workspace.rglob("*"))):
        os.utime(path, (1.0, 1.0) if number % 2 else (4e9, 4e9))
    told = tmp_path / "told"
    assert harness.run(child.build_while_the_clock_jumps, workspace, told) == 0
    assert told.read_text() == "done"
    assert Store(workspace).manifest == scene.new
    harness.judge(workspace, scene)


def test_plans_outlive_whoever_saves_them(tmp_path: Path) -> None:
    """A plan that was said to be saved is there after any process is killed."""
    workspace = tmp_path / "workspace"
    saved, kills = saves_under_fire(workspace, tmp_path, random.Random(11), rounds=1)
    assert kills >= 3
    assert saved > 8


def saves_under_fire(workspace: Path, folder: Path, chance: random.Random, rounds: int) -> tuple[int, int]:
    """Four save at once and are killed one after the other; plans that were noted as saved, and kills."""
    PlanStore.of_workspace(workspace)
    notes, kills = [], 0
    for turn in range(rounds):
        these = [folder / f"notes-{turn}-{who}" for who in range(4)]
        processes = [
            harness.start(child.save_plans, workspace, f"{turn}-{who}", note, 500) for who, note in enumerate(these)
        ]
        while not all(note.exists() and len(_whole_lines(note)) > 2 for note in these):
            time.sleep(0.05)
        for process in processes:
            time.sleep(chance.uniform(0.0, 0.15))
            process.kill()
            process.join()
            kills += process.exitcode == -9
        notes += these
    told = {int(line.split()[0]): line.split()[1] for note in notes for line in _whole_lines(note)}
    store = PlanStore.of_workspace(workspace)
    kept = {plan.version: plan.author for plan in store.history(child.NAME)}
    assert told.items() <= kept.items(), "a plan that was said to be saved is lost"
    assert sorted(kept) == list(range(1, len(kept) + 1)), "a number is missing or given twice"
    assert max(Counter(kept.values()).values()) == 1, "one save is kept twice"
    assert len(kept) <= len(told) + kills, "more is kept than anybody saved"
    assert {path.name for path in workspace.iterdir()} <= {FILE, f"{FILE}-wal", f"{FILE}-shm"}
    return len(told), kills


def _whole_lines(note: Path) -> list[str]:
    """Lines that were written in full; the last may have been cut off by the kill."""
    return note.read_text(encoding="utf-8").rpartition("\n")[0].splitlines()

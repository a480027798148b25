"""Cases and their judge: what must be true of a workspace whatever happened to it."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from sp_geo.synthetic import write
from sp_geo.workspace.shelf import list_shelved
from sp_geo.workspace.store import BEFORE, MANIFEST, Manifest, Store
from tests.faults import child

LONGEST_S = 240
PRELOADED = ["sp_geo.build.pipeline", "sp_geo.publications.add", "sp_geo.planning.plan_store", "tests.faults.child"]


def context() -> ForkServerContext:
    """Processes that start with everything imported, so that a case costs what it does and not its start."""
    found = multiprocessing.get_context("forkserver")
    found.set_forkserver_preload(PRELOADED)
    return found


def start(target: Callable[..., None], *arguments: Any) -> BaseProcess:
    """A process that is under way."""
    process = context().Process(target=target, args=arguments)
    process.start()
    return process


def run(target: Callable[..., None], *arguments: Any) -> int:
    """Exit code of a process; negative for the signal that ended it."""
    process = start(target, *arguments)
    process.join(LONGEST_S)
    if process.is_alive():
        process.kill()
        process.join()
        raise AssertionError(f"{target.__name__} hangs")
    assert process.exitcode is not None
    return process.exitcode


def listing(folder: Path) -> dict[str, str]:
    """Every file below a folder with its hash."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def table_files(manifest: Manifest) -> dict[str, str]:
    """Files that a state needs, with their hashes."""
    return {f"{name}-{entry.sha256[:16]}.parquet": entry.sha256 for name, entry in manifest.tables.items()}


@dataclass(frozen=True)
class Scene:
    """A workspace that was built, and is to be built again with one more release.

    Attributes:
        before: its folder, built without the last release, which lies on its shelf.
        unadded: the same without the release on its shelf.
        release: the file of the last release.
        old: state before.
        new: state that a build must come to.
        spots: places at which the build, and the adding, can be killed.
        seconds: that the build takes.
    """

    before: Path
    unadded: Path
    release: Path
    old: Manifest
    new: Manifest
    spots: dict[str, int]
    seconds: float


def scene(folder: Path) -> Scene:
    """Make the scene from the miniature England."""
    files = folder / "files"
    write(files, "miniature", seed=1)
    release = next((files / "workforce").glob("*062026.zip"))
    aside = folder / "release"
    aside.mkdir()
    for path in (release, Path(f"{release}.origin.yaml")):
        path.rename(aside / path.name)
    release = aside / release.name
    unadded = folder / "unadded"
    folders = tuple(sorted(path for path in files.iterdir() if path.is_dir() and path.name != "truth"))
    assert run(child.add, unadded, folders) == 0
    assert run(child.build, unadded) == 0
    before, told = folder / "before", folder / "told"
    shutil.copytree(unadded, before)
    spots = {}
    assert run(child.killed_while_adding, before, (release,), 0, told) == 0
    spots["add"] = int(told.read_text())
    old = Store(before).manifest
    whole = folder / "whole"
    shutil.copytree(before, whole)
    started = time.monotonic()
    assert run(child.killed_while_building, whole, 0, told) == 0
    seconds = time.monotonic() - started
    spots["build"] = int(told.read_text())
    new = Store(whole).manifest
    assert new != old
    return Scene(before, unadded, release, old, new, spots, seconds)


def judge(workspace: Path, scene: Scene, loose: Path | None = None) -> None:
    """What must hold now, and after one more build.

    Args:
        workspace: after whatever happened.
        scene: it began as.
        loose: folder for temporary files of the processes; it must be empty at the end.

    Raises:
        AssertionError: a table is lost, the next build fails, or something is left behind.
    """
    sources = listing(scene.before / "sources")
    assert listing(workspace / "sources").items() >= sources.items(), "an added file is lost or changed"
    last_good_is_there(workspace, scene)
    told = workspace.with_name(f"{workspace.name}.told")
    assert run(child.told_build, workspace, told) == 0, told.read_text()
    assert told.read_text() == "done"
    assert Store(workspace).manifest == scene.new, "the next build comes to another state"
    kept = listing(workspace / "derived")
    tables = {name: digest for name, digest in kept.items() if name.endswith(".parquet")}
    assert tables.items() >= table_files(scene.new).items(), "a table of the new state is not there"
    assert set(tables) <= set(table_files(scene.new)) | set(table_files(scene.old)), "a table is left that nobody needs"
    assert set(kept) - set(tables) <= {MANIFEST, BEFORE, ".lock"}, "a temporary file stays"
    assert listing(workspace / "sources") == sources, "a temporary file stays on the shelf"
    assert {path.name for path in workspace.iterdir()} <= {"derived", "sources"}
    assert loose is None or not list(loose.iterdir()), "a temporary file stays outside the workspace"


def last_good_is_there(workspace: Path, scene: Scene) -> None:
    """Readers have the old state or the new one, whole."""
    manifest = Store(workspace).manifest
    assert manifest in (scene.old, scene.new), "the manifest is of neither state"
    files = listing(workspace / "derived")
    assert files.items() >= table_files(manifest).items(), "a table of the present state is lost"
    assert Store(workspace).read("out_pcn_quarter")["pcn_code"].notna().all()


def kill_at_a_spot(scene: Scene, folder: Path, at: int) -> None:
    """Kill a build at one of its places."""
    workspace = fresh(scene.before, folder)
    told = folder / "spots"
    assert run(child.killed_while_building, workspace, at, told) == -9
    judge(workspace, scene)


def kill_while_adding(scene: Scene, folder: Path, at: int) -> None:
    """Kill the adding of a release at one of its places; adding it again must do."""
    workspace = fresh(scene.unadded, folder)
    assert run(child.killed_while_adding, workspace, (scene.release,), at, folder / "spots") == -9
    last_good_is_there(workspace, scene)
    assert len(list_shelved(workspace)) >= len(list_shelved(scene.unadded))
    assert run(child.add, workspace, (scene.release,)) == 0
    judge(workspace, scene)


def kill_at_random(scene: Scene, folder: Path, chance: random.Random) -> bool:
    """Kill a build after a while; False if it was done before."""
    workspace = fresh(scene.before, folder)
    process = start(child.killed_while_building, workspace, 0, folder / "spots")
    time.sleep(chance.uniform(0.0, scene.seconds))
    process.kill()
    process.join()
    judge(workspace, scene)
    return process.exitcode == -9


def two_builds(scene: Scene, folder: Path) -> tuple[str, str]:
    """Two builds at one moment; how each ended."""
    workspace = fresh(scene.before, folder)
    notes = (folder / "one", folder / "two")
    processes = [start(child.told_build, workspace, note) for note in notes]
    for process in processes:
        process.join(LONGEST_S)
    ends = (notes[0].read_text(encoding="utf-8"), notes[1].read_text(encoding="utf-8"))
    assert "done" in ends, ends
    assert all(end == "done" or (end.startswith("Busy: ") and "another build" in end) for end in ends), ends
    judge(workspace, scene)
    return ends


def fresh(start_from: Path, folder: Path) -> Path:
    """A copy of a workspace to be maltreated."""
    shutil.rmtree(folder, ignore_errors=True)
    workspace = folder / "workspace"
    shutil.copytree(start_from, workspace)
    return workspace


def spread(count: int, cases: int, chance: random.Random) -> list[int]:
    """Numbers from 1 to a count: all if there are no more than wanted, else spread over them, ends included."""
    if cases >= count:
        return list(range(1, count + 1))
    between = chance.sample(range(2, count), max(cases - 2, 0))
    return sorted({1, count, *between})[:cases] if cases > 1 else [count]


def may_mount() -> bool:
    """Whether a small disk of memory can be made here: root on Linux."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("mount") is not None

"""What runs in a process of its own, to be killed there."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sp_geo.planning.plan import Plan

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAME = "spring"
"""Of the plan that is saved."""
SPOTS = (
    (os, "fsync"),
    (Path, "replace"),
    (Path, "rename"),
    (Path, "unlink"),
    (Path, "mkdir"),
    (shutil, "copyfile"),
    (shutil, "rmtree"),
)
"""Whatever changes a disk goes through one of these."""


def build(workspace: Path, report: Callable[[str, str], None] = lambda step, state: None) -> None:
    """Bring the tables up to date."""
    from sp_geo.build import pipeline

    pipeline.build(workspace, report)


def add(workspace: Path, files: tuple[Path, ...]) -> None:
    """Take files in."""
    from sp_geo.publications.add import add as add_files

    outcome = add_files(list(files), workspace, NOW)
    if outcome.first_refusal is not None:
        raise outcome.first_refusal


class Spots:
    """Counts the places where a process may be killed, and kills it at one of them.

    Args:
        at: number of the place, from 1; 0 for none.
    """

    def __init__(self, at: int) -> None:
        self.at = at
        self.passed = 0

    def reached(self, *_: object) -> None:
        """One more place; the end, if it is the one."""
        self.passed += 1
        if self.passed == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Put a place before and after everything that changes the disk."""
        for owner, name in SPOTS:
            setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def outer(*arguments: Any, **named: Any) -> Any:
            self.reached()
            answer = inner(*arguments, **named)
            self.reached()
            return answer

        return outer


def killed_while_building(workspace: Path, at: int, told: Path) -> None:
    """Build and be killed at a place; without one, write how many places there are."""
    spots = Spots(at)
    spots.watch()
    build(workspace, spots.reached)
    told.write_text(str(spots.passed), encoding="utf-8")


def killed_while_adding(workspace: Path, files: tuple[Path, ...], at: int, told: Path) -> None:
    """Take files in and be killed at a place; without one, write how many places there are."""
    spots = Spots(at)
    spots.watch()
    add(workspace, files)
    told.write_text(str(spots.passed), encoding="utf-8")


def told_build(workspace: Path, told: Path) -> None:
    """Build and write how it ended: ``done``, or the kind and the line of a refusal."""
    from sp_geo.core.errors import SpGeoError

    try:
        build(workspace)
        words = "done"
    except SpGeoError as fault:
        words = f"{type(fault).__name__}: {fault.line()}"
    except BaseException as fault:
        words = f"TRACEBACK {type(fault).__name__}: {fault}"
        raise
    finally:
        told.write_text(words, encoding="utf-8")


def build_while_a_file_vanishes(workspace: Path, publication: str, told: Path) -> None:
    """Build while somebody deletes a file between its listing and its reading."""
    from sp_geo.build import context, pipeline, steps

    inner = context.read_shelved

    def vanishing(item: Any) -> Any:
        if item.origin.publication == publication:
            item.path.unlink(missing_ok=True)
        return inner(item)

    whole = pipeline.build
    pipeline.build = lambda place, report=None: whole(place, read=vanishing)  # type: ignore[assignment]
    assert steps.STEPS
    told_build(workspace, told)


def build_while_the_clock_jumps(workspace: Path, told: Path) -> None:
    """Build while the clock goes back and forth by years."""
    import itertools
    import time

    jumps = itertools.cycle((0.0, 4e9, 1.0, 2e9))
    time.time = lambda: next(jumps)
    time.time_ns = lambda: int(next(jumps) * 1e9)
    told_build(workspace, told)


def a_plan(author: str) -> Plan:
    """A plan of posts of the size that ICBs save."""
    return Plan(
        name=NAME,
        kind="posts",
        author=author,
        created_at="2026-01-01T10:00:00+00:00",
        request={"area": "QOP", "fte": 12.0},
        data_digest="0" * 64,
        data_tables={"out_pcn_quarter": "0" * 64},
        software_version="0.1.0",
        is_synthetic=True,
        rows=[{"pcn_code": f"U{number:05}", "added_fte": 0.5, "reason": author} for number in range(60)],
        summary={"before": {"fte": 1.0}, "after": {"fte": 2.0}},
    )


def save_plans(workspace: Path, who: str, told: Path, saves: int) -> None:
    """Save plans one after the other, and note each one only after its save has returned."""
    from sp_geo.planning.plan_store import PlanStore

    store = PlanStore.of_workspace(workspace)
    with told.open("a", encoding="utf-8") as notes:
        for number in range(saves):
            kept = store.save(a_plan(author=f"{who}-{number}"))
            notes.write(f"{kept.version} {kept.author}\n")
            notes.flush()
            os.fsync(notes.fileno())

"""Faults at length: ``python -m tests.faults --kills 200 --seed 1``."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults import harness
from tests.faults.test_faults import saves_under_fire


def main() -> int:
    """Run every kind of case and print what came of it; 1 if any failed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=200, help="builds to kill, half of them at random moments")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    chance = random.Random(given.seed)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sp-geo-faults-") as name:
        folder = Path(name)
        scene = harness.scene(folder)
        print(
            f"a build has {scene.spots['build']} places, adding has {scene.spots['add']}; {scene.seconds:.1f} s a build"
        )
        spots = harness.spread(scene.spots["build"], given.kills // 2, chance)
        # Every place first, then some of them again, should more kills be asked for than there are places.
        spots += [chance.randint(1, scene.spots["build"]) for _ in range(given.kills // 2 - len(spots))]
        failed = 0
        failed += _cases("killed at a place", spots, lambda at: harness.kill_at_a_spot(scene, folder / "case", at))
        moments = range(given.kills - len(spots))
        failed += _cases(
            "killed at a moment", moments, lambda _: harness.kill_at_random(scene, folder / "case", chance)
        )
        places = harness.spread(scene.spots["add"], scene.spots["add"], chance)
        failed += _cases(
            "killed while adding", places, lambda at: harness.kill_while_adding(scene, folder / "case", at)
        )
        failed += _cases("two builds at once", range(10), lambda _: harness.two_builds(scene, folder / "case"))
        failed += _cases("plans saved under fire", range(5), lambda turn: _saves(folder / "plans", turn, chance))
    print(f"{failed} failed; {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def _saves(folder: Path, turn: int, chance: random.Random) -> tuple[int, int]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return saves_under_fire(folder / f"workspace{turn}", folder, chance, rounds=5)


def _cases(kind: str, cases: object, judged: Callable[[int], object]) -> int:
    """Run cases of a kind, tell of each that failed, and how many there were."""
    failed, count, reached = 0, 0, 0
    for case in cases:  # type: ignore[attr-defined]
        count += 1
        try:
            reached += judged(case) is not False
        except AssertionError as fault:
            failed += 1
            print(f"FAILED {kind} {case}: {fault}", file=sys.stderr)
    late = f", {count - reached} after it had ended" if reached < count - failed else ""
    print(f"{kind}: {count} cases, {failed} failed{late}")
    return failed


if __name__ == "__main__":
    sys.exit(main())

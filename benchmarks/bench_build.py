"""How long the main job takes: add and build, build again, regress; each in a process of its own, with its peak memory.

Synthetic Englands of one, two, four and all seven NHS regions make the growth curve. Where the real published files
are (SP_GEO_REAL or ../shared/real), they are told too, but not guarded. Limits are those that the project set itself
for a machine with two cores. The yardstick is a fixed piece of work, taken before each run.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from measuring import ROOT, RUNS, alone, growth, spread, timed, yardstick
from telling import lines, main
from workspaces import REGIONS, Cost, published, sp_geo, workspace_of

REAL_SUBJECTS = ("deprivation", "ethnicity", "geography", "lists", "organisations", "survey", "workforce")
BUILD_S, AGAIN_S, MEMORY_MB = 60.0, 3.0, 2048.0
REGRESS = ("regress", "--need", "imd_score", "--non-response", "all", "--format", "csv")


def cold(paths: list[Path], folder: Path) -> tuple[Cost, Cost]:
    """Files added to a new workspace, and built."""
    shutil.rmtree(folder, ignore_errors=True)
    given = ("--workspace", str(folder), "--quiet")
    # Beside real files lie some that are no publication (3): they are refused, and the others added.
    return sp_geo(*given, "add", *map(str, paths), codes=(0, 3)), sp_geo(*given, "build")


def rows_of(workspace: Path) -> int:
    """Rows of all tables that were made."""
    manifest = json.loads((workspace / "derived" / "manifest.json").read_text(encoding="utf-8"))
    return sum(table["rows"] for table in manifest["tables"].values())


def read_again(paths: list[Path]) -> float:
    """Seconds for reading the bytes of all files once."""
    files = [path for folder in paths for path in folder.rglob("*") if path.is_file()]
    return statistics.median(timed(lambda: [path.read_bytes() for path in files])[0] for _ in range(RUNS))


def repeated(what: str, runs: int, promise: float, *command: str) -> dict[str, Any]:
    """A command, again and again, beside the yardstick."""
    sticks, costs = [], []
    for _ in range(runs):
        sticks.append(yardstick())
        costs.append(sp_geo(*command))
    seconds = [cost.seconds for cost in costs]
    peaks = asdict(spread([cost.peak_mb for cost in costs]))
    return alone(what, seconds, sticks, "yardstick", promise=promise, peak_mb=peaks)


def figures(quick: bool, _folder: Path) -> dict[str, dict[str, Any]]:
    """Everything, from synthetic files."""
    sizes = list(REGIONS)[:2] if quick else list(REGIONS)
    runs = 2 if quick else RUNS
    curve = [_point(size) for size in sizes[:-1]]
    paths, workspace = published(sizes[-1]), workspace_of(sizes[-1])
    sticks, whole, peaks = [], [], []
    for _ in range(runs):
        sticks.append(yardstick())
        added, made = cold(paths, workspace)
        whole.append(added.seconds + made.seconds)
        peaks.append(max(added.peak_mb, made.peak_mb))
    middle = statistics.median(whole)
    curve.append((rows_of(workspace), middle))
    grown = growth([rows for rows, _ in curve], [seconds for _, seconds in curve])
    reading = read_again(paths)
    found = {
        "build": alone(
            "26 quarters of all England added and built anew, from files to tables", whole, sticks, "yardstick",
            promise=BUILD_S, growth=asdict(grown), unit="rows of all tables", peak_mb=asdict(spread(peaks)),
            limit={"name": "reading the same files", "seconds": reading, "times": middle / reading},
        )
    }  # fmt: skip
    verdict = "met" if max(peaks) <= MEMORY_MB else "MISSED"
    print(f"build: at most {max(peaks):,.0f} MB; asked: {MEMORY_MB:,.0f} MB: {verdict}")
    given = ("--workspace", str(workspace), "--quiet")
    found["build_again"] = repeated("built again where nothing changed", runs, AGAIN_S, *given, "build")
    found["regress"] = repeated("slopes of all quarters and treatments", runs, AGAIN_S, *given, *REGRESS)
    if not quick:
        _real()
    return found


def _point(size: str) -> tuple[int, float]:
    """Rows of a smaller England, and seconds of one run: four points make the line, and a run takes long."""
    workspace = workspace_of(size)
    added, made = cold(published(size), workspace)
    return rows_of(workspace), added.seconds + made.seconds


def _real() -> None:
    named = os.environ.get("SP_GEO_REAL")
    real = Path(named) if named else ROOT.parent / "shared" / "real"
    if not real.is_dir():
        return
    with TemporaryDirectory() as name:
        added, made = cold([real / subject for subject in REAL_SUBJECTS], Path(name) / "real")
    figure = alone(
        "the real published files, added and built once (told, not guarded)",
        [added.seconds + made.seconds], [yardstick()], "yardstick", promise=2 * BUILD_S,
    )  # fmt: skip
    print("\n".join(lines("build, real files", figure)))
    print(f"  add {added.seconds:.1f} s, {added.peak_mb:.0f} MB; build {made.seconds:.1f} s, {made.peak_mb:.0f} MB")


if __name__ == "__main__":
    main(__file__, alone=figures)

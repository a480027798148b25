"""Synthetic Englands of several sizes, written once and kept in build/benchmarks; commands with their cost.

Called as a script with a folder and a number of regions, it writes the files of one of them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from measuring import ROOT, timed

KEPT = ROOT / "build" / "benchmarks"
FILES = KEPT / "published"
REGIONS = {"region": 1, "two": 2, "four": 4, "full": 7}
"""NHS regions in each size, the North West first."""
SUBJECTS_APART = ("truth",)
_PEAK = re.compile(r"peak ([\d.]+)")
_TOLD = """import atexit, sys
def told():
    try:
        peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("peak", peak, file=sys.stderr)
atexit.register(told)
"""


@dataclass(frozen=True)
class Cost:
    """Seconds from start to end of a new process, and its peak in MB."""

    seconds: float
    peak_mb: float


def python(script: str, *arguments: str, codes: tuple[int, ...] = (0,)) -> Cost:
    """What a Python script costs in a process of its own.

    Args:
        script: its text.
        arguments: of it.
        codes: with which it may end.

    Raises:
        CalledProcessError: it ended with another code.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", _TOLD + script, *arguments]
    seconds, done = timed(lambda: subprocess.run(command, check=False, capture_output=True, text=True, env=environment))
    if done.returncode not in codes:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return Cost(seconds, float(_PEAK.findall(done.stderr)[-1]) / 1024)


def sp_geo(*arguments: str, codes: tuple[int, ...] = (0,)) -> Cost:
    """What a command of the program costs."""
    return python("from sp_geo.cli.main import run; sys.exit(run(sys.argv[1:]))", *arguments, codes=codes)


def published(size: str) -> list[Path]:
    """Folders of a synthetic England's files, one a subject, written if they are not there."""
    folder = FILES / size
    if not (folder / "SYNTHETIC.txt").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        subprocess.run([sys.executable, __file__, str(folder), str(REGIONS[size])], check=True, env=environment)
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in SUBJECTS_APART)


def workspace_of(size: str) -> Path:
    """Where the workspace of that size is, or will be."""
    return KEPT / "workspaces" / size


def built(size: str) -> Path:
    """A workspace with the files of that size, added and built; the last measured build's if there was one."""
    workspace = workspace_of(size)
    if not (workspace / "derived" / "manifest.json").exists():
        shutil.rmtree(workspace, ignore_errors=True)
        sp_geo("--workspace", str(workspace), "--quiet", "add", *map(str, published(size)))
        sp_geo("--workspace", str(workspace), "--quiet", "build")
    return workspace


def write(folder: Path, count: int) -> None:
    """Write an England of so many regions: the smaller scale of the demonstration with others counted to its region."""
    from sp_geo.synthetic import DEFAULT_SEED, england
    from sp_geo.synthetic import write as write_demonstration

    chosen_areas = england._chosen_areas  # noqa: SLF001 - the one place that knows what a scale holds

    def with_others(scale: Any, places: Any, rng: Any) -> Any:
        codes = sorted(set(places.icbs["region_code"]) - {england.REGION})[: count - 1]
        regions = places.icbs["region_code"].replace(dict.fromkeys(codes, england.REGION))
        return chosen_areas(scale, replace(places, icbs=places.icbs.assign(region_code=regions)), rng)

    england._chosen_areas = with_others  # type: ignore[assignment]  # noqa: SLF001
    write_demonstration(folder, "full" if count == REGIONS["full"] else "region", DEFAULT_SEED)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))

"""How long the main job takes: add, build, build again, regress; each in a process of its own, with its peak memory.

Uses the real published files where they are (SP_GEO_REAL or ../shared/real), otherwise the full demonstration. Limits
are those that the project set itself for a machine with two cores.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUBJECTS = ("deprivation", "ethnicity", "geography", "lists", "organisations", "survey", "workforce")


@dataclass(frozen=True)
class Measured:
    """One command's cost."""

    seconds: float
    peak_mb: float


def measure(*arguments: str) -> Measured:
    """Run a command to its end in a process of its own."""
    # The child's peak is read from inside the child: this process's own children would keep the highest of them all.
    script = (
        "import resource, sys; from sp_geo.cli import run; code = run(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
    )
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    seconds = time.perf_counter() - started
    return Measured(seconds, int(done.stderr.strip().splitlines()[-1]) / 1024)


def main() -> None:
    """Print a table of what was measured against what was promised."""
    named = os.environ.get("SP_GEO_REAL")
    real = Path(named) if named else ROOT.parent / "shared" / "real"
    with tempfile.TemporaryDirectory() as folder:
        workspace = ("--workspace", str(Path(folder) / "workspace"), "--quiet")
        rows: list[tuple[str, Measured, float, float]] = []
        if real.is_dir():
            print("from the real published files")
            paths = [str(real / subject) for subject in SUBJECTS]
            rows.append(("add", measure(*workspace, "add", *paths), 60, 2048))
            rows.append(("build", measure(*workspace, "build"), 60, 2048))
        else:
            print("from the full demonstration (the real files are not here)")
            rows.append(("demo (write, add, build)", measure(*workspace, "demo"), 60, 2048))
        rows.append(("build again", measure(*workspace, "build"), 3, 2048))
        regress = ("regress", "--need", "imd_score", "--treatment", "all", "--format", "csv")
        times = [measure(*workspace, *regress) for _ in range(5)]
        rows.append(("regress, median of 5", sorted(times, key=lambda one: one.seconds)[2], 3, 2048))
        size = sum(path.stat().st_size for path in (Path(folder) / "workspace" / "derived").glob("*")) / 1e6
    print(f"{'what':<26}{'seconds':>9}{'limit':>7}{'peak MB':>9}{'limit':>7}")
    for name, cost, seconds, memory in rows:
        verdict = "" if cost.seconds <= seconds and cost.peak_mb <= memory else "  OVER THE LIMIT"
        print(f"{name:<26}{cost.seconds:>9.1f}{seconds:>7.0f}{cost.peak_mb:>9.0f}{memory:>7.0f}{verdict}")
    print(f"derived tables: {size:.1f} MB")


if __name__ == "__main__":
    main()

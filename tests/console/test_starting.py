"""Starting is quick: help and completion load no library of tables."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY

HEAVY = {
    "pandas", "numpy", "geopandas", "scipy", "dash", "plotly", "matplotlib", "pandera", "sqlalchemy", "httpx",
    "shapely", "pyarrow", "rich", "duckdb", "sklearn",
}  # fmt: skip
SECONDS = 1.5
_LOADED = """
import json, sys
from sp_geo.cli.main import run
code = run({arguments})
print(json.dumps([code, sorted(name for name in sys.modules if "." not in name)]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["plan", "posts", "--help"], ["panel", "--aera"], ["pnael"]]
)
def test_help_and_slips_load_nothing_heavy(arguments: list[str]) -> None:
    """Help and slips are answered before any heavy library is loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _LOADED.format(arguments=arguments)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    code, loaded = json.loads(done.stderr.splitlines()[-1])
    assert code in {0, 2}
    assert not HEAVY & set(loaded)


def test_help_takes_little_time() -> None:
    """Help comes at once; the best of three tells the program from a busy machine."""
    took = []
    for _ in range(3):
        started = os.times().children_user
        subprocess.run(
            [sys.executable, "-m", "sp_geo", "--help"],
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}, capture_output=True, check=True,
        )  # fmt: skip
        took.append(os.times().children_user - started)
    assert min(took) < SECONDS

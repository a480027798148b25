"""A workspace with a handful of PCNs, made by the command itself where nobody watches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[bytes]]:
    """The workspace of the miniature, and what its making said."""
    folder = tmp_path_factory.mktemp("small") / "workspace"
    done = subprocess.run(
        [sys.executable, "-m", "sp_geo", "demo", "--scale", "miniature", "--seed", "1", "--workspace", str(folder)],
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done


@pytest.fixture(scope="session")
def small(made: tuple[Path, subprocess.CompletedProcess[bytes]]) -> Path:
    """The miniature, whose ICB is S9B9J; read only."""
    return made[0]

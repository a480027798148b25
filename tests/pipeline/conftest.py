"""The miniature England: its files, and a workspace built from them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sp_geo.cli.main import run
from sp_geo.synthetic import write


@pytest.fixture(scope="session")
def miniature_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature's files in the publishers' layouts; tests that change them work on a copy."""
    folder = tmp_path_factory.mktemp("miniature") / "files"
    write(folder, "miniature", seed=1)
    return folder


def published(folder: Path) -> list[str]:
    """The files of a demonstration that are as published, without the truth beside them."""
    return sorted(str(path) for path in folder.iterdir() if path.is_dir() and path.name != "truth")


@pytest.fixture(scope="session")
def built(miniature_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace built from the miniature; read only."""
    workspace = tmp_path_factory.mktemp("workspace")
    assert run(["--workspace", str(workspace), "--quiet", "add", *published(miniature_files)]) == 0
    assert run(["--workspace", str(workspace), "--quiet", "build"]) == 0
    return workspace


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A copy of the built workspace that a test may change."""
    target = tmp_path / "workspace"
    shutil.copytree(built, target)
    return target


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

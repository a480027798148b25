"""Where files lie before they are added, and where they are added to."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Where files lie before they are added."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace that does not exist yet."""
    return tmp_path / "workspace"

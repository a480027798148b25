"""The notebooks run from top to bottom on a synthetic workspace, and hold no logic, no output and no path."""

from __future__ import annotations

import warnings
from pathlib import Path

import nbformat
import pytest

from tests.conftest import REPOSITORY

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    """There are five notebooks, numbered in their order."""
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05"]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(path: Path, region: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every cell runs, and shows figures and tables of the workspace it was given."""
    monkeypatch.setenv("SP_GEO_WORKSPACE", str(region))
    notebook = nbformat.read(path, as_version=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the kernel's own libraries; the notebook's run in the kernel
        from nbclient import NotebookClient

        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    text = "".join(str(output.get("text", "")) for output in outputs)
    assert "SYNTHETIC" in text
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert kinds & {"image/png", "application/vnd.plotly.v1+json"}, "no figure was drawn"
    assert "text/html" in kinds, "no table was shown"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_committed_bare(path: Path) -> None:
    """A notebook is committed without outputs, paths of a machine or logic of its own."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    source = "\n".join(cell.source for cell in code)
    assert "def " not in source
    assert "for " not in source
    assert "/home" not in source
    assert "/work" not in source
    assert sum(cell.cell_type == "markdown" for cell in notebook.cells) >= 4

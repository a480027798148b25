"""The notebooks run from top to bottom on a synthetic workspace, and hold no logic, no output and no path."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.conftest import REPOSITORY, contents

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    """There are six notebooks, numbered in their order."""
    assert [path.name[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04", "05", "06"]


@pytest.fixture(scope="module")
def kernel(region: Path) -> Iterator[Any]:
    """One kernel for all notebooks, which spares each of them to start Python and load libraries."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of the kernel's own libraries; the notebook's run in the kernel
        from jupyter_client.manager import start_new_kernel

        patch.setenv("SP_GEO_WORKSPACE", str(region))
        patch.delenv("SP_GEO_PLANS", raising=False)
        manager, client = start_new_kernel(kernel_name="python3")
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_from_top_to_bottom(path: Path, kernel: Any, region: Path) -> None:
    """Every cell runs, shows figures and tables of the workspace it was given, and leaves the workspace as it was."""
    before = contents(region)
    notebook = nbformat.read(path, as_version=4)
    # A notebook knows no name of the one before.
    fresh = nbformat.v4.new_code_cell("%reset -f")
    notebook.cells.insert(0, fresh)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbclient import NotebookClient

        runner = NotebookClient(notebook, km=kernel[0], timeout=240)
        runner.kc = kernel[1]
        runner.execute(cleanup_kc=False)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    text = "".join(str(output.get("text", "")) for output in outputs)
    assert "SYNTHETIC" in text
    assert "\\x1b" not in str(outputs), "something was printed as for a terminal"
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert kinds & {"image/png", "application/vnd.plotly.v1+json"}, "no figure was drawn"
    assert "text/html" in kinds, "no table was shown"
    assert contents(region) == before


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_says_what_it_answers_and_what_would_change_that(path: Path) -> None:
    """A notebook begins with the question it answers, and ends with what would change the answer."""
    cells = nbformat.read(path, as_version=4).cells
    assert {cells[0].cell_type, cells[-1].cell_type} == {"markdown"}
    assert cells[0].source.startswith("# ")
    assert "\n\n**It answers:** " in cells[0].source
    assert cells[-1].source.startswith("## What would change the answer\n\n- **")
    assert cells[-1].source.count("\n- **") >= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_committed_bare(path: Path) -> None:
    """A notebook is committed without outputs, paths of a machine or logic of its own, on public names only."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    source = "\n".join(cell.source for cell in code)
    assert "def " not in source
    assert "for " not in source
    assert "/home" not in source
    assert "/work" not in source
    assert "import sp_geo\n" in source
    assert "from sp_geo" not in source
    assert "sp_geo._" not in source
    assert sum(cell.cell_type == "markdown" for cell in notebook.cells) >= 4

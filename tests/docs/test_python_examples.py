"""Examples in Python on the pages are true: each page is run from top to bottom, in a folder as its reader has it."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from sp_geo.workspace.shelf import list_shelved
from tests.conftest import REPOSITORY

_FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = {
    path.relative_to(REPOSITORY).as_posix(): examples
    for path in [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
    if (examples := _FENCE.findall(path.read_text(encoding="utf-8")))
}


@pytest.fixture
def folder(region: Path, pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a workspace, a pack, a download that the workspace has already, and a file of one's own."""
    shutil.copytree(region, tmp_path / "my-work")
    shutil.copytree(pack, tmp_path / "pack")
    (tmp_path / "Downloads" / "nhs").mkdir(parents=True)
    release = next(item for item in list_shelved(region) if item.origin.publication == "pcn_workforce")
    shutil.copy(release.path, tmp_path / "Downloads" / "nhs" / "workforce.zip")
    (tmp_path / "carers.csv").write_text("SYNTHETIC carers\nPCN,Carers\nU90001,13\nU90002,8\nU90003,16\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SP_GEO_PLANS", raising=False)


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_a_page_runs(page: str) -> None:
    """A reader who copies what a page shows in Python gets what it says beside it."""
    known: dict[str, Any] = {}
    for example in PAGES[page]:
        lines = example.splitlines()
        for statement in ast.parse(example).body:
            code = "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
            if not isinstance(statement, ast.Expr):
                exec(code, known)  # noqa: S102 - a page of our own
                continue
            found = eval(code.split("  # ")[0], known)  # noqa: S307 - a page of our own
            said = re.search(r"  # ('.*'|[\d.]+)$", code)
            assert said is None or found == ast.literal_eval(said[1]), code

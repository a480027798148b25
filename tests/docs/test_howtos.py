"""The how-tos are true: their commands are run, and what they show is what comes out."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from sp_geo.cli.main import run
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "docs" / "howto"
PAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.md")))
_FENCE = re.compile(r"^```(console|\{code-block\}[^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CAPTION = re.compile(r"^:caption: (.+)\n\n", re.MULTILINE)
_LINES = re.compile("[\u2500-\u257f]")


class Step(NamedTuple):
    """A file to write (name, content), or a command with the answer that the page shows."""

    file: str
    command: str
    shown: list[str]


def steps(text: str) -> list[Step]:
    """What a page does, in its order."""
    found = []
    for kind, content in _FENCE.findall(text):
        if kind != "console":
            caption = _CAPTION.search(content)
            if caption:
                found.append(Step(caption[1].strip(), content[caption.end() :], []))
            continue
        for line in content.splitlines():
            if line.startswith("$ "):
                found.append(Step("", line[2:], []))
            elif line.strip():
                found[-1].shown.append(line)
    return found


def plain(text: str) -> str:
    """Without the lines of tables, and with single spaces."""
    return " ".join(_LINES.sub(" ", text).split())


@pytest.fixture
def folder(region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the practice workspace, as a reader has it after the first command."""
    shutil.copytree(region, tmp_path / "practice")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SP_GEO_WORKSPACE", raising=False)
    monkeypatch.delenv("SP_GEO_PLANS", raising=False)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_how_to_gives_what_the_page_shows(
    page: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reader who types what the page says sees what the page shows."""
    done = steps((FOLDER / f"{page}.md").read_text(encoding="utf-8"))
    assert done, "the page runs nothing"
    for step in done:
        if step.file:
            (folder / step.file).write_text(step.command, encoding="utf-8")
            continue
        words = shlex.split(step.command)
        assert words[0] == "sp-geo", step.command
        if "demo" in words:
            words = ["sp-geo", "--workspace", "practice", "build"]  # the fixture has made it already
        code = run(words[1:])
        captured = capsys.readouterr()
        is_refused = any(line.startswith("error:") for line in step.shown)
        assert (code != 0) is is_refused, f"{step.command}: exit {code}, {captured.err[-500:]}"
        said = plain(captured.out + captured.err)
        missing = [piece for line in step.shown for piece in map(plain, line.split("…")) if piece and piece not in said]
        assert not missing, f"{step.command}\nthe page shows: {missing}\nthe command says: {said[:1500]}"

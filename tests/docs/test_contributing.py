"""The recipes of docs/contributing.md are followed to the letter in a copy of the repository, and what they add works."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import REPOSITORY, published
from tests.docs.test_howtos import plain

PAGE = (REPOSITORY / "docs" / "contributing.md").read_text(encoding="utf-8")
_FENCE = re.compile(
    r"^```(?:(console)|\{code-block\} (\w+))\n(?::caption: ([^\n]+)\n)?\n?(.*?)^```$", re.MULTILINE | re.DOTALL
)
_OF_ONE_QUARTER = re.compile(r"062026|(?:map|age)\.2026-07|lsoa-all|LSOA_2011")
"""Files of the miniature that its last quarter needs; they stand for all of it where the page says ``demo``."""
DEMO = "sp-geo demo --scale miniature"
AS_JSON = "sp-geo --quiet highest --need living_alone --first 2 --format json"
ADDRESS = "/highest?need=living_alone&first=2"
ASKED = f"""
import json
import sp_geo
from sp_geo.web.application import create_app
from sp_geo.workspace.store import Store

ws = sp_geo.open("workspace")
client = create_app(Store(ws.folder)).server.test_client()
found = {{}}
for at in ("/", "{ADDRESS}"):
    found[at] = json.dumps(client.get("/_dash-layout", headers={{"Referer": "http://localhost" + at}}).json)
found["table"] = client.get("/table/highest/{ADDRESS[1:]}").json
found["rows"] = json.loads(ws.highest("living_alone", first=2).rows.to_json(orient="records", double_precision=15))
found["areas"] = len(ws.table("core_lsoa21_living_alone"))
print(json.dumps(found))
"""
"""The last thing that is run: what was added, asked by method and page."""


class Block(NamedTuple):
    """A fenced block of the page: its language, the file that it names, and what stands in it."""

    language: str
    file: str
    text: str


class Done(NamedTuple):
    """What was run: the text, the exit code, and all that was printed."""

    text: str
    code: int
    said: str


BLOCKS = [Block(console or language, file, text) for console, language, file, text in _FENCE.findall(PAGE)]


def changed(text: str, changes: str) -> str:
    """A file with the changes of a block; each piece of it must stand there exactly once."""
    for piece in changes.split("@@\n"):
        lines = piece.splitlines(keepends=True)
        old, new = ("".join(line[1:] or "\n" for line in lines if line[0] in f" \n{sign}") for sign in "-+")
        assert text.count(old) == 1, f"stands {text.count(old)} times:\n{old}"
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository with every file and every change of the page."""
    folder = tmp_path_factory.mktemp("contributing") / "sp_geo"
    folder.mkdir()
    left = shutil.ignore_patterns("_build", "derived")
    for part in (".ci", "src", "tests", "docs", "scripts", "data", "benchmarks", "notebooks"):
        shutil.copytree(REPOSITORY / part, folder / part, ignore=left)
    for path in REPOSITORY.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    for block in BLOCKS:
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            is_change = block.language == "diff"
            text = changed(path.read_text(encoding="utf-8"), block.text) if is_change else block.text
            path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def done(copy: Path, miniature_files: Path) -> list[Done]:
    """What came of all that the page says to type, and of the same questions asked otherwise."""
    files = sorted(path for name in published(miniature_files) for path in Path(name).glob("*.[xz]*[px]"))
    wanted = " ".join(f"'{path}'" for path in files if _OF_ONE_QUARTER.search(path.name))
    steps = []
    for block in BLOCKS:
        if block.language == "pycon":
            steps.append(("pycon", block.text))
        if block.language == "console":
            steps += [("console", line[2:]) for line in block.text.splitlines() if line.startswith("$ ")]
    at = steps.index(("console", DEMO))
    steps[at] = ("console", f"sp-geo add {wanted}")
    steps += [("console", AS_JSON), ("python", ASKED)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SP_GEO_", "PYTEST_"))}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.docs.follow"],
        input=json.dumps(steps),
        cwd=copy,
        env=environment | {"PYTHONPATH": str(copy / "src")},
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    return [Done(*item) for item in json.loads(ran.stdout)]


def test_each_command_shows_what_the_page_shows(done: list[Done]) -> None:
    """Every command and example of the page succeeds, and what it prints has the lines that stand below it."""
    assert [f"{item.text}\n{item.said[-1500:]}" for item in done if item.code] == []
    said = {item.text: plain(item.said) for item in done}
    for block in BLOCKS:
        for text in block.text.split("$ ")[1:] if block.language == "console" else ():
            command, *shown = text.splitlines()
            pieces = [piece for line in shown for piece in map(plain, line.split("…"))]
            assert command == DEMO or not [piece for piece in pieces if piece not in said[command]], said[command]


def test_what_was_added_is_there(done: list[Done]) -> None:
    """The table has the rows of its file, method, command and page have the same rows, and the menu has the page."""
    found = json.loads(done[-1].said)
    assert found["areas"] == 20
    assert found["rows"] == json.loads(next(item.said for item in done if item.text == AS_JSON))
    assert [(row["pcn_code"], round(row["living_alone"], 3)) for row in found["rows"]] == [
        ("U90004", 0.4),
        ("U90003", 0.3),
    ]
    assert [row[1:3] for row in found["table"]["rows"]] == [["U90004", "40.0"], ["U90003", "30.0"]]
    for page in ("/", ADDRESS):
        assert '"data-page": "/highest"' in found[page]
    assert "sp-geo highest --need living_alone --quarter 2026Q2 --first 2" in found[ADDRESS]
    assert "ws.highest(need='living_alone', quarter='2026Q2', first=2)" in found[ADDRESS]


def test_every_test_that_the_page_names_is_there() -> None:
    """Whoever runs the tests of a room finds them."""
    named = set(re.findall(r"tests/[\w/.]+", PAGE)) - {block.file for block in BLOCKS}
    assert len(named) > 20
    assert [path for path in named if not (REPOSITORY / path).exists()] == []


def test_changes_must_fit() -> None:
    """A piece that stands nowhere, or twice, is told."""
    assert changed("a\nb\nc\n", " a\n+x\n@@\n-c\n+y\n") == "a\nx\nb\ny\n"
    for text in ("b\n", "a\na\n"):
        with pytest.raises(AssertionError, match=r"stands [02] times"):
            changed(text, " a\n+x\n")

"""The examples of help, run as they stand."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest

from sp_geo.cli.help import read_help
from sp_geo.cli.main import run
from tests.console.commands import COMMANDS

ELSEWHERE = {
    "app": "it serves until it is stopped",
    "serve": "it serves until it is stopped",
    "demo": "the fixture is what it makes",
    "fetch": "it asks the internet",
    "fetch-directory": "it asks the internet",
    "remove": "the hash of a file differs from one workspace to the next",
    "reproduce": "its output is made by the tests of run records",
    "record": "its output is made by the tests of run records",
    "plan": "its example is that of 'plan posts'",
    "build": "the tests of the build run it",
    "local-posts": "the demonstration has no list of local posts",
}
"""Commands whose examples are not run here, and why."""


@pytest.fixture(scope="module")
def desk(region: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace of its own, the files that examples name, and two saved plans."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(region, folder / "workspace")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        posts = ["plan", "posts", "--area", "QOP", "--fte", "6", "--unreported", "exclude", "--author", "planning"]
        for name in ("spring", "autumn"):
            assert run(["--quiet", *posts, "--save", name]) == 0
    return folder


@pytest.fixture(scope="module")
def new_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder without a workspace, with the files that the examples of 'add' name."""
    folder = tmp_path_factory.mktemp("new_desk")
    (folder / "downloads").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run(["--quiet", "template", "services", "--out", "downloads/own.csv"]) == 0
    header = (folder / "downloads" / "own.csv").read_text(encoding="utf-8").strip()
    for name, service in (("downloads/own.csv", "Friends"), ("services.json", "Walks")):
        row = ",".join({"name": service, "category": "isolation"}.get(column, "") for column in header.split(","))
        (folder / name).write_text(f"{header}\n{row}\n", encoding="utf-8")
    (folder / "loneliness.csv").write_text("lsoa21_code,perc,deciles\nE01000001,6.1,5\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ELSEWHERE])
def test_examples_work(
    name: str, desk: Path, new_desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every example of help works as it stands."""
    monkeypatch.chdir(new_desk if name == "add" else desk)
    monkeypatch.delenv("SP_GEO_WORKSPACE", raising=False)
    for example in read_help(COMMANDS[name].help or "").examples:
        words = shlex.split(example)
        assert words[0] == "sp-geo"
        code = run(words[1:])
        said = capsys.readouterr()
        assert code == 0, f"{example}\n{said.err}"
        if "json" in words:
            json.loads(said.out)


def test_what_is_not_run_here_is_there() -> None:
    """Each command that is passed over here exists."""
    assert set(ELSEWHERE) <= set(COMMANDS)

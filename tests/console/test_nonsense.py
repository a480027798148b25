"""Nonsense in every option: a line and a documented code, never a trace."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sp_geo.cli.main import run
from tests.console.commands import COMMANDS
from tests.console.nonsense import ELSEWHERE, REQUIRED, nonsense_for

CODES = {0, 2, 3, 4, 5, 6, 9, 10, 11, 12}
"""What may come of nonsense; 1, 7 and 8 are faults of ours."""
SLOW = {"specifications", "export"}
"""Commands whose every call takes seconds: with tables their nonsense was tried by hand."""
NAMES = [name for name, command in COMMANDS.items() if not hasattr(command, "commands") and name not in ELSEWHERE]


@pytest.fixture(scope="module")
def small(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature, whose ICB is S9B9J, for anything that may be written into it."""
    target = tmp_path_factory.mktemp("nonsense") / "workspace"
    shutil.copytree(built, target)
    return target


def calls(name: str, parameter: Any, value: str) -> list[str]:
    """A call of a command that is whole but for one value."""
    rest = list(REQUIRED.get(name, []))
    if parameter.param_type_name == "argument":
        return [*name.split(), "--", value] if not rest else [*name.split(), *rest[1:], "--", value]
    option = parameter.opts[0]
    if option in rest:
        at = rest.index(option)
        del rest[at : at + 2]
    return [*name.split(), *rest, f"{option}={value}"]


def tried(name: str) -> Iterator[tuple[Any, tuple[str, ...]]]:
    """Every option and argument of a command that takes a value, with what it does not expect."""
    for parameter in COMMANDS[name].params:
        if not getattr(parameter, "is_flag", False):
            yield parameter, nonsense_for(parameter)


def check(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A call ends as documented."""
    code = run(arguments)
    said = capsys.readouterr()
    assert code in CODES, f"{arguments}: {code}\n{said.err}"
    assert "Traceback" not in said.err
    assert "\x1b" not in said.out + said.err, arguments
    if code:
        assert len(said.err.splitlines()) == 1 or said.out, f"{arguments}\n{said.err}"
        assert len(said.err) < 2_000, arguments


@pytest.mark.parametrize("name", NAMES)
def test_nonsense_is_refused_where_there_is_nothing_yet(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nonsense in any option is one line before there is a workspace."""
    monkeypatch.chdir(tmp_path)
    for parameter, values in tried(name):
        for value in values:
            check(["--workspace", str(tmp_path / "none"), *calls(name, parameter, value)], capsys)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SLOW])
def test_nonsense_is_refused_where_there_are_tables(
    name: str, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nonsense in any option is one line in a working workspace, too.

    One value for each option, another for each name, as each call reads tables; all of them were tried once by hand.
    """
    monkeypatch.chdir(tmp_path)
    for parameter, values in tried(name):
        value = values[zlib.crc32(f"{name} {parameter.name}".encode()) % len(values)]
        check(["--workspace", str(small), *calls(name, parameter, value)], capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        ["inequality", "--seed=-1"],
        ["spatial", "--seed=-1"],
        ["inequality", "--draws", "1000000000"],
        ["plan", "posts", "--fte", "nan", "--unreported", "exclude"],
        ["plan", "posts", "--fte", "1e9", "--step", "1e-9", "--unreported", "exclude"],
        ["regress", "--per", "nan"],
        ["services", "--show", "attributes", "--within-km", "nan"],
    ],
)
def test_numbers_that_would_break_or_never_end_are_refused(
    arguments: list[str], small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Numbers that nobody can reckon with are refused in one line."""
    assert run(["--workspace", str(small), *arguments]) in {2, 9}
    assert len(capsys.readouterr().err.splitlines()) == 1

"""Options of every command, before its name or after it, and faults as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sp_geo.cli.main import run
from tests.console.commands import COMMANDS
from tests.console.test_leaving import FIELDS

LEAVES = [name for name, command in COMMANDS.items() if not hasattr(command, "commands")]
MISUSES = [
    (["pnael"], "there is no such command", "Did you mean 'panel'?"),
    (["plan", "post"], "there is no such command", "Did you mean 'posts'?"),
    (["panel", "--aera", "QOP"], "there is no such option", "Did you mean '--area'?"),
    (["panel", "--zzz"], "there is no such option", "'sp-geo panel --help' says what it takes"),
    (["panel", "--area"], "option '--area' requires an argument", None),
    (["panel", "extra"], "got unexpected extra argument", "'sp-geo panel --help' says what it takes"),
    (["plan", "posts"], "missing option '--fte'", "'sp-geo plan posts --help' says what it takes"),
    (["plan", "posts", "--fte", "two"], "'--fte' cannot be this", "'sp-geo plan posts --help' says what it takes"),
    (["plan", "sites", "--opening", "2.5"], "'--opening' cannot be this", None),
    (["panel", "--format", "cvs"], "'--format' cannot be this", "Did you mean 'csv'?"),
    (["add"], "missing argument 'PATH'", None),
    (["app", "--port", "0"], "not a port", None),
    (["app", "--port=99999"], "not a port", None),
    (["serve", "--workers", "0"], "'--workers' cannot be this", None),
    ([], "a command is missing", "'sp-geo --help' says what it takes"),
    (["plan"], "a command is missing", "'sp-geo plan --help' says what it takes"),
]


@pytest.mark.parametrize(
    ("arguments", "message", "advice"), MISUSES, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_misuse_is_one_line_of_json_wherever_the_option_stands(
    arguments: list[str], message: str, advice: str | None, is_first: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misuse is one JSON record with its advice, whether the option stands first or last."""
    given = ["--json-errors", *arguments] if is_first else [*arguments, "--json-errors"]
    if arguments == ["panel", "--area"] and not is_first:
        given = ["panel", "--json-errors", "--area"]
    assert run(given) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("\n")
    record = json.loads(said.err)
    assert said.err.count("\n") == 1
    assert list(record) == FIELDS
    assert (record["kind"], record["exit_code"]) == ("UsageError", 2)
    assert record["message"].startswith(message)
    assert advice is None or record["advice"] == advice


@pytest.mark.parametrize(
    ("arguments", "message", "advice"),
    MISUSES[:-2],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_misuse_is_one_line_for_people(
    arguments: list[str], message: str, advice: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misuse is one line in words of everyday, with its advice."""
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"error: {message}")
    assert len(said.splitlines()) == 1
    assert advice is None or advice in said


@pytest.mark.parametrize(
    ("arguments", "found", "expected"),
    [
        (["plan", "posts", "--fte", "two"], "'two'", "a number"),
        (["plan", "sites", "--opening", "2.5"], "'2.5'", "a whole number"),
        (["panel", "--format", "xml"], "'xml'", "table, csv, json"),
        (["serve", "--workers", "0"], "'0'", "greater than or equal to 1"),
    ],
)
def test_a_value_that_cannot_be_is_told_with_what_could(
    arguments: list[str], found: str, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A value that cannot be is repeated beside those that can."""
    assert run([*arguments, "--json-errors"]) == 2
    record = json.loads(capsys.readouterr().err)
    assert (record["found"], record["expected"]) == (found, expected)


@pytest.mark.parametrize("arguments", [[], ["plan"]])
def test_no_command_is_answered_with_the_list_of_them(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The name of the program alone is answered with its commands."""
    assert run(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("Usage: sp-geo")
    assert "Example" in said


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_takes_the_options_of_all(name: str) -> None:
    """The options of the program work after every command."""
    known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    assert {"--workspace", "--quiet", "--json-errors", "--debug"} <= known


def test_the_workspace_may_be_named_after_the_command(
    region: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The workspace means the same before and after the command."""
    monkeypatch.chdir(tmp_path)
    orders = [
        ["--workspace", str(region), "panel", "--format", "csv"],
        ["panel", "--format", "csv", "--workspace", str(region)],
        ["--workspace", str(tmp_path / "other"), "panel", "--workspace", str(region), "--format", "csv"],
    ]
    said = []
    for order in orders:
        assert run(order) == 0
        said.append(capsys.readouterr().out)
    assert said[0].count("\n") > 100
    assert said[0] == said[1] == said[2]
    plan = ["plan", "--workspace", str(region), "posts", "--area", "QOP", "--fte", "1", "--unreported", "exclude"]
    assert run(plan) == 0


@pytest.mark.parametrize("is_first", [True, False])
def test_quiet_keeps_results_and_faults_and_drops_the_rest(
    is_first: bool, region: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --quiet notes go, and results and faults stay."""
    regress = ["regress", "--need", "imd_score", "--quarter", "latest", "--format", "csv", "--workspace", str(region)]
    assert run(regress) == 0
    loud = capsys.readouterr()
    assert "Intervals are 95 %" in loud.err
    assert run(["--quiet", *regress] if is_first else [*regress, "--quiet"]) == 0
    quiet = capsys.readouterr()
    assert quiet.out == loud.out
    assert quiet.err == ""
    assert run(["--quiet", *regress, "--area", "nowhere"]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_files_that_are_refused_are_told_as_json_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each refused file is a JSON record of its own."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x,y\n1,2\n", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("a.csv", "b.csv")]
    assert run(["--workspace", str(tmp_path / "w"), "add", *files, "--json-errors"]) == 3
    said = capsys.readouterr()
    records = [json.loads(line) for line in said.err.splitlines()]
    assert [record["kind"] for record in records] == ["UnrecognisedFile", "UnrecognisedFile"]
    assert len(said.out.splitlines()) == 2


def test_json_is_plain_letters(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """JSON has ASCII letters alone, so that any code page can write it."""
    assert run(["--workspace", str(tmp_path), "remove", "Ünïcödé", "--json-errors"]) in {2, 6}
    said = capsys.readouterr().err
    assert said.isascii()
    json.loads(said)


def test_what_stands_after_two_dashes_is_no_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands after two dashes is a name and no option."""
    assert run(["--workspace", str(tmp_path), "add", "--", "--json-errors"]) == 2
    assert capsys.readouterr().err.startswith("error: ")

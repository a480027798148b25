"""What is written where somebody watches, and where nobody does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.cli import printing, progress
from sp_geo.cli.session import Session
from sp_geo.core.settings import Settings
from sp_geo.questions import records
from tests.conftest import REPOSITORY

ESCAPE = b"\x1b"


def environment(**more: str) -> dict[str, str]:
    """Variables for a process of its own."""
    dropped = {"NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS"}
    known = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**known, "PYTHONPATH": str(REPOSITORY / "src"), **more}


def watched(*arguments: str, term: str = "xterm-256color", columns: int = 100) -> tuple[int, bytes]:
    """Exit code and all that a terminal of so many columns would get."""
    import pty

    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "sp_geo", *arguments],
        stdout=follower, stderr=follower, stdin=follower, env=environment(TERM=term, COLUMNS=str(columns)),
    )  # fmt: skip
    os.close(follower)
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(leader, 65_536)
        except OSError:  # Linux says that the other end was closed
            break
        if not part:
            break
        parts.append(part)
    os.close(leader)
    return process.wait(timeout=60), b"".join(parts)


def piped(*arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """The same where both outputs go to a file or a program."""
    return subprocess.run(
        [sys.executable, "-m", "sp_geo", *arguments], env=environment(**more), capture_output=True, check=False
    )


@pytest.fixture(scope="module")
def here(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that is built again and again."""
    target = tmp_path_factory.mktemp("screen") / "workspace"
    shutil.copytree(built, target)
    return target


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_a_build_shows_its_steps_on_a_terminal(here: Path, term: str) -> None:
    """A terminal shows the steps of a build with their seconds."""
    code, shown = watched("--workspace", str(here), "build", term=term)
    assert code == 0
    assert b"unchanged" in shown
    assert re.search(rb"\d s *\r\n", shown)
    assert ESCAPE not in shown
    assert all(len(line.rstrip()) < 100 for line in shown.split(b"\r\n") if b"unchanged " in line)


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
def test_quiet_shows_no_steps_on_a_terminal(here: Path) -> None:
    """With --quiet no step is shown."""
    code, shown = watched("--workspace", str(here), "build", "--quiet")
    assert code == 0
    assert b"unchanged" not in shown


def test_nothing_but_results_and_notes_goes_into_a_file(here: Path) -> None:
    """A file gets results and notes alone, publications by their titles, also where a program pretends to be a terminal."""
    more = {"FORCE_COLOR": "1", "TERM": "xterm"}
    said = {}
    for arguments in (
        ["build"],
        ["status"],
        ["plan", "posts", "--area", "S9B9J", "--fte", "1", "--unreported", "exclude"],
    ):
        done = piped("--workspace", str(here), *arguments, **more)
        assert done.returncode == 0
        assert ESCAPE not in done.stdout + done.stderr
        assert b"\r" not in done.stderr.replace(b"\r\n", b"\n")
        assert b" unchanged  " not in done.stderr
        said[arguments[0]] = done.stdout.decode()
    assert "practice_map" not in said["status"]
    assert "Patients Registered at a GP Practice, practice mapping" in said["status"]


def test_the_demonstration_tells_a_file_nothing_of_its_steps(tmp_path: Path) -> None:
    """A file gets the demonstration's result and none of its steps."""
    done = piped("demo", "--scale", "miniature", "--seed", "1", "--workspace", str(tmp_path / "w"))
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    assert b"SYNTHETIC" in done.stdout
    assert ESCAPE not in done.stdout


def test_a_fetch_tells_a_file_nothing_of_its_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pages of a directory are told on a terminal alone, and not with --quiet."""
    session = Session(Settings(tmp_path, 8050), quiet=False)
    session.progress("page 1 of 9")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    session.progress("page 1 of 9")
    Session(Settings(tmp_path, 8050), quiet=True).progress("page 2 of 9")
    assert capsys.readouterr().err == "page 1 of 9\n"


def test_a_running_step_is_written_over_by_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line of a step that ends covers that of the running one."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    show = progress.steps(Session(Settings(tmp_path, 8050), quiet=False), {"TERM": "xterm"})
    show("a step with a very long name that goes on and on", "running")
    show("short", "done")
    running, done = capsys.readouterr().err.split("\r")
    assert len(running) == 39
    assert len(done) == 40
    assert done.startswith("  short            done")
    dumb = progress.steps(Session(Settings(tmp_path, 8050), quiet=False), {"TERM": "dumb"})
    dumb("step", "running")
    assert capsys.readouterr().err == ""


FRAME = pd.DataFrame(
    {"practice": ["A81001", "B82002"], "name": ["The Long Named Surgery", "X"], "patients": [10_000, 5],
     "rate": [1.5, None], "note": ["word " * 30, ""]}
)  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_a_table_fits_the_screen_and_loses_nothing(width: int) -> None:
    """A table fits a terminal of any width with every word of it."""
    text = records.as_table(FRAME, "Practices", ("A note that is said below the table, whatever its width is.",), width)
    assert all(len(line) <= width for line in text.splitlines())
    for cell in ("Named", "10,000", "1.5000", "A81001", "B82002", "[x]"):
        assert cell in text
    assert text.count("word") == 30
    assert "…" not in text


def test_a_narrow_table_goes_on_below_with_its_first_column() -> None:
    """Columns that do not fit go on below, beside the first one again."""
    wide, narrow = (records.as_table(FRAME.drop(columns="note"), "T", (), width) for width in (200, 34))
    assert wide.count("A81001") == 1
    assert narrow.count("A81001") > 1
    assert [line.strip() for line in narrow.splitlines()].count("T") == 1


def test_a_table_in_a_file_is_neither_wrapped_nor_cut() -> None:
    """A table in a file has each row on one line."""
    text = records.as_table(FRAME, "Practices", ("note " * 100,))
    assert ("word " * 30).strip() in text
    assert ("note " * 100).strip() in text
    assert printing.screen_width() is None


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of POSIX")
@pytest.mark.parametrize("columns", [60, 100])
def test_status_is_readable_on_a_narrow_terminal(here: Path, columns: int) -> None:
    """The widest table of all fits a narrow terminal."""
    code, shown = watched("--workspace", str(here), "status", columns=columns)
    assert code == 0
    lines = shown.decode().split("\r\n")
    assert max(len(line) for line in lines) <= columns
    assert "practice_map" not in shown.decode()

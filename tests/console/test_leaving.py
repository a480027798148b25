"""How a call ends: one line, the code of its kind, and no trace in a user's way."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sp_geo.cli import faults
from sp_geo.cli.main import run
from sp_geo.cli.session import Session
from sp_geo.core import errors
from tests.conftest import REPOSITORY, hears_ctrl_c

FIELDS = ["kind", "exit_code", "message", "file", "row", "column", "found", "expected", "advice"]
PIPED: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


def command(*arguments: str) -> list[str]:
    """The program in a process of its own."""
    return [sys.executable, "-m", "sp_geo", *arguments]


def environment(**more: str) -> dict[str, str]:
    """Variables for a process of its own."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY / "src"), **more}


def raising(fault: BaseException) -> Callable[..., Any]:
    """A function that does nothing but fail."""

    def fail(*_: Any, **__: Any) -> Any:
        raise fault

    return fail


@pytest.mark.parametrize("kind", errors.SpGeoError.__subclasses__(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("as_json", [False, True])
def test_every_kind_of_fault_is_one_line_and_its_code(
    kind: type[errors.SpGeoError], as_json: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every kind of fault ends in its exit code and one line, for people or as JSON."""
    fault = kind("it cannot be", file="a.csv", row=2, column="FTE", found="x", expected="y", advice="Do z")
    monkeypatch.setattr(Session, "build", property(raising(fault)))
    code = run(["panel", *(["--json-errors"] if as_json else [])])
    said = capsys.readouterr()
    assert code == kind.exit_code
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    if as_json:
        record = json.loads(said.err)
        assert list(record) == FIELDS
        assert (record["kind"], record["exit_code"], record["row"]) == (kind.__name__, code, 2)
    else:
        assert said.err == f"error: {fault.line()}\n"


def test_a_fault_that_nobody_foresaw_keeps_its_trace_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unforeseen fault is one line that names the file with its trace."""
    monkeypatch.setattr(faults.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Session, "build", property(raising(KeyError("lost"))))
    assert run(["panel", "--area", "QOP"]) == errors.SoftwareFault.exit_code
    said = capsys.readouterr().err
    (kept,) = tmp_path.iterdir()
    assert said.startswith("error: this is a fault of sp-geo, not of yours; found KeyError: 'lost'")
    assert str(kept) in said
    assert "Traceback" not in said
    text = kept.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert '["panel", "--area", "QOP"]' in text


def test_debug_shows_the_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --debug the trace is shown before the line."""
    monkeypatch.setattr(faults.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(Session, "build", property(raising(KeyError("lost"))))
    assert run(["panel", "--debug", "--json-errors"]) == errors.SoftwareFault.exit_code
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("Traceback")
    assert json.loads(lines[-1])["kind"] == "SoftwareFault"


def test_a_trace_that_cannot_be_kept_is_not_lost_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the trace cannot be kept, the line says to run again with --debug."""
    monkeypatch.setattr(faults.tempfile, "tempdir", str(tmp_path / "gone"))
    monkeypatch.setattr(Session, "build", property(raising(RuntimeError())))
    assert run(["panel"]) == errors.SoftwareFault.exit_code
    assert "found RuntimeError. Run it again with --debug" in capsys.readouterr().err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EDQUOT, errno.EMFILE])
def test_what_the_system_refuses_is_said_in_a_line(
    number: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A full disk, and all else that the system refuses, is one line with its words."""
    fault = OSError(number, os.strerror(number), "out.csv")
    monkeypatch.setattr(Session, "build", property(raising(fault)))
    assert run(["panel"]) == errors.WorkspaceError.exit_code
    said = capsys.readouterr().err
    assert said.startswith(f"error: out.csv: the system refuses: {os.strerror(number)}")
    assert len(said.splitlines()) == 1


def test_too_little_memory_is_said_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Too little memory is one line."""
    monkeypatch.setattr(Session, "build", property(raising(MemoryError())))
    assert run(["panel"]) == errors.SoftwareFault.exit_code
    assert capsys.readouterr().err.startswith("error: there is not enough memory")


def test_stopping_is_no_fault(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl+C ends with 'stopped' and its own code."""
    monkeypatch.setattr(Session, "build", property(raising(KeyboardInterrupt())))
    assert run(["panel"]) == faults.STOPPED
    assert capsys.readouterr().err == "stopped\n"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_in_a_process_of_its_own(tmp_path: Path) -> None:
    """A signal in the middle of a computation ends with 'stopped' and leaves nothing half made."""
    workspace = tmp_path / "w"
    process = subprocess.Popen(
        command("--workspace", str(workspace), "demo", "--scale", "region"),
        env=environment(),
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509 - it touches no lock
        **PIPED,
    )
    while process.poll() is None and not workspace.exists():
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == faults.STOPPED
    assert said == "stopped\n"
    assert not workspace.exists(), "half a demonstration was left"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_who_leaves_early_is_not_a_fault(region: Path, unbuffered: str) -> None:
    """'sp-geo access | head' ends in silence, with the code of a reader who left."""
    process = subprocess.Popen(
        command("--workspace", str(region), "access", "--format", "csv"),
        env=environment(PYTHONUNBUFFERED=unbuffered),
        **PIPED,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=60) == faults.READER_GONE
    assert said == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_disk_under_the_output_is_said_in_a_line(region: Path) -> None:
    """Output onto a full disk ends in the code of a fault and one line."""
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            command("--workspace", str(region), "panel", "--format", "csv"),
            env=environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == errors.WorkspaceError.exit_code
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_letters_that_a_code_page_lacks_do_not_stop_a_command(region: Path) -> None:
    """Output that Windows redirects into a file is whole, whatever its code page lacks."""
    done = subprocess.run(
        command("--workspace", str(region), "status"),
        env=environment(PYTHONIOENCODING="cp1252", PYTHONUTF8="0"), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"SYNTHETIC" in done.stdout


def test_a_workspace_that_is_not_there_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command says how to make the workspace that is not there yet."""
    for arguments in (["panel"], ["regress"], ["access"], ["plan", "posts", "--fte", "1"], ["export", "--out", "x"]):
        assert run(["--workspace", str(tmp_path / "none"), *arguments]) == errors.WorkspaceError.exit_code
        said = capsys.readouterr().err
        assert "there is no workspace here yet" in said, arguments
        assert "sp-geo demo" in said
    assert not (tmp_path / "none").exists()
    for command_name in ("status", "build"):
        assert run(["--workspace", str(tmp_path / "none"), command_name]) == errors.WorkspaceError.exit_code
        assert "sp-geo" in capsys.readouterr().err


def test_a_workspace_that_is_a_file_or_has_no_name_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A workspace that is a file, or a name that no folder can have, is refused."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(["--workspace", str(tmp_path / "file"), "build"]) == errors.WorkspaceError.exit_code
    assert "the workspace is a file" in capsys.readouterr().err
    for name in ("", "  ", "a\0b", "x" * 5_000):
        assert run(["status", "--workspace", name]) == errors.UsageError.exit_code, name
        assert "the workspace has no usable name" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "--out", "{file}"],
        ["export", "--out", "{folder}"],
        ["specifications", "--need", "imd_score", "--figure", "{file}/x.png"],
        ["specifications", "--need", "imd_score", "--figure", "{folder}"],
        ["template", "services", "--out", "{file}"],
        ["template", "services", "--out", "{file}/x.csv"],
        ["add", "{folder}/none.csv"],
        ["plan", "sites", "--opening", "1", "--candidates", "{folder}/none.csv"],
        ["plan", "sites", "--opening", "1", "--candidates", "{folder}/x.csv"],
        ["plan", "list", "--plans", "sqlite:///{folder}"],
        ["plan", "list", "--plans", "nonsense"],
    ],
)
def test_outputs_and_inputs_that_cannot_be_are_said_in_a_line(
    arguments: list[str], region: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name that is taken or unreadable is one line, and what lies there stays."""
    (tmp_path / "full" / "x.csv").mkdir(parents=True)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    places = {"file": str(tmp_path / "file"), "folder": str(tmp_path / "full")}
    code = run(["--workspace", str(region), *[word.format(**places) for word in arguments]])
    said = capsys.readouterr()
    assert code in {2, 3, 4, 5, 6}, said.err
    assert len(said.err.splitlines()) == 1 or said.out
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"

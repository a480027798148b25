"""The application served for several people: it answers, and a process that dies is replaced."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

STARTED = ("-m", "sp_geo")
WITHOUT_GUNICORN = (
    "-c",
    "import sys; sys.modules['gunicorn'] = None; from sp_geo.cli.main import run; sys.exit(run(sys.argv[1:]))",
)


def answers(address: str) -> bytes:
    """What an address answers, asked until it does."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - the loopback
                return bytes(answer.read())
        except OSError:
            time.sleep(0.25)
    return b""


@contextmanager
def served(workspace: Path, started: Sequence[str]) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Address and process of a workspace served to several people; what it says is on its standard error."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, *started, "--workspace", str(workspace), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        yield f"http://127.0.0.1:{port}", process
        process.terminate()
        process.wait(timeout=30)


@pytest.mark.skipif(os.name != "posix", reason="several processes are served on POSIX systems alone")
def test_it_answers_and_replaces_who_dies(workspace: Path) -> None:
    """The served application answers, and a worker that dies is replaced."""
    with served(workspace, STARTED) as (address, process):
        assert b'<html lang="en">' in answers(address)
        for _ in range(600):
            workers = psutil.Process(process.pid).children()
            if len(workers) == 2:
                break
            time.sleep(0.1)
        assert len(workers) == 2
        for worker in workers:
            worker.kill()
        assert b"overview" in answers(f"{address}/_dash-layout")
        assert process.poll() is None


def test_it_answers_from_one_process_where_gunicorn_is_not(workspace: Path) -> None:
    """Without gunicorn, as on Windows, one process answers and says so."""
    with served(workspace, WITHOUT_GUNICORN) as (address, process):
        assert b'<html lang="en">' in answers(address)
        assert b"overview" in answers(f"{address}/_dash-layout")
        assert psutil.Process(process.pid).children() == []
        assert b"from one process" in process.stderr.readline()

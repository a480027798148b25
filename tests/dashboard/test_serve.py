"""The application served for several people: it answers, and a process that dies is replaced."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="several processes are served on POSIX systems alone")


def answers(address: str) -> bytes:
    """What an address answers, asked until it does."""
    for _ in range(240):
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - the loopback
                return bytes(answer.read())
        except OSError:
            time.sleep(0.25)
    return b""


@pytest.fixture
def shared(workspace: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Address and process of a served miniature."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sp_geo", "--workspace", str(workspace), "serve", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        yield f"http://127.0.0.1:{port}", process
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def test_it_answers_and_replaces_who_dies(shared: tuple[str, subprocess.Popen[bytes]]) -> None:
    """The served application answers, and a worker that dies is replaced."""
    address, process = shared
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

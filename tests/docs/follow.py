"""Runs what docs/contributing.md says to type, in one process of a copy of the repository that was changed as it says."""

from __future__ import annotations

import doctest
import gc
import json
import runpy
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import partial


def command(text: str) -> int:
    """Run a command; the program, its tests and its scripts in this process, which has loaded them already."""
    name, *words = shlex.split(text)
    if name == "sp-geo":
        from sp_geo.cli.main import run

        return run(words)
    if name == "pytest":
        import pytest

        gc.freeze()  # what is loaded stays, and pytest need not look through it again and again
        # Loaded modules cannot be rewritten, which only the words of a failure would gain by.
        code = int(pytest.main(["--assert=plain", *words]))
        gc.unfreeze()
        return code
    if name != "python":
        done = subprocess.run([sys.executable, "-m", name, *words], capture_output=True, text=True, check=False)
        sys.stdout.write(done.stdout + done.stderr)
        return done.returncode
    start = runpy.run_module if words[0] == "-m" else runpy.run_path
    sys.argv = words[1:] if words[0] == "-m" else words
    try:
        start(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def example(text: str) -> int:
    """Run lines of Python; how many show something else than the page does."""
    test = doctest.DocTestParser().get_doctest(text, {}, "example", None, 0)
    return doctest.DocTestRunner(verbose=False).run(test).failed


def script(text: str) -> int:
    """Run lines of Python that print."""
    exec(text, {})  # noqa: S102 - lines of the test
    return 0


def said(call: Callable[[], int]) -> tuple[int, str]:
    """The exit code of a call, and all that it printed."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        with redirect_stdout(printed), redirect_stderr(printed):
            code = call()
        printed.seek(0)
        return code, printed.read()


KINDS: dict[str, Callable[[str], int]] = {"console": command, "pycon": example, "python": script}

if __name__ == "__main__":
    found = []
    for kind, text in json.load(sys.stdin):
        found.append((text, *said(partial(KINDS[kind], text))))
    json.dump(found, sys.stdout)

"""Standard output and error that take every letter, whatever the system's code page."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper


def prepare(environment: Mapping[str, str] | None = None) -> None:
    """Write UTF-8 into files and pipes, and never fail for a letter that a terminal or code page lacks.

    Windows writes redirected output in the code page of the country, which has neither the lines of a table nor the
    letters of every name; a command would end in the middle of its result. ``PYTHONIOENCODING`` is obeyed.
    """
    variables = os.environ if environment is None else environment
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, TextIOWrapper):
            continue
        if stream.isatty() or variables.get("PYTHONIOENCODING"):
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

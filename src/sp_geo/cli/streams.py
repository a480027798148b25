"""Standard output and error that take every letter, and lose none, whatever the system."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from io import BufferedWriter, RawIOBase, TextIOWrapper


def prepare(environment: Mapping[str, str] | None = None) -> None:
    """Write UTF-8 into files and pipes, never fail for a letter that a terminal lacks, and never write half.

    Windows writes redirected output in the code page of the country, which has neither the lines of a table nor the
    letters of every name; a command would end in the middle of its result. ``PYTHONIOENCODING`` is obeyed.
    """
    variables = os.environ if environment is None else environment
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, TextIOWrapper):
            continue
        if isinstance(stream.buffer, RawIOBase):
            # Without a buffer, which ``PYTHONUNBUFFERED`` takes away, Python hands the system all of a text at once and
            # does not look how much of it was taken: a full disk or a reader who left would cut it without a word.
            encoding, is_terminal = stream.encoding, stream.isatty()
            raw = stream.detach()
            stream = TextIOWrapper(BufferedWriter(raw), encoding=encoding, line_buffering=is_terminal)
            setattr(sys, name, stream)
        if stream.isatty() or variables.get("PYTHONIOENCODING"):
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")

"""How far the work is: on a terminal only, without colours or control sequences."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping

from sp_geo.cli.session import Session


def steps(session: Session, environment: Mapping[str, str] | None = None) -> Callable[[str, str], None]:
    """What a build or the demonstration tells its steps to, each with its state.

    On a terminal a step that runs is one line that is written over; a terminal that cannot do that (``TERM=dumb``)
    gets finished steps only. Where nobody watches, in a file or a pipe, nothing is written.
    """
    if not session.is_live:
        return lambda step, state: None
    variables = os.environ if environment is None else environment
    stream, overwrites = sys.stderr, variables.get("TERM") != "dumb"
    started = time.monotonic()
    # One column is left free: a full line would make some terminals begin a new one.
    width = shutil.get_terminal_size().columns - 1

    def show(step: str, state: str) -> None:
        if state == "running":
            if overwrites:
                stream.write(f"  {step} ..."[:width].ljust(width) + "\r")
                stream.flush()
            return
        seconds = time.monotonic() - started
        line = f"  {step:<16} {state:<10} {seconds:5.1f} s"
        stream.write((line[:width].ljust(width) if overwrites else line) + "\n")
        stream.flush()

    return show

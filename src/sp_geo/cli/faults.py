"""What happens when a command fails: one line, the exit code of its kind, and no trace of ours in a user's way.

A fault that nobody foresaw is our own. Its trace is kept in a file, because whoever mends it needs it and whoever met
it does not; ``--debug`` shows it.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final

import typer

from sp_geo import __version__
from sp_geo.core.errors import SoftwareFault, SpGeoError, UsageError, WorkspaceError
from sp_geo.core.suggest import did_you_mean, shown

PROGRAM: Final = "sp-geo"
DONE: Final = 0
STOPPED: Final = 130
"""Exit code after Ctrl+C: 128 and the number of the signal, as shells count."""
READER_GONE: Final = 141
"""Exit code where the reader of the output closed it early, as ``| head`` does: 128 and the number of the signal."""
_LONGEST_FAULT: Final = 300
_CHOICE: Final = re.compile(r"is not one of (.+?)\.?$")
_EXPECTED: Final = re.compile(r"^Input should be ")


class ReaderGone(Exception):
    """Nobody reads the output any more."""


@contextmanager
def reader_watched() -> Iterator[None]:
    """Tell a closed pipe from other faults before the parser of options takes it for one of its own.

    Raises:
        ReaderGone: the reader closed the output.
    """
    try:
        yield
    except OSError as fault:
        # Windows says EINVAL where others say EPIPE.
        if fault.errno == errno.EPIPE or (os.name == "nt" and fault.errno == errno.EINVAL and fault.filename is None):
            raise ReaderGone from fault
        raise


def run_program(program: Any, arguments: Sequence[str] | None, name: str = PROGRAM) -> int:
    """Run the command line and return its exit code; no fault of a user's ends in a traceback.

    Args:
        program: assembled by :func:`sp_geo.cli.anywhere.assemble`.
        arguments: without the program's name; None for those of the process.
        name: of the program, as help says it.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with reader_watched():
            # None lets Windows expand *.csv, which its shells leave to the program.
            outcome = program.main(args=None if arguments is None else given, prog_name=name, standalone_mode=False)
            if outcome == STOPPED:
                typer.echo("stopped", err=True)
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
    except BaseException as fault:  # noqa: BLE001 - the last place where a fault can be told in a line
        return _left_with(fault, given)
    return outcome if isinstance(outcome, int) else DONE


def _left_with(fault: BaseException, given: list[str]) -> int:
    """Tell a fault and say the exit code."""
    if isinstance(fault, SystemExit):
        return fault.code if isinstance(fault.code, int) else DONE
    if isinstance(fault, ReaderGone):
        # Let Python close its standard output in peace: what is left in it has no reader.
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    if isinstance(fault, KeyboardInterrupt | typer.Abort):
        with suppress(OSError):
            typer.echo("stopped", err=True)
        return STOPPED
    if not isinstance(fault, Exception):
        raise fault
    options = given[: given.index("--")] if "--" in given else given
    if "--debug" in options:
        traceback.print_exception(fault)
    as_json = "--json-errors" in options
    if hasattr(fault, "ctx") and type(fault).__name__ == "NoArgsIsHelpError" and not as_json:
        typer.echo(fault.ctx.get_help(), err=True)
        return UsageError.exit_code
    said = explained(fault, given)
    with suppress(OSError):
        tell(said, as_json=as_json)
    return said.exit_code


def tell(fault: SpGeoError, *, as_json: bool) -> None:
    """A fault on standard error, in one line."""
    text = json.dumps(fault.as_record()) if as_json else f"error: {fault.line()}"
    typer.echo(text, err=True)


def explained(fault: Exception, given: Sequence[str] = ()) -> SpGeoError:
    """Any fault as one that is explained.

    Args:
        fault: what was raised.
        given: arguments, for the kept trace of a fault that nobody foresaw.
    """
    if isinstance(fault, SpGeoError):
        return fault
    if hasattr(fault, "format_message"):
        return _misused(fault)
    if isinstance(fault, OSError) and fault.errno is not None:
        # A full disk, a right that is lacking, a folder where a file should be.
        return WorkspaceError(
            f"the system refuses: {fault.strerror or type(fault).__name__}",
            file=(fault.filename if isinstance(fault.filename, str) else None) or "the output",
            advice="Free some space, or check the name and your rights",
        )
    if isinstance(fault, UnicodeEncodeError) and not all(word.isprintable() for word in given):
        return UsageError("what was typed holds bytes that are no letters", found=shown(" ".join(given)))
    if isinstance(fault, MemoryError):
        return SoftwareFault("there is not enough memory", advice="Close other programs, or ask for a smaller area")
    words = " ".join(str(fault).split())[:_LONGEST_FAULT]
    kept = _keep_trace(fault, given)
    return SoftwareFault(
        "this is a fault of sp-geo, not of yours",
        found=f"{type(fault).__name__}: {words}" if words else type(fault).__name__,
        advice=f"Please report it with the trace in {kept}"
        if kept
        else "Run it again with --debug and please report it",
    )


def _misused(fault: Any) -> UsageError:
    """What the parser of options refuses, in our form."""
    context = getattr(fault, "ctx", None)
    help_line = f"'{context.command_path} --help' says what it takes" if context is not None else None
    option = getattr(fault, "option_name", None)
    if option and type(fault).__name__ == "NoSuchOption" and context is not None:
        known = sorted({name for parameter in context.command.get_params(context) for name in parameter.opts})
        return UsageError(
            "there is no such option", found=shown(option), advice=did_you_mean(option, known) or help_line
        )
    words = fault.format_message().strip().rstrip(".").replace("\n\t", " ")
    if type(fault).__name__ == "NoArgsIsHelpError" or words == "Missing command":
        return UsageError("a command is missing", advice=help_line)
    refused = _value_refused(fault, help_line)
    if refused is not None:
        return refused
    words = words[:1].lower() + words[1:]
    if len(words) > _LONGEST_FAULT:
        words = f"{words[:_LONGEST_FAULT]} ..."
    return UsageError(words, advice=help_line)


def _value_refused(fault: Any, help_line: str | None) -> UsageError | None:
    """A value that is no number, out of range or not one of a few words; None if the fault is another."""
    details = getattr(fault.__cause__, "errors", None)
    parameter = getattr(fault, "param", None)
    if not callable(details) or parameter is None:
        return None
    first = details()[0]
    found, kind, said = str(first["input"]), str(first["type"]), str(first["msg"])
    choice = _CHOICE.search(said)
    advice = None
    if choice is not None:
        expected = choice[1].replace("'", "")
        advice = did_you_mean(found, expected.split(", "))
    elif kind.startswith(("int", "float", "finite")):
        expected = "a whole number" if kind.startswith("int") else "a number"
    else:
        expected = _EXPECTED.sub("", said)
    return UsageError(
        f"{parameter.get_error_hint()} cannot be this",
        found=shown(found),
        expected=expected,
        advice=advice or help_line,
    )


def _keep_trace(fault: Exception, given: Sequence[str]) -> str | None:
    """A file with the trace and what it arose from; None if none can be written."""
    text = "\n".join(
        (
            f"{PROGRAM} {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"arguments: {json.dumps(list(given))}",
            "",
            "".join(traceback.format_exception(fault)),
        )
    )
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="backslashreplace", prefix="sp-geo-fault-", suffix=".txt", delete=False
        ) as file:
            file.write(text)
    except OSError:
        return None
    return file.name

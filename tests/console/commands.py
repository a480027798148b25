"""Every command of the program, for tests that walk them all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from sp_geo.cli.main import program

PROGRAM: Any = program()


def _walk(group: Any, names: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    # A hidden command is another by its former name.
    for name, command in ((name, command) for name, command in group.commands.items() if not command.hidden):
        yield " ".join((*names, name)), command
        if hasattr(command, "commands"):
            yield from _walk(command, (*names, name))


COMMANDS: dict[str, Any] = dict(_walk(PROGRAM, ()))
"""Every command by its name as it is typed, such as ``plan posts``."""


def context_of(name: str) -> Any:
    """A context in which a command's help can be asked for, as the program would make it."""
    context = typer.Context(PROGRAM, info_name="sp-geo", max_content_width=80, terminal_width=80)
    command = PROGRAM
    for part in name.split():
        command = command.commands[part]
        context = typer.Context(command, info_name=part, parent=context)
    return context


def help_of(name: str) -> str:
    """Help on a screen of eighty columns."""
    context = context_of(name)
    return str(context.command.get_help(context))

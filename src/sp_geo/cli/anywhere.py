"""Options that every command takes, before its name or after it: people put them where they think of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from sp_geo.cli.help import ANYWHERE, Command, Program
from sp_geo.cli.session import Session
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.settings import Settings
from sp_geo.core.suggest import shown

WORKSPACE_HELP: Final = "Folder with your files and the tables made of them; default: SP_GEO_WORKSPACE, or 'workspace'."
QUIET_HELP: Final = "Say results and faults only."
JSON_HELP: Final = "Say a fault as one line of JSON on standard error."
DEBUG_HELP: Final = "Show where in the software a fault arose."
WORKSPACE_NAMED: Final = "sp_geo.workspace"
"""Key of the workspace in what a call's contexts share, for completion, which makes no session."""


def checked_workspace(text: str) -> Path:
    """A folder that is there, or could be made.

    Raises:
        UsageError: the name is empty or cannot be that of a folder.
        WorkspaceError: there is a file of that name.
    """
    path = Path(text)
    # Path("") would be the present folder.
    if not text.strip() or "\0" in text:
        raise UsageError("the workspace has no usable name", found=shown(text), expected="the name of a folder")
    try:
        is_file = path.exists() and not path.is_dir()
    except OSError as fault:
        raise UsageError(
            f"the workspace has no usable name: {fault.strerror}", found=shown(text), expected="the name of a folder"
        ) from fault
    if is_file:
        raise WorkspaceError("the workspace is a file", file=text, expected="a folder")
    return path


def _at(context: typer.Context, value: str | None) -> str | None:
    if value is not None:
        context.meta[WORKSPACE_NAMED] = value
        if isinstance(context.obj, Session) and not context.resilient_parsing:
            settings = Settings(workspace=checked_workspace(value), port=context.obj.settings.port)
            context.obj = replace(context.obj, settings=settings)
    return value


def _set(context: typer.Context, parameter: typer.CallbackParam, value: bool) -> bool:
    """Set the session's field of the option's name."""
    if value and isinstance(context.obj, Session):
        chosen: dict[str, Any] = {str(parameter.name): True}
        context.obj = replace(context.obj, **chosen)
    return value


Workspace = Annotated[
    str | None,
    typer.Option(
        "--workspace", metavar="FOLDER", help=WORKSPACE_HELP, callback=_at, expose_value=False, rich_help_panel=ANYWHERE
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help=QUIET_HELP, callback=_set, expose_value=False, rich_help_panel=ANYWHERE)
]
JsonErrors = Annotated[
    bool, typer.Option("--json-errors", help=JSON_HELP, callback=_set, expose_value=False, rich_help_panel=ANYWHERE)
]
Debug = Annotated[bool, typer.Option("--debug", help=DEBUG_HELP, expose_value=False, rich_help_panel=ANYWHERE)]

FirstWorkspace = Annotated[
    str | None, typer.Option("--workspace", metavar="FOLDER", help=WORKSPACE_HELP, rich_help_panel=ANYWHERE)
]
FirstQuiet = Annotated[bool, typer.Option("--quiet", help=QUIET_HELP, rich_help_panel=ANYWHERE)]
FirstJsonErrors = Annotated[bool, typer.Option("--json-errors", help=JSON_HELP, rich_help_panel=ANYWHERE)]
FirstDebug = Annotated[bool, typer.Option("--debug", help=DEBUG_HELP, rich_help_panel=ANYWHERE)]


def assemble(app: typer.Typer) -> Any:
    """The program with its commands, each with help in sections and with the options that all of them take."""
    _dress(app)
    root = typer.main.get_command(app)
    # Typer itself makes the options, as parameters of a command that is never called.
    holder = typer.Typer(add_completion=False)

    @holder.command()
    def hold(
        workspace: Workspace = None, quiet: Quiet = False, json_errors: JsonErrors = False, debug: Debug = False
    ) -> None:
        """Nothing."""

    options = typer.main.get_command(holder).params
    for command in _below(root):
        taken = {parameter.name for parameter in command.params}
        command.params.extend(option for option in options if option.name not in taken)
    return root


def _dress(app: typer.Typer) -> None:
    app.info.cls = Program
    for command in app.registered_commands:
        command.cls = Command
    for group in app.registered_groups:
        group.cls = Program
        if group.typer_instance is not None:
            _dress(group.typer_instance)


def _below(group: Any) -> Iterator[Any]:
    for command in group.commands.values():
        yield command
        if hasattr(command, "commands"):
            yield from _below(command)

"""Write docs/commands.md from the program itself: every command with its arguments, options, defaults and examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import typer

from sp_geo.cli.faults import READER_GONE
from sp_geo.cli.help import ANYWHERE, OTHER, SECTIONS, heading_of, read_help
from sp_geo.cli.main import app
from sp_geo.core import errors
from sp_geo.reports.reproduce import DIFFERS_CODE, MISSING_CODE

TARGET = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
EVERYWHERE = "Options of every command"
VARIABLES = {
    "SP_GEO_WORKSPACE": "Folder of the workspace where `--workspace` is not given; `workspace` if neither is.",
    "SP_GEO_PORT": "Port of the application; 8050 if it is not set.",
    "SP_GEO_PLANS": "Address of the database of saved plans; SQLite in the workspace if it is not set.",
    "SP_GEO_BOUNDARIES": "Folder with boundaries to take instead of those that the software brings along.",
    "SP_GEO_CONTACT": "An address that `fetch` tells publishers with its name, so that they can write to you.",
    "SP_GEO_HOST": "Address the application listens on; see [serving](serving.md).",
    "SP_GEO_HOST_NAMES": "Names by which other machines may call it, with commas between.",
    "SP_GEO_PASSWORD": "One password for everybody, at least 12 characters.",
    "SP_GEO_USER_HEADER": "Header that a reverse proxy sets once it has signed a person in.",
}
"""Every variable of the environment that the program reads; a test holds the list complete."""
_HEAD = """# Commands

Written by `make commands` from the program itself; do not edit by hand.

Every command is `sp-geo COMMAND`, and `sp-geo COMMAND --help` says the same as this page. On Windows, where `sp-geo` is
not found, `py -m sp_geo COMMAND` is the same. Codes of areas are those that `sp-geo status` and `sp-geo panel` show.
"""


def walked(command: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its name in full, in the order of the help."""
    context = typer.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found.hidden:
            continue
        if hasattr(found, "list_commands"):
            yield from walked(found, f"{before}{name} ")
        else:
            yield f"{before}{name}", found


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _default(parameter: Any) -> str:
    value = parameter.default
    if parameter.required:
        return "required"
    if getattr(parameter, "is_flag", False):
        return "on" if value else "off"
    if value is None or callable(value) or value in ("", [], ()):
        return ""
    held = value if isinstance(value, (list, tuple)) else [value]
    return ", ".join(f"`{item.value if isinstance(item, Enum) else item}`" for item in held)


def _kind(parameter: Any) -> str:
    if getattr(parameter, "is_flag", False):
        return ""
    taken = _taken(parameter.type_descriptor.annotation)
    if issubclass(taken, Enum):
        words = ", ".join(f"`{choice.value}`" for choice in taken)
    else:
        words = {int: "whole number", float: "number", Path: "file or folder"}.get(taken, "text")
        low, high = parameter.min, parameter.max
        words += f" from {low} to {high}" if low is not None and high is not None else ""
    return f"{words}; may be repeated" if getattr(parameter, "multiple", False) else words


def _taken(annotation: Any) -> type:
    """What one value of an option is, inside ``X | None`` and ``list[X]``."""
    inner = [item for item in get_args(annotation) if item is not type(None)]
    found = _taken(inner[0]) if inner else annotation
    return found if isinstance(found, type) else str


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        more = "..." if parameter.nargs == -1 else ""
        return f"`{(parameter.metavar or parameter.name).upper()}{more}`"
    return ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))


def _table(parameters: list[Any]) -> list[str]:
    rows = [f"| {_names(item)} | {_cell(_meaning(item))} | {_kind(item)} | {_default(item)} |" for item in parameters]
    return ["| option | meaning | takes | default |", "|---|---|---|---|", *rows, ""] if rows else []


def _meaning(parameter: Any) -> str:
    said = getattr(parameter, "help", None)
    return said or ("How the answer is written." if parameter.name == "form" else "")


def _own(command: Any) -> list[Any]:
    """Arguments, then options, without those that every command takes."""
    held = [
        item
        for item in command.params
        if item.name != "help" and not getattr(item, "hidden", False) and _panel(item) != ANYWHERE
    ]
    return sorted(held, key=lambda item: item.param_type_name != "argument")


def _panel(parameter: Any) -> Any:
    return getattr(parameter, "rich_help_panel", None)


def section(name: str, command: Any) -> str:
    """One command."""
    said = read_help(command.help or "")
    lines = [f"### sp-geo {name}", "", said.text, ""]
    lines += [f"- {kind}: {text}" for kind, text in said.parts] + ([""] if said.parts else [])
    lines += _table(_own(command))
    if said.examples:
        lines += ["```sh", *said.examples, "```", ""]
    return "\n".join(lines)


def exit_codes() -> str:
    """What each exit code means, from the classes of faults."""
    held = {
        0: "Done.",
        DIFFERS_CODE: "Something that was made again differs.",
        MISSING_CODE: "The workspace lacks files that the record names.",
        130: "Stopped with Ctrl+C.",
        READER_GONE: "Whoever read the output stopped reading.",
    }
    waiting = [errors.SpGeoError]
    while waiting:
        fault = waiting.pop()
        waiting += fault.__subclasses__()
        if fault is not errors.SpGeoError:
            held.setdefault(fault.exit_code, (fault.__doc__ or "").split("\n\n", maxsplit=1)[0].replace("\n", " "))
    return "\n".join(
        ["| code | meaning |", "|---|---|", *(f"| {code} | {_cell(held[code])} |" for code in sorted(held))]
    )


def as_markdown() -> str:
    """The whole reference as one page."""
    root = typer.main.get_command(app)
    commands = list(walked(root))
    parts = [_HEAD, f"## {EVERYWHERE}\n", "\n".join(_table([*_anywhere(root, commands)]))]
    for heading in (*SECTIONS, OTHER):
        known = list(SECTIONS.get(heading, ()))
        under = [pair for pair in commands if heading_of(pair[0]) == heading]
        under.sort(key=lambda pair: known.index(pair[0]) if pair[0] in known else len(known))
        if under:
            parts += [f"## {heading}\n", *(section(name, command) for name, command in under)]
    rows = [f"| `{name}` | {meaning} |" for name, meaning in VARIABLES.items()]
    parts += ["## Variables of the environment\n", "\n".join(["| variable | meaning |", "|---|---|", *rows]), ""]
    parts += ["## Exit codes\n", exit_codes()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"


def _anywhere(root: Any, commands: list[tuple[str, Any]]) -> Iterator[Any]:
    """Options of the program, and those that commands share with it."""
    seen = {"help", "install_completion", "show_completion"}
    for item in (*root.params, *(option for _, command in commands for option in command.params)):
        if item.name not in seen and (item in root.params or _panel(item) == ANYWHERE):
            seen.add(item.name)
            yield item


if __name__ == "__main__":
    TARGET.write_text(as_markdown(), encoding="utf-8")
    print(f"wrote {TARGET.name}")

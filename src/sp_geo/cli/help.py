"""Help that a person can use: commands by what they are for, whole sentences, and examples as they are typed.

A command's help is its docstring: the first sentence is its line in the list; lines that start with ``Reads:``,
``Writes:`` or ``Example:`` stand in sections of their own. Typer's own layout cuts the sentences of a list and wraps
examples in the middle.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Any, Final

from typer.core import TyperCommand, TyperGroup

from sp_geo.cli.faults import reader_watched
from sp_geo.core.suggest import no_such
from sp_geo.questions.requests.asked import Request
from sp_geo.questions.requests.services import (
    AccessRequest,
    DesertsRequest,
    GapsRequest,
    LocalPostsRequest,
    ReferralsRequest,
    ServicesRequest,
)
from sp_geo.questions.requests.statistics import (
    AttenuationRequest,
    DescribeRequest,
    InequalityRequest,
    ModelsRequest,
    NeedRequest,
    OutcomeNoteRequest,
    PanelRequest,
    RegressRequest,
    SilenceRequest,
    SpatialRequest,
    TrendRequest,
)
from sp_geo.questions.requests.workspace import IcbsRequest

COMMANDS: Final[Mapping[str, tuple[str | type[Request], ...]]] = {
    "Files in, tables up to date": (
        "demo", "publications", "fetch", "add", "fetch-directory", "template", "remove", "build", "status",
        "changes",
    ),
    "Link workers and need": (
        IcbsRequest, PanelRequest, RegressRequest, SilenceRequest, NeedRequest, TrendRequest, ModelsRequest,
        InequalityRequest, AttenuationRequest, DescribeRequest,
        "specifications", SpatialRequest, OutcomeNoteRequest,
    ),
    "Services and referrals": (
        ServicesRequest, AccessRequest, DesertsRequest, GapsRequest, ReferralsRequest, LocalPostsRequest,
    ),
    "The next posts, pounds and sites": ("plan", "plan posts", "plan funding", "plan sites"),
    "Saved plans": ("plan list", "plan show", "plan compare", "plan export", "plan remove"),
    "Out of the building": ("export", "map", "record", "reproduce"),
    "The application": ("app", "serve"),
}  # fmt: skip
"""Every command below the heading it stands under: by its request where it does nothing but ask and print, by its name
where a function of its own does more; a name not listed here stands under :data:`OTHER`."""
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    heading: tuple(item if isinstance(item, str) else item.command for item in held)
    for heading, held in COMMANDS.items()
}
"""The names of the commands below each heading."""
OTHER: Final = "Other commands"
ANYWHERE: Final = "anywhere"
"""Mark of the options that every command takes, before its name or after it."""
_WIDEST_OPTION: Final = 26
"""Letters of an option before its words; a longer one has a line of its own."""
_TYPE: Final = re.compile(r" <[^>]*>$")
"""Type of an argument as the language calls it, which its words say better."""
_SAID: Final = re.compile(r"^(Reads|Writes|Example): +(.+)$")


@dataclass(frozen=True)
class Said:
    """A docstring in its parts; ``parts`` are (Reads | Writes, text), ``examples`` are lines to type."""

    text: str
    parts: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The first sentence."""
        first = " ".join(self.text.split("\n\n", maxsplit=1)[0].split())
        return re.split(r"(?<=\.)\s", first, maxsplit=1)[0].rstrip(".")


def read_help(text: str) -> Said:
    """The parts of a docstring."""
    plain: list[str] = []
    parts: list[tuple[str, str]] = []
    examples: list[str] = []
    for line in text.splitlines():
        match = _SAID.match(line)
        if match is None:
            plain.append(line)
        elif match[1] == "Example":
            examples.append(match[2])
        else:
            parts.append((match[1], match[2]))
    return Said("\n".join(plain).strip(), tuple(parts), tuple(examples))


def heading_of(name: str) -> str:
    """The heading that a command stands under; ``plan posts`` is the name of a command of a command."""
    return next((heading for heading, names in SECTIONS.items() if name in names), OTHER)


def _before(context: Any) -> str:
    """Names that stand before those of a group's commands: empty for the program, ``plan `` for its plans."""
    names: list[str] = []
    while context.parent is not None:
        names.insert(0, f"{context.info_name} ")
        context = context.parent
    return "".join(names)


def _write_help(command: Any, formatter: Any) -> None:
    said = read_help(command.help or "")
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(said.text)
    if said.parts:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_dl([(f"{name}:", text) for name, text in said.parts])


def _write_options(command: Any, context: Any, formatter: Any) -> None:
    """Arguments, the command's own options, then those of every command."""
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], "Options of every command": []}
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None:
            continue
        if parameter.param_type_name == "argument":
            sections["Arguments"].append((_TYPE.sub("", record[0]), record[1]))
        elif getattr(parameter, "rich_help_panel", None) == ANYWHERE or parameter.name == "help":
            sections["Options of every command"].append(record)
        else:
            sections["Options"].append(record)
    for heading, records in sections.items():
        if records:
            with formatter.section(heading):
                formatter.write_dl(records, col_max=_WIDEST_OPTION)


def _write_examples(command: Any, formatter: Any) -> None:
    examples = read_help(command.help or "").examples
    if examples:
        with formatter.section("Examples" if len(examples) > 1 else "Example"):
            for example in examples:
                # Not wrapped: what is typed stays on one line.
                formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


class Command(TyperCommand):
    """A command with help in sections."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole."""
        del limit
        return read_help(self.help or "").summary

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What it does, reads and writes."""
        del ctx
        _write_help(self, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Its arguments and options."""
        _write_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Its examples."""
        del ctx
        _write_examples(self, formatter)


class Program(TyperGroup):
    """A program, or a command with commands of its own, with help in sections and suggestions for a mistyped name."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, whole."""
        del limit
        return read_help(self.help or "").summary

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the headings."""
        before = _before(ctx)
        place = {name: number for number, name in enumerate(chain.from_iterable(SECTIONS.values()))}
        return sorted(super().list_commands(ctx), key=lambda name: place.get(before + name, len(place)))

    def format_help_text(self, ctx: Any, formatter: Any) -> None:
        """What it is for."""
        del ctx
        _write_help(self, formatter)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Commands first, which is what one looks for, then options."""
        self.format_commands(ctx, formatter)
        _write_options(self, ctx, formatter)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """One section a heading, each command with its first sentence."""
        known = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, found.get_short_help_str()) for name, found in known if found is not None and not found.hidden]
        widest = max((len(name) for name, _ in rows), default=0)
        before = _before(ctx)
        for heading, group in groupby(rows, key=lambda row: heading_of(before + row[0])):
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(widest), summary) for name, summary in group])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Examples."""
        del ctx
        _write_examples(self, formatter)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """As Typer's; a reader who has gone is told apart."""
        with reader_watched():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        """As Typer's; a reader who has gone is told apart."""
        with reader_watched():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is named.

        Raises:
            UsageError: there is none of that name.
        """
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-") and not ctx.resilient_parsing:
            command = ctx.command_path
            raise no_such("command", name, self.list_commands(ctx), f"'{command} --help' lists the commands")
        return super().resolve_command(ctx, args)

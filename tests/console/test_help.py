"""Help: every command says what it does, reads and writes, with an example that works."""

from __future__ import annotations

import re

import pytest

from sp_geo.cli.help import OTHER, SECTIONS, heading_of, read_help
from tests.console.commands import COMMANDS, PROGRAM, context_of, help_of

WIDTH = 80
_TYPES = re.compile(r"<(?:str|int|float|path|file|directory|list\[[^|]*\]|bool|[a-z]+ range)>")
_JARGON = re.compile(
    r"\b(?:dataframe|parquet|boolean|bool|string|integer|float|kwargs|callback|endpoint|schema|null|stdout|stderr)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_a_person_can_use(name: str) -> None:
    """Every command has a summary, a heading, an example and plain words; the list says what lacks."""
    command, said = COMMANDS[name], read_help(COMMANDS[name].help or "")
    shown = help_of(name)
    room = WIDTH - 2 - 2 - 2 - max(len(known) for known in PROGRAM.commands)
    lacks = []
    if not said.text:
        lacks.append("a docstring")
    if not said.examples or not all(line.startswith("sp-geo ") for line in said.examples):
        lacks.append("a line 'Example: sp-geo ...'")
    if not any(f" {name}" in f" {line}" for line in said.examples):
        lacks.append("an example of itself")
    if not said.parts and not hasattr(command, "commands"):
        lacks.append("a line 'Reads: ...' or 'Writes: ...'")
    if not 1 <= len(said.summary) <= room:
        lacks.append(f"a first sentence of at most {room} letters (it has {len(said.summary)})")
    if heading_of(name) == OTHER:
        lacks.append("a heading in sp_geo.cli.help.SECTIONS")
    if found := _TYPES.findall(shown):
        lacks.append(f"a metavar instead of {', '.join(found)}")
    if found := _JARGON.findall(shown):
        lacks.append(f"plain words instead of {', '.join(found)}")
    assert lacks == [], name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_and_argument_says_what_it_is(name: str) -> None:
    """Every option says what it is, and its default."""
    context = context_of(name)
    for parameter in COMMANDS[name].get_params(context):
        assert parameter.help, f"{name}: {parameter.name} has no help"
        shown = parameter.get_help_record(context)[1]
        is_optional = parameter.param_type_name == "option" and not parameter.required
        if is_optional and not parameter.is_flag and parameter.name != "workspace":
            assert "default" in shown or "repeated" in shown, f"{name}: {parameter.name} does not say its default"


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_are_shown_as_they_are_typed(name: str) -> None:
    """Each example stands on one line, to be copied."""
    lines = [line.strip() for line in help_of(name).splitlines()]
    for example in read_help(COMMANDS[name].help or "").examples:
        assert example in lines


def test_the_list_of_commands_cuts_nothing_and_names_each_once() -> None:
    """The list has each command once, with its whole sentence."""
    context = context_of("")
    shown = PROGRAM.get_help(context)
    assert "..." not in shown.replace("[ARGS]...", "")
    names = re.findall(r"^  ([a-z][a-z-]+)  +\S", shown, flags=re.MULTILINE)
    assert sorted(names) == sorted(name for name, command in PROGRAM.commands.items() if not command.hidden)
    assert all(len(line) <= WIDTH for line in shown.splitlines())


def test_the_list_follows_the_headings() -> None:
    """The list of commands is in the order of its headings, which name each command once."""
    shown = PROGRAM.get_help(context_of(""))
    headings = [heading for heading, names in SECTIONS.items() if set(names) & set(PROGRAM.commands)]
    places = [shown.index(f"{heading}:") for heading in headings]
    assert places == sorted(places)
    known = [name for names in SECTIONS.values() for name in names]
    assert len(known) == len(set(known))
    assert set(known) <= set(COMMANDS), "a heading names a command that is gone"


def test_a_docstring_is_read_in_its_parts() -> None:
    """A docstring is parted into summary, text, what is read and written, and examples."""
    said = read_help("First. Second.\n\nMore.\n\nReads: a.\nWrites: b.\nExample: sp-geo x\nExample: sp-geo y")
    assert said.summary == "First"
    assert said.text == "First. Second.\n\nMore."
    assert said.parts == (("Reads", "a."), ("Writes", "b."))
    assert said.examples == ("sp-geo x", "sp-geo y")

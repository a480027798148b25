"""Methods and limits: the words hold the numbers in force, the links lead somewhere, the glossary is the repository's."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from sp_geo.build.view import Build
from sp_geo.reports.sheet import SHORTHANDS
from sp_geo.services.assumptions import assumptions
from sp_geo.web.figures.palette import NON_RESPONSES as SHOWN
from sp_geo.web.pages.methods import page as methods
from sp_geo.web.pages.methods.glossary_words import GLOSSARY
from sp_geo.web.pages.methods.methods_words import COMMANDS, MARKS, NON_RESPONSES, chapters, lost_words
from sp_geo.web.state import View
from tests.conftest import REPOSITORY

VIEW = View({})
LONGEST = 32


def texts() -> list[str]:
    """Every sentence of the page."""
    found = chapters(assumptions(), "Desert: the rule.")
    whole = [text for item in found for text in (*item.paragraphs, *item.points, *item.after)]
    return [sentence for text in whole for sentence in re.split(r"(?<=[.:;?])\s+", text)]


def ids_of(part: Any) -> set[str]:
    """Identifiers in a layout."""
    if isinstance(part, list | tuple):
        return set().union(*(ids_of(item) for item in part)) if part else set()
    own = {part.id} if getattr(part, "id", None) else set()
    return own | ids_of(getattr(part, "children", None) or [])


def links_of(part: Any) -> set[str]:
    """Addresses of links in a layout."""
    if isinstance(part, list | tuple):
        return set().union(*(links_of(item) for item in part)) if part else set()
    own = {part.href} if getattr(part, "href", None) else set()
    return own | links_of(getattr(part, "children", None) or [])


def test_every_link_of_the_contents_leads_to_a_heading(build: Build) -> None:
    """The list of contents links to each chapter, and to nothing else."""
    layout = methods.PAGE.layout(build, VIEW, lambda name: None)
    targets = {f"#{name}" for name in ids_of(layout)}
    assert links_of(layout) == targets
    assert len(targets) == len(chapters(assumptions(), ""))


def test_the_glossary_is_the_repositorys() -> None:
    """The page and GLOSSARY.md give each word the same meaning."""
    rows = [
        tuple(cell.strip() for cell in line.strip().strip("|").split("|"))
        for line in (REPOSITORY / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| term")
    ]
    # One meaning points to a folder of the repository, which a reader of the page does not have.
    assert [row for row in rows if row[0] != "need"] == [row for row in GLOSSARY if row[0] != "need"]
    assert "src/" not in dict(GLOSSARY)["need"]


def test_the_numbers_in_force_are_in_the_words(build: Build) -> None:
    """The words and the table of assumptions give the parameters of the build."""
    other = Build(build.store)
    services = {"hold_days": 28, "catchment_km": 7, "desert_need_fifths": 1}
    other.manifest = replace(build.manifest, parameters={**build.manifest.parameters, "services": services})
    text = str(methods.PAGE.layout(other, VIEW, lambda name: None))
    assert "more than 28 days" in text
    assert "up to 7 km" in text
    assert "top fifth of England" in text
    rows = methods.PAGE.sheet("assumptions", other, VIEW).rows.set_index("assumption")
    assert rows.loc["hold days", "value"] == "28"
    assert rows.loc["hold days", "span"] == "7 to 365"
    assert rows["source"].str.len().min() > 0


def test_sentences_are_short() -> None:
    """No sentence of the page has more words than a planner takes in at once."""
    long = [text for text in texts() if len(text.split()) > LONGEST]
    assert long == []


def test_all_marks_and_treatments_are_explained() -> None:
    """Every mark in a table and every handling of non-response is explained."""
    shown = {mark for _, mark, _, _ in MARKS}
    assert set(SHORTHANDS) <= shown
    assert {"Zero", "Missing", "Suppressed", "Not recorded"} <= {state for state, _, _, _ in MARKS}
    assert [name for name, _, _ in NON_RESPONSES] == [label for label, _, _ in SHOWN.values()]


@pytest.mark.parametrize("command", [command for command, _ in COMMANDS])
def test_every_command_exists(command: str) -> None:
    """Each command on the page exists, with the options it names."""
    import typer.main

    from sp_geo.cli.main import app

    _, name, *rest = command.split()
    found = typer.main.get_command(app).commands[name]
    options = {option for item in found.params for option in item.opts}
    assert {word for word in rest if word.startswith("--")} <= options


def test_the_share_that_reached_no_pcn_is_said(build: Build) -> None:
    """The page gives the share of patients who reached no PCN, where it is known."""
    said = lost_words("2026Q2", 0.0072, 0.025)
    assert said == " In 2026Q2 they hold 0.72 % of patients on the lists and 2.50 % of patients counted by small area."
    assert lost_words("2026Q2", float("nan"), 0.025) == " In 2026Q2 they hold 2.50 % of patients counted by small area."
    assert lost_words("2026Q2", float("nan"), float("nan")) == ""
    quarter = build.choices.quarters[-1]
    text = str(methods.PAGE.layout(build, VIEW, lambda name: None))
    assert f"never spread over others. In {quarter} they hold" in text

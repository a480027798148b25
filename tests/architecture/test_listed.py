"""What is added in one place is listed in the other: nothing new lies unused because a line was forgotten."""

from __future__ import annotations

from collections import Counter

from sp_geo.build.steps import STEPS
from sp_geo.cli.help import COMMANDS
from sp_geo.panel.indicator import indicators
from sp_geo.publications.catalogue import publications
from sp_geo.questions.answers import ANSWERS
from sp_geo.questions.requests import words
from sp_geo.tables import TABLES
from sp_geo.web.application import PAGES
from tests.architecture.test_imports import SOURCE


def test_every_publication_is_read_by_one_step_of_the_build() -> None:
    """A file that is added is built."""
    assert Counter(name for step in STEPS for name in step.publications) == Counter(publications().keys())


def test_every_table_is_written_by_one_step_before_another_reads_it() -> None:
    """Tables are made in the order of the steps; what is odd in files comes from all of them."""
    assert Counter(name for step in STEPS for name in step.writes) == Counter(TABLES.keys() - {"core_anomaly"})
    written: set[str] = set()
    for step in STEPS:
        assert set(step.reads) <= written, step.name
        written |= set(step.writes)


def test_every_measure_that_is_described_is_a_column_of_the_panel() -> None:
    """A need measure has its file, and its line among the tables."""
    assert set(words.needs()) == set(indicators())


def test_every_command_has_an_answer() -> None:
    """What the command line asks is answered, for the methods too."""
    asked = {item for held in COMMANDS.values() for item in held if not isinstance(item, str)}
    assert asked <= set(ANSWERS)


def test_every_folder_of_a_page_is_a_page() -> None:
    """A page that is written is in the navigation."""
    folders = {path.parent.name for path in (SOURCE / "web" / "pages").glob("*/page.py")}
    assert {page.name.replace("-", "_") for page in PAGES} == folders

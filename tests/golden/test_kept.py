"""Results against the text that is kept: what nobody meant to change has not changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.golden import panel_results, refusals
from tests.golden.kept import FOLDER, made

KEPT = made()


def kept(name: str) -> str:
    """The text that was looked at."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(KEPT) - {"panel_tables"}))
def test_a_result_is_what_it_was(name: str) -> None:
    """Figures, names of columns and lines for people are those that were looked at and kept.

    Whether the figures are right is for oracles and closed forms; if a change is meant: ``python -m tests.golden``.
    """
    assert KEPT[name]() == kept(name)


def test_the_tables_of_the_miniature_are_what_they_were(built: Path) -> None:
    """The panel of the miniature, from its files to what pages read, is the one that was looked at and kept."""
    assert panel_results.text_of(built) == kept("panel_tables")


def test_the_miniatures_releases_are_those_committed(miniature_files: Path) -> None:
    """The demonstration has the same bytes on every machine and day."""
    made, committed = (
        {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".md"}
        for folder in (miniature_files / "workforce", REPOSITORY / "data" / "workforce")
    )
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []


def test_nothing_else_is_kept() -> None:
    """Every kept text is one that is still made."""
    assert {path.stem for path in FOLDER.iterdir()} == set(KEPT)


def test_every_refusal_refuses() -> None:
    """Each request that cannot be met is refused in one of our errors."""
    said = {name: refusals.said(call) for name, call in refusals.CALLS.items()}
    assert not {name: text for name, text in said.items() if not re.match(r"\w+(Error|Invalid): ", text)}

"""Results against the text that is kept: what nobody meant to change has not changed."""

from __future__ import annotations

import pytest

from tests.golden import refusals
from tests.golden.kept import FOLDER, made

KEPT = made()


@pytest.mark.parametrize("name", sorted(KEPT))
def test_a_result_is_what_it_was(name: str) -> None:
    """A figure, a name of a column or a line that a person reads would change, and nobody would have looked at it.

    Whether the figures are right is for oracles and closed forms; if a change is meant: ``python -m tests.golden``.
    """
    assert KEPT[name]() == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def test_nothing_else_is_kept() -> None:
    """A text would stay behind that nothing makes any more."""
    assert {path.stem for path in FOLDER.iterdir()} == set(KEPT)


@pytest.mark.parametrize("name", sorted(refusals.CALLS))
def test_every_refusal_refuses(name: str) -> None:
    """A request that cannot be met would be met, or end in a traceback."""
    assert "Error: " in refusals.said(refusals.CALLS[name]) or "TableInvalid: " in refusals.said(refusals.CALLS[name])

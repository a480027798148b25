"""Suggestions for any typing whatever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sp_geo.core.suggest import MOST, did_you_mean, near, no_such

WORDS = st.dictionaries(st.text(max_size=12), st.text(max_size=30), max_size=12)


@given(typed=st.text(max_size=200), known=WORDS)
def test_nothing_unknown_is_suggested_and_the_order_does_not_matter(typed: str, known: dict[str, str]) -> None:
    """Suggestions are known words, few and different, in any order of the known ones."""
    found = near(typed, known)
    assert set(found) <= set(known)
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    assert near(typed, dict(reversed(known.items()))) == found


@given(known=st.dictionaries(st.from_regex(r"[A-Z0-9]{3,5}", fullmatch=True), st.just(""), min_size=1, max_size=12))
def test_a_word_in_another_case_is_found_first(known: dict[str, str]) -> None:
    """A code in small letters leads to that code alone."""
    for code in known:
        assert near(code.lower(), known) == (code,)


@given(typed=st.text(max_size=400), known=WORDS)
def test_a_refusal_is_one_printable_line(typed: str, known: dict[str, str]) -> None:
    """A refusal is one line, whatever was typed."""
    line = no_such("word", typed, known).line()
    assert len(line.splitlines()) == 1
    question = did_you_mean(typed, known)
    assert question is None or question.startswith("Did you mean '")

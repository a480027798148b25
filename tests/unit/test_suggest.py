"""What a mistyped word may have meant."""

from __future__ import annotations

import pytest

from sp_geo.core.suggest import did_you_mean, near, no_such, shown

ICBS = {
    "QOP": "NHS Greater Manchester Integrated Care Board",
    "QOC": "NHS Shropshire, Telford and Wrekin Integrated Care Board",
    "QRV": "NHS North West London Integrated Care Board",
    "Y62": "North West",
}
QUARTERS = ("2021Q1", "2021Q2", "2022Q1", "2022Q2", "2022Q3")


@pytest.mark.parametrize(
    ("typed", "known", "expected"),
    [
        ("Greater Manchester", ICBS, ("QOP",)),
        ("greater manchester icb", ICBS, ("QOP",)),
        ("QPO", ICBS, ("QOP",)),
        ("qop", ICBS, ("QOP",)),
        ("North West", ICBS, ("Y62",)),
        ("Shropshire", ICBS, ("QOC",)),
        ("2022q2", QUARTERS, ("2022Q2",)),
        ("2022-Q2", QUARTERS, ("2022Q2",)),
        ("22Q2", QUARTERS, ("2022Q2",)),
        ("isolatoin", ("isolation", "activity"), ("isolation",)),
        ("--aera", ("--area", "--out"), ("--area",)),
        ("banana", QUARTERS, ()),
        ("", ICBS, ()),
    ],
)
def test_the_nearest_words_are_named(
    typed: str, known: dict[str, str] | tuple[str, ...], expected: tuple[str, ...]
) -> None:
    """The codes and words nearest to what was typed are named, or none."""
    assert near(typed, known) == expected


def test_the_question_gives_code_and_name() -> None:
    """A question gives code and name, a refusal what is known, and what was typed is shown without control signs."""
    assert did_you_mean("manchester", ICBS) == ("Did you mean 'QOP' (NHS Greater Manchester Integrated Care Board)?")
    assert did_you_mean("2O22Q", QUARTERS) == "Did you mean '2022Q1', '2022Q2' or '2022Q3'?"
    assert did_you_mean("xyz", ICBS) is None
    fault = no_such("non_response", "reporter", ("reporters", "balanced"))
    assert fault.line() == (
        "there is no such non_response; found 'reporter'; expected reporters, balanced. Did you mean 'reporters'?"
    )
    assert "one of 20 known" in no_such("thing", "?", [f"word{number}" for number in range(20)]).line()
    assert shown("\x1b[31mred\n") == "'\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}'"
    assert shown("a" * 100) == f"'{'a' * 80}' and 20 more characters"

"""What became of PCNs between two states of memberships, and which causes can have moved a value."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sp_geo.questions.changes import members
from sp_geo.questions.changes.attribution import UNKNOWN, UNTOLD, Attribution
from sp_geo.questions.changes.causes import NEW, PARAMETER, REVISED, Cause, quarters_of, spans
from sp_geo.questions.changes.members import Event, events_of

MEMBERS = {"A1": "U1", "A2": "U1", "B1": "U2", "B2": "U2", "C1": "U3"}


def became(**changes: str | None) -> list[Event]:
    """What became of the PCNs where some practices are in another one, or in none."""
    after = {practice: pcn for practice, pcn in (MEMBERS | changes).items() if pcn is not None}
    return list(events_of(pd.Series(MEMBERS), pd.Series(after, dtype="object")))


@pytest.mark.parametrize(
    ("changes", "kind", "sentence", "pcns"),
    [
        ({"C1": "U2"}, members.MERGED, "U3 merged into U2", {"U3", "U2"}),
        ({"A1": "U2", "A2": "U3"}, members.SPLIT, "U1 was split: its practices are in U2, U3", {"U1", "U2", "U3"}),
        ({"C1": None}, members.CLOSED, "U3 closed: its practices are in no PCN", {"U3"}),
        ({"C1": "U9"}, members.RECODED, "U3 has another code: U9", {"U3", "U9"}),
        ({"A2": "U9"}, members.OPENED, "U9 opened with practices of U1", {"U1", "U9"}),
        ({"D1": "U9"}, members.OPENED, "U9 opened with practices that were in no PCN", {"U9"}),
        ({"A2": "U2"}, members.MOVED, "1 practice moved from U1 to U2", {"U1", "U2"}),
        ({"D1": "U1", "D2": "U1"}, members.MOVED, "2 practices joined U1 from no PCN", {"U1"}),
        ({"A2": None}, members.MOVED, "1 practice of U1 left for no PCN", {"U1"}),
    ],
)
def test_what_became_of_a_pcn_is_said(changes: dict[str, str | None], kind: str, sentence: str, pcns: set[str]) -> None:
    """Each event is told once, by its kind and with every PCN that it concerns."""
    assert became(**changes) == [Event(kind, ", ".join(_in_order(sentence, pcns)), sentence, frozenset(pcns))]


def _in_order(sentence: str, pcns: set[str]) -> list[str]:
    return sorted(pcns, key=sentence.index)


def test_two_pcns_that_form_a_third_are_both_said_to_merge() -> None:
    """A practice of a PCN that goes on joins the new one and is told too."""
    found = became(B1="U9", B2="U9", C1="U9", A2="U9")
    assert [event.sentence for event in found] == [
        "U2 merged into U9",
        "U3 merged into U9",
        "1 practice moved from U1 to U9",
    ]


@settings(max_examples=60)
@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["U1", "U2", "U3"]), min_size=1),
    st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from(["U1", "U2", "U4"]), min_size=1),
)
def test_every_pcn_whose_practices_differ_is_in_an_event(had: dict[str, str], has: dict[str, str]) -> None:
    """No PCN's patients move without a word, and none is named whose practices stayed."""
    found = list(events_of(pd.Series(had, dtype="object"), pd.Series(has, dtype="object")))
    moved = {pcn for name in {*had, *has} if had.get(name) != has.get(name) for pcn in (had.get(name), has.get(name))}
    assert {pcn for event in found for pcn in event.pcns} == moved - {None}


def cause(kind: str, key: str, period: str = "", *quarters: str) -> Cause:
    """A cause whose sentence names it."""
    return Cause(kind, key, f"{kind} {key} {period}.", quarters, key=key, period=period)


CENSUS = "Census 2021 TS021 by LSOA 2021; patients by area 2022-07"


def test_a_file_moves_only_what_can_rest_on_it() -> None:
    """Posts hang on the release of their quarter, patients on the lists that serve, a need on its own publications."""
    found = Attribution(
        (
            cause(REVISED, "pcn_workforce", "2022Q2", "2022Q2"),
            cause(REVISED, "list_totals", "2022-07"),
            cause(REVISED, "census_ethnicity", "2021"),
            cause(NEW, "patient_survey_2024", "2026"),
        ),
        {"2022Q2": {"2022-07"}, "2022Q3": {"2022-10"}},
    )
    assert found.workforce("2022Q2") == ["revised file pcn_workforce 2022Q2."]
    assert found.workforce("2022Q3") == []
    assert found.lists("2022Q2") == ["revised file list_totals 2022-07."]
    assert found.lists("2022Q3") == []
    assert found.need("asian", "2022Q2", (CENSUS, CENSUS)) == ["revised file census_ethnicity 2021."]
    survey = "GP Patient Survey 2022 (series 2018-2023)"
    assert found.need("lack_of_support", "2022Q2", (survey, survey)) == [], "the new survey is of another year"
    assert found.need("lack_of_support", "2026Q2", ("", "GP Patient Survey 2026 (series 2024-)")) == [
        "new release patient_survey_2024 2026."
    ]


def test_causes_are_told_as_far_as_they_are_known() -> None:
    """One is said as it is, several as several, none as none; another edition says most; quarters in a row are one span."""
    found = Attribution(())
    assert found.told(["A."]) == "A."
    assert found.told(["A.", "A."]) == "A."
    assert found.told(["A.", "B."]) == f"{UNTOLD}A. B."
    assert found.told(["A.", "B.", "C.", "D.", "E."]).endswith("C. And 2 more.")
    assert found.told([]) == UNKNOWN
    assert quarters_of("pcn_workforce", "2026-05") == ("2026Q2",)
    assert quarters_of("pcn_workforce", "2026Q2") == ("2026Q2",)
    assert quarters_of("list_totals", "2026-05") == ()
    assert spans(["2022Q4", "2022Q3", "2023Q1", "2026Q1"]) == "2022Q3 to 2023Q1, 2026Q1"
    assert spans([]) == ""
    found = Attribution((cause(NEW, "own_need", "x"), cause(REVISED, "pcn_workforce", "2022Q2", "2022Q2")))
    assert found.need("own_measure", "2022Q2", ("a", "a")) == ["new release own_need x."]
    found = Attribution((cause(NEW, "patient_survey_2024", "2026"), cause(PARAMETER, "survey_year")))
    assert found.need("lack_of_support", "2026Q2", ("Survey 2025", "Survey 2026")) == [
        "It rests on Survey 2026, before on Survey 2025."
    ]

"""Which practice is in which PCN on which day."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.quarters import Quarter
from sp_geo.panel.membership import last_known_pcn, resolve


def spells(*rows: tuple[str, str, str, str | None, str, str, str]) -> pd.DataFrame:
    """Rows of core_practice_membership: practice, pcn, from, to, edition, edition date, kind."""
    names = ["practice_code", "pcn_code", "valid_from", "valid_to", "edition", "edition_date", "kind"]
    return pd.DataFrame(rows, columns=names).assign(sub_icb_code="01A", icb_code=None, region_code=None)


DATED = ("2023-01", "2023-01-09", "dated")


@pytest.mark.parametrize(
    ("first", "end", "is_member"),
    [
        ("2022-06-30", None, True),
        ("2022-07-01", None, False),
        ("2019-07-01", "2022-06-29", False),
        ("2019-07-01", "2022-06-30", True),
        ("2019-07-01", "2022-07-01", True),
        ("2022-06-30", "2022-06-30", True),
        ("2022-06-29", "2022-06-29", False),
    ],
)
def test_a_spell_holds_on_its_first_day_and_on_its_last(first: str, end: str | None, is_member: bool) -> None:
    """A spell holds on its first day and on its last."""
    found = resolve(spells(("A00001", "U00001", first, end, *DATED)), Quarter.parse("2022Q2"))
    assert (len(found.practices) == 1) is is_member


def test_two_pcns_on_one_day_are_resolved_and_listed() -> None:
    """Of two PCNs on a day the one joined last counts, then the smaller code, and both are listed."""
    found = resolve(
        spells(("A00001", "U00001", "2020-01-01", None, *DATED), ("A00001", "U00002", "2021-01-01", None, *DATED)),
        Quarter.parse("2022Q2"),
    )
    assert found.practices["pcn_code"].tolist() == ["U00002"]
    assert found.ambiguous.to_dict("records") == [
        {"practice_code": "A00001", "pcn_code": "U00002", "found": "U00001, U00002"}
    ]
    rows = spells(
        ("A00001", "U00002", "2022-06-30", None, *DATED), ("A00001", "U00001", "2022-06-30", "2022-06-30", *DATED)
    )
    for ordered in (rows, rows.iloc[::-1]):
        assert resolve(ordered, Quarter.parse("2022Q2")).practices["pcn_code"].tolist() == ["U00001"]


@pytest.mark.parametrize(
    ("left", "joined", "is_between"),
    [
        ("2022-06-29", "2022-07-01", True),
        ("2022-06-15", "2022-07-17", True),
        ("2022-06-15", "2022-07-18", False),
        ("2022-06-29", "2022-06-30", False),
    ],
)
def test_a_practice_between_two_pcns_is_in_neither_and_both_are_named(left: str, joined: str, is_between: bool) -> None:
    """A practice between two PCNs is in neither, and both are named with their days."""
    rows = spells(
        ("A00001", "U00009", "2019-07-01", "2020-06-30", *DATED),
        ("A00001", "U00001", "2020-07-01", left, *DATED),
        ("A00001", "U00002", joined, "2023-06-30", *DATED),
        ("A00001", "U00008", "2023-07-01", None, *DATED),
        ("A00002", "U00001", "2020-01-01", None, *DATED),
    )
    found = resolve(rows, Quarter.parse("2022Q2"))
    assert ("A00001" in set(found.practices["practice_code"])) is (joined <= "2022-06-30")
    expected = [{"practice_code": "A00001", "detail": f"in U00001 until {left}, in U00002 from {joined}"}]
    assert found.between.to_dict("records") == (expected if is_between else [])


def test_two_pcns_at_once_on_other_days_are_listed_with_the_days() -> None:
    """Two PCNs at once on any day are listed with the days."""
    rows = spells(
        ("A00001", "U00001", "2020-01-01", "2022-05-10", *DATED),
        ("A00001", "U00002", "2022-05-10", None, *DATED),
        ("A00002", "U00001", "2020-01-01", "2020-05-02", *DATED),
        ("A00002", "U00003", "2020-05-01", "2022-08-31", *DATED),
        ("A00002", "U00004", "2022-08-01", "2022-10-31", *DATED),
        ("A00003", "U00001", "2020-01-01", "2020-05-01", *DATED),
        ("A00003", "U00003", "2020-05-02", None, *DATED),
        ("A00004", "U00003", "2020-01-01", None, *DATED),
        ("A00004", "U00001", "2022-07-01", None, *DATED),
        ("A00005", "U00003", "2020-01-01", None, *DATED),
        ("A00005", "U00001", "2022-06-30", None, *DATED),
        ("A00006", "U00001", "2020-01-01", "2022-06-30", *DATED),
        ("A00006", "U00002", "2022-06-29", None, *DATED),
    )
    found = resolve(rows, Quarter.parse("2022Q2"))
    assert found.at_once.set_index("practice_code")["detail"].to_dict() == {
        "A00001": "in U00001 and U00002 on 2022-05-10",
        "A00002": "in U00001 and U00003 from 2020-05-01 to 2020-05-02; "
        "in U00003 and U00004 from 2022-08-01 to 2022-08-31",
        "A00004": "in U00001 and U00003 since 2022-07-01",
    }
    assert found.ambiguous["practice_code"].tolist() == ["A00005", "A00006"]


def test_an_edition_that_knows_the_day_beats_a_nearer_one_that_does_not() -> None:
    """An edition that knows the quarter's day comes before a nearer one; a snapshot serves what no edition knows."""
    rows = spells(
        ("A00001", "U00001", "2020-01-01", None, "2022-06", "2022-06-29", "dated"),
        ("A00001", "U00001", "2020-01-01", "2022-06-01", *DATED),
        ("A00001", "U00002", "2022-06-01", None, *DATED),
        ("A00001", "U00003", "2022-07-01", None, "2022-07", "2022-07-01", "snapshot"),
    )
    found = resolve(rows, Quarter.parse("2022Q2"))
    assert (found.practices["pcn_code"].tolist(), found.source, found.distance_days) == (["U00002"], "epcn 2023-01", 0)
    rows = spells(
        ("A00001", "U00001", "2020-01-01", None, *DATED),
        ("A00001", "U00002", "2026-07-01", None, "2026-07", "2026-07-01", "snapshot"),
    )
    found = resolve(rows, Quarter.parse("2026Q2"))
    assert (found.practices["pcn_code"].tolist(), found.source, found.distance_days) == (
        ["U00002"],
        "practice_map 2026-07",
        1,
    )


def test_of_two_pcns_on_the_last_known_day_the_one_that_lasts_is_the_last() -> None:
    """A closed practice leads to its last PCN; of two on the last day known, the one that lasts."""
    rows = spells(
        ("A00001", "U00001", "2023-01-09", None, *DATED),
        ("A00001", "U00002", "2023-01-09", "2023-01-09", *DATED),
        ("A00002", "U00001", "2020-01-01", "2023-01-09", *DATED),
        ("A00002", "U00002", "2023-01-09", None, *DATED),
        ("A00003", "U00001", "2020-01-01", "2022-12-31", *DATED),
        ("A00003", "U00002", "2022-12-31", "2022-12-31", *DATED),
        ("A00003", "U00003", "2022-12-31", "2022-12-31", *DATED),
    )
    for ordered in (rows, rows.iloc[::-1]):
        found = last_known_pcn(ordered).to_dict()
        assert found == {"A00001": "U00001", "A00002": "U00002", "A00003": "U00002"}
    rows = spells(
        ("A00001", "U00001", "2019-07-01", "2020-01-01", *DATED),
        ("A00001", "U00002", "2020-01-01", "2021-01-01", *DATED),
        ("A00002", "U", "2020-01-01", None, *DATED),
    )
    assert last_known_pcn(rows).to_dict() == {"A00001": "U00002"}

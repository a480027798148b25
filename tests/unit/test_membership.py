"""Which practice is in which PCN on which day."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.panel.membership import last_known_pcn, resolve
from sp_geo.quarters import Quarter


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
        ("2019-07-01", "2022-06-30", False),
        ("2019-07-01", "2022-07-01", True),
    ],
)
def test_a_spell_holds_on_its_first_day_and_not_on_its_last(first: str, end: str | None, is_member: bool) -> None:
    """Practices that move on a quarter's last day would count twice or not at all."""
    found = resolve(spells(("A00001", "U00001", first, end, *DATED)), Quarter.parse("2022Q2"))
    assert (len(found.practices) == 1) is is_member


def test_two_pcns_on_one_day_are_resolved_and_listed() -> None:
    """A practice's patients would count in two PCNs, or the ambiguity would go unseen."""
    found = resolve(
        spells(("A00001", "U00001", "2020-01-01", None, *DATED), ("A00001", "U00002", "2021-01-01", None, *DATED)),
        Quarter.parse("2022Q2"),
    )
    assert found.practices["pcn_code"].tolist() == ["U00002"]
    assert found.ambiguous.to_dict("records") == [
        {"practice_code": "A00001", "pcn_code": "U00002", "found": "U00001, U00002"}
    ]


def test_an_edition_that_knows_the_day_beats_a_nearer_one_that_does_not() -> None:
    """A quarter would be joined with memberships from before it although later ones are known."""
    rows = spells(
        ("A00001", "U00001", "2020-01-01", None, "2022-06", "2022-06-29", "dated"),
        ("A00001", "U00001", "2020-01-01", "2022-06-01", *DATED),
        ("A00001", "U00002", "2022-06-01", None, *DATED),
        ("A00001", "U00003", "2022-07-01", None, "2022-07", "2022-07-01", "snapshot"),
    )
    found = resolve(rows, Quarter.parse("2022Q2"))
    assert (found.practices["pcn_code"].tolist(), found.source, found.distance_days) == (["U00002"], "epcn 2023-01", 0)


def test_a_snapshot_serves_quarters_after_the_last_dated_edition() -> None:
    """The latest quarters would be joined with memberships that are years old."""
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


def test_a_closed_practice_leads_to_its_last_pcn() -> None:
    """Survey answers of practices that closed would be lost."""
    rows = spells(
        ("A00001", "U00001", "2019-07-01", "2020-01-01", *DATED),
        ("A00001", "U00002", "2020-01-01", "2021-01-01", *DATED),
        ("A00002", "U", "2020-01-01", None, *DATED),
    )
    assert last_known_pcn(rows).to_dict() == {"A00001": "U00002"}

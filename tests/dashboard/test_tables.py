"""Tables of pages: found, sorted and cut to a page, with missing values as marks and never first."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sp_geo.reports.sheet import Column, Sheet
from sp_geo.web.tables import PAGE_ROWS, Asked, chosen_rows, read_asked, table_page

COUNT = 40


@pytest.fixture
def sheet() -> Sheet:
    """Forty rows with gaps for two different reasons."""
    rows = pd.DataFrame(
        {
            "pcn_code": [f"U{number:05}" for number in range(COUNT)],
            "name": [f"PCN {number % 7}" for number in range(COUNT)],
            "share": [None if number % 10 == 3 else number / COUNT for number in range(COUNT)],
            "why": ["[c]" if number == 3 else "" for number in range(COUNT)],
        }
    )
    columns = (
        Column("name", "Name"),
        Column("pcn_code", "Code"),
        Column("share", "Share", "%", 1, 100.0, state="why"),
    )
    return Sheet("things", "Forty things", rows, columns)


def test_missing_comes_last_either_way_and_says_why(sheet: Sheet) -> None:
    """Missing values stand last in either order, with the mark of their reason."""
    for downwards in (True, False):
        rows = chosen_rows(sheet, Asked(sort="share", downwards=downwards))
        assert rows["share"].isna().tolist() == sorted(rows["share"].isna())
    last = table_page(sheet, Asked(sort="share", start=2))["rows"]
    assert [row[2] for row in last][-4:] == ["[c]", "[x]", "[x]", "[x]"]


def test_numbers_are_shown_in_their_unit(sheet: Sheet) -> None:
    """Numbers are scaled and rounded as their column's unit says."""
    page = table_page(sheet, Asked(find="u00020"))
    assert page["rows"] == [["PCN 6", "U00020", "50.0"]]
    assert page["columns"][2]["heading"] == "Share (%)"
    assert page["pcns"] == ["U00020"]


def test_pages_cover_every_row_once(sheet: Sheet) -> None:
    """The pages of a table hold every row once, and a page too far is the last one."""
    pages = [table_page(sheet, Asked(sort="name", start=number)) for number in range(3)]
    codes = [code for page in pages for code in page["pcns"]]
    assert sorted(codes) == sheet.rows["pcn_code"].tolist()
    assert [page["first"] for page in pages] == [1, 1 + PAGE_ROWS, 1 + 2 * PAGE_ROWS]
    assert table_page(sheet, Asked(start=99))["start"] == 2


def test_nothing_found_is_an_empty_page(sheet: Sheet) -> None:
    """A search without a result is an empty page that counts all rows."""
    page = table_page(sheet, Asked(find="(*[", sort="nothing"))
    assert (page["found"], page["first"], page["rows"], page["pages"]) == (0, 0, [], 1)
    assert page["total"] == COUNT


@given(st.dictionaries(st.sampled_from(["find", "sort", "down", "start"]), st.text(max_size=100)))
def test_any_wish_is_read(wish: dict[str, str]) -> None:
    """Any request for a table is read as one within bounds."""
    asked = read_asked(wish)
    assert 0 <= asked.start < 10**6
    assert len(asked.find) <= 80

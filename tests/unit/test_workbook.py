"""The workbook: opened again with another library."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import openpyxl
import pandas as pd
import pytest

from sp_geo.core.errors import UsageError
from sp_geo.reports.files.workbook import workbook
from sp_geo.reports.sheet import SHORTHANDS
from tests.unit.handout_samples import COVER, HOSTILE, pcns, quarters

FRONT = ["Cover", "Contents", "Notes", "Columns"]


def opened(*sheets: Any, cover: Any = COVER) -> Any:
    """The workbook of these sheets, read back."""
    return openpyxl.load_workbook(BytesIO(workbook(sheets, cover)))


def table_of(sheet: Any) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Headings and rows of a sheet's only table."""
    (area,) = [reference for _, reference in sheet.tables.items()]
    cells = [tuple(cell.value for cell in row) for row in sheet[area]]
    return list(cells[0]), cells[1:]


def test_every_sheet_can_be_read_by_a_screen_reader() -> None:
    """Each sheet has a title, one whole table, frozen headings and no merged cells."""
    book = opened(pcns(), quarters())
    assert book.sheetnames == [*FRONT, "pcns", "quarters"]
    for sheet in book.worksheets:
        assert sheet.merged_cells.ranges == set()
        assert sheet["A1"].value
        filled = [row for row in sheet.iter_rows(values_only=True) if any(value is not None for value in row)]
        assert len(filled) == sheet.max_row
        if sheet.title != "Cover":
            ((_, area),) = sheet.tables.items()
            first = int("".join(sign for sign in area.split(":")[0] if sign.isdigit()))
            assert sheet.freeze_panes == f"B{first + 1}"
            assert all(value is not None for row in table_of(sheet)[1] for value in row)
            assert sheet.print_title_rows == f"${first}:${first}"
    assert {name for sheet in book.worksheets for name in sheet.tables} == {
        "table_of_contents",
        "table_of_notes",
        "table_of_columns",
        "table_pcns",
        "table_quarters",
    }


def test_values_keep_their_precision_and_what_is_missing_says_why() -> None:
    """Values keep all their digits, and what is missing has its mark."""
    book = opened(pcns())
    headings, rows = table_of(book["pcns"])
    assert headings == ["PCN", "PCN code", "Link workers (FTE per 10,000 patients)", "Rural (% of patients)"]
    assert [row[2] for row in rows] == [0.123456789, 0, "[x]", "[c]", 0.5, 0.7, 0.9]
    assert [row[3] for row in rows] == [25, 50, 75, 100, 0, "[x]", "[x]"]
    assert book["pcns"]["C6"].number_format == "#,##0.00"
    assert book["pcns"]["D6"].number_format == "#,##0.0"
    assert {row[0]: row[2] for row in table_of(book["Notes"])[1]}.items() >= SHORTHANDS.items()


def test_text_never_becomes_a_formula() -> None:
    """Text stays text, whatever it begins with."""
    sheet = opened(pcns())["pcns"]
    cells = [row[0] for row in sheet["A6:A12"]]
    assert [cell.value for cell in cells] == list(HOSTILE)
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells] == [True] * 5 + [False] * 2
    assert all(cell.hyperlink is None for cell in cells)
    hostile = replace(pcns(), title="=1+1", notes=("=2+2",))
    book = opened(hostile, cover=replace(COVER, title="=3+3"))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}


@pytest.mark.parametrize("mark", ["SYNTHETIC", ""])
def test_invented_data_say_so_on_every_sheet(mark: str) -> None:
    """Invented data are marked on each sheet, and published data are not."""
    book = opened(pcns(), quarters(), cover=replace(COVER, mark=mark))
    said = ["SYNTHETIC" in str(sheet["A2"].value) for sheet in book.worksheets]
    assert said == [bool(mark)] * 6
    assert ("SYNTHETIC" in book.properties.title) == bool(mark)


def test_properties_and_links_are_set() -> None:
    """The file has language, title and day, and its contents lead to their sheets."""
    book = opened(pcns(), quarters())
    assert book.properties.language == "en-GB"
    assert book.properties.title == "SYNTHETIC: Need and provision"
    assert book.properties.created.date() == COVER.made
    contents = book["Contents"]
    links = [contents.cell(row, 1).hyperlink.location for row in range(4, 9)]
    assert links == [f"'{name}'!A1" for name in ("Cover", "Notes", "Columns", "pcns", "quarters")]
    assert book["pcns"]["A4"].hyperlink.location == "'Contents'!A1"
    cover = [row[0] for row in book["Cover"].iter_rows(values_only=True)]
    assert {*COVER.sources, *COVER.licences, COVER.subject, COVER.address} <= set(cover)


def test_names_headings_and_widths_fit() -> None:
    """Names of sheets and headings fit and differ, and columns and rows are wide and high enough."""
    long = "a_very_long_name_of_a_table_that_does_not_fit"
    book = opened(pcns(long), pcns(long), pcns("Cover"), pcns("a/b:c"))
    assert book.sheetnames[4:] == [long[:31], f"{long[:29]}_2", "Cover_2", "a_b_c"]
    sheet = pcns()
    twice = replace(sheet, columns=(*sheet.columns, replace(sheet.columns[1], label="PCN\ncode")))
    assert table_of(opened(twice)["pcns"])[0][-1] == "PCN code 2"
    sheet = opened(pcns())["pcns"]
    assert all(10 <= sheet.column_dimensions[letter].width <= 62 for letter in "ABCD")
    assert sheet.row_dimensions[5].height > 30
    assert sheet["C5"].alignment.wrap_text


def test_an_empty_table_and_very_long_text_can_be_opened() -> None:
    """An empty table has a row of marks, a long text is cut, categories are text, and a workbook of nothing is refused."""
    sheet = pcns()
    empty = replace(sheet, rows=sheet.rows.iloc[:0], shapes=None)
    assert table_of(opened(empty)["pcns"])[1] == [("[z]",) * 4]
    long = replace(sheet, rows=sheet.rows.assign(pcn_name="x" * 40_000))
    text = table_of(opened(long)["pcns"])[1][0][0]
    assert len(text) == 32_767
    assert text.endswith("…")
    with pytest.raises(UsageError, match="no table"):
        workbook([], COVER)
    rows = sheet.rows.assign(pcn_name=pd.Categorical(sheet.rows["pcn_name"]))
    assert table_of(opened(replace(sheet, rows=rows))["pcns"])[1][0][0] == "=1+1"

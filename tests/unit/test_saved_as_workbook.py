"""Tables that are published as CSV and were saved as a workbook."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pandas as pd
import pytest
import xlsxwriter

from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.catalogue import recognise
from sp_geo.publications.readers import READERS
from sp_geo.workspace.document import Document
from tests.corruption.run import all_seeds


def rows_of(publication: str) -> list[list[str]]:
    """The sound file of a publication."""
    seed = all_seeds()[publication]
    return list(csv.reader(io.StringIO(seed.render(seed.content).decode("utf-8-sig"))))


def saved_again(rows: list[list[str]]) -> Document:
    """What a spreadsheet makes of a table: numbers and days become cells of their own kind."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet, day = book.add_worksheet("Sheet1"), book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
                    sheet.write_datetime(number, place, date.fromisoformat(cell), day)
                elif re.fullmatch(r"-?\d+(\.\d+)?", cell):
                    sheet.write_number(number, place, float(cell))
                else:
                    sheet.write_string(number, place, cell)
    return Document("table.xlsx", "workbook", buffer.getvalue())


@pytest.mark.parametrize(
    "publication",
    ["pcn_workforce", "practice_map", "list_totals", "list_by_age", "list_by_lsoa", "fingertips_practice"],
)
def test_a_table_of_practices_saved_as_a_workbook_says_what_its_csv_says(publication: str) -> None:
    """Codes, days and numbers come back from the cells as they stand in the CSV file."""
    rows = rows_of(publication)
    document = saved_again(rows)
    assert recognise(document).key == publication
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n"
    published = READERS[publication](Document("table.csv", "csv", text.encode()), "")
    for name, frame in READERS[publication](document, "").items():
        pd.testing.assert_frame_equal(frame, published[name])


@pytest.mark.parametrize("publication", ["nhs_payments", "lsoa_lookup"])
def test_a_table_that_is_read_as_csv_only_is_named_when_it_was_saved_as_a_workbook(publication: str) -> None:
    """The line says which table it is and to save it as CSV."""
    with pytest.raises(UnrecognisedFile, match=r"it looks like '.+' saved as a workbook.*save the sheet as CSV UTF-8"):
        recognise(saved_again(rows_of(publication)))


def test_an_own_measure_is_no_suspect_of_a_table_that_is_not_known() -> None:
    """Columns called value and name are in many tables."""
    with pytest.raises(UnrecognisedFile, match="not one of the publications"):
        recognise(saved_again([["Area Code", "Name", "Value", "Colour"], ["E01000001", "One", "1", "red"]]))

"""Files as publishers make them, and their tables as they are checked: what tests of reading share."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter

from sp_geo.publications.catalogue import recognise
from sp_geo.publications.readers import READERS
from sp_geo.tables import TABLES
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document

WORKFORCE = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,SUB_ICB_NAME,ICB_CODE,ICB_NAME,"
    "COMM_REGION_CODE,COMM_REGION_NAME,STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)
"""Header of a workforce release."""
MAP_2022 = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_CCG_CODE,CCG_CODE,"
    "CCG_NAME,ONS_STP_CODE,STP_CODE,STP_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,COMM_REGION_NAME"
)
"""Header of a practice map of the CCG years."""
MAP_2026 = MAP_2022.replace("CCG", "SUB_ICB_LOCATION").replace("STP", "ICB") + ",SUPPLIER_NAME"
"""Header of a practice map since."""
SCORE = "Index of Multiple Deprivation (IMD) Score"
RANK = "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"
DECILE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"


def csv_file(text: str | bytes, label: str = "file.csv") -> Document:
    """A CSV file of this text."""
    return Document(label, "csv", text.encode() if isinstance(text, str) else text)


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], saved: datetime | None = None) -> bytes:
    """A workbook of these sheets, saved on a day."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": saved or datetime(2020, 1, 1)})  # noqa: DTZ001 - as Excel has it
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def identifier(number: int) -> str:
    """A UUID for a number."""
    return str(uuid.UUID(int=number, version=4))


def zipped(members: Mapping[str, bytes | str], day: tuple[int, int, int] = (2022, 7, 14)) -> bytes:
    """An archive of these files, which carry a day."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (*day, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def validated(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The frames of a reader, held against their tables."""
    return {name: validate(frame, TABLES[name]) for name, frame in frames.items()}


def read_as(publication: str, document: Document, period: str = "") -> dict[str, pd.DataFrame]:
    """Checked tables of a file, which must be recognised as this publication."""
    assert recognise(document).key == publication
    return validated(READERS[publication](document, period))

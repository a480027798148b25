"""What the tables of the register of charities have in common."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import pandas as pd

from sp_geo.publications.reading.anomalies import Frames, Reader
from sp_geo.publications.reading.records import RecordFaultError, Taken, cleaned, refused_frame, text
from sp_geo.publications.reading.rows import MISSING, Row, records, refuse_if_all_failed
from sp_geo.tables import TABLES
from sp_geo.workspace.document import Document

NOT_GIVEN: Final = MISSING | {"na"}


def charity_number(row: Row) -> str:
    """Number in the register.

    Raises:
        RecordFaultError: it is missing or not a number of five to eight digits.
    """
    found = cleaned(row.get("charity_number")).removesuffix(".0")
    if not re.fullmatch(r"[0-9]{5,8}", found):
        raise RecordFaultError(
            "the charity's number is not one", f"'{found[:40]}'; five to eight digits such as 1234567"
        )
    return found


def words_reader(publication: str, table: str) -> Reader:
    """A reader of a table that says words of charities, each of them once a charity.

    Args:
        publication: whose column map is used.
        table: core table: directory, charity, kind of word, and word.
    """
    columns = TABLES[table].column_names

    def read(document: Document, period: str) -> Frames:
        """The table and core_service_refused.

        Args:
            document: JSON, text with tabs, or CSV.
            period: identifier of the register, or of this table of it.

        Raises:
            InvalidContent: a needed column is missing, or nothing can be taken in.
            DamagedFile: it cannot be read to its end.
        """
        # The tables of a register come in files of their own, named after each table.
        directory_id, taken = re.sub(r"-(?:area-of-operation|classification)$", "", period), Taken()
        kept: dict[tuple[str | None, ...], None] = {}

        def word(row: Row) -> tuple[str | None, ...]:
            kind, said = (text(row, column, needed=True) for column in columns[2:])
            return directory_id, charity_number(row), kind, said

        for place, row in records(document, publication, columns[1:], taken, NOT_GIVEN):
            found = taken.attempt(place, partial(word, row))
            if found is not None:
                kept[found] = None
        refuse_if_all_failed(taken, len(kept), document.label)
        return {
            table: pd.DataFrame(list(kept), columns=columns, dtype="str"),
            "core_service_refused": refused_frame(directory_id, taken.refused),
        }

    return read

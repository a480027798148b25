"""Differences in words: tables, files, run records."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sp_geo.reports.differences import file_words, mapping_words, record_words, table_words
from tests.unit.files import zipped
from tests.unit.test_run_record import RECORD

BEFORE = pd.DataFrame({"pcn_code": ["U1", "U2", "U3"], "quarter": "2022Q2", "fte": [1.0, np.nan, 0.0]})
KEY = ("pcn_code", "quarter")


def test_the_first_value_is_told_with_its_key() -> None:
    """Differing values are counted and the first is told with its key; missing on both sides is no difference."""
    words = table_words(BEFORE, BEFORE.assign(fte=[1.0, 2.0, 0.5]), KEY)
    assert words == "fte differs in 2 rows, first U2 2022Q2: nothing in the record, 2.0 here"
    assert "U3 2022Q2: 0.0 in the record, nothing here" in table_words(
        BEFORE, BEFORE.assign(fte=[1.0, None, None]), KEY
    )
    assert table_words(BEFORE, BEFORE.copy(), KEY).startswith("every value is the same")


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (BEFORE.iloc[:2], "1 row only in the record, first U3 2022Q2"),
        (pd.concat([BEFORE, BEFORE.assign(quarter="2022Q3")]), "3 rows only here, first U1 2022Q3"),
        (BEFORE.drop(columns="fte"), "column fte is gone"),
        (BEFORE.assign(rate=1.0), "column rate is new"),
        (BEFORE.drop(columns="quarter"), "column quarter is gone"),
    ],
)
def test_rows_and_columns_that_came_or_went_are_told(after: pd.DataFrame, words: str) -> None:
    """Rows and columns that came or went are told."""
    assert words in table_words(BEFORE, after, KEY)


def test_files_are_told_apart_by_part_and_line() -> None:
    """Files are told apart by part, line and size, records by the name of parameter, seed or version."""
    assert file_words(b"a\nb 1\n", b"a\nb 2\n") == "line 2: 'b 1' there, 'b 2' made again"
    assert file_words(b"a", b"a\nb") == "1 lines there, 2 made again"
    words = file_words(zipped({"rows": "x\n1", "gone": "x"}), zipped({"rows": "x\n2", "new": "x"}))
    assert words == (
        "part gone is only in the file; part new is only in what was made again; "
        "part rows: line 2: '1' there, '2' made again"
    )
    assert file_words(zipped({"rows": "x"}), zipped({"rows": "x"})[:-5]) == "it is damaged"
    assert "12 bytes" in file_words(b"\x89PNG\r\n\x1a\nabcd", b"\x89PNG\r\n\x1a\nabc")
    other = replace(RECORD, parameters={**RECORD.parameters, "list_release": "2022-01"}, seeds={"deserts": 8})
    assert record_words(RECORD, RECORD) == []
    assert record_words(RECORD, other) == [
        ("parameter", "list_release", "nearest", "2022-01"),
        ("seed", "deserts", "7", "8"),
    ]
    assert mapping_words({"a": "1"}, {"b": "2"}) == [("a", "1", ""), ("b", "", "2")]

"""The schema classes: what they accept, what they refuse, and the dictionary made from them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sp_geo.core.errors import TableInvalid
from sp_geo.tables import TABLES
from sp_geo.tables.base import Column, Table
from sp_geo.tables.dictionary import as_markdown
from sp_geo.tables.validation import validate
from tests.conftest import REPOSITORY

EXAMPLE = Table(
    name="example",
    key=("code",),
    grain="one code",
    columns=(
        Column("code", "Code.", shape=r"U\d{5}"),
        Column("fte", "FTE.", "float64", "FTE", nullable=True, low=0),
        Column("kind", "Kind.", allowed=("a", "b")),
    ),
)


def frame(**changes: list[object]) -> pd.DataFrame:
    """A frame that fits, with some columns replaced."""
    return pd.DataFrame({"kind": ["a", "b"], "fte": [1.5, None], "code": ["U00002", "U00001"], **changes})


def test_rows_are_sorted_and_columns_ordered() -> None:
    """Rows are sorted by key and columns ordered by schema."""
    checked = validate(frame(), EXAMPLE)
    assert list(checked.columns) == ["code", "fte", "kind"]
    assert checked["code"].tolist() == ["U00001", "U00002"]
    assert pd.isna(checked.loc[0, "fte"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": ["U0001A", "U00001"]}, "U0001A"),
        ({"code": ["U00001", "U00001"]}, "repeats its key"),
        ({"fte": [-0.1, 1.0]}, "-0.1"),
        ({"kind": ["a", "c"]}, "found c"),
        ({"kind": ["a", None]}, "kind"),
        ({"extra": [1, 2]}, "extra beyond"),
        ({"fte": None}, "fte absent"),
    ],
)
def test_what_does_not_fit_is_refused(changes: dict[str, Any], words: str) -> None:
    """A value that does not fit is refused by name."""
    with pytest.raises(TableInvalid, match=words):
        validate(frame(**changes).drop(columns=[name for name, cells in changes.items() if cells is None]), EXAMPLE)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_table_is_described(table: Table) -> None:
    """Each table has key, grain and meanings, and an empty frame that fits."""
    assert table.key
    assert set(table.key) <= set(table.column_names)
    assert table.grain
    assert all(column.meaning.endswith(".") for column in table.columns)
    assert not any(column.name == "lsoa_code" for column in table.columns)
    if not table.is_spatial:
        assert validate(table.empty(), table).empty


def test_the_dictionary_on_disk_is_the_generated_one() -> None:
    """docs/data_dictionary.md is the one made from the schemas."""
    assert (REPOSITORY / "docs" / "data_dictionary.md").read_text(encoding="utf-8") == as_markdown()

"""What every table has: a name, a key, a grain in words, columns with units, and caveats."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from sp_geo.errors import TableInvalid

Kind = Literal["str", "float64", "int64", "Int64", "bool", "geometry"]


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: as on disk.
        meaning: what it says, in words.
        kind: type on disk; dates are ISO text such as ``2022-06-30``.
        unit: of a number; empty for codes, names and counts that the meaning explains.
        nullable: whether a value may be missing.
        shape: regular expression that the whole text must fit.
        allowed: the only values that may occur.
        low: least number allowed.
        high: greatest number allowed.
    """

    name: str
    meaning: str
    kind: Kind = "str"
    unit: str = ""
    nullable: bool = False
    shape: str | None = None
    allowed: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None

    def as_pandera(self) -> pa.Column:
        """The same column with its checks, for pandera."""
        checks: list[pa.Check] = []
        if self.shape is not None:
            checks.append(pa.Check.str_matches(f"^(?:{self.shape})$"))
        if self.allowed is not None:
            checks.append(pa.Check.isin(list(self.allowed)))
        if self.low is not None:
            checks.append(pa.Check.ge(self.low))
        if self.high is not None:
            checks.append(pa.Check.le(self.high))
        kind: Any = None if self.kind == "geometry" else self.kind
        return pa.Column(kind, checks, nullable=self.nullable, coerce=kind is not None, description=self.meaning)


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: as on disk and in the dictionary.
        key: columns that together are never repeated; rows are stored in their order.
        grain: what one row is.
        columns: in their order on disk.
        caveats: what a reader must know before using a figure.
    """

    name: str
    key: tuple[str, ...]
    grain: str
    columns: tuple[Column, ...]
    caveats: tuple[str, ...] = field(default=())

    @property
    def column_names(self) -> list[str]:
        """Names in their order on disk."""
        return [column.name for column in self.columns]

    @property
    def is_spatial(self) -> bool:
        """Whether it holds a geometry (always EPSG:27700 on disk)."""
        return any(column.kind == "geometry" for column in self.columns)

    def empty(self) -> pd.DataFrame:
        """A frame with the right columns and types and no row."""
        kinds = {column.name: "object" if column.kind == "geometry" else column.kind for column in self.columns}
        return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})


@cache
def _schema(table: Table) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({column.name: column.as_pandera() for column in table.columns}, strict=True)


def validate(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The frame with the table's column order and types, sorted by key.

    Args:
        frame: any column and row order; must hold exactly the table's columns.
        table: what it must be.

    Returns:
        A new frame with a plain index.

    Raises:
        TableInvalid: a column is missing, unknown, of the wrong type or out of range, or a key repeats.
    """
    missing = [name for name in table.column_names if name not in frame.columns]
    unknown = [str(name) for name in frame.columns if name not in table.column_names]
    if missing or unknown:
        raise TableInvalid(
            f"table {table.name} has the wrong columns",
            found=f"{', '.join(unknown) or 'nothing'} beyond, {', '.join(missing) or 'nothing'} absent",
            expected=", ".join(table.column_names),
        )
    try:
        checked: pd.DataFrame = _schema(table).validate(frame[table.column_names].reset_index(drop=True), lazy=True)
    except SchemaErrors as faults:
        case = faults.failure_cases.iloc[0]
        raise TableInvalid(
            f"table {table.name} fails {len(faults.failure_cases):,} check(s)",
            column=str(case["column"]),
            found=str(case["failure_case"]),
            expected=str(case["check"]),
        ) from faults
    repeated = checked.duplicated(list(table.key))
    if repeated.any():
        example = checked.loc[repeated, list(table.key)].iloc[0].to_dict()
        raise TableInvalid(f"table {table.name} repeats its key", found=str(example), expected="each key once")
    return checked.sort_values(list(table.key), kind="stable", ignore_index=True)

"""Frames held against what their table says; pandera does the checks."""

from __future__ import annotations

from functools import cache
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import ParserError, SchemaErrors

from sp_geo.core.errors import TableInvalid
from sp_geo.tables.base import Table


@cache
def _schema(table: Table) -> pa.DataFrameSchema:
    columns = {}
    for column in table.columns:
        checks: list[pa.Check] = []
        if column.shape is not None:
            checks.append(pa.Check.str_matches(f"^(?:{column.shape})$"))
        if column.allowed is not None:
            checks.append(pa.Check.isin(list(column.allowed)))
        if column.low is not None:
            checks.append(pa.Check.ge(column.low))
        if column.high is not None:
            checks.append(pa.Check.le(column.high))
        kind: Any = None if column.kind == "geometry" else column.kind
        columns[column.name] = pa.Column(
            kind, checks, nullable=column.nullable, coerce=kind is not None, description=column.meaning
        )
    return pa.DataFrameSchema(columns, strict=True)


@cache
def _checks(table: Table) -> pa.DataFrameSchema:
    """The schema without types, for a frame that has them already: pandera takes longest to look at types."""
    held = _schema(table).columns.items()
    return pa.DataFrameSchema({name: pa.Column(None, item.checks, nullable=item.nullable) for name, item in held})


def _checked(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The frame in the types of its table, with every check of the table passed.

    Raises:
        SchemaErrors: a column is not of its type, or a value fails a check.
    """
    schema = _schema(table)
    try:
        held = schema.columns.items()
        typed = frame.assign(**{name: item.dtype.coerce(frame[name]) for name, item in held if item.dtype is not None})
    except (ValueError, TypeError, OverflowError, ParserError):
        # The whole schema says which value is not of the type.
        typed = schema.validate(frame, lazy=True)
    checked: pd.DataFrame = _checks(table).validate(typed, lazy=True)
    return checked


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
    table = table.holding(str(name) for name in frame.columns)
    missing = [name for name in table.column_names if name not in frame.columns]
    unknown = [str(name) for name in frame.columns if name not in table.column_names]
    if missing or unknown:
        raise TableInvalid(
            f"table {table.name} has the wrong columns",
            found=f"{', '.join(unknown) or 'nothing'} beyond, {', '.join(missing) or 'nothing'} absent",
            expected=", ".join(table.column_names),
        )
    try:
        checked = _checked(frame[table.column_names].reset_index(drop=True), table)
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

"""Metadata of CSV files after CSV on the Web: what every column is, which is the key, and what joins to what.

Source: W3C, Metadata Vocabulary for Tabular Data, Recommendation of 17 December 2015.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from sp_geo.reports.files.csv_file import PROVENANCE, raw_rows, state_meanings
from sp_geo.reports.sheet import SHORTHANDS, Cover, Sheet

NAME: Final = "csv-metadata.json"
LANGUAGE: Final = "en"
_LICENCES: Final = {
    "Open Government Licence v3.0": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
}
_DICTIONARY: Final = {
    "table": "Name of the table",
    "column": "Name of the column",
    "meaning": "What it means",
    "unit": "Unit of the raw value",
    "when_empty": "What an empty cell means",
}


@dataclass(frozen=True)
class Reference:
    """Columns of a table that name a row of another."""

    columns: tuple[str, ...]
    table: str
    there: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A sheet with what a program must know to join it.

    Attributes:
        sheet: the table.
        key: columns that name a row; empty where none do.
        references: to other tables; those that do not hold are left out of the metadata.
    """

    sheet: Sheet
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = field(default=())


def csvw(tables: Sequence[Table], cover: Cover, folder: str, dictionary: str) -> str:
    """The metadata of all CSV files of a pack as JSON.

    Args:
        tables: by the names of their sheets.
        cover: title, sources, licences, day.
        folder: of the tables, relative to the metadata.
        dictionary: file of the data dictionary, relative to the metadata.

    Raises:
        ValueError: a key does not tell its rows apart, or has empty cells: a fault of the software.
    """
    frames = {table.sheet.name: raw_rows(table.sheet, cover) for table in tables}
    described = [_table(table, frames, cover, folder) for table in tables]
    columns = [
        {"name": name, "titles": name, "datatype": "string", "null": "", "dc:description": words}
        | ({"required": True} if name in {"table", "column"} else {})
        for name, words in _DICTIONARY.items()
    ]
    record: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": LANGUAGE}],
        "dc:title": f"{cover.mark}: {cover.title}" if cover.mark else cover.title,
        "dc:description": cover.subject,
        "dc:source": list(cover.sources),
        "dc:license": [_LICENCES.get(text, text) for text in cover.licences],
        "dc:created": cover.made.isoformat(),
        "dc:creator": f"sp_geo {cover.version}",
        "dc:identifier": cover.digest,
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "lineTerminators": ["\n"]},
        "tables": [
            *described,
            {
                "url": dictionary,
                "dc:title": "Data dictionary: what every column means",
                "tableSchema": {"columns": columns, "primaryKey": ["table", "column"]},
            },
        ],
    }
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _table(table: Table, frames: Mapping[str, pd.DataFrame], cover: Cover, folder: str) -> dict[str, Any]:
    sheet, rows = table.sheet, frames[table.sheet.name]
    keys = rows[list(table.key)]
    if table.key and (keys.isna().any(axis=None) or keys.duplicated().any()):
        message = f"{sheet.name}: {', '.join(table.key)} do not tell its rows apart"
        raise ValueError(message)
    schema: dict[str, Any] = {"columns": [_column(name, table, rows) for name in rows.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    for item in table.references:
        if item.table not in frames or rows[list(item.columns)].isna().any(axis=None):
            continue
        known = set(frames[item.table][list(item.there)].itertuples(index=False, name=None))
        if known.issuperset(rows[list(item.columns)].itertuples(index=False, name=None)):
            there = {"resource": f"{folder}/{item.table}.csv", "columnReference": list(item.there)}
            held = {"columnReference": list(item.columns), "reference": there}
            schema.setdefault("foreignKeys", []).append(held)
    return {
        "url": f"{folder}/{sheet.name}.csv",
        "dc:title": sheet.title,
        "dc:description": " ".join(sheet.notes) or sheet.title,
        "dc:license": [_LICENCES.get(text, text) for text in cover.licences],
        "dc:source": list(cover.sources),
        "tableSchema": schema,
    }


def _column(name: str, table: Table, rows: pd.DataFrame) -> dict[str, Any]:
    shown = {column.name: column for column in table.sheet.columns}
    why = state_meanings(table.sheet)
    kind: Any = "number" if pd.api.types.is_float_dtype(rows[name]) else "string"
    if pd.api.types.is_bool_dtype(rows[name]):
        kind = {"base": "boolean", "format": "True|False"}
    elif pd.api.types.is_integer_dtype(rows[name]):
        kind = "integer"
    record: dict[str, Any] = {"name": name, "titles": name, "datatype": kind, "null": ""}
    if name in shown:
        column = shown[name]
        record["dc:title"] = column.label
        record["dc:description"] = column.label
        if column.is_number:
            times = "" if column.scale == 1 else f" Shown to people {column.scale:g} times as high."
            empty = f"Empty: see {column.state}." if column.state else "Empty: nobody told us; never zero."
            record["dc:description"] = f"{column.heading}.{times} {empty}"
        if column.unit:
            record["schema:unitText"] = column.unit if column.scale == 1 else f"{column.unit}, over {column.scale:g}"
    elif name in why:
        marks = "; ".join(f"{mark} {words}" for mark, words in SHORTHANDS.items())
        record["dc:title"] = why[name]
        record["dc:description"] = f"Empty where there is a value. {marks}."
    elif name == PROVENANCE:
        record["dc:title"] = "Where the row comes from"
        record["dc:description"] = "SYNTHETIC for invented rows, published for others."
    if name in table.key:
        record["required"] = True
    return record

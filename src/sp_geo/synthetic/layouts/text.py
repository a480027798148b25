"""Text files as the publishers lay them out, built column by column so that a million rows take about a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.compute as pc  # type: ignore[import-untyped]

from sp_geo.core.archives import zip_bytes

Column = pd.Series | np.ndarray[Any, Any] | str | int
"""Values of one column, or one value for every row."""


@dataclass(frozen=True)
class Published:
    """One file as it would be published.

    Attributes:
        path: under the demonstration's folder, with forward slashes.
        data: its bytes.
        publication: which publication it is laid out as.
        title: what it calls itself.
        period: what it describes, such as 2022Q2, 2022-07 or 2019; the name of a directory.
        note: what the note of its origin says beside that.
    """

    path: str
    data: bytes
    publication: str
    title: str
    period: str
    note: Mapping[str, Any] = field(default_factory=dict)


def csv_bytes(
    columns: Mapping[str, Column],
    rows: int,
    *,
    newline: str = "\n",
    encoding: str = "utf-8",
    byte_order_mark: bool = False,
    header: bool = True,
    quote_all: bool = False,
) -> bytes:
    """A comma-separated file.

    Args:
        columns: by header; text, whole numbers or ready-made decimal text.
        rows: how many.
        newline: line end.
        encoding: of the bytes.
        byte_order_mark: whether the file begins with one.
        header: whether the first line names the columns.
        quote_all: whether every value stands in quotes, as in ODS files; otherwise only those that need it.
    """
    parts = [_texts(values, rows, quote_all) for values in columns.values()]
    body = b""
    if rows:
        lines = pc.binary_join_element_wise(*parts, ",")
        lines = pc.binary_join_element_wise(lines, pa.scalar(newline), "")
        # An Arrow text array holds all lines as one block already.
        blocks = []
        for chunk in lines.chunks if isinstance(lines, pa.ChunkedArray) else [lines]:
            offsets = np.frombuffer(chunk.buffers()[1], dtype=np.int32)[chunk.offset : chunk.offset + len(chunk) + 1]
            blocks.append(memoryview(chunk.buffers()[2])[int(offsets[0]) : int(offsets[-1])])
        body = b"".join(blocks)
    head = ""
    if header:
        head = ",".join(_quoted(name) for name in columns) + newline
    data = head.encode() + body if encoding == "utf-8" else (head + body.decode()).encode(encoding)
    return b"\xef\xbb\xbf" + data if byte_order_mark else data


def decimals(values: np.ndarray[Any, Any] | pd.Series, places: int) -> np.ndarray[Any, Any]:
    """Decimal text without trailing zeros; NaN becomes empty text."""
    unique, inverse = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True)
    # By its own method NumPy trims zeros after the point alone.
    texts = [
        "" if np.isnan(value) else np.format_float_positional(value, places, unique=False, trim="-") for value in unique
    ]
    return np.asarray(texts, dtype=object)[inverse]


def archive(member: str, data: bytes, day: date) -> bytes:
    """A zip archive of one member, whose bytes depend on nothing else (level 1, because speed matters more)."""
    return zip_bytes({member: data}, datetime.combine(day, time(9, 30)), level=1)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',"\n') else text


def _texts(values: Column, rows: int, quote_all: bool) -> pa.Array:
    """Values as a text array, quoted where they need it."""
    if isinstance(values, str | int):
        text = str(values)
        return pa.repeat(pa.scalar(f'"{text}"' if quote_all else _quoted(text)), rows)
    if len(values) != rows:
        message = f"a column has {len(values)} values instead of {rows}"
        raise ValueError(message)
    array = pa.array(values) if isinstance(values, np.ndarray) else pa.Array.from_pandas(values)
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    texts = pc.fill_null(pc.cast(array, pa.string()), "")
    if quote_all:
        return pc.binary_join_element_wise(pa.scalar('"'), texts, pa.scalar('"'), "")
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        return texts
    needs = pc.match_substring_regex(texts, '[,"\n]')
    if not pc.any(needs).as_py():
        return texts
    return pc.if_else(needs, pc.binary_join_element_wise(pa.scalar('"'), texts, pa.scalar('"'), ""), texts)

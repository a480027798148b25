"""What every table has: a name, a key, a grain in words, columns with units, and caveats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import pandas as pd

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


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: as on disk and in the dictionary.
        key: columns that together are never repeated; rows are stored in their order.
        grain: what one row is.
        columns: in their order on disk.
        caveats: what a reader must know before using a figure.
        further: a column whose name is a regular expression: any number of such columns may follow the others.
    """

    name: str
    key: tuple[str, ...]
    grain: str
    columns: tuple[Column, ...]
    caveats: tuple[str, ...] = field(default=())
    further: Column | None = None

    @property
    def column_names(self) -> list[str]:
        """Names in their order on disk."""
        return [column.name for column in self.columns]

    def holding(self, names: Iterable[str]) -> Table:
        """The same table with those of the named columns that may follow its own, in the order of their names."""
        further = self.further
        if further is None:
            return self
        extra = sorted(name for name in set(names) - set(self.column_names) if re.fullmatch(further.name, name))
        return replace(self, columns=(*self.columns, *(replace(further, name=name) for name in extra)), further=None)

    @property
    def is_spatial(self) -> bool:
        """Whether it holds a geometry (always EPSG:27700 on disk)."""
        return any(column.kind == "geometry" for column in self.columns)

    def empty(self) -> pd.DataFrame:
        """A frame with the right columns and types and no row."""
        kinds = {column.name: "object" if column.kind == "geometry" else column.kind for column in self.columns}
        return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in kinds.items()})

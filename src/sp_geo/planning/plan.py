"""A plan that can be kept: what was asked, from which data, and what came out of it.

Everything in a plan is a plain value (text, whole number, number, truth, nothing, and lists and mappings of these), so
that the plan that is read back equals the plan that was saved. A number that is missing is ``None`` in a plan and NaN
in a table made from it; it is never 0.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd

from sp_geo.core.errors import TableInvalid, UsageError, WorkspaceError
from sp_geo.core.suggest import shown

LONGEST_NAME: Final = 80
LONGEST_AUTHOR: Final = 200
_EQUAL: Final = 1e-6
_AMOUNTS: Final = ["first", "second", "difference"]


@dataclass(frozen=True)
class Kind:
    """What the rows of one kind of plan are about.

    Attributes:
        key: columns that name a row; no two rows of a plan share them.
        amount: column with what the row is given; ``None`` if to stand in the plan at all is what counts.
    """

    key: tuple[str, ...]
    amount: str | None


KINDS: Final[Mapping[str, Kind]] = {
    "posts": Kind(("pcn_code",), "added_fte"),
    "funding": Kind(("area_code", "category"), "amount_gbp"),
    "sites": Kind(("site_id",), None),
}


class Hashed(Protocol):
    """A table in a manifest."""

    @property
    def sha256(self) -> str:
        """Hash of its content."""
        ...


class HasTables(Protocol):
    """A manifest, as far as plans are concerned."""

    @property
    def tables(self) -> Mapping[str, Hashed]:
        """What each table holds."""
        ...


class HasData(Protocol):
    """A plan, or the heading of one."""

    @property
    def data_tables(self) -> Mapping[str, str]:
        """Hash of each table it was computed from."""
        ...


@dataclass(frozen=True)
class Plan:
    """A recommendation with everything that led to it.

    Attributes:
        name: 1 to 80 letters, digits, spaces, hyphens and underscores; neither begins nor ends with a space.
        kind: ``posts``, ``funding`` or ``sites``.
        author: who saved it.
        created_at: date and time in ISO 8601, given by the caller.
        request: every input and parameter.
        data_digest: one hash over all the tables it was computed from, see :func:`data_digest`.
        data_tables: hash of each of these tables, see :func:`data_tables`.
        software_version: of this package.
        is_synthetic: whether the data were invented.
        rows: the recommendation, one mapping a row, with at least the columns in :data:`KINDS`.
        summary: figures ``before`` and ``after``, each a mapping.
        version: 1, 2, ... as numbered by the plan store; 0 before it is saved.

    Raises:
        UsageError: the name, the author or the date is not as above.
        TableInvalid: a row lacks a column of its kind or stands twice, or a value is not plain.
    """

    name: str
    kind: str
    author: str
    created_at: str
    request: Mapping[str, Any]
    data_digest: str
    data_tables: Mapping[str, str]
    software_version: str
    is_synthetic: bool
    rows: list[dict[str, Any]]
    summary: Mapping[str, Any]
    version: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise UsageError("not a kind of plan", found=repr(self.kind), expected=f"one of {', '.join(KINDS)}")
        object.__setattr__(self, "name", checked_name(self.name))
        author = self.author
        if not 1 <= len(author) <= LONGEST_AUTHOR or not author.isprintable() or not author.strip():
            raise UsageError(
                "a plan's author cannot be this",
                found=repr(author),
                expected=f"1 to {LONGEST_AUTHOR} printable characters",
            )
        try:
            datetime.fromisoformat(self.created_at)
        except ValueError as fault:
            raise UsageError(
                "a plan's date cannot be read",
                found=repr(self.created_at),
                expected="a date such as 2026-01-31T09:30:00+00:00",
            ) from fault
        for part in ("request", "data_tables", "rows", "summary"):
            object.__setattr__(self, part, plain(getattr(self, part), part))
        rows = self.rows
        kind = KINDS[self.kind]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise TableInvalid("a plan's rows are not a list of mappings")
        needed = {*kind.key, *([kind.amount] if kind.amount else [])}
        seen: set[tuple[Any, ...]] = set()
        for row in rows:
            if not needed <= row.keys():
                raise TableInvalid("a plan's row lacks columns", found=str(sorted(row)), expected=str(sorted(needed)))
            key = tuple(row[column] for column in kind.key)
            if not all(isinstance(part, str) for part in key) or key in seen:
                raise TableInvalid("a plan's row is not named by text, or stands twice", found=str(key))
            seen.add(key)
            amount = row[kind.amount] if kind.amount else None
            if isinstance(amount, bool) or not isinstance(amount, int | float | None):
                raise TableInvalid("a plan's amount is not a number", column=kind.amount, found=repr(amount))


def checked_name(name: str) -> str:
    """A plan's name, with accents in their composed form so that equal names are equal text.

    Raises:
        UsageError: it is empty, too long, has other characters, or begins or ends with a space.
    """
    composed = unicodedata.normalize("NFC", name)
    expected = f"1 to {LONGEST_NAME} letters, digits, spaces, - and _, neither beginning nor ending with a space"
    if not 1 <= len(composed) <= LONGEST_NAME or composed != composed.strip(" ") or not all(map(_may_name, composed)):
        raise UsageError("a plan cannot have this name", found=shown(name), expected=expected)
    return composed


def _may_name(character: str) -> bool:
    category = unicodedata.category(character)
    return character in " -_" or category.startswith("L") or category == "Nd"


def plain(value: object, where: str = "value") -> Any:
    """A value as text, numbers, truths, ``None``, lists and mappings; missing values become ``None``.

    Args:
        value: may hold numpy's and pandas' scalars, arrays, tuples, sets, paths and dates.
        where: how a message names it.

    Raises:
        TableInvalid: a number is infinite, a mapping's key is not text, or the value is of another kind.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        if math.isinf(value):
            raise TableInvalid("a plan cannot hold an infinite number", column=where)
        return None if math.isnan(value) else value
    # Kinds of text and whole numbers that carry more than themselves would not come back as they went.
    if isinstance(value, bool | int):
        return value if isinstance(value, bool) else int(value)
    if isinstance(value, str):
        return str(value)
    return _plain_collection(value, where)


def _plain_collection(value: object, where: str) -> Any:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TableInvalid("a plan's mapping has a key that is not text", column=where)
        return {str(key): plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray | pd.Series | pd.Index):
        return [plain(item, where) for item in value]
    if isinstance(value, set | frozenset):
        return sorted((plain(item, where) for item in value), key=lambda item: (str(type(item)), item))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TableInvalid("a plan cannot hold this kind of value", column=where, found=type(value).__name__)


def data_tables(manifest: HasTables, tables: Iterable[str]) -> dict[str, str]:
    """Hash of each table that a plan is computed from.

    Args:
        manifest: the present state of the derived data.
        tables: names of the tables that were read.

    Raises:
        WorkspaceError: a table is not in the manifest.
    """
    names = sorted(set(tables))
    lacking = [name for name in names if name not in manifest.tables]
    if lacking:
        raise WorkspaceError(f"not built: {', '.join(lacking)}", advice="Run 'sp-geo build' first")
    return {name: manifest.tables[name].sha256 for name in names}


def data_digest(manifest: HasTables, tables: Iterable[str]) -> str:
    """One SHA-256 over the names and hashes of the tables that a plan is computed from.

    It does not depend on the order in which the tables are named. Raises what :func:`data_tables` raises.
    """
    lines = (f"{name} {sha256}\n" for name, sha256 in data_tables(manifest, tables).items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def staleness(plan: HasData, manifest: HasTables) -> list[str]:
    """Tables whose data have changed, or that are gone, since a plan was computed; empty if it is fresh."""
    now = manifest.tables
    return sorted(name for name, was in plan.data_tables.items() if name not in now or now[name].sha256 != was)


@dataclass(frozen=True)
class Comparison:
    """Two plans of one kind side by side.

    Attributes:
        rows: rows on which the plans differ, the largest difference first, then by key. The kind's key columns,
            standing (``both``, ``first`` or ``second``: whose rows have it), first and second (the amounts; NaN where
            the row is not there or its amount is missing; for sites 1 where the site is chosen) and difference (second
            less first; a plan without the row gives it nothing, so it counts as 0 there; NaN if an amount is missing).
        summaries: every figure of either summary: figure (such as ``after.slope``), first, second, difference (NaN
            unless both are numbers).
        requests: inputs and parameters on which the plans differ: parameter, first, second (``None`` where not given).
        same_data: whether both were computed from the same data.
    """

    rows: pd.DataFrame
    summaries: pd.DataFrame
    requests: pd.DataFrame
    same_data: bool


def compare(first: Plan, second: Plan) -> Comparison:
    """Set two plans of one kind side by side.

    Amounts closer than a millionth of a post or pound are equal: they differ only by how the computer rounds.

    Raises:
        UsageError: the plans are of different kinds.
    """
    if first.kind != second.kind:
        raise UsageError(
            "plans of different kinds cannot be compared",
            found=f"'{first.name}' ({first.kind}) and '{second.name}' ({second.kind})",
            expected="two plans of one kind",
        )
    kind = KINDS[first.kind]
    one, two = _amounts(first, kind), _amounts(second, kind)
    records = []
    for key in sorted(one.keys() | two.keys()):
        standing = "both" if key in one and key in two else "first" if key in one else "second"
        difference = two.get(key, 0.0) - one.get(key, 0.0)
        both_missing = standing == "both" and math.isnan(one[key]) and math.isnan(two[key])
        if standing == "both" and (both_missing or abs(difference) < _EQUAL):
            continue
        records.append((*key, standing, one.get(key, math.nan), two.get(key, math.nan), difference))
    frame = pd.DataFrame(records, columns=[*kind.key, "standing", *_AMOUNTS])
    frame = frame.astype(dict.fromkeys([*kind.key, "standing"], "str") | dict.fromkeys(_AMOUNTS, "float64"))
    side_one, side_two = _flat(first.summary), _flat(second.summary)
    figures = list(dict.fromkeys([*side_one, *side_two]))
    differences = [_difference(side_one.get(figure), side_two.get(figure)) for figure in figures]
    return Comparison(
        rows=frame.sort_values("difference", key=abs, ascending=False, kind="stable", ignore_index=True),
        summaries=(
            pd.DataFrame(
                {
                    "figure": pd.Series(figures, dtype="str"),
                    "first": pd.Series([side_one.get(figure) for figure in figures], dtype=object),
                    "second": pd.Series([side_two.get(figure) for figure in figures], dtype=object),
                    "difference": pd.Series(differences, dtype="float64"),
                }
            )
        ),
        requests=_differing_parameters(first.request, second.request),
        same_data=first.data_digest == second.data_digest,
    )


def _amounts(plan: Plan, kind: Kind) -> dict[tuple[str, ...], float]:
    amounts = {}
    for row in plan.rows:
        amount = row[kind.amount] if kind.amount else 1.0
        amounts[tuple(row[column] for column in kind.key)] = math.nan if amount is None else float(amount)
    return amounts


def _differing_parameters(first: Mapping[str, Any], second: Mapping[str, Any]) -> pd.DataFrame:
    one, two = _flat(first), _flat(second)
    differing = [name for name in sorted(one.keys() | two.keys()) if one.get(name) != two.get(name)]
    return pd.DataFrame(
        {
            "parameter": pd.Series(differing, dtype="str"),
            "first": pd.Series([one.get(name) for name in differing], dtype=object),
            "second": pd.Series([two.get(name) for name in differing], dtype=object),
        }
    )


def _flat(values: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Nested mappings as one, names joined by dots; an empty mapping inside stays as it is."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= _flat(value, f"{above}{name}.") if isinstance(value, Mapping) and value else {f"{above}{name}": value}
    return flat


def _difference(first: object, second: object) -> float:
    if isinstance(first, bool) or isinstance(second, bool):
        return math.nan
    if isinstance(first, int | float) and isinstance(second, int | float):
        return float(second - first)
    return math.nan

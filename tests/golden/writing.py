"""Results as text that a person can read and a machine compare: rounded, one line a row."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

NOISE = 1e-9


def number(value: float, digits: int) -> str:
    """A number by its first digits; what is missing is ``[x]``, and rounding about zero is zero."""
    if np.isnan(value):
        return "[x]"
    return "0" if abs(value) < NOISE else f"{value:.{digits}g}"


def cell(value: Any, digits: int) -> str:
    """One value."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        return number(float(value), digits)
    if value is None or value is pd.NA:
        return "[x]"
    if isinstance(value, list | tuple | np.ndarray):
        return "[" + " ".join(cell(item, digits) for item in value) + "]"
    return str(value)


def of_frame(frame: pd.DataFrame, digits: int = 6) -> str:
    """Header and rows, fields apart by ``|``."""
    rows = [" | ".join(str(name) for name in frame.columns)]
    rows += [" | ".join(cell(value, digits) for value in row) for row in frame.itertuples(index=False, name=None)]
    return "\n".join(rows) + "\n"


def of_object(found: Any, digits: int = 6) -> str:
    """Every part of a result, one line each."""
    return "".join(f"{name}: {_part(getattr(found, name), digits)}\n" for name in _names(found))


def _names(found: Any) -> list[str]:
    assert is_dataclass(found)
    return [item.name for item in fields(found)]


def _part(value: Any, digits: int) -> str:
    if isinstance(value, pd.DataFrame):
        return "\n  " + of_frame(value, digits).rstrip("\n").replace("\n", "\n  ")
    if isinstance(value, pd.Series):
        return _part(value.to_numpy(), digits)
    if sparse.issparse(value):
        return _part(value.toarray(), digits)
    if is_dataclass(value):
        return "\n  " + of_object(value, digits).rstrip("\n").replace("\n", "\n  ")
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return "".join(_part(item, digits) for item in value)
    return cell(value.tolist() if isinstance(value, np.ndarray) else value, digits)

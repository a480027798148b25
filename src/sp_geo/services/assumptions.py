"""The numbers behind capacity, demand, access and deserts, each with its range and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import yaml

from sp_geo.core.errors import InvalidContent


@dataclass(frozen=True)
class Assumptions:
    """Values in use; meanings, ranges and sources are in ``assumptions.yaml`` (see :func:`described`)."""

    hold_days: float
    stale_after_days: float
    clients_per_fte_per_quarter: float
    onward_per_client: float
    catchment_km: float
    rural_catchment_km: float
    detour: float
    desert_need_fifths: float
    desert_share_of_mean: float
    resamples: float


@cache
def _records() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("sp_geo.services").joinpath("assumptions.yaml").read_text(encoding="utf-8")
    records: Mapping[str, Mapping[str, Any]] = yaml.safe_load(text)
    return records


def assumptions(changed: Mapping[str, Any] | None = None) -> Assumptions:
    """The defaults, with what somebody changed.

    Args:
        changed: value by name.

    Raises:
        InvalidContent: a name is unknown, or a value is no number or out of its range.
    """
    given = dict(changed or {})
    known = [item.name for item in fields(Assumptions)]
    for name, value in given.items():
        if name not in known:
            raise InvalidContent(
                "there is no such assumption of services",
                column=str(name),
                found=repr(value),
                expected=", ".join(known),
            )
        low, high = _records()[name]["range"]
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise InvalidContent(
                "an assumption of services is out of its range",
                column=name,
                found=repr(value),
                expected=f"{low:g} to {high:g} {_records()[name]['unit']}",
            )
    return Assumptions(**{name: float(given.get(name, _records()[name]["value"])) for name in known})


def described(used: Assumptions) -> pd.DataFrame:
    """One row an assumption: name, value, default, low, high, unit, meaning, source."""
    values = asdict(used)
    return pd.DataFrame(
        [
            {
                "assumption": name,
                "value": values[name],
                "default": float(record["value"]),
                "low": float(record["range"][0]),
                "high": float(record["range"][1]),
                "unit": record["unit"],
                "meaning": record["meaning"],
                "source": record["source"],
            }
            for name, record in _records().items()
        ]
    )

"""Need measures as reviewed YAML files: what each is, where it comes from, and why it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from sp_geo.suggest import no_such
from sp_geo.tables.outputs import NEED_NAMES


@dataclass(frozen=True)
class Indicator:
    """One need measure.

    Attributes:
        name: column in out_pcn_quarter.
        label: for people to read.
        is_share: whether values are shares from 0 to 1 (shown as percentages) rather than points.
        higher_means: direction, in words.
        transform: how the published figures become the value.
        why: reason to look at it.
        caveat: what to know before using it.
        sources: where values may come from, best first.
    """

    name: str
    label: str
    is_share: bool
    higher_means: str
    transform: str
    why: str
    caveat: str
    sources: tuple[Mapping[str, Any], ...]

    @property
    def unit(self) -> str:
        """Unit of a step: percentage points of a share, points of a score."""
        return "percentage points" if self.is_share else "points"


@cache
def indicators() -> Mapping[str, Indicator]:
    """All need measures by name, in the order of the panel's columns."""
    folder = resources.files("sp_geo.panel").joinpath("indicators")
    found: dict[str, Indicator] = {}
    for name in NEED_NAMES:
        record = yaml.safe_load(folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
        found[name] = Indicator(**{**record, "sources": tuple(record["sources"])})
    return found


def indicator(name: str) -> Indicator:
    """One need measure.

    Raises:
        UsageError: there is none of that name.
    """
    known = indicators()
    if name not in known:
        raise no_such("need measure", name, {item.name: item.label for item in known.values()})
    return known[name]

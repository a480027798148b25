"""Need measures as reviewed YAML files: what each is, where it comes from, and why it matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd
import yaml

from sp_geo.core.suggest import no_such
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
        own_unit: unit of an own measure that is no share, as the user gave it; empty for published measures.
    """

    name: str
    label: str
    is_share: bool
    higher_means: str
    transform: str
    why: str
    caveat: str
    sources: tuple[Mapping[str, Any], ...]
    own_unit: str = ""

    @property
    def no_error_words(self) -> str:
        """Why no sampling error stands beside a value, where none does."""
        if self.is_survey:
            return "The survey gives no bases here, so its sampling error is not known, which is not none."
        if self.is_own:
            return "Its sampling error is not known."
        return "This need is not a sample, so it has no sampling error."

    @property
    def is_own(self) -> bool:
        """Whether it is the user's own, and no published measure."""
        return self.name not in NEED_NAMES

    @property
    def is_survey(self) -> bool:
        """Whether its values are answers of a sample."""
        return any(source["kind"] == "survey" for source in self.sources)

    @property
    def unknown_error(self) -> str:
        """Why nobody knows the standard error of values that have none; empty if they are no sample."""
        return self.no_error_words if self.is_survey or self.is_own else ""

    @property
    def unit(self) -> str:
        """Unit of a step: percentage points of a share, points of a score, or an own measure's own unit."""
        return "percentage points" if self.is_share else self.own_unit or "points"


@cache
def indicators() -> Mapping[str, Indicator]:
    """The published need measures by name, in the order of the panel's columns."""
    folder = resources.files("sp_geo.panel").joinpath("indicators")
    found: dict[str, Indicator] = {}
    for name in NEED_NAMES:
        record = yaml.safe_load(folder.joinpath(f"{name}.yaml").read_text(encoding="utf-8"))
        found[name] = Indicator(**{**record, "sources": tuple(record["sources"])})
    return found


def all_indicators(own: pd.DataFrame) -> Mapping[str, Indicator]:
    """All need measures by name: those that are published, then the user's own.

    Args:
        own: core_own_measure, empty where there are none.
    """
    return {**indicators(), **{item.name: item for item in map(_of_own, own.to_dict("records"))}}


def _of_own(measure: Mapping[Any, Any]) -> Indicator:
    turned = measure["higher_means"] == "less need"
    share = measure["form"] == "share"
    unstated = measure["unit"] == "not stated"
    origin = "; ".join(f"{item}: {measure[item]}" for item in ("source", "period", "licence"))
    return Indicator(
        name=measure["measure"],
        label=f"{measure['label']}{', turned round' if turned else ''} (your own)",
        is_share=share,
        higher_means="less need; turned round, so that more is more need" if turned else measure["higher_means"],
        transform=f"{'1 - value' if share else '-1 x value'}; by where patients live" if turned else "none",
        why="The user's own measure.",
        caveat=f"Your own measure, by {measure['area_type']}. {origin}. Nobody else has checked it.",
        sources=(
            {"kind": _OWN_KINDS.get(measure["area_type"], "area"), "table": "own", "measure": measure["measure"]},
        ),
        own_unit="" if share or unstated else measure["unit"],
    )


_OWN_KINDS: Mapping[str, str] = {"practice": "own_practice", "pcn": "own_pcn"}


def indicator_of(name: str, known: Mapping[str, Indicator]) -> Indicator:
    """One of the need measures that are known.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in known:
        raise no_such("need measure", name, {item.name: item.label for item in known.values()})
    return known[name]

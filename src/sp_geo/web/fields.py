"""Fields that several pages have; a link from one page to another carries them over."""

from __future__ import annotations

from collections.abc import Sequence

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.reports.findings.measures import PROVISION, measures
from sp_geo.web.state import ENGLAND, Field


def area(build: Build) -> Field:
    """England or an ICB, with its first or last quarter if it began or ended: ICBs were merged in 2022 and 2026."""
    quarters = build.choices.quarters
    options = {ENGLAND: ENGLAND}
    for code, name in build.area_names.items():
        if code in build.choices.areas:
            first, last = build.area_spans[code]
            began = f" (from {first})" if first != quarters[0] else ""
            options[code] = name + (f" (to {last})" if last != quarters[-1] else began)
    return Field("area", "Area", ENGLAND, options)


def icbs(build: Build) -> Field:
    """ICBs of the day, or all quarters on one set."""
    declared = build.declared_sets
    named = {
        name: f"Of {words.removeprefix('ICBs of ')}" + (" (declared, not published)" if name in declared else "")
        for name, words in build.icb_sets.items()
    }
    return Field("icbs", "ICBs", AS_THEN, {AS_THEN: "As they were then", **named})


def quarter(build: Build) -> Field:
    """A quarter of the panel; the latest if none is asked for."""
    quarters = build.choices.quarters
    return Field("quarter", "Quarter", quarters[-1], {name: name for name in quarters}, kind="slider")


def measure(build: Build) -> Field:
    """What the first map shows."""
    return Field("measure", "Shown on the map", PROVISION, _labels(build, build.choices.measures))


def need(build: Build) -> Field:
    """Need in a regression or an index."""
    needs = build.choices.needs
    return Field("need", "Need", "imd_score" if "imd_score" in needs else needs[0], _labels(build, needs))


def pcn(build: Build) -> Field:
    """The chosen PCN; none at first."""
    return Field("pcn", "PCN", "", {"": "none", **build.pcn_names}, kind="hidden")


def _labels(build: Build, names: Sequence[str]) -> dict[str, str]:
    return {name: measures(build.needs)[name].label for name in names}

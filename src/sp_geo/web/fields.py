"""Fields that several pages have; a link from one page to another carries them over."""

from __future__ import annotations

from collections.abc import Sequence

from sp_geo.questions.icb_sets import AS_THEN
from sp_geo.reports.findings.measures import PROVISION
from sp_geo.web.snapshot import Snapshot
from sp_geo.web.state import ENGLAND, Field


def area(snapshot: Snapshot) -> Field:
    """England or an ICB."""
    names = {
        code: name + _span(snapshot, code)
        for code, name in snapshot.area_names.items()
        if code in snapshot.choices.areas
    }
    return Field("area", "Area", ENGLAND, {ENGLAND: ENGLAND, **names})


def boards(snapshot: Snapshot) -> Field:
    """Boards of the day, or all quarters on one set."""
    declared = snapshot.declared_sets
    named = {
        name: f"Of {words.removeprefix('boards of ')}" + (" (declared, not published)" if name in declared else "")
        for name, words in snapshot.board_sets.items()
    }
    return Field("boards", "Boards", AS_THEN, {AS_THEN: "As they were then", **named})


def _span(snapshot: Snapshot, code: str) -> str:
    """Quarters of a board that began or ended within those there are; boards were merged in 2022 and 2026."""
    first, last = snapshot.area_spans[code]
    quarters = snapshot.choices.quarters
    if last != quarters[-1]:
        return f" (to {last})"
    return f" (from {first})" if first != quarters[0] else ""


def quarter(snapshot: Snapshot) -> Field:
    """A quarter of the panel; the latest if none is asked for."""
    quarters = snapshot.choices.quarters
    return Field("quarter", "Quarter", quarters[-1], {name: name for name in quarters}, kind="slider")


def measure(snapshot: Snapshot) -> Field:
    """What the first map shows."""
    return Field("measure", "Shown on the map", PROVISION, _labels(snapshot, snapshot.choices.measures))


def need(snapshot: Snapshot) -> Field:
    """Need in a regression or an index."""
    needs = snapshot.choices.needs
    return Field("need", "Need", "imd_score" if "imd_score" in needs else needs[0], _labels(snapshot, needs))


def pcn(snapshot: Snapshot) -> Field:
    """The chosen network; none at first."""
    return Field("pcn", "Network", "", {"": "none", **snapshot.pcn_names}, kind="hidden")


def _labels(snapshot: Snapshot, names: Sequence[str]) -> dict[str, str]:
    return {name: snapshot.measures[name].label for name in names}

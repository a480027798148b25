"""Fields that several pages have; a link from one page to another carries them over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.questions.requests.asked import Request, fields_of
from sp_geo.reports.findings.measures import PROVISION, measures
from sp_geo.web.state import ENGLAND, Field, View

R = TypeVar("R", bound=Request)


def asked(
    request: type[Request],
    name: str,
    default: str | None = None,
    words: Mapping[str, str] | None = None,
    hint: str = "",
) -> Field:
    """The control of one field of a request.

    Args:
        request: that is asked.
        name: of its field.
        default: as the address writes it; the request's own if None.
        words: values with their words, where they hang on the workspace.
        hint: said under the label.
    """
    item = fields_of(request)[name]
    asked = item.asked
    options = asked.words if words is None else words
    held = "" if item.is_required or item.default in (None, ()) else item.default
    value = default if default is not None else f"{held:g}" if isinstance(held, float) else str(held)
    if options:
        return Field(item.address, asked.label, value, options, hint=hint)
    if item.kind is str:
        return Field(item.address, asked.label, value, kind="text", hint=hint)
    return Field(
        item.address, asked.label, value, kind="number", low=asked.low, high=asked.high, step=asked.step, hint=hint
    )


def request_in(view: View, request: type[R]) -> R:
    """The request that an address asks; what the address does not have is at its default.

    Raises:
        UsageError: a number is not whole where it must be.
    """
    held = view.values
    known = fields_of(request)
    given = {name: item.read_on_page(held[item.address]) for name, item in known.items() if item.address in held}
    return request(**{name: code_of(value) if name == "area" else value for name, value in given.items()})


def code_of(area: str) -> str:
    """The code of an area of an address; empty for England."""
    return "" if area == ENGLAND else area


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

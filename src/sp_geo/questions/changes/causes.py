"""What was done to a build between two states: files, choices, software, and what followed from them by quarter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.quarters import Quarter
from sp_geo.publications.catalogue import publications
from sp_geo.questions.changes.members import events
from sp_geo.questions.changes.tables import TableReader
from sp_geo.workspace.store import Manifest

NEW, REVISED, REMOVED = "new release", "revised file", "file removed"
COVERS: Final = "declared coverage"
PARAMETER: Final = "choice"
CODE, LIBRARY, AREAS, SEED = "software", "library", "boundaries", "seed"
LISTS, MEMBERSHIPS = "another list extract", "another membership edition"
INPUTS: Final = (NEW, REVISED, REMOVED, COVERS)
SOFTWARE: Final = (CODE, LIBRARY)
LIST_PUBLICATIONS: Final = ("list_totals", "list_by_age", "list_by_lsoa")
MEMBER_PUBLICATIONS: Final = ("epcn", "practice_map")
_AREAS: Final = "sp_geo boundaries"
_HASH: Final = 12
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True)
class Cause:
    """One thing that differs between two builds and can move a figure.

    Attributes:
        kind: of it, such as ``revised file``.
        about: publication, choice, library or PCNs concerned.
        sentence: the whole of it in words.
        quarters: that it can reach; empty where that is not known by quarter.
        before: value, edition or file before; empty if there was none.
        after: the same of the later build.
        key: publication or parameter by its name in the manifest; empty for others.
        period: of the publication.
        pcns: that it concerns; empty for all.
    """

    kind: str
    about: str
    sentence: str
    quarters: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    key: str = ""
    period: str = ""
    pcns: frozenset[str] = frozenset()


def causes_of(before: Build, after: Build, quarters: list[str]) -> tuple[Cause, ...]:
    """Everything that differs and can move a figure: files, choices and software first, then what followed from them.

    Args:
        before: the earlier state.
        after: the later one.
        quarters: that both have.
    """
    one, other = before.manifest, after.manifest
    done = [*_files(one, other)]
    had, has = _flat(one.parameters), _flat(other.parameters)
    for name in sorted({*had, *has}):
        earlier, later = str(had.get(name, "the default")), str(has.get(name, "the default"))
        if earlier != later:
            words = name.replace("_", " ")
            said = f"The choice {words} is {later}, before {earlier}."
            done.append(Cause(PARAMETER, words, said, before=earlier, after=later, key=name))
    done += _software(one, other)
    read = TableReader(before, after)
    followed = [*_served(read, "list_release", done), *_served(read, "membership_source", done)]
    members = (
        Cause(event.kind, event.about, f"{event.sentence} ({spans(event.quarters)}).", event.quarters, pcns=event.pcns)
        for event in events(read, quarters)
    )
    return (*done, *followed, *members)


def _files(one: Manifest, other: Manifest) -> Iterable[Cause]:
    had, has = _by_period(one.inputs), _by_period(other.inputs)
    for publication, period in sorted({*had, *has}):
        earlier, later = had.get((publication, period)), has.get((publication, period))
        known = publications().get(publication)
        title = known.title if known else publication.replace("_", " ")
        reach = quarters_of(publication, period)
        found = Cause("", title, "", reach, _file(earlier), _file(later), publication, period)
        if later is not None and earlier is None:
            yield replace(found, kind=NEW, sentence=f"{title}, {period}, is new: {later['file']}.")
        elif earlier is not None and later is None:
            yield replace(found, kind=REMOVED, sentence=f"{title}, {period}, was removed: {earlier['file']}.")
        elif earlier is not None and later is not None and earlier["sha256"] != later["sha256"]:
            said = f"{title}, {period}, was revised: {_dated(later)} in place of {_dated(earlier)}."
            yield replace(found, kind=REVISED, sentence=said)
        elif earlier is not None and later is not None and list(earlier["covers"]) != list(later["covers"]):
            was, now = (", ".join(item["covers"]) for item in (earlier, later))
            said = f"{title}, {period}, covers {now or 'no area'}, before {was or 'no area'}."
            yield replace(found, kind=COVERS, sentence=said, before=was, after=now)


def _by_period(inputs: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(str(item["publication"]), str(item["period"])): item for item in inputs}


def _file(item: Mapping[str, Any] | None) -> str:
    return "" if item is None else f"{item['file']} ({item['sha256'][:_HASH]})"


def _dated(item: Mapping[str, Any]) -> str:
    dated = f" of {item['published']}" if item["published"] else ""
    return f"{_file(item)}{dated}"


def quarters_of(publication: str, period: str) -> tuple[str, ...]:
    """The quarter of a workforce release, whatever its period is; none for what reaches quarters by another way."""
    if publication != "pcn_workforce":
        return ()
    month = _MONTH.match(period)
    return (str(Quarter.containing(date(int(month[1]), int(month[2]), 1))),) if month else (period[:6],)


def _flat(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Choices by name; those that stand below another by both names."""
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        found |= {f"{name}: {part}": held for part, held in value.items()} if isinstance(value, dict) else {name: value}
    return found


def _software(one: Manifest, other: Manifest) -> Iterable[Cause]:
    for name in sorted({*one.versions, *other.versions}):
        earlier, later = one.versions.get(name, "none"), other.versions.get(name, "none")
        if earlier == later:
            continue
        if name == _AREAS:
            said = f"The committed boundaries and ICBs are others: {later}, before {earlier}."
            yield Cause(AREAS, "boundaries and ICBs", said, before=earlier, after=later)
        elif name in {"sp_geo", "sp_geo code"}:
            said = f"The software is another: {name} {later}, before {earlier}."
            yield Cause(CODE, name, said, before=earlier, after=later)
        else:
            yield Cause(LIBRARY, name, f"The library {name} is {later}, before {earlier}.", before=earlier, after=later)
    for name in sorted({*one.seeds, *other.seeds}):
        first, second = str(one.seeds.get(name, "none")), str(other.seeds.get(name, "none"))
        if first != second:
            yield Cause(SEED, name, f"The seed of {name} is {second}, before {first}.", before=first, after=second)


def _served(read: TableReader, column: str, done: list[Cause]) -> Iterable[Cause]:
    """Quarters that other lists, or another edition of memberships, serve now."""
    had, has = (frame.set_index("quarter")[column] for frame in read.both("out_quarter_coverage", ["quarter", column]))
    both = had.index.intersection(has.index)
    moved = pd.DataFrame({"before": had[both], "after": has[both]}).query("before != after")
    for (earlier, later), rows in moved.groupby(["before", "after"]):
        quarters = tuple(sorted(rows.index))
        why = _because(column, str(earlier), str(later), done)
        if column == "list_release":
            said = f"Patients of {spans(quarters)} are from the lists of {later}, before from those of {earlier}{why}."
            yield Cause(LISTS, "list extract", said, quarters, str(earlier), str(later))
        else:
            values = _edition(str(earlier)), _edition(str(later))
            said = f"Memberships of {spans(quarters)} come from {values[1]}, before from {values[0]}{why}."
            yield Cause(MEMBERSHIPS, "membership edition", said, quarters, *values)


def _because(column: str, earlier: str, later: str, done: list[Cause]) -> str:
    """Why another file serves, where one thing alone explains it."""
    is_list = column == "list_release"
    if is_list and any(item.kind == PARAMETER and item.key == column for item in done):
        return " (the choice list release)"
    # Lists are named by their month alone, memberships by publication and month.
    named = {
        (item.kind, item.period if is_list else f"{item.key} {item.period}")
        for item in done
        if not is_list or item.key in LIST_PUBLICATIONS
    }
    new, lost = (NEW, later) in named, (REMOVED, earlier) in named
    if new != lost:
        return " (its file is new)" if new else " (the other file was removed)"
    return ""


def _edition(source: str) -> str:
    """An edition by its publication's title."""
    key, _, period = source.partition(" ")
    known = publications().get(key)
    return f"{known.title}, {period}" if known else source


def spans(quarters: Iterable[str]) -> str:
    """Quarters in their order, those that follow each other as one span."""
    runs: list[list[Quarter]] = []
    for item in sorted(Quarter.parse(name) for name in quarters):
        if runs and runs[-1][-1].shift(1) == item:
            runs[-1].append(item)
        else:
            runs.append([item])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)

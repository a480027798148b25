"""What a new file meets on the shelf: what it replaces, what it stands beside, and what forbids it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import pandas as pd

from sp_geo.build.context import read_shelved
from sp_geo.core.errors import InvalidContent, SpGeoError, WorkspaceError
from sp_geo.publications.own_measure.files import in_words
from sp_geo.tables import TABLES
from sp_geo.web.uploads.kinds import Kind
from sp_geo.workspace.provenance import Origin
from sp_geo.workspace.shelf import Shelved, current

_MOST_NAMED: Final = 5


def refuse_other_world(shelved: Iterable[Shelved], origin: Origin) -> None:
    """Refuse a real file among made-up ones and the other way round.

    Raises:
        WorkspaceError: they would be mixed.
    """
    if all(item.origin.is_synthetic == origin.is_synthetic for item in shelved):
        return
    if origin.is_synthetic:
        raise WorkspaceError(
            "this file says that it is made up, and the data here are real",
            file=origin.file,
            advice="The two are never mixed: nobody could tell afterwards which figures are true",
        )
    raise WorkspaceError(
        "the data here are a made-up demonstration, and this file counts as real",
        file=origin.file,
        advice="The two are never mixed. Add it to a workspace with real data, or say that it is made up, too",
    )


def refuse_known(shelved: Iterable[Shelved], origin: Origin) -> None:
    """Refuse a file that is there already, to the byte.

    Raises:
        WorkspaceError: it is.
    """
    same = next((item for item in shelved if item.origin.sha256 == origin.sha256), None)
    if same is not None:
        raise WorkspaceError(
            "this very file is here already",
            file=origin.file,
            found=f"{same.origin.file}, added {same.origin.added_at[:10]}",
            advice="To say something else of what it covers, undo it first",
        )


def _rivals(shelved: Iterable[Shelved], origin: Origin) -> list[Shelved]:
    key = (origin.publication, origin.period)
    return [item for item in shelved if (item.origin.publication, item.origin.period) == key]


def refuse_hidden(shelved: Iterable[Shelved], origin: Origin) -> None:
    """Refuse a file that would not be used because one that says it is newer stands in its place.

    Raises:
        WorkspaceError: it would be hidden.
    """
    newer = [item for item in _rivals(shelved, origin) if item.origin.published > origin.published]
    if newer:
        raise WorkspaceError(
            "a file of the same name and period that is dated later is used in its place",
            file=origin.file,
            found=f"{newer[-1].origin.file}, of {newer[-1].origin.published}",
            advice="Call the list otherwise to have both, or have the other one taken away with "
            f"'sp-geo remove {newer[-1].origin.sha256[:12]}'",
        )


def refuse_clash(shelved: Iterable[Shelved], origin: Origin, frames: Mapping[str, pd.DataFrame], kind: Kind) -> None:
    """Refuse a file that says the same thing as another one that it does not replace.

    Raises:
        InvalidContent: one row of both has the same key.
    """
    for item in current(shelved):
        other = item.origin
        is_replaced = (other.publication, other.period) == (origin.publication, origin.period)
        # Lists with names of their own cannot clash; counts by quarter can, and so can two lists of one name.
        may_clash = other.period == origin.period or origin.publication == "referral_activity"
        if other.publication not in kind.publications or is_replaced or not may_clash:
            continue
        try:
            theirs = read_shelved(item)
        except SpGeoError:
            # A file that can no longer be read stops the build, which says so.
            continue
        for name in set(frames) & set(theirs) - {"core_directory", "core_service_refused"}:
            key = list(TABLES[name].key)
            both = frames[name][key].merge(theirs[name][key], on=key)
            if len(both):
                raise InvalidContent(
                    f"{other.file} gives the same {TABLES[name].grain.partition(' of ')[0]} already",
                    file=origin.file,
                    found=f"{', '.join(str(part) for part in both.iloc[0])} and {len(both) - 1:,} more",
                    expected="each in one file",
                    advice="Undo the other file first, or take out what it gives already",
                )


def changes(shelved: list[Shelved], origin: Origin, kind: Kind, frames: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """In plain words, what keeping the file changes."""
    lines = []
    rivals = _rivals(shelved, origin)
    if rivals:
        used = current(rivals)[0].origin
        lines.append(
            f"It takes the place of {used.file} (added {used.added_at[:10]}), which stays stored and is used again "
            "if you undo."
        )
    others = [
        item.origin.file
        for item in current(shelved)
        if item.origin.publication in kind.publications and item not in rivals
    ]
    if others:
        named = ", ".join(others[:_MOST_NAMED]) + (" and more" if len(others) > _MOST_NAMED else "")
        lines.append(f"It stands beside {len(others):,} other file(s) of this kind: {named}.")
    if not lines:
        lines.append("It is the first file of this kind here.")
    if kind.is_directory:
        areas = list(origin.covers) or [area for area in frames["core_directory"]["area_code"] if area]
        named = ", ".join(areas[:_MOST_NAMED]) + (" and more" if len(areas) > _MOST_NAMED else "")
        lines.append(
            f"It claims to list everything in {named}: there, a gap in it counts as a gap."
            if areas
            else "It claims to cover no area: where it lists nothing, the state stays 'not recorded'."
        )
    if kind.table == "core_own_measure_value":
        lines.append(f"It is {in_words(frames).removeprefix('; --')}.")
    lines.append("The tables are made anew; until that is done everybody goes on seeing the present ones.")
    return tuple(lines)

"""An own measure of need as it is added: which file of an archive, what it meets on the shelf, what is said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.publications.own_measure.reader import measure_name, refuse_two_vintages
from sp_geo.publications.readers import READERS
from sp_geo.publications.reading.own_numbers import GIVEN, LEFT_OUT
from sp_geo.tables.anomalies import KEPT
from sp_geo.workspace.opening import Member
from sp_geo.workspace.provenance import Origin
from sp_geo.workspace.shelf import Shelved, current, open_shelved

PUBLICATION: Final = "own_measure"
Told = tuple[tuple[str, str], ...]
_NOT_GIVEN: Final = {"missing": "missing", "suppressed": "suppressed", "left_out": "left out"}
_MOST_NAMED: Final = 3


def is_same(origin: Origin, sha256: str, told: Told) -> bool:
    """Whether these bytes are on the shelf; as the same measure if they are to be one: a file may hold several.

    Args:
        origin: of a file on the shelf.
        sha256: of the bytes.
        told: what is said of an own measure; empty for any other file.
    """
    as_measure = not told or (origin.publication == PUBLICATION and origin.period == measure_name(dict(told)["name"]))
    return origin.sha256 == sha256 and as_measure


def member_of(members: Sequence[Member], archive: str, wanted: str) -> Member:
    """The file of an archive that an own measure is in.

    Raises:
        UsageError: it was not named, or there is none of that name.
    """
    found = [item for item in members if wanted and wanted in {item.member, PurePosixPath(item.member).name}]
    if len(found) != 1:
        raise UsageError(
            "the archive holds several files",
            file=archive,
            found=", ".join(f"'{PurePosixPath(item.member).name}'" for item in members[:_MOST_NAMED]),
            advice="Say with --sheet which of them has the measure",
        )
    return found[0]


def refuse_mixed_vintages(frames: Mapping[str, pd.DataFrame], shelved: Sequence[Shelved], label: str) -> None:
    """Refuse an own measure with small areas of 2011 and of 2021, if the shelf has the lookup that tells them apart.

    Raises:
        InvalidContent: it has both.
    """
    lookup = next((item for item in current(shelved) if item.origin.publication == "lsoa_lookup"), None)
    if lookup is not None and "core_own_measure" in frames:
        found = READERS["lsoa_lookup"](open_shelved(lookup), lookup.origin.period)
        refuse_two_vintages(frames, found["core_lsoa_lookup"], label)


def in_words(frames: Mapping[str, pd.DataFrame]) -> str:
    """What an own measure is and how much of England it covers, to follow a line; nothing for other files."""
    if "core_own_measure" not in frames:
        return ""
    measure, values = frames["core_own_measure"].iloc[0], frames["core_own_measure_value"]
    given = values.loc[values["state"] == GIVEN, "area_code"]
    areas = f"{len(given):,} areas ({measure['area_type']})"
    if pd.notna(measure["england_count"]):
        held, total = int(given.str.startswith("E").sum()), int(measure["england_count"])
        areas = f"{held:,} of {total:,} small areas of England ({_percent(held, total)}; {measure['area_type']})"
    not_given = [f"{measure[f'{state}_count']:,} {words}" for state, words in _NOT_GIVEN.items()
                 if measure[f"{state}_count"]]  # fmt: skip
    lost = values[values["state"] == LEFT_OUT].head(_MOST_NAMED)
    rows = "; ".join(f"row {row.file_row:,} '{row.found}': {row.reason}" for row in lost.itertuples())
    odd = frames["core_anomaly"]
    kept = odd[odd["outcome"] == KEPT].head(_MOST_NAMED)
    marks = "".join(f"; look at row {row.row:,} '{row.found}': {row.problem}" for row in kept.itertuples())
    said = f"; --need {measure['measure']}, a {measure['form']}, unit {measure['unit']}, higher means "
    passed = f"; {measure['passed_over_count']:,} row(s) of wider areas or no area passed over"
    return (
        f"{said}{measure['higher_means']}; {', '.join([areas, *not_given])}"
        + (f" ({rows})" if rows else "")
        + (passed if measure["passed_over_count"] else "")
        + marks
    )


def _percent(part: int, whole: int) -> str:
    """A percentage that is 0 or 100 only if it is exactly so."""
    share = 100 * part / whole
    return f"{share:.0f} %" if share in {0, 100} or 1 <= share <= 99 else f"{share:.2f} %"  # noqa: PLR2004

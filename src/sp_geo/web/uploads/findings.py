"""What is wrong with a file, row by row, as a page can list it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from sp_geo.core.errors import InvalidContent, SpGeoError
from sp_geo.publications.local_posts import reader as local_posts
from sp_geo.publications.reading import column_map
from sp_geo.publications.referral_activity import reader as referral_activity
from sp_geo.tables.anomalies import LEFT_OUT
from sp_geo.workspace.document import Document

MOST: Final = 100
LONGEST: Final = 120
LONGEST_LINE: Final = 400
_LISTS: Final[Mapping[str, Callable[[Document, int], list[InvalidContent]]]] = {
    "referral_activity": referral_activity.faults,
    "local_posts": local_posts.faults,
}
_MAPPED: Final = frozenset({"service_template", "gap_log", "venue_list"})
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MEND: Final = "Mend it and choose the file again"


@dataclass(frozen=True)
class Finding:
    """One fault.

    Attributes:
        row: as a spreadsheet counts, the header being row 1; None where the whole file is meant, or a JSON record.
        record: where it stands in words, such as ``row 5, walks`` or ``item 3``.
        column: as the file names it; empty where the whole row is meant.
        problem: what is wrong.
        found: what stands there.
        expected: what should.
        advice: what to do.
        outcome: ``refused`` or ``warned``.
    """

    row: int | None
    record: str
    column: str
    problem: str
    found: str
    expected: str
    advice: str
    outcome: str = "refused"


def clipped(text: object, longest: int = LONGEST) -> str:
    """Text on one line, without signs that hide or turn what follows, cut to a length."""
    plain = " ".join(_UNPRINTABLE.sub(" ", str(text)[: 20 * longest]).split())
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def without_place(fault: SpGeoError, workspace: Path) -> SpGeoError:
    """The fault without the folder in which the server keeps the workspace."""
    if fault.file is not None and fault.file.startswith(str(workspace)):
        fault.file = Path(fault.file).name
    return fault


def of_fault(fault: SpGeoError) -> Finding:
    """A fault that was raised."""
    mend = f"{_MEND}: one faulty row keeps the whole file out" if fault.row is not None else ""
    return Finding(
        row=fault.row,
        record=f"row {fault.row:,}" if fault.row is not None else "the file",
        column=clipped(fault.column or ""),
        problem=clipped(fault.problem),
        found=clipped(fault.found or ""),
        expected=clipped(fault.expected or "", LONGEST_LINE),
        advice=clipped(fault.advice or mend),
    )


def of_records(records: Iterable[tuple[str, str, str, str]], publication: str, title: str) -> list[Finding]:
    """Faults of single records: record, outcome, cause and detail; ``title`` stands where no record is named."""
    known = {column for column in column_map(publication).values() if column} if publication in _MAPPED else set()
    listed = []
    for record, outcome, cause, detail in records:
        place = re.search(r"row ([\d,]+)", record)
        words = [re.split(r"[\s:;]", text, maxsplit=1)[0] for text in (cause, detail)]
        if detail.startswith("'") or "; " in detail:
            found, _, expected = detail.partition("; ")
        # The detail says what was expected, as where nothing may be repeated of the cell.
        elif re.search(r"is missing$|is not (?:a|one|an)\b|is too |is negative", cause):
            found, expected = "", detail
        else:
            found, expected = detail, ""
        listed.append(
            Finding(
                row=int(place[1].replace(",", "")) if place else None,
                record=clipped(record or title),
                column=next((word for word in words if word in known), ""),
                problem=clipped(cause),
                found=clipped(found),
                expected=clipped(expected, LONGEST_LINE),
                advice="Nothing need be done; the record is taken"
                if outcome == "warned"
                else f"{_MEND}, or keep the file without this record",
                outcome=outcome,
            )
        )
    return listed


def of_frames(frames: Mapping[str, pd.DataFrame], publication: str) -> list[Finding]:
    """What a reader refused or took with a warning, refusals first, each in the order of rows."""
    found = []
    if "core_own_measure_value" in frames:
        # Rows of an own measure that were left out one by one, or are taken with a warning.
        for row in frames["core_anomaly"].to_dict("records"):
            is_out = row["outcome"] == LEFT_OUT
            left = f"{_MEND}, or keep the file without this row"
            taken = "If it means that there is no number, leave the cell empty and choose the file again"
            found.append(
                Finding(
                    row=int(row["row"]),
                    record=f"row {row['row']:,}",
                    column="",
                    problem=clipped(row["problem"]),
                    found=clipped("" if pd.isna(row["found"]) else row["found"]),
                    expected="an area's code and a number that can be true",
                    advice=left if is_out else taken,
                    outcome="refused" if is_out else "warned",
                )
            )
    refused = frames.get("core_service_refused")
    if refused is not None:
        rows = refused[["record", "outcome", "cause", "detail"]].astype(object)
        rows = rows.where(rows.notna(), "")
        found += of_records((tuple(row) for row in rows.to_numpy().tolist()), publication, "the file")
    return in_order(found)


def in_order(found: list[Finding]) -> list[Finding]:
    """Refusals first, each in the order of rows."""
    return sorted(found, key=lambda item: (item.outcome != "refused", item.row or 0, item.record))


def all_faults(document: Document, publication: str, first: SpGeoError) -> list[Finding]:
    """Every fault of a file that was refused, up to one more than :data:`MOST`.

    Args:
        document: the file.
        publication: it was recognised as.
        first: the fault for which it was refused.
    """
    if isinstance(first, InvalidContent) and first.records:
        return in_order(of_records(first.records, publication, "the file"))
    if publication in _LISTS and first.row is not None:
        try:
            found = _LISTS[publication](document, MOST + 1)
        except SpGeoError as fault:
            return [of_fault(fault)]
        return [of_fault(fault) for fault in found] or [of_fault(first)]
    return [of_fault(first)]

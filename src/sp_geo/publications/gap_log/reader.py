"""Link workers' own reports of needs that they could not meet.

Nothing about a person comes in: no free text is read, a file with a column for names, notes or numbers of patients is
refused as a whole, and messages do not repeat what stands in a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Any, Final

import pandas as pd

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading.parsing import HEADER_SEARCH_ROWS
from sp_geo.publications.reading.records import (
    RecordFaultError,
    T,
    Taken,
    area_code,
    cleaned,
    day,
    number,
)
from sp_geo.publications.reading.rows import Row, first_lines, kept_once, plain, records
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.tables.services import GAP_CAUSES
from sp_geo.workspace.document import Document

MOST_PEOPLE: Final = 1_000
_PERSONAL: Final = re.compile(
    r"(?:.*_)?(?:names?|surname|forename|initials|nhs|dob|birth|notes?|comments?|text|descriptions?|details?|address|"
    r"postcode|phone|telephone|mobile|e?mail|patient|client|person|worker|staff|author|by|gp)(?:_.*)?"
)
_NAMES_OF_PLACES: Final = re.compile(r"(?:area|pcn|icb|place|district|region|category|cause|directory)_name")
_REPORT_ID: Final = re.compile(r"[A-Za-z0-9_./-]{1,40}")


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """The log as core_gap_report.

    Returns:
        core_gap_report and core_service_refused.

    Raises:
        InvalidContent: a column may hold something about a person, a needed one is missing, or nothing can be taken
            in.
        DamagedFile: it cannot be read to its end.
    """
    for label, rows in first_lines(document, HEADER_SEARCH_ROWS).items():
        # Any row may be the header that names one of the needed columns.
        headers = (row for row in rows if {"area_code", "category", "cause"} & {plain(cell) for cell in row})
        for cell in chain.from_iterable(headers):
            header = plain(cell)
            if _PERSONAL.fullmatch(header) and not _NAMES_OF_PLACES.fullmatch(header):
                raise InvalidContent(
                    "a column may hold something about a person",
                    file=label,
                    column=" ".join(cell.split())[:40],
                    expected="no names, notes, addresses or NHS numbers",
                    advice="Remove the column and add the file again; nothing of it was kept",
                )
    taken = Taken()
    needed = ("reported", "area_code", "category", "cause")
    found = records(document, "gap_log", needed, taken)
    return kept_once("core_gap_report", period, document.label, found, _report, taken)


def _report(row: Row, place: str, _warnings: list[tuple[str, str]]) -> dict[str, Any]:
    people = _quietly(
        lambda: number(row, "people", 1, MOST_PEOPLE), f"a whole number from 1 to {MOST_PEOPLE:,}, or nothing for 1"
    )
    if people is not None and people != int(people):
        raise RecordFaultError("people is not a whole number", f"from 1 to {MOST_PEOPLE:,}")
    reported = _quietly(lambda: day(row, "reported"), "a day such as 2026-07-01 or 01/07/2026")
    if reported is None:
        raise RecordFaultError("reported is missing", "every report needs its day")
    given = cleaned(row.get("report_id"))
    digits = re.sub(r"[ -]", "", given)
    if re.fullmatch(r"\d{10}", digits):
        # The last of its ten digits is the check digit that NHS numbers have (modulus 11).
        check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
        if check % 11 == int(digits[9]):
            raise RecordFaultError("report_id looks like an NHS number", "a number of your own that tells nothing")
    if given and not _REPORT_ID.fullmatch(given):
        raise RecordFaultError("report_id is not an identifier", "letters, digits and - _ . / only, 40 at most")
    return {
        "report_id": given or place.replace(" ", "-").replace(",", ""),
        "reported": reported,
        "area_code": _quietly(
            lambda: area_code(row.get("area_code")),
            "an ONS code such as E08000009 or E01000001, or the ODS code of a PCN or ICB",
        ),
        "category": _word(row, "category", REFERRAL_CATEGORIES),
        "cause": _word(row, "cause", GAP_CAUSES),
        "people": int(people or 1),
    }


def _word(row: Row, name: str, allowed: tuple[str, ...]) -> str:
    found = plain(cleaned(row.get(name)))
    if found not in allowed:
        cause = f"{name} is not one of the words" if found else f"{name} is missing"
        raise RecordFaultError(cause, f"one of {', '.join(allowed)}")
    return found


def _quietly(read_: Callable[[], T], expected: str) -> T:
    """What ``read_`` gives; its fault told without what stood in the cell."""
    try:
        return read_()
    except RecordFaultError as fault:
        raise RecordFaultError(fault.cause, expected) from fault

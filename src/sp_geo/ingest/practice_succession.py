"""Succession of practices (NHS Organisation Data Service): which practice followed one that closed."""

from __future__ import annotations

import csv
from typing import Final

import pandas as pd

from sp_geo import codes as shapes
from sp_geo.ingest.reading import Parsed, codes, days, mapped, parse_csv
from sp_geo.sources.document import Document
from sp_geo.sources.text import decode

COLUMNS: Final = ("practice_code", "successor_code", "reason", "effective", "indicator")
PREDECESSOR: Final = "P"


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """Successions between general practices as core_practice_succession; other organisations are passed over.

    The publisher's file has no header and five columns: organisation, its successor, reason, day, and an indicator
    that is ``P`` where the second code is the predecessor instead. A file with a header is read by its header.

    Args:
        document: the CSV file.
        _period: not needed.

    Raises:
        InvalidContent: a column is missing, a day is malformed, or no row is of two practices.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = _parsed(document)
    # Rows that are passed over are looked at too: a damaged code would take a succession out without a trace.
    texts = pd.DataFrame(
        {name: codes(parsed, name, r"[A-Z0-9]{3,8}", "an ODS code") for name in ("practice_code", "successor_code")}
    )
    both = texts.apply(lambda column: column.str.fullmatch(shapes.PRACTICE)).all(axis=1)
    parsed = parsed.where(both & (texts["practice_code"] != texts["successor_code"]))
    if parsed.frame.empty:
        raise parsed.refusal("no row names a practice and its successor", expected="two practice codes in a row")
    first = codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001")
    second = codes(parsed, "successor_code", shapes.PRACTICE, "a practice such as A81001")
    backward = pd.Series(data=False, index=first.index)
    if parsed.has("indicator"):
        backward = codes(parsed, "indicator", "[PS]", "P or S, or nothing", nullable=True) == PREDECESSOR
    rows = pd.DataFrame(
        {
            "practice_code": second.where(backward, first),
            "successor_code": first.where(backward, second),
            "effective": days(parsed, "effective", nullable=True)
            if parsed.has("effective")
            else pd.Series(None, index=first.index, dtype="str"),
        }
    )
    latest = rows.sort_values("effective", na_position="first", kind="stable")
    unique = latest.drop_duplicates(["practice_code", "successor_code"], keep="last")
    return {"core_practice_succession": unique.reset_index(drop=True)}


def _parsed(document: Document) -> Parsed:
    first = next(csv.reader(decode(document.data)[:10_000].splitlines()[:1]), [])
    if len(first) == len(COLUMNS) and shapes.fits(first[1].strip().upper(), r"[A-Z0-9]{3,8}"):
        return parse_csv(document, headers=COLUMNS)
    return mapped(parse_csv(document), "practice_succession", ("practice_code", "successor_code"))

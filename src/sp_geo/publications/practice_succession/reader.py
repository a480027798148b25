"""Succession of practices (NHS Organisation Data Service): which practice followed one that closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading import Parsed, codes, days, leaving_out, parse_report
from sp_geo.workspace.document import Document

COLUMNS: Final = ("practice_code", "successor_code", "reason", "effective", "indicator")
PREDECESSOR: Final = "P"
_ORGANISATION: Final = r"[A-Z0-9]{3,12}"


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """Successions between general practices as core_practice_succession; other organisations are passed over.

    The publisher's file has no header and five columns: organisation, its successor, reason, day, and an indicator.
    ``P`` says that the second code is the predecessor instead. ``1`` and ``0`` say whether the successor was itself
    succeeded, and the direction is the same for both. A file with a header is read by its header.

    Args:
        document: the CSV file.
        _period: not needed.

    Raises:
        InvalidContent: a column is missing, too many rows cannot be used, or no row is of two practices.
        DamagedFile: the file cannot be read to its end.
    """
    needed = ("practice_code", "successor_code")
    return leaving_out(parse_report(document, "practice_succession", COLUMNS, needed), _frames)


def _frames(parsed: Parsed) -> dict[str, pd.DataFrame]:
    # Rows that are passed over are looked at too: a damaged code would take a succession out without a trace.
    texts = pd.DataFrame(
        {name: codes(parsed, name, _ORGANISATION, "an ODS code") for name in ("practice_code", "successor_code")}
    )
    kinds = texts.apply(lambda column: column.map(_kind))
    both = (kinds == "practice").all(axis=1) & (texts["practice_code"] != texts["successor_code"])
    if not both.any():
        raise _nothing(parsed, kinds.loc[~both, "practice_code"].value_counts().to_dict())
    parsed = parsed.where(both)
    first = codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001")
    second = codes(parsed, "successor_code", shapes.PRACTICE, "a practice such as A81001")
    backward = pd.Series(data=False, index=first.index)
    if parsed.has("indicator"):
        backward = codes(parsed, "indicator", "[PS01]", "0, 1, P or S, or nothing", nullable=True) == PREDECESSOR
    rows = pd.DataFrame(
        {
            "practice_code": second.where(backward, first),
            "successor_code": first.where(backward, second),
            "effective": days(parsed, "effective", nullable=True, is_secondary=True)
            if parsed.has("effective")
            else pd.Series(None, index=first.index, dtype="str"),
        }
    )
    latest = rows.sort_values("effective", na_position="first", kind="stable")
    unique = latest.drop_duplicates(["practice_code", "successor_code"], keep="last")
    return {"core_practice_succession": unique.reset_index(drop=True)}


def _kind(code: str) -> str:
    """What an ODS code is the code of; that of a PCN has the shape of a practice's."""
    if shapes.fits(code, shapes.PCN):
        return "PCN"
    return "practice" if shapes.fits(code, shapes.PRACTICE) else "other organisation"


def _nothing(parsed: Parsed, kinds: Mapping[str, int]) -> InvalidContent:
    counted = ", ".join(f"{count:,} of {kind}s" for kind, count in sorted(kinds.items()))
    return parsed.refusal(
        "no general practice and its successor is in the file",
        found=f"{len(parsed.frame):,} rows: {counted}",
        expected="two codes of practices in a row, such as A81001 and A81002",
    )

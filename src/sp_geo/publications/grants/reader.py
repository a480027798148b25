"""Grants in the 360Giving standard: a table with the standard's titles, or its JSON.

Grants to individuals are counted, never named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading.contacts import without_contacts
from sp_geo.publications.reading.json_stream import parts
from sp_geo.publications.reading.records import (
    LONGEST_TEXT,
    RecordFaultError,
    Taken,
    cleaned,
    day,
    frame_of,
    number,
    postcode,
    refused_frame,
    text,
)
from sp_geo.publications.reading.rows import (
    Row,
    first_lines,
    or_nothing,
    plain,
    records,
    refuse_if_all_failed,
    refuse_no_object,
    scalar,
)
from sp_geo.workspace.document import Document

_MOST_POUNDS: Final = 1e11
_LONGEST: Final = 20_000
_AREA: Final = re.compile(r"[EWNSKJ][0-9]{8}")
_SMALL_AREA: Final = re.compile(r"(?:E00|E01|E02|E05|E33|W00|W01|W02|W05)\d{6}")
_REDIRECT: Final = "data_redirect_url"
_MARKS_OF_A_PERSON: Final = ("individual", "individual_name")
_PLAIN_FIELDS: Final = {
    "id": "grant_id",
    "title": "title",
    "description": "description",
    "currency": "currency",
    "amountAwarded": "amount",
    "awardDate": "awarded",
}
_PARTS: Final = {
    "recipientOrganization": {"id": "recipient_id", "name": "recipient_name", "postalCode": "postcode"},
    "recipientIndividual": {"id": "individual", "name": "individual_name"},
    "beneficiaryLocation": {"geoCode": "area_code"},
}


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Grants as core_grant.

    Args:
        document: CSV, workbook or JSON.
        period: identifier of the list.

    Returns:
        core_grant and core_service_refused.

    Raises:
        InvalidContent: the file only points to where the grants are, a needed column is missing, or nothing can be
            taken in.
        DamagedFile: it cannot be read to its end.
    """
    if document.kind != "json":
        _refuse_redirect(document)
    taken = Taken()
    kept: dict[str, dict[str, Any]] = {}
    rows = _objects(document, taken) if document.kind == "json" else records(
        document, "grants", ("grant_id", "title", "amount"), taken
    )  # fmt: skip
    for place, row in rows:
        record = f"{place}, {cleaned(row.get('grant_id'))[:60] or 'no identifier'}"
        grant = taken.attempt(record, lambda row=row, record=record: _grant(row, record, taken))  # type: ignore[misc]
        if grant is None:
            continue
        if grant["grant_id"] in kept:
            taken.refused.append((record, "refused", "the identifier stands twice", ""))
        else:
            kept[grant["grant_id"]] = {"directory_id": period, **grant}
    refuse_if_all_failed(taken, len(kept), document.label)
    return {
        "core_grant": frame_of("core_grant", list(kept.values())),
        "core_service_refused": refused_frame(period, taken.refused),
    }


def _refuse_redirect(document: Document) -> None:
    for label, rows in first_lines(document, 5).items():
        cells = [cell.strip() for row in rows for cell in row if cell.strip()]
        if cells and plain(cells[0]) == _REDIRECT:
            raise InvalidContent(
                "the file only points to where the grants are",
                file=label,
                found=" ".join(cells[1:2])[:300] or "no address",
                expected="the grants themselves",
                advice="Download them from there and add that file",
            )


def _objects(document: Document, taken: Taken) -> Iterator[tuple[str, Row]]:
    """Grants of a JSON file: a list of them, or an object that holds one."""
    count = 0
    for place, value in parts(document, frozenset({"grants"})):
        if isinstance(place, str):
            # Beside the grants stands what the publisher says of the file.
            continue
        count += 1
        found = taken.attempt(f"item {place:,}", lambda value=value: _flat(value))  # type: ignore[misc]
        if found is not None:
            yield f"item {place:,}", found
    if not count:
        raise InvalidContent("the file holds no grant", file=document.label, expected="a list named grants")


def _flat(item: object) -> Row:
    refuse_no_object(item, "a grant with named values was expected")
    assert isinstance(item, dict)  # noqa: S101 - the line before has refused anything else
    found = {column: scalar(column, item.get(name)) for name, column in _PLAIN_FIELDS.items()}
    for name, columns in _PARTS.items():
        held = item.get(name)
        first = held[0] if isinstance(held, list) and held else held
        if isinstance(first, Mapping):
            found |= {column: scalar(column, first.get(part)) for part, column in columns.items()}
        if name == "recipientIndividual" and first and not found.get("individual"):
            found["individual"] = "yes"
    return found


def _grant(row: Row, record: str, taken: Taken) -> dict[str, Any]:
    warnings: list[tuple[str, str]] = []
    is_person = any(cleaned(row.get(mark)) for mark in _MARKS_OF_A_PERSON)
    title = without_contacts(text(row, "title", needed=True) or "")
    description = or_nothing(lambda: text(row, "description", longest=_LONGEST), warnings)
    grant: dict[str, Any] = {
        "grant_id": text(row, "grant_id", needed=True),
        "title": title or "untitled",
        "description": without_contacts(description or "")[:LONGEST_TEXT] or None,
        "amount_gbp": _amount(row, warnings),
        "awarded": or_nothing(lambda: day(row, "awarded"), warnings),
        "recipient_id": text(row, "recipient_id"),
        "recipient_name": without_contacts(text(row, "recipient_name") or "") or None,
        "postcode": or_nothing(lambda: postcode(row.get("postcode")), warnings),
        "area_code": or_nothing(lambda: _area(row), warnings),
    }
    if is_person:
        grant = _unnamed(grant)
        # What was wrong in the record may repeat what stood there.
        warnings = [("the recipient is a person", "counted, not named")]
    taken.refused += [(record, "warned", cause, detail) for cause, detail in warnings]
    return grant


def _amount(row: Row, warnings: list[tuple[str, str]]) -> float | None:
    amount = number(row, "amount", 0, _MOST_POUNDS)
    currency = cleaned(row.get("currency")).upper()
    if amount is None or currency == "GBP":
        return amount
    warnings.append(("the amount is not said to be in pounds", f"currency {currency[:10] or 'missing'}"))
    return None


def _area(row: Row) -> str | None:
    found = cleaned(row.get("area_code")).upper()
    if not found:
        return None
    if not _AREA.fullmatch(found):
        raise RecordFaultError("the area is not a code", f"'{found[:40]}'; an ONS code such as E08000009")
    return found


def _unnamed(grant: dict[str, Any]) -> dict[str, Any]:
    """A grant to a person without anything that could tell who it was."""
    area = grant["area_code"]
    return grant | {
        "title": "Grant to an individual",
        "description": None,
        "recipient_id": None,
        "recipient_name": None,
        "postcode": None,
        "area_code": None if area and _SMALL_AREA.fullmatch(area) else area,
    }

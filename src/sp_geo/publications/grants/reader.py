"""Grants in the 360Giving standard: a table with the standard's titles, or its JSON.

Grants to individuals are counted, never named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
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
    number,
    postcode,
    text,
)
from sp_geo.publications.reading.rows import (
    Row,
    as_object,
    first_lines,
    kept_once,
    or_nothing,
    plain,
    records,
    scalar,
)
from sp_geo.workspace.document import Document

_AREA: Final = re.compile(r"[EWNSKJ][0-9]{8}")
_SMALL_AREA: Final = re.compile(r"(?:E00|E01|E02|E05|E33|W00|W01|W02|W05)\d{6}")
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

    Returns:
        core_grant and core_service_refused.

    Raises:
        InvalidContent: the file only points to where the grants are, a needed column is missing, or nothing can be
            taken in.
        DamagedFile: it cannot be read to its end.
    """
    taken = Taken()
    if document.kind == "json":
        rows = _objects(document, taken)
    else:
        for label, lines in first_lines(document, 5).items():
            cells = [cell.strip() for line in lines for cell in line if cell.strip()]
            if cells and plain(cells[0]) == "data_redirect_url":
                raise InvalidContent(
                    "the file only points to where the grants are",
                    file=label,
                    found=" ".join(cells[1:2])[:300] or "no address",
                    expected="the grants themselves",
                    advice="Download them from there and add that file",
                )
        rows = records(document, "grants", ("grant_id", "title", "amount"), taken)
    named = ((f"{place}, {cleaned(row.get('grant_id'))[:60] or 'no identifier'}", row) for place, row in rows)
    return kept_once("core_grant", period, document.label, named, _grant, taken)


def _objects(document: Document, taken: Taken) -> Iterator[tuple[str, Row]]:
    """Grants of a JSON file: a list of them, or an object that holds one."""
    count = 0
    for place, value in parts(document, frozenset({"grants"})):
        if isinstance(place, str):
            # Beside the grants stands what the publisher says of the file.
            continue
        count += 1
        found = taken.attempt(f"item {place:,}", partial(_flat, value))
        if found is not None:
            yield f"item {place:,}", found
    if not count:
        raise InvalidContent("the file holds no grant", file=document.label, expected="a list named grants")


def _flat(value: object) -> Row:
    item = as_object(value, "a grant with named values was expected")
    found = {column: scalar(column, item.get(name)) for name, column in _PLAIN_FIELDS.items()}
    for name, columns in _PARTS.items():
        held = item.get(name)
        first = held[0] if isinstance(held, list) and held else held
        if isinstance(first, Mapping):
            found |= {column: scalar(column, first.get(part)) for part, column in columns.items()}
        if name == "recipientIndividual" and first and not found.get("individual"):
            found["individual"] = "yes"
    return found


def _grant(row: Row, _record: str, warnings: list[tuple[str, str]]) -> dict[str, Any]:
    title = without_contacts(text(row, "title", needed=True) or "")
    description = or_nothing(lambda: text(row, "description", longest=20_000), warnings)
    grant_id = text(row, "grant_id", needed=True)
    amount, currency = number(row, "amount", 0, 1e11), cleaned(row.get("currency")).upper()
    if amount is not None and currency != "GBP":
        warnings.append(("the amount is not said to be in pounds", f"currency {currency[:10] or 'missing'}"))
        amount = None
    grant: dict[str, Any] = {
        "grant_id": grant_id,
        "title": title or "untitled",
        "description": without_contacts(description or "")[:LONGEST_TEXT] or None,
        "amount_gbp": amount,
        "awarded": or_nothing(lambda: day(row, "awarded"), warnings),
        "recipient_id": text(row, "recipient_id"),
        "recipient_name": without_contacts(text(row, "recipient_name") or "") or None,
        "postcode": or_nothing(lambda: postcode(row.get("postcode")), warnings),
        "area_code": or_nothing(lambda: _area(row), warnings),
    }
    if not any(cleaned(row.get(mark)) for mark in ("individual", "individual_name")):
        return grant
    # Of a grant to a person nothing stays that could tell who it was; what was wrong in it may repeat what stood there.
    warnings[:] = [("the recipient is a person", "counted, not named")]
    area = grant["area_code"]
    return grant | {
        "title": "Grant to an individual",
        "description": None,
        "recipient_id": None,
        "recipient_name": None,
        "postcode": None,
        "area_code": None if area and _SMALL_AREA.fullmatch(area) else area,
    }


def _area(row: Row) -> str | None:
    found = cleaned(row.get("area_code")).upper()
    if found and not _AREA.fullmatch(found):
        raise RecordFaultError("the area is not a code", f"'{found[:40]}'; an ONS code such as E08000009")
    return found or None

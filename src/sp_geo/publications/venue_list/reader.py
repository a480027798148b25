"""Simple lists of places where people can go, such as warm spaces: a name or address, a postcode, perhaps hours.

Telephone numbers, e-mail and web addresses are not taken in. Such lists say nothing of capacity.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import pandas as pd

from sp_geo.publications.reading.contacts import without_contacts
from sp_geo.publications.reading.records import (
    LONGEST_TEXT,
    RecordFaultError,
    ServiceRecord,
    Site,
    Taken,
    cleaned,
    coordinates,
    number,
    postcode,
    service_frames,
    text,
)
from sp_geo.publications.reading.rows import Row, or_nothing, records, refuse_if_all_failed
from sp_geo.publications.reading.stated_hours import stated
from sp_geo.workspace.document import Document

VOCABULARY: Final = "venue list"
_HERE: Final = {"", "england", "united kingdom", "uk", "great britain", "gb", "e92000001"}
_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG: Final = re.compile(r"</?[A-Za-z][^>]*>?")
_LONGEST: Final = 20_000


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Places as services of unknown capacity, filed under the words of the list's own name.

    A row that says the same as an earlier one is refused.

    Args:
        document: CSV or workbook.
        period: identifier of the list, such as ``warm-spaces``.

    Raises:
        InvalidContent: there is no postcode column, or nothing can be taken in.
        DamagedFile: it cannot be read to its end.
    """
    taken = Taken()
    seen: dict[tuple[tuple[str, str], ...], str] = {}
    for place, row in records(document, "venue_list", ("postcode",), taken):
        said = tuple((name, str(value)) for name, value in row.items())
        if said in seen:
            taken.refused.append((place, "refused", "the row stands twice", f"first in {seen[said]}"))
            continue
        seen[said] = place
        venue = taken.attempt(place, partial(_venue, row, place, period))
        if venue is not None:
            taken.services.append(venue)
    refuse_if_all_failed(taken, len(taken.services), document.label)
    return service_frames(taken, period)


def _venue(row: Row, place: str, directory_id: str) -> ServiceRecord:
    country = cleaned(row.get("country"))
    if country.lower() not in _HERE:
        raise RecordFaultError("outside England", country[:40])
    warnings: list[tuple[str, str]] = []
    given, address = text(row, "name"), _BREAK.sub(", ", text(row, "address", longest=_LONGEST) or "")
    parts = [given] if given else address.split(",")
    name = next((found for part in parts if (found := without_contacts(_bare(part)).strip(" ,;"))), "")
    if not name:
        raise RecordFaultError("name is missing", "a name or an address")
    hours = _bare(text(row, "hours", longest=_LONGEST) or "")
    days_open = or_nothing(lambda: number(row, "days_open", 0, 7), warnings)
    description = _bare(text(row, "description", longest=_LONGEST) or "") or hours
    said = stated(hours, days_open)
    # A careless postcode is left out, and the place with it unless there are coordinates.
    latitude, longitude = coordinates(row.get("latitude"), row.get("longitude")) or (None, None)
    site = Site(latitude, longitude, or_nothing(lambda: postcode(row.get("postcode")), warnings))
    return ServiceRecord(
        record=place,
        local_id=place.replace(" ", "-").replace(",", ""),
        name=name[:LONGEST_TEXT],
        source="venue_list",
        serves="place",
        description=without_contacts(description)[:LONGEST_TEXT] or None,
        evening=said.evening,
        weekend=said.weekend,
        sites=(site,),
        terms=((VOCABULARY, directory_id.replace("-", " ")),),
        warnings=tuple(warnings),
    )


def _bare(text_: str) -> str:
    """A text without the marks of a web page that some lists were copied from."""
    return " ".join(_TAG.sub("", _BREAK.sub("; ", text_)).split())

"""Services in the layout of the template, CSV or workbook, filled in by hand."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import pandas as pd

from sp_geo.publications.catalogue import directory_id as identifier
from sp_geo.publications.reading.contacts import without_contacts
from sp_geo.publications.reading.parsing import parse_sheets
from sp_geo.publications.reading.records import (
    LONGEST_TEXT,
    RecordFaultError,
    ServiceRecord,
    Site,
    Taken,
    area_code,
    cleaned,
    coordinates,
    day,
    number,
    postcode,
    service_frames,
    text,
    yes_no,
)
from sp_geo.publications.reading.rows import Row, or_nothing, plain, records, refuse_if_all_failed
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.tables.services import ALL_CATEGORIES
from sp_geo.workspace.document import Document

CATEGORY: Final = "category"
OTHER_WORDS: Final = "template"
SERVES: Final = ("place", "areas", "remote")
MOST_PLACES: Final = 1_000_000
MOST_DAYS: Final = 3_650
OLDEST: Final = 130
_LONGEST: Final = 20_000
_DIRECTORY: Final = "directory"
_LOCAL_ID: Final = re.compile(r"[^\s/][^/]{0,99}")


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """Services as core tables; the workbook's sheet ``directory`` says which directory it is and what it covers.

    Args:
        document: CSV or workbook.
        period: identifier of the directory, used where no sheet gives its name.

    Raises:
        InvalidContent: there is no column ``name``, or nothing can be taken in.
        DamagedFile: it cannot be read to its end.
    """
    taken = Taken()
    # The directory's name and what it claims to cover, from the sheet for it.
    sheets = parse_sheets(document) if document.kind == "workbook" else {}
    sheet = next((rows for title, rows in sheets.items() if plain(title) == _DIRECTORY), [])
    name, claims, below = "", [], False
    for number_of_row, cells_of_row in enumerate(sheet, start=1):
        cells = [cleaned(cell) for cell in [*cells_of_row, "", ""][:2]]
        if plain(cells[0]) in {_DIRECTORY, "directory_name"}:
            name = cells[1]
        elif plain(cells[0]) == "area_code":
            below = True
        elif below and any(cells):
            claim = taken.attempt(f"sheet '{_DIRECTORY}', row {number_of_row:,}", partial(_claim, *cells))
            claims += [claim] if claim else []
    for place, row in records(document, "service_template", ("name",), taken):
        given = cleaned(row.get("service_id"))
        record = f"{place}, {given[:60]}" if given else place
        service = taken.attempt(record, partial(_service, row, record))
        if service is not None:
            taken.services.append(service)
    refuse_if_all_failed(taken, len(taken.services), document.label)
    return service_frames(taken, identifier(name) if name else period, claims)


def _claim(area: str, category: str) -> tuple[str, str]:
    word = plain(category) or ALL_CATEGORIES
    if word not in {*REFERRAL_CATEGORIES, ALL_CATEGORIES}:
        raise RecordFaultError(
            "the category of a claim is not one of the words",
            f"'{category[:40]}'; {', '.join((*REFERRAL_CATEGORIES, ALL_CATEGORIES))}",
        )
    return area_code(area), word


def _service(row: Row, record: str) -> ServiceRecord:
    warnings: list[tuple[str, str]] = []
    areas = tuple(area_code(part) for part in _parts(row, "areas_served"))
    serves, sites = _where(row, areas, warnings)
    age_from, age_to = number(row, "age_from", 0, OLDEST), number(row, "age_to", 0, OLDEST)
    if age_from is not None and age_to is not None and age_from > age_to:
        raise RecordFaultError("age_from is above age_to", f"{age_from:g} and {age_to:g}")
    name = without_contacts(text(row, "name", needed=True) or "")
    if not name:
        raise RecordFaultError("name is missing", "every record needs one")
    description = or_nothing(lambda: text(row, "description", longest=_LONGEST), warnings)
    local_id = text(row, "service_id") or record.replace(" ", "-").replace(",", "")
    if not _LOCAL_ID.fullmatch(local_id):
        raise RecordFaultError("service_id is not an identifier", f"'{local_id[:40]}'; no slash, 100 signs at most")
    return ServiceRecord(
        record=record,
        local_id=local_id,
        name=name,
        source="template",
        serves=serves,
        organisation_id=text(row, "organisation_id"),
        description=without_contacts(description or "")[:LONGEST_TEXT] or None,
        places_per_quarter=number(row, "places_per_quarter", 0, MOST_PLACES),
        free_share=number(row, "free_share", 0, 1, is_share=True),
        open_to_referrals=yes_no(row, "open_to_referrals"),
        waiting_days=number(row, "waiting_days", 0, MOST_DAYS),
        evening=yes_no(row, "evening"),
        weekend=yes_no(row, "weekend"),
        drop_in=yes_no(row, "drop_in"),
        free_of_charge=yes_no(row, "free_of_charge"),
        age_from=age_from,
        age_to=age_to,
        languages=_joined(row, "languages"),
        communities=_joined(row, "communities"),
        last_checked=day(row, "last_checked"),
        sites=sites,
        areas=areas,
        terms=tuple(
            (CATEGORY, plain(word)) if plain(word) in REFERRAL_CATEGORIES else (OTHER_WORDS, word)
            for word in _parts(row, CATEGORY)
        ),
        warnings=tuple(warnings),
    )


def _where(row: Row, areas: tuple[str, ...], warnings: list[tuple[str, str]]) -> tuple[str, tuple[Site, ...]]:
    """How a service serves, and the place where people come if it does so at one.

    It serves as is stated; where nobody said, by whether a place or areas stand in the columns for them. An office
    from which a service goes out or answers calls is no such place. Coordinates win, so a careless postcode beside
    them costs nothing; alone it does.
    """
    point, step_free = coordinates(row.get("latitude"), row.get("longitude")), yes_no(row, "step_free")
    if point is None:
        site = Site(postcode=postcode(row.get("postcode")), step_free=step_free)
    else:
        site = Site(*point, or_nothing(lambda: postcode(row.get("postcode")), warnings), step_free)
    has_place = point is not None or site.postcode is not None
    serves = plain(text(row, "serves") or "")
    if not serves:
        return ("place", (site,)) if has_place else ("areas" if areas else "unknown", ())
    if serves not in SERVES:
        raise RecordFaultError("serves is not one of the words", f"'{serves[:40]}'; {', '.join(SERVES)}, or nothing")
    if serves == "areas" and not areas:
        raise RecordFaultError("areas_served is missing", "a service that goes to areas names them by code")
    if serves == "place":
        return serves, (site,)
    if has_place:
        warnings.append(("the place was not used", f"the service does not serve at a place but: {serves}"))
    return serves, ()


def _parts(row: Row, name: str) -> list[str]:
    """The values of a cell that holds several, with ; or commas between."""
    found = text(row, name, longest=_LONGEST) or ""
    return [part for part in (cleaned(part) for part in re.split(r"[;,]", found)) if part]


def _joined(row: Row, name: str) -> str | None:
    return ";".join(dict.fromkeys(_parts(row, name)))[:LONGEST_TEXT] or None

"""Services in the layout of the template, CSV or workbook, filled in by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pandas as pd

from sp_geo.publications.catalogue import directory_id as identifier
from sp_geo.publications.reading.contacts import without_contacts
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
from sp_geo.publications.reading.rows import Row, or_nothing, plain, records, refuse_if_all_failed, sheet_lines
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
    name, claims = _directory(document, taken)
    for place, row in records(document, "service_template", ("name",), taken):
        given = cleaned(row.get("service_id"))
        record = f"{place}, {given[:60]}" if given else place
        service = taken.attempt(record, lambda row=row, record=record: _service(row, record))  # type: ignore[misc]
        if service is not None:
            taken.services.append(service)
    refuse_if_all_failed(taken, len(taken.services), document.label)
    return service_frames(taken, identifier(name) if name else period, claims)


def _directory(document: Document, taken: Taken) -> tuple[str, list[tuple[str, str]]]:
    """The directory's name and what it claims to cover, from the sheet for it."""
    lines = sheet_lines(document) if document.kind == "workbook" else {}
    sheet = next((rows for name, rows in lines.items() if plain(name) == _DIRECTORY), [])
    name, claims, below = "", [], False
    for line in sheet:
        cells = [cleaned(cell) for cell in [*line.cells, "", ""][:2]]
        if plain(cells[0]) in {_DIRECTORY, "directory_name"}:
            name = cells[1]
        elif plain(cells[0]) == "area_code":
            below = True
        elif below and any(cells):
            place = f"sheet '{_DIRECTORY}', row {line.number:,}"
            claim = taken.attempt(place, lambda cells=cells: _claim(cells[0], cells[1]))  # type: ignore[misc]
            claims += [claim] if claim else []
    return name, claims


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
    site = _site(row, warnings)
    serves = _serves(row, site, areas)
    age_from, age_to = number(row, "age_from", 0, OLDEST), number(row, "age_to", 0, OLDEST)
    if age_from is not None and age_to is not None and age_from > age_to:
        raise RecordFaultError("age_from is above age_to", f"{age_from:g} and {age_to:g}")
    name = without_contacts(text(row, "name", needed=True) or "")
    if not name:
        raise RecordFaultError("name is missing", "every record needs one")
    description = or_nothing(lambda: text(row, "description", longest=_LONGEST), warnings)
    return ServiceRecord(
        record=record,
        local_id=_local_id(row, record),
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
        sites=_sites(serves, site, warnings),
        areas=areas,
        terms=tuple(_terms(_parts(row, CATEGORY))),
        warnings=tuple(warnings),
    )


def _local_id(row: Row, record: str) -> str:
    found = text(row, "service_id")
    if found is None:
        return record.replace(" ", "-").replace(",", "")
    if not _LOCAL_ID.fullmatch(found):
        raise RecordFaultError("service_id is not an identifier", f"'{found[:40]}'; no slash, 100 signs at most")
    return found


def _site(row: Row, warnings: list[tuple[str, str]]) -> Site:
    """The place in the row. Coordinates win, so a careless postcode beside them costs nothing; alone it does."""
    point, step_free = coordinates(row.get("latitude"), row.get("longitude")), yes_no(row, "step_free")
    if point is None:
        return Site(postcode=postcode(row.get("postcode")), step_free=step_free)
    code = or_nothing(lambda: postcode(row.get("postcode")), warnings)
    return Site(point[0], point[1], code, step_free)


def _serves(row: Row, site: Site, areas: tuple[str, ...]) -> str:
    """How it serves: as stated; where nobody said, by whether a place or areas stand in the columns for them."""
    stated = plain(text(row, "serves") or "")
    has_place = site.latitude is not None or site.postcode is not None
    if not stated:
        return "place" if has_place else "areas" if areas else "unknown"
    if stated not in SERVES:
        raise RecordFaultError("serves is not one of the words", f"'{stated[:40]}'; {', '.join(SERVES)}, or nothing")
    if stated == "areas" and not areas:
        raise RecordFaultError("areas_served is missing", "a service that goes to areas names them by code")
    return stated


def _sites(serves: str, site: Site, warnings: list[tuple[str, str]]) -> tuple[Site, ...]:
    """The place where people come; an office from which a service goes out or answers calls is none."""
    if serves == "place":
        return (site,)
    if serves != "unknown" and (site.latitude is not None or site.postcode is not None):
        warnings.append(("the place was not used", f"the service does not serve at a place but: {serves}"))
    return ()


def _terms(words: Iterable[str]) -> Iterable[tuple[str, str]]:
    for word in words:
        yield (CATEGORY, plain(word)) if plain(word) in REFERRAL_CATEGORIES else (OTHER_WORDS, word)


def _parts(row: Row, name: str) -> list[str]:
    """The values of a cell that holds several, with ; or commas between."""
    found = text(row, name, longest=_LONGEST) or ""
    return [part for part in (cleaned(part) for part in re.split(r"[;,]", found)) if part]


def _joined(row: Row, name: str) -> str | None:
    return ";".join(dict.fromkeys(_parts(row, name)))[:LONGEST_TEXT] or None

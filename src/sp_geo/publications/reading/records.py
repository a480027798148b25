"""Records that are taken or refused one by one.

A statistical release is right or wrong as a whole; a directory is kept by many hands, and one careless record must not
cost the others. What is refused is listed with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Final, TypeVar

import pandas as pd

from sp_geo.core import codes
from sp_geo.publications.reading.contacts import without_contacts
from sp_geo.tables import TABLES

T = TypeVar("T")
LONGEST_TEXT: Final = 500
_YES: Final = {"yes", "y", "true", "1"}
_NO: Final = {"no", "n", "false", "0"}
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_FORMULA: Final = re.compile(r"=\s*[A-Za-z@+(\"'-].*|[@]\w+\(.*", re.DOTALL)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
GREATEST_LATITUDE: Final = 61.0
LEAST_LATITUDE: Final = 49.0
LEAST_LONGITUDE: Final = -9.0
GREATEST_LONGITUDE: Final = 3.0


class RecordFaultError(Exception):
    """A record that cannot be taken in.

    Attributes:
        cause: kind of fault in a few words, by which faults are counted.
        detail: what was found and what was expected.
    """

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.detail = detail


@dataclass(frozen=True)
class Site:
    """One place of a service: WGS 84 degrees, or a postcode, or both; coordinates win."""

    latitude: float | None = None
    longitude: float | None = None
    postcode: str | None = None
    step_free: str | None = None


@dataclass(frozen=True)
class ServiceRecord:
    """One service as any layout gives it; the fields of core_service, with its sites, areas and terms.

    Attributes:
        record: where it stands, for messages.
        terms: pairs of vocabulary and term.
        areas: codes of the areas it serves.
        warnings: faults that did not cost the record, as cause and detail.
    """

    record: str
    local_id: str
    name: str
    source: str
    serves: str
    organisation_id: str | None = None
    description: str | None = None
    places_per_quarter: float | None = None
    free_share: float | None = None
    open_to_referrals: str | None = None
    waiting_days: float | None = None
    evening: str | None = None
    weekend: str | None = None
    drop_in: str | None = None
    free_of_charge: str | None = None
    age_from: float | None = None
    age_to: float | None = None
    languages: str | None = None
    communities: str | None = None
    last_checked: str | None = None
    sites: tuple[Site, ...] = ()
    areas: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass
class Taken:
    """Records of one file that were taken, and the faults of those that were not."""

    services: list[ServiceRecord] = field(default_factory=list)
    refused: list[tuple[str, str, str, str]] = field(default_factory=list)

    def attempt(self, record: str, read: Callable[[], T]) -> T | None:
        """What ``read`` gives, or None with its fault listed."""
        try:
            return read()
        except RecordFaultError as fault:
            self.refused.append((record, "refused", fault.cause, fault.detail))
            return None


def service_frames(taken: Taken, directory_id: str, claims: Iterable[tuple[str, str]] = ()) -> dict[str, pd.DataFrame]:
    """Records as core tables.

    A record whose identifier stands twice, or whose organisation gives two names to one identifier, is refused from
    its second appearance on.

    Args:
        taken: records of one file; its list of refusals grows.
        directory_id: of the file.
        claims: areas and categories that the file itself claims to cover.

    Returns:
        core_directory, core_service, core_service_site, core_service_area, core_service_term, core_service_refused.
    """
    kept: dict[str, ServiceRecord] = {}
    for item in taken.services:
        if item.local_id in kept:
            first = kept[item.local_id].record
            taken.refused.append((item.record, "refused", "the identifier stands twice", f"first in {first}"))
        else:
            kept[item.local_id] = item
            taken.refused += [(item.record, "warned", cause, detail) for cause, detail in item.warnings]
    records = {f"{directory_id}/{key}": item for key, item in kept.items()}
    own = {column.name for column in TABLES["core_service"].columns}
    plain = [item.name for item in fields(ServiceRecord) if item.name in own]
    rows = [
        {"service_id": key, "directory_id": directory_id, **{name: getattr(item, name) for name in plain}}
        for key, item in records.items()
    ]
    sites = [
        {"service_id": key, "site": number, **{part.name: getattr(site, part.name) for part in fields(Site)}}
        for key, item in records.items()
        for number, site in enumerate(item.sites, start=1)
    ]
    areas = [
        {"service_id": key, "area_code": code} for key, item in records.items() for code in dict.fromkeys(item.areas)
    ]
    terms = [
        {"service_id": key, "vocabulary": vocabulary, "term": term}
        for key, item in records.items()
        for vocabulary, term in dict.fromkeys(item.terms)
    ]
    return {
        "core_directory": directory_frame(directory_id, claims, "file"),
        "core_service": frame_of("core_service", rows),
        "core_service_site": frame_of("core_service_site", sites),
        "core_service_area": frame_of("core_service_area", areas),
        "core_service_term": frame_of("core_service_term", terms),
        "core_service_refused": refused_frame(directory_id, taken.refused),
    }


def directory_frame(directory_id: str, claims: Iterable[tuple[str, str]], claimed_by: str) -> pd.DataFrame:
    """core_directory of one directory: a row a claim, or one row without area if it claims nothing."""
    rows = [
        {"directory_id": directory_id, "area_code": area, "category": category, "source": claimed_by}
        for area, category in dict.fromkeys(claims)
    ]
    nothing = {"directory_id": directory_id, "area_code": "", "category": "all", "source": "nobody"}
    return frame_of("core_directory", rows or [nothing])


def refused_frame(directory_id: str, refused: Iterable[tuple[str, str, str, str]]) -> pd.DataFrame:
    """core_service_refused of one file, without what a record says of how to reach somebody."""
    rows = [
        {
            "directory_id": directory_id,
            "record": record,
            "outcome": outcome,
            "cause": cause,
            "detail": without_contacts(detail) or None,
        }
        for record, outcome, cause, detail in refused
    ]
    return frame_of("core_service_refused", rows).drop_duplicates(["directory_id", "record", "cause"])


def frame_of(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as a frame with the columns and types of a table."""
    empty = TABLES[table].empty()
    if not rows:
        return empty
    kinds = {column.name: column.kind for column in TABLES[table].columns}
    return pd.DataFrame(rows, columns=list(empty.columns)).astype(kinds)


def cleaned(value: object) -> str:
    """Text with single spaces; numbers of a spreadsheet without a trailing .0; empty if there is nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if value != value else f"{value:.12g}"  # noqa: PLR0124 - NaN is not itself
    return " ".join(_CONTROL.sub(" ", str(value)).split())


def text(row: Mapping[str, Any], name: str, *, needed: bool = False, longest: int = LONGEST_TEXT) -> str | None:
    """A text, cut to a length; None where blank.

    Raises:
        RecordFaultError: it is needed and missing, or is a formula of a spreadsheet.
    """
    found = cleaned(row.get(name))
    if not found:
        if needed:
            raise RecordFaultError(f"{name} is missing", "every record needs one")
        return None
    if _FORMULA.fullmatch(found):
        raise RecordFaultError("a cell holds a formula", f"{name}: {found[:60]}; write the value itself")
    if "\ufffd" in found:
        raise RecordFaultError("the text cannot be read", f"{name}: {found[:60]}; save the file as UTF-8")
    return found[:longest]


def number(row: Mapping[str, Any], name: str, low: float, high: float, *, is_share: bool = False) -> float | None:
    """A number between two bounds, with commas between thousands or not; None where blank.

    Args:
        row: the record.
        name: of the value.
        low: least number allowed.
        high: greatest number allowed.
        is_share: whether per cent mean hundredths; of anything else a percentage says nothing.

    Raises:
        RecordFaultError: it is no number, or out of bounds.
    """
    found = text(row, name)
    if found is None:
        return None
    plain = found.removeprefix("£")
    is_percentage = is_share and plain.endswith("%")
    plain = plain.removesuffix("%") if is_percentage else plain
    plain = plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain
    if not _NUMBER.fullmatch(plain):
        raise RecordFaultError(
            f"{name} is not a number", f"'{found[:40]}'; a number from {low:g} to {high:g}, or nothing"
        )
    value = float(plain) / (100.0 if is_percentage else 1.0)
    if value < low:
        raise RecordFaultError(
            f"{name} is negative" if low == 0 else f"{name} is too small", f"{found[:40]}; at least {low:g}"
        )
    if value > high:
        raise RecordFaultError(f"{name} is too large", f"{found[:40]}; at most {high:g}")
    return value


def yes_no(row: Mapping[str, Any], name: str) -> str | None:
    """yes, no, or None where nobody said.

    Raises:
        RecordFaultError: another word stands there.
    """
    found = text(row, name)
    if found is None:
        return None
    word = found.lower()
    if word in _YES:
        return "yes"
    if word in _NO:
        return "no"
    raise RecordFaultError(f"{name} is neither yes nor no", f"'{found[:40]}'; yes, no, or nothing")


def day(row: Mapping[str, Any], name: str) -> str | None:
    """A day as ISO text, from 2026-07-01, 01/07/2026 or a moment; None where blank.

    Raises:
        RecordFaultError: it is no day, or lies before 1900 or after 2100.
    """
    raw = row.get(name)
    if isinstance(raw, (datetime, date)):
        return raw.isoformat()[:10]
    found = text(row, name)
    if found is None:
        return None
    for form, part in (
        ()
        if not found.isascii()
        else (("%Y-%m-%d", found[:10]), ("%d/%m/%Y", found), ("%d %B %Y", found), ("%Y%m%d", found))
    ):
        try:
            parsed = datetime.strptime(part, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
        if 1900 <= parsed.year <= 2100:  # noqa: PLR2004
            return parsed.isoformat()
    raise RecordFaultError(f"{name} is not a day", f"'{found[:40]}'; a day such as 2026-07-01 or 01/07/2026")


def _upper(text_: str) -> str:
    """A code in upper case; a letter that only becomes an ASCII one by that stays, and is found out."""
    return text_.upper() if text_.isascii() else text_


def postcode(value: object) -> str | None:
    """A postcode in upper case with one space; None where blank.

    Raises:
        RecordFaultError: it has not the shape of one.
    """
    found = _upper(cleaned(value)).replace(" ", "")
    if not found:
        return None
    shaped = f"{found[:-3]} {found[-3:]}"
    if not codes.fits(shaped, codes.POSTCODE):
        raise RecordFaultError("the postcode is not one", f"'{cleaned(value)[:40]}'; such as M1 1AE")
    return shaped


def area_code(value: object) -> str:
    """The code of an area, in upper case.

    Raises:
        RecordFaultError: it has not the shape of one.
    """
    found = _upper(cleaned(value))
    if not codes.fits(found, codes.AREA):
        raise RecordFaultError(
            "the area is not a code",
            f"'{cleaned(value)[:40]}'; an ONS code such as E08000009, or an ODS code such as QOP",
        )
    return found


def coordinates(latitude: object, longitude: object) -> tuple[float, float] | None:
    """Degrees in WGS 84; None where neither is given. A mistake is refused, never mended by a guess.

    Raises:
        RecordFaultError: one of the two is missing or no number, they are swapped, on the National Grid, 0 and 0, or
            not in Great Britain.
    """
    first, second = cleaned(latitude), cleaned(longitude)
    if not first and not second:
        return None
    found = f"latitude {first[:20] or 'missing'}, longitude {second[:20] or 'missing'}"
    if not (_NUMBER.fullmatch(first) and _NUMBER.fullmatch(second)):
        raise RecordFaultError("the coordinates are not two numbers", found)
    north, east = float(first), float(second)
    if _in_britain(north, east):
        return north, east
    if _in_britain(east, north):
        raise RecordFaultError("latitude and longitude are swapped", found)
    if min(abs(north), abs(east)) > 1_000:  # noqa: PLR2004 - degrees never are
        raise RecordFaultError("the coordinates are on the National Grid", f"{found}; degrees of WGS 84 are expected")
    raise RecordFaultError(
        "the coordinates are not in Great Britain",
        f"{found}; latitude {LEAST_LATITUDE:g} to {GREATEST_LATITUDE:g}, "
        f"longitude {LEAST_LONGITUDE:g} to {GREATEST_LONGITUDE:g}",
    )


def _in_britain(north: float, east: float) -> bool:
    return LEAST_LATITUDE <= north <= GREATEST_LATITUDE and LEAST_LONGITUDE <= east <= GREATEST_LONGITUDE

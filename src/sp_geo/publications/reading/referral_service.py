"""A service of Open Referral UK 3.0, checked and turned into a record, whichever file it came in.

What the standard leaves open is decided here and nowhere else:

- Capacity is not in the standard, which tolerates additions: ``capacity`` on a service may hold ``places_per_quarter``,
  ``free_share``, ``waiting_days`` and ``open_to_referrals``. Without it the capacity is unknown.
- Faults of the service's own needed values, of types and of allowed values cost the record. Faults of form, nulls, and
  needed values missing in what belongs to a service (an address without a county) are listed, and it is taken in.
- Where it helps is a physical location with coordinates, or the postcode of its physical address; never a postal
  address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, partial
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from sp_geo.core import codes
from sp_geo.publications.reading import opening_hours
from sp_geo.publications.reading.contacts import without_contacts
from sp_geo.publications.reading.json_schema import Fault, Shape, faults, load_schema
from sp_geo.publications.reading.records import (
    RecordFaultError,
    ServiceRecord,
    Site,
    cleaned,
    coordinates,
    day,
    number,
    postcode,
    text,
    yes_no,
)
from sp_geo.publications.reading.rows import or_nothing

Warnings = list[tuple[str, str]]
OLDEST: Final = 130
MOST_PLACES: Final = 1_000_000
LONGEST_WAIT: Final = 3_650
MOST_FAULTS: Final = 20
"""Faults listed of one record; after so many more say nothing new."""
_NAMELESS: Final = "A service without a name"
"""Stands where a telephone number or an address alone was given for a name."""
_LONGEST_IDENTIFIER: Final = 100
_FREE: Final = {"free", "free of charge", "no charge", "no cost", "no fee", "none"}
_AREA_IN_TEXT: Final = re.compile(rf"(?<![A-Z0-9])(?:{codes.LOCAL_AUTHORITY})(?![A-Z0-9])")
_DROP_IN: Final = re.compile(
    r"(?<!\bnot a )(?<!\bno )(?<!\bnot )\bdrop[ -]?ins?\b"
    r"|\bno appointments?(?! (?:is |are )?available)\b|\bwithout an appointment\b",
    re.IGNORECASE,
)
_STEPS: Final = re.compile(
    r"\b(?:no|not|without|lacks?) (?:\w+ ){0,2}(?:wheelchair|step[ -]free|level)[ -]?(?:access|accessible)?\b"
    r"|\bnot (?:wheelchair )?accessible (?:to|for|by) wheelchair|\b(?:un|in)accessible (?:to|for|by) wheelchair",
    re.IGNORECASE,
)
_STEP_FREE: Final = re.compile(
    r"\bstep[ -]free\b|\blevel access\b|\bwheelchair[ -](?:access|accessible)\b|\baccessible (?:to|for|by) wheelchair",
    re.IGNORECASE,
)


@cache
def schema() -> Shape:
    """The standard's schema of a service."""
    file = resources.files("sp_geo.publications.reading").joinpath("open_referral_3.schema.yaml")
    return load_schema(file.read_text(encoding="utf-8"), "service")


def faults_of(item: Any) -> list[Fault]:
    """Every way in which an item differs from the published schema of a service."""
    return list(faults(item, schema()))


def costs_record(fault: Fault) -> bool:
    """Whether a fault leaves a service that cannot be believed or named."""
    return fault.kind in {"type", "value"} or (fault.kind == "missing" and "/" not in fault.path)


def service_record(item: Mapping[str, Any], record: str, warnings: Warnings) -> ServiceRecord:
    """One service that the schema found usable.

    Args:
        item: the service with all that belongs to it.
        record: where it stands, for messages.
        warnings: faults so far that did not cost the record; grows.

    Raises:
        RecordFaultError: it is not active, or something in it cannot be true.
    """
    if item["status"] != "active":
        raise RecordFaultError("not active", f"status {cleaned(item['status'])[:40]}")
    places = _objects(item, "service_at_locations")
    locations = [part["location"] for part in places if isinstance(part.get("location"), dict)]
    sites = _sites(locations, warnings)
    # Codes of the areas served, from wherever a code stands.
    served: list[str] = []
    for area in _objects(item, "service_areas"):
        shown_in = [cleaned(area.get(name)) for name in ("extent", "uri", "name", "service_area", "extent_type")]
        own = [code for part in shown_in for code in _AREA_IN_TEXT.findall(part.upper())]
        own = own or [part.upper() for part in shown_in[:3] if codes.fits(part.upper(), codes.AREA)]
        if not own:
            shown = next((part for part in (shown_in[2], shown_in[3], *shown_in) if part), "nothing")
            warnings.append(("the area served has no code", f"'{shown[:60]}'; such as E08000009"))
        served += own
    areas = tuple(dict.fromkeys(served))
    schedules = [*_objects(item, "schedules"), *(one for part in places for one in _objects(part, "schedules"))]
    organisation = item.get("organization") or {}
    youngest, oldest = (number(item, name, 0, OLDEST) for name in ("minimum_age", "maximum_age"))
    if youngest is not None and oldest is not None and youngest > oldest:
        raise RecordFaultError("the youngest age is above the oldest", f"{youngest:g} to {oldest:g}")
    is_remote = any(location.get("location_type") == "virtual" for location in locations)
    said = [cleaned(item.get("description"))]
    said += [cleaned(one.get(name)) for one in schedules for name in ("attending_type", "description", "notes")]
    languages = [cleaned(part.get("name")) or cleaned(part.get("code")) for part in _objects(item, "languages")]
    return ServiceRecord(
        record=record,
        local_id=text(item, "id", needed=True, longest=_LONGEST_IDENTIFIER) or "",
        name=without_contacts(text(item, "name", needed=True) or "") or _NAMELESS,
        source="open_referral",
        serves="place" if sites else "areas" if areas else "remote" if is_remote else "unknown",
        organisation_id=text(organisation, "id") or text(item, "organization_id"),
        description=without_contacts(text(item, "description") or "") or None,
        **_capacity(item.get("capacity")),
        evening=opening_hours.evening(schedules),
        weekend=opening_hours.weekend(schedules),
        drop_in="yes" if any(map(_DROP_IN.search, said)) else None,
        free_of_charge=_free_of_charge(item, warnings),
        age_from=youngest,
        age_to=oldest,
        languages="; ".join(dict.fromkeys(name.replace(";", ",") for name in languages if name)) or None,
        last_checked=_first((partial(day, item, name) for name in ("assured_date", "last_modified")), warnings),
        sites=sites,
        areas=areas,
        terms=tuple(dict.fromkeys(_terms(_objects(item, "attributes")))),
        warnings=tuple(warnings),
    )


def _objects(item: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = item.get(name)
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _first(reads: Iterable[Callable[[], str | None]], warnings: Warnings) -> str | None:
    """What the first gives that gives something; faults of those before it are listed."""
    return next((found for read in reads if (found := or_nothing(read, warnings))), None)


def _sites(locations: list[dict[str, Any]], warnings: Warnings) -> tuple[Site, ...]:
    """Sites of the physical locations; one with wrong coordinates is only forgiven where another is good."""
    sites: list[Site] = []
    wrong: list[RecordFaultError] = []
    for location in locations:
        if location.get("location_type") != "physical":
            continue
        addresses = (part for part in _objects(location, "addresses") if part.get("address_type") == "physical")
        code = _first((partial(postcode, address.get("postal_code")) for address in addresses), warnings)
        try:
            point = coordinates(location.get("latitude"), location.get("longitude"))
        except RecordFaultError as fault:
            wrong.append(fault)
            continue
        if point or code:
            latitude, longitude = point or (None, None)
            access = _objects(location, "accessibility")
            words = ("description", "details", "accessibility")
            said = " ".join(cleaned(part.get(word)) for part in access for word in words)
            step_free = "no" if _STEPS.search(said) else "yes" if _STEP_FREE.search(said) else None
            sites.append(Site(latitude, longitude, code, step_free))
    if wrong and not sites:
        raise wrong[0]
    warnings += [(f"a site was left out: {fault.cause}", fault.detail) for fault in wrong]
    return tuple(dict.fromkeys(sites))


def _capacity(capacity: Any) -> dict[str, Any]:
    if capacity is None:
        return {}
    if not isinstance(capacity, dict):
        raise RecordFaultError("capacity is not an object", f"'{cleaned(capacity)[:40]}'")
    return {
        "places_per_quarter": number(capacity, "places_per_quarter", 0, MOST_PLACES),
        "free_share": number(capacity, "free_share", 0, 1, is_share=True),
        "waiting_days": number(capacity, "waiting_days", 0, LONGEST_WAIT),
        "open_to_referrals": yes_no(capacity, "open_to_referrals"),
    }


def _free_of_charge(item: Mapping[str, Any], warnings: Warnings) -> str | None:
    amounts = [part["amount"] for part in _objects(item, "cost_options") if part.get("amount") is not None]
    if any(amount < 0 for amount in amounts):
        warnings.append(("an amount is negative", f"{min(amounts):g}; whether it is free is left open"))
        return None
    if amounts:
        return "no" if any(amount > 0 for amount in amounts) else "yes"
    return "yes" if cleaned(item.get("fees")).lower().rstrip(".!") in _FREE else None


def _terms(attributes: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for attribute in attributes:
        term = attribute.get("taxonomy_term")
        if not isinstance(term, dict):
            continue
        name, host = text(term, "name") or text(term, "term"), None
        if name:
            with suppress(ValueError):
                host = urlsplit(cleaned(term.get("term_uri"))).hostname
            yield text(term, "taxonomy") or host or "unnamed", name

"""Sound directories of services in Open Referral UK, as JSON and as a package, and grants as JSON."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.corruption.building import json_seed, records_of, scalar, seed_of
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Content, Seed
from tests.corruption.reading import Row, amount, fields, one
from tests.corruption.seeds_lists import GRANT_ROWS, GRANTS

PLACES = ((53.48, -2.24), (53.4, -2.3), (51.5, -0.12), (52.2, 0.1))


def identifier(number: int) -> str:
    """A UUID for a number."""
    return str(uuid.UUID(int=number, version=4))


def services() -> list[dict[str, Any]]:
    """Four sound services."""
    trust = {"id": identifier(500), "name": "SYNTHETIC Trust — north", "description": "Walks"}
    return [
        {
            "id": identifier(n),
            "name": f"SYNTHETIC walking group {n}",
            "status": "active",
            "description": "Walks for all",
            "minimum_age": 18,
            "maximum_age": 90 + n,
            "assured_date": f"2026-05-0{n}",
            "organization": dict(trust),
            "service_at_locations": [{"id": identifier(800 + n), "location": _location(n)}],
            "service_areas": [{"id": identifier(700 + n), "name": "E08000009"}],
            "capacity": {
                "places_per_quarter": 40 + n,
                "free_share": 0.25,
                "waiting_days": 14,
                "open_to_referrals": "yes",
            },
        }
        for n in range(1, 5)
    ]


def _location(n: int) -> dict[str, Any]:
    north, east = PLACES[n - 1]
    return {"id": identifier(900 + n), "location_type": "physical", "latitude": north, "longitude": east}


_SERVICE = fields(
    """
    id | key; name | said | .; status | word; minimum_age | amount | age_from; maximum_age | amount | age_to
    assured_date | date; places_per_quarter | amount | .; free_share | share | .; waiting_days | amount | .
    open_to_referrals | yes | .
    """
)
_COLUMNS = "name, age_from, age_to, places_per_quarter, free_share, waiting_days, open_to_referrals"
_CAPACITY = ("places_per_quarter", "free_share", "waiting_days", "open_to_referrals")
_PLACE = {"latitude": lambda row: row.texts["north"], "longitude": lambda row: row.texts["east"]}


def _of_item(item: dict[str, Any]) -> dict[str, Any]:
    capacity, trust = item.get("capacity"), item.get("organization")
    held = {**item, **dict.fromkeys(_CAPACITY), **(capacity if isinstance(capacity, dict) else {})}
    trust = (str(trust.get("id")), str(trust.get("name"))) if isinstance(trust, dict) else None
    return {field.header: scalar(held.get(field.header)) for field in _SERVICE} | {"item": item, "trust": trust}


def _place(row: Row, place: Any) -> Iterator[Row]:
    """A physical place; one that is nowhere costs its service, or is beside a sound one."""
    north, east = (amount(scalar(place.get(name))) for name in ("latitude", "longitude"))
    is_somewhere = north is not None and east is not None and 49 <= north <= 61 and -9 <= east <= 3
    if place.get("location_type") == "physical" and is_somewhere:
        yield replace(row, texts={"north": north, "east": east})


def _sites(rows: list[Row]) -> Iterator[Row]:
    """A row for each place of a service, which the file holds within its record."""
    for row in rows:
        links = row.texts["item"].get("service_at_locations") or []
        found = [site for link in links if link.get("location") for site in _place(row, link["location"])]
        yield from {tuple(site.texts.values()): site for site in found}.values()


_DIRECTORY = Layout(
    _SERVICE,
    (Conserved("core_service", _COLUMNS), Conserved("core_service_site", made=_PLACE, meant=_sites)),
    shared="trust",
)


def _items(content: Content) -> list[Row]:
    value = content[""]
    if isinstance(value, dict):
        value = value.get("contents", value.get("services", [value]))
    return records_of(value if isinstance(value, list) else [], _of_item)


_PACKAGE = {
    "organizations.csv": fields("id | name; name | name; description"),
    "services.csv": _SERVICE,
    "locations.csv": fields("id | name; location_type | word; latitude | number; longitude | number"),
    "service_at_locations.csv": fields("id | name; service_id | code; location_id | code"),
}


def _services(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.part == "services.csv"]


def _linked(rows: list[Row]) -> Iterator[Row]:
    """A row for each place of a service; the file has them in three tables, so no total of one says anything."""
    places: dict[str, Row] = {}
    for row in rows:
        if row.part == "locations.csv":
            places.setdefault(one(row["id"]), row)
    taken = {one(row["id"]) for row in _services(rows)}
    links = {
        (one(row["service_id"]), one(row["location_id"])) for row in rows if row.part == "service_at_locations.csv"
    }
    sites = {
        (service, *site.texts.values()): site
        for service, place in links
        if service in taken and place in places
        for site in _place(places[place], places[place].texts)
    }
    yield from sites.values()


def _package() -> dict[str, list[list[str]]]:
    """The same as a package of CSV files."""
    items, trust = services(), identifier(500)
    head = ["id", "organization_id", *(field.header for field in _SERVICE[1:])]
    return {
        "organizations.csv": [["id", "name", "description"], [trust, "SYNTHETIC Trust", "Walks"]],
        "services.csv": [
            head,
            *(
                [*map(str, ({**item, **item["capacity"], "organization_id": trust}[name] for name in head))]
                for item in items
            ),
        ],
        "locations.csv": [[*_location(1)], *([*map(str, _location(n).values())] for n in range(1, 5))],
        "service_at_locations.csv": [
            ["id", "service_id", "location_id"],
            *([identifier(800 + n), identifier(n), identifier(900 + n)] for n in range(1, 5)),
        ],
    }


def _grants() -> dict[str, Any]:
    """Grants as 360Giving has them in JSON."""
    return {
        "version": "1.1",
        "grants": [
            {
                **dict(zip(("id", "title", "description", "currency"), row, strict=False)),
                "amountAwarded": float(row[4].replace(",", "")),
                "awardDate": row[5] or "2025-06-01T00:00:00+00:00",
                "recipientOrganization": [
                    {"id": row[6] or "GB-CHC-1", "name": row[7], "postalCode": row[8] or "M1 1AE"}
                ],
                "beneficiaryLocation": [{"geoCode": row[9] or "E08000003", "name": "somewhere"}],
            }
            for row in GRANT_ROWS[1:]
        ],
    }


def _grant_rows(content: Content) -> list[Row]:
    value = content[""]
    items = value.get("grants") if isinstance(value, dict) else value
    return records_of(items if isinstance(items, list) else [], _grant)


def _first(value: Any) -> dict[str, Any]:
    found = value[0] if isinstance(value, list) and value else value
    return found if isinstance(found, dict) else {}


def _grant(item: dict[str, Any]) -> dict[str, Any]:
    receiver, area = _first(item.get("recipientOrganization")), _first(item.get("beneficiaryLocation"))
    names = ("id", "title", "description", "currency", "amountAwarded", "awardDate")
    values = [item.get(name) for name in names] + [receiver.get(name) for name in ("id", "name", "postalCode")]
    return {
        field.header: scalar(value) for field, value in zip(GRANTS.fields, [*values, area.get("geoCode")], strict=True)
    }


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    page = {"total_items": 4, "total_pages": 1, "page_number": 1, "contents": services()}
    linked = (
        Conserved("core_service", _COLUMNS, meant=_services),
        Conserved("core_service_site", made=_PLACE, meant=_linked),
    )
    return [
        json_seed("open_referral", services(), _items, _DIRECTORY),
        json_seed("open_referral-page", page, _items, _DIRECTORY),
        json_seed("grants-json", _grants(), _grant_rows, GRANTS),
        seed_of("open_referral_package", _package(), _PACKAGE, *linked, form="package", by_record=True),
    ]

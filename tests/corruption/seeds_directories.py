"""Sound directories of services in Open Referral UK, as JSON and as a package, and grants as JSON."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from tests.corruption.building import json_seed, records_of, scalar, seed_of
from tests.corruption.conserved import Conserved, Layout, under
from tests.corruption.model import Content, Seed
from tests.corruption.reading import Row, fields
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
_POINT = fields("location_type | word; latitude | amount | .; longitude | amount | .")
# What a service says of its places hangs on its other parts; in a package, on two other tables.
_SITES = Conserved("core_service_site", "latitude, longitude", within=True, meant=under("latitude"))
_DIRECTORY = Layout((*_SERVICE, *_POINT), (Conserved("core_service", _COLUMNS), _SITES), shared="trust")


def _at(item: Any, path: str) -> Any:
    """What stands at a path such as ``capacity.free_share``; of a list its first item."""
    for name in path.split("."):
        item = item[0] if isinstance(item, list) and item else item
        item = item.get(name) if isinstance(item, dict) else None
    return item


def _service(item: dict[str, Any]) -> dict[str, Any]:
    of_capacity = {"places_per_quarter", "free_share", "waiting_days", "open_to_referrals"}
    place = "service_at_locations.location."
    paths = {field.header: ("capacity." if field.header in of_capacity else "") + field.header for field in _SERVICE}
    paths |= {field.header: place + field.header for field in _POINT}
    trust = item.get("organization")
    told = (str(trust.get("id")), str(trust.get("name"))) if isinstance(trust, dict) else None
    return {header: scalar(_at(item, path)) for header, path in paths.items()} | {"trust": told}


def _grant(item: dict[str, Any]) -> dict[str, Any]:
    paths = ("id", "title", "description", "currency", "amountAwarded", "awardDate", "recipientOrganization.id",
             "recipientOrganization.name", "recipientOrganization.postalCode", "beneficiaryLocation.geoCode")  # fmt: skip
    return {field.header: scalar(_at(item, path)) for field, path in zip(GRANTS.fields, paths, strict=True)}


def _records(texts: Callable[[dict[str, Any]], dict[str, Any]], *names: str) -> Callable[[Content], list[Row]]:
    """Reads the list of records, alone or under one of the names."""

    def read(content: Content) -> list[Row]:
        value = content[""]
        if isinstance(value, dict):
            value = next((value[name] for name in names if name in value), [value])
        return records_of(value if isinstance(value, list) else [], texts)

    return read


_PACKAGE = {
    "organizations.csv": fields("id | name; name | name; description"),
    "services.csv": _SERVICE,
    "locations.csv": (*fields("id | name"), *_POINT),
    "service_at_locations.csv": fields("id | name; service_id | code; location_id | code"),
}


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


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    page = {"total_items": 4, "total_pages": 1, "page_number": 1, "contents": services()}
    linked = (Conserved("core_service", _COLUMNS, meant=under("minimum_age")), _SITES)
    return [
        json_seed("open_referral", services(), _records(_service), _DIRECTORY),
        json_seed("open_referral-page", page, _records(_service, "contents", "services"), _DIRECTORY),
        json_seed("grants-json", _grants(), _records(_grant, "grants"), GRANTS),
        seed_of("open_referral_package", _package(), _PACKAGE, *linked, form="package", by_record=True),
    ]

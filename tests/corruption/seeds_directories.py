"""Sound directories of services in Open Referral UK, as JSON and as a package, and grants as JSON."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from tests.corruption.building import seed_of
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Content, Seed
from tests.corruption.plain import Field, Row, fields, loose, one, said, share, yes_no
from tests.corruption.seeds_money import GRANT_ROWS, GRANTS, records_of, scalar


def identifier(number: int) -> str:
    """A UUID for a number."""
    return str(uuid.UUID(int=number, version=4))


def services() -> list[dict[str, Any]]:
    """Four sound services."""
    trust = {"id": identifier(500), "name": "SYNTHETIC Trust — north", "description": "Walks"}
    places = ((53.48, -2.24), (53.4, -2.3), (51.5, -0.12), (52.2, 0.1))
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
            "service_at_locations": [
                {
                    "id": identifier(800 + n),
                    "location": {
                        "id": identifier(900 + n),
                        "location_type": "physical",
                        "latitude": north,
                        "longitude": east,
                    },
                }
            ],
            "service_areas": [{"id": identifier(700 + n), "name": "E08000009"}],
            "capacity": {
                "places_per_quarter": 40 + n,
                "free_share": 0.25,
                "waiting_days": 14,
                "open_to_referrals": "yes",
            },
        }
        for n, (north, east) in enumerate(places, start=1)
    ]


_SERVICE = fields(
    """
    id | key | local_id; name | name | name; status | word; minimum_age | number | age_from
    maximum_age | number | age_to; assured_date | date; places_per_quarter | number | places_per_quarter
    free_share | number | free_share; waiting_days | number | waiting_days
    open_to_referrals | word | open_to_referrals
    """,
    name=said,
    open_to_referrals=yes_no,
    free_share=share,
    **dict.fromkeys(("age_from", "age_to", "places_per_quarter", "waiting_days"), loose),
)
_COLUMNS = "name, age_from, age_to, places_per_quarter, free_share, waiting_days, open_to_referrals"
_CAPACITY = ("places_per_quarter", "free_share", "waiting_days", "open_to_referrals")
_PLACE = {"latitude": lambda row: row["north"], "longitude": lambda row: row["east"]}


def _of_item(item: dict[str, Any]) -> dict[str, Any]:
    capacity = item.get("capacity")
    held = {**item, **dict.fromkeys(_CAPACITY), **(capacity if isinstance(capacity, dict) else {})}
    trust = item.get("organization")
    trust = (str(trust.get("id")), str(trust.get("name"))) if isinstance(trust, dict) else None
    return {field.header: scalar(held.get(field.header)) for field in _SERVICE} | {"item": item, "trust": trust}


def _sites(rows: list[Row]) -> Iterator[Row]:
    """A row for each physical place of a service; one that is nowhere costs its service, or is beside a sound one."""
    for row in rows:
        links = row["item"].get("service_at_locations") or []
        found = {_place(link["location"]) for link in links if link.get("location")} - {None}
        for north, east in filter(None, found):
            yield replace(row, texts={"north": north, "east": east})


def _place(place: dict[str, Any]) -> tuple[float, float] | None:
    north, east = (loose(scalar(place.get(name))) for name in ("latitude", "longitude"))
    is_somewhere = north is not None and east is not None and 49 <= north <= 61 and -9 <= east <= 3
    return (north, east) if place.get("location_type") == "physical" and is_somewhere else None  # type: ignore[return-value]


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


_PACKAGE: dict[str, tuple[Field, ...]] = {
    "organizations.csv": fields("id | name\nname | name\ndescription"),
    "services.csv": _SERVICE,
    "locations.csv": fields("id | name\nlocation_type | word\nlatitude | number\nlongitude | number"),
    "service_at_locations.csv": fields("id | name\nservice_id | code\nlocation_id | code"),
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
    found = {
        (one(row["service_id"]), _place(dict(places[one(row["location_id"])].texts)))
        for row in rows
        if row.part == "service_at_locations.csv"
        and one(row["location_id"]) in places
        and one(row["service_id"]) in taken
    }
    for service, place in found:
        if place:
            yield Row(service, {"north": place[0], "east": place[1]}, None)


def package() -> Content:
    """The same as a package of CSV files."""
    items = services()
    places = [item["service_at_locations"][0]["location"] for item in items]
    told = [["active", "18", str(item["maximum_age"]), item["assured_date"]] for item in items]
    return {
        "organizations.csv": [["id", "name", "description"], [identifier(500), "SYNTHETIC Trust", "Walks"]],
        "services.csv": [
            ["id", "organization_id", *(field.header for field in _SERVICE[1:])],
            *(
                [item["id"], identifier(500), item["name"], *told[n], str(41 + n), "0.25", "14", "yes"]
                for n, item in enumerate(items)
            ),
        ],
        "locations.csv": [
            ["id", "location_type", "latitude", "longitude"],
            *([place["id"], "physical", str(place["latitude"]), str(place["longitude"])] for place in places),
        ],
        "service_at_locations.csv": [
            ["id", "service_id", "location_id"],
            *([identifier(800 + n), identifier(n), identifier(900 + n)] for n in range(1, len(items) + 1)),
        ],
    }


def _grants() -> dict[str, Any]:
    """Grants as 360Giving has them in JSON."""
    return {
        "version": "1.1",
        "grants": [
            {
                "id": row[0],
                "title": row[1],
                "description": row[2],
                "currency": row[3],
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
    values: Iterable[Any] = (
        *(item.get(name) for name in ("id", "title", "description", "currency", "amountAwarded", "awardDate")),
        *(receiver.get(name) for name in ("id", "name", "postalCode")),
        area.get("geoCode"),
    )
    return {field.header: scalar(value) for field, value in zip(GRANTS.fields, values, strict=True)}


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    page = {"total_items": 4, "total_pages": 1, "page_number": 1, "contents": services()}
    linked = (
        Conserved("core_service", _COLUMNS, meant=_services),
        Conserved("core_service_site", made=_PLACE, meant=_linked),
    )
    listed: tuple[tuple[str, str, Any, Any, Layout], ...] = (
        ("open_referral", "open_referral", services(), _items, _DIRECTORY),
        ("open_referral-page", "open_referral", page, _items, _DIRECTORY),
        ("grants-json", "grants", _grants(), _grant_rows, GRANTS),
    )
    return [
        *(
            Seed(name, kind, "json", f"{name}.json", {"": value}, read, layout, by_record=True)
            for name, kind, value, read, layout in listed
        ),
        seed_of("open_referral_package", "package", package(), _PACKAGE, linked, by_record=True),
    ]

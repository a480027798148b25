"""Sound directories of services in Open Referral UK, as JSON and as a package, and grants as JSON; with oracles."""

from __future__ import annotations

import math
import uuid
from typing import Any

from tests.corruption.model import Content, Doubt, Seed, Truth
from tests.corruption.naive import Unfit, convert, first_of, loose, pick, said
from tests.corruption.seeds_lists import yes_no
from tests.corruption.seeds_money import GRANT_ROWS, GRANTS, grants_of


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


_SAMPLE = services()[0]
_SAMPLE_TYPES = {key: value for key, value in _SAMPLE.items() if key != "capacity"}


def _checked(value: Any, sample: Any) -> None:
    """Refuse a value whose type is not that of the sample; a null is none."""
    if value is None:
        return
    number = isinstance(sample, (int, float))
    fits = isinstance(value, (int, float)) and not isinstance(value, bool) if number else type(value) is type(sample)
    if not fits:
        raise Unfit("type")
    if isinstance(sample, dict):
        for name, part in sample.items():
            _checked(value.get(name), part)
    elif isinstance(sample, list):
        for item in value:
            if item is None:
                raise Unfit("type")
            _checked(item, sample[0])


def _text(value: Any) -> str:
    return "" if value is None else repr(value) if isinstance(value, (dict, list)) else str(value)


def _plain(value: Any, low: float, high: float, *, percent: bool = False) -> Any:
    if isinstance(value, bool):
        raise Unfit("yes or no")
    if isinstance(value, float):
        if math.isnan(value):
            return None
        value = f"{value:.12g}"
    return loose(low, high, percent=percent)(_text(value))


def _service(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise Unfit("no object")
    _checked(item, _SAMPLE_TYPES)
    if any(item.get(name) is None or not said(item[name]) for name in ("id", "name", "status")):
        raise Unfit("needed")
    trust_id = (item.get("organization") or {}).get("id")
    if any(
        "\ud800" <= sign <= "\udfff"
        for part in (item["id"], item["name"], item.get("description"), trust_id)
        for sign in part or ""
    ):
        raise Unfit("half of a pair")
    if item["status"] != "active":
        raise Unfit("not active")
    capacity = item.get("capacity")
    if capacity is not None and not isinstance(capacity, dict):
        raise Unfit("capacity")
    capacity = capacity or {}
    youngest, oldest = (_plain(item.get(name), 0, 130) for name in ("minimum_age", "maximum_age"))
    if youngest is not None and oldest is not None and youngest > oldest:
        raise Unfit("ages")
    places = [part["location"] for part in item.get("service_at_locations") or [] if part.get("location") is not None]
    sites, wrong = [], 0
    for place in places:
        kind = place.get("location_type")
        if kind is not None and kind not in {"physical", "postal", "virtual"}:
            raise Unfit("kind of place")
        north, east = place.get("latitude"), place.get("longitude")
        if kind != "physical" or (north is None and east is None):
            continue
        if north is None or east is None or not (49 <= north <= 61 and -9 <= east <= 3):
            wrong += 1
        else:
            sites.append((float(f"{north:.12g}"), float(f"{east:.12g}")))
    if wrong and not sites:
        raise Unfit("place")
    for part in (item["name"], item.get("description") or "", (item.get("organization") or {}).get("name") or ""):
        said(str(part))
    share = capacity.get("open_to_referrals")
    return {
        "id": said(str(item["id"]), 100),
        "name": said(item["name"]),
        "places_per_quarter": _plain(capacity.get("places_per_quarter"), 0, 1e6),
        "free_share": _plain(capacity.get("free_share"), 0, 1, percent=True),
        "waiting_days": _plain(capacity.get("waiting_days"), 0, 3650),
        "open_to_referrals": yes_no("yes" if share is True else "no" if share is False else _text(share)),
        "age_from": youngest,
        "age_to": oldest,
        "sites": sorted(set(sites)),
        "trust": (
            (item.get("organization") or {}).get("id"),
            str((item.get("organization") or {}).get("name")).casefold(),
        ),
    }


def _directory(content: Content) -> Truth:
    value = content[""]
    if isinstance(value, dict):
        value = value.get("contents", value.get("services", [value]))
    if not isinstance(value, list):
        raise Doubt("no list")
    return _taken(value)


def _taken(items: list[Any]) -> Truth:
    kept: list[dict[str, Any]] = []
    known: dict[str, str] = {}
    lost = 0
    for item in items:
        try:
            service = _service(item)
            trust, name = service["trust"]
            if trust is not None and name != "none" and known.setdefault(trust, name) != name:
                raise Unfit("two names")
        except Unfit:
            lost += 1
            continue
        kept.append(service)
    rows, repeated = first_of(kept, "id")
    if not items:
        raise Doubt("nothing")
    columns = ("name", "places_per_quarter", "free_share", "waiting_days", "open_to_referrals", "age_from", "age_to")
    sites = [{"latitude": north, "longitude": east} for row in rows for north, east in row["sites"]]
    return Truth({"core_service": pick(rows, *columns), "core_service_site": sites}, lost + repeated)


def package() -> Content:
    """The same as a package of CSV files."""
    items = services()
    return {
        "organizations.csv": [["id", "name", "description"], [identifier(500), "SYNTHETIC Trust", "Walks"]],
        "services.csv": [
            [
                "id",
                "organization_id",
                "name",
                "status",
                "minimum_age",
                "maximum_age",
                "assured_date",
                "places_per_quarter",
                "free_share",
                "waiting_days",
                "open_to_referrals",
            ],
            *(
                [
                    item["id"],
                    identifier(500),
                    item["name"],
                    "active",
                    "18",
                    str(item["maximum_age"]),
                    item["assured_date"],
                    str(40 + n),
                    "0.25",
                    "14",
                    "yes",
                ]
                for n, item in enumerate(items, start=1)
            ),
        ],
        "locations.csv": [
            ["id", "location_type", "latitude", "longitude"],
            *(
                [place["id"], "physical", str(place["latitude"]), str(place["longitude"])]
                for item in items
                for place in (item["service_at_locations"][0]["location"],)
            ),
        ],
        "service_at_locations.csv": [
            ["id", "service_id", "location_id"],
            *([identifier(800 + n), identifier(n), identifier(900 + n)] for n in range(1, len(items) + 1)),
        ],
    }


def _cells(grid: list[list[str]], faults: list[int]) -> list[dict[str, str]]:
    header, *rows = grid or [[]]
    names = [" ".join(cell.replace("\ufeff", " ").split()).strip("\"' ").lower() for cell in header]
    if len({name for name in names if name}) < len([name for name in names if name]):
        raise Doubt("a header twice")
    found = []
    for row in rows:
        if any(cell.strip() for cell in row[len(names) :]) or (0 < len(row) < len(names) and any(row)):
            faults.append(1)
            continue
        if any(cell.strip() for cell in row):
            found.append({name: cell.strip() for name, cell in zip(names, row, strict=False) if cell.strip()})
    return found


_NUMBERS = ("minimum_age", "maximum_age", "latitude", "longitude")


def _typed(row: dict[str, str]) -> dict[str, Any]:
    def typed(name: str, text: str) -> Any:
        try:
            return loose(-1e30, 1e30)(text.replace(",", "x").replace("£", "x")) if name in _NUMBERS else text
        except Unfit:
            return text

    return {name: typed(name, text) for name, text in row.items()}


def _package(content: Content) -> Truth:
    held = {key.rpartition("/")[2].removesuffix(".csv"): grid for key, grid in content.items()}
    held = {key if key.endswith("s") else key + "s": grid for key, grid in held.items()}
    faults: list[int] = []
    tables = {key: [_typed(row) for row in _cells(grid, faults)] for key, grid in held.items()}
    for needed in ("services", "service_at_locations", "locations"):
        if needed not in tables:
            raise Doubt(needed)
    for name, grid in held.items():
        wanted = {
            "locations": {"id", "location_type", "latitude", "longitude"},
            "service_at_locations": {"service_id", "location_id"},
        }
        missing = wanted.get(name, {"id"}) - {cell.strip().lower() for cell in grid[0]}
        if missing:
            raise Doubt(f"{name} lacks {missing}")
    locations = {str(row.get("id")): row for row in reversed(tables["locations"])}
    trusts = {str(row.get("id")): row for row in reversed(tables.get("organizations", []))}
    items = []
    for row in tables["services"]:
        places = [
            {"location": locations.get(str(link.get("location_id")))}
            for link in tables["service_at_locations"]
            if link.get("service_id") == row.get("id")
        ]
        capacity = {
            name: row[name]
            for name in ("places_per_quarter", "free_share", "waiting_days", "open_to_referrals")
            if name in row
        }
        trust = trusts.get(str(row.get("organization_id")))
        items.append(row | {"service_at_locations": places, "capacity": capacity, "organization": trust})
    truth = _taken(items)
    return Truth(truth.tables, truth.lost + len(faults))


def grants() -> dict[str, Any]:
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
            for row in GRANT_ROWS
        ],
    }


def _grants(content: Content) -> Truth:
    value = content[""]
    items = value.get("grants") if isinstance(value, dict) else value
    if not isinstance(items, list) or not items:
        raise Doubt("no list")
    return grants_of(
        convert([[field.header for field in GRANTS], *(_grant(item) for item in items)], GRANTS, by_record=True)
    )


def _first(value: Any) -> Any:
    found = value[0] if isinstance(value, list) and value else value
    return found if isinstance(found, dict) else {}


def _grant(item: Any) -> list[str]:
    if not isinstance(item, dict):
        return ["#REF!"] * len(GRANTS)
    receiver, area = _first(item.get("recipientOrganization")), _first(item.get("beneficiaryLocation"))
    values = [item.get(name) for name in ("id", "title", "description", "currency", "amountAwarded", "awardDate")]
    return [
        _cell(value)
        for value in (
            *values,
            receiver.get("id"),
            receiver.get("name"),
            receiver.get("postalCode"),
            area.get("geoCode"),
        )
    ]


def _cell(value: Any) -> str:
    if isinstance(value, (dict, list)) or any("\ud800" <= sign <= "\udfff" for sign in str(value)):
        return "=unfit"
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    return [
        Seed(
            "open_referral", "open_referral", "json", "open_referral.json", {"": services()}, _directory, by_record=True
        ),
        Seed(
            "open_referral-page",
            "open_referral",
            "json",
            "open_referral-page.json",
            {"": {"total_items": 4, "total_pages": 1, "page_number": 1, "contents": services()}},
            _directory,
            by_record=True,
        ),
        Seed(
            "open_referral_package",
            "open_referral_package",
            "package",
            "open_referral_package.zip",
            package(),
            _package,
            by_record=True,
        ),
        Seed("grants-json", "grants", "json", "grants-json.json", {"": grants()}, _grants, by_record=True),
    ]

"""Sound lists of grants and charities, with their oracles."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

from tests.corruption.building import grid_seed, under
from tests.corruption.model import Content, Doubt, Grid, Seed, Truth
from tests.corruption.naive import (
    Converted,
    Field,
    Unfit,
    code,
    convert,
    first_of,
    list_day,
    loose,
    needed_text,
    pick,
    postcode,
    said,
)
from tests.corruption.seeds_lists import needed

GRANTS = (
    Field("Identifier", "key", "grant_id", needed_text),
    Field("Title", "name", "title", needed_text),
    Field("Description", "name", "description", lambda text: said(text), needed=False, soft=True),
    Field("Currency", "word", "currency", lambda text: said(text), needed=False),
    Field("Amount Awarded", "number", "amount", loose(0, 1e11)),
    Field("Award Date", "date", "awarded", list_day, needed=False, soft=True),
    Field("Recipient Org:Identifier", "name", "recipient_id", lambda text: said(text), needed=False),
    Field("Recipient Org:Name", "name", "recipient_name", lambda text: said(text), needed=False),
    Field("Recipient Org:Postal Code", "name", "postcode", postcode, needed=False, soft=True),
    Field(
        "Beneficiary Location:0:Geographic Code", "code", "area_code", lambda text: _ons(text), needed=False, soft=True
    ),
)


def _ons(text: str) -> str | None:
    found = said(text)
    return None if found is None else str(code("[EWNSKJ][0-9]{8}")(found))


def grants_of(found: Converted) -> Truth:
    """What grants must give."""
    rows, repeated = first_of(found.rows, "grant_id")
    shown = []
    for row in rows:
        pounds = str(row["currency"] or "").upper() == "GBP"
        shown.append(pick([row], "grant_id", "awarded", "recipient_id", "postcode", "area_code")[0])
        shown[-1]["amount_gbp"] = row["amount"] if pounds else None
    return Truth({"core_grant": shown}, found.lost + repeated, found.warned)


def _grants(content: Content) -> Truth:
    return grants_of(convert(next(iter(content.values())), GRANTS, by_record=True))


def _charity_number(text: str) -> str:
    found = (said(text) or "").removesuffix(".0")
    if not re.fullmatch("[0-9]{5,8}", found):
        raise Unfit(text)
    return found


def _register(text: str) -> str | None:
    found = said(text)
    return None if found is None or found.lower() == "na" else found


CHARITIES = (
    Field("date_of_extract"),
    Field("registered_charity_number", "key", "charity_number", _charity_number),
    Field("linked_charity_number", "count", "linked_number", loose(0, 100_000), needed=False),
    Field("charity_name", "name", "name", lambda text: needed(_register(text))),
    Field("charity_registration_status", "word", "status", lambda text: _registered(text), needed=False),
    Field(
        "date_of_registration",
        "date",
        "registered",
        lambda text: list_day(_register(text) or ""),
        needed=False,
        soft=True,
    ),
    Field("date_of_removal", "date", "removed", lambda text: _nothing(text), needed=False),
    Field(
        "latest_income",
        "number",
        "income_gbp",
        lambda text: loose(-1e12, 1e12)(_register(text) or ""),
        needed=False,
        soft=True,
    ),
    Field("charity_activities"),
    Field(
        "charity_contact_postcode",
        "name",
        "postcode",
        lambda text: postcode(_register(text) or ""),
        needed=False,
        soft=True,
    ),
    Field("charity_contact_phone"),
)


def _registered(text: str) -> str:
    if (_register(text) or "").lower() not in {"", "registered"}:
        raise Unfit(text)
    return ""


def _nothing(text: str) -> None:
    if _register(text) is not None:
        raise Unfit(text)


def _charities(content: Content) -> Truth:
    found = convert(content[""], CHARITIES, by_record=True)
    rows = [row | {"linked_number": int(row["linked_number"] or 0)} for row in found.rows]
    kept, repeated = first_of(rows, "charity_number", "linked_number")
    columns = ("charity_number", "linked_number", "registered", "income_gbp", "postcode")
    return Truth({"core_charity": pick(kept, *columns)}, found.lost + repeated, found.warned)


def _facts(table: str, *columns: str) -> Callable[[list[Field]], Callable[[Content], Truth]]:
    def of(fields: list[Field]) -> Callable[[Content], Truth]:
        def oracle(content: Content) -> Truth:
            found = convert(content[""], fields, by_record=True)
            rows, _ = first_of(found.rows, "charity_number", *columns)
            return Truth({table: rows}, found.lost, found.warned)

        return oracle

    return of


_NUMBERED = Field("registered_charity_number", "key", "charity_number", _charity_number)


def _fact(header: str, into: str) -> Field:
    return Field(header, "name", into, lambda text: needed(_register(text)))


AREAS_OF = [
    Field("date_of_extract"),
    _NUMBERED,
    _fact("geographic_area_type", "area_type"),
    _fact("geographic_area_description", "area_name"),
]
CLASSES_OF = [
    Field("date_of_extract"),
    _NUMBERED,
    Field("classification_code"),
    _fact("classification_type", "vocabulary"),
    _fact("classification_description", "term"),
]


def as_objects(grid: Grid) -> list[dict[str, Any]]:
    """A grid as a JSON list; numbers as numbers, blanks as null."""
    header, *rows = grid
    return [{name: _json(cell) for name, cell in zip(header, row, strict=True)} for row in rows]


def _json(cell: str) -> Any:
    if not cell:
        return None
    return int(cell) if re.fullmatch("[1-9][0-9]{0,9}|0", cell) else cell


def as_grid(value: Any, headers: list[str]) -> Grid:
    """A JSON list as a grid; a value that is no single one is marked, and costs its record.

    Raises:
        Doubt: it is no list of records.
    """
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list) or not value:
        raise Doubt("no list")
    return [headers, *([_cell(item, name) for name in headers] for item in value)]


def _cell(item: Any, name: str) -> str:
    if not isinstance(item, dict):
        return "#REF!"
    found = next((value for key, value in item.items() if _plain(key) == _plain(name)), None)
    if isinstance(found, (dict, list)):
        return "#REF!"
    if found is None:
        return ""
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, float):
        return "" if math.isnan(found) else f"{found:.12g}"
    if any("\ud800" <= sign <= "\udfff" for sign in str(found)):
        return "#REF!"
    return str(found) if not str(found).startswith("#REF!") else "#REF!"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def _json_oracle(oracle: Callable[[Content], Truth], headers: list[str]) -> Callable[[Content], Truth]:
    return lambda content: oracle({"": as_grid(content[""], headers)})


GRANT_ROWS = [
    [
        "360G-x-1",
        "SYNTHETIC lunch club",
        "Meals",
        "GBP",
        "5000",
        "2025-03-01",
        "GB-CHC-1234567",
        "SYNTHETIC Trust",
        "M1 1AE",
        "E08000009",
    ],
    [
        "360G-x-2",
        "SYNTHETIC choir",
        "Songs, in parts",
        "GBP",
        "12,500.50",
        "2025-04-01",
        "GB-CHC-1234568",
        "SYNTHETIC Choir",
        "M2 5DB",
        "",
    ],
    ["360G-x-3", "SYNTHETIC bus", "", "EUR", "700", "2025-05-01", "GB-CHC-1234569", "SYNTHETIC Bus", "", "E07000207"],
    ["360G-x-4", "SYNTHETIC allotment", "Spades", "GBP", "250", "", "", "SYNTHETIC Plot", "SW1A 1AA", "E01005061"],
]
_CHARITY_ROWS = [
    [
        "2026-07-01",
        "1234567",
        "0",
        "SYNTHETIC Trust",
        "Registered",
        "1999-05-01",
        "",
        "12000",
        "Helps",
        "M1 1AE",
        "0161 496 0000",
    ],
    ["2026-07-01", "1234568", "0", "SYNTHETIC Choir", "Registered", "2001-05-01", "", "", "Sings", "M2 5DB", ""],
    ["2026-07-01", "1234567", "1", "SYNTHETIC Branch", "Registered", "2005-01-31", "", "150", "Helps", "SW1A 1AA", ""],
    ["2026-07-01", "212345", "0", "SYNTHETIC Old", "Registered", "1960-01-31", "", "99999", "Remembers", "", ""],
]
_FACT_ROWS = [
    ["2026-07-01", number_, kind, place]
    for number_, kind, place in (
        ("1234567", "Local Authority", "Trafford"),
        ("1234567", "Region", "Throughout London"),
        ("1234568", "Local Authority", "Manchester"),
    )
]
_CLASS_ROWS = [
    ["2026-07-01", number_, code_, kind, term]
    for number_, code_, kind, term in (
        ("1234567", "101", "What", "Recreation"),
        ("1234567", "201", "Who", "Elderly/old People"),
        ("1234568", "101", "What", "Recreation"),
    )
]


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    record: dict[str, Any] = {"by_record": True}
    charities, facts, classes = (
        under(CHARITIES, _CHARITY_ROWS),
        under(AREAS_OF, _FACT_ROWS),
        under(CLASSES_OF, _CLASS_ROWS),
    )
    area_oracle = _facts("core_charity_area", "area_type", "area_name")(AREAS_OF)
    class_oracle = _facts("core_charity_term", "vocabulary", "term")(CLASSES_OF)
    made = [
        grid_seed("grants", under(GRANTS, GRANT_ROWS), GRANTS, oracle=_grants, **record),
        grid_seed(
            "grants",
            under(GRANTS, GRANT_ROWS),
            GRANTS,
            oracle=_grants,
            form="workbook",
            name="grants-workbook",
            **record,
        ),
        grid_seed("charity_register", charities, CHARITIES, oracle=_charities, **record),
        grid_seed(
            "charity_register",
            charities,
            CHARITIES,
            oracle=_charities,
            form="tsv",
            name="charity_register-tabs",
            **record,
        ),
        grid_seed("charity_area", facts, AREAS_OF, oracle=area_oracle, form="tsv", name="charity_area-tabs", **record),
        grid_seed("charity_area", facts, AREAS_OF, oracle=area_oracle, **record),
        grid_seed("charity_classification", classes, CLASSES_OF, oracle=class_oracle, **record),
    ]
    listed = (
        ("charity_register", charities, _charities),
        ("charity_area", facts, area_oracle),
        ("charity_classification", classes, class_oracle),
    )
    for kind, grid, oracle in listed:
        read = _json_oracle(oracle, grid[0])
        made.append(Seed(f"{kind}-json", kind, "json", f"{kind}.json", {"": as_objects(grid)}, read, by_record=True))
    return made

"""Sound lists of grants and of charities, and what is conserved of them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

from tests.corruption.building import grid_seed
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Grid, Seed
from tests.corruption.plain import Row, code, fields, list_day, loose, postcode, said, word
from tests.corruption.seeds_lists import table_of


def _ons(text: str) -> str | None:
    return code(said(text) or "", shape="[EWNSKJ][0-9]{8}")


def _pounds(row: Row) -> float | None:
    return loose(row["Amount Awarded"]) if (said(row["Currency"]) or "").upper() == "GBP" else None


GRANTS = Layout(
    fields(
        """
        Identifier | key | grant_id; Title | name; Description | name; Currency | word; Amount Awarded | number
        Award Date | date | awarded; Recipient Org:Identifier | name | recipient_id; Recipient Org:Name | name
        Recipient Org:Postal Code | name | postcode; Beneficiary Location:0:Geographic Code | code | area_code
        """,
        grant_id=said,
        awarded=list_day,
        recipient_id=said,
        postcode=postcode,
        area_code=_ons,
    ),
    (
        Conserved(
            "core_grant",
            "grant_id, awarded, recipient_id, postcode, area_code",
            made={"amount_gbp": _pounds},
        ),
    ),
)


def _register(text: str) -> str:
    """A text of the register, which also says NA for none."""
    found = said(text) or ""
    return "" if found.lower() == "na" else found


def _charity_number(text: str) -> str | None:
    return code(_register(text).removesuffix(".0"), shape="[0-9]{5,8}")


_CHARITIES = Layout(
    fields(
        """
        date_of_extract; registered_charity_number | key | charity_number
        linked_charity_number | count | linked_number; charity_name | name; charity_registration_status | word
        date_of_registration | date | registered; date_of_removal | date; latest_income | number | income_gbp
        charity_activities; charity_contact_postcode | name | postcode; charity_contact_phone
        """,
        charity_number=_charity_number,
        linked_number=lambda text: int(loose(text) or 0),
        registered=lambda text: list_day(_register(text)),
        income_gbp=lambda text: loose(_register(text), -1e12, 1e12),
        postcode=lambda text: postcode(_register(text)),
    ),
    (Conserved("core_charity", "charity_number, linked_number, registered, income_gbp, postcode"),),
)
_AREAS_OF = Layout(
    fields(
        """
        date_of_extract; registered_charity_number | key | charity_number; geographic_area_type | name | area_type
        geographic_area_description | name | area_name
        """,
        charity_number=_charity_number,
        **dict.fromkeys(("area_type", "area_name"), _register),
    ),
    (Conserved("core_charity_area", "charity_number, area_type, area_name", distinct=True),),
)
_CLASSES_OF = Layout(
    fields(
        """
        date_of_extract; registered_charity_number | key | charity_number; classification_code
        classification_type | name | vocabulary; classification_description | name | term
        """,
        charity_number=_charity_number,
        **dict.fromkeys(("vocabulary", "term"), _register),
    ),
    (Conserved("core_charity_term", "charity_number, vocabulary, term", distinct=True),),
)


def records_of(value: Any, texts: Callable[[dict[str, Any]], dict[str, Any]]) -> list[Row]:
    """The records of a JSON list, or of an object of records, with what each says under our headers."""
    items: list[tuple[int | str, Any]] = list(value.items() if isinstance(value, dict) else enumerate(value, start=1))
    return [
        Row(at, texts(item if isinstance(item, dict) else {"": item}), json.dumps(item, sort_keys=True))
        for at, item in items
    ]


def scalar(value: Any) -> str:
    """One value as a cell would show it; what is no single value as a formula, which fits nowhere."""
    if isinstance(value, (dict, list)) or any("\ud800" <= sign <= "\udfff" for sign in str(value)):
        return "=no value"
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _json_seed(kind: str, grid: Grid, layout: Layout) -> Seed:
    def texts(item: dict[str, Any]) -> dict[str, Any]:
        named = {word(name): value for name, value in item.items()}
        return {field.header: scalar(named.get(word(field.header))) for field in layout.fields}

    value = [dict(zip(grid[0], map(_json, row), strict=True)) for row in grid[1:]]
    return Seed(
        f"{kind}-json",
        kind,
        "json",
        f"{kind}.json",
        {"": value},
        lambda content: records_of(content[""], texts),
        layout,
        by_record=True,
    )


def _json(cell: str) -> Any:
    if not cell:
        return None
    return int(cell) if re.fullmatch("[1-9][0-9]{0,9}|0", cell) else cell


GRANT_ROWS = table_of(
    GRANTS,
    """
360G-x-1,SYNTHETIC lunch club,Meals,GBP,5000,2025-03-01,GB-CHC-1234567,SYNTHETIC Trust,M1 1AE,E08000009
360G-x-2,SYNTHETIC choir,"Songs, in parts",GBP,"12,500.50",2025-04-01,GB-CHC-1234568,SYNTHETIC Choir,M2 5DB,
360G-x-3,SYNTHETIC bus,,EUR,700,2025-05-01,GB-CHC-1234569,SYNTHETIC Bus,,E07000207
360G-x-4,SYNTHETIC allotment,Spades,GBP,250,,,SYNTHETIC Plot,SW1A 1AA,E01005061
""",
)
_CHARITY_ROWS = table_of(
    _CHARITIES,
    """
2026-07-01,1234567,0,SYNTHETIC Trust,Registered,1999-05-01,,12000,Helps,M1 1AE,0161 496 0000
2026-07-01,1234568,0,SYNTHETIC Choir,Registered,2001-05-01,,,Sings,M2 5DB,
2026-07-01,1234567,1,SYNTHETIC Branch,Registered,2005-01-31,,150,Helps,SW1A 1AA,
2026-07-01,212345,0,SYNTHETIC Old,Registered,1960-01-31,,99999,Remembers,,
""",
)
_FACT_ROWS = table_of(
    _AREAS_OF,
    """
2026-07-01,1234567,Local Authority,Trafford
2026-07-01,1234567,Region,Throughout London
2026-07-01,1234568,Local Authority,Manchester
""",
)
_CLASS_ROWS = table_of(
    _CLASSES_OF,
    """
2026-07-01,1234567,101,What,Recreation
2026-07-01,1234567,201,Who,Elderly/old People
2026-07-01,1234568,101,What,Recreation
""",
)


def seeds() -> list[Seed]:
    """One seed a publication and layout."""
    register = (
        ("charity_register", _CHARITY_ROWS, _CHARITIES),
        ("charity_area", _FACT_ROWS, _AREAS_OF),
        ("charity_classification", _CLASS_ROWS, _CLASSES_OF),
    )
    tabs: dict[str, Any] = {"form": "tsv", "by_record": True}
    return [
        grid_seed("grants", GRANT_ROWS, GRANTS, by_record=True),
        grid_seed("grants", GRANT_ROWS, GRANTS, form="workbook", name="grants-workbook", by_record=True),
        *(grid_seed(kind, grid, layout, by_record=True) for kind, grid, layout in register),
        *(grid_seed(kind, grid, layout, name=f"{kind}-tabs", **tabs) for kind, grid, layout in register[:2]),
        *(_json_seed(kind, grid, layout) for kind, grid, layout in register),
    ]

"""A sound own measure of need in the layout of the template, and what is conserved of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.corruption.building import grid_seed, under
from tests.corruption.conserved import Conserved, Layout
from tests.corruption.model import Seed
from tests.corruption.plain import Row, Unfit, fields, number, one

_MISSING = {"", "-", "\u2013", ".", "..", ":", "[x]", "[z]", "z", "n/a", "na", "nan", "null", "none"}
_SUPPRESSED = {"*", "**", "c", "[c]", "x", "suppressed", "redacted", "withheld"}
_COMMA = r"[-+]?([0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[0-9]+,([0-9]{1,2}|[0-9]{4,}))"
_SAID = ("name", "unit", "higher_means", "source", "period", "licence")


def _figure(text: str) -> float | str | None:
    """A number as people write it; a word where it is suppressed or missing."""
    bare = "".join(text.split()).lower().removesuffix("%").replace("\u2212", "-")
    if bare in _MISSING:
        return "missing"
    if bare in _SUPPRESSED or re.fullmatch("<[0-9]+", bare):
        return "suppressed"
    if re.fullmatch(_COMMA, bare):
        return number(bare.replace(".", "").replace(",", "."))
    return number(bare.replace(",", "") if re.fullmatch(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", bare) else bare)


def _in_state(state: str) -> Callable[[list[Row]], list[Row]]:
    """Rows of practices whose value is given, missing or suppressed; other areas are passed over."""

    def meant(rows: list[Row]) -> list[Row]:
        code = "[A-TV-Z][0-9]{5}"
        practices = [row for row in rows if re.fullmatch(code, (row.texts.get("area_code") or "").strip().upper())]
        for header in _SAID:
            if len({one(row[header]).lower() for row in practices} - {""}) > 1:
                raise Unfit(f"several {header}")
        return [
            row for row in practices if (found if isinstance(found := _figure(row["value"]), str) else "given") == state
        ]

    return meant


_OWN = Layout(
    fields(
        "area_code | key | area_code; value | number | value; base | ignored; name | name; unit | name\n"
        "higher_means | word; source | name; period | name; licence | name",
        value=_figure,
    ),
    tuple(
        Conserved(
            "core_own_measure_value",
            "area_code, value" if state == "given" else "area_code",
            meant=_in_state(state),
            among=("state", state),
            apart=("measure",),
        )
        for state in ("given", "missing", "suppressed")
    ),
)
_ROWS = [
    [
        f"Z900{at:02d}",
        value,
        "",
        *(["SYNTHETIC carers", "points", "more need", "here", "2026", "own"] if at == 1 else [""] * 6),
    ]
    for at, value in enumerate(("4.5", "0", "12", "*", "", "7.25", "3", "1", "2.5", "8", "9", "10.125"), start=1)
]


def seeds() -> list[Seed]:
    """As CSV and as a workbook."""
    grid = under(_OWN.fields, _ROWS)
    return [
        grid_seed("own_measure", grid, _OWN),
        grid_seed("own_measure", grid, _OWN, form="workbook", name="own_measure-workbook"),
    ]

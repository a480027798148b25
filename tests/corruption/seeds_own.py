"""A sound own measure of need in the layout of the template, with its oracle."""

from __future__ import annotations

import math
import re

from tests.corruption.building import grid_seed, under
from tests.corruption.model import Content, Doubt, Seed, Truth
from tests.corruption.naive import Field, normal, one

_MISSING = {"", "-", "\u2013", ".", "..", ":", "[x]", "[z]", "z", "n/a", "na", "nan", "null", "none"}
_SUPPRESSED = {"*", "**", "c", "[c]", "x", "suppressed", "redacted", "withheld"}
_PLAIN = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?"
_COMMA = r"[-+]?([0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[0-9]+,([0-9]{1,2}|[0-9]{4,}))"
_THOUSANDS = r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"
_AREA = r"[EWKNS][0-9]{8}"
_OTHER = r"U[0-9]{5}|[EW]0[125][0-9]{6}|E0[6-9][0-9]{6}|W06[0-9]{6}"
_NEEDED = ("area_code", "value", "name", "higher_means")
_SAID = ("name", "unit", "higher_means", "source", "period", "licence")
_DIRECTIONS = {"more need", "less need", "more", "less", "not stated"}
_MOST_LOST = 3
_FIELDS = (
    Field("area_code", "key", "code", str),
    Field("value", "number", "value", str),
    Field("base", "ignored", "base", str, needed=False),
    Field("name", "name", "name", str),
    Field("unit", "name", "unit", str, needed=False),
    Field("higher_means", "word", "direction", str),
    Field("source", "name", "source", str, needed=False),
    Field("period", "name", "period", str, needed=False),
    Field("licence", "name", "licence", str, needed=False),
)
_ROWS = [
    [
        f"Z900{at:02d}",
        value,
        "",
        *(("SYNTHETIC carers", "points", "more need", "here", "2026", "own") if at == 1 else [""] * 6),
    ]
    for at, value in enumerate(("4.5", "0", "12", "*", "", "7.25", "3", "1", "2.5", "8", "9", "10.125"), start=1)
]


def _bare(text: str) -> str:
    return "".join(text.split()).lower().removesuffix("%").replace("\u2212", "-")


def _state(text: str, *, comma: bool) -> tuple[str, float | None]:
    bare = _bare(text)
    if re.fullmatch(_PLAIN, bare, re.ASCII):
        return ("given", float(bare)) if math.isfinite(float(bare)) else ("left_out", None)
    if re.fullmatch(_COMMA, bare, re.ASCII):
        return "given", float(bare.replace(".", "").replace(",", "."))
    if re.fullmatch(_THOUSANDS, bare, re.ASCII) and not (comma and bare.count(",") == 1 and "." not in bare):
        return "given", float(bare.replace(",", ""))
    if bare in _SUPPRESSED or re.fullmatch(r"<[0-9]+", bare):
        return "suppressed", None
    return ("missing", None) if bare in _MISSING else ("left_out", None)


def _own(content: Content) -> Truth:
    grid = next(iter(content.values()))
    top = next(
        (at for at, row in enumerate(grid) if sum(normal(cell) in _NEEDED for cell in row) == len(_NEEDED)), None
    )
    if top is None:
        raise Doubt("no header")
    header = [normal(cell) for cell in grid[top]]
    if any(header.count(name) > 1 for name in (*_NEEDED, *_SAID, "base")):
        raise Doubt("a header twice")
    places = {name: header.index(name) for name in header if name}
    is_csv = "" in content
    body = [row for row in grid[top + 1 :] if any(cell.strip() for cell in row)]

    def cell(row: list[str], name: str) -> str:
        return row[places[name]] if name in places and places[name] < len(row) else ""

    for name in _SAID:
        found = {one(cell(row, name)) for row in body} - {""}
        if len(found) > 1 or (name == "name" and not any(re.search("[a-z0-9]", item.lower()) for item in found)):
            raise Doubt(f"{name} twice, or none")
        if name == "higher_means" and {item.lower() for item in found} - _DIRECTIONS:
            raise Doubt("direction")
    if any(cell(row, "base").strip() for row in body):
        raise Doubt("a base with points")
    comma = any(re.fullmatch(_COMMA, _bare(cell(row, "value")), re.ASCII) for row in body)
    rows, codes = [], []
    for at, row in enumerate(body):
        given = cell(row, "area_code").strip()
        code = given.upper() if given.isascii() else given
        state, value = _state(cell(row, "value"), comma=comma)
        if re.fullmatch(_OTHER, code, re.ASCII):
            raise Doubt("two kinds")
        is_short, is_long = is_csv and len(row) < len(header), any(part.strip() for part in row[len(header) :])
        if re.fullmatch(r"[A-TV-Z][0-9]{5}", code, re.ASCII):
            if is_short and at == len(body) - 1:
                raise Doubt("cut")
            codes.append(code)
            rows.append(("left_out", None) if is_short or (is_csv and is_long) else (state, value))
        elif not re.fullmatch(_AREA, code, re.ASCII) and state == "given":
            rows.append(("left_out", None))
    states = [state for state, _ in rows]
    if len(codes) != len(set(codes)) or states.count("left_out") > _MOST_LOST or "given" not in states:
        raise Doubt("twice, or too much lost")
    return Truth({"core_own_measure_value": [{"state": state, "value": value} for state, value in rows]})


def seeds() -> list[Seed]:
    """As CSV and as a workbook."""
    return [
        grid_seed("own_measure", under(_FIELDS, _ROWS), _FIELDS, oracle=_own),
        grid_seed(
            "own_measure", under(_FIELDS, _ROWS), _FIELDS, oracle=_own, form="workbook", name="own_measure-workbook"
        ),
    ]

"""Workbooks with entity bombs, missing parts, formulas, dates, errors, macros, and sheets of absurd size."""

from __future__ import annotations

import copy
import io
import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from tests.corruption.model import Content, Mutant, Mutator, Seed
from tests.corruption.mutate_cells import role_of
from tests.corruption.render import as_workbook, as_zip, parts_of, with_parts

Parts = dict[str, bytes]
Mutate = Callable[[Seed, Random], Mutant | None]


def _on_parts(change: Callable[[Parts, Random], dict[str, bytes | None] | None], **more: Any) -> Mutate:
    """A mutator that replaces parts of the workbook's archive; what is accepted must say the same."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        data = seed.render()
        parts = change(parts_of(data), random)
        return None if parts is None else Mutant(with_parts(data, parts), says=seed.content, is_sure=False, **more)

    return mutate


def _on_sheet(old: bytes, new: bytes, **more: Any) -> Mutate:
    """A mutator that writes other XML in place of some in a sheet."""

    def change(parts: Parts, random: Random) -> dict[str, bytes | None]:
        name = random.choice(_sheet_names(parts))
        return {name: re.sub(old, new.replace(b"\\", b"\\\\"), parts[name])}

    return _on_parts(change, **more)


def _sheet_names(parts: Parts) -> list[str]:
    return sorted(name for name in parts if name.startswith("xl/worksheets/"))


def _xml_part(parts: Parts, random: Random) -> str:
    named = [name for name in sorted(parts) if name.endswith(".xml") and ("sheet" in name or "shared" in name)]
    return random.choice([*named, "xl/workbook.xml"])


_BILLION = (
    b'<!DOCTYPE b [<!ENTITY a "SYNTHETIC SYNTHETIC SYNTHETIC">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1) if n else b"&a;") * 10) for n in range(12))
    + b"]>"
)
_OUTSIDE = [
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "' + where + b'">]>'
    for where in (b"file:///etc/passwd", b"http://127.0.0.1:9/x", b"file:///dev/zero")
]


def _entity(name: bytes, *defined: bytes) -> Mutate:
    """A mutator that defines an entity and uses it in a cell."""

    def change(parts: Parts, random: Random) -> dict[str, bytes | None]:
        part = _xml_part(parts, random)
        text = re.sub(rb"<(?!\?)", lambda found: random.choice(defined) + found[0], parts[part], count=1)
        return {part: re.sub(rb"(<t[^>]*>)[^<]*", rb"\1&" + name + b";", text, count=1)}

    return _on_parts(change, must="refuse")


def _broken_xml(parts: Parts, random: Random) -> dict[str, bytes | None]:
    name = _xml_part(parts, random)
    start = random.randrange(len(parts[name]))
    before, after = parts[name][:start], parts[name][start:]
    return {name: before + random.choice([b"", after[5:], b"<" + after, b"\xff\x00" + after])}


def _macros(parts: Parts, random: Random) -> dict[str, bytes | None]:
    types = parts["[Content_Types].xml"].replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
    return random.choice(
        [{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}, {"[Content_Types].xml": types}, {"xl/VBAPROJECT.BIN": b"x"}]
    )


_FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
_FAR_CELLS = (
    b'<row r="900000"><c r="A900000"><v>1</v></c></row><row r="900001"><c r="ZZZ900001"><v>1</v></c></row></sheetData>'
)
_MERGED = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'


def _hidden(parts: Parts, random: Random) -> dict[str, bytes | None]:
    state = random.choice([b'state="hidden"', b'state="veryHidden"'])
    return {"xl/workbook.xml": parts["xl/workbook.xml"].replace(b'state="visible"', state)}


def _wrong_index(parts: Parts, random: Random) -> dict[str, bytes | None] | None:
    """A shared text that is not there."""
    name = random.choice(_sheet_names(parts))
    found = list(re.finditer(rb't="s"><v>(\d+)</v>', parts[name]))
    if not found:
        return None
    one, index = random.choice(found), random.choice([b"99999", b"-1", b"x", b"4294967296"])
    return {name: parts[name][: one.start(1)] + index + parts[name][one.end(1) :]}


def _relation(parts: Parts, random: Random) -> dict[str, bytes | None]:
    name = "xl/_rels/workbook.xml.rels"
    where = [b"../../../etc/passwd", b"worksheets/sheet9.xml", b"workbook.xml", b"sharedStrings.xml"]
    return {name: parts[name].replace(b"worksheets/sheet1.xml", random.choice(where))}


def _old_book(_: Seed, random: Random) -> Mutant:
    rest = random.choice([bytes(600), "EncryptedPackage".encode("utf-16-le") + bytes(600)])
    return Mutant(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + rest, must="refuse")


def _typed_cells(change: Callable[[str, str], Any]) -> Mutate:
    """A mutator that writes cells as other types than text; what they say is the same."""

    def mutate(seed: Seed, _: Random) -> Mutant | None:
        cells = {
            (sheet, row, at): made
            for sheet, grid in seed.content.items()
            for row in range(1, len(grid))
            for at, text in enumerate(grid[row])
            if (made := change(text, role_of(seed, sheet, at))) is not None
        }
        return Mutant(as_workbook(seed.content, cells), same=True, must="accept") if cells else None

    return mutate


def _as_number(text: str, role: str) -> Any:
    if role not in {"count", "number"} or not re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return None
    return float(text) if "." in text else int(text)


def _as_day(text: str, role: str) -> Any:
    found = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", text)
    return datetime(*map(int, found.groups())) if role == "date" and found else None  # type: ignore[arg-type]


def _one_cell(values: tuple[Any, ...], shown: Callable[[Any], str], *but: str) -> Mutate:
    """A mutator that writes one cell as a value of another type; it is read plainly, as a person would see it."""
    roles = {"key", "code", "count", "number", "date", "word"} - {*but}

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        content: Content = copy.deepcopy(seed.content)
        sheet = random.choice(sorted(content))
        grid = content[sheet]
        places = [at for at in range(len(grid[0])) if role_of(seed, sheet, at) in roles]
        row, at, value = random.randrange(1, len(grid)), random.choice(places), random.choice(values)
        grid[row][at] = shown(value)
        return Mutant(as_workbook(content, {(sheet, row, at): value}), says=content)

    return mutate


def _as_seen(value: float) -> str:
    value = float(f"{value:.16G}")  # as precise as a workbook is
    return str(int(value)) if value == int(value) else str(value)


def _second_sheet(seed: Seed, random: Random) -> Mutant | None:
    """Another sheet of the same columns and other rows: nothing tells which is meant."""
    if len(seed.content) > 1:
        return None
    ((name, grid),) = seed.content.items()
    sheets = [(name, grid), ("older", [grid[0], *grid[2:]])]
    return Mutant(seed.render(dict(random.sample(sheets, 2))), must="refuse")


def _more_sheets(seed: Seed, _: Random) -> Mutant:
    others = {"Notes": [["Title", "x"], ["Published by hand", ""]], "Empty": []}
    return Mutant(seed.render({**others, **seed.content, "Contents": [["a", "b"]]}), same=True, must="accept")


def _titled(seed: Seed, random: Random) -> Mutant | None:
    above: Any = [["A title of the sheet"], *[[""]] * random.randrange(5)]
    content = {name: [*above, *grid] for name, grid in seed.content.items()}
    # Where records are refused one by one, they are named by their row.
    made = Mutant(seed.render(content), says=content, same=not seed.by_record, must="accept")
    return None if seed.by_row else made


def _other_sheet_name(seed: Seed, random: Random) -> Mutant:
    names = [random.choice(["Tabelle1", "x'y", "a&b", "Übersicht", " "]) + str(at) for at in range(len(seed.content))]
    content = dict(zip(names, seed.content.values(), strict=True))
    return Mutant(seed.render(content), says=content)


def _member_twice(seed: Seed, random: Random) -> Mutant:
    """A sheet's part twice in the archive, with other cells the second time."""
    parts = parts_of(seed.render())
    name = random.choice(_sheet_names(parts))
    held = io.BytesIO(as_zip(parts))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(zipfile.ZipInfo(name, (2026, 7, 1, 0, 0, 0)), parts[name].replace(b'r="A3"', b'r="B3"'))
    return Mutant(held.getvalue(), must="refuse")


MUTATORS = [
    Mutator(name, "workbook", mutate, most)
    for name, mutate, most in (
        ("entity_bomb", _entity(b"a11", _BILLION), 4),
        ("outside_entity", _entity(b"e", *_OUTSIDE), 4),
        ("missing_part", _on_parts(lambda parts, random: {random.choice(sorted(parts)): None}), 9),
        ("broken_xml", _on_parts(_broken_xml), 1_000),
        ("macros", _on_parts(_macros, must="refuse"), 3),
        ("huge_dimension", _on_sheet(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', same=True), 1),
        ("far_cell", _on_sheet(b"</sheetData>", _FAR, must="refuse"), 1),
        ("far_cells", _on_sheet(b"</sheetData>", _FAR_CELLS, must="refuse"), 1),
        ("hidden_sheet", _on_parts(_hidden, same=True), 2),
        ("hidden_header", _on_sheet(b'<row r="1"', b'<row hidden="1" r="1"', same=True), 1),
        ("merged_header", _on_sheet(b"</sheetData>", _MERGED, same=True), 1),
        ("text_that_is_not_there", _on_parts(_wrong_index), 1_000),
        ("relation_elsewhere", _on_parts(_relation), 4),
        ("old_or_locked_workbook", _old_book, 2),
        ("numbers_as_numbers", _typed_cells(_as_number), 1),
        ("days_as_days", _typed_cells(_as_day), 1),
        ("formula_without_value", _one_cell(("=1+1", "=A1", "=SUM(A1:A2)"), lambda _: "=formula()"), 6),
        ("error_in_cell", _one_cell(("#N/A", "#REF!", "#DIV/0!"), str), 6),
        ("yes_or_no_in_cell", _one_cell((True, False), str, "word"), 6),
        (
            "day_for_number",
            _one_cell(
                (datetime(2026, 7, 1), datetime(1900, 1, 12)), lambda day: day.date().isoformat(), "word", "date"
            ),
            6,
        ),
        ("float_in_cell", _one_cell((1e308, 0.1 + 0.2, -1.5, 1e-300, 123456789012345680.0), _as_seen, "word"), 6),
        ("two_sheets_fit", _second_sheet, 2),
        ("more_sheets", _more_sheets, 1),
        ("title_rows", _titled, 3),
        ("other_sheet_names", _other_sheet_name, 3),
        ("part_twice", _member_twice, 2),
    )
]

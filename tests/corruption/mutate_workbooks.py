"""Workbooks with entity bombs, missing parts, formulas, dates, errors, macros, and sheets of absurd size."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from tests.corruption.model import Content, Mutant, Mutator, Seed
from tests.corruption.mutate_cells import _header
from tests.corruption.render import as_workbook, as_zip, parts_of, with_parts


def _on_parts(
    change: Callable[[dict[str, bytes], Random], dict[str, bytes | None] | None], **more: Any
) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator that replaces parts of the workbook's archive; what is accepted must say the same."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if seed.form != "workbook":
            return None
        data = seed.render()
        parts = change(parts_of(data), random)
        return None if parts is None else Mutant(with_parts(data, parts), **({"says": seed.content} | more))

    return mutate


def _xml_parts(parts: dict[str, bytes]) -> list[str]:
    return sorted(
        name
        for name in parts
        if name.endswith(".xml") and ("sheet" in name or "shared" in name or name == "xl/workbook.xml")
    )


_BILLION = (
    b'<!DOCTYPE b [<!ENTITY a "SYNTHETIC SYNTHETIC SYNTHETIC">'
    + b"".join(b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1) if n else b"&a;") * 10) for n in range(12))
    + b"]>"
)


def _entity_bomb(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    name = random.choice(_xml_parts(parts))
    text = parts[name]
    root = re.search(rb"<(?!\?)", text)
    at = root.start() if root else 0
    text = text[:at] + _BILLION + text[at:]
    return {name: re.sub(rb"(<t[^>]*>)[^<]*", rb"\1&a11;", text, count=1)}


def _outside_entity(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    name = random.choice(_xml_parts(parts))
    text = parts[name]
    at = re.search(rb"<(?!\?)", text).start()  # type: ignore[union-attr]
    where = random.choice([b"file:///etc/passwd", b"http://127.0.0.1:9/x", b"file:///dev/zero"])
    text = text[:at] + b'<!DOCTYPE x [<!ENTITY e SYSTEM "' + where + b'">]>' + text[at:]
    return {name: re.sub(rb"(<t[^>]*>)[^<]*", rb"\1&e;", text, count=1)}


def _missing_part(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    return {random.choice(sorted(parts)): None}


def _broken_xml(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    name = random.choice(_xml_parts(parts))
    text = parts[name]
    start = random.randrange(len(text))
    return {
        name: random.choice(
            [
                text[:start],
                text[:start] + text[start + 5 :],
                text[:start] + b"<" + text[start:],
                text[:start] + b"\xff\x00" + text[start:],
            ]
        )
    }


def _macros(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    types = parts["[Content_Types].xml"]
    return random.choice(
        [
            {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
            {"[Content_Types].xml": types.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")},
            {"xl/VBAPROJECT.BIN": b"x"},
        ]
    )


def _sheet_names(parts: dict[str, bytes]) -> list[str]:
    return sorted(name for name in parts if name.startswith("xl/worksheets/"))


def _huge_dimension(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    name = random.choice(_sheet_names(parts))
    return {name: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', parts[name])}


def _far_cell(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    """One cell at the far corner, which would make the sheet seventeen thousand million cells."""
    name = random.choice(_sheet_names(parts))
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return {name: parts[name].replace(b"</sheetData>", far)}


def _wide_far_cells(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    """Cells far down and far to the right, in different rows."""
    name = random.choice(_sheet_names(parts))
    far = b'<row r="900000"><c r="A900000"><v>1</v></c></row><row r="900001"><c r="ZZZ900001"><v>1</v></c></row></sheetData>'
    return {name: parts[name].replace(b"</sheetData>", far)}


def _hidden(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    text = parts["xl/workbook.xml"]
    return {
        "xl/workbook.xml": re.sub(rb'state="visible"', b'state="%s"' % random.choice([b"hidden", b"veryHidden"]), text)
    }


def _hidden_header(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    name = random.choice(_sheet_names(parts))
    return {name: parts[name].replace(b'<row r="1"', b'<row hidden="1" r="1"')}


def _merged(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    name = random.choice(_sheet_names(parts))
    return {
        name: parts[name].replace(
            b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
        )
    }


def _wrong_index(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None] | None:
    """A shared text that is not there."""
    name = random.choice(_sheet_names(parts))
    found = list(re.finditer(rb't="s"><v>(\d+)</v>', parts[name]))
    if not found:
        return None
    one = random.choice(found)
    text = parts[name]
    return {name: text[: one.start(1)] + random.choice([b"99999", b"-1", b"x", b"4294967296"]) + text[one.end(1) :]}


def _relation(parts: dict[str, bytes], random: Random) -> dict[str, bytes | None]:
    text = parts["xl/_rels/workbook.xml.rels"]
    return {
        "xl/_rels/workbook.xml.rels": re.sub(
            rb"worksheets/sheet1.xml",
            random.choice([b"../../../etc/passwd", b"worksheets/sheet9.xml", b"workbook.xml", b"sharedStrings.xml"]),
            text,
        )
    }


def _old_book(seed: Seed, random: Random) -> Mutant | None:
    if seed.form != "workbook":
        return None
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    return Mutant(
        head + random.choice([bytes(600), "EncryptedPackage".encode("utf-16-le") + bytes(600)]), must="refuse"
    )


def _typed_cells(change: Callable[[str, str, Random], Any], **more: Any) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator that writes some cells as other types than text."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if seed.form != "workbook":
            return None
        cells, content = {}, copy.deepcopy(seed.content)
        for sheet, grid in seed.content.items():
            for row in range(1, len(grid)):
                for at, text in enumerate(grid[row]):
                    made = change(text, seed.roles.get(sheet, {}).get(_header(seed, sheet, at), "ignored"), random)
                    if made is not None:
                        cells[sheet, row, at] = made
        return Mutant(as_workbook(content, cells), **({"says": content} | more)) if cells else None

    return mutate


def _as_numbers(text: str, role: str, _: Random) -> Any:
    if role in {"count", "number"} and re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return None


def _as_dates(text: str, role: str, _: Random) -> Any:
    found = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", text)
    return datetime(*map(int, found.groups())) if role == "date" and found else None  # type: ignore[arg-type]


def _one_cell(
    values: tuple[Any, ...], roles: tuple[str, ...], told: Callable[[Any], str]
) -> Callable[[Seed, Random], Mutant | None]:
    """A mutator that writes one cell as a value of another type; read plainly, as a person would see it."""

    def mutate(seed: Seed, random: Random) -> Mutant | None:
        if seed.form != "workbook":
            return None
        content: Content = copy.deepcopy(seed.content)
        sheet = random.choice(sorted(content))
        grid = content[sheet]
        places = [at for at in range(len(grid[0])) if seed.roles[sheet].get(_header(seed, sheet, at)) in roles]
        if not places:
            return None
        row, at, value = random.randrange(1, len(grid)), random.choice(places), random.choice(values)
        grid[row][at] = told(value)
        return Mutant(as_workbook(content, {(sheet, row, at): value}), says=content)

    return mutate


_ALL = ("key", "code", "count", "number", "date", "word")


def _second_sheet(seed: Seed, random: Random) -> Mutant | None:
    """Another sheet of the same columns and other rows: nothing tells which is meant."""
    if seed.form != "workbook" or len(seed.content) > 1:
        return None
    ((name, grid),) = seed.content.items()
    other = [grid[0], *(list(row) for row in grid[2:])]
    sheets = [(name, grid), ("older", other)]
    random.shuffle(sheets)
    return Mutant(seed.render(dict(sheets)), must="refuse")


def _more_sheets(seed: Seed, random: Random) -> Mutant | None:
    if seed.form != "workbook":
        return None
    sheets = {
        "Notes": [["Title", "x"], ["Published by hand", ""]],
        "Empty": [],
        **seed.content,
        "Contents": [["a", "b"]],
    }
    return Mutant(seed.render(sheets), same=True, must="accept")


def _titled(seed: Seed, random: Random) -> Mutant | None:
    if seed.form != "workbook" or seed.by_row:
        return None
    rows = random.randrange(1, 6)
    content = {name: [["A title of the sheet"], *[[""]] * (rows - 1), *grid] for name, grid in seed.content.items()}
    # Where records are refused one by one, they are named by their row.
    return Mutant(seed.render(content), says=content, same=not seed.by_record, must="accept")


def _other_sheet_name(seed: Seed, random: Random) -> Mutant | None:
    if seed.form != "workbook":
        return None
    names = [random.choice(["Tabelle1", "x'y", "a&b", "Übersicht", " "]) + str(at) for at in range(len(seed.content))]
    content = dict(zip(names, seed.content.values(), strict=True))
    return Mutant(seed.render(content), says=content)


def _member_twice(seed: Seed, random: Random) -> Mutant | None:
    """A sheet's part twice in the archive, with other cells the second time."""
    if seed.form != "workbook":
        return None
    import warnings

    data = seed.render()
    parts = parts_of(data)
    name = random.choice(_sheet_names(parts))
    held = io.BytesIO(as_zip(parts))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(zipfile.ZipInfo(name, (2026, 7, 1, 0, 0, 0)), parts[name].replace(b'r="A3"', b'r="B3"'))
    return Mutant(held.getvalue(), must="refuse")


MUTATORS = [
    Mutator("entity_bomb", "workbook", _on_parts(_entity_bomb, must="refuse"), 4),
    Mutator("outside_entity", "workbook", _on_parts(_outside_entity, must="refuse"), 4),
    Mutator("missing_part", "workbook", _on_parts(_missing_part), 9),
    Mutator("broken_xml", "workbook", _on_parts(_broken_xml)),
    Mutator("macros", "workbook", _on_parts(_macros, must="refuse"), 3),
    Mutator("huge_dimension", "workbook", _on_parts(_huge_dimension, same=True), 1),
    Mutator("far_cell", "workbook", _on_parts(_far_cell, must="refuse"), 1),
    Mutator("far_cells", "workbook", _on_parts(_wide_far_cells, must="refuse"), 1),
    Mutator("hidden_sheet", "workbook", _on_parts(_hidden, same=True), 2),
    Mutator("hidden_header", "workbook", _on_parts(_hidden_header, same=True), 1),
    Mutator("merged_header", "workbook", _on_parts(_merged, same=True), 1),
    Mutator("text_that_is_not_there", "workbook", _on_parts(_wrong_index)),
    Mutator("relation_elsewhere", "workbook", _on_parts(_relation), 4),
    Mutator("old_or_locked_workbook", "workbook", _old_book, 2),
    Mutator("numbers_as_numbers", "workbook", _typed_cells(_as_numbers, same=True, must="accept"), 1),
    Mutator("days_as_days", "workbook", _typed_cells(_as_dates, same=True, must="accept"), 1),
    Mutator(
        "formula_without_value", "workbook", _one_cell(("=1+1", "=A1", "=SUM(A1:A2)"), _ALL, lambda _: "=formula()"), 6
    ),
    Mutator("error_in_cell", "workbook", _one_cell(("#N/A", "#REF!", "#DIV/0!"), _ALL, str), 6),
    Mutator(
        "yes_or_no_in_cell",
        "workbook",
        _one_cell(
            (True, False), ("key", "code", "count", "number", "date"), lambda value: "True" if value else "False"
        ),
        6,
    ),
    Mutator(
        "day_for_number",
        "workbook",
        _one_cell(
            (datetime(2026, 7, 1), datetime(1900, 1, 12)),
            ("count", "number", "code", "key"),
            lambda value: value.date().isoformat(),
        ),
        6,
    ),
    Mutator(
        "float_in_cell",
        "workbook",
        _one_cell(
            (1e308, 0.1 + 0.2, -1.5, 1e-300, 123456789012345680.0),
            ("key", "code", "count", "number", "date"),
            lambda value: str(int(value)) if value == int(value) else str(value),
        ),
        6,
    ),
    Mutator("two_sheets_fit", "workbook", _second_sheet, 2),
    Mutator("more_sheets", "workbook", _more_sheets, 1),
    Mutator("title_rows", "workbook", _titled, 3),
    Mutator("other_sheet_names", "workbook", _other_sheet_name, 3),
    Mutator("part_twice", "workbook", _member_twice, 2),
]

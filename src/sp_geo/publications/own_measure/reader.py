"""Any table of codes and numbers as a measure of need of the user's own.

What the file cannot say (name, unit, direction, source, which column) is told when it is added, or stands in the first
row of the template. It is kept with the note of the file's origin, so that nobody is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import pandas as pd

from sp_geo.core.errors import InvalidContent, UsageError
from sp_geo.geography import boundaries
from sp_geo.geography.vintages import begun_in_2021, contradiction, of_no_vintage
from sp_geo.publications.reading.area_tables import ANY_AREA, KINDS, AreaTable, area_table, fits, listed
from sp_geo.publications.reading.own_numbers import (
    GIVEN,
    LEFT_OUT,
    MISSING,
    SUPPRESSED,
    Scale,
    kind_of,
    marks_among,
    numbers,
    scale_of,
)
from sp_geo.publications.reading.rows import plain
from sp_geo.tables import anomalies
from sp_geo.workspace.document import Document, normal_header

TOLD: Final = (
    "name",
    "unit",
    "direction",
    "source",
    "period",
    "licence",
    "column",
    "base_column",
    "code_column",
    "rows",
    "sheet",
)
"""What may be told of a file, by name."""

LSOA21_ENGLAND: Final = 33_755
"""Small areas of 2021 in England (Office for National Statistics)."""

_DIRECTIONS: Final = {
    "more": "more need",
    "more need": "more need",
    "less": "less need",
    "less need": "less need",
    "": "not stated",
    "not stated": "not stated",
}
NOT_STATED: Final = "not stated"
_TEMPLATE: Final = {
    "name": "name",
    "unit": "unit",
    "higher_means": "direction",
    "source": "source",
    "period": "period",
    "licence": "licence",
}
_LONGEST: Final = 120
_LEFT_OUT_AT_LEAST: Final = 3
_LEFT_OUT_SHARE: Final = 0.01
"""Rows that are left out one by one; where there are more, it is the file that is not understood."""
_NOWHERE: Final = r"[EWKNS]9{8}"
_MARK_WORDS: Final = "a number that looks like a mark for no value: it counts as it stands"
_NO_SUCH: Final = "no such small area, neither in 2011 nor in 2021"
_VINTAGE: Final = re.compile(r"(?<!\d)(?:20)?(11|21)(?!\d)")


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The file as core_own_measure and core_own_measure_value.

    Args:
        document: CSV or workbook, with what was told of it.
        _period: not needed; the measure is called after its name.

    Raises:
        InvalidContent: it is not clear which column is meant, an area stands twice, codes of two kinds or vintages are
            mixed, or more than a few rows cannot be read.
        UsageError: the name or the direction that was told cannot be used.
        DamagedFile: it cannot be read to its end.
    """
    told = dict(document.told)
    is_template = not told
    columns = ("value", "name") if is_template else (told.get("column", ""), told.get("base_column", ""))
    table = area_table(document, {"code_column": "area_code"} if is_template else told, columns)
    if is_template:
        told = _from_template(table)
    try:
        frames, marks = _measure(table, told)
    except UsageError as fault:
        if not is_template:
            raise
        # What the template says wrongly is a fault of the file and not of the command.
        raise InvalidContent(fault.problem, file=table.file, found=fault.found, expected=fault.expected) from fault
    document.notes.rows[table.file] = len(table.frame)
    values = frames["core_own_measure_value"]
    for reason, lost in values[values["state"] == LEFT_OUT].groupby("reason", sort=False):
        texts = lost.set_index("file_row")["found"].to_dict()
        document.notes.add(str(reason), anomalies.LEFT_OUT, texts, file=table.file)
    document.notes.add(_MARK_WORDS, anomalies.KEPT, marks, file=table.file)
    return frames


def _measure(table: AreaTable, told: Mapping[str, str]) -> tuple[dict[str, pd.DataFrame], dict[int, str]]:
    """The tables, and by row the numbers in them that look like marks."""
    table = _chosen_rows(table, told.get("rows", ""))
    base = table.named(told["base_column"]) if told.get("base_column") else None
    column = _column(table, told.get("column", ""), base)
    name = measure_name(told.get("name", ""))
    direction = _text(told.get("direction", "")).lower()
    if direction not in _DIRECTIONS:
        raise UsageError("the direction cannot be used", found=f"'{told['direction']}'", expected="more or less (need)")
    codes = table.codes
    mine = fits(codes, KINDS[table.kind])
    for kind, shape in KINDS.items():
        other = fits(codes, shape) & ~mine
        if kind != table.kind and other.any():
            one, two = int(codes.index[mine][0]), int(codes.index[other][0])
            raise table.refusal(
                f"codes of two kinds of area are mixed ({table.kind} and {kind})",
                row=two,
                place=table.code,
                found=f"{codes[one]} in row {one:,} and {codes[two]} in row {two:,}",
                expected="areas of one kind",
                advice="Choose rows with --rows COLUMN=VALUE, or take the others out",
            )
    rows, scale, marks = _values(table, column, base, told.get("unit", ""))
    area_type = table.kind
    if area_type == "lsoa":
        # The vintage that the header says, else what the codes can be. Areas that did not change have one code in both:
        # a file with those alone can be read as either.
        newer = rows.loc[begun_in_2021(rows["area_code"]), "area_code"]
        said = _VINTAGE.search(table.headers[table.code])
        if said and said[1] == "11" and len(newer):
            raise table.refusal(
                "a code of another vintage stands among those of 2011",
                row=int(newer.index[0]),
                place=table.code,
                found=str(newer.iloc[0]),
                expected="small areas of 2011, as the header says",
                advice="Add the measure by one vintage",
            )
        area_type = "lsoa21" if len(newer) or (said and said[1] == "21") else "lsoa11"
    states = rows["state"].value_counts()
    england = {"lsoa11": len(boundaries.lsoa11()), "lsoa21": LSOA21_ENGLAND}.get(area_type)
    measure = {
        "measure": name,
        "label": _text(told.get("name", "")),
        "unit": scale.unit,
        "form": scale.form,
        "per": scale.per,
        "higher_means": _DIRECTIONS[direction],
        **{item: _text(told.get(item, "")) or NOT_STATED for item in ("source", "period", "licence")},
        "area_type": area_type,
        **{f"{state}_count": int(states.get(state, 0)) for state in (GIVEN, MISSING, SUPPRESSED, LEFT_OUT)},
        "passed_over_count": len(table.frame) - len(rows),
        "england_count": england,
    }
    return {
        "core_own_measure": pd.DataFrame([measure]).astype({"england_count": "Int64"}),
        "core_own_measure_value": rows.assign(measure=name),
    }, marks


def measure_name(label: str) -> str:
    """Name of an own measure by its label: ``own_`` and small letters.

    Raises:
        UsageError: the label has no letter or digit, or is too long.
    """
    stem = plain(_text(label)).removeprefix("own_")
    if not stem or len(label) > _LONGEST:
        expected = "--name with a few words, such as --name 'Loneliness, modelled'"
        raise UsageError("an own measure needs a name", found=f"'{label[:_LONGEST]}'", expected=expected)
    return f"own_{stem[:50].strip('_')}"


def _text(told: str) -> str:
    return " ".join(told.split())


def _from_template(table: AreaTable) -> dict[str, str]:
    """What the template's first rows say of the measure; said once, or the same each time."""
    told = {"column": "value", "code_column": "area_code"}
    headers = [normal_header(text) for text in table.headers.values()]
    ours = {normal_header(name) for name in (*_TEMPLATE, "base")}
    twice = sorted({text for text in headers if text in ours and headers.count(text) > 1})
    if twice:
        raise table.refusal("a header stands twice", found=listed(twice), expected="each header once")
    for header, item in _TEMPLATE.items():
        place = table.named(header)
        said = [] if place is None else list(dict.fromkeys(_text(cell) for cell in table.frame[place] if cell.strip()))
        if len(said) > 1:
            raise table.refusal(
                "two things are said of one measure",
                place=place,
                found=listed(said),
                expected="one, in the first row",
                advice="One file is one measure",
            )
        told[item] = said[0] if said else ""
    base = table.named("base")
    if base is not None and (table.frame[base].str.strip() != "").any():
        told["base_column"] = "base"
    return told


def _chosen_rows(table: AreaTable, told: str) -> AreaTable:
    """The rows that ``COLUMN=VALUE`` asks for, one such on each line."""
    frame = table.frame
    for wanted in filter(None, told.split("\n")):
        header, sign, value = wanted.partition("=")
        place = table.named(header)
        if not sign or place is None:
            raise table.refusal(
                "there is no such column to choose rows by",
                found=f"'{wanted}'",
                expected=f"COLUMN=VALUE with one of {listed(table.headers.values())}",
            )
        fitting = frame[place].str.strip().str.casefold() == value.strip().casefold()
        if not fitting.any():
            raise table.refusal(
                "no row has that value",
                place=place,
                found=f"'{value}'",
                expected=listed(sorted(frame[place].str.strip().unique())),
            )
        frame = frame[fitting]
    return AreaTable(table.file, table.headers, frame, table.code, table.kind, table.uneven)


def _column(table: AreaTable, told: str, base: int | None) -> int:
    """Position of the number's column: the one that was named, else the only one with numbers."""
    if told:
        place = table.named(told)
        assert place is not None  # noqa: S101 - a table without it has been refused
        return place
    numeric = [
        place
        for place in table.headers
        # A column without a header is never guessed to be the one that is meant.
        if place not in {table.code, base} and table.has_header(place) and _is_numeric(table.frame[place].str.strip())
    ]
    if not numeric:
        words = {place: next(filter(str.strip, table.frame[place]), "").strip() for place in table.headers}
        shown = [f"{table.headers[at]}: {text[:40]}" for at, text in words.items() if text and at != table.code]
        found = listed(shown or table.headers.values())
        raise table.refusal("no column holds numbers", found=found, advice="Name the column with --column")
    if len(numeric) > 1:
        raise table.refusal(
            "more than one column holds numbers",
            found=listed(table.headers[place] for place in numeric),
            advice="Say which one is meant with --column, and the base of a count with --base-column",
        )
    return numeric[0]


def _is_numeric(cells: pd.Series) -> bool:
    counts = cells[cells != ""].value_counts()
    shown = [kind_of(text) for text in counts.index]
    numbers_count, words_count = (int(counts[[kind == what for kind in shown]].sum()) for what in (GIVEN, LEFT_OUT))
    return numbers_count > words_count


def _values(table: AreaTable, column: int, base: int | None, unit: str) -> tuple[pd.DataFrame, Scale, dict[int, str]]:
    """core_own_measure_value without the measure's name, what the values mean, and those that look like marks."""
    codes = table.codes
    read = numbers(table.frame[column], None if base is None else table.frame[base])
    scale = scale_of(unit, table.headers[column], read, table, column)
    rows = scale.applied(read)
    rows.insert(0, "area_code", codes)
    rows.insert(0, "file_row", pd.Series(codes.index, index=codes.index, dtype="Int64"))
    is_area = fits(codes, KINDS[table.kind])
    # A total is no area of the measure, but the ONS code for 'not known where' holds somebody.
    is_wider = fits(codes, ANY_AREA) & ~fits(codes, _NOWHERE) & ~is_area
    # A note under the table has neither a code nor a number.
    stray = ~is_area & ~is_wider & (read["state"] == GIVEN)
    _left_out(
        rows, stray, table.frame[table.code].str.strip().mask(codes == "", read["text"]), f"no code of a {table.kind}"
    )
    again = is_area & table.frame.duplicated()
    _left_out(rows, again, codes, "the same row again")
    if table.kind == "lsoa":
        _left_out(rows, is_area & of_no_vintage(codes), codes, _NO_SUCH)
    uneven = pd.Series(codes.index, index=codes.index).map(table.uneven)
    torn = uneven.notna() & is_area & ~again & (rows["reason"] != _NO_SUCH)
    _left_out(rows, torn, table.frame[column].str.strip(), uneven)
    marks = table.frame[column].str.strip()[(rows["state"] == GIVEN) & marks_among(read["number"], rows["state"])]
    rows["file_row"] = rows["file_row"].where(rows["state"] == LEFT_OUT)
    rows = rows[is_area | stray]
    _refuse_repeats(table, rows.loc[is_area & ~again, "area_code"])
    lost = rows[rows["state"] == LEFT_OUT]
    if len(lost) > max(_LEFT_OUT_AT_LEAST, _LEFT_OUT_SHARE * len(rows)):
        raise table.refusal(
            f"{len(lost):,} of {len(rows):,} rows cannot be read or cannot be true",
            row=int(lost["file_row"].iloc[0]),
            place=column,
            found=f"'{lost['found'].iloc[0]}': {lost['reason'].iloc[0]}",
            expected="at most three, or one in a hundred",
            advice="Say what the numbers are with --unit and --base-column, or mend the file",
        )
    if not (rows["state"] == GIVEN).any():
        raise table.refusal(
            "no area has a value",
            place=column,
            found="blanks" if lost.empty else f"'{lost['found'].iloc[0]}' in row {lost['file_row'].iloc[0]:,}",
            expected="a number",
        )
    return rows, scale, {int(row): text for row, text in marks[is_area].items()}


def _left_out(rows: pd.DataFrame, where: pd.Series, found: pd.Series, reason: str | pd.Series) -> None:
    rows.loc[where, ["value", "numerator", "denominator"]] = float("nan")
    rows.loc[where, "state"] = LEFT_OUT
    rows.loc[where, "found"] = found[where]
    rows.loc[where, "reason"] = reason if isinstance(reason, str) else reason[where]


def _refuse_repeats(table: AreaTable, codes: pd.Series) -> None:
    again = codes[codes.duplicated()]
    if again.empty:
        return
    row, code = int(again.index[0]), str(again.iloc[0])
    first = int(codes.index[codes == code][0])
    pair = table.frame.loc[[first, row]]
    differing = [
        place
        for place in table.headers
        if pair[place].iloc[0] != pair[place].iloc[1]
        and 1 < table.frame[place].nunique() <= 200  # noqa: PLR2004
        and not _is_numeric(table.frame[place].str.strip())
    ]
    advice = "Take one of the two out"
    if differing:
        place = differing[0]
        shown = f"{table.headers[place]}={pair[place].iloc[0]}"
        advice = f"If a column tells the rows apart, choose some of them, such as --rows '{shown}'"
    raise table.refusal(
        "the area stands twice",
        row=row,
        place=table.code,
        found=f"{code}, already in row {first:,}",
        expected="each area once",
        advice=advice,
    )


def refuse_two_vintages(frames: Mapping[str, pd.DataFrame], lookup: pd.DataFrame, file: str) -> None:
    """Refuse own measures of small areas of 2021 with some that ended then.

    Args:
        frames: core_own_measure and core_own_measure_value of one or several measures.
        lookup: core_lsoa_lookup; without it nobody knows which areas ended.
        file: how the message names them.

    Raises:
        InvalidContent: one measure has both.
    """
    values = frames["core_own_measure_value"]
    values = values[values["state"] != LEFT_OUT].merge(frames["core_own_measure"][["measure", "area_type"]])
    for name, rows in values[values["area_type"] == "lsoa21"].groupby("measure"):
        found = contradiction(rows["area_code"], lookup)
        if found:
            raise InvalidContent(
                f"{name} has small areas of two vintages",
                file=file,
                found=found,
                expected="codes of 2011 or of 2021",
                advice="Add the measure by one vintage",
            )

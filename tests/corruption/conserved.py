"""Whether what was taken of a spoilt file is what the file says, or is listed: nothing may change without a word.

No publication is read a second time. The program lists what it left out; of all other rows the tables must say what a
plain look at the text says, and their numbers must add up to those of the file. Rows that are as they were in the sound
file must be in the tables as they were.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from tests.corruption.reading import ANY, UNFIT, Field, Row, fields, letters, number, word

Frames = Mapping[str, pd.DataFrame]


class Silent(Exception):
    """Something changed, and nothing says so."""


@dataclass(frozen=True)
class Conserved:
    """What a table must say of the rows of a file that are not listed as left out.

    Attributes:
        table: of the program.
        columns: its columns that are compared row by row; ``a=b`` where the layout calls it ``b``. If empty, all of the
            layout but those of ``sums``.
        sums: its columns to which the numbers of the file add up, by all of ``columns``.
        made: other columns, each made of a row; for what no column says.
        seen: turns a value of the table into what is compared.
        only: by header, the words of rows that the table is about, a stroke, and the words of rows that it passes over.
        meant: the rows that the table is about, where words do not tell; may make several of one.
        among: a column of the table and the words that tell its rows that are meant.
        distinct: whether like rows are one.
        apart: columns that say something of the whole file.
        may_go: a column: of a value of which a row was left out, all may be missing, or stand there of other rows.
        within: whether what a spoilt file says may be missing, because it hangs on what other rows say.
    """

    table: str
    columns: str = ""
    sums: str = ""
    made: Mapping[str, Callable[[Row], Any]] = field(default_factory=dict)
    seen: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    meant: Callable[[list[Row]], Iterable[Row]] = list
    among: tuple[str, str] | None = None
    distinct: bool = False
    apart: tuple[str, ...] = ()
    may_go: str = ""
    within: bool = False

    def rows(self, frames: Frames) -> pd.DataFrame:
        """The rows of the table that are meant.

        Raises:
            Silent: there is no such table.
        """
        if self.table not in frames:
            raise Silent(f"no {self.table}")
        frame = frames[self.table]
        return frame if self.among is None else frame[frame[self.among[0]].str.fullmatch(self.among[1])]


@dataclass(frozen=True)
class Layout:
    """How a file is looked at.

    Attributes:
        fields: its columns.
        conserved: what the tables must say of it.
        single: headers under which all rows say the same.
        amount: header of the number that a row takes with it when it is left out.
        shared: name of an identifier and what is said of it, which must be the same in all records.
    """

    fields: tuple[Field, ...] = ()
    conserved: tuple[Conserved, ...] = ()
    single: tuple[str, ...] = ()
    amount: str = ""
    shared: str = ""

    def told(self, columns: str) -> dict[str, Field]:
        """Columns of a table, each with the column of the file that says the same."""
        pairs = [part.strip().partition("=") for part in columns.split(",") if part.strip()]
        by_name = {item.into: item for item in self.fields}
        return {name: by_name[other or name] for name, _, other in pairs}

    def by_row(self, item: Conserved) -> dict[str, Field]:
        """The same of what is compared row by row."""
        every = ",".join(one.into for one in self.fields if one.into and one.into not in item.sums.split(", "))
        return self.told(item.columns or ("" if item.made else every))

    def identifiers(self) -> list[str]:
        """Headers that tell a record from others."""
        return [item.header for item in self.fields if item.held == "key"]


def layout(table: str, text: str, *, single: tuple[str, ...] = (), amount: str = "", **more: Any) -> Layout:
    """A layout of one table, with ``more`` of what is conserved."""
    return Layout(fields(text), (Conserved(table, **more),), single, amount)


def under(header: str) -> Callable[[list[Row]], list[Row]]:
    """The rows of the sheets or members that have this header."""
    return lambda rows: [row for row in rows if header in row.texts]


@dataclass
class Listed:
    """What the program says of rows that it did not take as they stand.

    Attributes:
        lost: rows that were left out, by number, with the word for their sheet or member.
        blank: rows and headers of values that were left out.
        warned: rows of which something may have been left out.
    """

    lost: set[tuple[str, str]]
    blank: set[tuple[str, str, str]]
    warned: set[tuple[str, str]]

    def is_lost(self, row: Row) -> bool:
        """Whether a row was left out."""
        return (row.part, str(row.number)) in self.lost

    def is_warned(self, row: Row) -> bool:
        """Whether something is said of a row."""
        return (row.part, str(row.number)) in self.warned

    def is_blank(self, row: Row, header: str) -> bool:
        """Whether a value of a row was left out."""
        return (row.part, str(row.number), letters(header)) in self.blank


def listed(frames: Frames, parts: set[str]) -> Listed:
    """What the tables of odd rows and of refused records say of the sheets or members of a file."""
    odd, refused = frames["core_anomaly"], frames.get("core_service_refused")
    found = Listed(set(), set(), set())
    for item in odd[odd["row"].notna()].to_dict("records"):
        sheet = str(item["file"]).rpartition("sheet ")[2]
        place = (sheet if sheet in parts else "", str(item["row"]))
        if item["outcome"] == "left out":
            found.lost.add(place)
        elif item["outcome"] == "read as missing":
            found.blank.add((*place, letters(str(item["column"]))))
    for item in [] if refused is None else refused.to_dict("records"):
        told = re.match(r"(.*?)(?:row|item) '?([\w,]+)", item["record"])
        if told:
            place = (told[1].strip(), told[2].replace(",", ""))
            (found.lost if item["outcome"] == "refused" else found.warned).add(place)
    # What is left out of an own measure stands in its table.
    own = frames.get("core_own_measure_value")
    found.lost |= set() if own is None else {("", str(row)) for row in own["file_row"].dropna()}
    return found


def check(
    layout: Layout, rows: list[Row], frames: Frames, sound: tuple[list[Row], Frames], line: str, *, is_sure: bool = True
) -> bool:
    """Refuse any change without a word.

    Args:
        layout: of the file.
        rows: of the spoilt file.
        frames: what was taken of it.
        sound: rows and tables of the sound file.
        line: said of it.
        is_sure: whether the rows are those of the spoilt file; if not, any may be left out.

    Returns:
        Whether all that differs from the sound file was left out.

    Raises:
        Silent: something changed, and nothing says so.
    """
    told = listed(frames, {row.part for row in rows})
    used = [row for row in rows if not told.is_lost(row)]
    for header in layout.single:
        if len({word(row[header]) for row in used if row.texts.get(header)} - {None}) > 1:
            raise Silent(f"several {header}, and not a word")
    for item in layout.conserved:
        lost = _compare(layout, item, used, [row for row in rows if told.is_lost(row)], told, frames)
        if lost and not (item.within and rows != sound[0]):
            raise Silent(f"{item.table} is not {lost[0]}, which the file says, and not a word")
    if is_sure:
        _unchanged(layout, rows, frames, sound, told)
    odd = frames["core_anomaly"]
    # The number of a row that is torn cannot be told, and nothing else is said of it.
    _effects(layout, rows, odd if is_sure else odd.dropna(subset="effect"))
    _line(frames, line)
    as_before = {(row.part, row.raw) for row in sound[0]}
    return {(row.part, row.raw) for row in used} < as_before and not any(item.apart for item in layout.conserved)


def _compare(
    layout: Layout, item: Conserved, used: list[Row], left: list[Row], told: Listed, frames: Frames
) -> list[tuple[Any, ...]]:
    """What is missing; what the file does not say is refused."""
    columns, sums = layout.by_row(item), layout.told(item.sums)
    due: list[tuple[tuple[Any, ...], list[float]]] = []
    unsure: list[tuple[Any, ...]] = []
    for row in item.meant(_only(item, used)):
        key = [_value(column, row, told) for column in columns.values()] + [make(row) for make in item.made.values()]
        due.append((tuple(map(_key, key)), [_value(column, row, told) or 0.0 for column in sums.values()]))
        unsure += [due[-1][0]] * (told.is_warned(row) or ANY in key)
    names = [*columns, *item.made]
    found = []
    for values in item.rows(frames)[[*names, *sums]].itertuples(index=False):
        held = dict(zip([*names, *sums], values, strict=True))
        key = [_read(columns.get(name), item.seen.get(name, lambda same: same)(held[name])) for name in names]
        found.append((tuple(map(_key, key)), [float(held[name]) for name in sums]))
    said, taken = _tally(due, item), _tally(found, item)
    said = Counter({*said}) if item.distinct else said
    missing, extra = said - taken, taken - said
    if item.may_go:
        at = names.index(item.may_go)
        gone = {_text(row, columns[item.may_go].header) for row in left}
        here, there = ({_bare(key[at]) for key, _ in held} for held in (due, found))
        missing = Counter([key for key in missing.elements() if _bare(key[at]) not in gone - there])
        extra = Counter([key for key in extra.elements() if _bare(key[at]) not in gone - here])
    for wanted in list(missing.elements()):
        # Of a record of which something is said, a value may be left out; some texts can be read in several ways.
        like = next((other for other in extra if wanted in unsure and _is_less(other, wanted)), None)
        if like is not None:
            missing, extra = missing - Counter([wanted]), extra - Counter([like])
    if extra:
        raise Silent(f"{item.table}({', '.join([*names, *sums])}) is {next(iter(extra))}, which the file does not say")
    return list(missing)


def _only(item: Conserved, rows: list[Row]) -> list[Row]:
    """Rows that words mark as meant; a file without the column is of nothing else."""
    found = []
    for row in rows:
        is_meant = True
        for header, words in item.only.items():
            wanted, _, other = words.partition("/")
            text = row[header].strip().upper() if header in row.texts else None
            if text is not None and not (row[header].isascii() and re.fullmatch(f"{wanted}|{other}", text)):
                raise Silent(f"{item.table}: {text[:100]!r} was passed over without a word")
            is_meant = is_meant and (text is None or bool(re.fullmatch(wanted, text)))
        found += [row] * is_meant
    return found


def _tally(rows: list[tuple[tuple[Any, ...], list[float]]], item: Conserved) -> Counter[tuple[Any, ...]]:
    """How often each key is there; where numbers are summed, each key with its sums once."""
    if not item.sums:
        return Counter(key for key, _ in rows)
    summed: dict[tuple[Any, ...], list[float]] = {}
    for key, numbers in rows:
        summed[key] = [one + more for one, more in zip(summed.get(key, [0.0] * len(numbers)), numbers, strict=True)]
    return Counter((*key, *map(_key, numbers)) for key, numbers in summed.items())


def _is_less(taken: tuple[Any, ...], said: tuple[Any, ...]) -> bool:
    """Whether each value is there as it was said, or is missing."""
    return all(one is None or other is ANY or one == other for one, other in zip(taken, said, strict=True))


def _value(item: Field, row: Row, told: Listed) -> Any:
    # Where a file has no header, the program names a column by what it holds.
    blank = told.is_blank(row, item.header) or told.is_blank(row, item.into)
    return None if blank else item.plain(row[item.header])


def _read(item: Field | None, value: Any) -> Any:
    """A value of a table as one of its texts is read."""
    return item.plain(value) if isinstance(value, str) and item is not None else value


def _key(value: Any) -> Any:
    if value in {None, ANY} or value is UNFIT or isinstance(value, (str, tuple)):
        return value
    return None if pd.isna(value) else float(f"{float(value):.9g}")


def _text(row: Row, header: str) -> str:
    return _bare(row.texts.get(header) or "")


def _bare(value: Any) -> str:
    # The longest texts are cut to a length.
    return " ".join(str(value).split()).upper()[:500]


def _unchanged(layout: Layout, rows: list[Row], frames: Frames, sound: tuple[list[Row], Frames], told: Listed) -> None:
    """Rows that are as they were are neither left out nor in the tables otherwise."""
    now, then = Counter((row.part, row.raw) for row in rows), Counter((row.part, row.raw) for row in sound[0])
    come, gone = now - then, then - now
    changed = [row for row in rows if (row.part, row.raw) in come]
    touched = {
        _text(row, header)
        for row in [*changed, *(row for row in sound[0] if (row.part, row.raw) in gone)]
        for header in layout.identifiers()
    }
    both = [{row.texts.get(layout.shared) for row in held} for held in (rows, sound[0])]
    unsure = {shared[0] for shared in both[0] ^ both[1] if shared}
    spoilt = {part for part, _ in [*come, *gone]}
    for row in rows:
        is_touched = (row.part, row.raw) in come or {_text(row, key) for key in layout.identifiers()} & touched
        # What stands in another member may belong to it.
        is_touched = is_touched or bool(spoilt - {row.part})
        if not is_touched and told.is_lost(row) and (row.texts.get(layout.shared) or [None])[0] not in unsure:
            raise Silent(f"row {row.number} is as it was, and was left out")
    for item in layout.conserved:
        keys = [column for column, held in layout.by_row(item).items() if held.held == "key"]
        if keys:
            before, after = (_apart(item, held, keys, touched) for held in (sound[1], frames))
            if before != after:
                lost, new = list((before - after).elements())[:1], list((after - before).elements())[:1]
                raise Silent(f"{item.table}: of rows that are as they were it says {new}, and said {lost}")


_OF_FILE = ("directory_id", "list_id", "service_id", "geometry")
"""Columns that come of the file's name, and one that has a check of its own."""


def _apart(item: Conserved, frames: Frames, keys: list[str], touched: set[str]) -> Counter[tuple[Any, ...]]:
    frame = item.rows(frames)
    free = ~frame[keys].map(lambda value: _bare(value) in touched).any(axis=1)
    kept = frame.loc[free, [name for name in frame.columns if name not in {*_OF_FILE, *item.apart}]]
    return Counter(tuple(map(_key, values)) for values in kept.itertuples(index=False))


def _effects(layout: Layout, rows: list[Row], odd: pd.DataFrame) -> None:
    """The size of what is listed is the number that stands in its row."""
    if not layout.amount:
        return
    held = {str(row.number): row for row in rows}
    for item in odd[odd["row"].astype("str").isin(held)].to_dict("records"):
        stands = number(str(held[str(item["row"])].texts.get(layout.amount) or ""))
        if item["outcome"] == "left out" and stands not in {None, UNFIT, item["effect"]}:
            raise Silent(f"row {item['row']} holds {stands}, and is listed with {item['effect']}")


def _line(frames: Frames, line: str) -> None:
    """The line says how much was left out, kept or read as missing, and how many records were refused."""
    odd = frames["core_anomaly"]
    for outcome, part in odd.groupby("outcome"):
        if f"{len(part[['file', 'row']].drop_duplicates()):,} {outcome}" not in line:
            raise Silent(f"the line does not say how many rows were {outcome}: {line[-200:]}")
    refused = frames.get("core_service_refused")
    lost = 0 if refused is None else refused.loc[refused["outcome"] == "refused", "record"].nunique()
    if lost and f"{lost:,} record(s) refused" not in line:
        raise Silent(f"the line does not say that {lost} records were refused: {line[-200:]}")

"""Text turned into codes, numbers and days; what does not fit is refused with its row and column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.reading.parsing import Parsed, first_row
from sp_geo.tables.anomalies import most_odd_rows

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_THOUSANDS: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ONS: Final = r"[EWNSKJL]\d{8}"
_COUNT: Final = re.compile(r"[0-9]{1,12}(?:\.0+)?")
_DAY_FORMS: Final = (
    "%Y-%m-%d",
    "%Y%m%d",
    "%d%b%Y",
    "%d-%b-%Y",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%B-%Y",
    "%B %d %Y",
    "%b %d %Y",
    "%Y-%m-%d %H:%M:%S",
)
_SHORT_FORMS: Final = ("%d-%b-%y", "%d%b%y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%d %B %y", "%d %b %y")
"""With two digits for the year; a day stands before its month, as in all files of these publishers."""
_MONTH_FORMS: Final = ("%B %Y", "%b %Y", "%b-%Y", "%b-%y", "%Y-%m")
_UNCLEAR_YEARS: Final = range(2040, 2070)
"""Of two digits: practices opened in 1948, and nothing was published in 2048."""


def _each(
    parsed: Parsed, column: str, convert: Callable[[str], Any], expected: str, *, is_secondary: bool = False
) -> pd.Series:
    """Convert each different text once.

    Rows whose text ``convert`` answers with ``_UNFIT`` are odd. Of a secondary column only the value is lost: it is
    missing and listed, unless there are so many that the column is another thing.
    """
    texts = parsed.frame[column]
    positions, uniques = pd.factorize(texts)
    values = [convert(str(text).strip()) for text in uniques]
    unfit = np.array([value is _UNFIT for value in values], dtype=bool)
    if unfit.any():
        rows = pd.Series(unfit[positions], index=texts.index)
        if not is_secondary or rows.sum() > most_odd_rows(len(rows)):
            raise parsed.odd("the value cannot be used", rows, column, expected=expected)
        parsed.blank("the value cannot be used", rows, column)
        values = [None if value is _UNFIT else value for value in values]
    lookup = np.array(values, dtype=object)
    return pd.Series(lookup[positions] if len(lookup) else [], index=texts.index, dtype=object)


_UNFIT: Final = object()


def codes(
    parsed: Parsed,
    column: str,
    shape: str,
    expected: str,
    *,
    nullable: bool = False,
    blanks: frozenset[str] = frozenset(),
    is_secondary: bool = False,
) -> pd.Series:
    """A column of codes, upper case, without spaces around.

    Args:
        parsed: the table.
        column: which column.
        shape: regular expression for the whole code.
        expected: the shape in words, for messages.
        nullable: whether a blank is missing, as all are if the publisher gave no such column; otherwise its row is odd.
        blanks: words that mean missing as well.
        is_secondary: whether a code of another shape is missing and listed; otherwise its row is odd.
    """
    if nullable and not parsed.has(column):
        return _nothing(parsed)
    pattern = re.compile(shape, re.ASCII)

    def convert(text: str) -> object:
        # Some letters that are no ASCII become one in upper case: such a code only looks like the right one.
        code = text.upper() if text.isascii() else text
        if nullable and (not code or code in blanks):
            return None
        return code if pattern.fullmatch(code) else _UNFIT

    return _each(parsed, column, convert, expected, is_secondary=is_secondary).astype("str")


def _nothing(parsed: Parsed) -> pd.Series:
    return pd.Series(None, index=parsed.frame.index, dtype="str")


def area_codes(parsed: Parsed, column: str, shape: str, expected: str) -> pd.Series:
    """A column of ONS codes of areas; see :func:`codes`.

    Raises:
        UnrecognisedFile: all are codes of other areas. One archive often holds a table by many kinds of area.
        InvalidContent: some are malformed.
    """
    given = parsed.frame[column].str.strip().str.upper()
    if given.str.fullmatch(_ONS).all() and not given.str.fullmatch(shape).any():
        raise UnrecognisedFile(
            "it is by areas of another kind", file=parsed.file, found=f"{given.iloc[0]}", expected=expected
        )
    return codes(parsed, column, shape, expected)


def words(parsed: Parsed, column: str, *, default: str | None = None, needed: bool = False) -> pd.Series:
    """A column of names: single spaces, missing where blank; all ``default`` if the publisher gave no such column.

    Raises:
        InvalidContent: a name is ``needed`` and blank.
    """
    if not parsed.has(column):
        return pd.Series(default, index=parsed.frame.index, dtype="str")
    if needed:
        return _each(parsed, column, lambda text: " ".join(text.split()) or _UNFIT, "a name").astype("str")
    return _each(parsed, column, lambda text: " ".join(text.split()) or default, "text").astype("str")


def _plain_number(text: str) -> str:
    """A number without the commas between its thousands, as spreadsheets write them."""
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def counts(parsed: Parsed, column: str, high: int, *, low: int = 0, is_secondary: bool = False) -> pd.Series:
    """A column of whole numbers between ``low`` and ``high``.

    What does not fit is missing if ``is_secondary``, as all are if the publisher gave no such column.
    """
    if is_secondary and not parsed.has(column):
        return pd.Series(pd.NA, index=parsed.frame.index, dtype="Int64")

    def convert(text: str) -> object:
        plain = _plain_number(text)
        if not _COUNT.fullmatch(plain):
            return _UNFIT
        number = int(float(plain))
        return number if low <= number <= high else _UNFIT

    found = _each(parsed, column, convert, f"a whole number from {low:,} to {high:,}", is_secondary=is_secondary)
    return found.astype("Int64" if is_secondary else "int64")


def numbers(
    parsed: Parsed, column: str, low: float, high: float, *, nullable: bool = False, expected: str = ""
) -> pd.Series:
    """A column of numbers between ``low`` and ``high``; NaN where blank if ``nullable``."""

    def convert(text: str) -> object:
        if nullable and not text:
            return np.nan
        plain = _plain_number(text)
        if not _NUMBER.fullmatch(plain):
            return _UNFIT
        number = float(plain)
        return number if low <= number <= high else _UNFIT

    return _each(parsed, column, convert, expected or f"a number from {low:g} to {high:g}").astype("float64")


def day_of(text: str, *, may_be_month: bool = False) -> date | None:
    """A day in one of the forms publishers use: 20191001, 01JUL2022, 01-Sep-20, 1st September 2020, 2026-07-01.

    Args:
        text: the day.
        may_be_month: whether a month such as September 2020 stands for its first day.

    Returns:
        None if it is no day, or if its year of two digits could be of either century.
    """
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text.strip().replace(",", " "), flags=re.IGNORECASE)
    plain = " ".join(re.sub(r"\bsept\b", "Sep", plain, flags=re.IGNORECASE).split())
    for form in (*_DAY_FORMS, *_SHORT_FORMS, *(_MONTH_FORMS if may_be_month else ())):
        try:
            found = datetime.strptime(plain, form).date()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
        return None if "%y" in form and found.year in _UNCLEAR_YEARS else found
    return None


def days(
    parsed: Parsed, column: str, *, nullable: bool = False, may_be_month: bool = False, is_secondary: bool = False
) -> pd.Series:
    """A column of days as ``2022-06-30``; missing where blank if ``nullable``, or unfit if ``is_secondary``.

    All are missing if ``nullable`` and the publisher gave no such column. See :func:`day_of`.
    """
    if nullable and not parsed.has(column):
        return _nothing(parsed)

    def convert(text: str) -> object:
        if nullable and not text:
            return None
        day = day_of(text, may_be_month=may_be_month) if text.isascii() else None
        return day.isoformat() if day is not None and 1900 <= day.year <= 2100 else _UNFIT  # noqa: PLR2004

    return _each(parsed, column, convert, "a day such as 20191001 or 2019-10-01", is_secondary=is_secondary).astype(
        "str"
    )


def one_of(parsed: Parsed, column: str, meanings: Mapping[str, str], *, is_secondary: bool = False) -> pd.Series:
    """A column of published words turned into ours; ``meanings`` has lower-case keys."""

    def convert(text: str) -> object:
        return meanings.get(" ".join(text.lower().split()), _UNFIT) if text.isascii() else _UNFIT

    return _each(parsed, column, convert, " or ".join(sorted(meanings)), is_secondary=is_secondary).astype("str")


def single_day(parsed: Parsed, column: str) -> date:
    """The one day that stands in every row; a month stands for its first day.

    Raises:
        InvalidContent: there are several.
    """
    found = days(parsed, column, may_be_month=True)
    refuse_mixture(parsed, found, column, "one day in all rows")
    return date.fromisoformat(str(found.iloc[0]))


def refuse_mixture(parsed: Parsed, values: pd.Series, column: str, expected: str) -> None:
    """Refuse a column that should say the same in every row but does not."""
    other = values != values.iloc[0]
    if other.any():
        row = first_row(other)
        raise parsed.refusal(
            "the file mixes periods",
            row=row,
            column=column,
            found=f"{values.loc[row]} after {values.iloc[0]}",
            expected=expected,
        )


def refuse_repeats(parsed: Parsed, keys: pd.DataFrame, what: str) -> None:
    """Refuse a table in which a key stands twice with different values; exact copies of a row are odd.

    Args:
        parsed: the table.
        keys: the key's columns, indexed like the table.
        what: the key in words.
    """
    repeated = keys.duplicated()
    if not repeated.any():
        return
    copies = parsed.frame.duplicated() & repeated
    row = first_row(copies if copies.any() else repeated)
    key = keys.loc[row]
    found = f"{', '.join(str(part) for part in key)}, already in row {first_row((keys == key).all(axis=1)):,}"
    problem, expected = f"the {what} stands twice", f"each {what} once"
    if copies.any():
        raise parsed.odd(problem, copies, found=found, expected=expected)
    raise parsed.refusal(problem, row=row, found=found, expected=expected)

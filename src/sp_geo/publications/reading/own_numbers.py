"""Numbers as people write them, and what they mean: a share, a rate or a score.

A blank is missing, a sign such as ``*`` is suppressed, and a text that is none of these is left out by its row: nothing
becomes 0.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.publications.reading.area_tables import AreaTable

GIVEN, MISSING, SUPPRESSED, LEFT_OUT = "given", "missing", "suppressed", "left_out"
_SUPPRESSED: Final = frozenset({"*", "**", "c", "[c]", "x", "suppressed", "redacted", "withheld"})
_MISSING: Final = frozenset({"", "-", "\u2013", ".", "..", ":", "[x]", "[z]", "z", "n/a", "na", "nan", "null", "none"})
_FEW: Final = re.compile(r"<\s*\d+", re.ASCII)
_PLAIN: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.ASCII)
_THOUSANDS: Final = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_CERTAIN_COMMA: Final = re.compile(r"[-+]?(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,}))", re.ASCII)
_CURRENCY: Final = r"[\u00a3$\u20ac]"
_PRICE: Final = re.compile(rf"^([-+]?){_CURRENCY}(?=[-+]?[\d.])|(?<=\d){_CURRENCY}$")
"""A sign of pounds, dollars or euros before or after a number."""
_PERCENT: Final = frozenset({"%", "percent", "per cent", "percentage", "pct", "perc", "percentage points"})
_SHARE: Final = frozenset({"share", "proportion", "fraction", "share 0 to 1"})
_COUNTS: Final = frozenset({"count", "counts", "number", "numbers", "people", "persons", "patients", "households"})
_PERCENT_HEADER: Final = re.compile(r"%|\b(?:per ?cent|percentage|pct|perc|prevalence)\b")
_SHARE_HEADER: Final = re.compile(r"\b(?:share|proportion|fraction)\b")
_COUNT_HEADER: Final = re.compile(r"\b(?:number|count|counts|total|no\.?) of\b|\b(?:count|counts|total)\b")
_PER: Final = re.compile(r"per ([\d,]+)\b.*")
_MARKS: Final = frozenset({1.0, *(10.0**digits - 1 for digits in range(1, 10))})
"""Sizes of numbers that stand for no value in many a data set: -1, and nines with or without a sign."""
_FAR: Final = 10.0
_HIGHEST_PERCENT: Final = 100.0


@dataclass(frozen=True)
class Scale:
    """What the numbers of a measure mean.

    Attributes:
        form: share, rate or score.
        unit: in words.
        factor: by which a number, or a count over its base, becomes the value.
        per: base of a rate, else 1.
        has_sign: whether most numbers have a sign of percent, where it matters: the others cannot mean the same.
    """

    form: str
    unit: str
    factor: float = 1.0
    per: float = 1.0
    has_sign: bool | None = None

    def applied(self, read: pd.DataFrame) -> pd.DataFrame:
        """value, numerator, denominator, state, found, reason of each row of :func:`numbers`."""
        rows = read.copy()
        counted = rows["denominator"].notna()
        value = rows["number"].where(~counted, rows["number"] / rows["denominator"])
        if self.form == "share" and self.factor == 1:
            value = value.where(~rows["has_sign"], value / _HIGHEST_PERCENT)
        rows["value"] = (value * self.factor).where(rows["state"] == GIVEN)
        rows["numerator"] = rows["number"].where(counted & (rows["state"] == GIVEN))
        rows["denominator"] = rows["denominator"].where(rows["state"] == GIVEN)
        if self.has_sign is not None:
            reason = "no % where most have one" if self.has_sign else "a % where most have none"
            _refuse_by_row(rows, (rows["has_sign"] != self.has_sign) & (rows["value"] != 0), reason)
        if self.form == "share":
            _refuse_by_row(rows, rows["value"] > 1, "a share above 100 %")
        if self.form != "score":
            _refuse_by_row(rows, rows["value"] < 0, f"a {self.form} below 0")
        return rows[["value", "numerator", "denominator", "state", "found", "reason"]]


def _refuse_by_row(rows: pd.DataFrame, where: pd.Series, reason: str) -> None:
    where = where.fillna(value=False).astype(bool) & (rows["state"] == GIVEN)
    rows.loc[where, "state"], rows.loc[where, "reason"] = LEFT_OUT, reason
    rows.loc[where, "found"] = rows.loc[where, "text"]
    rows.loc[where, rows.columns.intersection(["value", "numerator", "denominator"])] = float("nan")


def kind_of(text: str) -> str:
    """What a cell is by itself: a number in any of the ways that people write them, missing, suppressed or a text."""
    bare = _bare(text)
    return _state(bare, _number(bare, has_decimal_comma=False))


def _bare(text: str) -> str:
    """A number's text without spaces between its digits and without a sign of percent or of a currency."""
    bare = re.sub(r"[\s\u00a0\u202f]", "", text).lower().removesuffix("%").replace("\u2212", "-")
    return _PRICE.sub(r"\1", bare)


def numbers(cells: pd.Series, bases: pd.Series | None) -> pd.DataFrame:
    """The numbers of a column, and their bases if there are any.

    Args:
        cells: text.
        bases: text of the same rows; None where there are no bases.

    Returns:
        number, denominator (NaN without bases), state, text, has_sign (of percent), found and reason, by row. With
        bases a row has a value only if it has both; 0 of 0 is missing.
    """
    rows = _read(cells)
    rows["denominator"] = float("nan")
    if bases is None:
        return rows
    base = _read(bases)
    rows["denominator"] = base["number"]
    rows["text"] = rows["text"] + " of " + base["text"]
    worse = (rows["state"] == GIVEN) & (base["state"] != GIVEN)
    rows.loc[worse, ["state", "found", "reason"]] = base.loc[worse, ["state", "found", "reason"]]
    both = rows["state"] == GIVEN
    nobody = both & (base["number"] == 0)
    rows.loc[nobody & (rows["number"] == 0), "state"] = MISSING
    faulty = (nobody & (rows["number"] != 0)) | (both & ((base["number"] < 0) | (rows["number"] < 0)))
    rows.loc[faulty, "state"], rows.loc[faulty, "reason"] = LEFT_OUT, "a count of a base of 0, or below 0"
    rows.loc[faulty, "found"] = rows.loc[faulty, "text"]
    return rows


def marks_among(found: pd.Series, states: pd.Series) -> pd.Series:
    """Which numbers look like marks for no value: nines such as 9999 or -999, or -1, far from all the others.

    Args:
        found: numbers by row.
        states: by row; only what is given counts.
    """
    given = found.where(states == GIVEN)
    is_mark = given.abs().isin(list(_MARKS)) & (given != 1)
    others = given[~is_mark]
    # Without any other number both comparisons are false.
    is_far = (given.abs() > _FAR * others.abs().max()) & (given.abs() > 1)
    return is_mark.where(is_far | ((given < 0) & (others.min() >= 0)), other=False)


def _read(cells: pd.Series) -> pd.DataFrame:
    """number, state, text, found, reason of each cell."""
    text = cells.str.strip()
    bare = text.map(_bare)
    # A comma before three digits is read by the company it keeps: 1,234 beside 4,1 may be either.
    has_decimal_comma = bool(bare.drop_duplicates().str.fullmatch(_CERTAIN_COMMA).any())
    known = {shown: _number(shown, has_decimal_comma=has_decimal_comma) for shown in bare.unique()}
    states = {shown: _state(shown, known[shown]) for shown in known}
    rows = pd.DataFrame({"number": bare.map(known).astype("float64"), "state": bare.map(states), "text": text})
    rows["has_sign"] = text.str.endswith("%")
    lost = rows["state"] == LEFT_OUT
    rows["found"] = text.where(lost, None)
    rows["reason"] = pd.Series("not a number", index=rows.index).where(lost, None)
    currency = text.str.extract(f"({_CURRENCY})", expand=False).where(rows["state"] == GIVEN).dropna()
    if len(currency.unique()) > 1:
        other = (currency != currency.mode().iloc[0]).reindex(rows.index, fill_value=False)
        _refuse_by_row(rows, other, "another currency than most have")
    return rows


def _number(bare: str, *, has_decimal_comma: bool) -> float:
    if _PLAIN.fullmatch(bare):
        number = float(bare)
        return number if math.isfinite(number) else math.nan
    if _CERTAIN_COMMA.fullmatch(bare):
        return float(bare.replace(".", "").replace(",", "."))
    if _THOUSANDS.fullmatch(bare) and not (has_decimal_comma and bare.count(",") == 1 and "." not in bare):
        return float(bare.replace(",", ""))
    return math.nan


def _state(bare: str, number: float) -> str:
    if not math.isnan(number):
        return GIVEN
    if bare in _SUPPRESSED or _FEW.fullmatch(bare):
        return SUPPRESSED
    return MISSING if bare in _MISSING else LEFT_OUT


def scale_of(unit: str, header: str, read: pd.DataFrame, table: AreaTable, column: int) -> Scale:
    """What the numbers mean: what was told, else what the header and the cells show.

    Raises:
        UsageError: the unit does not go with what the file holds.
        InvalidContent: they are counts without bases, or may be percentages as well as shares.
    """
    told = " ".join(unit.split())
    word = told.lower()
    has_base = bool(read["denominator"].notna().any())
    per = _PER.fullmatch(word)
    if has_base:
        if per:
            base = float(per[1].replace(",", ""))
            return Scale("rate", told, factor=base, per=base)
        if word and word not in _PERCENT | _SHARE:
            raise UsageError(
                "a count with a base is a share or a rate",
                found=f"--unit '{told}'",
                expected="%, or such as 'per 1,000'",
            )
        return Scale("share", "%")
    if word in _PERCENT:
        return Scale("share", "%", factor=1 / _HIGHEST_PERCENT)
    if word in _SHARE:
        return Scale("share", "%")
    if word in _COUNTS or (not word and _COUNT_HEADER.search(header.lower())):
        raise table.refusal(
            "a count says nothing of need without its base",
            place=column,
            found=f"'{header}'",
            advice="Name the column of the base with --base-column, or say otherwise with --unit",
        )
    if word:
        base = float(per[1].replace(",", "")) if per else 1.0
        return Scale("rate" if per else "score", told, per=base, has_sign=_mostly_signed(read))
    return _scale_shown(header.lower(), read, table, column)


def _mostly_signed(read: pd.DataFrame) -> bool | None:
    """Whether most of the numbers have a sign of percent; None if none has."""
    signed = read.loc[read["state"] == GIVEN, "has_sign"]
    return bool(2 * signed.sum() >= len(signed)) if signed.any() else None


def _scale_shown(header: str, read: pd.DataFrame, table: AreaTable, column: int) -> Scale:
    signed = _mostly_signed(read)
    named = _PERCENT_HEADER.search(re.sub(r"[_.]", " ", header)) is not None
    share = _SHARE_HEADER.search(re.sub(r"[_.]", " ", header)) is not None
    highest = read.loc[(read["state"] == GIVEN) & ~read["has_sign"], "number"].max()
    if (named or share) and not signed and highest <= 1:
        if share and not named:
            return Scale("share", "%")
        raise table.refusal(
            "the numbers may be percentages or shares of 1",
            place=column,
            found=f"no number above {highest:g}",
            advice="Say which with --unit % or --unit share",
        )
    if signed or named or share:
        return Scale("share", "%", factor=1 / _HIGHEST_PERCENT, has_sign=signed or None)
    return Scale("score", "not stated", has_sign=signed)

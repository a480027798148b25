"""Numbers of the GP Patient Survey: answers, percentages, and the codes that stand for a withheld answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.reading.parsing import Parsed
from sp_geo.publications.reading.values import numbers

LOWEST_CODE: Final = -999
MOST_ANSWERS: Final = 1_000_000
ENOUGH_TO_TELL: Final = 100
"""So many whole numbers without a fraction among them are not weighted."""
_LOW_PERCENTILE: Final = 0.05
_FAR: Final = 10.0
"""A percentage that is less than a tenth of what nearly all others are may be a share."""
NOT_GIVEN: Final = "/"
"""What some practice files hold where a question was not asked; missing, as a blank is."""


def _published(parsed: Parsed, column: str) -> pd.Series:
    """Numbers as published, withheld ones negative; all NaN if the publisher gave no such column."""
    if not parsed.has(column):
        return pd.Series(np.nan, index=parsed.frame.index)
    given = parsed.frame.assign(**{column: parsed.frame[column].str.strip().replace(NOT_GIVEN, "")})
    plain = Parsed(parsed.file, given, parsed.headers, parsed.notes)
    return numbers(plain, column, LOWEST_CODE, MOST_ANSWERS, nullable=True)


def answers(parsed: Parsed, column: str) -> pd.Series:
    """Numbers of answers (weighted ones are fractional); NaN where missing or withheld."""
    found = _published(parsed, column)
    return found.where(found >= 0)


def shares(parsed: Parsed, column: str) -> pd.Series:
    """Shares from 0 to 1; a column with any number above 1 is in per cent. NaN where missing or withheld.

    Raises:
        OddRows: numbers are above 100, or a few percentages stand among shares.
    """
    found = answers(parsed, column)
    if not (found > 1).any():
        return found
    if (found > 100).any():  # noqa: PLR2004
        raise parsed.odd("the percentage is above 100", found > 100, column)  # noqa: PLR2004
    between, above = (found > 0) & (found < 1), found > 1
    if between.sum() > above.sum():
        # A few below one per cent are likely; one number in a column of shares is not a column of percentages.
        expected = "all from 0 to 1, or all from 0 to 100"
        raise parsed.odd("a percentage stands among shares", above, column, expected=expected)
    low = (found > 0) & (found <= 1) & (found < found[above].quantile(_LOW_PERCENTILE) / _FAR)
    if low.any():
        parsed.keep("a number that looks like a share stands among percentages", low, column)
    return found / 100


def is_withheld(parsed: Parsed, columns: Iterable[str]) -> pd.Series:
    """Whether any of the columns holds a code for a withheld answer."""
    withheld = pd.Series(data=False, index=parsed.frame.index)
    for column in columns:
        withheld |= _published(parsed, column) < 0
    return withheld


def refuse_unweighted(parsed: Parsed, columns: Iterable[str], own_name: str) -> None:
    """Refuse the file of unweighted answers, which is published beside the weighted one under almost the same name.

    Args:
        parsed: the table.
        columns: numbers of answers that are fractional where they are weighted.
        own_name: the file's own name.

    Raises:
        UnrecognisedFile: its name or its whole numbers say that it is unweighted.
        InvalidContent: its name and its numbers contradict each other.
    """
    name = re.sub(r"[\W_]+", "", own_name.lower())
    counted = pd.concat([pd.Series(dtype="float64"), *(answers(parsed, column).dropna() for column in columns)])
    is_fractional = bool((counted % 1 != 0).any())
    is_whole = not is_fractional and (counted > 0).sum() >= ENOUGH_TO_TELL
    says = "unweighted" if "unweighted" in name else "weighted" if "weighted" in name else ""
    if (says == "unweighted" and is_fractional) or (says == "weighted" and is_whole):
        raise parsed.refusal(
            "the file's name and its numbers contradict each other",
            found=f"'{says}' in the name, and {'fractions' if is_fractional else 'whole numbers alone'} of answers",
            expected="weighted answers, which are fractional",
            advice="Download the practice data (weighted, CSV) of the same year again",
        )
    if says == "unweighted" or is_whole:
        raise UnrecognisedFile(
            "it holds unweighted answers",
            file=parsed.file,
            expected="weighted ones",
            advice="Download the practice data (weighted, CSV) of the same year",
        )

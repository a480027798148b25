"""Numbers of the GP Patient Survey: answers, percentages, and the codes that stand for a withheld answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.ingest.reading.parsing import Parsed, first_row
from sp_geo.ingest.reading.values import numbers

LOWEST_CODE: Final = -999
MOST_ANSWERS: Final = 1_000_000
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
        InvalidContent: a number is above 100.
    """
    found = answers(parsed, column)
    if not (found > 1).any():
        return found
    if (found > 100).any():  # noqa: PLR2004
        row = first_row(found > 100)  # noqa: PLR2004
        raise parsed.refusal("the percentage is above 100", row=row, column=column, found=f"{found[row]:g}")
    between, above = (found > 0) & (found < 1), found > 1
    if between.sum() > above.sum():
        # A few below one per cent are likely; one number in a column of shares is not a column of percentages.
        row = first_row(above)
        raise parsed.refusal(
            "a percentage stands among shares",
            row=row,
            column=column,
            found=f"{found[row]:g}",
            expected="all from 0 to 1, or all from 0 to 100",
        )
    return found / 100


def is_withheld(parsed: Parsed, columns: Iterable[str]) -> pd.Series:
    """Whether any of the columns holds a code for a withheld answer."""
    withheld = pd.Series(data=False, index=parsed.frame.index)
    for column in columns:
        withheld |= _published(parsed, column) < 0
    return withheld

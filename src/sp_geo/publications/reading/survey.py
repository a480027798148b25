"""The GP Patient Survey: answers, percentages, the codes that stand for a withheld answer, and the year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import UnrecognisedFile
from sp_geo.publications.reading.anomalies import Frames
from sp_geo.publications.reading.parsing import Parsed
from sp_geo.publications.reading.values import codes, counts, numbers, refuse_repeats
from sp_geo.publications.reading.years import told_year, years_in

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


def survey_frames(
    parsed: Parsed,
    own_name: str,
    series: str,
    years: range,
    numbers_by_column: Mapping[str, pd.Series],
    may_be_withheld: Iterable[str],
) -> Frames:
    """Answers to the question of enough local support as core_practice_survey.

    The year stands in the file's column, in its column ``source_file``, or in its own name.

    Args:
        parsed: the table.
        own_name: the file's own name, or the year itself.
        series: name of the series of years whose questions can be compared.
        years: those of the series.
        numbers_by_column: no_count, base_count and no_share.
        may_be_withheld: columns in which a negative number is the publisher's code for a withheld answer.

    Raises:
        InvalidContent: a code is malformed, a practice stands twice with different answers, or nothing tells the year.
    """
    year = counts(parsed, "year", high=years[-1], low=years[0]) if parsed.has("year") else pd.Series(dtype="int64")
    if year.nunique() < 2:  # noqa: PLR2004
        sources = " ".join(parsed.frame["source_file"].unique()) if parsed.has("source_file") else ""
        told = {
            "its column year": {int(said) for said in year.unique()},
            "its column source_file": {said for said in years_in(sources) if said in years},
        }
        such_as = f"'GPPS_{max(years[0] + 1, 2022)}_Practice_data.csv'"
        only = told_year(parsed, told, years_in(own_name), years, "the survey", such_as)
        year = pd.Series(only, index=parsed.frame.index)
    rows = pd.DataFrame(
        {
            "year": year,
            "practice_code": codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001"),
            "question": "enough_local_support",
            "series": series,
            **numbers_by_column,
            "suppressed": pd.concat([_published(parsed, column) < 0 for column in may_be_withheld], axis=1).any(axis=1),
        }
    )
    refuse_repeats(parsed, rows[["year", "practice_code"]], "practice in this year")
    return {"core_practice_survey": rows.reset_index(drop=True)}


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

"""GP Patient Survey, practice file 2018 to 2023 (NHS England, Ipsos): question 32, enough local support."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import (
    Parsed,
    answers,
    codes,
    counts,
    is_withheld,
    leaving_out,
    refuse_repeats,
    refuse_unweighted,
    shares,
    table,
    told_year,
    years_in,
)
from sp_geo.workspace.document import Document

QUESTION: Final = "enough_local_support"
SERIES: Final = "2018-2023"
FIRST, LAST = 2018, 2023
YEARS: Final = range(FIRST, LAST + 1)


def read(document: Document, own_name: str) -> dict[str, pd.DataFrame]:
    """Answers to question 32 as core_practice_survey.

    ``no_count`` is the published count of No, or the published percentage of the base where only that is given. The
    base leaves out those who did not need support and those who did not know. Any negative number is the publisher's
    code for a withheld answer; a blank is missing.

    Args:
        document: the CSV file.
        own_name: the file's own name, for one that does not say its year; or the year itself.

    Raises:
        InvalidContent: a column is missing, too many rows cannot be used, a practice stands twice with different
            answers, or nothing tells the year.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "patient_survey_2018", ("practice_code",))
    if not (parsed.has("base_count") or parsed.has("no_pct")) or not (parsed.has("no_count") or parsed.has("no_pct")):
        raise parsed.refusal(
            "column Q32_3 or Q32_123BASE is missing", row=1, expected="Q32_3 with Q32_123BASE, or Q32_3PCT"
        )
    return leaving_out(parsed, lambda kept: _frames(kept, own_name), "base_count", "answers")


def _frames(parsed: Parsed, own_name: str) -> dict[str, pd.DataFrame]:
    refuse_unweighted(parsed, ("no_count",), own_name)
    base = answers(parsed, "base_count")
    share = shares(parsed, "no_pct")
    no = answers(parsed, "no_count").fillna(share * base)
    more = no > base + 1
    if more.any():
        raise parsed.odd("more answers No than answers", more, "no_count" if parsed.has("no_count") else "no_pct")
    rows = pd.DataFrame(
        {
            "year": _year(parsed, own_name),
            "practice_code": codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001"),
            "question": QUESTION,
            "series": SERIES,
            "no_count": no.clip(upper=base),
            "base_count": base,
            "no_share": (no / base.where(base > 0)).fillna(share).clip(upper=1),
            "suppressed": is_withheld(parsed, ("no_count", "base_count", "no_pct")),
        }
    )
    refuse_repeats(parsed, rows[["year", "practice_code"]], "practice in this year")
    return {"core_practice_survey": rows.reset_index(drop=True)}


def _year(parsed: Parsed, own_name: str) -> pd.Series:
    """The survey's year: from the file's column, or from its own name."""
    given = counts(parsed, "year", high=LAST, low=FIRST) if parsed.has("year") else pd.Series(dtype="int64")
    if len(given.unique()) > 1:
        return given
    told = {"its column year": {int(year) for year in given.unique()}}
    year = told_year(parsed, told, years_in(own_name), YEARS, "the survey", "'GPPS_2022_Practice_data.csv'")
    return pd.Series(year, index=parsed.frame.index)

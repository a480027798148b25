"""NHS Payments to General Practice (NHS England): patients weighted by the formula that the money follows."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.quarters import FinancialYear
from sp_geo.publications.reading import (
    Frames,
    Parsed,
    codes,
    day_of,
    first_row,
    numbers,
    refuse_mixture,
    refuse_repeats,
    table_reader,
)

NEEDED: Final = ("practice_code", "weighted_patients")
BLANKS: Final = ("", "-")
_NO_DAY: Final = date(2101, 1, 1)
MOST_PATIENTS: Final = 500_000
"""Of one practice; the most weighted patients in four years are 91,290."""


@table_reader("nhs_payments", NEEDED)
def read(parsed: Parsed, _period: str) -> Frames:
    """Weighted patients by practice as core_practice_weighted_list; the other columns are passed over.

    A figure that is not above 0 is missing, as no practice is paid for nobody: the publisher writes 0 where it has
    none. It is kept apart from a blank.

    Args:
        parsed: the table; the file's own name says the year.
        _period: not needed, and no year at all where only the archive is dated.

    Raises:
        InvalidContent: a code or number is malformed, a practice stands twice, or the year is not told or
            contradicted: by another year, or by a practice that opened later.
    """
    # The year that the file's own name and, where there is one, its column of years agree on.
    name = PurePosixPath(parsed.file.rpartition(" > ")[2]).name
    said = FinancialYear.named_in(name)
    if parsed.has("financial_year"):
        column = parsed.frame["financial_year"].str.strip()
        refuse_mixture(parsed, column, "financial_year", "one year in all rows")
        said |= FinancialYear.named_in(str(column.iloc[0]))
    if not said:
        raise parsed.refusal(
            "nothing tells the financial year",
            found=f"'{name}'",
            expected="the year in the file's own name, such as 22-23.csv",
            advice="Name the CSV file after the year that it is about; the name of an archive does not count",
        )
    if len(said) > 1:
        raise parsed.refusal(
            "different financial years are told",
            found=" and ".join(str(year) for year in sorted(said)),
            expected="one year, in the file's own name and in its content",
            advice="Name the CSV file after the year that it is about",
        )
    year = said.pop()
    opened = parsed.frame["opened"].str.strip() if parsed.has("opened") else pd.Series(dtype="str")
    # What is no day, or one that nobody lives to see, is no evidence of any year.
    days = {text: day_of(text) if text.isascii() else None for text in opened.unique()}
    later = opened.map({text: day is not None and year.end < day < _NO_DAY for text, day in days.items()}).astype(bool)
    # Nobody is paid before they open. Of four published years none has such a practice, and each has one to three
    # under the name of the year before.
    if later.any():
        row = first_row(later)
        raise parsed.refusal(
            f"the file is said to be of {year}, but a practice opened after that year",
            row=row,
            column="opened",
            found=opened[row],
            expected=f"no day after {year.end.isoformat()}",
            advice="Name the CSV file after the year that it is about",
        )
    blank = parsed.frame["weighted_patients"].str.strip().isin(BLANKS)
    published = numbers(parsed.where(~blank), "weighted_patients", -MOST_PATIENTS, MOST_PATIENTS)
    patients = published.where(published > 0).reindex(parsed.frame.index)
    rows = pd.DataFrame(
        {
            "practice_code": codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001"),
            "year": str(year),
            "weighted_patients": patients,
            "published_as": np.select([blank, patients.isna()], ["blank", "not_above_zero"], "figure"),
        }
    )
    refuse_repeats(parsed, rows[["practice_code"]], "practice")
    return {"core_practice_weighted_list": rows.reset_index(drop=True)}

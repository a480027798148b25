"""GP Patient Survey, practice file from 2024 on (NHS England, Ipsos): ``healthsupport``, enough local support."""

from __future__ import annotations

from typing import Final

import numpy as np
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
SERIES: Final = "2024-"
FIRST, LAST = 2024, 2099
YEARS: Final = range(FIRST, LAST + 1)
_ANSWERS: Final = ("yes_pct", "answer_1_pct", "answer_2_pct", "answer_3_pct", "base_count", "weighted_base_count")


def read(document: Document, own_name: str) -> dict[str, pd.DataFrame]:
    """Answers about local support as core_practice_survey.

    The share of No among those who needed support is 1 less the published share of those with enough support
    (``healthsupport.pcteval``); failing that, it is No over the three answers Yes definitely, Yes to some extent and
    No, whose percentages share one base. The base is the weighted one where published. A file that gives the share
    without a base leaves ``base_count`` missing. Any negative number is the publisher's code for a withheld answer.

    Args:
        document: the CSV file.
        own_name: the file's own name, for one that does not say its year; or the year itself.

    Raises:
        InvalidContent: a column is missing, too many rows cannot be used, a practice stands twice with different
            answers, or nothing tells the year.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "patient_survey_2024", ("practice_code",))
    return leaving_out(parsed, lambda kept: _frames(kept, own_name), "base_count", "answers")


def _frames(parsed: Parsed, own_name: str) -> dict[str, pd.DataFrame]:
    refuse_unweighted(parsed, ("weighted_base_count",), own_name)
    share = _no_share(parsed)
    base = answers(parsed, "weighted_base_count").fillna(answers(parsed, "base_count"))
    rows = pd.DataFrame(
        {
            "year": _year(parsed, own_name),
            "practice_code": codes(parsed, "practice_code", shapes.PRACTICE, "a practice such as A81001"),
            "question": QUESTION,
            "series": SERIES,
            "no_count": share * base,
            "base_count": base,
            "no_share": share.where(base.isna() | (base > 0)),
            "suppressed": is_withheld(parsed, _ANSWERS),
        }
    )
    refuse_repeats(parsed, rows[["year", "practice_code"]], "practice in this year")
    return {"core_practice_survey": rows.reset_index(drop=True)}


def _no_share(parsed: Parsed) -> pd.Series:
    """Share of No among those who needed support, 0 to 1; see :func:`read`."""
    if parsed.has("yes_pct"):
        return 1 - shares(parsed, "yes_pct")
    kind = next((kind for kind in ("pct", "count") if all(parsed.has(f"answer_{n}_{kind}") for n in (1, 2, 3))), None)
    if kind is None:
        raise parsed.refusal(
            "column HEALTHSUPPORT.PCTEVAL is missing",
            row=1,
            expected="healthsupport.pcteval, or healthsupport_1.pct to _3.pct",
        )
    given = [answers(parsed, f"answer_{number}_{kind}") for number in (1, 2, 3)]
    needed = given[0] + given[1] + given[2]
    return given[2] / needed.where(needed > 0, np.nan)


def _year(parsed: Parsed, own_name: str) -> pd.Series:
    """The survey's year: from the file's column, from a year in ``source_file``, or from its own name."""
    given = counts(parsed, "year", high=LAST, low=FIRST) if parsed.has("year") else pd.Series(dtype="int64")
    if len(given.unique()) > 1:
        return given
    sources = " ".join(parsed.frame["source_file"].unique()) if parsed.has("source_file") else ""
    told = {
        "its column year": {int(year) for year in given.unique()},
        "its column source_file": {year for year in years_in(sources) if year in YEARS},
    }
    year = told_year(parsed, told, years_in(own_name), YEARS, "the survey", "'GPPS_2025_Practice_data.csv'")
    return pd.Series(year, index=parsed.frame.index)

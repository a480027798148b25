"""Link worker posts outside the published series, as a user lists them in the layout of the template.

One row is one post. It says of which kind its employer is and never who: a column for a name, like any other that the
template does not have, is refused, and what stands under ``note`` is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.errors import InvalidContent
from sp_geo.publications.reading import Parsed, codes, first_row, numbers, one_of, refuse_repeats, table
from sp_geo.publications.reading.faults import Check, every_fault
from sp_geo.tables.local_posts import EMPLOYERS, FUNDERS, MOST_FTE, POST_ROLES
from sp_geo.workspace.document import Document

NEEDED: Final = ("pcn_code", "first_quarter", "role", "fte", "employer")
_LEAST_FTE: Final = 0.01
_QUARTER: Final = r"20[1-4]\dQ[1-4]"
_QUARTER_WORDS: Final = "a quarter from 2010Q1 to 2049Q4, such as 2022Q2"
_POST_ID: Final = r"[A-Z0-9_./ -]{1,40}"


def read(document: Document, period: str) -> dict[str, pd.DataFrame]:
    """The file as core_local_post.

    Raises:
        InvalidContent: a column is missing or unknown, a value is malformed, an identifier stands twice, or a post
            ends before it begins.
        DamagedFile: it cannot be read to its end.
    """
    return {"core_local_post": _posts(table(document, "local_posts", NEEDED, only_known=True)).assign(list_id=period)}


def faults(document: Document, most: int) -> list[InvalidContent]:
    """All faults of a file, ``most`` at most.

    Raises:
        InvalidContent: a column is missing or unknown, so that no row can be read.
        DamagedFile: it cannot be read to its end.
    """
    parsed = table(document, "local_posts", NEEDED, only_known=True)
    held = {name: check for name, check in _COLUMNS.items() if parsed.has(name)}
    return every_fault(parsed, held, _posts, most)


def _words(words: tuple[str, ...]) -> dict[str, str]:
    """Words with underscores, and the same with spaces."""
    return {shape: word for word in words for shape in (word, word.replace("_", " "))}


def _funders(parsed: Parsed) -> pd.Series:
    told = parsed.frame["funded_by"].str.strip() != ""
    return one_of(parsed.where(told), "funded_by", _words(FUNDERS)).reindex(parsed.frame.index)


_COLUMNS: Final[Mapping[str, Check]] = {
    "post_id": lambda parsed: codes(
        parsed, "post_id", _POST_ID, "letters, digits, spaces and - _ . / only, 40 at most, or nothing", nullable=True
    ),
    "pcn_code": lambda parsed: codes(parsed, "pcn_code", shapes.PCN, "the code of a PCN such as U12345"),
    "first_quarter": lambda parsed: codes(parsed, "first_quarter", _QUARTER, _QUARTER_WORDS),
    "last_quarter": lambda parsed: codes(
        parsed, "last_quarter", _QUARTER, f"{_QUARTER_WORDS}, or nothing while the post is filled", nullable=True
    ),
    "role": lambda parsed: one_of(parsed, "role", _words(POST_ROLES)),
    "fte": lambda parsed: numbers(
        parsed,
        "fte",
        _LEAST_FTE,
        MOST_FTE,
        expected=f"a number from {_LEAST_FTE:g} to {MOST_FTE:g}; several posts are several rows",
    ),
    "employer": lambda parsed: one_of(parsed, "employer", _words(EMPLOYERS)),
    "funded_by": _funders,
}


def _posts(parsed: Parsed) -> pd.DataFrame:
    nothing = pd.Series(None, index=parsed.frame.index, dtype="str")
    frame = pd.DataFrame(
        {name: check(parsed) if parsed.has(name) else nothing for name, check in _COLUMNS.items()},
        index=parsed.frame.index,
    )
    numbered = pd.Series([f"row-{row}" for row in frame.index], index=frame.index, dtype="str")
    frame["post_id"] = frame["post_id"].fillna(numbered)
    refuse_repeats(parsed, frame[["post_id"]], "identifier of a post")
    backwards = (frame["last_quarter"] < frame["first_quarter"]).fillna(value=False).astype(bool)
    if backwards.any():
        row = first_row(backwards)
        raise parsed.refusal(
            "the post ends before it begins",
            row=row,
            column="last_quarter",
            found=str(frame["last_quarter"][row]),
            expected=f"{frame['first_quarter'][row]} or later, or nothing while the post is filled",
        )
    return frame

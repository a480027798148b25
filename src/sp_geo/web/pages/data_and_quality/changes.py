"""What differs from the build before, as the page on data and quality shows it; compared once a build."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.build.view import Build, remembered
from sp_geo.core.errors import WorkspaceError
from sp_geo.questions.changes.answers import NO_BUILD_BEFORE, nothing
from sp_geo.questions.changes.compare import Changes, compare, label_of, value_words
from sp_geo.reports.findings.quality import NOT_APPLICABLE

MOST_ROWS: Final = 1_000
"""Rows of PCNs that the page holds, the largest first; a change of software may move every value there is."""


@dataclass(frozen=True)
class Shown:
    """What the page shows of the differences.

    Attributes:
        sentence: what differs in one line, or why nothing is compared.
        causes: what was done.
        figures: of areas, with values in words.
        pcns: the largest differences of PCNs, with values in words.
        pcn_rows: how many there are in all.
    """

    sentence: str
    causes: pd.DataFrame
    figures: pd.DataFrame
    pcns: pd.DataFrame
    pcn_rows: int


@remembered()
def shown(build: Build) -> Shown:
    """What differs between this build and the one before it."""
    try:
        before = build.before()
        found = compare(before, build.base) if before is not None else nothing()
    except WorkspaceError as fault:
        # The figures of this build are whole: only what it is compared with cannot be read.
        return _in_words(nothing(), f"The build before cannot be compared: {fault.line()}.")
    return _in_words(found, found.sentence if before is not None else NO_BUILD_BEFORE)


def _in_words(found: Changes, sentence: str) -> Shown:
    pcns = found.pcns.head(MOST_ROWS)
    pcns = pcns.assign(label=pcns["measure"].map(label_of))
    return Shown(sentence, found.causes, _values(found.figures), _values(pcns), len(found.pcns))


def _values(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with both values in words, and a mark where a difference of numbers does not apply."""
    records = rows.to_dict("records")
    said = {
        f"{side}_words": pd.Series([value_words(row, side) for row in records], rows.index, dtype="object")
        for side in ("before", "after")
    }
    mark = pd.Series(NOT_APPLICABLE, index=rows.index, dtype="object").where(rows["difference"].isna(), "")
    return rows.assign(**said, difference_mark=mark)

"""England or one ICB at a glance: what the first page asks of the build, in the words that a pack has too."""

from __future__ import annotations

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.reports.findings import headlines
from sp_geo.reports.findings.association_words import association
from sp_geo.reports.findings.provision_words import provision_words, silence_words
from sp_geo.web.sheets import slope_rows


def year_before(build: Build, quarter: str) -> str:
    """The same quarter a year before, or the first there is."""
    return headlines.year_before(build.choices.quarters, quarter)


def like_for_like(build: Build, quarter: str, area: str) -> tuple[int, float, float]:
    """PCNs that reported in this quarter and a year before, and their FTE then and now."""
    before = year_before(build, quarter)
    return headlines.like_for_like(build.rows(quarter, area), build.rows(before, area))


def things_to_know(build: Build, quarter: str, area: str, need: str) -> list[tuple[str, str]]:
    """Three headings with what the figures say under each, in plain words."""
    rows = build.rows(quarter, area)
    if rows.empty:
        return []
    before = year_before(build, quarter)
    slopes = slope_rows(build, need, area)
    found = association(slopes[slopes["quarter"] == quarter], quarter, build.needs[need])
    return [
        (
            "How many link workers there are",
            " ".join(provision_words(rows, build.rows(before, area), quarter, before)),
        ),
        ("Whether they are where need is higher", " ".join(found.sentences)),
        ("Who has none, and who did not say", " ".join(silence_words(rows, quarter))),
    ]


def changes(build: Build, area: str) -> pd.DataFrame:
    """One row a quarter, the latest first: who reported, posts, rate and coverage."""
    return headlines.changes({quarter: build.rows(quarter, area) for quarter in build.choices.quarters})

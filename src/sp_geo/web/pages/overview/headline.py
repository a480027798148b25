"""England or one board at a glance: what the first page asks of the build, in the words that a pack has too."""

from __future__ import annotations

import pandas as pd

from sp_geo.reports.findings import headlines
from sp_geo.reports.findings.association_words import association
from sp_geo.reports.findings.provision_words import provision_words, silence_words
from sp_geo.web.sheets import slope_rows
from sp_geo.web.snapshot import Snapshot


def year_before(snapshot: Snapshot, quarter: str) -> str:
    """The same quarter a year before, or the first there is."""
    return headlines.year_before(snapshot.choices.quarters, quarter)


def like_for_like(snapshot: Snapshot, quarter: str, area: str) -> tuple[int, float, float]:
    """Networks that reported in this quarter and a year before, and their FTE then and now."""
    before = year_before(snapshot, quarter)
    return headlines.like_for_like(snapshot.rows(quarter, area), snapshot.rows(before, area))


def things_to_know(snapshot: Snapshot, quarter: str, area: str, need: str) -> list[tuple[str, str]]:
    """Three headings with what the figures say under each, in plain words."""
    rows = snapshot.rows(quarter, area)
    if rows.empty:
        return []
    before = year_before(snapshot, quarter)
    slopes = slope_rows(snapshot, need, area)
    found = association(slopes[slopes["quarter"] == quarter], quarter, snapshot.needs[need])
    return [
        (
            "How many link workers there are",
            " ".join(provision_words(rows, snapshot.rows(before, area), quarter, before)),
        ),
        ("Whether they are where need is higher", " ".join(found.sentences)),
        ("Who has none, and who did not say", " ".join(silence_words(rows, quarter))),
    ]


def changes(snapshot: Snapshot, area: str) -> pd.DataFrame:
    """One row a quarter, the latest first: who reported, posts, rate and coverage."""
    return headlines.changes({quarter: snapshot.rows(quarter, area) for quarter in snapshot.choices.quarters})

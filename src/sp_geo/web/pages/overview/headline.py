"""England or one ICB at a glance: what the first page asks of the build, in the words that a pack has too."""

from __future__ import annotations

from sp_geo.build.view import Build
from sp_geo.reports.findings import headlines
from sp_geo.reports.findings.provision_words import provision_words, reporting_words
from sp_geo.statistics.conclusions.associations import association
from sp_geo.web.sheets import slope_rows


def things_to_know(build: Build, quarter: str, area: str, need: str) -> list[tuple[str, str]]:
    """Three headings with what the figures say under each, in plain words."""
    rows = build.rows(quarter, area)
    if rows.empty:
        return []
    before = headlines.year_before(build.choices.quarters, quarter)
    slopes = slope_rows(build, need, area)
    found = association(slopes[slopes["quarter"] == quarter], quarter, build.needs[need])
    return [
        (
            "How many link workers there are",
            " ".join(provision_words(rows, build.rows(before, area), quarter, before)),
        ),
        ("Whether they are where need is higher", " ".join(found.sentences)),
        ("Who has none, and who did not say", " ".join(reporting_words(rows, quarter))),
    ]

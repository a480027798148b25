"""Answers to ``sp-geo changes``: what differs from the build before, for one quarter, area or measure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from sp_geo.build.areas import LEVELS, find_area
from sp_geo.build.view import Build
from sp_geo.panel.indicator import indicators
from sp_geo.questions.changes.compare import CAUSE_COLUMNS, Changes, compare, value_words
from sp_geo.questions.changes.figures import COLUMNS as FIGURE_COLUMNS
from sp_geo.questions.changes.pcns import COLUMNS as PCN_COLUMNS
from sp_geo.questions.changes.pcns import FTE, MAIN, PATIENTS, RATES, WORDS
from sp_geo.questions.panel import Answer, answered, choose, in_quarters
from sp_geo.questions.requests.workspace import ChangesRequest

CAUSES, FIGURES, PCNS = "causes", "figures", "pcns"
VIEWS: Final = (CAUSES, FIGURES, PCNS)
ALL: Final = "all"
NO_BUILD_BEFORE: Final = "There is no build before this one to compare with."
_TITLES: Final = {CAUSES: "What was done", FIGURES: "Figures of areas that differ", PCNS: "Values of PCNs that differ"}
_SHOWN: Final = {
    FIGURES: ("area_name", "quarter", "figure", "before", "after", "difference", "cause"),
    PCNS: ("pcn_code", "pcn_name", "quarter", "measure", "before", "after", "difference", "cause"),
}
NOTES: Final = {
    CAUSES: (),
    FIGURES: (
        "Slopes are England's; those of an ICB are worked out on request and not kept with a build.",
        "A quarter that only one build has is told for England alone.",
    ),
    PCNS: (
        "size: the difference as a share of the measure's mean over PCNs; at least 1 where a value became known or "
        "unknown. The largest comes first.",
        "Differences of less than a billionth of a value are rounding and not listed.",
    ),
}


def nothing_before(build: Build) -> bool:
    """Whether there is no build to compare with.

    Raises:
        WorkspaceError: nothing has been built at all.
    """
    build.table("out_quarter_coverage", ["quarter"])
    return build.before() is None


def differences(build: Build, request: ChangesRequest) -> Changes:
    """What differs between the present build and the one before, narrowed to what was asked.

    Raises:
        UsageError: no quarter, area or measure of that name is in either build.
        WorkspaceError: nothing has been built, or a table of one of the builds is gone.
    """
    quarter, area, measure = request.quarter, request.area, request.measure
    before = build.before()
    found = compare(before, build) if before is not None else nothing()
    quarters = pd.concat([state.table("out_quarter_coverage", ["quarter"]) for state in (before or build, build)])
    if quarter != ALL:
        asked = str(in_quarters(quarters, (quarter,))["quarter"].iloc[0])
        figures, pcns = (rows[rows["quarter"] == asked] for rows in (found.figures, found.pcns))
        found = replace(found, figures=figures, pcns=pcns)
    if area:
        levels = (*LEVELS, "pcn")
        columns = [f"{level}_{what}" for level in levels for what in ("code", "name")]
        panel = pd.concat([state.table("out_pcn_quarter", columns) for state in (before or build, build)])
        place = find_area(panel, area, levels=levels)
        if not place.is_england:
            # A PCN is in the area where either build places it there.
            here = pd.MultiIndex.from_frame(place.rows(found.places)[["pcn_code", "quarter"]])
            rows = found.pcns[pd.MultiIndex.from_frame(found.pcns[["pcn_code", "quarter"]]).isin(here)]
            found = replace(found, pcns=rows, figures=found.figures[found.figures["area_code"] == place.code])
    if measure:
        held = list(dict.fromkeys([*MAIN, *FTE, *PATIENTS, *RATES, *WORDS, *indicators(), *found.pcns["measure"]]))
        found = replace(found, pcns=found.pcns[found.pcns["measure"] == choose("measure", measure, held)])
    return found


def nothing() -> Changes:
    """No differences: there is nothing to compare with."""
    columns = (CAUSE_COLUMNS, FIGURE_COLUMNS, PCN_COLUMNS, ("pcn_code", "quarter", "icb_code", "region_code"))
    causes, figures, pcns, places = (pd.DataFrame(columns=[*names], dtype="object") for names in columns)
    return Changes(causes, figures, pcns, places)


def changes(build: Build, request: ChangesRequest) -> Answer:
    """The table that is asked for, or that of PCNs where all are.

    Raises:
        UsageError: no view, quarter, area or measure of that name is in either build.
        WorkspaceError: nothing has been built, or a table of one of the builds is gone.
    """
    found = differences(build, request)
    view = choose("view", request.show, (*VIEWS, ALL))
    return answer(build, found, PCNS if view == ALL else view)


def answer(build: Build, found: Changes, view: str) -> Answer:
    """One of the three tables, with its title and notes.

    Args:
        build: that is asked.
        found: what differs.
        view: ``causes``, ``figures`` or ``pcns``.

    Raises:
        UsageError: the view is unknown.
    """
    shown = choose("view", view, VIEWS)
    rows = {CAUSES: found.causes, FIGURES: found.figures, PCNS: found.pcns}[shown].reset_index(drop=True)
    return answered(build, rows, _TITLES[shown], NOTES[shown])


def for_people(found: Answer, view: str) -> Answer:
    """The same rows with fewer columns and with values in words: a number with its interval, or why there is none."""
    if view == CAUSES:
        return replace(found, rows=found.rows[["kind", "sentence"]])
    rows = found.rows
    for side in ("before", "after"):
        rows = rows.assign(**{side: [value_words(row, side) for row in found.rows.to_dict("records")]})
    return replace(found, rows=rows[[*_SHOWN[view]]])

"""Answers to ``sp-geo changes``: what differs from the build before, for one quarter, area or measure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pandas as pd

from sp_geo.build.areas import LEVELS, Area, find_area
from sp_geo.build.view import Build
from sp_geo.panel.indicator import indicators
from sp_geo.questions.changes.compare import CAUSE_COLUMNS, Changes, compare, value_words
from sp_geo.questions.changes.figures import COLUMNS as FIGURE_COLUMNS
from sp_geo.questions.changes.pcns import COLUMNS as PCN_COLUMNS
from sp_geo.questions.changes.pcns import FTE, MAIN, PATIENTS, RATES, WORDS
from sp_geo.questions.panel import Answer, choose, in_quarters, title
from sp_geo.questions.records import provenance

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


def changes(build: Build, quarter: str = ALL, area: str = "", measure: str = "") -> Changes:
    """What differs between the present build and the one before, narrowed to what was asked.

    Args:
        build: with the built tables.
        quarter: such as ``2022Q2``, ``latest`` or ``all``.
        area: code of an ICB, region or PCN, of either build; all of them if empty.
        measure: of PCNs, such as ``splw_fte``; all of them if empty.

    Raises:
        UsageError: no quarter, area or measure of that name is in either build.
        WorkspaceError: nothing has been built, or a table of one of the builds is gone.
    """
    before = build.before()
    found = compare(before, build) if before is not None else nothing()
    quarters = pd.concat([state.table("out_quarter_coverage", ["quarter"]) for state in (before or build, build)])
    if quarter != ALL:
        asked = str(in_quarters(quarters, (quarter,))["quarter"].iloc[0])
        found = replace(found, figures=_at(found.figures, asked), pcns=_at(found.pcns, asked))
    if area:
        found = _within(found, _known_area(before or build, build, area))
    if measure:
        held = list(dict.fromkeys([*MAIN, *FTE, *PATIENTS, *RATES, *WORDS, *indicators(), *found.pcns["measure"]]))
        found = replace(found, pcns=found.pcns[found.pcns["measure"] == choose("measure", measure, held)])
    return found


def nothing() -> Changes:
    """No differences: there is nothing to compare with."""
    empty = {name: pd.Series(dtype="object") for name in {*FIGURE_COLUMNS, *PCN_COLUMNS}}
    return Changes(
        causes=pd.DataFrame(columns=[*CAUSE_COLUMNS]),
        figures=pd.DataFrame({name: empty[name] for name in FIGURE_COLUMNS}),
        pcns=pd.DataFrame({name: empty[name] for name in PCN_COLUMNS}),
        places=pd.DataFrame(columns=["pcn_code", "quarter", "icb_code", "region_code"]),
    )


def _at(rows: pd.DataFrame, quarter: str) -> pd.DataFrame:
    return rows[rows["quarter"] == quarter]


def _known_area(before: Build, after: Build, area: str) -> Area:
    """The area or PCN of a code that one of the builds has."""
    levels = (*LEVELS, "pcn")
    columns = [f"{level}_{what}" for level in levels for what in ("code", "name")]
    panel = pd.concat([state.table("out_pcn_quarter", columns) for state in (before, after)])
    return find_area(panel, area, levels=levels)


def _within(found: Changes, area: Area) -> Changes:
    """Differences of one ICB, region or PCN, as either build places its PCNs; all of them for England."""
    if area.is_england:
        return found
    here = area.rows(found.places)
    pairs = pd.MultiIndex.from_frame(here[["pcn_code", "quarter"]])
    rows = found.pcns[pd.MultiIndex.from_frame(found.pcns[["pcn_code", "quarter"]]).isin(pairs)]
    return replace(found, pcns=rows, figures=found.figures[found.figures["area_code"] == area.code])


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
    frame: pd.DataFrame = {CAUSES: found.causes, FIGURES: found.figures, PCNS: found.pcns}[shown]
    synthetic = build.manifest.is_synthetic
    rows = frame.reset_index(drop=True).assign(provenance=provenance(synthetic))
    return Answer(rows, title(_TITLES[shown], synthetic), NOTES[shown])


def for_people(found: Answer, view: str) -> Answer:
    """The same rows with fewer columns and with values in words: a number with its interval, or why there is none."""
    if view == CAUSES:
        return replace(found, rows=found.rows[["kind", "sentence"]])
    rows = found.rows
    for side in ("before", "after"):
        rows = rows.assign(**{side: [value_words(row, side) for row in found.rows.to_dict("records")]})
    return replace(found, rows=rows[[*_SHOWN[view]]])

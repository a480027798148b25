"""Sheets of the page on change over time: slopes, trend, inequality, rates by fifth, specifications."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.reports.findings import sheets as briefed
from sp_geo.reports.findings.sheets import marked
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.statistics.conclusions.labels import lowered
from sp_geo.web import sheets
from sp_geo.web.figures.palette import NON_RESPONSES
from sp_geo.web.pages.over_time.views import (
    ALL,
    EVERY_NEED,
    INEQUALITY,
    POOLED,
    curve_rows,
    inequality_rows,
    measure_rows,
    one_non_response,
    silence_rows,
    trend_rows,
)
from sp_geo.web.state import View

_ASSOCIATION = "An association between PCNs, not an effect."
_COUNTS = (
    Column("n_pcns", "n", "PCNs", 0),
    Column("n_active_pcns", "Active", "PCNs", 0),
    briefed.USED,
    briefed.COVERAGE,
)


def _ends(digits: int) -> tuple[Column, Column]:
    return Column("ci_low", "From (95 %)", "", digits), Column("ci_high", "To (95 %)", "", digits)


def slopes(build: Build, view: View) -> Sheet:
    """Slopes by quarter under the treatment chosen, or all."""
    found = sheets.slopes(build, view["need"], view["area"])
    if view["non_response"] == ALL:
        return found
    chosen = found.rows["non_response"] == view["non_response"]
    return replace(found, rows=found.rows[chosen].reset_index(drop=True))


def silence(build: Build, view: View) -> Sheet:
    """What PCNs that did not report could change, by quarter."""
    rows = silence_rows(build, view["need"], view["area"])
    return briefed.silence(rows, build.needs[view["need"]], sheets.place_of(build, view["area"]))


def trend(build: Build, view: View) -> Sheet:
    """Change of the slope per quarter, and the test of no change, one row a treatment."""
    item = build.needs[view["need"]]
    return Sheet(
        name="trend",
        title=marked(
            build.mark, f"Change of the slope on {lowered(item.label)} over time, {build.area_words(view['area'])}"
        ),
        rows=trend_rows(build, view["need"], view["area"], view["non_response"]),
        columns=(
            Column("non_response_words", "Handling of non-response"),
            Column("estimate", "Change a quarter", f"FTE per 10,000 patients per 10 {item.unit}", 5),
            *_ends(5),
            Column("p_value", "p of the change", "", 3),
            Column("relative_estimate", "Relative change a quarter", f"% of the mean rate per 10 {item.unit}", 3),
            Column("relative_ci_low", "Relative from (95 %)", "", 3),
            Column("relative_ci_high", "Relative to (95 %)", "", 3),
            Column("relative_p_value", "p of the relative change", "", 3),
            Column("se_type", "Errors"),
            Column("statistic", "Test of no change", "F", 2),
            Column("change_p_value", "p of that test", "", 3),
            Column("n_pcns", "n", "PCNs", 0),
            Column("n_rows", "Rows", "PCNs and quarters", 0),
            Column("n_quarters", "Quarters", "", 0),
            Column("coverage_pct", "Mean coverage", "% reported", 1),
            Column("remark", "Remark"),
        ),
        notes=(
            "All quarters in one model. The change is a steady one, the test is of any. The relative change is of the "
            "slope in per cent of the quarter's mean rate: growth everywhere by the same factor leaves it at 0.",
            _ASSOCIATION,
            briefed.SERIES,
        ),
    )


def inequality(build: Build, view: View) -> Sheet:
    """The measure of inequality chosen, by quarter."""
    about, item = INEQUALITY[view["inequality"]], build.needs[view["need"]]
    rows = inequality_rows(build, view["need"], view["area"], view["non_response"], view["draws"])
    found = briefed.with_used(measure_rows(rows, view["inequality"]))
    unit = str(found["unit"].iloc[0]) if len(found) else ""
    label = NON_RESPONSES[one_non_response(view["non_response"])][0]
    direction = () if about.equal is None else (f"Above {about.equal:g}: {about.above}.",)
    ranked = "" if about.equal is None else f" by {lowered(item.label)}"
    return Sheet(
        name="inequality",
        title=marked(build.mark, f"{about.label} of provision{ranked}, {build.area_words(view['area'])}"),
        rows=found,
        columns=(
            Column("quarter", "Quarter"),
            Column("estimate", about.label, unit, about.digits),
            *_ends(about.digits),
            *_COUNTS,
            Column("draws", "Draws", "", 0),
            Column("seed", "Seed", "", 0),
            Column("remark", "Remark"),
        ),
        notes=(
            about.meaning,
            *direction,
            f"PCNs that did not report: {lowered(label)}.",
            briefed.COVERAGE_MEANS,
            briefed.SERIES,
        ),
    )


def fifths(build: Build, view: View) -> Sheet:
    """Rates by fifth of need, latest quarter first."""
    item = build.needs[view["need"]]
    rows = inequality_rows(build, view["need"], view["area"], view["non_response"], view["draws"])
    label = NON_RESPONSES[one_non_response(view["non_response"])][0]
    notes = (f"PCNs that did not report: {lowered(label)}.",)
    place = sheets.place_of(build, view["area"])
    latest_first = measure_rows(rows, "rate").sort_values(["quarter", "fifth"], ascending=[False, True])
    return briefed.fifths(latest_first, item, place, build.area_words(view["area"]), notes)


def specifications(build: Build, view: View) -> Sheet:
    """Every way of asking, smallest slope first."""
    curve, quarter = view["curve"], view["quarter"]
    rows = curve_rows(build, view["need"], view["area"], curve, quarter)
    of = "every need measure" if curve == EVERY_NEED else lowered(build.needs[view["need"]].label)
    when = "all quarters together" if curve == POOLED else quarter
    columns = (
        Column("rank", "Rank", "", 0),
        Column("need_words", "Need"),
        Column("series_words", "Posts"),
        Column("non_response_words", "Non-response"),
        Column("weights_words", "Weights"),
        Column("covariates_words", "Held constant"),
        Column("estimate", "Slope", "FTE per 10,000 patients per step", 4),
        *_ends(4),
        Column("conclusion", "Says"),
        Column("per", "Step of need", "", 1),
        Column("per_unit", "Unit of the step"),
        *_COUNTS,
        Column("remark", "Remark"),
    )
    return Sheet(
        name="specifications",
        title=marked(build.mark, f"Specification curve on {of}, {when}, {build.area_words(view['area'])}"),
        rows=(
            briefed.with_used(rows.assign(remark=rows["remark"].astype("object")))
            if len(rows)
            else pd.DataFrame(columns=[column.name for column in columns])
        ),
        columns=columns,
        notes=(
            briefed.COVERAGE_MEANS,
            "The step is one standard deviation of the need over active PCNs.",
            "Says: by the interval alone; with so many ways of asking, that is no test.",
            _ASSOCIATION,
            briefed.SERIES,
        ),
    )

"""Tables of PCNs, slopes, quarters and fifths, for a page or a pack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sp_geo.geography.crs import MEASURE
from sp_geo.panel.indicator import Indicator
from sp_geo.panel.weighted_list import weighted_words
from sp_geo.reports.findings.measures import PROVISION, PROVISION_WEIGHTED, RATE, STATUS_WORDS, measures
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.statistics.bounds import with_bounds
from sp_geo.statistics.conclusions.labels import FEWEST, NON_RESPONSE_WORDS, lowered
from sp_geo.statistics.conclusions.verdicts import errors_words
from sp_geo.statistics.inference import with_q_values
from sp_geo.statistics.measures import Need
from sp_geo.statistics.quantiles import fifth_words
from sp_geo.statistics.regression import quarter_slopes

if TYPE_CHECKING:
    import geopandas as gpd

PCN_COLUMNS: Final = (
    Column("pcn_name", "PCN"),
    Column("pcn_code", "Code"),
    Column("icb", "ICB"),
    Column("icb_code", "ICB code", is_aside=True),
    Column("region_name", "Region", is_aside=True),
    Column("region_code", "Region code", is_aside=True),
    Column("quarter", "Quarter", is_aside=True),
    Column("status", "Status"),
)
"""What every row of a PCN says of it where rows of several areas and quarters may be put together."""
REPORTING_COLUMNS: Final = (
    Column("active_pcns", "Active", "PCNs", 0),
    Column("reporting_pcns", "Reported", "PCNs", 0),
    Column("coverage_pct", "Coverage", "%", 1),
    Column("true_zero_pcns", "Reported none", "PCNs", 0),
)
"""Who reported, of :meth:`sp_geo.reports.findings.headlines.Glance.row`."""
SILENT: Final = "A PCN that did not report has no figure ([x]); one that reported none has 0."
SERIES: Final = "Link workers: all link worker roles, workforce system (NWRS) alone."
ASSOCIATION: Final = "Errors as each row says; q allows for all quarters. An association between PCNs, not an effect."
WORST_CASE: Final = (
    "Worst case: each PCN that did not report has anything from none to the 95th percentile of those that did. Shown "
    "at 80 % power: the smallest slope, either way, whose interval would leave out 0 four times in five."
)
GROWING: Final = "Totals are of PCNs that reported; as more report, totals rise without a new post."
_PLACE: Final = (Column("area_name", "Area", is_aside=True), Column("area_code", "Area code", is_aside=True))


USED: Final = Column("used_pct", "n of active", "%", 1)
"""The share of active PCNs that an estimate rests on: :func:`with_used`."""
COVERAGE: Final = Column("coverage_pct", "Coverage", "% reported", 1)
COVERAGE_MEANS: Final = (
    "Coverage is the share of active PCNs that reported in the quarter. 'n of active' is the share that the "
    "estimate rests on; the balanced panel holds far fewer than reported."
)


def with_used(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of estimates with the share of active PCNs that each rests on, in percent."""
    return rows.assign(used_pct=100 * rows["n_pcns"] / rows["n_active_pcns"])


def marked(mark: str, words: str) -> str:
    """A title, with the mark of invented data."""
    return f"{mark} {words}".strip()


def footprints_of(footprints: gpd.GeoDataFrame | pd.DataFrame, codes: pd.Series) -> gpd.GeoSeries:
    """Shapes of PCNs in the order of their codes, EPSG:27700; None for a PCN without one."""
    import geopandas as gpd

    shapes = footprints.set_index("pcn_code")["geometry"].reindex(codes)
    return gpd.GeoSeries(shapes.to_numpy(), crs=MEASURE)


def pcns(
    rows: pd.DataFrame,
    icbs: Mapping[str, str],
    shapes: gpd.GeoSeries | None,
    about: tuple[str, str, str],
    shown: tuple[str, ...],
    needs: Mapping[str, Indicator],
) -> Sheet:
    """PCNs active in a quarter, with provision and the measures asked for.

    Args:
        rows: of the panel, one quarter.
        icbs: names by ICB code.
        shapes: in the order of the rows.
        about: mark, area and quarter, in words.
        shown: measures beside provision; the first one asked for colours the map.
        needs: need measures by name.
    """
    mark, area, quarter = about
    rows = rows.assign(status=rows["reporting_status"].map(STATUS_WORDS), icb=rows["icb_code"].map(icbs)).reset_index(
        drop=True
    )
    extra = [name for name in dict.fromkeys(shown) if name != PROVISION]
    known = measures(needs)
    what_to_know = [
        weighted_words(rows) if name == PROVISION_WEIGHTED else f"{needs[name].label}: {needs[name].caveat.strip()}"
        for name in extra
    ]
    return Sheet(
        name="pcns",
        title=marked(mark, f"{len(rows):,} PCNs, {area}, {quarter}"),
        rows=rows,
        columns=(
            *PCN_COLUMNS,
            Column("splw_fte", "Link workers", "FTE", 2),
            Column("list_size", "Patients", "registered", 0),
            RATE.column,
            *[known[name].column for name in extra],
        ),
        notes=(SERIES, SILENT, *what_to_know),
        shapes=shapes,
        colour=shown[0] if shown else PROVISION,
    )


def area_slopes(panel: pd.DataFrame, item: Indicator) -> pd.DataFrame:
    """Slopes by quarter and treatment of some rows of the panel."""
    need = Need.of(item)
    return with_bounds(quarter_slopes(panel, need), panel, need)


def need_slopes(slopes: pd.DataFrame, need: str) -> pd.DataFrame:
    """Slopes of England on one need by quarter and treatment, with q-values over its quarters.

    Args:
        slopes: out_quarter_slope.
        need: name of the measure.
    """
    return with_q_values(slopes[slopes["need"] == need])


def slopes(rows: pd.DataFrame, item: Indicator, place: tuple[str, str, str]) -> Sheet:
    """Slopes of provision on a need by quarter and treatment, with interval, n and coverage.

    Args:
        rows: of ``quarter_slopes``.
        item: the need.
        place: mark, then name and code of the area; rows that have ``area_name`` and ``area_code`` keep their own.
    """
    mark, name, code = place
    unit = f"FTE per 10,000 patients per 10 {item.unit}"
    given = rows if "area_code" in rows else rows.assign(area_name=name, area_code=code)
    small = given["n_pcns"].lt(FEWEST) & given["reason"].eq("")
    few = np.where(small, f"Fewer than {FEWEST} networks: nothing is concluded", "")
    said = given["reason"] + given["note"].where(given["reason"] == "", "")
    both = np.where(said.ne("") & small, "; ", "")
    given = (
        with_used(given)
        .assign(
            non_response_words=given["non_response"].map(dict(NON_RESPONSE_WORDS)),
            remark=said + both + few,
            unit=unit,
            errors=[errors_words(row) for row in given[["se_type", "df"]].to_dict("records")],
        )
        .reset_index(drop=True)
    )
    return Sheet(
        name="slopes",
        title=marked(mark, f"Slope of link workers per 10,000 patients on {item.label}, {name}"),
        rows=given,
        columns=(
            Column("quarter", "Quarter"),
            *_PLACE,
            Column("non_response_words", "Handling of non-response"),
            Column("estimate", "Slope", unit, 4),
            Column("ci_low", "From (95 %)", "", 4),
            Column("ci_high", "To (95 %)", "", 4),
            Column("p_value", "p", "", 3),
            Column("q_value", "q", "", 3),
            Column("relative_pct", "Relative slope", f"% of the mean rate per 10 {item.unit}", 1),
            Column("relative_low_pct", "Relative from (95 %)", "", 1),
            Column("relative_high_pct", "Relative to (95 %)", "", 1),
            Column("errors", "Errors"),
            Column("bound_low", "Worst case, from", unit, 4),
            Column("bound_high", "to", unit, 4),
            Column("detectable", "Shown at 80 % power", unit, 4),
            Column("n_pcns", "n", "PCNs", 0),
            Column("n_active_pcns", "Active", "PCNs", 0),
            USED,
            COVERAGE,
            Column("unit", "Unit of slope and interval", is_aside=True),
            Column("remark", "Remark"),
        ),
        notes=(ASSOCIATION, item.caveat.strip(), COVERAGE_MEANS, WORST_CASE),
    )


def silence(rows: pd.DataFrame, item: Indicator, place: tuple[str, str, str]) -> Sheet:
    """What PCNs that did not report could change, by quarter.

    Args:
        rows: of ``silence_table``.
        item: the need.
        place: mark, then name and code of the area; rows that have ``area_name`` and ``area_code`` keep their own.
    """
    mark, name, code = place
    unit, rate = f"FTE per 10,000 patients per 10 {item.unit}", "FTE per 10,000 patients"
    given = rows if "area_code" in rows else rows.assign(area_name=name, area_code=code)
    remark = given["reason"] + given["note"].where(given["reason"] == "", "")
    return Sheet(
        name="silence",
        title=marked(mark, f"What silence could change of the slope on {lowered(item.label)}, {name}"),
        rows=given.assign(remark=remark).reset_index(drop=True),
        columns=(
            Column("quarter", "Quarter"),
            *_PLACE,
            Column("n_pcns", "PCNs", "", 0),
            Column("n_silent_pcns", "Silent", "PCNs", 0),
            Column("cap_fte_per_10k", "A silent PCN has at most", rate, 2),
            Column("bound_low", "Worst case, from", unit, 4),
            Column("bound_high", "to", unit, 4),
            Column("estimate", "Imputed slope", unit, 4),
            Column("ci_low", "From (95 %)", "", 4),
            Column("ci_high", "To (95 %)", "", 4),
            Column("imputed_fte_per_10k", "Imputed provision, mean", rate, 3),
            Column("ratio", "PCNs that came back, over others", "times", 2),
            Column("delta_fte_per_10k", "So much is that", rate, 3),
            Column("tipping_fte_per_10k", "Slope is 0 if silent PCNs differ by", rate, 2),
            Column("remark", "Remark"),
        ),
        notes=(
            "Intervals: Rubin's rules over 20 imputations, errors that fit the design. An association between PCNs, "
            "not an effect.",
            WORST_CASE,
        ),
    )


def quarters(rows: pd.DataFrame, place: tuple[str, str, str]) -> Sheet:
    """Reporting and provision by quarter.

    Args:
        rows: of ``changes``.
        place: mark, then name and code of the area; rows that have ``area_name`` and ``area_code`` keep their own.
    """
    mark, name, code = place
    given = rows if "area_code" in rows else rows.assign(area_name=name, area_code=code)
    return Sheet(
        name="quarters",
        title=marked(mark, f"Reporting and provision by quarter, {name}"),
        rows=given,
        columns=(
            Column("quarter", "Quarter"),
            *_PLACE,
            *REPORTING_COLUMNS,
            Column("splw_fte", "Link workers", "FTE", 1),
            Column("splw_fte_per_10k", "Rate of those that reported", "FTE per 10,000 patients", 2),
            Column("patients_count", "Patients", "registered", 0),
            Column("silent_patients_count", "Patients of PCNs that did not report", "registered", 0),
        ),
        notes=(GROWING,),
    )


def fifths(
    rows: pd.DataFrame, item: Indicator, place: tuple[str, str, str], what: str, notes: tuple[str, ...]
) -> Sheet:
    """Rates by fifth of a need under the ways of handling non-response, with intervals.

    Args:
        rows: of ``inequality_table``, those of the measure ``rate``.
        item: the need.
        place: mark, then name and code of the area; rows that have ``area_name`` and ``area_code`` keep their own.
        what: area or quarter of the title.
        notes: how PCNs that did not report count, and what the intervals are of.
    """
    mark, name, code = place
    given = rows if "area_code" in rows else rows.assign(area_name=name, area_code=code)
    return Sheet(
        name="fifths",
        title=marked(mark, f"Provision by fifth of {lowered(item.label)}, {what}"),
        rows=with_used(given)
        .assign(
            fifth=given["fifth"].astype(int),
            fifth_words=[fifth_words(int(number)) for number in given["fifth"]],
            non_response_words=given["non_response"].map(dict(NON_RESPONSE_WORDS)),
            remark=given["reason"] + given["note"].where(given["reason"] == "", ""),
        )
        .reset_index(drop=True),
        columns=(
            *_PLACE,
            Column("quarter", "Quarter"),
            Column("non_response_words", "Handling of non-response", is_aside=True),
            Column("fifth", "Fifth", "number", 0, is_aside=True),
            Column("fifth_words", "Fifth of PCNs by need"),
            Column("estimate", "Link workers", "FTE per 10,000 patients", 3),
            Column("ci_low", "From (95 %)", "", 3),
            Column("ci_high", "To (95 %)", "", 3),
            Column("unit", "Unit of rate and interval", is_aside=True),
            Column("n_pcns", "n of all fifths", "PCNs", 0),
            Column("n_active_pcns", "Active", "PCNs", 0, is_aside=True),
            USED,
            COVERAGE,
            Column("draws", "Draws", "", 0, is_aside=True),
            Column("seed", "Seed", "", 0, is_aside=True),
            Column("remark", "Remark"),
        ),
        notes=(
            "All FTE of a fifth over all its patients. Fifths hold equal numbers of PCNs, 1 the greatest need.",
            *notes,
            SERIES,
        ),
    )

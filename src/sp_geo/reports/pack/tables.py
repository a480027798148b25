"""Tables of a pack about PCNs: what each holds, its key, and what it joins to."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from sp_geo.build.areas import ALL_OF_ENGLAND, ENGLAND_CODE
from sp_geo.core.disclosure import SUPPRESSED, THRESHOLD
from sp_geo.geography.crs import MEASURE
from sp_geo.reports.files.csvw import Reference, Table
from sp_geo.reports.findings import quality
from sp_geo.reports.findings import sheets as briefed
from sp_geo.reports.findings.comparison import icb_rows, icb_sheet
from sp_geo.reports.findings.measures import PROVISION, STATUS_WORDS, measure_of
from sp_geo.reports.findings.sheets import PCN_COLUMNS, marked
from sp_geo.reports.findings.shortfall import placed, shortfall_sheet
from sp_geo.reports.pack.data import MARK, Material
from sp_geo.reports.sheet import Column, Sheet
from sp_geo.statistics.conclusions.labels import FEWEST

_PCN = Reference(("pcn_code", "quarter"), "pcns", ("pcn_code", "quarter"))
_ICB = Reference(("icb_code", "quarter"), "icbs", ("icb_code", "quarter"))


def pcn_tables(made: Material) -> list[Table]:
    """All tables of PCNs, ICBs, quarters, slopes and fifths."""
    return [
        Table(pcns(made), ("pcn_code", "quarter"), (_ICB,)),
        Table(shortfall(made), ("pcn_code", "quarter"), (_PCN, _ICB)),
        Table(icbs(made), ("icb_code", "quarter")),
        Table(quarters(made), ("area_code", "quarter")),
        Table(slopes(made), ("area_code", "quarter", "non_response_words")),
        Table(silence(made), ("area_code", "quarter")),
        Table(fifths(made), ("area_code", "quarter", "non_response_words", "fifth")),
        Table(
            figures(made),
            ("pcn_code", "quarter", "measure"),
            (_PCN, Reference(("measure",), "measures", ("measure",))),
        ),
    ]


def pcns(made: Material) -> Sheet:
    """PCNs of the area with every measure that has a value."""
    about = (made.build.mark, made.area.name, made.quarter)
    shapes = briefed.footprints_of(made.build.footprints, made.here["pcn_code"])
    return _opened(
        briefed.pcns(made.here, made.build.area_names, shapes, about, (PROVISION, *made.needs), made.build.needs)
    )


def _opened(sheet: Sheet) -> Sheet:
    """With every column in view, codes and names of areas among them, and why a value is withheld."""
    rows = sheet.rows
    marks = {name for name in rows if str(name).endswith(MARK) and rows[name].ne("").any()}
    columns = []
    for column in sheet.columns:
        mark = f"{column.name}{MARK}"
        columns.append(replace(column, is_aside=False, state=mark if mark in marks else column.state))
    return replace(sheet, columns=tuple(columns))


def placed_rows(made: Material) -> pd.DataFrame:
    """PCNs of England with their fifths of need and provision."""
    needs = made.build.table("out_pcn_need")
    here = needs[(needs["quarter"] == made.quarter) & (needs["need"] == made.need.name)]
    known = here[here["base_count"].isna() | (here["base_count"] >= THRESHOLD)]
    return placed(made.england, made.need.name, known.set_index("pcn_code")["std_error"])


def shortfall(made: Material) -> Sheet:
    """PCNs of the area whose provision is low for their need, and the others."""
    title = marked(made.build.mark, f"Need and provision side by side, {made.area.name}, {made.quarter}")
    return _opened(shortfall_sheet(made.area.rows(placed_rows(made)), made.need, title, made.build.area_names))


def icbs(made: Material) -> Sheet:
    """The area's ICBs beside all of England's."""
    rows = icb_rows(made.england, made.quarter, made.area, made.build.area_names)
    edges, known = made.icb_edges, None
    if edges is not None:
        shapes = edges.set_index("icb_code")["geometry"].reindex(rows["icb_code"])
        known = gpd.GeoSeries(shapes.to_numpy(), crs=MEASURE)
    return icb_sheet(rows, marked(made.build.mark, f"ICBs of England, {made.quarter}"), known)


def quarters(made: Material) -> Sheet:
    """Reporting and provision by quarter, of the area and of England."""
    return _opened(briefed.quarters(made.by_quarter, (made.build.mark, _names(made), made.area.code)))


def slopes(made: Material) -> Sheet:
    """Slopes by quarter and treatment, of the area and of England."""
    parts = [
        (made.england_slopes if area.is_england else made.area_slopes).assign(area_name=area.name, area_code=area.code)
        for area in made.areas
    ]
    rows = pd.concat(parts, ignore_index=True)
    sheet = _opened(briefed.slopes(rows, made.need, (made.build.mark, _names(made), made.area.code)))
    note = f"Fewer than {FEWEST} PCNs are too few: the slope is given, and nothing is concluded from it."
    return replace(sheet, notes=(*sheet.notes, note))


def silence(made: Material) -> Sheet:
    """What PCNs that did not report could change in the quarter, of the area and of England."""
    parts = [made.silence[area.code].assign(area_name=area.name, area_code=area.code) for area in made.areas]
    rows = pd.concat(parts, ignore_index=True)
    return _opened(briefed.silence(rows, made.need, (made.build.mark, _names(made), made.area.code)))


def _names(made: Material) -> str:
    return " and ".join(area.name for area in made.areas)


def fifths(made: Material) -> Sheet:
    """Rates by fifth of need under every handling of non-response, with intervals."""
    rows = made.fifths[made.fifths["measure"] == "rate"]
    place = (made.build.mark, _names(made), made.area.code)
    notes = (
        f"Intervals: PCNs are drawn again, with the seed in the row. An area with fewer than {FEWEST} PCNs is "
        "left out.",
        "Balanced panel: with one quarter it is the PCNs that reported.",
    )
    return _opened(briefed.fifths(rows, made.need, place, made.quarter, notes))


def figures(made: Material) -> Sheet:
    """Every figure of every PCN of the area in a row of its own, with its unit."""
    parts = [_provided(made, name, unit) for name, unit in _COUNTED.items()]
    parts += [_needed(made, name) for name in made.needs]
    rows = pd.concat(parts, ignore_index=True)
    names = ["pcn_code", "pcn_name", "icb_code", "region_code", "region_name", "reporting_status"]
    rows = rows.merge(made.here[names], on="pcn_code").assign(quarter=made.quarter)
    rows = rows.assign(
        icb=rows["icb_code"].map(made.build.area_names), status=rows["reporting_status"].map(STATUS_WORDS)
    )
    sheet = Sheet(
        name="figures",
        title=marked(made.build.mark, f"Every figure in a row of its own, {made.area.name}, {made.quarter}"),
        rows=rows,
        columns=(
            *PCN_COLUMNS,
            Column("measure", "Measure"),
            Column("measure_words", "What it is"),
            Column("value", "Value", "see unit", 3, state="state"),
            Column("unit", "Unit"),
            Column("low", "From (95 %)", "see unit", 3, state="interval_state"),
            Column("high", "To (95 %)", "see unit", 3, state="interval_state"),
            Column("base_count", "Survey answers", "answers", 0, state="interval_state"),
            Column("source", "Source"),
        ),
        notes=(
            briefed.SERIES,
            briefed.SILENT,
            "Shares are in percent here. An interval belongs to a value from a sample; others have none ([z]).",
            f"A value that rests on fewer than {THRESHOLD} survey answers is withheld ({SUPPRESSED}).",
        ),
    )
    return _opened(sheet)


_COUNTED = {PROVISION: "FTE per 10,000 patients", "splw_fte": "FTE", "list_size": "patients"}
_COUNTED_WORDS = {PROVISION: "Link workers, rate", "splw_fte": "Link workers", "list_size": "Registered patients"}


def _provided(made: Material, name: str, unit: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "pcn_code": made.here["pcn_code"],
            "measure": name,
            "measure_words": _COUNTED_WORDS[name],
            "value": made.here[name].astype(float),
            "unit": unit,
            "state": "",
            "low": np.nan,
            "high": np.nan,
            "base_count": np.nan,
            "interval_state": quality.NOT_APPLICABLE,
            "source": "Primary Care Network Workforce and list sizes"
            if name != "list_size"
            else made.here["list_release"].map(lambda month: f"list sizes of {month}"),
        }
    )


def _needed(made: Material, name: str) -> pd.DataFrame:
    """One need of every PCN, in percent where it is a share, withheld where it rests on too few answers."""
    measure = measure_of(made.build.needs[name])
    needs = made.build.table("out_pcn_need")
    needs = needs[(needs["quarter"] == made.quarter) & (needs["need"] == name)].set_index("pcn_code")
    rows = made.here[["pcn_code", name]].join(needs[["std_error", "base_count", "source"]], on="pcn_code")
    value, error = rows[name].astype(float) * measure.scale, rows["std_error"].astype(float) * measure.scale
    few = rows["base_count"] < THRESHOLD
    has_interval = needs["std_error"].notna().any() or made.build.needs[name].unknown_error
    return pd.DataFrame(
        {
            "pcn_code": rows["pcn_code"],
            "measure": name,
            "measure_words": measure.label,
            "value": value.mask(few),
            "unit": "%" if measure.scale > 1 else measure.unit,
            "state": np.where(few, SUPPRESSED, ""),
            "low": (value - 1.96 * error).mask(few),
            "high": (value + 1.96 * error).mask(few),
            "base_count": rows["base_count"].mask(few),
            "interval_state": np.where(few, SUPPRESSED, "" if has_interval else quality.NOT_APPLICABLE),
            "source": rows["source"],
        }
    )


def quality_tables(made: Material) -> list[Table]:
    """Where every total of the quarter ended, and who did not match; England."""
    place = (Column("area_name", "Area"), Column("area_code", "Area code"), Column("quarter", "Quarter"))
    here = {"area_name": ALL_OF_ENGLAND.name, "area_code": ENGLAND_CODE}
    ended = made.build.table("out_reconciliation")
    ended = quality.ended_rows(ended[ended["quarter"] == made.quarter]).assign(**here)
    unmatched = made.build.table("out_unmatched")
    unmatched = quality.unmatched_rows(unmatched[unmatched["quarter"] == made.quarter]).assign(**here)
    codes = (Column("measure", "Total, in short"), Column("cause", "Cause, in short"))
    title = marked(made.build.mark, f"Where every patient, FTE and answer of England ended, {made.quarter}")
    found = [Table(quality.reconciliation(ended, title, (*place, *codes)), ("quarter", "measure", "cause"))]
    if len(unmatched):
        title = marked(made.build.mark, f"Practices and PCNs of England that did not match, {made.quarter}")
        sheet = quality.unmatched(unmatched, title, (*place, *codes))
        keys = ("quarter", "measure", "org_code", "cause")
        found.append(Table(sheet, () if unmatched[list(keys)].duplicated().any() else keys))
    return found

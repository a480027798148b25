"""Sheets that several pages show: networks of a quarter, slopes by quarter, coverage by quarter."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from sp_geo.analysis.measures import Need
from sp_geo.analysis.regression import quarter_slopes
from sp_geo.dashboard.figures.palette import TREATMENTS
from sp_geo.dashboard.snapshot import PROVISION, Snapshot, measures
from sp_geo.dashboard.state import ENGLAND, View
from sp_geo.dashboard.views import STATUS_WORDS
from sp_geo.geography.crs import MEASURE
from sp_geo.panel.indicator import indicators
from sp_geo.reporting.handout import Column, Sheet

_SILENT = "A network that did not report has no figure ([x]); one that reported none has 0."


def measure_column(name: str) -> Column:
    """The column of a measure of the panel."""
    measure = measures()[name]
    return Column(name, measure.label, measure.unit, measure.digits, measure.scale)


def networks(snapshot: Snapshot, quarter: str, area: str, shown: tuple[str, ...]) -> Sheet:
    """Networks active in a quarter, with provision and the measures asked for.

    Args:
        snapshot: of the build.
        quarter: such as 2022Q2.
        area: ICB code, or England.
        shown: measures beside provision; the first one asked for colours the map.
    """
    rows = snapshot.rows(quarter, area)
    rows = rows.assign(
        status=rows["reporting_status"].map(STATUS_WORDS), board=rows["icb_code"].map(snapshot.area_names)
    ).reset_index(drop=True)
    extra = [name for name in dict.fromkeys(shown) if name != PROVISION]
    columns = (
        Column("pcn_name", "Network"),
        Column("pcn_code", "Code"),
        Column("board", "Board"),
        Column("icb_code", "Board code", is_aside=True),
        Column("quarter", "Quarter", is_aside=True),
        Column("status", "Status"),
        Column("splw_fte", "Link workers", "FTE", 2),
        Column("list_size", "Patients", "registered", 0),
        measure_column(PROVISION),
        *[measure_column(name) for name in extra],
    )
    shapes = snapshot.footprints.set_index("pcn_code")["geometry"].reindex(rows["pcn_code"])
    title = f"{len(rows):,} networks, {snapshot.area_words(area)}, {quarter}"
    return Sheet(
        name="networks",
        title=f"{snapshot.mark} {title}".strip(),
        rows=rows,
        columns=columns,
        notes=(
            "Link workers: all link worker roles, workforce system (NWRS) alone.",
            _SILENT,
            *[f"{indicators()[name].label}: {indicators()[name].caveat.strip()}" for name in extra],
        ),
        shapes=gpd.GeoSeries(shapes.to_numpy(), crs=MEASURE),
        colour=shown[0] if shown else PROVISION,
    )


def slope_rows(snapshot: Snapshot, need: str, area: str) -> pd.DataFrame:
    """Slopes by quarter and treatment; England's come from the build, an ICB's are worked out."""
    if area == ENGLAND:
        return snapshot.slopes[snapshot.slopes["need"] == need]
    rows: pd.DataFrame = snapshot.made(_area_slopes, View({"need": need, "area": area}))
    return rows


def _area_slopes(snapshot: Snapshot, view: View) -> pd.DataFrame:
    need, area = view["need"], view["area"]
    item = indicators()[need]
    panel = snapshot.panel[snapshot.panel["icb_code"] == area]
    return quarter_slopes(panel, Need(item.name, item.is_share, item.label))


def slopes(snapshot: Snapshot, need: str, area: str) -> Sheet:
    """Slopes of provision on a need by quarter and treatment, with interval, n and coverage."""
    item = indicators()[need]
    rows = slope_rows(snapshot, need, area).reset_index(drop=True)
    rows = rows.assign(
        treatment_words=rows["treatment"].map({name: label for name, (label, _, _) in TREATMENTS.items()}),
        remark=rows["reason"] + rows["note"].where(rows["reason"] == "", ""),
    )
    unit = f"FTE per 10,000 patients per 10 {item.unit}"
    return Sheet(
        name="slopes",
        title=(
            f"{snapshot.mark} Slope of link workers per 10,000 patients on {item.label}, {snapshot.area_words(area)}"
        ).strip(),
        rows=rows,
        columns=(
            Column("quarter", "Quarter"),
            Column("treatment_words", "Treatment of silence"),
            Column("estimate", "Slope", unit, 4),
            Column("ci_low", "From (95 %)", "", 4),
            Column("ci_high", "To (95 %)", "", 4),
            Column("p_value", "p", "", 3),
            Column("n_pcns", "n", "networks", 0),
            Column("n_active_pcns", "Active", "networks", 0),
            Column("coverage_pct", "Coverage", "%", 1),
            Column("remark", "Remark"),
        ),
        notes=(
            "HC1 standard errors. An association between networks, not an effect.",
            item.caveat.strip(),
        ),
    )


def quarter_words(snapshot: Snapshot, quarter: str, area: str) -> str:
    """One sentence on a quarter and area: who reported, how many posts, what rate."""
    rows = snapshot.rows(quarter, area)
    if rows.empty:
        return f"No network of this area was active in {quarter}: boards changed in July 2022 and April 2026."
    reported = rows[rows["reporting_status"] != "not_reported"]
    rate = 10_000 * reported["splw_fte"].sum() / max(reported["list_size"].sum(), 1.0)
    zero = int((rows["reporting_status"] == "true_zero").sum())
    return (
        f"{snapshot.area_words(area)}, {quarter}: {len(reported):,} of {len(rows):,} active networks reported "
        f"({100 * len(reported) / len(rows):.0f} %), {zero:,} of them no link worker. Those that reported have "
        f"{reported['splw_fte'].sum():,.1f} FTE, {rate:.2f} per 10,000 of their patients."
    )

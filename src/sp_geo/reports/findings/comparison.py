"""An area beside England and the other ICBs: rates, coverage and what may be made of them."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from sp_geo.build.areas import Area
from sp_geo.reports.findings.headlines import HeadlineFigures, headline_figures
from sp_geo.reports.findings.sheets import REPORTING_COLUMNS, SERIES
from sp_geo.reports.sheet import Column, Sheet


def icb_rows(england: pd.DataFrame, quarter: str, area: Area, names: Mapping[str, str]) -> pd.DataFrame:
    """One row an ICB: who reported, posts, rate, patients; highest rate first, ICBs without a rate last.

    Args:
        england: rows of the panel of the quarter.
        quarter: such as 2022Q2.
        area: whose ICBs are marked.
        names: of ICBs by code.
    """
    found = []
    for code, rows in england.groupby("icb_code", sort=True):
        item, region = headline_figures(rows, quarter), rows.iloc[0]
        is_here = area.column == "icb_code" and code == area.code
        is_here |= area.column == "region_code" and bool((rows["region_code"] == area.code).any())
        found.append(
            {
                "icb_code": code,
                "icb": names[str(code)],
                "region_code": region["region_code"],
                "region_name": region["region_name"],
                "is_here": "Yes" if is_here else "No",
                "reporting_patients_count": item.reporting_patients,
            }
            | item.row()
        )
    rows = pd.DataFrame(found)
    return rows.sort_values(["splw_fte_per_10k", "icb_code"], ascending=[False, True], ignore_index=True)


def icb_sheet(rows: pd.DataFrame, title: str, shapes: gpd.GeoSeries | None) -> Sheet:
    """ICBs beside each other.

    Args:
        rows: of :func:`icb_rows`.
        title: of the sheet.
        shapes: of the ICBs in the order of the rows; None for none.
    """
    return Sheet(
        name="icbs",
        title=title,
        rows=rows,
        columns=(
            Column("icb", "ICB"),
            Column("icb_code", "ICB code"),
            Column("region_name", "Region"),
            Column("region_code", "Region code"),
            Column("quarter", "Quarter"),
            Column("is_here", "In this pack's area"),
            Column("splw_fte_per_10k", "Link workers", "FTE per 10,000 patients", 2),
            Column("splw_fte", "Link workers in all", "FTE", 1),
            *REPORTING_COLUMNS,
            Column("reporting_patients_count", "Patients of PCNs that reported", "registered", 0),
            Column("patients_count", "Patients", "registered", 0),
        ),
        notes=(SERIES, "The rate is over the patients of PCNs that reported. ICBs differ in how many did."),
        shapes=shapes,
        colour="splw_fte_per_10k" if shapes is not None else "",
    )


def beside_words(here: HeadlineFigures, england: HeadlineFigures, icbs: pd.DataFrame, area: Area) -> str:
    """The area's rate beside England's and the ICBs', in one or two sentences; empty for England itself.

    Args:
        here: figures of the area.
        england: figures of England.
        icbs: of :func:`icb_rows`.
        area: of the pack.
    """
    if area.is_england or not here.reported:
        return ""
    said = f"England: {england.per_10k:.2f} ({england.coverage_pct:.0f} % of PCNs reported)."
    rated = icbs.dropna(subset=["splw_fte_per_10k"])
    others = rated[rated["is_here"] == "No"]
    if area.column != "icb_code" or others.empty:
        return said
    lower = int((others["splw_fte_per_10k"] < here.per_10k).sum())
    return (
        f"{said} Of {len(others):,} other ICB{'' if len(others) == 1 else 's'} with a rate, {lower:,} "
        f"{'has' if lower == 1 else 'have'} a lower one; they differ in how many "
        "PCNs reported, so the order is rough."
    )

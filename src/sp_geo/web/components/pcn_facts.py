"""What is known of one PCN in a quarter, as pairs of words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.reports.findings.measures import STATUS_WORDS, measures
from sp_geo.web.own_data import posts_facts


def pcn_facts(build: Build, quarter: str, pcn_code: str) -> list[tuple[str, str]]:
    """Name, ICB, posts, patients and every measure; empty if the PCN was not active in the quarter."""
    rows = build.by_quarter[quarter]
    rows = rows[rows["pcn_code"] == pcn_code]
    if rows.empty:
        return []
    row: Any = rows.iloc[0]
    shapes = build.footprints.set_index("pcn_code")
    inside = float(shapes["patients_inside_pct"].get(pcn_code, float("nan")))
    fte = "did not report" if pd.isna(row["splw_fte"]) else f"{row['splw_fte']:,.2f} FTE"
    facts = [
        ("Name", f"{row['pcn_name']} ({pcn_code})"),
        ("ICB", str(row["icb_name"])),
        ("Status", f"{STATUS_WORDS[row['reporting_status']]} in {quarter}"),
        ("Link workers", fte),
        *posts_facts(build, pcn_code, quarter),
        ("Registered patients", f"{row['list_size']:,.0f}"),
    ]
    for name in build.choices.measures:
        measure = measures(build.needs)[name]
        facts.append((f"{measure.label}, {measure.unit}", measure.words(row[name]) or "no value"))
    facts.append(("Patients who live inside the footprint", "no footprint" if pd.isna(inside) else f"{inside:.0f} %"))
    return facts

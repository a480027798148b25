"""Which practices a PCN has in a quarter, and where its patients live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sp_geo.build.view import Build, remembered
from sp_geo.core.quarters import Quarter
from sp_geo.geography import boundaries
from sp_geo.geography.catchment import majority, patients_by_pcn
from sp_geo.geography.crs import MEASURE
from sp_geo.panel.membership import resolve

if TYPE_CHECKING:
    import geopandas as gpd

_CODE = "lsoa11_code"


@remembered()
def members_of(build: Build, quarter: str) -> pd.DataFrame:
    """practice_code and pcn_code of practices of the PCNs active in a quarter."""
    practices = resolve(build.table("core_practice_membership"), Quarter.parse(quarter)).practices
    active = build.by_quarter[quarter]["pcn_code"]
    return practices.loc[practices["pcn_code"].isin(active), ["practice_code", "pcn_code"]].reset_index(drop=True)


def by_area_rows(build: Build, areas: pd.Index) -> pd.DataFrame:
    """Rows of the latest patients by practice and small area of 2011 in some areas; none if there are none."""
    table = build.table("core_practice_list_lsoa11")
    rows = table[table[_CODE].isin(areas)]
    return rows[rows["release"] == table["release"].max()] if len(rows) else rows


def practices(build: Build, quarter: str, pcn_code: str) -> pd.DataFrame:
    """Practices of a PCN with their patients.

    Returns:
        practice_name (missing where no edition names it), practice_code, patients_count, share (of the PCN's
        patients, 0 to 1), release; largest first. Empty if the PCN was not active in the quarter.
    """
    columns = ["practice_name", "practice_code", "patients_count", "share", "release"]
    panel = build.by_quarter[quarter]
    panel = panel[panel["pcn_code"] == pcn_code]
    if panel.empty:
        return pd.DataFrame(columns=columns)
    members = members_of(build, quarter)
    codes = members.loc[members["pcn_code"] == pcn_code, "practice_code"]
    lists = build.table("core_practice_list")
    rows = lists[(lists["release"] == panel["list_release"].iloc[0]) & lists["practice_code"].isin(codes)]
    rows = rows[rows["patients_count"] > 0]
    organisations = build.table("core_organisation")
    named = organisations[(organisations["org_type"] == "practice") & organisations["org_code"].isin(codes)]
    named = named.dropna(subset=["name"]).sort_values("edition", kind="stable").drop_duplicates("org_code", keep="last")
    rows = rows.assign(
        practice_name=rows["practice_code"].map(named.set_index("org_code")["name"]),
        share=rows["patients_count"] / rows["patients_count"].sum(),
    )
    rows = rows.sort_values("practice_code").sort_values("patients_count", ascending=False, kind="stable")
    found: pd.DataFrame = rows[columns].reset_index(drop=True)
    return found


@dataclass(frozen=True)
class Home:
    """Where a PCN's patients live.

    Attributes:
        quarter: whose practices are counted: the latest in which the PCN was active.
        release: month of the patients by area; empty without any.
        areas: one row a small area of England, most patients first: lsoa11_code, lsoa11_name, patients_count, share
            (of the PCN's patients), area_share (of all PCNs' patients in the area), is_own (in the footprint),
            imd_score, minority_ethnic, rural; with shapes, EPSG:27700.
        elsewhere: patients whose address is in Wales or has no area.
        inside_pct: patients who live in the footprint; missing without one.
    """

    quarter: str
    release: str
    areas: gpd.GeoDataFrame
    elsewhere: int
    inside_pct: float

    @property
    def patients(self) -> int:
        """All patients whose area is told."""
        return int(self.areas["patients_count"].sum()) + self.elsewhere

    def areas_for(self, share: float) -> int:
        """Fewest small areas that hold such a share of the patients who live in England."""
        counts = self.areas["patients_count"]
        return int((counts.cumsum() - counts < share * counts.sum()).sum())


@remembered()
def home(build: Build, pcn_code: str) -> Home:
    """Where a PCN's patients live, from the latest patients by area."""
    import geopandas as gpd

    own = build.panel.loc[build.panel["pcn_code"] == pcn_code, "quarter"]
    quarter = str(own.max())
    table = build.table("core_practice_list_lsoa11")
    members = members_of(build, quarter)
    release = "" if table.empty else str(table["release"].max())
    codes = members.loc[members["pcn_code"] == pcn_code, "practice_code"]
    mine = table[table["practice_code"].isin(codes)]
    mine = mine[mine["release"] == release]
    england = boundaries.lsoa11()
    here = england[england[_CODE].isin(mine[_CODE])]
    counts = mine.groupby(_CODE)["patients_count"].sum()
    everyone = patients_by_pcn(by_area_rows(build, pd.Index(here[_CODE])), members, _CODE)
    most = majority(everyone, _CODE).set_index(_CODE)["pcn_code"]
    total = everyone.groupby(_CODE)["patients_count"].sum()
    areas = here[[_CODE, "lsoa11_name", "geometry"]].assign(patients_count=here[_CODE].map(counts).astype(float))
    areas = areas.assign(
        share=areas["patients_count"] / max(float(counts.sum()), 1.0),
        area_share=areas["patients_count"] / areas[_CODE].map(total),
        is_own=areas[_CODE].map(most) == pcn_code,
    )
    needs = build.table("out_lsoa11") if build.rows_count("out_lsoa11") else pd.DataFrame({_CODE: []})
    needs = needs[needs[_CODE].isin(areas[_CODE])].reindex(columns=[_CODE, "imd_score", "minority_ethnic", "rural"])
    areas = areas.merge(needs, on=_CODE, how="left")
    areas = areas.sort_values(_CODE).sort_values("patients_count", ascending=False, kind="stable")
    inside = build.footprints.set_index("pcn_code")["patients_inside_pct"].get(pcn_code, float("nan"))
    return Home(
        quarter=quarter,
        release=release,
        areas=gpd.GeoDataFrame(areas.reset_index(drop=True), geometry="geometry", crs=MEASURE),
        elsewhere=int(counts.sum() - areas["patients_count"].sum()),
        inside_pct=float(inside),
    )

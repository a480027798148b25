"""Where a PCN's patients live.

A PCN has no boundary. Its footprint is the small areas where more registered patients are its own than any other
PCN's; how much that says is told by the share of its patients who live inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sp_geo.geography.crs import MEASURE

if TYPE_CHECKING:
    import geopandas as gpd


def patients_by_pcn(by_area: pd.DataFrame, members: pd.DataFrame, code: str) -> pd.DataFrame:
    """Patients of each PCN in each small area.

    Args:
        by_area: practice_code, the area's code, patients_count.
        members: practice_code, pcn_code.
        code: name of the area's column, such as ``lsoa11_code``.

    Returns:
        pcn_code, the area's code, patients_count; patients of practices that are no member are left out.
    """
    joined = by_area.merge(members[["practice_code", "pcn_code"]], on="practice_code", validate="many_to_one")
    return joined.groupby(["pcn_code", code], sort=True)["patients_count"].sum().reset_index()


def majority(patients: pd.DataFrame, code: str) -> pd.DataFrame:
    """The PCN with most patients in each small area; of two with equally many, the one with the smaller code.

    Args:
        patients: of :func:`patients_by_pcn`.
        code: name of the area's column.

    Returns:
        One row an area: its code, pcn_code, patients_count.
    """
    ordered = patients.sort_values("pcn_code", kind="stable").sort_values(
        "patients_count", ascending=False, kind="stable"
    )
    return ordered.drop_duplicates(code).sort_values(code, ignore_index=True)[[code, "pcn_code", "patients_count"]]


def inside_pct(patients: pd.DataFrame, chosen: pd.DataFrame) -> pd.Series:
    """Share of each PCN's patients who live in its own footprint, in percent, by pcn_code; 0 if it has none."""
    inside = chosen.groupby("pcn_code")["patients_count"].sum()
    everyone = patients.groupby("pcn_code")["patients_count"].sum()
    return 100.0 * inside.reindex(everyone.index, fill_value=0) / everyone


def footprints_of(
    by_area: pd.DataFrame, members: pd.DataFrame, areas: gpd.GeoDataFrame, wanted: list[str]
) -> gpd.GeoDataFrame:
    """Footprints of some PCNs, found among all PCNs.

    Args:
        by_area: practice_code, lsoa11_code, patients_count, of one extract.
        members: practice_code, pcn_code of every active PCN on one day.
        areas: lsoa11_code and geometry, EPSG:27700, neighbours sharing their edges.
        wanted: PCNs to return.

    Returns:
        pcn_code, areas_count, patients_inside_pct (missing without patients by area) and geometry (missing where the
        PCN has a majority nowhere); EPSG:27700.
    """
    import geopandas as gpd
    import shapely

    code = "lsoa11_code"
    # Only areas in which a wanted PCN has patients can be its footprint, and all its patients live in these.
    practices = members.loc[members["pcn_code"].isin(wanted), "practice_code"]
    touched = by_area.loc[by_area["practice_code"].isin(practices), code].unique()
    english = by_area[by_area[code].isin(areas.loc[areas[code].isin(touched), code])]
    patients = patients_by_pcn(english, members, code)
    chosen = majority(patients, code)
    share = inside_pct(patients, chosen)
    own = chosen[chosen["pcn_code"].isin(wanted)]
    shapes = areas.set_index(code).geometry.reindex(own[code]).to_numpy()
    groups = own.groupby("pcn_code", sort=True).indices
    union = {pcn: shapely.coverage_union_all(shapes[rows]) for pcn, rows in groups.items()}
    frame = pd.DataFrame({"pcn_code": sorted(wanted)})
    frame["areas_count"] = frame["pcn_code"].map({pcn: len(rows) for pcn, rows in groups.items()}).fillna(0).astype(int)
    frame["patients_inside_pct"] = frame["pcn_code"].map(share).astype(float)
    geometry = np.array([union.get(pcn) for pcn in frame["pcn_code"]], dtype=object)
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=MEASURE)

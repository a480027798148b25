"""Small areas of 2011: who lives there, how great their need is, and how many link workers serve them."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from sp_geo.core.errors import WorkspaceError
from sp_geo.geography.catchment import majority, patients_by_pcn
from sp_geo.geography.crosswalk import to_lsoa11, weights
from sp_geo.panel.measures import area_measures
from sp_geo.panel.need_area import value_by_area
from sp_geo.panel.own import refuse_without_lookup

Tables = Mapping[str, pd.DataFrame]
_MEASURES = {
    "minority_ethnic": ("ethnicity minority_ethnic",),
    "rural": ("rurality 11", "rurality 21"),
}
_NEW_DEPRIVATION = "2025Q4"
"""First quarter that the indices of 2025 serve, as in the indicator imd_score."""


def small_areas(tables: Tables, pcns: pd.DataFrame, members: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """One row a small area of England.

    Args:
        tables: core tables of lists by area, population, deprivation, ethnicity, rurality, lookup and parents.
        pcns: out_pcn_quarter of one quarter; empty in a workspace without workforce.
        members: practice_code and pcn_code on that quarter's last day.
        areas: lsoa11_code, sub_icb_ons_code, icb_ons_code, easting_m, northing_m.

    Returns:
        The columns of out_lsoa11. Without patients by area residents stand in, and no link worker can be placed.

    Raises:
        WorkspaceError: neither patients nor residents by small area have been added.
    """
    frame = pd.DataFrame(areas[["lsoa11_code", "sub_icb_ons_code", "icb_ons_code"]]).set_index("lsoa11_code")
    # The latest patients by area; those by areas of 2021 through the lookup.
    by11, by21 = tables["core_practice_list_lsoa11"], tables["core_practice_list_lsoa21"]
    latest = max([*by11["release"].unique(), *by21["release"].unique()], default=None)
    if latest is None:
        frame["patients_count"], basis = _residents(tables, frame.index)
        frame["link_worker_fte"], frame["reporting_share"] = float("nan"), 0.0
        frame["pcn_code"] = pd.Series(None, index=frame.index, dtype="str")
    else:
        rows = by11[by11["release"] == latest]
        if rows.empty:
            rows = crossed(by21[by21["release"] == latest], tables)
        patients = rows.loc[rows["lsoa11_code"].isin(frame.index), ["practice_code", "lsoa11_code", "patients_count"]]
        basis = f"registered patients {latest}"
        frame["patients_count"] = (
            patients.groupby("lsoa11_code")["patients_count"].sum().reindex(frame.index, fill_value=0).astype(float)
        )
        frame = frame.join(_link_workers(patients, pcns, members))
        frame["reporting_share"] = frame["reporting_share"].fillna(0.0)
    frame["patients_basis"] = basis
    frame["quarter"] = str(pcns["quarter"].iloc[0]) if len(pcns) else ""
    parents = tables["core_lsoa11_parent"]
    districts = parents[parents["parent_type"] == "local_authority"].sort_values("edition", kind="stable")
    codes = districts.drop_duplicates("lsoa11_code", keep="last").set_index("lsoa11_code")["parent_ons_code"]
    frame["local_authority_code"] = codes.reindex(frame.index).astype("str")
    # Need by lsoa11_code: imd_score of the edition in force, minority_ethnic, rural, and own measures of areas.
    quarter = frame["quarter"].iloc[0]
    measures = area_measures(tables)
    refuse_without_lookup(measures, "11", tables["core_lsoa_lookup"])
    editions = ("2019", "2025") if quarter and quarter < _NEW_DEPRIVATION else ("2025", "2019")
    wanted = {
        "imd_score": tuple(f"deprivation {edition} {v}" for edition in editions for v in ("11", "21")),
        **_MEASURES,
        **{key.removeprefix("own "): (key,) for key in measures if key.startswith("own ")},
    }
    found: dict[str, pd.Series] = {}
    for name, keys in wanted.items():
        key = next((key for key in keys if key in measures), None)
        values = pd.Series(dtype="float64")
        if key is not None:
            values = value_by_area(measures[key], "11", tables["core_lsoa_lookup"])
        found[name] = values.astype("float64")
    return frame.join(pd.DataFrame(found)).reset_index()


def crossed(by21: pd.DataFrame, tables: Tables) -> pd.DataFrame:
    """Patients by area of 2021 as patients by area of 2011, practice by practice, totals kept."""
    lookup = tables["core_lsoa_lookup"]
    if lookup.empty:
        raise WorkspaceError(
            "patients are given by small areas of 2021, and nothing relates them to those of 2011",
            advice="Add 'LSOA (2011) to LSOA (2021) lookup'",
        )
    shares = weights(lookup)
    wide = by21[by21["lsoa21_code"].isin(shares["lsoa21_code"])].merge(shares, on="lsoa21_code")
    wide["patients_count"] = wide["patients_count"] * wide["share_of_21"]
    return wide


def _residents(tables: Tables, codes: pd.Index) -> tuple[pd.Series, str]:
    population, census = tables["core_lsoa11_population"], tables["core_lsoa21_ethnicity"]
    if not population.empty:
        year = population["year"].max()
        rows = population[population["year"] == year].set_index("lsoa11_code")["residents_count"]
        return rows.reindex(codes).astype(float).fillna(0.0), f"residents mid-{year}"
    lookup, newer = tables["core_lsoa_lookup"], tables["core_lsoa21_population"]
    counts, basis = census.set_index("lsoa21_code")["total_count"], "residents, Census 2021"
    if not newer.empty:
        year = newer["year"].max()
        counts = newer[newer["year"] == year].set_index("lsoa21_code")["residents_count"]
        basis = f"residents mid-{year}"
    if not counts.empty and not lookup.empty:
        shares = weights(lookup)
        found = to_lsoa11(counts.astype(float).to_frame("residents"), shares)["residents"]
        return found.reindex(codes).fillna(0.0), basis
    raise WorkspaceError(
        "nothing says how many people live in each small area",
        advice="Add 'Patients Registered at a GP Practice', by LSOA",
    )


def _link_workers(patients: pd.DataFrame, pcns: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """link_worker_fte, reporting_share and pcn_code by lsoa11_code: a PCN's FTE goes where its patients live."""
    if members.empty or pcns.empty:
        nobody = pd.DataFrame({"link_worker_fte": [], "reporting_share": []}, dtype="float64")
        return nobody.assign(pcn_code=pd.Series([], dtype="str"))
    shares = patients_by_pcn(patients, members, "lsoa11_code")
    shares["everyone"] = shares.groupby("pcn_code")["patients_count"].transform("sum")
    fte = shares["pcn_code"].map(pcns.set_index("pcn_code")["splw_fte"])
    shares["fte"] = fte * shares["patients_count"] / shares["everyone"]
    shares["reporting"] = shares["patients_count"].where(fte.notna(), 0)
    sums = shares.groupby("lsoa11_code")[["fte", "reporting", "patients_count"]].sum()
    most = majority(shares[["pcn_code", "lsoa11_code", "patients_count"]], "lsoa11_code").set_index("lsoa11_code")
    return pd.DataFrame(
        {
            "link_worker_fte": sums["fte"],
            "reporting_share": sums["reporting"] / sums["patients_count"],
            "pcn_code": most["pcn_code"],
        }
    )

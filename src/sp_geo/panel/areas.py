"""The ICB and region of a PCN, and the names of organisations, as at a quarter."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sp_geo.core.quarters import Month, Quarter


@dataclass(frozen=True)
class OrganisationNames:
    """Names and parents of organisations.

    Attributes:
        organisations: core_organisation.
        releases: core_pcn_release.
        icbs: one row an ICB: icb_code, icb_name, region_code, region_name, valid_from, valid_to.
        sub_icbs: one row a spell of a sub-ICB location in an ICB: sub_icb_code, icb_code, valid_from, valid_to.
    """

    organisations: pd.DataFrame
    releases: pd.DataFrame
    icbs: pd.DataFrame
    sub_icbs: pd.DataFrame

    def pcn_names(self, quarter: Quarter | Month) -> pd.Series:
        """Name by pcn_code: from the quarter's release, else from the latest edition that has one."""
        pcns = self.organisations[self.organisations["org_type"] == "pcn"].sort_values("edition", kind="stable")
        known = pcns.dropna(subset=["name"]).drop_duplicates("org_code", keep="last").set_index("org_code")["name"]
        release = self.releases[self.releases["quarter"] == str(quarter)].dropna(subset=["pcn_name"])
        return release.set_index("pcn_code")["pcn_name"].combine_first(known)

    def icb_set(self, quarter: Quarter | Month) -> pd.DataFrame:
        """ICBs in force at the quarter's end; before there were any, the first set; indexed by icb_code."""
        return _in_force(self.icbs, quarter).set_index("icb_code")

    def icb_by_sub_icb(self, quarter: Quarter | Month) -> pd.Series:
        """ICB in force at the quarter's end, by sub_icb_code."""
        return _in_force(self.sub_icbs, quarter).set_index("sub_icb_code")["icb_code"]


def _in_force(spells: pd.DataFrame, quarter: Quarter | Month) -> pd.DataFrame:
    day = max(quarter.end.isoformat(), spells["valid_from"].min())
    begun, ended = spells["valid_from"] <= day, spells["valid_to"] <= day
    rows: pd.DataFrame = spells[begun & ~(ended & spells["valid_to"].notna())]
    return rows


def icb_of_pcns(members: pd.DataFrame, names: OrganisationNames, quarter: Quarter | Month) -> pd.DataFrame:
    """The ICB of each PCN: the one with most of its patients (the smaller code if equal).

    Args:
        members: practice_code, pcn_code, patients, sub_icb_code, icb_code (as published, used where the sub-ICB
            location says nothing).
        names: of organisations.
        quarter: whose set of ICBs is used.

    Returns:
        Indexed by pcn_code: icb_code, icb_name, region_code, region_name.
    """
    in_force = names.icb_set(quarter)
    by_location = members["sub_icb_code"].map(names.icb_by_sub_icb(quarter))
    published = members["icb_code"].where(members["icb_code"].isin(in_force.index))
    rows = members.assign(icb_code=by_location.fillna(published)).dropna(subset=["icb_code"])
    sums = rows.groupby(["pcn_code", "icb_code"])["patients"].sum().reset_index()
    most = sums.sort_values("icb_code", kind="stable").sort_values("patients", ascending=False, kind="stable")
    chosen = most.drop_duplicates("pcn_code").set_index("pcn_code")[["icb_code"]]
    return chosen.join(in_force[["icb_name", "region_code", "region_name"]], on="icb_code")

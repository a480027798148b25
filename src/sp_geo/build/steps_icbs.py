"""The steps of the build that are about ICBs: every ICB of any day, and the ICB of each PCN in each set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from sp_geo.build.context import Frames, Given
from sp_geo.core.quarters import Quarter
from sp_geo.geography.icb_changes import committed, icbs_of, with_changes
from sp_geo.panel import icb_membership
from sp_geo.panel.lists import choose
from sp_geo.panel.small_areas import crossed
from sp_geo.tables import TABLES

READS: Final = (
    "out_icb",
    "out_icb_location",
    "out_pcn_quarter",
    "core_practice_membership",
    "core_practice_list",
    "core_practice_list_lsoa11",
    "core_practice_list_lsoa21",
    "core_lsoa_lookup",
)


def icbs(given: Given) -> Frames:
    """The committed tables of ICBs with the changes that a user declared.

    Raises:
        InvalidContent: the tables cannot be true.
    """
    found = with_changes(*committed(), given.tables["core_icb_change"])
    sets = pd.DataFrame(
        [
            {
                "icb_set": item.name,
                "words": item.words,
                "valid_from": item.valid_from,
                "valid_to": item.valid_to or None,
                "icbs_count": item.icbs_count,
                "is_declared": item.is_declared,
            }
            for item in found.sets
        ]
    )
    return {
        "out_icb": found.icbs[TABLES["out_icb"].column_names],
        "out_icb_location": found.sub_icbs[TABLES["out_icb_location"].column_names],
        "out_icb_set": sets.astype({"valid_to": "str"}) if sets["valid_to"].notna().all() else sets,
    }


def icbs_of_pcns(given: Given) -> Frames:
    """The ICB of each PCN in each set, checked to add up to England."""
    tables = given.tables
    if tables["out_pcn_quarter"].empty:
        return {}
    lists = _Lists(tables)
    sources = icb_membership.Sources(
        icbs=icbs_of(tables["out_icb"], tables["out_icb_location"]),
        memberships=tables["core_practice_membership"],
        patients_of=lists.patients_of,
        by_area=lists.by_area,
    )
    return {"out_pcn_icb": icb_membership.icbs_of_pcns(tables["out_pcn_quarter"], sources)}


@dataclass
class _Lists:
    """Registered patients, by practice and by small area; what several quarters share is read once."""

    tables: Frames
    _by_area: dict[str, pd.DataFrame] = field(default_factory=dict)

    def patients_of(self, release: str) -> pd.Series:
        """Patients by practice_code."""
        rows = self.tables["core_practice_list"]
        return rows[rows["release"] == release].set_index("practice_code")["patients_count"]

    def by_area(self, quarter: Quarter) -> pd.DataFrame:
        """practice_code, lsoa11_code, patients_count of the extract nearest to a quarter; empty if there is none."""
        old, new = self.tables["core_practice_list_lsoa11"], self.tables["core_practice_list_lsoa21"]
        known = {*old["release"].unique(), *(new["release"].unique() if len(self.tables["core_lsoa_lookup"]) else ())}
        release = choose(sorted(known), quarter)
        if release is None:
            return old[["practice_code", "lsoa11_code", "patients_count"]].iloc[:0]
        if release.month not in self._by_area:
            rows = old[old["release"] == release.month]
            if rows.empty:
                rows = crossed(new[new["release"] == release.month], self.tables)
            self._by_area[release.month] = rows[["practice_code", "lsoa11_code", "patients_count"]]
        return self._by_area[release.month]

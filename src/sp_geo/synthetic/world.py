"""A synthetic England in memory: what the generator invents and what the layouts write down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Scale = Literal["full", "region", "miniature"]
SCALES: tuple[Scale, ...] = ("full", "region", "miniature")

MARK = "SYNTHETIC "
"""How every invented name begins; recognition of synthetic files rests on it."""


@dataclass(frozen=True)
class Places:
    """Real areas' codes and names, from ``data/boundaries``.

    Attributes:
        lsoas: lsoa11_code, lsoa11_name, sub_icb_code, easting_m, northing_m (EPSG:27700), sorted by code.
        sub_icbs: indexed by sub_icb_code (those of 2022): ons_code, name and icb_code, each with the suffix _2022 or
            _2026 for the sets of July 2022 and of April 2026.
        icbs: indexed by icb_code: ons_code, name, region_code, region_name.
    """

    lsoas: pd.DataFrame
    sub_icbs: pd.DataFrame
    icbs: pd.DataFrame

    def locations(self, day: str) -> pd.DataFrame:
        """Sub-ICB locations in force on a day (ISO), by code: ons_code, name, icb_code; before July 2022, its set."""
        suffix = "_2026" if day >= "2026-04-01" else "_2022"
        chosen = self.sub_icbs.filter(like=suffix)
        return chosen.set_axis([name.removesuffix(suffix) for name in chosen.columns], axis=1)


@dataclass(frozen=True)
class Releases:
    """Which releases are written.

    Attributes:
        quarters: of the workforce, such as 2022Q2.
        totals: months of list totals, such as 2021-04.
        by_age: months of lists by age band.
        by_area: the month of patients by practice and small area.
        memberships_ccg: month of the ePCN workbook with CCG headings, or None.
        memberships: month of the ePCN workbook with sub-ICB headings.
        maps_ccg: month of the practice map with CCG and STP columns, or None.
        maps: month of the practice map with ICB columns.
        practices: month of the list of practices.
        surveys: years of the patient survey.
    """

    quarters: tuple[str, ...]
    totals: tuple[str, ...]
    by_age: tuple[str, ...]
    by_area: str
    memberships_ccg: str | None
    memberships: str
    maps_ccg: str | None
    maps: str
    practices: str
    surveys: tuple[int, ...]

    @property
    def lists(self) -> tuple[str, ...]:
        """All months in which patients are counted, in order."""
        return tuple(sorted({*self.totals, *self.by_age, self.by_area}))


@dataclass(frozen=True)
class World:
    """Everything the published-looking files say; all codes as in the files, no names joined on.

    Attributes:
        scale: how large.
        seed: what it was drawn from.
        releases: which releases are written.
        places: real codes and names.
        areas11: lsoa11_code, lsoa11_name, imd_score (points), residents_count, ruc_code; one row a small area.
        areas21: lsoa21_code, lsoa21_name, imd_score (points), ruc_code, and residents by group: asian, black, mixed,
            white, other (whole numbers).
        lookup: lsoa11_code, lsoa21_code, change (U, S, M).
        practices: practice_code, practice_name, postcode, sub_icb_code, opened, closed (ISO days, None if open),
            successor_code (None if it has none).
        pcns: pcn_code, pcn_name, sub_icb_code, opened, closed.
        spells: practice_code, pcn_code, valid_from, valid_to (ISO days, first day no longer valid; None if it lasts).
        lists: practice_code, release, patients (whole numbers above zero).
        by_area: practice_code, area_code (LSOA 2011, NO2011 or Welsh), patients; of ``releases.by_area``.
        ages: practice_code, release, sex (0 female, 1 male), band (0 to 19, five years each), patients.
        survey: year, practice_code, distributed, received, yes_definitely, yes_some, no, not_needed, unsure (answers,
            fractional as weighted).
        staff: quarter, pcn_code, role (number of ``roles.ROLES``), fte, identifier (0 for contracted services).
    """

    scale: Scale
    seed: int
    releases: Releases
    places: Places
    areas11: pd.DataFrame
    areas21: pd.DataFrame
    lookup: pd.DataFrame
    practices: pd.DataFrame
    pcns: pd.DataFrame
    spells: pd.DataFrame
    lists: pd.DataFrame
    by_area: pd.DataFrame
    ages: pd.DataFrame
    survey: pd.DataFrame
    staff: pd.DataFrame

    def membership_on(self, day: str) -> pd.Series:
        """PCN of each practice on a day (ISO), by practice_code; practices of no PCN are absent."""
        spells = self.spells
        holds = (spells["valid_from"] <= day) & (spells["valid_to"].isna() | (spells["valid_to"] > day))
        return spells[holds].set_index("practice_code")["pcn_code"]

    def practices_on(self, day: str) -> pd.DataFrame:
        """Practices open on a day (ISO)."""
        found = self.practices
        return found[(found["opened"] <= day) & (found["closed"].isna() | (found["closed"] > day))]

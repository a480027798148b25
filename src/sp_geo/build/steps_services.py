"""The steps of the build that are about services: directories in, placed and filed, access, deserts."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.build.context import Frames, Given
from sp_geo.core.errors import InvalidContent
from sp_geo.core.quarters import Quarter
from sp_geo.geography import boundaries
from sp_geo.panel import measures
from sp_geo.panel.membership import resolve
from sp_geo.panel.small_areas import small_areas
from sp_geo.publications.reading.records import directory_frame
from sp_geo.services.access import Method
from sp_geo.services.access_inputs import DEFAULT_NEED, area_codes, default_rule, landscape
from sp_geo.services.assemble import demand_table, service_tables
from sp_geo.services.assumptions import assumptions
from sp_geo.services.desert_tables import SEED
from sp_geo.services.reach import Reach
from sp_geo.tables import TABLES

PUBLICATIONS: Final = (
    "open_referral",
    "open_referral_package",
    "service_template",
    "venue_list",
    "charity_register",
    "charity_area",
    "charity_classification",
    "grants",
    "gap_log",
    "travel_times",
)
SEEDS: Final = {"deserts": SEED}
"""Of everything that the build draws."""
DIRECTORY_TABLES: Final = (
    "core_directory",
    "core_service",
    "core_service_site",
    "core_service_area",
    "core_service_term",
    "core_service_refused",
    "core_charity",
    "core_charity_area",
    "core_charity_term",
    "core_grant",
    "core_gap_report",
    "core_travel_time",
)
SMALL_AREA_READS: Final = (
    "out_pcn_quarter",
    "core_practice_membership",
    "core_practice_list_lsoa11",
    "core_practice_list_lsoa21",
    *measures.READS,
)


def directories(given: Given) -> Frames:
    """Directories, charities, grants, reports of gaps and travel times as core tables.

    Raises:
        InvalidContent: two files give the same directory's services.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    for item in sorted(given.files, key=lambda shelved: (shelved.origin.publication, shelved.origin.period)):
        frames = dict(given.read(item))
        if item.origin.covers and "core_directory" in frames:
            # Claims of whoever added the file, in place of those of the file itself.
            claims = [claim.partition(":")[::2] for claim in item.origin.covers]
            frames["core_directory"] = directory_frame(
                str(frames["core_directory"]["directory_id"].iloc[0]),
                [(area, category or "all") for area, category in claims],
                "user",
            )
        for name, frame in frames.items():
            parts.setdefault(name, []).append(frame)
    return {name: _together(name, frames) for name, frames in parts.items()}


def _together(name: str, frames: list[pd.DataFrame]) -> pd.DataFrame:
    key = list(TABLES[name].key)
    frame = pd.concat(frames, ignore_index=True)
    if name in {"core_directory", "core_service_refused"}:
        return frame.drop_duplicates(key)
    repeated = frame.duplicated(key)
    if repeated.any():
        raise InvalidContent(
            f"two files both give {name.removeprefix('core_').replace('_', ' ')}",
            found=", ".join(str(part) for part in frame.loc[repeated, key].iloc[0]),
            expected="each in one file",
            advice="Remove one of the two, or add one of them as a directory of another name",
        )
    return frame


def areas(given: Given) -> Frames:
    """Small areas with their people, need and link workers, as at the latest quarter; none without people by area."""
    tables = given.tables
    held = ("core_practice_list_lsoa11", "core_practice_list_lsoa21", "core_lsoa11_population")
    # Residents by areas of 2021 say something of those of 2011 only through the lookup.
    has_residents = not tables["core_lsoa21_population"].empty and not tables["core_lsoa_lookup"].empty
    if all(tables[name].empty for name in held) and not has_residents:
        return {}
    pcns = tables["out_pcn_quarter"]
    latest = pcns[pcns["quarter"] == pcns["quarter"].max()]
    members = pd.DataFrame({"practice_code": [], "pcn_code": []}, dtype="str")
    if len(latest):
        quarter = Quarter.parse(str(latest["quarter"].iloc[0]))
        members = resolve(tables["core_practice_membership"], quarter).practices
        members = members[members["pcn_code"].isin(latest["pcn_code"])]
    return {"out_lsoa11": small_areas(tables, latest, members, boundaries.lsoa11())}


def services(given: Given) -> Frames:
    """Services placed and filed under categories, with what they can take."""
    if all(given.tables[name].empty for name in ("core_directory", "core_charity", "core_grant")):
        return {}
    used = assumptions(given.parameters.services)
    return service_tables(given.tables, boundaries.lsoa11(), area_codes(given.tables), used)


def access(given: Given) -> Frames:
    """Access, demand and deserts by the default method and rule."""
    tables = given.tables
    if tables["out_lsoa11"].empty or tables["core_service"].empty:
        return {}
    used = assumptions(given.parameters.services)
    found = Reach(
        lambda name, _columns=None: tables[name],
        used,
        Method.default(used),
        lambda: landscape(tables),
        is_built=False,
    )
    table = found.table()
    frames = {
        "out_lsoa_access": table,
        "out_lsoa_demand": demand_table(tables["out_lsoa11"], table, tables["core_referral_activity"], used),
    }
    if found.people[DEFAULT_NEED].notna().any():
        frames["out_desert"] = found.desert_rows(default_rule(used))
        frames["out_desert_cluster"] = found.cluster_rows(default_rule(used))
    return {name: frame for name, frame in frames.items() if not frame.empty}

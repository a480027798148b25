"""Recorded services in reach of where a PCN's patients live."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.build.view import LARGE, Build, remembered
from sp_geo.questions.services.request import ground_of, used_assumptions
from sp_geo.reports.findings.service_words import CATEGORY_WORDS
from sp_geo.services.access import CATEGORIES, NOT_RECORDED, Landscape, Method
from sp_geo.services.catchment_access import NOT_OF_CATEGORY
from sp_geo.web.pages.pcn.members import Home
from sp_geo.web.service_grid import england_means

LEAST_SHARE: Final = 0.1
"""A service counts as in reach of a PCN if at least this share of its patients lives within its catchment."""


@remembered(LARGE)
def ground_and_method(build: Build) -> tuple[Landscape, Method]:
    """What access is computed from and how, by the workspace's assumptions."""
    return ground_of(build), Method.default(used_assumptions(build))


def reached_by(ground: Landscape, method: Method, weight: pd.Series) -> npt.NDArray[np.float64]:
    """Share of patients who live within the catchment of each site or visiting service, in the order of capacities.

    Args:
        ground: of England.
        method: with its catchment.
        weight: share of the patients by lsoa11_code.
    """
    codes = weight.index[weight.index.isin(ground.row_of.index)]
    rows = ground.row_of[codes].to_numpy()
    share = weight[codes].to_numpy(dtype=float)
    found = np.zeros(len(ground.supply.sites) + len(ground.supply.visiting))
    for pairs in ground.pairs(method, rows):
        np.add.at(found, pairs.services[pairs.service], share[pairs.place])
    return found


def in_reach(ground: Landscape, method: Method, weight: pd.Series) -> pd.DataFrame:
    """Services in reach of at least :data:`LEAST_SHARE` of the patients, by category.

    Returns:
        Indexed by category: services_count, places (a quarter, of those whose free places are known), full_count
        (known to have none), unknown_count. A service with several sites counts once.
    """
    near = reached_by(ground, method, weight) >= LEAST_SHARE
    services = ground.supply.point_services
    capacity = ground.capacity(method)
    rows = []
    for column in range(len(CATEGORIES)):
        here = near & (capacity[:, column] != NOT_OF_CATEGORY)
        held = pd.DataFrame({"service": services[here].to_numpy(), "places": capacity[here, column]})
        each = held.groupby("service")["places"].sum(min_count=1)
        rows.append(
            {
                "services_count": len(each),
                "places": float(each.sum()) if each.notna().any() else np.nan,
                "full_count": int((each == 0).sum()),
                "unknown_count": int(each.isna().sum()),
            }
        )
    return pd.DataFrame(rows, index=pd.Index(CATEGORIES, name="category"))


def access_means(rows: pd.DataFrame, weight: pd.Series) -> pd.DataFrame:
    """Access of people by category, weighted.

    Args:
        rows: of out_lsoa_access.
        weight: people by lsoa11_code; areas it does not name do not count.

    Returns:
        Indexed by category: score (mean over people in areas that a directory covers and whose score is known),
        known_pct (share of people who are in such an area), not_recorded_pct (share in areas that no directory covers
        and no service reaches), uncovered_pct (share in areas that no directory covers), nearest_m (mean over people).
    """
    people = rows["lsoa11_code"].map(weight).fillna(0.0)
    # Across the border of what a directory covers only part of the services is recorded, so no mean is told of there.
    is_known = rows["score"].notna() & rows["is_covered"].astype(bool)
    frame = pd.DataFrame(
        {
            "category": rows["category"],
            "people": people,
            "known": people.where(is_known, 0.0),
            "score": (people * rows["score"]).where(is_known, 0.0),
            "silent": people.where(rows["state"] == NOT_RECORDED, 0.0),
            "uncovered": people.where(~rows["is_covered"].astype(bool), 0.0),
            "near": people.where(rows["nearest_m"].notna(), 0.0),
            "metres": (people * rows["nearest_m"]).fillna(0.0),
        }
    )
    sums = frame.groupby("category")[[name for name in frame if name != "category"]].sum().reindex(CATEGORIES)
    everyone = sums["people"].where(sums["people"] > 0)
    return pd.DataFrame(
        {
            "score": sums["score"] / sums["known"].where(sums["known"] > 0),
            "known_pct": 100 * sums["known"] / everyone,
            "not_recorded_pct": 100 * sums["silent"] / everyone,
            "uncovered_pct": 100 * sums["uncovered"] / everyone,
            "nearest_m": sums["metres"] / sums["near"].where(sums["near"] > 0),
        }
    )


def free_places(rows: pd.DataFrame) -> pd.Series:
    """Free places: 0 where nothing is in reach and directories cover the patients, missing where nobody knows.

    Fewer patients than make a service count as in reach may live where no directory covers: no service that is only
    theirs would be counted.
    """
    return rows["places"].mask((rows["services_count"] == 0) & _is_covered(rows), 0.0)


def _is_covered(rows: Any) -> Any:
    return rows["uncovered_pct"] < 100 * LEAST_SHARE


def known_words(row: Any) -> str:
    """What is known of a category, so that no service, no free place and nobody knows are told apart.

    Args:
        row: of :func:`service_rows`.
    """
    known = int(row["services_count"] - row["unknown_count"])
    if pd.isna(row["uncovered_pct"]):
        return "Nothing says where its patients live"
    if not row["services_count"]:
        return "No service in reach" if _is_covered(row) else "None recorded; not covered everywhere, there may be some"
    if not known:
        return "In reach, capacity not recorded"
    if row["unknown_count"]:
        return f"Capacity known of {known:,} of {row['services_count']:,.0f} in reach"
    return "In reach, capacity known" if row["places"] else "In reach, none with a free place"


def service_rows(build: Build, home: Home) -> pd.DataFrame:
    """Services in reach of a PCN's patients by category, beside England.

    Returns:
        label, category, the columns of :func:`in_reach`, those of :func:`access_means`, england_score and known_words.
    """
    weight = home.areas.set_index("lsoa11_code")["patients_count"]
    ground, method = ground_and_method(build)
    counts = in_reach(ground, method, weight / max(float(weight.sum()), 1.0))
    table = build.table("out_lsoa_access")
    own = access_means(table[table["lsoa11_code"].isin(weight.index)], weight)
    rows = counts.join(own).assign(england_score=england_means(build))
    rows = rows.assign(places=free_places(rows), label=[CATEGORY_WORDS[name] for name in rows.index]).reset_index()
    return rows.assign(known_words=[known_words(row) for _, row in rows.iterrows()])


def service_words(rows: pd.DataFrame, catchment_km: float) -> str:
    """The services in reach in a few sentences."""
    every = rows.set_index("category").loc["all"]
    silent = rows[rows["category"] != "all"]["uncovered_pct"].max()
    if pd.isna(silent):
        return "Nothing says where this PCN's patients live, so no service can be said to be in reach."
    if not every["services_count"]:
        words = f"No recorded service is within {catchment_km:g} km of where at least one in ten of its patients live."
    else:
        words = (
            f"{every['services_count']:,.0f} recorded services are within {catchment_km:g} km of where at least one in "
            f"ten of its patients live. {every['full_count']:,.0f} are known to have no free place, and of "
            f"{every['unknown_count']:,.0f} nobody says how many they can take."
        )
    if silent > 0:
        share = "Less than 1 %" if silent < 1 else f"Up to {silent:.0f} %"
        return (
            f"{words} {share} of its patients live where no directory covers a category: there, "
            "services may be missing from these figures, and silence says nothing."
        )
    return f"{words} Directories cover every category where its patients live."

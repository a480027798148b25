"""Gaps by what services offer: whose people have no evening group, no drop-in, none without steps within reach."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.services.access import Landscape
from sp_geo.services.catchment_access import NOT_OF_CATEGORY, nearest_services

YES_NO: Final = ("evening", "weekend", "drop_in", "free_of_charge", "step_free")
MIDLIFE: Final = (40.0, 59.0)
ATTRIBUTES: Final = (*YES_NO, "age_40_to_59", "language", "community")
WORDS: Final = {
    "evening": "open in the evening",
    "weekend": "open at a weekend",
    "drop_in": "open without a booking",
    "free_of_charge": "free of charge",
    "step_free": "without steps",
    "age_40_to_59": "open to people in their 40s and 50s",
    "language": "in a language other than English",
    "community": "meant for a stated community",
}


def marks(sites: pd.DataFrame, attribute: str) -> pd.Series:
    """Whether each site has an attribute: yes, no, or missing where nobody said.

    Args:
        sites: the fields of services and sites, one row a site.
        attribute: one of :data:`ATTRIBUTES`.

    Raises:
        UsageError: there is no such attribute.
    """
    if attribute in YES_NO:
        return sites[attribute]
    if attribute == "age_40_to_59":
        said = sites["age_from"].notna() | sites["age_to"].notna()
        open_to = (sites["age_from"].fillna(0) <= MIDLIFE[0]) & (sites["age_to"].fillna(130) >= MIDLIFE[1])
        return pd.Series(np.where(open_to, "yes", "no"), index=sites.index, dtype="str").where(said)
    if attribute == "language":
        others = sites["languages"].str.replace(r"(?i)\b(?:english|en|eng)\b", "", regex=True).str.contains(r"\w")
        return others.map({True: "yes", False: "no"}).astype("str").where(sites["languages"].notna())
    if attribute == "community":
        return pd.Series("yes", index=sites.index, dtype="str").where(sites["communities"].notna())
    raise UsageError("there is no such attribute", found=f"'{attribute}'", expected=", ".join(ATTRIBUTES))


def attribute_gaps(
    ground: Landscape, wanted: npt.NDArray[np.bool_], column: int, offers: pd.DataFrame, within_m: float, detour: float
) -> pd.DataFrame:
    """Shares of people by whether a recorded service with each attribute, which serves them, is within a distance.

    Args:
        ground: people, sites, and the small areas that services are for.
        wanted: small areas asked about, of all those of the ground.
        column: category of the services, in the order of :data:`sp_geo.services.access.CATEGORIES`.
        offers: service_id, site and the fields of services and sites, one row a site.
        within_m: metres along the way.
        detour: metres of way for each metre of straight line.

    Returns:
        attribute, within_m, with_pct, perhaps_pct (a service that does not say), without_pct (covered, and none that
        has it or might), not_recorded_pct (no directory covers them), patients_without; the four shares sum to 100.
    """
    supply = ground.supply
    of_category = supply.share[supply.owner[: len(supply.sites)], column] > 0
    sites = supply.sites[["service_id", "site"]].merge(offers, on=["service_id", "site"], how="left")
    said = [marks(sites, attribute) for attribute in ATTRIBUTES]
    held = np.column_stack([*((mark == "yes").fillna(value=False) for mark in said), *(mark.isna() for mark in said)])
    way = nearest_services(
        ground.places,
        supply.points,
        np.where(held & of_category[:, None], 1.0, NOT_OF_CATEGORY),
        detour,
        [(group, areas[wanted[areas]]) for group, areas in ground.site_groups],
    ).cost[wanted]
    people, covered = ground.population[wanted], ground.is_covered[wanted, column]
    everyone = people.sum()
    rows = []
    for at, attribute in enumerate(ATTRIBUTES):
        has = way[:, at] <= within_m
        might = (way[:, len(ATTRIBUTES) + at] <= within_m) & ~has
        neither = ~has & ~might
        shares = [has, might, neither & covered, neither & ~covered]
        counts = [float(people[flag].sum()) for flag in shares]
        percent = [100.0 * count / everyone if everyone else float("nan") for count in counts]
        sentence = (
            f"No recorded service {WORDS[attribute]} within {within_m / 1_000:g} km for {percent[2]:.0f} % of people; "
            f"perhaps one that does not say for {percent[1]:.0f} %; not recorded for {percent[3]:.0f} %."
        )
        rows.append([attribute, within_m, *percent, counts[2], sentence])
    columns = [
        "attribute", "within_m", "with_pct", "perhaps_pct", "without_pct", "not_recorded_pct", "patients_without",
        "sentence",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)

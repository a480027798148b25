"""Sites and what they can take, as the arrays that access is computed from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.services.catchment_access import NOT_OF_CATEGORY
from sp_geo.tables.referrals import REFERRAL_CATEGORIES

Measure = Literal["places", "services"]
MEASURES: Final[tuple[Measure, ...]] = ("places", "services")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Supply:
    """Sites in their order, and services that go to areas.

    Attributes:
        sites: service_id, directory_id, easting_m, northing_m (EPSG:27700), lsoa11_code; one row a site.
        capacity: sites x categories, people a quarter; NaN unknown, -1 not of the category. A service's capacity is
            divided equally over its sites and its categories.
        visiting: service_id, directory_id; services that have no site and go to stated areas.
        visiting_capacity: the same for them.
    """

    sites: pd.DataFrame
    capacity: Floats
    visiting: pd.DataFrame
    visiting_capacity: Floats

    @property
    def points(self) -> Floats:
        """Sites' eastings and northings, m x 2."""
        return self.sites[["easting_m", "northing_m"]].to_numpy(dtype=float)

    def of_directory(self, directory_id: str) -> Supply:
        """Only the services of one directory."""
        here, there = self.sites["directory_id"] == directory_id, self.visiting["directory_id"] == directory_id
        return Supply(
            self.sites[here].reset_index(drop=True),
            self.capacity[here.to_numpy()],
            self.visiting[there].reset_index(drop=True),
            self.visiting_capacity[there.to_numpy()],
        )

    def counted(self) -> Supply:
        """Every recorded service as 1, whatever it can take: for directories that say nothing of capacity."""
        return replace(self, capacity=_ones(self.capacity), visiting_capacity=_ones(self.visiting_capacity))


def _ones(capacity: Floats) -> Floats:
    return np.where(capacity == NOT_OF_CATEGORY, NOT_OF_CATEGORY, 1.0)


def supply(services: pd.DataFrame, sites: pd.DataFrame, categories: pd.DataFrame, areas: pd.DataFrame) -> Supply:
    """Arrays of everything that is placed and filed.

    Args:
        services: out_service: service_id, directory_id, effective_places.
        sites: out_service_site; those without a place are left out.
        categories: out_service_category: service_id, category, share.
        areas: core_service_area: services that have no placed site but serve these areas are visiting ones.
    """
    placed = sites[sites["cause"].isna()].merge(
        services[["service_id", "directory_id"]], on="service_id", validate="many_to_one"
    )
    placed = placed[placed["service_id"].isin(categories["service_id"])]
    placed = placed.sort_values(["service_id", "site"], ignore_index=True)
    goes = services["service_id"].isin(areas["service_id"]) & ~services["service_id"].isin(placed["service_id"])
    visiting = services.loc[
        goes & services["service_id"].isin(categories["service_id"]), ["service_id", "directory_id"]
    ]
    visiting = visiting.sort_values("service_id", ignore_index=True)
    each = placed.groupby("service_id")["site"].transform("size").to_numpy(dtype=float)
    per_service = _matrix(services, categories)
    at = pd.Series(np.arange(len(services)), index=services["service_id"])
    capacity = per_service[at.reindex(placed["service_id"]).to_numpy(dtype=int)]
    capacity = np.where(capacity == NOT_OF_CATEGORY, NOT_OF_CATEGORY, capacity / each[:, None])
    columns = ["service_id", "directory_id", "easting_m", "northing_m", "lsoa11_code"]
    return Supply(
        placed[columns], capacity, visiting, per_service[at.reindex(visiting["service_id"]).to_numpy(dtype=int)]
    )


def _matrix(services: pd.DataFrame, categories: pd.DataFrame) -> Floats:
    """Services x categories, in the order of ``services``."""
    matrix = np.full((len(services), len(REFERRAL_CATEGORIES)), NOT_OF_CATEGORY)
    rows = pd.Series(np.arange(len(services)), index=services["service_id"])
    row = rows.reindex(categories["service_id"]).to_numpy(dtype=int)
    column = categories["category"].map({name: at for at, name in enumerate(REFERRAL_CATEGORIES)}).to_numpy(dtype=int)
    places = services["effective_places"].to_numpy(dtype=float)
    matrix[row, column] = places[row] * categories["share"].to_numpy(dtype=float)
    return matrix

"""Services, where they are given, and what they can take, as the arrays that access is computed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
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
    """Services, and the points at which people meet them: sites in their order, then services that go to areas.

    Attributes:
        services: service_id, directory_id, effective_places (people a quarter; missing where unknown); one row a
            service that has a category, and a site or stated areas.
        share: of a service's capacity by category, and 1 for all together, services x 9; 0 where it is not of the
            category.
        sites: service_id, site, easting_m, northing_m (EPSG:27700), lsoa11_code; one row a site.
        visiting: service_id of services that have no site and go to stated areas.
    """

    services: pd.DataFrame
    share: Floats
    sites: pd.DataFrame
    visiting: pd.DataFrame

    @property
    def points(self) -> Floats:
        """Sites' eastings and northings, m x 2."""
        return self.sites[["easting_m", "northing_m"]].to_numpy(dtype=float)

    @cached_property
    def point_services(self) -> pd.Series:
        """service_id of each site, then of each visiting service."""
        return pd.concat([self.sites["service_id"], self.visiting["service_id"]], ignore_index=True)

    @cached_property
    def owner(self) -> npt.NDArray[np.intp]:
        """Row in ``services`` of each site, then of each visiting service."""
        return np.asarray(pd.Index(self.services["service_id"]).get_indexer(pd.Index(self.point_services)))

    def places(self, measure: Measure) -> Floats:
        """What each service can take, whole: people a quarter, NaN where unknown; or each recorded service as 1."""
        if measure == "services":
            return np.ones(len(self.services))
        return self.services["effective_places"].to_numpy(dtype=float)

    def divided(self, places: Floats, measure: Measure) -> Floats:
        """What services can take at each point and in each category.

        Places are divided equally over the sites of a service and by share over its categories, so that they are given
        out once over all categories, and once in all together. A service counted as one is one in each of its
        categories and in all together, divided over its sites alone.

        Args:
            places: of each service.
            measure: what they are.

        Returns:
            Points x 9; :data:`NOT_OF_CATEGORY` where the service is not of the category.
        """
        share = self.share[self.owner]
        sites = np.bincount(self.owner, minlength=len(self.services))[self.owner]
        counted = share if measure == "places" else np.ones_like(share)
        return np.where(share > 0, places[self.owner][:, None] * counted / sites[:, None], NOT_OF_CATEGORY)

    def of_directory(self, directory_id: str) -> Supply:
        """Only the services of one directory."""
        here = self.services["directory_id"] == directory_id
        kept = self.services[here]
        sites, visiting = (
            frame[frame["service_id"].isin(kept["service_id"])].reset_index(drop=True)
            for frame in (self.sites, self.visiting)
        )
        return Supply(kept.reset_index(drop=True), self.share[here.to_numpy()], sites, visiting)


def supply(services: pd.DataFrame, sites: pd.DataFrame, categories: pd.DataFrame, areas: pd.DataFrame) -> Supply:
    """Everything that is placed and filed.

    Args:
        services: out_service: service_id, directory_id, effective_places.
        sites: out_service_site; those without a place are left out.
        categories: out_service_category: service_id, category, share.
        areas: core_service_area: services that have no placed site but serve these areas are visiting ones.
    """
    filed = services["service_id"].isin(categories["service_id"])
    placed = sites[sites["cause"].isna() & sites["service_id"].isin(services.loc[filed, "service_id"])]
    placed = placed.sort_values(["service_id", "site"], ignore_index=True)
    goes = services["service_id"].isin(areas["service_id"]) & ~services["service_id"].isin(placed["service_id"])
    visiting = services.loc[filed & goes, ["service_id"]].sort_values("service_id", ignore_index=True)
    met = services["service_id"].isin(pd.concat([placed["service_id"], visiting["service_id"]]))
    held = services.loc[met, ["service_id", "directory_id", "effective_places"]].reset_index(drop=True)
    share = categories.pivot_table(index="service_id", columns="category", values="share", fill_value=0.0)
    share = share.reindex(index=held["service_id"], columns=list(REFERRAL_CATEGORIES), fill_value=0.0)
    return Supply(
        held,
        np.column_stack([share.to_numpy(dtype=float), np.ones(len(held))]),
        placed[["service_id", "site", "easting_m", "northing_m", "lsoa11_code"]],
        visiting,
    )

"""Access of England's small areas to recorded services, with the state of each area and category in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.services.asked import LIMITS
from sp_geo.services.assumptions import Assumptions
from sp_geo.services.catchment_access import (
    Access,
    Nearest,
    Pairs,
    floating_catchment,
    nearest_services,
    straight_line_pairs,
)
from sp_geo.services.decay import Decay
from sp_geo.services.supply import Measure, Supply
from sp_geo.tables.referrals import REFERRAL_CATEGORIES

Floats = npt.NDArray[np.float64]
ALL: Final = "all"
CATEGORIES: Final = (*REFERRAL_CATEGORIES, ALL)
"""The categories and, last, all of them together."""
PER: Final = 1_000.0
SERVED, UNSERVED, NOT_RECORDED = "served", "unserved", "not_recorded"
OPEN: Final = {"places": "free places in reach", "services": "recorded services in reach"}
UNKNOWN: Final = "services in reach, their capacity is not recorded"
FULL: Final = "services in reach, none with a free place"
NONE: Final = "no recorded service in reach"
UNCOVERED: Final = "no directory covers the area"


@dataclass(frozen=True)
class Method:
    """How access is computed.

    Attributes:
        catchment_km: furthest way, in kilometres.
        rural_catchment_km: the same for people in rural areas; None for one catchment everywhere.
        minutes: furthest journey by the supplied travel times; None for straight lines.
        decay: weight by distance.
        detour: metres of way for each metre of straight line.
        measure: ``places`` (effective places a quarter) or ``services`` (recorded services, each counted as one).
    """

    catchment_km: float
    rural_catchment_km: float | None = None
    minutes: float | None = None
    decay: Decay = field(default_factory=Decay)
    detour: float = 1.3
    measure: Measure = "places"

    @classmethod
    def default(cls, used: Assumptions) -> Method:
        """The method of the build."""
        return cls(catchment_km=used.catchment_km, detour=used.detour)

    @property
    def unit(self) -> str:
        """What a score counts."""
        what = "effective places a quarter" if self.measure == "places" else "recorded services"
        return f"{what} per {PER:,.0f} people"

    def words(self) -> str:
        """The method in words with its numbers."""
        if self.minutes is not None:
            way = f"{self.minutes:g} minutes by the supplied travel times"
        else:
            way = f"{self.catchment_km:g} km"
            if self.rural_catchment_km is not None:
                way += f" (rural {self.rural_catchment_km:g} km)"
            way += f" at {self.detour:g} m of way for each metre of straight line"
        return f"enhanced two-step floating catchment, {way}; {self.decay.words()}; {self.unit}"


@dataclass(frozen=True)
class Landscape:
    """Everything that access is computed from.

    Attributes:
        people: out_lsoa11, with easting_m and northing_m (EPSG:27700), one row a small area.
        supply: placed services and those that go to areas.
        served_areas: service_id and lsoa11_code of services that serve stated areas only.
        covered: lsoa11_code and category that directories cover.
        travel_times: core_travel_time, empty if none were supplied.
    """

    people: pd.DataFrame
    supply: Supply
    served_areas: pd.DataFrame
    covered: pd.DataFrame
    travel_times: pd.DataFrame

    @cached_property
    def places(self) -> Floats:
        """Eastings and northings of the small areas' population-weighted points, n x 2."""
        return self.people[["easting_m", "northing_m"]].to_numpy(dtype=float)

    @cached_property
    def population(self) -> Floats:
        """People of each small area, n."""
        return self.people["patients_count"].to_numpy(dtype=float)

    @cached_property
    def row_of(self) -> pd.Series:
        """Row by lsoa11_code."""
        return pd.Series(np.arange(len(self.people)), index=self.people["lsoa11_code"])

    @cached_property
    def is_covered(self) -> npt.NDArray[np.bool_]:
        """Whether a directory covers the area, n x 9; all together only where every category is covered."""
        found = np.zeros((len(self.people), len(REFERRAL_CATEGORIES)), dtype=bool)
        column = {name: at for at, name in enumerate(REFERRAL_CATEGORIES)}
        known = self.covered[self.covered["lsoa11_code"].isin(self.row_of.index)]
        found[self.row_of[known["lsoa11_code"]].to_numpy(), known["category"].map(column).to_numpy(dtype=int)] = True
        return np.column_stack([found, found.all(axis=1)])

    def reach(self, method: Method) -> Floats | float:
        """Catchment of each place in the unit of its costs (metres or minutes)."""
        if method.minutes is not None:
            return method.minutes
        if method.rural_catchment_km is None:
            return method.catchment_km * 1_000.0
        if self.people["rural"].isna().all():
            raise WorkspaceError(
                "nothing says which areas are rural", advice="Add 'Rural urban classification', or use one catchment"
            )
        rural = self.people["rural"].fillna(0.0).to_numpy(dtype=float)
        return (method.catchment_km + rural * (method.rural_catchment_km - method.catchment_km)) * 1_000.0

    def capacity(self, method: Method) -> Floats:
        """Capacity of sites, then of visiting services, by category and, last, of all together."""
        return self.supply.divided(self.supply.places(method.measure), method.measure)

    def pairs(self, method: Method, rows: npt.NDArray[np.intp] | None = None) -> Iterator[Pairs]:
        """Pairs of small areas and services in reach; ``rows`` are the small areas wanted, all by default."""
        chosen = np.arange(len(self.people)) if rows is None else rows
        if method.minutes is None:
            limit = self.reach(method)
            near = limit if np.ndim(limit) == 0 else np.asarray(limit)[chosen]
            found = straight_line_pairs(self.places[chosen], self.supply.points, near, method.detour)
        else:
            found = self._timed_pairs(method.minutes, chosen)
        for block in found:
            yield self._where_served(block, chosen)
        yield from self._visits(chosen)

    def _timed_pairs(self, minutes: float, chosen: npt.NDArray[np.intp]) -> Iterator[Pairs]:
        if self.travel_times.empty:
            raise WorkspaceError(
                "there are no travel times",
                advice="Add a CSV file with the columns lsoa11_code, to_lsoa11_code and minutes",
            )
        sites = self.supply.sites["lsoa11_code"].rename("to_lsoa11_code").rename_axis("service").reset_index()
        trips = self.travel_times[self.travel_times["minutes"] <= minutes].merge(sites, on="to_lsoa11_code")
        at = pd.Series(np.arange(len(chosen)), index=self.people["lsoa11_code"].to_numpy()[chosen])
        place = at.reindex(trips["lsoa11_code"]).to_numpy()
        known = ~np.isnan(place)
        services = np.arange(len(self.supply.sites))
        yield Pairs(
            services,
            place[known].astype(np.intp),
            trips["service"].to_numpy(dtype=np.intp)[known],
            trips["minutes"].to_numpy(dtype=float)[known],
        )

    @cached_property
    def _eligible(self) -> scipy.sparse.csr_array:
        """1 where an area is one that a service serves; services x small areas, sites first, then visiting ones."""
        every = self.supply.point_services
        pairs = (
            every.rename("service_id").rename_axis("service").reset_index().merge(self.served_areas, on="service_id")
        )
        pairs = pairs[pairs["lsoa11_code"].isin(self.row_of.index)]
        place = self.row_of[pairs["lsoa11_code"]].to_numpy()
        ones = np.ones(len(pairs), dtype=bool)
        return scipy.sparse.csr_array(
            (ones, (pairs["service"].to_numpy(), place)), shape=(len(every), len(self.people))
        )

    @cached_property
    def site_groups(self) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
        """Sites by the small areas that they serve, as rows of both: first those that serve everybody, then by set."""
        groups: dict[bytes, tuple[list[int], npt.NDArray[np.intp]]] = {}
        for site in np.flatnonzero(self._is_restricted):
            areas = np.sort(self._eligible.indices[self._eligible.indptr[site] : self._eligible.indptr[site + 1]])
            groups.setdefault(areas.tobytes(), ([], areas))[0].append(int(site))
        everywhere = (np.flatnonzero(~self._is_restricted), np.arange(len(self.people)))
        return [everywhere, *((np.array(sites), areas.astype(np.intp)) for sites, areas in groups.values())]

    @cached_property
    def _is_restricted(self) -> npt.NDArray[np.bool_]:
        return self.supply.sites["service_id"].isin(self.served_areas["service_id"]).to_numpy()

    def _where_served(self, block: Pairs, chosen: npt.NDArray[np.intp]) -> Pairs:
        """Without the pairs in which a service does not serve the area."""
        service = block.services[block.service]
        restricted = np.flatnonzero(self._is_restricted[service])
        if not len(restricted):
            return block
        served = np.asarray(self._eligible[service[restricted], chosen[block.place[restricted]]]).ravel() > 0
        keep = np.ones(len(service), dtype=bool)
        keep[restricted[~served]] = False
        return Pairs(block.services, block.place[keep], block.service[keep], block.cost[keep])

    def _visits(self, chosen: npt.NDArray[np.intp]) -> Iterator[Pairs]:
        """Services without a site, which go to their areas: next door everywhere there."""
        first = len(self.supply.sites)
        count = len(self.supply.visiting)
        if count:
            found = self._eligible[first : first + count][:, chosen].tocoo()
            service, place = found.coords
            yield Pairs(
                np.arange(first, first + count), place.astype(np.intp), service.astype(np.intp), np.zeros(len(place))
            )


def compute(landscape: Landscape, method: Method) -> Access:
    """Access of every small area in every category and in all together."""
    return floating_catchment(
        landscape.pairs(method),
        landscape.population,
        landscape.capacity(method),
        landscape.reach(method),
        method.decay.function(),
        owner=landscape.supply.owner,
    )


def scores(found: Access) -> Floats:
    """Access per 1,000 people, n x 9; missing where services of unknown capacity reach and none with a free place."""
    return np.where((found.reached == 0) & (found.unknown > 0), np.nan, found.score * PER)


def nearest(landscape: Landscape, method: Method) -> Nearest:
    """The nearest site of every category that serves the area, at any distance, by straight line and detour."""
    capacity = landscape.capacity(method)[: len(landscape.supply.sites)]
    return nearest_services(landscape.places, landscape.supply.points, capacity, method.detour, landscape.site_groups)


def access_table(landscape: Landscape, method: Method, found: Access, near: Nearest) -> pd.DataFrame:
    """One row a small area and category (and all together), with its state.

    Returns:
        The columns of out_lsoa_access.
    """
    words = OPEN[method.measure]
    parts = [_category_rows(landscape, found, near, column, words) for column in range(len(CATEGORIES))]
    return pd.concat(parts, ignore_index=True).assign(method=method.words())


def _category_rows(landscape: Landscape, found: Access, near: Nearest, column: int, words: str) -> pd.DataFrame:
    covered = landscape.is_covered[:, column]
    reached, unknown, full = found.reached[:, column], found.unknown[:, column], found.full[:, column]
    state = np.where(reached + unknown > 0, SERVED, np.where(covered, UNSERVED, NOT_RECORDED))
    reason = np.select([reached > 0, unknown > 0, ~covered, full > 0], [words, UNKNOWN, UNCOVERED, FULL], NONE)
    # Where directories are silent a score of 0 would say that there is nothing.
    score = np.where(state == NOT_RECORDED, np.nan, scores(found)[:, column])
    service = near.service[:, column]
    names = landscape.supply.sites["service_id"].to_numpy(dtype=object)
    identifiers = np.full(len(service), None, dtype=object)
    identifiers[service >= 0] = names[service[service >= 0]]
    return pd.DataFrame(
        {
            "lsoa11_code": landscape.people["lsoa11_code"].to_numpy(),
            "category": CATEGORIES[column],
            "patients_count": landscape.population,
            "score": score,
            "state": state,
            "reason": reason,
            "is_covered": covered,
            "reached_count": reached,
            "full_count": full,
            "unknown_count": unknown,
            "nearest_m": near.cost[:, column],
            "nearest_service_id": pd.Series(identifiers, dtype="str"),
        }
    )


def check_method(method: Method) -> None:
    """Refuse a catchment that no service has.

    Raises:
        UsageError: it is out of range.
    """
    for name, what, unit in (
        ("catchment_km", "catchment", "km"),
        ("rural_catchment_km", "rural catchment", "km"),
        ("minutes", "journey", "minutes"),
    ):
        value, (low, high) = getattr(method, name), LIMITS[name]
        if value is not None and not low <= value <= high:
            raise UsageError(
                f"the {what} cannot be used",
                found=f"{value:g} {unit}",
                expected=f"{low:g} to {high:g} {unit}",
            )

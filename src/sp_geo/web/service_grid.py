"""Access of small areas as arrays, as built or worked out for another method: a row an area, a column a category."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.build.view import LARGE, Build
from sp_geo.core.errors import UsageError
from sp_geo.geography import boundaries
from sp_geo.questions.requests.asked import fields_of
from sp_geo.questions.requests.services import AccessRequest, DesertsRequest
from sp_geo.questions.services.request import (
    in_area,
    method_of,
    reach_of,
    rule_of,
    small_area_needs,
    used_assumptions,
)
from sp_geo.services.access import CATEGORIES, Method
from sp_geo.services.desert_tables import DesertMap
from sp_geo.services.deserts import Rule
from sp_geo.services.reach import Reach
from sp_geo.web import fields
from sp_geo.web.outcome import outcome
from sp_geo.web.state import ENGLAND, View

T = TypeVar("T")
Array = npt.NDArray[Any]
_FIELDS: Final = fields_of(DesertsRequest)
METHOD: Final = tuple(_FIELDS[name].asked.address for name in ("catchment_km", "decay", "measure"))
RULE: Final = tuple(_FIELDS[name].asked.address for name in ("need", "fifths", "share_of_mean"))
"""Fields of the address that make up the method of access, and the rule of a desert."""
_COUNTS: Final = ("reached_count", "full_count", "unknown_count")
_WORDS: Final = ("state", "reason", "nearest_service_id")
_READ: Final = ("lsoa11_code", "category", "score", "is_covered", "nearest_m", *_COUNTS, *_WORDS)
_MOST_HELD: Final = 24


@dataclass(frozen=True, eq=False)
class Grid:
    """Access of England's small areas, in the order of their boundaries, n x 9.

    Attributes:
        score: places (or services) per 1,000 people; missing where it is not known.
        is_covered: whether a directory covers the area and category.
        nearest_m: metres of way to the nearest recorded service.
        counts: services in reach by name of the column: reached, full, unknown.
        words: codes into ``known`` by name of the column: state, reason, nearest_service_id; -1 for none.
        known: the words behind the codes.
    """

    score: Array
    is_covered: Array
    nearest_m: Array
    counts: Mapping[str, Array]
    words: Mapping[str, Array]
    known: Mapping[str, Array]

    def said(self, name: str, column: int) -> pd.Series:
        """Words of a column for one category; missing where there are none."""
        codes = self.words[name][:, column]
        known = self.known[name]
        found = np.full(len(codes), None, dtype=object)
        found[codes >= 0] = known[codes[codes >= 0]]
        return pd.Series(found)


def grid_of(table: pd.DataFrame) -> Grid:
    """The arrays of a table of access.

    Args:
        table: out_lsoa_access, in any order; areas and categories that are not in it have nothing.
    """
    codes = pd.Index(boundaries.lsoa11()["lsoa11_code"])
    row = codes.get_indexer(pd.Index(table["lsoa11_code"]))
    column = table["category"].map({name: at for at, name in enumerate(CATEGORIES)}).to_numpy(dtype=int)

    def spread(values: Array, empty: Any, kind: Any) -> Array:
        full = np.full((len(codes), len(CATEGORIES)), empty, dtype=kind)
        full[row, column] = values
        return full

    words, known = {}, {}
    for name in _WORDS:
        places, found = pd.factorize(table[name])
        words[name], known[name] = spread(places, -1, np.int32), np.asarray(found, dtype=object)
    return Grid(
        score=spread(table["score"].to_numpy(dtype=float), np.nan, float),
        is_covered=spread(table["is_covered"].to_numpy(dtype=bool), empty=False, kind=bool),
        nearest_m=spread(table["nearest_m"].to_numpy(dtype=float), np.nan, float),
        counts={name: spread(table[name].to_numpy(dtype=np.int32), 0, np.int32) for name in _COUNTS},
        words=words,
        known=known,
    )


class Reckoned:
    """Access that a page asks for, and the deserts that follow from it; each made once, when it is first asked for.

    Args:
        reach: by the method that is asked for.
    """

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._held: dict[Any, Any] = {}
        self._locks = (RLock(), RLock())

    def _once(self, key: Any, make: Callable[[], T], lock: int = 0) -> T:
        with self._locks[lock]:
            if key not in self._held:
                if len(self._held) >= _MOST_HELD:
                    self._held.pop(next(iter(self._held)))
                self._held[key] = make()
            held: T = self._held[key]
            return held

    def grid(self) -> Grid:
        """Access as arrays."""
        return self._once("grid", lambda: grid_of(self.reach.table(list(_READ))))

    def deserts(self, rule: Rule) -> DesertMap:
        """Deserts of every category."""
        return self._once(("deserts", rule), lambda: self.reach.deserts(rule))

    def clusters(self, rule: Rule) -> pd.DataFrame:
        """The columns of out_desert_cluster for every category; no rows where there is no desert."""
        return self._once(("clusters", rule), lambda: self.reach.cluster_rows(rule))

    def sensitivity(self, rule: Rule, column: int) -> pd.DataFrame:
        """How the map of one category changes with catchment, decay and threshold."""
        return self._once(("sensitivity", rule, column), lambda: self.reach.sensitivity(rule, column), 1)


def _reckoned(build: Build, request: AccessRequest) -> Reckoned:
    return Reckoned(reach_of(build, request))


def method_in(build: Build, view: View) -> Method:
    """The method that the address asks for."""
    return method_of(fields.request_in(view, DesertsRequest), used_assumptions(build))


def rule_in(build: Build, view: View) -> Rule:
    """The rule of a desert that the address asks for."""
    return rule_of(fields.request_in(view, DesertsRequest), used_assumptions(build), build.table("out_lsoa11"))


def reckoning(build: Build, view: View | None = None) -> Reckoned:
    """Access by the method of the address, or by that of the build; another takes some seconds for England.

    Raises:
        SpGeoError: services or people are missing.
    """
    method = Method.default(used_assumptions(build)) if view is None else method_in(build, view)
    # One answer for all categories, areas and rules: access hangs on the method alone.
    asked = AccessRequest(catchment_km=method.catchment_km, decay=method.decay.shape, measure=method.measure)
    return outcome(build, _reckoned, asked).answer


def has_access(build: Build) -> bool:
    """Whether access has been worked out: it needs services, and people by small area."""
    return build.has_services and build.rows_count("out_lsoa_access") > 0


def _people(build: Build) -> pd.DataFrame:
    areas = boundaries.lsoa11()
    people = build.table("out_lsoa11").set_index("lsoa11_code").reindex(areas["lsoa11_code"])
    people.insert(0, "lsoa11_name", areas["lsoa11_name"].to_numpy())
    return people.assign(patients_count=people["patients_count"].fillna(0.0))


def people_of(build: Build) -> pd.DataFrame:
    """Every small area of England with its name and out_lsoa11, by lsoa11_code in the order of the boundaries."""
    return build.once(_people, weight=LARGE)


def needs_of(build: Build) -> tuple[str, ...]:
    """Needs that a rule of deserts can use, because small areas have a value."""
    people = people_of(build)
    return tuple(name for name in small_area_needs(people) if people[name].notna().any())


def england_means(build: Build) -> pd.Series:
    """England's mean access by category as built: the mean that deserts are measured by, the same on every page.

    Over people in areas that a directory covers, whose access and need are known; missing where there are none.
    """
    needs = needs_of(build)
    found = reckoning(build).deserts(Rule(needs[0])).found if needs else ()
    means = [item.mean for item in found] or np.nan
    return pd.Series(means, index=pd.Index(CATEGORIES, name="category"))


def _inside(build: Build, view: View) -> npt.NDArray[np.bool_]:
    people = people_of(build)
    if view["area"] == ENGLAND:
        return np.ones(len(people), dtype=bool)
    try:
        on = build.on_set
        day = "" if on is None else on.valid_from
        members = in_area(build, build.table("out_lsoa11"), view["area"], day)
    except UsageError:
        return np.zeros(len(people), dtype=bool)
    return np.asarray(people.index.isin(members))


def inside(build: Build, view: View) -> npt.NDArray[np.bool_]:
    """Whether each small area lies in the area of the address."""
    return build.once(_inside, view.only(("area",)))

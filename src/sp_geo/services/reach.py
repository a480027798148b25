"""Access and deserts for any request: the defaults out of the tables of the build, everything else worked out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy

from sp_geo.geography import boundaries
from sp_geo.services.access import CATEGORIES, Landscape, Method, access_table, compute, nearest, scores
from sp_geo.services.access_inputs import default_rule
from sp_geo.services.assumptions import Assumptions
from sp_geo.services.catchment_access import Access
from sp_geo.services.desert_tables import DesertMap, cluster_rows, desert_rows, map_deserts, sensitivity
from sp_geo.services.deserts import Rule, neighbours


class Read(Protocol):
    """Gives a table of the build, or some of its columns."""

    def __call__(self, name: str, columns: list[str] | None = None, /) -> pd.DataFrame:
        """The table."""
        ...


class Reach:
    """Access by one method, and the deserts that follow from it.

    The method and rule of the build are answered from its tables. Everything else is worked out, some seconds for
    England, and only when it is first asked for.

    Args:
        read: of the build.
        used: assumptions of the build.
        method: of the access.
        landscape: makes what access is computed from.
        is_built: whether the tables of the build may answer: all directories, and not the build itself.
    """

    def __init__(
        self, read: Read, used: Assumptions, method: Method, landscape: Callable[[], Landscape], *, is_built: bool
    ) -> None:
        self.method = method
        self.is_built = is_built and method == Method.default(used)
        self._read = read
        self._used = used
        self._landscape = landscape

    @cached_property
    def landscape(self) -> Landscape:
        """What access is computed from."""
        return self._landscape()

    @cached_property
    def access(self) -> Access:
        """Access as it is worked out, also by the method of the build."""
        return compute(self.landscape, self.method)

    def table(self, columns: list[str] | None = None) -> pd.DataFrame:
        """One row a small area and category: the columns of out_lsoa_access, category by category."""
        if self.is_built:
            return _by_category(self._read("out_lsoa_access", columns))
        table = access_table(self.landscape, self.method, self.access, nearest(self.landscape, self.method))
        return table if columns is None else table[columns]

    @cached_property
    def people(self) -> pd.DataFrame:
        """out_lsoa11 in the order of the boundaries."""
        return self._read("out_lsoa11")

    def deserts(self, rule: Rule) -> DesertMap:
        """Which areas are deserts by a rule, of all categories, in the order of the boundaries."""
        return map_deserts(self.people, self.score, self.covered, self.method, rule, touching())

    @cached_property
    def score(self) -> npt.NDArray[np.float64]:
        """Access per 1,000 people, in the order of the boundaries, n x 9; NaN where it is not known."""
        return self._array("score").astype(float) if self.is_built else scores(self.access)

    @cached_property
    def covered(self) -> npt.NDArray[np.bool_]:
        """Whether a directory covers the area, in the order of the boundaries, n x 9."""
        return self._array("is_covered").astype(bool) if self.is_built else self.landscape.is_covered

    def _array(self, name: str) -> npt.NDArray[Any]:
        return self.table(["category", name])[name].to_numpy().reshape(len(CATEGORIES), -1).T

    def desert_rows(self, rule: Rule) -> pd.DataFrame:
        """One row a desert area and category: the columns of out_desert, category by category."""
        if self._is_default(rule):
            return _by_category(self._read("out_desert"))
        return desert_rows(self.deserts(rule))

    def cluster_rows(self, rule: Rule) -> pd.DataFrame:
        """One row a cluster: the columns of out_desert_cluster, category by category; no rows without a desert."""
        if self._is_default(rule):
            return _by_category(self._read("out_desert_cluster"))
        waits = self._read("core_service").set_index("service_id")["waiting_days"]
        return cluster_rows(self.landscape, self.access.demand, self.deserts(rule), waits, int(self._used.resamples))

    def sensitivity(self, rule: Rule, column: int) -> pd.DataFrame:
        """How the map of one category changes with the catchment, the decay and the threshold."""
        return sensitivity(self.landscape, self.deserts(rule), touching(), column)

    def _is_default(self, rule: Rule) -> bool:
        return self.is_built and rule == default_rule(self._used)


def _by_category(table: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of the categories, all together last, and by key within each."""
    order = table["category"].map({name: at for at, name in enumerate(CATEGORIES)})
    return table.iloc[np.argsort(order.to_numpy(), kind="stable")].reset_index(drop=True)


@cache
def touching() -> scipy.sparse.csr_array:
    """Which of England's small areas touch each other."""
    return neighbours(boundaries.lsoa11().geometry.to_numpy())

"""The build: one opened, unchanging state of a workspace, which every answer, page and report asks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from threading import Lock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import pandas as pd
from cachetools import LRUCache
from cachetools.keys import hashkey

from sp_geo import __version__
from sp_geo.build.areas import ALL_OF_ENGLAND, Area, area_names
from sp_geo.build.icb_sets import AS_THEN, OnSet
from sp_geo.core.errors import UsageError
from sp_geo.panel.indicator import Indicator, all_indicators
from sp_geo.tables import TABLES
from sp_geo.workspace.store import Manifest, Store

P = ParamSpec("P")
T = TypeVar("T")
LARGE: Final = 20
"""Weight of an answer of megabytes, such as a table of England's small areas or a plan; most weigh 1."""
_ROOM: Final = 480
"""Weight of all answers that one build keeps: the ones asked for last."""
_PANEL: Final = "out_pcn_quarter"
_OWN: Final = "core_own_measure"
_RATES: Final = ("splw_fte_per_10k", "splw_fte_per_10k_weighted")


@dataclass(frozen=True)
class Choices:
    """What there is to look at.

    Attributes:
        quarters: in order.
        measures: columns that the map can show; the first is provision.
        needs: columns that the regression can use.
        areas: codes of ICBs.
    """

    quarters: Sequence[str]
    measures: Sequence[str]
    needs: Sequence[str]
    areas: Sequence[str]


@dataclass(frozen=True)
class _Kept:
    """An answer that is there or under way, and its weight."""

    answer: Future[Any]
    weight: int


class Answers:
    """Answers by request: each worked out once, those asked for last kept, up to a weight of all together."""

    def __init__(self) -> None:
        self._kept: LRUCache[Hashable, _Kept] = LRUCache(_ROOM, getsizeof=lambda held: held.weight)
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T], weight: int) -> T:
        """The answer of a key; who asks for one that is under way waits for it.

        What was raised in working it out is raised for all who wait, and is not kept.
        """
        with self._lock:
            held = self._kept.get(key)
            answer: Future[T] = Future() if held is None else held.answer
            if held is None:
                self._kept[key] = _Kept(answer, weight)
        if held is not None:
            return answer.result()
        try:
            answer.set_result(make())
        except BaseException as fault:
            with self._lock:
                self._kept.pop(key, None)
            answer.set_exception(fault)
            raise
        return answer.result()


class Build:
    """One opened state of a workspace: its tables, its manifest, what it offers, and what was worked out from it.

    A table is read when it is first asked for and kept. A later build of the same workspace is another object; this one
    goes, with all that it keeps, when nobody holds it any more.

    Args:
        store: of the workspace; its manifest is read now, and the build stays with it.
        icbs: set of ICBs that PCNs stand on; each quarter's own if ``as_then``. Ask :meth:`on` for another one.
        base: the same build on the ICBs of the day, with which tables and answers are shared; None for that itself.

    Raises:
        WorkspaceError: the manifest cannot be read.
    """

    def __init__(self, store: Store, icbs: str = AS_THEN, base: Build | None = None) -> None:
        self.store = store
        self.manifest: Manifest = store.manifest
        self.icbs = icbs
        self.base: Build = base or self
        self._on: dict[str, Build] = {}
        self._frames: dict[str, pd.DataFrame] = {}
        self._reading = Lock()
        self.answers: Answers = Answers() if base is None else base.answers

    @classmethod
    def open(cls, workspace: Path) -> Build:
        """The present build of a workspace; one without tables if nothing has been built."""
        return cls(Store(workspace))

    @property
    def workspace(self) -> Path:
        """Folder of the workspace."""
        return self.store.workspace

    def has(self, name: str) -> bool:
        """Whether a table has been built."""
        return name in self.manifest.tables

    def rows_count(self, name: str) -> int:
        """Rows of a table; 0 where it was not built."""
        entry = self.manifest.tables.get(name)
        return 0 if entry is None else entry.rows

    def table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table by its name in the data dictionary; the panel with the ICBs that the build stands on.

        Args:
            name: of the table.
            columns: only these. They are not kept, so that who needs little of a large table does not hold all of it.

        Raises:
            WorkspaceError: the table has not been built, or its file is gone.
        """
        if self.on_set is not None and name != _PANEL:
            return self.base.table(name, columns)
        with self._reading:
            if columns is not None and name not in self._frames and self.on_set is None:
                return self.store.read(name, columns)
            if name not in self._frames:
                self._frames[name] = self._read(name)
            frame = self._frames[name]
        # A copy that shares its values: whoever sets a column or a cell changes their own frame and nobody else's.
        return frame.copy(deep=False) if columns is None else frame[columns]

    def _read(self, name: str) -> pd.DataFrame:
        if self.on_set is None:
            return self.store.read(name)
        # Regions stay those of the day: silent PCNs are weighted by them, and England's slopes must not change.
        return self.on_set.shown(self.base.table(name), ("icb_code", "icb_name"))

    def once(self, make: Callable[..., T], *request: Hashable, weight: int = 1, **named: Hashable) -> T:
        """What a pure function gives for this build and a request; from memory if it was asked before.

        Answers are kept for all sets of ICBs together: :class:`Answers`.

        Args:
            make: of the build and the request; the same object each time, such as a function of a module.
            *request: compared as a key.
            weight: of the answer beside others: 1, or :data:`LARGE`.
            **named: more of the request.
        """
        key = hashkey(self.icbs, make, *request, **named)
        return self.answers.get(key, lambda: make(self, *request, **named), weight)

    def on(self, icbs: str) -> Build:
        """The same build with its PCNs on a set of ICBs, the same object each time.

        Raises:
            UsageError: there is no such set.
            WorkspaceError: nothing has been built.
        """
        if icbs == self.icbs:
            return self
        if self is not self.base:
            return self.base.on(icbs)
        known = self.table("out_icb_set")["icb_set"].astype(str)
        if icbs not in set(known):
            expected = ", ".join([*sorted(known), AS_THEN])
            raise UsageError("there is no such set of ICBs", found=f"'{icbs}'", expected=expected)
        with self._reading:
            return self._on.setdefault(icbs, Build(self.store, icbs, self))

    @cached_property
    def on_set(self) -> OnSet | None:
        """The set that PCNs stand on; None for the ICBs of the day."""
        if self.icbs == AS_THEN:
            return None
        row = self.base.table("out_icb_set").set_index("icb_set").loc[self.icbs]
        members = self.base.table("out_pcn_icb")
        rows = members[members["icb_set"] == self.icbs]
        return OnSet(self.icbs, str(row["words"]), str(row["valid_from"]), bool(row["is_declared"]), rows)

    @cached_property
    def icb_sets(self) -> Mapping[str, str]:
        """Sets of ICBs by name, in words, the earliest first; none in a workspace without a panel."""
        if not self.has_panel or not self.rows_count("out_pcn_icb"):
            return {}
        rows = self.base.table("out_icb_set").sort_values("valid_from")
        return dict(zip(rows["icb_set"].astype(str), rows["words"].astype(str), strict=True))

    @cached_property
    def declared_sets(self) -> frozenset[str]:
        """Sets that a user's own file begins, and no publication."""
        rows = self.base.table("out_icb_set") if self.icb_sets else None
        return frozenset() if rows is None else frozenset(rows.loc[rows["is_declared"], "icb_set"])

    @property
    def has_panel(self) -> bool:
        """Whether there is a quarter of provision to show; a workspace of services alone has none."""
        return self.rows_count(_PANEL) > 0

    @property
    def has_services(self) -> bool:
        """Whether any service is recorded."""
        return self.rows_count("out_service") > 0

    @property
    def mark(self) -> str:
        """``SYNTHETIC`` for invented data, else empty."""
        return self.manifest.mark

    @property
    def stamp(self) -> str:
        """Short name of this build under this software, for addresses whose answers a browser may keep."""
        return f"{self.manifest.digest}-{__version__}"

    def before(self) -> Build | None:
        """The build before this one, whose tables are still there; None where there is none to compare with.

        Raises:
            WorkspaceError: its manifest cannot be read.
        """
        earlier = self.store.before()
        return None if earlier is None else Build(earlier)

    @cached_property
    def panel(self) -> pd.DataFrame:
        """out_pcn_quarter."""
        return self.table(_PANEL)

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """out_quarter_coverage, indexed by quarter."""
        return self.table("out_quarter_coverage").set_index("quarter")

    @cached_property
    def slopes(self) -> pd.DataFrame:
        """out_quarter_slope: England."""
        return self.table("out_quarter_slope")

    @cached_property
    def footprints(self) -> pd.DataFrame:
        """out_pcn_footprint, in the order in which the map has its shapes."""
        return self.table("out_pcn_footprint")

    @cached_property
    def by_quarter(self) -> Mapping[str, pd.DataFrame]:
        """Rows of the panel by quarter."""
        return {str(quarter): rows for quarter, rows in self.panel.groupby("quarter")}

    @cached_property
    def needs(self) -> Mapping[str, Indicator]:
        """Need measures by name, in the order in which they are offered: the published ones, and the user's own.

        A workspace that was built before there were own measures has none of its own.
        """
        return all_indicators(self.table(_OWN) if self.has(_OWN) else TABLES[_OWN].empty())

    @cached_property
    def choices(self) -> Choices:
        """What there is to look at."""
        needs = [name for name in self.needs if self.panel[name].notna().any()]
        rate, weighted = _RATES
        return Choices(
            quarters=sorted(self.by_quarter),
            measures=[rate, *([weighted] if self.panel[weighted].notna().any() else []), *needs],
            needs=needs or ["imd_score"],
            areas=sorted(self.panel["icb_code"].dropna().unique()),
        )

    @cached_property
    def area_names(self) -> dict[str, str]:
        """ICB code to name, without the words that all have, in the order of the names."""
        return area_names(self.panel)

    @cached_property
    def area_spans(self) -> dict[str, tuple[str, str]]:
        """First and last quarter of each ICB."""
        held = self.panel.groupby("icb_code")["quarter"].agg(["min", "max"])
        return {str(code): (str(row["min"]), str(row["max"])) for code, row in held.iterrows()}

    @cached_property
    def pcn_names(self) -> dict[str, str]:
        """PCN code to its latest name."""
        latest = self.panel.drop_duplicates("pcn_code", keep="last")
        return dict(zip(latest["pcn_code"], latest["pcn_name"].fillna(latest["pcn_code"]).astype(str), strict=True))

    def area(self, code: str) -> Area:
        """An ICB by its code; England for everything else."""
        return Area(code, self.area_names[code], "icb_code") if code in self.area_names else ALL_OF_ENGLAND

    def rows(self, quarter: str, area: str) -> pd.DataFrame:
        """PCNs of a quarter, in England or one ICB."""
        return self.area(area).rows(self.by_quarter[quarter])

    def area_words(self, area: str) -> str:
        """The area as it is said, with its set of ICBs if it is not of the day."""
        found = self.area(area)
        return found.name if self.on_set is None or found.is_england else f"{found.name} ({self.on_set.words})"

    def elsewhere(self, area: str) -> str:
        """Where the PCNs of an ICB of the day are, for one that is not among these ICBs; empty if nowhere."""
        there = self.base.area(area)
        if self.on_set is None or there.is_england:
            return ""
        rows = there.rows(self.base.panel)
        names = sorted({self.area_names.get(code, code) for code in self.on_set.shown(rows)["icb_code"].dropna()})
        told = f"{there.name} is not among the {self.on_set.words}"
        return f"{told}, where its PCNs are in {', '.join(names)}" if names else told


def remembered(
    weight: int = 1,
) -> Callable[[Callable[Concatenate[Build, P], T]], Callable[Concatenate[Build, P], T]]:
    """A pure function of a build and a request that is worked out once: :meth:`Build.once`.

    Args:
        weight: of its answers.
    """

    def decorated(make: Callable[Concatenate[Build, P], T]) -> Callable[Concatenate[Build, P], T]:
        @wraps(make)
        def asked(build: Build, /, *request: P.args, **named: P.kwargs) -> T:
            return build.once(make, *request, weight=weight, **named)  # type: ignore[arg-type]

        return asked

    return decorated

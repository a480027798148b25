"""The tables of one build, read once and shared by all views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import pandas as pd

from sp_geo import __version__
from sp_geo.panel.indicator import Indicator
from sp_geo.questions.icb_sets import AS_THEN, OnSet, on_set, sets
from sp_geo.questions.needs import known_needs
from sp_geo.questions.records import SYNTHETIC
from sp_geo.reports.findings.areas import area_names
from sp_geo.reports.findings.cover import digest_of
from sp_geo.reports.findings.measures import PROVISION, PROVISION_WEIGHTED, Measure, measures
from sp_geo.reports.findings.pcn_map import Scale, scale_of
from sp_geo.web.cache import Kept
from sp_geo.web.state import View
from sp_geo.workspace.store import Manifest, Store

_PIECES = 240
_SHEETS = 10
_PANEL = "out_pcn_quarter"
"""A sheet of England's small areas takes some 10 MB."""
Made = Callable[[Callable[["Snapshot", View], Any], View], Any]
"""What a pure function gives for this build and a view; from memory if it was asked before."""


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


class Snapshot:
    """The tables of one build.

    A table is read when it is first asked for and kept; nobody may change a frame that a snapshot gives.

    Args:
        store: opened on the build; its manifest does not change under the snapshot.
        boards: set of boards that networks stand on; each quarter's own if ``as_then``.
        base: the snapshot of the same build on the boards of the day, whose tables are shared; None for that itself.
    """

    def __init__(self, store: Store, boards: str = AS_THEN, base: Snapshot | None = None) -> None:
        self.store = store
        self.boards = boards
        self.base: Snapshot = base or self
        self._on: dict[str, Snapshot] = {}
        self.manifest: Manifest = store.manifest
        self._frames: dict[str, pd.DataFrame] = {}
        self._reading = Lock()
        # Kept with the snapshot and gone with it: what was made from an older build is never shown.
        self.made: Made = Kept(self._make, _PIECES)
        self.made_sheet: Made = Kept(self._make, _SHEETS)

    def _make(self, make: Callable[[Snapshot, View], Any], view: View) -> Any:
        return make(self, view)

    def table(self, name: str) -> pd.DataFrame:
        """A table of this build by its name in the data dictionary; the panel with the boards of the set."""
        if self.on_set is not None and name != _PANEL:
            return self.base.table(name)
        with self._reading:
            if name not in self._frames:
                self._frames[name] = self._read(name)
            return self._frames[name]

    def _read(self, name: str) -> pd.DataFrame:
        if self.on_set is None:
            return self.store.read(name)
        # Regions stay those of the day: silent networks are weighted by them, and England's slopes must not change.
        return self.on_set.shown(self.base.table(name), ("icb_code", "icb_name"))

    def on(self, boards: str) -> Snapshot:
        """The same build with its networks on a set of boards."""
        if boards == self.boards:
            return self
        if boards == AS_THEN or boards not in self.board_sets:
            return self.base
        return self.base.of_set(boards)

    def of_set(self, boards: str) -> Snapshot:
        """The build on a set of boards, the same one each time; asked of the snapshot on the boards of the day."""
        with self._reading:
            return self._on.setdefault(boards, Snapshot(self.store, boards, self))

    @cached_property
    def on_set(self) -> OnSet | None:
        """The set that networks stand on; None for the boards of the day."""
        return on_set(self.base.store, self.boards)

    @cached_property
    def board_sets(self) -> Mapping[str, str]:
        """Sets of boards by name, in words; none in a workspace without a panel."""
        return sets(self.base.store) if self.has_panel and self.rows_count("out_pcn_board") else {}

    def rows_count(self, name: str) -> int:
        """Rows of a table; 0 where it was not built."""
        entry = self.manifest.tables.get(name)
        return 0 if entry is None else entry.rows

    @property
    def has_panel(self) -> bool:
        """Whether there is a quarter of provision to show; a workspace of services alone has none."""
        return self.rows_count("out_pcn_quarter") > 0

    @property
    def has_services(self) -> bool:
        """Whether any service is recorded."""
        return self.rows_count("out_service") > 0

    @property
    def mark(self) -> str:
        """``SYNTHETIC`` for invented data, else empty."""
        return SYNTHETIC if self.manifest.is_synthetic else ""

    @cached_property
    def declared_sets(self) -> frozenset[str]:
        """Sets that a user's own file begins, and no publication."""
        rows = self.base.table("out_board_set") if self.board_sets else None
        return frozenset() if rows is None else frozenset(rows.loc[rows["is_declared"], "board_set"])

    @cached_property
    def digest(self) -> str:
        """Short name of this build's content: the same tables, the same digest."""
        return digest_of(self.manifest)

    @property
    def stamp(self) -> str:
        """Short name of this build under this software, for addresses whose answers a browser may keep."""
        return f"{self.digest}-{__version__}"

    @cached_property
    def panel(self) -> pd.DataFrame:
        """out_pcn_quarter."""
        return self.table("out_pcn_quarter")

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
        """Need measures by name: those that are published, and the user's own."""
        return known_needs(self.store)

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Everything that a map can show, by name."""
        return measures(self.needs)

    @cached_property
    def choices(self) -> Choices:
        """What there is to look at."""
        needs = [name for name in self.needs if self.panel[name].notna().any()]
        weighted = [PROVISION_WEIGHTED] if self.panel[PROVISION_WEIGHTED].notna().any() else []
        return Choices(
            quarters=sorted(self.by_quarter),
            measures=[PROVISION, *weighted, *needs],
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
    def scales(self) -> dict[str, Scale]:
        """Classes of each measure: fifths over all quarters, so that a colour means the same in each."""
        return {name: scale_of(self.panel, self.measures[name]) for name in self.choices.measures}

    @cached_property
    def pcn_names(self) -> dict[str, str]:
        """PCN code to its latest name."""
        latest = self.panel.drop_duplicates("pcn_code", keep="last")
        return dict(zip(latest["pcn_code"], latest["pcn_name"].fillna(latest["pcn_code"]).astype(str), strict=True))

    @cached_property
    def breaks(self) -> dict[str, list[float]]:
        """Class limits of each measure."""
        return {name: list(scale.limits) for name, scale in self.scales.items()}

    def rows(self, quarter: str, area: str) -> pd.DataFrame:
        """PCNs of a quarter, in England or one ICB."""
        rows = self.by_quarter[quarter]
        return rows if area not in self.area_names else rows[rows["icb_code"] == area]

    def area_words(self, area: str) -> str:
        """The area as it is said, with its set of boards if it is not of the day."""
        name = self.area_names.get(area, "England")
        return name if self.on_set is None or area not in self.area_names else f"{name} ({self.on_set.words})"

    def elsewhere(self, area: str) -> str:
        """Where the networks of a board of the day are, for one that is not among these boards; empty if nowhere."""
        rows = self.base.panel[self.base.panel["icb_code"] == area]
        if self.on_set is None or rows.empty:
            return ""
        names = sorted({self.area_names.get(code, code) for code in self.on_set.shown(rows)["icb_code"].dropna()})
        told = f"{self.base.area_names[area]} is not among the {self.on_set.words}"
        return f"{told}, where its networks are in {', '.join(names)}" if names else told

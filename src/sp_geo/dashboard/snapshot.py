"""The tables of one build, read once and shared by all views."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import pandas as pd

from sp_geo import __version__
from sp_geo.dashboard.kept import Kept
from sp_geo.dashboard.state import View
from sp_geo.panel.indicator import indicators
from sp_geo.reporting.records import SYNTHETIC
from sp_geo.store import Manifest, Store

PROVISION = "splw_fte_per_10k"
_PIECES = 240
_SHEETS = 10
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


@dataclass(frozen=True)
class Measure:
    """Something that a map or table shows.

    Attributes:
        name: column of the panel.
        label: for people.
        unit: for people.
        scale: by which values are multiplied to be shown.
        digits: after the point.
    """

    name: str
    label: str
    unit: str
    scale: float
    digits: int

    def words(self, value: float | None) -> str:
        """A value as it is shown; nothing where there is none."""
        return "" if value is None or pd.isna(value) else f"{value * self.scale:,.{self.digits}f}"


def measures() -> dict[str, Measure]:
    """Everything that the map can show, provision first."""
    found = {PROVISION: Measure(PROVISION, "Link workers", "FTE per 10,000 patients", 1.0, 2)}
    for item in indicators().values():
        unit, scale = ("% of patients or answers", 100.0) if item.is_share else ("points", 1.0)
        found[item.name] = Measure(item.name, item.label, unit, scale, 1)
    return found


class Snapshot:
    """The tables of one build.

    A table is read when it is first asked for and kept; nobody may change a frame that a snapshot gives.

    Args:
        store: opened on the build; its manifest does not change under the snapshot.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.manifest: Manifest = store.manifest
        self._frames: dict[str, pd.DataFrame] = {}
        self._reading = Lock()
        # Kept with the snapshot and gone with it: what was made from an older build is never shown.
        self.made: Made = Kept(self._make, _PIECES)
        self.made_sheet: Made = Kept(self._make, _SHEETS)

    def _make(self, make: Callable[[Snapshot, View], Any], view: View) -> Any:
        return make(self, view)

    def table(self, name: str) -> pd.DataFrame:
        """A table of this build by its name in the data dictionary."""
        with self._reading:
            if name not in self._frames:
                self._frames[name] = self.store.read(name)
            return self._frames[name]

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
    def digest(self) -> str:
        """Short name of this build's content: the same tables, the same digest."""
        import hashlib

        text = "".join(f"{name}{entry.sha256}" for name, entry in sorted(self.manifest.tables.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

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
    def choices(self) -> Choices:
        """What there is to look at."""
        needs = [name for name in indicators() if self.panel[name].notna().any()]
        return Choices(
            quarters=sorted(self.by_quarter),
            measures=[PROVISION, *needs],
            needs=needs or ["imd_score"],
            areas=sorted(self.panel["icb_code"].dropna().unique()),
        )

    @cached_property
    def area_names(self) -> dict[str, str]:
        """ICB code to name, without the words that all have, in the order of the names."""
        pairs = self.panel[["icb_code", "icb_name"]].dropna().drop_duplicates("icb_code")
        short = pairs["icb_name"].str.replace("NHS ", "").str.replace(" Integrated Care Board", "")
        return dict(sorted(zip(pairs["icb_code"], short, strict=True), key=lambda pair: str(pair[1])))

    @cached_property
    def area_spans(self) -> dict[str, tuple[str, str]]:
        """First and last quarter of each ICB."""
        held = self.panel.groupby("icb_code")["quarter"].agg(["min", "max"])
        return {str(code): (str(row["min"]), str(row["max"])) for code, row in held.iterrows()}

    @cached_property
    def ends(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest value of each measure over all quarters, of provision above zero."""
        found = {}
        for name in self.choices.measures:
            values = self.panel[name]
            held = values[values > 0] if name == PROVISION else values
            found[name] = (float(held.min()), float(held.max()))
        return found

    @cached_property
    def pcn_names(self) -> dict[str, str]:
        """PCN code to its latest name."""
        latest = self.panel.drop_duplicates("pcn_code", keep="last")
        return dict(zip(latest["pcn_code"], latest["pcn_name"].fillna(latest["pcn_code"]).astype(str), strict=True))

    @cached_property
    def breaks(self) -> dict[str, list[float]]:
        """Class limits of each measure: fifths over all quarters, so that a colour means the same in each."""
        found = {}
        for name in self.choices.measures:
            values = self.panel[name]
            if name == PROVISION:
                values = values[values > 0]
            found[name] = [float(limit) for limit in values.quantile([0.2, 0.4, 0.6, 0.8])]
        return found

    def rows(self, quarter: str, area: str) -> pd.DataFrame:
        """PCNs of a quarter, in England or one ICB."""
        rows = self.by_quarter[quarter]
        return rows if area not in self.area_names else rows[rows["icb_code"] == area]

    def area_words(self, area: str) -> str:
        """The area as it is said."""
        return self.area_names.get(area, "England")

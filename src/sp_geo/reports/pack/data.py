"""What a pack is made of: the tables of the build, cut to the area and quarter, each read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import pandas as pd

from sp_geo.core.disclosure import SUPPRESSED, THRESHOLD
from sp_geo.core.errors import UsageError
from sp_geo.geography import boundaries
from sp_geo.panel.indicator import Indicator, indicator_of
from sp_geo.questions import statistics
from sp_geo.questions.icb_sets import AS_THEN, OnSet, note_of, on_set
from sp_geo.questions.needs import known_needs
from sp_geo.questions.records import SYNTHETIC
from sp_geo.reports.findings.areas import ALL_OF_ENGLAND, Area, area_names, find_area, rows_in
from sp_geo.reports.findings.cover import subject_of
from sp_geo.reports.findings.headlines import year_before
from sp_geo.reports.findings.measures import FEWEST, measures
from sp_geo.reports.findings.pcn_map import Scale, scale_of
from sp_geo.reports.findings.sheets import area_slopes
from sp_geo.reports.pack.request import PackRequest, quarter_of
from sp_geo.workspace.store import Store

SEED, DRAWS = 1, 2_000
OUTLINES: Final = ("2026", "2022")
"""Years in which boards began whose outlines are known, the latest first."""
MARK: Final = "_mark"
"""Ends the name of the column that says why a need has no value."""
SEEDS: Final = {"intervals of fifths": SEED}


@dataclass(frozen=True, eq=False)
class Material:
    """Tables of one build, for one area and quarter.

    Attributes:
        store: of the build.
        area: asked for.
        quarter: asked for.
        need: that provision is set against.
        boards_set: set of boards that rows and the area are of.
    """

    store: Store
    area: Area
    quarter: str
    need: Indicator
    boards_set: str = AS_THEN

    @property
    def request(self) -> PackRequest:
        """The request with its words resolved, so that asking again gives the same also when there is more."""
        code = "" if self.area.is_england else self.area.code
        return PackRequest(code, self.quarter, self.need.name, self.boards_set)

    @property
    def mark(self) -> str:
        """``SYNTHETIC`` for invented data, else empty."""
        return SYNTHETIC if self.store.manifest.is_synthetic else ""

    @cached_property
    def of_the_day(self) -> pd.DataFrame:
        """out_pcn_quarter, with the boards of each quarter, by which errors and weights are reckoned."""
        return self.store.read("out_pcn_quarter")

    @cached_property
    def on(self) -> OnSet | None:
        """The set of boards; None for each quarter's own."""
        return on_set(self.store, self.boards_set)

    @cached_property
    def panel(self) -> pd.DataFrame:
        """The same on the set of boards asked for, without what may not be shown: England, all quarters."""
        rows = self.of_the_day if self.on is None else self.on.shown(self.of_the_day)
        return withheld_needs(rows, self.store.read("out_pcn_need"))

    @cached_property
    def board_edges(self) -> gpd.GeoDataFrame | None:
        """Outlines of the boards of the quarter's networks: icb_code, geometry; None where some are not known."""
        wanted = set(self.england["icb_code"].dropna())
        for year in OUTLINES:
            found = boundaries.outlines(year)
            if found is not None and wanted <= set(found["icb_code"]):
                return found
        return None

    @cached_property
    def board_note(self) -> str:
        """Which boards these are; empty for all of England on each quarter's own."""
        return "" if self.on is None and self.area.is_england else note_of(self.on, self.here)

    @cached_property
    def quarters(self) -> Sequence[str]:
        """Of the panel, in order."""
        return sorted(self.panel["quarter"].unique())

    @property
    def before(self) -> str:
        """Quarter that this one is compared with."""
        return year_before(self.quarters, self.quarter)

    @cached_property
    def england(self) -> pd.DataFrame:
        """All networks of the quarter."""
        return self.panel[self.panel["quarter"] == self.quarter]

    @cached_property
    def here(self) -> pd.DataFrame:
        """Networks of the area and quarter."""
        return rows_in(self.england, self.area)

    @cached_property
    def then(self) -> pd.DataFrame:
        """Networks of the area in the quarter that is compared with."""
        return rows_in(self.panel[self.panel["quarter"] == self.before], self.area)

    @cached_property
    def boards(self) -> dict[str, str]:
        """Names of boards by code."""
        return area_names(self.panel)

    @cached_property
    def known(self) -> Mapping[str, Indicator]:
        """Need measures by name: those that are published, and the user's own."""
        return known_needs(self.store)

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Measures of which some network of England has a value in the quarter; the chosen one first."""
        held = [name for name in self.known if self.england[name].notna().any() and name != self.need.name]
        return (self.need.name, *held)

    @cached_property
    def footprints(self) -> gpd.GeoDataFrame:
        """Shapes of networks, EPSG:27700."""
        found: gpd.GeoDataFrame = self.store.read("out_pcn_footprint")
        return found

    def scale(self, name: str) -> Scale:
        """Classes of a measure."""
        return scale_of(self.panel, measures(self.known)[name])

    @cached_property
    def subject(self) -> str:
        """Area, period and coverage in words."""
        return subject_of(self.here, self.area.name, self.quarter)

    @cached_property
    def england_slopes(self) -> pd.DataFrame:
        """Slopes of England by quarter and treatment, from the build."""
        rows = self.store.read("out_quarter_slope")
        return rows[rows["need"] == self.need.name]

    @cached_property
    def area_slopes(self) -> pd.DataFrame:
        """Slopes of the area by quarter and treatment; England's for England."""
        if self.area.is_england:
            return self.england_slopes
        rows = self.of_the_day.loc[rows_in(self.panel, self.area).index]
        return area_slopes(rows, self.need)

    @property
    def is_enough(self) -> bool:
        """Whether the area has so many networks with provision and need that something can be concluded."""
        rows = self.here[self.here["splw_fte"].notna() & self.here[self.need.name].notna()]
        return len(rows) >= FEWEST

    @property
    def told_of(self) -> tuple[Area, pd.DataFrame]:
        """The area whose slopes are told first, with its slopes: England where the area's networks are too few."""
        return (self.area, self.area_slopes) if self.is_enough else (ALL_OF_ENGLAND, self.england_slopes)

    @cached_property
    def fifths(self) -> pd.DataFrame:
        """Rates by fifth of need under every treatment with intervals: England, and the area where n allows."""
        areas = [ALL_OF_ENGLAND]
        if self.is_enough and not self.area.is_england:
            areas.append(self.area)
        return pd.concat([self._fifths(area) for area in areas], ignore_index=True)

    def _fifths(self, area: Area) -> pd.DataFrame:
        code = "" if area.is_england else area.code
        quarters = (self.quarter,)
        asked = statistics.Question((self.need.name,), quarters=quarters, area=code, boards=self.boards_set)
        rows = statistics.inequality(self.store, asked, SEED, DRAWS).rows
        return rows.assign(area_name=area.name, area_code=area.code)


def withheld_needs(panel: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """The panel without values that rest on the answers of too few people, and with a column that says so.

    Args:
        panel: out_pcn_quarter.
        needs: out_pcn_need.

    Returns:
        The same rows; a need with such a value has ``<need>_mark`` beside it.
    """
    few = needs[needs["base_count"] < THRESHOLD]
    keys = pd.MultiIndex.from_frame(panel[["quarter", "pcn_code"]])
    found = panel
    for name, rows in few.groupby("need"):
        hidden = keys.isin(pd.MultiIndex.from_frame(rows[["quarter", "pcn_code"]]))
        marks = pd.Series("", index=panel.index).mask(hidden, SUPPRESSED)
        found = found.assign(**{str(name): found[name].mask(hidden), f"{name}{MARK}": marks})
    return found


def material_of(store: Store, request: PackRequest) -> Material:
    """What a pack is made of.

    Raises:
        UsageError: the area, quarter or need is unknown, or the area had no network in the quarter.
        WorkspaceError: nothing has been built.
    """
    quarter = quarter_of(store, request.quarter)
    panel = store.read("out_pcn_quarter")
    on = on_set(store, request.boards)
    panel = panel if on is None else on.shown(panel)
    area = find_area(panel, request.area)
    held = sorted(rows_in(panel, area)["quarter"].unique())
    if quarter not in held:
        raise UsageError(
            "no network of the area was active in the quarter",
            found=f"{area.name} ({area.code}) in {quarter}",
            expected=f"a quarter from {held[0]} to {held[-1]}",
            advice="Boards changed in July 2022 and April 2026",
        )
    need = _need(known_needs(store), panel[panel["quarter"] == quarter], request.need, quarter)
    return Material(store, area, quarter, need, request.boards)


def _need(known: Mapping[str, Indicator], rows: pd.DataFrame, wanted: str, quarter: str) -> Indicator:
    """The need asked for; the first that some network has a value of, if none is.

    Raises:
        UsageError: it is unknown, or no network has a value of it.
    """
    if wanted:
        item = indicator_of(wanted, known)
        if rows[item.name].isna().all():
            raise UsageError(
                "no network has a value of the need measure in the quarter",
                found=f"'{item.name}' in {quarter}",
                advice="Choose another --need, or add its source and build",
            )
        return item
    held = [name for name in known if rows[name].notna().any()]
    if not held:
        raise UsageError(
            "no need measure has a value in the quarter", found=quarter, advice="Add a source of need and build"
        )
    return known[held[0]]

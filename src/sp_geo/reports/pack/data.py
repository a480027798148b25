"""What a pack is made of: the tables of the build, cut to the area and quarter, each read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import pandas as pd

from sp_geo.build.areas import ALL_OF_ENGLAND, Area, find_area
from sp_geo.build.icb_sets import note_of
from sp_geo.build.view import Build
from sp_geo.core.disclosure import SUPPRESSED, THRESHOLD
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.geography import boundaries
from sp_geo.panel.indicator import Indicator, indicator_of
from sp_geo.questions import statistics
from sp_geo.questions.panel import in_quarters
from sp_geo.questions.requests.statistics import InequalityRequest
from sp_geo.questions.requests.words import ALL
from sp_geo.questions.requests.workspace import PackRequest
from sp_geo.reports.findings.cover import subject_of
from sp_geo.reports.findings.headlines import changes, year_before
from sp_geo.reports.findings.measures import measures
from sp_geo.reports.findings.pcn_map import Scale, scale_of
from sp_geo.reports.findings.sheets import area_slopes, need_slopes
from sp_geo.statistics.conclusions.labels import FEWEST
from sp_geo.statistics.measures import Need
from sp_geo.statistics.silence import silence_table

SEED, DRAWS = 1, 2_000
OUTLINES: Final = ("2026", "2022")
"""Years in which ICBs began whose outlines are known, the latest first."""
MARK: Final = "_mark"
"""Ends the name of the column that says why a need has no value."""
SEEDS: Final = {"intervals of fifths": SEED, "imputed PCNs": SEED}


@dataclass(frozen=True, eq=False)
class Material:
    """What a pack says of one build: the tables that it shows, for one area and quarter.

    Attributes:
        build: on the set of ICBs that rows and the area are of.
        area: asked for.
        quarter: asked for.
        need: that provision is set against.
    """

    build: Build
    area: Area
    quarter: str
    need: Indicator

    @property
    def request(self) -> PackRequest:
        """The request with its words resolved, so that asking again gives the same also when there is more."""
        code = "" if self.area.is_england else self.area.code
        return PackRequest(code, self.quarter, self.need.name, self.build.icbs)

    @cached_property
    def panel(self) -> pd.DataFrame:
        """out_pcn_quarter on the set of ICBs, regions too, without what may not be shown: England, all quarters."""
        rows, on = self.build.base.panel, self.build.on_set
        return withheld_needs(rows if on is None else on.shown(rows), self.build.table("out_pcn_need"))

    @cached_property
    def icb_edges(self) -> gpd.GeoDataFrame | None:
        """Outlines of the ICBs of the quarter's PCNs: icb_code, geometry; None where some are not known."""
        wanted = set(self.england["icb_code"].dropna())
        for year in OUTLINES:
            found = boundaries.outlines(year)
            if found is not None and wanted <= set(found["icb_code"]):
                return found
        return None

    @cached_property
    def icb_note(self) -> str:
        """Which ICBs these are; empty for all of England on each quarter's own."""
        return "" if self.build.on_set is None and self.area.is_england else note_of(self.build.on_set, self.here)

    @property
    def quarters(self) -> Sequence[str]:
        """Of the panel, in order."""
        return self.build.choices.quarters

    @property
    def before(self) -> str:
        """Quarter that this one is compared with."""
        return year_before(self.quarters, self.quarter)

    @cached_property
    def england(self) -> pd.DataFrame:
        """All PCNs of the quarter."""
        return self.panel[self.panel["quarter"] == self.quarter]

    @cached_property
    def here(self) -> pd.DataFrame:
        """PCNs of the area and quarter."""
        return self.area.rows(self.england)

    @cached_property
    def then(self) -> pd.DataFrame:
        """PCNs of the area in the quarter that is compared with."""
        return self.area.rows(self.panel[self.panel["quarter"] == self.before])

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """Measures of which some PCN of England has a value in the quarter; the chosen one first."""
        held = [name for name in self.build.needs if self.england[name].notna().any() and name != self.need.name]
        return (self.need.name, *held)

    def scale(self, name: str) -> Scale:
        """Classes of a measure."""
        return scale_of(self.panel, measures(self.build.needs)[name])

    @cached_property
    def subject(self) -> str:
        """Area, period and coverage in words."""
        return subject_of(self.here, self.area.name, self.quarter)

    @cached_property
    def england_slopes(self) -> pd.DataFrame:
        """Slopes of England by quarter and treatment, from the build."""
        return need_slopes(self.build.slopes, self.need.name)

    @cached_property
    def area_slopes(self) -> pd.DataFrame:
        """Slopes of the area by quarter and treatment; England's for England."""
        if self.area.is_england:
            return self.england_slopes
        here = self.area.rows(self.panel)
        return area_slopes(self.build.base.panel.loc[here.index].assign(icb_code=here["icb_code"]), self.need)

    @cached_property
    def silence(self) -> Mapping[str, pd.DataFrame]:
        """What silence could change in the quarter, by code of the area and of England."""
        item, panel = self.need, self.build.base.panel
        need = Need.of(item)
        found = {}
        for area in self.areas:
            rows = panel if area.is_england else panel.loc[area.rows(self.panel).index]
            found[area.code] = silence_table(rows, need, quarters=(self.quarter,))
        return found

    @property
    def is_enough(self) -> bool:
        """Whether the area has so many PCNs with provision and need that something can be concluded."""
        rows = self.here[self.here["splw_fte"].notna() & self.here[self.need.name].notna()]
        return len(rows) >= FEWEST

    @property
    def told_of(self) -> tuple[Area, pd.DataFrame]:
        """The area whose slopes are told first, with its slopes: England where the area's PCNs are too few."""
        return (self.area, self.area_slopes) if self.is_enough else (ALL_OF_ENGLAND, self.england_slopes)

    @cached_property
    def fifths(self) -> pd.DataFrame:
        """Rates by fifth of need under every treatment with intervals: England, and the area where n allows."""
        parts = []
        for area in (ALL_OF_ENGLAND, self.area) if self.is_enough and not self.area.is_england else (ALL_OF_ENGLAND,):
            asked = InequalityRequest(
                (self.need.name,),
                ALL,
                (self.quarter,),
                area="" if area.is_england else area.code,
                icbs=self.build.icbs,
                seed=SEED,
                draws=DRAWS,
            )
            rows = statistics.inequality(self.build.base, asked).rows
            parts.append(rows.assign(area_name=area.name, area_code=area.code))
        return pd.concat(parts, ignore_index=True)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The area, and England beside it."""
        return (ALL_OF_ENGLAND,) if self.area.is_england else (self.area, ALL_OF_ENGLAND)

    @cached_property
    def by_quarter(self) -> pd.DataFrame:
        """Reporting and provision of each of the areas by quarter, the latest first."""
        parts = []
        for area in self.areas:
            rows = area.rows(self.panel)
            found = changes({str(quarter): part for quarter, part in rows.groupby("quarter")})
            parts.append(found.assign(area_name=area.name, area_code=area.code))
        return pd.concat(parts, ignore_index=True)


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


def quarter_of(build: Build, text: str) -> str:
    """The quarter asked for, as the panel has it.

    Raises:
        UsageError: it is not a quarter, or not in the workspace.
        WorkspaceError: nothing has been built, or no quarter of provision.
    """
    held = build.table("out_pcn_quarter", ["quarter"])
    if held.empty:
        raise WorkspaceError(
            "there is no quarter of link worker posts to make a pack of",
            advice="Add a workforce release, patient lists and memberships, and run 'sp-geo build'",
        )
    return str(in_quarters(held, (text,))["quarter"].iloc[0])


def material_of(build: Build, request: PackRequest) -> Material:
    """What a pack is made of.

    Raises:
        UsageError: the area, quarter, need or set of ICBs is unknown, or the area had no PCN in the quarter.
        WorkspaceError: nothing has been built.
    """
    quarter = quarter_of(build, request.quarter)
    here = build.on(request.icbs)
    panel = build.base.panel
    area = find_area(panel, request.area, here.on_set)
    active = sorted(area.rows(panel, here.on_set)["quarter"].unique())
    if quarter not in active:
        raise UsageError(
            "no PCN of the area was active in the quarter",
            found=f"{area.name} ({area.code}) in {quarter}",
            expected=f"a quarter from {active[0]} to {active[-1]}",
            advice="ICBs changed in July 2022 and April 2026",
        )
    rows = build.base.by_quarter[quarter]
    if request.need:
        need = indicator_of(request.need, build.needs)
        if rows[need.name].isna().all():
            raise UsageError(
                "no PCN has a value of the need measure in the quarter",
                found=f"'{need.name}' in {quarter}",
                advice="Choose another --need, or add its source and build",
            )
        return Material(here, area, quarter, need)
    held = [item for name, item in build.needs.items() if rows[name].notna().any()]
    if not held:
        raise UsageError(
            "no need measure has a value in the quarter", found=quarter, advice="Add a source of need and build"
        )
    return Material(here, area, quarter, held[0])

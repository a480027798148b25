"""Tables as a view needs them: pure functions from a snapshot of the store and a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sp_geo.analysis.measures import Need
from sp_geo.analysis.regression import quarter_slopes
from sp_geo.dashboard.state import ENGLAND, PROVISION, Choices, ViewState
from sp_geo.panel.indicator import indicators
from sp_geo.store import Manifest, Store

CLASSES = 5
NOT_REPORTED, TRUE_ZERO, NO_VALUE, NOT_ACTIVE = "n", "z", "x", "-"
STATUS_WORDS = {"reported": "Reported", "true_zero": "Reported none", "not_reported": "Did not report"}


@dataclass(frozen=True)
class Measure:
    """Something that the map shows.

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
        """A value as it is shown."""
        return "" if value is None or np.isnan(value) else f"{value * self.scale:,.{self.digits}f}"


@dataclass(frozen=True)
class MapView:
    """What the map shows.

    Attributes:
        classes: one letter a PCN in the order of the shapes: 0 to 4, z true zero, n not reported, x no value, - not
            active.
        breaks: upper ends of the classes but the last, in the unit shown.
        counts: PCNs by letter.
    """

    classes: str
    breaks: tuple[str, ...]
    counts: Mapping[str, int]


def measures() -> dict[str, Measure]:
    """Everything that the map can show, provision first."""
    found = {PROVISION: Measure(PROVISION, "Link workers", "FTE per 10,000 patients", 1.0, 2)}
    for item in indicators().values():
        unit, scale = ("% of patients or answers", 100.0) if item.is_share else ("points", 1.0)
        found[item.name] = Measure(item.name, item.label, unit, scale, 1)
    return found


class Snapshot:
    """The tables of one build, read once and shared by all views.

    Args:
        store: opened on the build; its manifest does not change under the snapshot.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.manifest: Manifest = store.manifest

    @property
    def is_built(self) -> bool:
        """Whether there is a quarter of provision to show; a workspace of services alone has none."""
        entry = self.manifest.tables.get("out_pcn_quarter")
        return entry is not None and entry.rows > 0

    @cached_property
    def panel(self) -> pd.DataFrame:
        """out_pcn_quarter."""
        return self.store.read("out_pcn_quarter")

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """out_quarter_coverage, indexed by quarter."""
        return self.store.read("out_quarter_coverage").set_index("quarter")

    @cached_property
    def slopes(self) -> pd.DataFrame:
        """out_quarter_slope: England."""
        return self.store.read("out_quarter_slope")

    @cached_property
    def footprints(self) -> pd.DataFrame:
        """out_pcn_footprint, in the order in which the map has its shapes."""
        return self.store.read("out_pcn_footprint")

    @cached_property
    def choices(self) -> Choices:
        """What there is to look at."""
        needs = [name for name in indicators() if self.panel[name].notna().any()]
        return Choices(
            quarters=sorted(self.panel["quarter"].unique()),
            measures=[PROVISION, *needs],
            needs=needs or ["imd_score"],
            areas=sorted(self.panel["icb_code"].dropna().unique()),
        )

    @cached_property
    def area_names(self) -> dict[str, str]:
        """ICB code to name, without the words that all have."""
        pairs = self.panel[["icb_code", "icb_name"]].dropna().drop_duplicates("icb_code")
        short = pairs["icb_name"].str.replace("NHS ", "").str.replace(" Integrated Care Board", "")
        return dict(sorted(zip(pairs["icb_code"], short, strict=True), key=lambda pair: pair[1]))

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

    def rows(self, state: ViewState) -> pd.DataFrame:
        """PCNs of the state's quarter and area."""
        rows = self.panel[self.panel["quarter"] == state.quarter]
        return rows if state.area == ENGLAND else rows[rows["icb_code"] == state.area]


def letters(rows: pd.DataFrame, measure: str, limits: list[float]) -> pd.Series:
    """Class letter of each PCN."""
    values = rows[measure]
    found = pd.Series(
        np.searchsorted(limits, values.fillna(0.0).to_numpy(), side="right").astype(str), index=rows.index
    )
    found = found.mask(values.isna(), NO_VALUE)
    if measure == PROVISION:
        found = found.mask(rows["reporting_status"] == "true_zero", TRUE_ZERO)
        found = found.mask(rows["reporting_status"] == "not_reported", NOT_REPORTED)
    return found


def map_view(snapshot: Snapshot, state: ViewState) -> MapView:
    """The map of one quarter, measure and area."""
    rows = snapshot.rows(state)
    measure = measures()[state.measure]
    limits = snapshot.breaks[state.measure]
    found = letters(rows, state.measure, limits)
    order = snapshot.footprints["pcn_code"]
    by_code = pd.Series(found.to_numpy(), index=rows["pcn_code"])
    return MapView(
        classes="".join(order.map(by_code).fillna(NOT_ACTIVE)),
        breaks=tuple(measure.words(limit) for limit in limits),
        counts={str(letter): int(count) for letter, count in found.value_counts().items()},
    )


def table_rows(snapshot: Snapshot, state: ViewState, find: str, sort: str, downwards: bool) -> pd.DataFrame:
    """The table beside the map: the same PCNs, filtered by name or code and sorted; missing values come last."""
    rows = snapshot.rows(state)
    wanted = find.strip().lower()
    if wanted:
        text = (rows["pcn_name"].fillna("") + " " + rows["pcn_code"] + " " + rows["icb_name"].fillna("")).str.lower()
        rows = rows[text.str.contains(wanted, regex=False)]
    column = sort if sort in rows.columns else "pcn_name"
    return rows.sort_values([column, "pcn_code"], ascending=[not downwards, True], na_position="last")


def slope_rows(snapshot: Snapshot, state: ViewState) -> pd.DataFrame:
    """Slopes by quarter and treatment for the state's need and area."""
    if state.area == ENGLAND:
        return snapshot.slopes[snapshot.slopes["need"] == state.need]
    item = indicators()[state.need]
    panel = snapshot.panel[snapshot.panel["icb_code"] == state.area]
    return quarter_slopes(panel, Need(item.name, item.is_share, item.label))


def pcn_facts(snapshot: Snapshot, state: ViewState, pcn_code: str) -> list[tuple[str, str]]:
    """What is known of one PCN in the state's quarter, as pairs of words; empty if it is not active then."""
    rows = snapshot.panel[(snapshot.panel["quarter"] == state.quarter) & (snapshot.panel["pcn_code"] == pcn_code)]
    if rows.empty:
        return []
    row: Any = rows.iloc[0]
    shapes = snapshot.footprints.set_index("pcn_code")
    inside = float(shapes["patients_inside_pct"].get(pcn_code, float("nan")))
    fte = "did not report" if pd.isna(row["splw_fte"]) else f"{row['splw_fte']:,.2f} FTE"
    facts = [
        ("Name", f"{row['pcn_name']} ({pcn_code})"),
        ("Board", str(row["icb_name"])),
        ("Status", STATUS_WORDS[row["reporting_status"]]),
        ("Link workers", fte),
        ("Registered patients", f"{row['list_size']:,.0f}"),
    ]
    for name in snapshot.choices.measures:
        measure = measures()[name]
        facts.append((f"{measure.label}, {measure.unit}", measure.words(row[name]) or "no value"))
    facts.append(("Patients who live inside the footprint", "no footprint" if pd.isna(inside) else f"{inside:.0f} %"))
    return facts

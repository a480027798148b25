"""A release more changes the quarters that the written rules let it change, and not one cell besides."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd
import pytest

from sp_geo.build import pipeline
from sp_geo.build.steps import STEPS
from sp_geo.tables import TABLES
from sp_geo.workspace.store import Store
from tests.invariants.publishers import files_of

BALANCED: Final = "balanced"
"""The treatment that is of the PCNs that reported in every quarter: by its meaning a new quarter may change all."""
LATE: Final = ("2026Q1", "2026Q2")
ALL: Final = ("2022Q1", "2022Q2", "2022Q3", "2022Q4", *LATE)
SURVEY: Final = ("lack_of_support",)
BY_AREA: Final = (
    "imd_score",
    "imd_2019_score",
    "imd_2025_score",
    "minority_ethnic",
    "asian",
    "black",
    "mixed",
    "other_ethnic",
    "rural",
)
_PASSED_OVER: Final = {"footprints", "directories", "small areas", "services", "access"}
"""Steps without a quarter of their own: footprints are each PCN's latest, small areas and services are of today."""
KINDS: Final[Mapping[str, tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]] = {
    # Publication and period held back; quarters that may change in everything; measures that may change in others, and
    # the measures of reconciliation that go with them.
    "a quarter of workforce": ("pcn_workforce", "2026Q2", ("2026Q2",), (), ()),
    "a later list": ("list_by_age", "2026-07", LATE, (), ()),
    # Of 2022 the quarters Q2 to Q4 take their patients from it, and every quarter its need by small area.
    "patients by area": ("list_by_lsoa", "2022-07", (), BY_AREA, ("area_patients",)),
    # A practice that closed is followed to the PCN that any edition last knew: only survey answers can move.
    "a later practice map": ("practice_map", "2026-07", LATE, SURVEY, ("survey_answers",)),
    "a later survey": ("patient_survey_2024", "2026", LATE, (), ()),
    # Where patients by area are too old, the value by practice comes before that by area.
    "a later index": ("fingertips_practice", "94240-2025", LATE, ("imd_2025_score",), ()),
}


@pytest.fixture(scope="module", params=list(KINDS))
def pair(
    request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Store, Store]:
    """The kind of release, the tables without it, and those with it."""
    publication, period, *_ = KINDS[request.param]
    workspace = tmp_path_factory.mktemp("without") / "workspace"
    shutil.copytree(built, workspace)
    held_back = [path for path in files_of(workspace, publication) if path.parts[-3] == period]
    assert len(held_back) == 1
    shutil.rmtree(held_back[0].parents[1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "STEPS", tuple(step for step in STEPS if step.name not in _PASSED_OVER))
        pipeline.build(workspace)
    return request.param, Store(workspace), Store(built)


def by_quarter(store: Store) -> dict[str, pd.DataFrame]:
    """Every table that has quarters."""
    names = [name for name, table in TABLES.items() if "quarter" in table.key and name in store.manifest.tables]
    return {name: store.read(name) for name in names}


def outside(name: str, frame: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The rows and columns of a table that the release may not change."""
    _, _, quarters, needs, measures = KINDS[kind]
    rows = frame[~frame["quarter"].isin(quarters)]
    if name == "out_quarter_slope":
        rows = rows[(rows["non_response"] != BALANCED) & ~rows["need"].isin(needs)]
    elif name == "out_pcn_need":
        rows = rows[~rows["need"].isin(needs)]
    elif name in {"out_reconciliation", "out_unmatched"}:
        rows = rows[~rows["measure"].isin(measures)]
    return rows.drop(columns=[column for column in needs if column in rows]).reset_index(drop=True)


@pytest.mark.slow
def test_nothing_else_changes(pair: tuple[str, Store, Store]) -> None:
    """A new release leaves every other figure as it was."""
    kind, without, whole = pair
    before, after = by_quarter(without), by_quarter(whole)
    assert set(before) == set(after)
    for name, frame in before.items():
        left, right = outside(name, frame, kind), outside(name, after[name], kind)
        if kind == "patients by area":
            # Its totals are a list as well: quarters nearest to it take their patients from it.
            moved = moved_lists(before, after)
            left, right = (part[~part["quarter"].isin(moved)].reset_index(drop=True) for part in (left, right))
        if name == "out_pcn_icb" and kind == "a later practice map":
            # The ICBs of its time are those that its own practices are in: that set is placed by it.
            left, right = (part[part["icb_set"] != "2026"].reset_index(drop=True) for part in (left, right))
        pd.testing.assert_frame_equal(left, right, obj=f"{name} without and with {kind}")


@pytest.mark.slow
def test_what_should_change_does(pair: tuple[str, Store, Store]) -> None:
    """The release is used: what it is for changes."""
    kind, without, whole = pair
    # Two editions may agree in every value of the miniature; where the value comes from is then told by its source.
    assert any(not frame.equals(by_quarter(whole)[name]) for name, frame in by_quarter(without).items())
    before, after = by_quarter(without)["out_pcn_quarter"], by_quarter(whole)["out_pcn_quarter"]
    assert set(after["quarter"]) == set(ALL)
    if kind == "a quarter of workforce":
        assert set(before["quarter"]) == set(ALL) - {"2026Q2"}
    else:
        # Posts are what the workforce files say, whatever else is added.
        columns = ["quarter", "pcn_code", "reporting_status", "splw_fte", "splw_plain_fte"]
        both = before[columns].merge(after[columns], on=["quarter", "pcn_code"], suffixes=("", "_after"))
        assert len(both) >= len(before) - 1
        for column in columns[2:]:
            assert both[column].equals(both[f"{column}_after"].rename(column))


def moved_lists(before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame]) -> set[str]:
    """Quarters whose nearest list extract is another one."""
    used = [tables["out_quarter_coverage"].set_index("quarter")["list_release"] for tables in (before, after)]
    assert {"2022Q1"} <= set(used[0].index[used[0] == used[1]])
    return set(used[0].index[used[0] != used[1]])

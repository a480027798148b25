"""What is odd in the files of a workspace: told when they are added, built around, and listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.cli.main import run
from sp_geo.workspace.shelf import list_shelved, open_shelved
from sp_geo.workspace.store import Store
from tests.conftest import Run, published


def odd_release(copy: Path, tmp_path: Path, change: Callable[[list[str]], list[str]]) -> Path:
    """The last release of a workspace with its lines changed, as a new file of the same quarter."""
    newest = [item for item in list_shelved(copy) if item.origin.publication == "pcn_workforce"][-1]
    lines = open_shelved(newest).data.decode("cp1252").splitlines()
    target = tmp_path / "revised.csv"
    target.write_text("\n".join(change(lines)) + "\n", encoding="cp1252")
    target.with_name("revised.csv.origin.yaml").write_text(
        "is_synthetic: true\npublished: 2030-01-01\n", encoding="utf-8"
    )
    return target


def with_cell(lines: list[str], row: int, column: str, value: str) -> list[str]:
    """The lines with one cell changed; row as a spreadsheet counts."""
    place = lines[0].lstrip("\u00ef\u00bb\u00bf").lower().split(",").index(column)
    cells = lines[row - 1].split(",")
    cells[place] = value
    return [*lines[: row - 1], ",".join(cells), *lines[row:]]


def july(lines: list[str]) -> list[str]:
    """The same release as of July 2022."""
    head = lines[0].lstrip("\u00ef\u00bb\u00bf").lower().split(",")
    rows = [line.split(",") for line in lines[1:]]
    for cells in rows:
        cells[head.index("census_year")], cells[head.index("census_month")] = "2022", "7"
    return [lines[0], *(",".join(cells) for cells in rows)]


@pytest.mark.parametrize(
    ("column", "value", "outcome"),
    [("fte", "-0.05", "kept"), ("pcn_code", "U1", "left out"), ("icb_code", "no code", "read as missing")],
)
def test_one_odd_row_costs_no_quarter(
    copy: Path, tmp_path: Path, sp_geo: Run, column: str, value: str, outcome: str
) -> None:
    """The quarter is built, and the row is in the line of `add`, in `status`, in the manifest and in the table."""
    file = odd_release(copy, tmp_path, lambda lines: with_cell(lines, 3, column, value))
    code, out, _ = sp_geo(copy, "add", str(file))
    assert code == 0
    assert f"1 {outcome}" in out
    before = len(Store(copy).read("out_quarter_coverage"))
    assert sp_geo(copy, "build")[0] == 0
    store = Store(copy)
    assert len(store.read("out_quarter_coverage")) == before
    odd = store.read("core_anomaly")
    mine = odd[odd["file"] == "revised.csv"].iloc[0]
    assert (mine["row"], mine["outcome"], mine["found"]) == (3, outcome, value)
    told = next(item for item in store.manifest.inputs if item["file"] == "revised.csv")
    assert told["anomalies"] == {outcome: 1}
    code, out, _ = sp_geo(copy, "status", "--anomalies", "--format", "json")
    assert [item["row"] for item in json.loads(out) if item["file"] == "revised.csv"] == [3]
    assert "What is odd in the published files" in sp_geo(copy, "status")[1]


def test_anomalies_of_files_that_did_not_change_stay_listed(copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """A later build that reads other files forgets nothing, and gives the same table as one from the start."""
    file = odd_release(copy, tmp_path, lambda lines: with_cell(lines, 2, "fte", "-0.5"))
    assert sp_geo(copy, "add", str(file))[0] == 0
    assert sp_geo(copy, "build")[0] == 0
    first = Store(copy).read("core_anomaly")
    assert len(first) > 0
    (copy / "parameters.yaml").write_text("list_release: 2022-01\n")
    assert sp_geo(copy, "build")[0] == 0
    pd.testing.assert_frame_equal(Store(copy).read("core_anomaly"), first)


def test_a_month_within_a_quarter_is_history_and_moves_no_quarter(copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """The July release stands in `panel --monthly`, in whole, and the quarters keep every figure."""
    quarters = Store(copy).read("out_pcn_quarter")

    file = odd_release(copy, tmp_path, july)
    code, out, _ = sp_geo(copy, "add", str(file))
    assert code == 0
    assert "2022-07" in out
    assert sp_geo(copy, "build")[0] == 0
    pd.testing.assert_frame_equal(Store(copy).read("out_pcn_quarter"), quarters)
    months = Store(copy).read("out_pcn_month")
    release = Store(copy).read("core_pcn_month")
    assert months.loc[months["month"] == "2022-07", "splw_fte"].sum() == pytest.approx(release["splw_fte"].sum())
    ends = months[months["month"] == "2022-06"].set_index("pcn_code")["splw_fte"]
    same = quarters[quarters["quarter"] == "2022Q2"].set_index("pcn_code")["splw_fte"]
    pd.testing.assert_series_equal(ends, same)
    code, out, _ = sp_geo(copy, "panel", "--monthly", "--quarter", "2022Q3", "--format", "json")
    assert {row["month"] for row in json.loads(out)} >= {"2022-07"}
    assert all(row["month"] in {"2022-07", "2022-08", "2022-09"} for row in json.loads(out))


def test_months_alone_build_monthly_history_without_a_quarter(
    miniature_files: Path, copy: Path, tmp_path: Path, sp_geo: Run
) -> None:
    """A workspace whose only release is of a month within a quarter has a history and no panel."""
    file = odd_release(copy, tmp_path, july)
    target = tmp_path / "months"
    others = [path for path in published(miniature_files) if "workforce" not in path.lower()]
    assert run(["--workspace", str(target), "--quiet", "add", *others, str(file)]) == 0
    assert run(["--workspace", str(target), "--quiet", "build"]) == 0
    store = Store(target)
    assert store.manifest.tables["out_pcn_quarter"].rows == 0
    assert set(store.read("out_pcn_month")["month"]) == {"2022-07"}

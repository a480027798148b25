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


ODD = {3: ("fte", "-0.05", "kept"), 4: ("pcn_code", "U1", "left out"), 5: ("icb_code", "no code", "read as missing")}
"""Column, value and what is done about it, by row."""


def test_odd_rows_cost_no_quarter_and_stay_listed(copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """The quarter is built; each row is in `add`, `status`, manifest and table, and a build of other files forgets none."""

    def odd_cells(lines: list[str]) -> list[str]:
        for row, (column, value, _) in ODD.items():
            lines = with_cell(lines, row, column, value)
        return lines

    code, out, _ = sp_geo(copy, "add", str(odd_release(copy, tmp_path, odd_cells)))
    assert code == 0
    assert all(f"1 {outcome}" in out for _, _, outcome in ODD.values())
    before = len(Store(copy).read("out_quarter_coverage"))
    assert sp_geo(copy, "build")[0] == 0
    store = Store(copy)
    assert len(store.read("out_quarter_coverage")) == before
    listed = store.read("core_anomaly")
    mine = listed[listed["file"] == "revised.csv"].set_index("row")
    assert mine[["found", "outcome"]].T.to_dict("list") == {row: [value, done] for row, (_, value, done) in ODD.items()}
    told = next(item for item in store.manifest.inputs if item["file"] == "revised.csv")
    assert told["anomalies"] == dict.fromkeys((outcome for _, _, outcome in ODD.values()), 1)
    code, out, _ = sp_geo(copy, "status", "--anomalies", "--format", "json")
    assert [item["row"] for item in json.loads(out) if item["file"] == "revised.csv"] == list(ODD)
    assert "What is odd in the published files" in sp_geo(copy, "status")[1]
    (copy / "parameters.yaml").write_text("list_release: 2022-01\n")
    assert sp_geo(copy, "build")[0] == 0
    pd.testing.assert_frame_equal(Store(copy).read("core_anomaly"), listed)


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

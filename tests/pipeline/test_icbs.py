"""ICBs from the files to the command line and the pages: both sets, and a merger that is declared as data alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sp_geo.build import pipeline
from sp_geo.build.view import Build
from sp_geo.web import fields
from sp_geo.web.application import create_app
from sp_geo.web.pages.overview import page as overview
from sp_geo.web.state import look
from sp_geo.workspace.store import Store
from tests.conftest import Run

DAY = "2027-04-01"


def _rows(out: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_the_command_line_shows_either_set_and_says_which(built: Path, sp_geo: Run) -> None:
    """Every answer says which ICBs it is of."""
    code, out, _ = sp_geo(built, "--quiet", "icbs", "--show", "sets", "--format", "json")
    assert code == 0
    assert [row["icb_set"] for row in _rows(out)] == ["2022", "2026"]
    code, out, _ = sp_geo(built, "--quiet", "icbs", "--format", "json")
    split = {row["icb_code"] for row in _rows(out) if (row["successor_share_pct"] or 100) < 98}
    assert split == {"QJG", "QM7", "QNQ"}
    placed = Store(built).read("out_pcn_icb")
    moved = placed[(placed["icb_set"] == "2026") & (placed["quarter"] == "2022Q2")]
    area = str(moved["icb_code"].mode()[0])
    asked = ("panel", "--quarter", "2022Q2", "--boards", "2026", "--area", area)
    code, out, _ = sp_geo(built, "--quiet", *asked, "--format", "json")
    assert code == 0
    assert {row["pcn_code"] for row in _rows(out)} == set(moved.loc[moved["icb_code"] == area, "pcn_code"])
    assert {row["icb_code"] for row in _rows(out)} == {area}
    _, out, _ = sp_geo(built, "--quiet", *asked)
    assert "ICBs: those of April 2026" in out
    _, out, _ = sp_geo(built, "--quiet", "panel", "--quarter", "2022Q2")
    assert "ICBs: as they were at each quarter" in out
    for command in (("regress", "--need", "imd_score"), ("describe",), ("inequality", "--draws", "10")):
        code, out, _ = sp_geo(built, "--quiet", *command, "--quarter", "2022Q2", "--boards", "2022")
        assert code == 0, command
        assert "ICBs: those of July 2022" in out, command
    code, _, said = sp_geo(built, "--quiet", "panel", "--boards", "1999")
    assert code == 2
    assert "expected 2022, 2026, as_then" in said


def test_england_is_the_same_on_either_set(built: Path, sp_geo: Run) -> None:
    """England's slopes are the same on all sets of ICBs."""
    found = [
        sp_geo(built, "--quiet", "regress", "--need", "imd_score", "--se", "cluster", "--boards", icbs, "--format", "csv")
        for icbs in ("as_then", "2022", "2026")
    ]  # fmt: skip
    assert found[0][1] == found[1][1] == found[2][1]


@pytest.fixture(scope="module")
def merged(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature with an invented merger of two of its ICBs, added as a user adds it."""
    from sp_geo.cli.main import run

    workspace = tmp_path_factory.mktemp("merged") / "workspace"
    shutil.copytree(built, workspace)
    pcns = Store(built).read("out_pcn_quarter")
    first, second = sorted(pcns.loc[pcns["quarter"] == pcns["quarter"].max(), "icb_code"].dropna().unique())[:2]
    changes = workspace.parent / "changes.csv"
    rows = (f"{DAY},{first},N0W1X,NHS Invented Integrated Care Board", f"{DAY},{second},N0W1X,")
    changes.write_text("\n".join(["valid_from,icb_code,successor_icb_code,successor_icb_name", *rows, ""]))
    Path(f"{changes}.origin.yaml").write_text("is_synthetic: true\n")
    assert run(["--workspace", str(workspace), "--quiet", "add", str(changes)]) == 0
    pipeline.build(workspace)
    return workspace


def test_a_merger_is_data_alone(built: Path, merged: Path, sp_geo: Run) -> None:
    """A declared merger makes a new set, and leaves the figures of today as they are."""
    before, after = Store(built), Store(merged)
    for name in ("out_pcn_quarter", "out_quarter_slope", "out_pcn_footprint"):
        assert before.manifest.tables[name].sha256 == after.manifest.tables[name].sha256, name
    sets = after.read("out_icb_set").set_index("icb_set")
    assert sets.loc["2027", "icbs_count"] == 35
    assert sets["is_declared"].to_dict() == {"2022": False, "2026": False, "2027": True}
    placed = after.read("out_pcn_icb")
    assert (placed["icb_set"] == "2027").sum() == len(after.read("out_pcn_quarter"))
    code, out, _ = sp_geo(merged, "--quiet", "panel", "--quarter", "2022Q2", "--boards", "2027", "--area", "N0W1X")
    assert code == 0
    assert "ICBs: those of April 2027 declared in your own file, not published" in out
    code, out, _ = sp_geo(merged, "--quiet", "icbs", "--show", "moved", "--icbs", "2027", "--format", "json")
    assert code == 0
    rows = [row for row in _rows(out) if row["icb_code_of_set"] == "N0W1X"]
    assert [row["patients_pct"] for row in rows] == [100.0, 100.0]


def test_a_declared_set_is_on_the_pages(merged: Path) -> None:
    """Pages offer the declared ICBs and say that they are declared."""
    build = Build(Store(merged))
    assert fields.icbs(build).options["2027"] == "Of April 2027 (declared, not published)"
    seen = look(overview.PAGE.fields, build, "?boards=2027&area=N0W1X&quarter=2022Q2")
    assert seen.unknown == []
    rows = seen.build.rows("2022Q2", "N0W1X")
    assert len(rows)
    assert seen.build.area_words("N0W1X") == "Invented (ICBs of April 2027)"
    client = create_app(Store(merged)).server.test_client()
    text = client.get("/table/overview/pcns?boards=2027&area=N0W1X&quarter=2022Q2").get_data(as_text=True)
    assert f"{len(rows):,} PCNs, Invented (ICBs of April 2027), 2022Q2" in text


def test_a_icb_of_another_set_is_not_england(built: Path) -> None:
    """An ICB that a set lacks is said to be unknown, with where its PCNs are."""
    build = Build(Store(built))
    placed = Store(built).read("out_pcn_icb")
    sets = {name: set(rows["icb_code"].dropna()) for name, rows in placed.groupby("icb_set")}
    gone = sorted(sets["2022"] - sets["2026"])
    if not gone:
        pytest.skip("no ICB of the miniature ended")
    seen = look(overview.PAGE.fields, build, f"?boards=2026&area={gone[0]}")
    assert seen.view["area"] == "England"
    assert len(seen.unknown) == 1
    assert "is not among the ICBs of April 2026, where its PCNs are in" in seen.unknown[0]


def test_links_without_icbs_look_as_before(built: Path) -> None:
    """A link that somebody kept shows the ICBs of each quarter."""
    build = Build(Store(built))
    seen = look(overview.PAGE.fields, build, "?quarter=2022Q2")
    assert seen.build is build
    assert seen.view["icbs"] == "as_then"
    on = build.on("2026")
    assert on is build.on("2026") is on.on("2022").on("2026")
    assert on.on("as_then") is build
    pd.testing.assert_series_equal(on.panel["splw_fte"], build.panel["splw_fte"])
    pd.testing.assert_series_equal(on.panel["region_code"], build.panel["region_code"])
    assert np.shares_memory(on.table("out_pcn_need")["value"], build.table("out_pcn_need")["value"])


@pytest.mark.parametrize(
    ("former", "present"),
    [
        (("boards",), ("icbs",)),
        (("boards", "--show", "networks", "--boards", "2022"), ("icbs", "--show", "pcns", "--icbs", "2022")),
        (("panel", "--boards", "2026"), ("panel", "--icbs", "2026")),
    ],
)
def test_former_names_work_for_one_release(
    built: Path, sp_geo: Run, former: tuple[str, ...], present: tuple[str, ...]
) -> None:
    """A command, option or view by its former name answers the same; the command says that its name has changed."""
    code, out, err = sp_geo(built, "--quiet", *former, "--format", "csv")
    assert (code, out) == sp_geo(built, "--quiet", *present, "--format", "csv")[:2]
    assert code == 0
    assert ("deprecated" in err.lower()) is (former[0] == "boards")

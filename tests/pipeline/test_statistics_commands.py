"""The analyst's commands on the miniature: contract of the output, degenerate answers and bad questions."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.workspace.store import Store
from tests.conftest import Run

COMMANDS = {
    "trend": ["trend", "--need", "imd_2019_score"],
    "attenuation": ["attenuation", "--quarter", "2022Q4"],
    "inequality": ["inequality", "--quarter", "2022Q4", "--draws", "50"],
    "describe": ["describe", "--quarter", "2022Q4"],
    "specifications": ["specifications", "--quarter", "2022Q4", "--need", "imd_2019_score"],
    "spatial": ["spatial", "--quarter", "2022Q4"],
    "local": ["spatial", "--quarter", "2022Q4", "--local"],
    "outcome-note": ["outcome-note", "--extra-fte", "2", "--patients", "50000", "--baseline", "good_experience=0.7"],
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_form_holds_the_same_rows(name: str, built: Path, sp_geo: Run) -> None:
    """Table, CSV and JSON of one question hold the same rows."""
    from io import StringIO

    forms = {}
    for form in ("table", "csv", "json"):
        code, out, err = sp_geo(built, *COMMANDS[name], "--format", form)
        assert code == 0, err
        forms[form] = out
    rows = pd.DataFrame(json.loads(forms["json"]))
    assert len(rows) == len(pd.read_csv(StringIO(forms["csv"])))
    assert list(rows.columns) == list(pd.read_csv(StringIO(forms["csv"]), nrows=1).columns)
    if name != "outcome-note":
        assert set(rows["provenance"]) == {"SYNTHETIC"}
        assert "SYNTHETIC" in forms["table"]
        assert "coverage_pct" in rows.columns


@pytest.mark.parametrize("name", ["trend", "attenuation", "inequality", "specifications"])
def test_no_number_without_a_reason_to_trust_it(name: str, built: Path, sp_geo: Run) -> None:
    """Where four PCNs are too few, the row says why it has no estimate."""
    _, out, _ = sp_geo(built, *COMMANDS[name], "--format", "json")
    rows = pd.DataFrame(json.loads(out))
    if "reason" in rows:
        silent = rows["estimate"].isna() & (rows["reason"] == "")
        if "statistic" in rows:
            silent &= rows["statistic"].isna()
        assert not silent.any()
    held = rows.dropna(subset=["estimate", "ci_low", "ci_high"])
    assert ((held["ci_low"] <= held["estimate"]) & (held["estimate"] <= held["ci_high"])).all()


def test_rates_by_fifth_add_up_to_the_panel(built: Path, sp_geo: Run) -> None:
    """The pooled rate is FTE over patients of the panel."""
    _, out, _ = sp_geo(built, "describe", "--quarter", "2022Q4", "--need", "imd_2019_score", "--format", "json")
    rows = pd.DataFrame(json.loads(out))
    provision = rows[(rows["grouping"] == "all PCNs") & rows["pooled"].notna()].iloc[0]
    panel = Store(built).read("out_pcn_quarter")
    panel = panel[panel["quarter"] == "2022Q4"]
    assert provision["pooled"] == pytest.approx(10_000 * panel["splw_fte"].sum() / panel["list_size"].sum())


def test_the_same_seed_gives_the_same_intervals(built: Path, sp_geo: Run) -> None:
    """A seed gives the same intervals each time."""
    question = [*COMMANDS["inequality"], "--seed", "7", "--format", "csv"]
    assert sp_geo(built, *question)[1] == sp_geo(built, *question)[1]

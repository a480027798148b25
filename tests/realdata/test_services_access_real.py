"""Real venues, charities and services of one borough, through `add` and `build`, to a map and a table of England."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.cli.main import run
from sp_geo.services.placing import has_postcodes
from sp_geo.workspace.store import Store

pytestmark = [pytest.mark.realdata, pytest.mark.slow]
TRAFFORD = "E08000009"
VENUES = "warm_spaces_2022.csv"


@pytest.fixture(scope="module")
def workspace(real: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real lists with what they need: residents, districts, deprivation, rurality."""
    folder = tmp_path_factory.mktemp("services")
    common = ["--workspace", str(folder), "--quiet"]
    services, geography = real / "services", real / "geography"
    assert run([*common, "add", str(services / VENUES), "--covers", "E92000001:isolation"]) == 0
    for name in ("charities_operating_in_trafford.csv", "trafford_mental_health_services.csv"):
        assert run([*common, "add", str(services / name), "--covers", TRAFFORD]) == 0
    for name in ("lookup_lsoa11_sicbl22_icb22_ltla22", "population20_lsoa11", "ruc11_lsoa11"):
        assert run([*common, "add", str(geography / f"{name}.zip")]) == 0
    assert run([*common, "add", str(real / "deprivation" / "IoD2019_File_7_selected_columns.zip")]) == 0
    assert run([*common, "build"]) == 0
    return folder


@pytest.fixture
def ask(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Standard output of a command that must succeed."""

    def call(*arguments: str) -> str:
        capsys.readouterr()
        assert run(["--workspace", str(workspace), "--quiet", *arguments]) == 0
        return capsys.readouterr().out

    return call


def test_every_venue_is_taken_placed_or_listed(workspace: Path) -> None:
    """Each of 3,281 venues is taken or refused, and placed or listed with its cause."""
    store = Store(workspace)
    services, sites = store.read("out_service"), store.read("out_service_site")
    refused = store.read("core_service_refused")
    venues = services[services["directory_id"] == "warm-spaces"]
    lost = refused[(refused["directory_id"] == "warm-spaces") & (refused["outcome"] == "refused")]
    assert len(venues) + lost["record"].nunique() == 3_281
    assert (lost["cause"] == "outside England").sum() == 309, "161 in Scotland, 139 in Wales, 9 in Northern Ireland"
    here = sites[sites["service_id"].isin(venues["service_id"])]
    assert here["cause"].isna().sum() + here["cause"].notna().sum() == len(here)
    # By coordinates nearly all lie in England; those that do not are counted with the cause.
    assert here["cause"].isna().mean() > 0.99


def test_england_has_a_table_of_access_to_warm_spaces(ask: Callable[..., str]) -> None:
    """Every area has a row, and capacity that no list gives is unknown."""
    rows = pd.DataFrame(
        json.loads(ask("access", "--category", "isolation", "--directory", "warm-spaces", "--format", "json"))
    )
    assert len(rows) == 32_844
    assert rows["score"].isna()[rows["unknown_count"] > 0].all(), "capacity is not recorded"
    counted = json.loads(
        ask(
            "access", "--category", "isolation", "--directory", "warm-spaces", "--measure", "services",
            "--format", "json",
        )
    )  # fmt: skip
    table = pd.DataFrame(counted)
    placed = (table["score"] * table["patients_count"]).sum() / 1_000
    assert placed == pytest.approx(2_972, abs=30), "each venue counted once, but for the few without a place"
    assert set(table["state"]) == {"served", "unserved"}
    assert table["nearest_m"].median() < 10_000


def test_trafford_has_a_map(ask: Callable[..., str]) -> None:
    """Services, charities and small areas of Trafford are drawn in Trafford."""
    if not has_postcodes():
        pytest.skip("the extra sp-geo[postcodes] is not installed: charities have postcodes only")
    for view in ("services", "charities"):
        found = json.loads(ask("services", "--show", view, "--area", TRAFFORD, "--format", "geojson"))
        assert len(found["features"]) > 10
        for feature in found["features"]:
            longitude, latitude = feature["geometry"]["coordinates"]
            assert (-2.5 < longitude < -2.2, 53.3 < latitude < 53.5) == (True, True)
    areas = json.loads(
        ask("access", "--category", "other", "--measure", "services", "--area", TRAFFORD, "--format", "geojson")
    )
    assert len(areas["features"]) == 138
    unplaced = ask("services", "--show", "unplaced", "--format", "csv")
    assert "cause" in unplaced

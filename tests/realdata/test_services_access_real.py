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
    """Real community venues would disappear on the way to the map."""
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
    """The table would have another number of areas, or make capacity out of a list that has none."""
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
    """A board could not see one borough's services and charities."""
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


def test_grants_that_only_point_elsewhere_are_said_to(
    real: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that holds only an address would be taken for a list of no grants."""
    name = "trafford_council_voluntary_sector_grants_360_giving_format.xlsx"
    assert run(["--workspace", str(tmp_path), "add", str(real / "services" / name)]) != 0
    said = capsys.readouterr().out
    assert "https://" in said
    assert len(said.strip().splitlines()) == 1


def test_no_telephone_number_or_address_comes_in(workspace: Path) -> None:
    """A list of venues would carry people's own contacts into tables that are passed on."""
    store = Store(workspace)
    for table in ("core_service", "core_charity"):
        texts = store.read(table).select_dtypes("str")
        for name in texts:
            held = texts[name].dropna()
            assert not held.str.contains(r"[\w.]+@[\w-]+\.\w+").any()
            assert not held.str.contains(r"\b0\d{9,10}\b|\b0\d{2,4} \d{3,4} \d{3,4}\b").any()

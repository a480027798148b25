"""Services from a filled template to access, deserts and gaps, through the same doors as everything else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pyproj import Transformer

from sp_geo.cli.main import run
from sp_geo.geography import boundaries
from sp_geo.workspace.store import Store
from tests.conftest import Ask, Run, contents

SYNTHETIC = "is_synthetic: true\n"


def points(codes: list[str]) -> pd.DataFrame:
    """Latitude and longitude of small areas' points, by code."""
    areas = boundaries.lsoa11().set_index("lsoa11_code").loc[codes]
    east, north = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True).transform(
        areas["easting_m"].to_numpy(), areas["northing_m"].to_numpy()
    )
    return pd.DataFrame({"latitude": north.round(6), "longitude": east.round(6)}, index=codes)


@pytest.fixture(scope="module")
def inhabited(built: Path) -> list[str]:
    """The miniature's forty small areas, those of U90001 first."""
    people = Store(built).read("out_lsoa11")
    held = people[people["patients_count"] > 0].sort_values(["pcn_code", "lsoa11_code"])
    return list(held["lsoa11_code"])


@pytest.fixture(scope="module")
def services_file(tmp_path_factory: pytest.TempPathFactory, inhabited: list[str]) -> Path:
    """Three good services, one of unknown capacity, one closed, and two that cannot be true."""
    at = points(inhabited)
    rows = [
        ("a", "Debt help", "money", *at.iloc[0], 40, 0.5, "yes", 10, "yes"),
        ("b", "Walking", "activity", *at.iloc[5], "", "", "", "", ""),
        ("c", "Benefits", "money;housing", *at.iloc[1], 20, 1, "no", 10, "no"),
        ("d", "Choir", "creativity", *at.iloc[2], 30, "10%", "yes", 200, ""),
        ("e", "Swapped", "money", at.iloc[3]["longitude"], at.iloc[3]["latitude"], 5, 1, "yes", 1, ""),
        ("f", "Negative", "money", *at.iloc[3], -5, 1, "yes", 1, ""),
        ("g", "Ferrets", "ferrets", *at.iloc[3], 5, 1, "yes", 1, ""),
    ]
    columns = "service_id,name,category,latitude,longitude,places_per_quarter,free_share,open_to_referrals,waiting_days,evening"
    path = tmp_path_factory.mktemp("directory") / "example-directory.csv"
    pd.DataFrame(rows, columns=columns.split(",")).to_csv(path, index=False)
    path.with_name(path.name + ".origin.yaml").write_text(SYNTHETIC)
    return path


@pytest.fixture(scope="module")
def with_services(built: Path, services_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature with the directory, which covers England; read only."""
    workspace = tmp_path_factory.mktemp("services") / "workspace"
    shutil.copytree(built, workspace)
    common = ["--workspace", str(workspace), "--quiet"]
    assert run([*common, "add", str(services_file), "--covers", "E92000001"]) == 0
    assert run([*common, "build"]) == 0
    return workspace


@pytest.fixture
def own(with_services: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    target = tmp_path / "own"
    shutil.copytree(with_services, target)
    return target


def test_adding_says_what_was_refused_and_what_is_covered(
    copy: Path, own: Path, services_file: Path, sp_geo: Run
) -> None:
    """The line says how many records were refused, and what the list covers."""
    code, out, err = sp_geo(copy, "add", str(services_file), "--covers", "E92000001")
    assert code == 0, out + err
    assert "2 record(s) refused" in out
    assert "covers E92000001" in out
    code, out, err = sp_geo(own, "build")
    assert code == 0, err
    assert "5 recorded by 1 directories" in out


def test_what_is_recorded_and_what_was_refused(with_services: Path, ask: Ask) -> None:
    """Services are listed with their state, and the refused ones with their cause."""
    listed = ask(with_services, "services").set_index("service_id")
    assert listed.loc["example-directory/a", "effective_places"] == 20.0
    assert listed.loc["example-directory/c", "capacity_state"] == "closed"
    assert listed.loc["example-directory/d", "capacity_state"] == "wait_too_long"
    assert listed.loc["example-directory/b", "effective_places"] is None or pd.isna(
        listed.loc["example-directory/b", "effective_places"]
    )
    assert listed.loc["example-directory/c", "categories"] == "housing;money"
    assert set(listed["provenance"]) == {"SYNTHETIC"}
    refused = ask(with_services, "services", "--show", "refused")
    assert set(refused.loc[refused["outcome"] == "refused", "cause"]) == {
        "latitude and longitude are swapped",
        "places_per_quarter is negative",
    }
    unmapped = ask(with_services, "services", "--show", "unmapped")
    assert unmapped["term"].str.lower().tolist() == ["ferrets"]
    money = ask(with_services, "services", "--category", "money")
    assert sorted(money["service_id"]) == ["example-directory/a", "example-directory/c"]
    assert len(ask(with_services, "services", "--show", "assumptions")) == 10
    claims = ask(with_services, "services", "--show", "directories")
    assert claims["areas_count"].tolist() == [32_844]


def test_access_conserves_places_and_says_its_states(with_services: Path, sp_geo: Run, ask: Ask) -> None:
    """Access adds up to the places, and each area is served, unserved or not recorded."""
    rows = ask(with_services, "access", "--category", "money", "--catchment-km", "60")
    assert len(rows) == 32_844
    given_out = (rows["score"] * rows["patients_count"]).sum() / 1_000
    assert given_out == pytest.approx(20.0), "20 of the debt service; the closed one has none"
    assert set(rows["state"]) <= {"served", "unserved", "not_recorded"}
    code, out, _ = sp_geo(with_services, "access", "--category", "activity")
    assert code == 0
    assert "SYNTHETIC" in out
    assert "floor where services of unknown capacity" in out


def test_an_area_and_a_shape(with_services: Path, sp_geo: Run, ask: Ask, inhabited: list[str]) -> None:
    """Access is told of one area or PCN, and as GeoJSON in degrees."""
    one = ask(with_services, "access", "--category", "money", "--area", inhabited[0])
    assert one["lsoa11_code"].tolist() == [inhabited[0]]
    pcn = ask(with_services, "access", "--category", "money", "--area", "u90001")
    assert len(pcn) == 10
    code, out, _ = sp_geo(with_services, "access", "--category", "money", "--area", inhabited[0], "--format", "geojson")
    assert code == 0
    collection = json.loads(out)
    feature = collection["features"][0]
    assert feature["geometry"]["type"] in {"Polygon", "MultiPolygon"}
    longitude, latitude = feature["geometry"]["coordinates"][0][0][:2]
    assert -9 < longitude < 3
    assert 49 < latitude < 61
    assert collection["provenance"] == "SYNTHETIC"
    code, out, _ = sp_geo(with_services, "services", "--format", "geojson")
    kinds = {feature["geometry"]["type"] for feature in json.loads(out)["features"] if feature["geometry"]}
    assert kinds == {"Point"}


def test_deserts_carry_their_rule(with_services: Path, sp_geo: Run, ask: Ask) -> None:
    """A list of deserts says the rule that made it, and how far it holds."""
    code, out, _ = sp_geo(with_services, "deserts", "--category", "housing", "--show", "clusters")
    assert code == 0
    assert "top 2 fifths" in out
    assert "under 50 % of the mean" in out
    clusters = ask(with_services, "deserts", "--category", "housing")
    areas = ask(with_services, "deserts", "--category", "housing", "--show", "areas")
    assert clusters["areas_count"].sum() == len(areas)
    assert clusters["robustness_pct"].between(0, 100).all()
    table = ask(with_services, "deserts", "--category", "money", "--show", "sensitivity")
    assert table["is_map"].sum() == 1
    code, out, _ = sp_geo(with_services, "deserts", "--category", "housing", "--format", "geojson")
    assert code == 0
    assert len(json.loads(out)["features"]) == len(clusters)


def test_gaps_by_what_services_offer(with_services: Path, ask: Ask) -> None:
    """Patients near an evening group, and those without one, add up to all."""
    rows = ask(with_services, "services", "--show", "attributes", "--category", "money", "--area", "U90001")
    evening = rows.set_index("attribute").loc["evening"]
    shares = evening[["with_pct", "perhaps_pct", "without_pct", "not_recorded_pct"]].astype(float)
    assert shares.sum() == pytest.approx(100.0)
    assert evening["with_pct"] > 0


def test_reports_of_gaps_beside_the_map(own: Path, tmp_path: Path, sp_geo: Run, ask: Ask) -> None:
    """Reports stand beside the model, and small counts are withheld."""
    log = tmp_path / "gaps-2026.csv"
    log.write_text(
        "report_id,reported,area_code,category,cause,people\n"
        "1,2026-05-01,U90001,housing,none_known,12\n"
        "2,2026-05-02,U90001,money,full,3\n"
        "3,2026-05-02,U90002,creativity,too_far,9\n"
        "4,2026-05-02,U90002,money,nonsense,9\n"
        "5,2026-05-03,U90001,isolation,hours,30\n"
    )
    log.with_name(log.name + ".origin.yaml").write_text(SYNTHETIC)
    code, out, _ = sp_geo(own, "add", str(log))
    assert code == 0, out
    assert "1 record(s) refused" in out
    assert sp_geo(own, "build")[0] == 0
    rows = ask(own, "gaps").set_index(["area_code", "category"])
    assert rows.loc[("U90001", "isolation"), "people"] == 30
    assert pd.isna(rows.loc[("U90001", "housing"), "people"]), "it would give the small one away in a total"
    assert pd.isna(rows.loc[("U90001", "money"), "people"]), "three people are too few to be shown"
    assert rows.loc[("U90001", "money"), "suppressed"]
    code, out, _ = sp_geo(own, "gaps", "--format", "geojson")
    assert code == 0
    collection = json.loads(out)
    assert len(collection["features"]) == len(rows)
    assert {feature["geometry"]["type"] for feature in collection["features"]} <= {"Polygon", "MultiPolygon"}
    code, out, _ = sp_geo(own, "gaps")
    assert "Agreement over 16 areas and categories" in out
    log.write_text(log.read_text().replace("people\n", "people,notes\n", 1))
    code, out, _ = sp_geo(own, "add", str(log))
    assert code != 0
    assert "notes" in out


def test_no_directory_no_map(copy: Path, sp_geo: Run) -> None:
    """Without a directory, questions about services are refused in one line."""
    for command in (["services"], ["access"], ["deserts"], ["gaps"]):
        code, _, err = sp_geo(copy, *command)
        assert code == 6, command
        assert "there are no" in err


def test_silence_of_an_undeclared_directory_says_nothing(
    copy: Path, services_file: Path, sp_geo: Run, ask: Ask
) -> None:
    """Only a list that claims to be whole makes deserts of what it does not list."""
    assert sp_geo(copy, "add", str(services_file))[0] == 0
    assert sp_geo(copy, "build")[0] == 0
    rows = ask(copy, "access", "--category", "housing")
    assert "unserved" not in set(rows["state"])
    code, _, err = sp_geo(copy, "deserts")
    assert code == 6
    assert "say what it covers" in err
    # Said again with a claim, the same file is taken anew.
    code, out, _ = sp_geo(copy, "add", str(services_file), "--covers", "E92000001:money")
    assert code == 0
    assert "took" in out
    assert sp_geo(copy, "build")[0] == 0
    states = ask(copy, "access", "--category", "money")["state"]
    assert "unserved" in set(states)
    assert "unserved" not in set(ask(copy, "access", "--category", "housing")["state"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["access", "--category", "ferrets"], "no such category"),
        (["access", "--area", "E99999999"], "no small area"),
        (["access", "--catchment-km", "9999"], "catchment"),
        (["access", "--detour", "0.5"], "catchment"),
        (["access", "--decay", "cone"], "no such decay"),
        (["access", "--measure", "hope"], "no such measure"),
        (["deserts", "--fifths", "9"], "fifths"),
        (["deserts", "--share-of-mean", "7"], "share"),
        (["deserts", "--need", "luck"], "no such need"),
        (["deserts", "--show", "all"], "no such view"),
        (["services", "--show", "everything"], "no such view"),
        (["services", "--directory", "nobody"], "no such directory"),
        (["services", "--show", "attributes", "--within-km", "-1"], "distance"),
        (["services", "--show", "refused", "--format", "geojson"], "no shapes"),
        (["add", "nothing.csv", "--covers", "Trafford"], "claim of coverage"),
    ],
)
def test_a_slip_is_one_clear_line(with_services: Path, sp_geo: Run, arguments: list[str], words: str) -> None:
    """A slip is one line, and the tables stay."""
    before = contents(with_services / "derived")
    code, _, err = sp_geo(with_services, *arguments)
    assert code == 2
    assert words in err
    assert len(err.strip().splitlines()) == 1
    assert contents(with_services / "derived") == before


def test_an_assumption_of_ones_own(own: Path, sp_geo: Run, ask: Ask) -> None:
    """An ICB's own limit of waiting is used, and a slip in it is refused."""
    (own / "parameters.yaml").write_text("services:\n  hold_days: 250\n")
    code, _, _ = sp_geo(own, "build")
    assert code == 0
    states = ask(own, "services").set_index("service_id")["capacity_state"]
    assert states["example-directory/d"] == "open"
    (own / "parameters.yaml").write_text("services:\n  hold_days: 9999\n")
    code, _, err = sp_geo(own, "build")
    assert code == 5
    assert "hold_days" in err
    assert "7 to 365" in err

"""Real venues, charities and services of one borough, through `add` and `build`, to a map and a table of England."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sp_geo.services.placing import has_postcodes
from sp_geo.workspace.store import Store
from tests.conftest import Ask, Run
from tests.realdata.conftest import TRAFFORD

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


def test_every_venue_is_taken_placed_or_listed(latest: Path) -> None:
    """Each of 3,281 venues is taken or refused, and placed or listed with its cause."""
    store = Store(latest)
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


def test_england_has_a_table_of_access_to_warm_spaces(latest: Path, ask: Ask) -> None:
    """Every area has a row, and capacity that no list gives is unknown."""
    asked = ("access", "--category", "isolation", "--directory", "warm-spaces")
    rows = ask(latest, *asked)
    assert len(rows) == 32_844
    assert rows["score"].isna()[rows["unknown_count"] > 0].all(), "capacity is not recorded"
    table = ask(latest, *asked, "--measure", "services")
    placed = (table["score"] * table["patients_count"]).sum() / 1_000
    assert placed == pytest.approx(2_972, abs=30), "each venue counted once, but for the few without a place"
    assert set(table["state"]) == {"served", "unserved"}
    assert table["nearest_m"].median() < 10_000


def test_trafford_has_a_map(latest: Path, sp_geo: Run) -> None:
    """Services, charities and small areas of Trafford are drawn in Trafford."""
    if not has_postcodes():
        pytest.skip("the extra sp-geo[postcodes] is not installed: charities have postcodes only")

    def drawn(*asked: str) -> list[dict[str, Any]]:
        code, out, err = sp_geo(latest, *asked, "--area", TRAFFORD, "--format", "geojson")
        assert code == 0, err
        return list(json.loads(out)["features"])

    for view in ("services", "charities"):
        found = drawn("services", "--show", view)
        assert len(found) > 10
        for feature in found:
            longitude, latitude = feature["geometry"]["coordinates"]
            assert (-2.5 < longitude < -2.2, 53.3 < latitude < 53.5) == (True, True)
    assert len(drawn("access", "--category", "other", "--measure", "services")) == 138
    assert "cause" in sp_geo(latest, "services", "--show", "unplaced", "--format", "csv")[1]

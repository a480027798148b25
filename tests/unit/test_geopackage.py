"""The GeoPackage: opened again, with its styles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import geopandas as gpd
import numpy as np
import pyogrio
import pytest

from sp_geo.core.errors import UsageError
from sp_geo.reports.files.geopackage import geopackage
from tests.unit.handout_samples import COVER, HOSTILE, pcns, quarters, sites


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of areas and points on disk."""
    path = tmp_path_factory.mktemp("pack") / "a.gpkg"
    path.write_bytes(geopackage([pcns(), quarters(), sites()], COVER))
    return path


@contextmanager
def base(pack: Path) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(sqlite3.connect(pack)) as connection:
        yield connection


def style(pack: Path, layer: str) -> Element:
    """What QGIS would read as the style of a layer."""
    with base(pack) as connection:
        ((text, default),) = connection.execute(
            "SELECT styleQML, useAsDefault FROM layer_styles WHERE f_table_name = ?", (layer,)
        ).fetchall()
    assert default == 1
    return fromstring(text)  # noqa: S314 - written by us


def test_layers_values_and_missing_shapes_stay(pack: Path) -> None:
    """Layers keep values, missing values, missing shapes and the National Grid."""
    assert {str(name) for name, _ in pyogrio.list_layers(pack)} == {"pcns", "sites", "layer_styles"}
    frame = gpd.read_file(pack, layer="pcns")
    assert frame.crs.to_epsg() == 27700
    assert frame["pcn_name"].tolist() == list(HOSTILE)
    np.testing.assert_array_equal(frame["rate"], pcns().rows["rate"])
    assert frame["rate_state"].isna().tolist() == [True, True, False, False, True, True, True]
    assert frame["rural"].isna().tolist() == [False] * 5 + [True] * 2
    assert set(frame["provenance"]) == {"SYNTHETIC"}
    assert "hidden" not in frame
    assert frame.geometry.isna().tolist() == [False] * 6 + [True]
    assert set(frame.geometry.dropna().geom_type) == {"MultiPolygon"}
    assert set(gpd.read_file(pack, layer="sites").geometry.geom_type) == {"Point"}


def test_each_row_falls_under_exactly_one_rule(pack: Path) -> None:
    """Each row is drawn by exactly one rule of the style."""
    rules = style(pack, "pcns").findall("renderer-v2/rules/rule")
    labels = [rule.get("label", "") for rule in rules]
    assert labels[0].startswith("Above 0, under ")
    assert labels[5:] == ["Zero", "Not available [x]", "Withheld: small count [c]"]
    with base(pack) as connection:
        held = [
            [row[0] for row in connection.execute(f"SELECT fid FROM pcns WHERE {rule.get('filter')}")]  # noqa: S608
            for rule in rules
        ]
    assert sorted(row for rows in held for row in rows) == list(range(1, 8))
    assert held[5:] == [[2], [3], [4]]


def test_states_differ_by_more_than_colour(pack: Path) -> None:
    """Zero, missing and withheld differ by pattern as well as colour, and columns carry names and units for people."""
    symbols = style(pack, "pcns").findall("renderer-v2/symbols/symbol")
    patterns = [
        [option.get("value") for option in symbol.findall("layer/Option/Option") if option.get("name") == "style"]
        for symbol in symbols
    ]
    assert patterns[:5] == [["solid"]] * 5
    assert len({tuple(pattern) for pattern in patterns[5:]}) == 3
    assert all(len(pattern) == 2 for pattern in patterns[5:])
    assert {symbol.get("type") for symbol in style(pack, "sites").findall("renderer-v2/symbols/symbol")} == {"marker"}
    names = {alias.get("field"): alias.get("name") for alias in style(pack, "pcns").findall("aliases/alias")}
    assert names["rate"] == "Link workers (FTE per 10,000 patients)"
    assert names["rural"] == "Rural (times 100: % of patients)"


def test_licence_and_mark_travel_with_each_layer(pack: Path) -> None:
    """Each layer carries its mark, licence, notes and digest."""
    with base(pack) as connection:
        described = dict(connection.execute("SELECT table_name, description FROM gpkg_contents").fetchall())
        records = dict(
            connection.execute(
                "SELECT table_name, metadata FROM gpkg_metadata_reference JOIN gpkg_metadata ON md_file_id = id"
            ).fetchall()
        )
    for words in ("SYNTHETIC", "Open Government Licence v3.0", "Silence is not zero", "2022Q2", COVER.digest):
        assert words in described["pcns"]
    root = fromstring(records["pcns"])  # noqa: S314 - written by us
    assert root.findtext("license") == "Open Government Licence v3.0"
    assert root.findtext("title") == "SYNTHETIC: PCNs: pcns"


def test_limits_can_be_given(tmp_path: Path) -> None:
    """Classes follow the limits that are given, and a layer without any shape or value is kept."""
    path = tmp_path / "a.gpkg"
    path.write_bytes(geopackage([pcns()], COVER, {"pcns": [0.6]}))
    labels = [rule.get("label") for rule in style(path, "pcns").findall("renderer-v2/rules/rule")]
    assert labels[:2] == ["Above 0, under 0.60", "0.60 and over"]
    sheet = pcns()
    bare = replace(sheet, rows=sheet.rows.assign(rate=np.nan), shapes=gpd.GeoSeries([None] * 7, crs="EPSG:27700"))
    path = tmp_path / "b.gpkg"
    path.write_bytes(geopackage([bare], COVER))
    assert len(gpd.read_file(path, layer="pcns")) == 7
    labels = [rule.get("label") for rule in style(path, "pcns").findall("renderer-v2/rules/rule")]
    assert labels == ["Not available [x]", "Withheld: small count [c]"]


def test_what_cannot_be_a_layer_is_refused() -> None:
    """Tables without places, with one name or in degrees are refused."""
    with pytest.raises(UsageError, match="no table on this page has places"):
        geopackage([quarters()], COVER)
    with pytest.raises(UsageError, match="one name"):
        geopackage([pcns(), pcns()], COVER)
    sheet = pcns()
    with pytest.raises(ValueError, match="EPSG:27700"):
        geopackage([replace(sheet, shapes=sheet.shapes.to_crs("EPSG:4326"))], COVER)

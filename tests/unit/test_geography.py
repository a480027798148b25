"""Committed boundaries, footprints and display shapes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import yaml
from shapely import box

from sp_geo.core.codes import ICB, ICB_ONS, LSOA_ENGLAND
from sp_geo.core.errors import WorkspaceError
from sp_geo.geography import boundaries, catchment, simplify


def test_the_committed_areas_are_whole_and_meet_exactly() -> None:
    """The small areas of England are all there, valid and without gaps, and ICBs are their unions."""
    areas = boundaries.lsoa11()
    assert len(areas) == 32_844
    assert areas["lsoa11_code"].str.fullmatch(LSOA_ENGLAND).all()
    assert areas.crs.to_epsg() == 27700
    assert shapely.is_valid(areas.geometry.to_numpy()).all()
    assert shapely.coverage_is_valid(areas.geometry.to_numpy())
    assert 129_000 < areas.area.sum() / 1e6 < 134_000, "England has some 130 thousand square kilometres"
    icbs = boundaries.icb22()
    assert len(icbs) == 42
    assert icbs["icb_code"].str.fullmatch(ICB).all()
    assert icbs["icb_code"].is_unique
    assert icbs["icb_ons_code"].str.fullmatch(ICB_ONS).all()
    assert shapely.is_valid(icbs.geometry.to_numpy()).all()
    assert shapely.coverage_is_valid(icbs.geometry.to_numpy())
    by_area = areas.assign(area=areas.area).groupby("icb_ons_code")["area"].sum()
    by_icb = icbs.set_index("icb_ons_code").area
    assert np.allclose(by_icb, by_area.reindex(by_icb.index), rtol=0.01)


@pytest.mark.parametrize(
    "name", sorted(path.name for path in boundaries.folder().iterdir() if path.suffix in {".parquet", ".csv"})
)
def test_each_file_has_its_origin(name: str) -> None:
    """Each file of boundaries and of codes has an origin with its hash and licence, and is small."""
    path = boundaries.folder() / name
    origin = yaml.safe_load(path.with_name(f"{name}.origin.yaml").read_text(encoding="utf-8"))
    assert origin["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "Open Government Licence" in origin["licence"]
    assert path.suffix == ".parquet" or origin["source_sha256"]
    assert path.stat().st_size < 4_000_000


def test_twelve_icbs_gave_way_to_six() -> None:
    """In 2026 twelve ICBs gave way to six: each says its share and last code, and on any day one set holds."""
    icbs = boundaries.icb_codes()
    assert icbs["icb_code"].str.fullmatch(ICB).all()
    ended = icbs[icbs["valid_to"].notna()]
    assert (len(ended), (icbs["valid_from"] > "2022-07-01").sum()) == (12, 6)
    assert ended["successor_icb_code"].isin(icbs["icb_code"]).all()
    current = boundaries.sub_icb_codes()
    assert current.loc[current["valid_to"].isna(), "icb_code"].isin(icbs.loc[icbs["valid_to"].isna(), "icb_code"]).all()
    icbs = boundaries.icb_codes().set_index("icb_code")
    share = icbs["successor_share_pct"].dropna()
    assert len(share) == 12
    assert share.between(50, 100).all()
    assert set(share.index[share < 95]) == {"QJG", "QM7", "QNQ"}
    icbs = boundaries.icb_codes().set_index("icb_code")
    assert icbs["icb_ons_code_last"].str.fullmatch(ICB_ONS).all()
    moved = icbs[icbs["icb_ons_code"] != icbs["icb_ons_code_last"]]
    assert moved["icb_ons_code_last"].to_dict() == {"QNX": "E54000064", "QRL": "E54000067", "QXU": "E54000063"}
    for table, code in ((boundaries.icb_codes(), "icb_code"), (boundaries.sub_icb_codes(), "sub_icb_code")):
        for day in ("2022-07-01", "2026-03-31", "2026-04-01"):
            holds = (table["valid_from"] <= day) & ~(table["valid_to"].fillna("9999") <= day)
            assert table.loc[holds, code].is_unique
    icbs = boundaries.icb_codes()
    assert [
        ((icbs["valid_from"] <= day) & (icbs["valid_to"].fillna("9999") > day)).sum()
        for day in ("2022-07-01", "2026-04-01")
    ] == [42, 36]


def test_without_boundaries_there_is_a_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Missing boundaries, and a file of them that is missing, are told in a line."""
    monkeypatch.setenv(boundaries.VARIABLE, "/nowhere")
    with pytest.raises(WorkspaceError, match="the boundaries are not here"):
        boundaries.folder()
    monkeypatch.setenv(boundaries.VARIABLE, str(tmp_path))
    boundaries.icb22.cache_clear()
    with pytest.raises(WorkspaceError, match=r"icb22\.parquet"):
        boundaries.icb22()


@pytest.fixture
def town() -> tuple[pd.DataFrame, pd.DataFrame, gpd.GeoDataFrame]:
    """Three areas in a row and three practices in three PCNs."""
    codes = [f"E0100000{number}" for number in (1, 2, 3)]
    areas = gpd.GeoDataFrame(
        {"lsoa11_code": codes}, geometry=[box(x, 0, x + 100, 100) for x in (0, 100, 200)], crs="EPSG:27700"
    )
    by_area = pd.DataFrame(
        [("A00001", codes[0], 80), ("A00001", codes[1], 50), ("A00002", codes[1], 50), ("A00002", codes[2], 150), ("A00003", codes[2], 10), ("A00003", "W01000001", 90)],
        columns=["practice_code", "lsoa11_code", "patients_count"],
    )  # fmt: skip
    members = pd.DataFrame(
        {"practice_code": ["A00001", "A00002", "A00003"], "pcn_code": ["U00002", "U00001", "U00003"]}
    )
    return by_area, members, areas


def test_footprints_by_hand(town: tuple[pd.DataFrame, pd.DataFrame, gpd.GeoDataFrame]) -> None:
    """Each area belongs to the PCN of most of its patients, in any order; the share inside is of English patients."""
    by_area, members, areas = town
    found = catchment.footprints_of(by_area, members, areas, ["U00001", "U00002", "U00003"]).set_index("pcn_code")
    assert found["areas_count"].to_dict() == {"U00001": 2, "U00002": 1, "U00003": 0}
    assert found.loc["U00001", "patients_inside_pct"] == 100.0
    assert found.loc["U00002", "patients_inside_pct"] == pytest.approx(100 * 80 / 130)
    assert found.loc["U00003", "patients_inside_pct"] == 0.0
    assert found.loc["U00001", "geometry"].area == 20_000
    assert found.loc["U00003", "geometry"] is None
    by_area, members, areas = town
    first = catchment.footprints_of(by_area, members, areas, ["U00001", "U00002"])
    second = catchment.footprints_of(by_area.iloc[::-1], members.iloc[::-1], areas.iloc[::-1], ["U00002", "U00001"])
    assert first.geom_equals(second).all()


def test_display_keeps_shared_edges_and_missing_shapes() -> None:
    """Simplified shapes keep their shared edges, overlaps their areas, and a missing shape stays missing."""
    wiggly = shapely.segmentize(box(0, 0, 1000, 1000), 10)
    beside = shapely.segmentize(box(1000, 0, 2000, 1000), 10)
    shapes = gpd.GeoDataFrame({"name": ["a", "b", "none"]}, geometry=[wiggly, beside, None], crs="EPSG:27700")
    shown = simplify.for_display(shapes, 50)
    assert shown.crs.to_epsg() == 4326
    assert shown.geometry.isna().tolist() == [False, False, True]
    assert shapely.coverage_is_valid(shown.geometry.to_numpy()[:2])
    with pytest.raises(ValueError, match="EPSG:27700"):
        simplify.for_display(shapes.set_crs("EPSG:4326", allow_override=True), 50)
    shapes = gpd.GeoDataFrame(
        geometry=[shapely.segmentize(shapely.box(x, 0, x + 1000, 1000), 10) for x in (0, 500)], crs="EPSG:27700"
    )
    shown = simplify.for_display(shapes, 50)
    assert shapely.is_valid(shown.geometry.to_numpy()).all()
    assert np.allclose(shown.to_crs("EPSG:27700").area, 1e6, rtol=0.05)


def test_icbs_stay_valid_when_rounded() -> None:
    """Outlines stay valid and fit together when simplified for display."""
    shown = simplify.for_display(boundaries.icb22(), 500).geometry.to_numpy()
    assert shapely.is_valid(shown).all()
    assert shapely.coverage_is_valid(shown)

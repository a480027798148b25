"""Tables of boards, files that are missing, and rounding for display."""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
import yaml

from sp_geo.core.codes import ICB, ICB_ONS
from sp_geo.core.errors import WorkspaceError
from sp_geo.geography import boundaries, simplify


def test_boards_have_both_codes() -> None:
    """Outlines could not be joined to the tables of the NHS."""
    icbs = boundaries.icb22()
    assert icbs["icb_code"].str.fullmatch(ICB).all()
    assert icbs["icb_code"].is_unique
    assert shapely.coverage_is_valid(icbs.geometry.to_numpy())
    assert shapely.is_valid(icbs.geometry.to_numpy()).all()


def test_split_boards_say_what_share_went_to_the_successor() -> None:
    """A board split between three would look as if all of it had gone to one."""
    icbs = boundaries.icb_codes().set_index("icb_code")
    share = icbs["successor_share_pct"].dropna()
    assert len(share) == 12
    assert share.between(50, 100).all()
    assert set(share.index[share < 95]) == {"QJG", "QM7", "QNQ"}


def test_a_board_keeps_its_ods_code_when_its_boundary_moves() -> None:
    """Files of 2026 that carry ONS codes could not be joined."""
    icbs = boundaries.icb_codes().set_index("icb_code")
    assert icbs["icb_ons_code_last"].str.fullmatch(ICB_ONS).all()
    moved = icbs[icbs["icb_ons_code"] != icbs["icb_ons_code_last"]]
    assert moved["icb_ons_code_last"].to_dict() == {"QNX": "E54000064", "QRL": "E54000067", "QXU": "E54000063"}


def test_one_set_of_boards_holds_on_any_day() -> None:
    """A location would belong to two boards at once, and its patients count twice."""
    for table, code in ((boundaries.icb_codes(), "icb_code"), (boundaries.sub_icb_codes(), "sub_icb_code")):
        for day in ("2022-07-01", "2026-03-31", "2026-04-01"):
            holds = (table["valid_from"] <= day) & ~(table["valid_to"].fillna("9999") <= day)
            assert table.loc[holds, code].is_unique
    icbs = boundaries.icb_codes()
    assert [
        ((icbs["valid_from"] <= day) & (icbs["valid_to"].fillna("9999") > day)).sum()
        for day in ("2022-07-01", "2026-04-01")
    ] == [42, 36]


@pytest.mark.parametrize("name", ["icb_codes.csv", "sub_icb_codes.csv"])
def test_each_table_has_its_origin(name: str) -> None:
    """A table changed by hand would pass for a published fact."""
    path = boundaries.folder() / name
    origin = yaml.safe_load(path.with_name(f"{name}.origin.yaml").read_text(encoding="utf-8"))
    assert origin["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "Open Government Licence" in origin["licence"]
    assert origin["source_sha256"]


def test_a_missing_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user with half a folder would see a traceback."""
    monkeypatch.setenv(boundaries.VARIABLE, str(tmp_path))
    boundaries.icb22.cache_clear()
    with pytest.raises(WorkspaceError, match=r"icb22\.parquet"):
        boundaries.icb22()


@pytest.mark.parametrize("tolerance_m", [100.0, 500.0])
def test_boards_stay_valid_when_rounded(tolerance_m: float) -> None:
    """Necks folded by rounding would be drawn as bow ties, and neighbours would come apart."""
    shown = simplify.for_display(boundaries.icb22(), tolerance_m).geometry.to_numpy()
    assert shapely.is_valid(shown).all()
    assert shapely.coverage_is_valid(shown)


def test_overlapping_shapes_are_simplified_too() -> None:
    """Footprints of PCNs that ended lie over those of today; the map would fail."""
    shapes = gpd.GeoDataFrame(
        geometry=[shapely.segmentize(shapely.box(x, 0, x + 1000, 1000), 10) for x in (0, 500)], crs="EPSG:27700"
    )
    shown = simplify.for_display(shapes, 50)
    assert shapely.is_valid(shown.geometry.to_numpy()).all()
    assert np.allclose(shown.to_crs("EPSG:27700").area, 1e6, rtol=0.05)

"""The one door to derived data: what is written is read, and nothing half-written is ever seen."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from sp_geo.core.errors import TableInvalid, WorkspaceError
from sp_geo.tables import TABLES
from sp_geo.workspace.store import Entry, Manifest, Store, write_aside

LOOKUP = TABLES["core_lsoa_lookup"]


def lookup(change: str = "U") -> pd.DataFrame:
    """A frame of one row that fits."""
    return pd.DataFrame({"lsoa11_code": ["E01000001"], "lsoa21_code": ["E01000001"], "change": [change]})


def commit(store: Store, **frames: pd.DataFrame) -> dict[str, Entry]:
    """Write tables and make them the present state."""
    entries = {name: store.write(frame, TABLES[name], "test") for name, frame in frames.items()}
    store.commit(Manifest(tables=entries))
    return entries


def test_written_is_read(tmp_path: Path) -> None:
    """A table is read as it was written once it is committed, and shapes keep their reference system."""
    commit(Store(tmp_path), core_lsoa_lookup=lookup())
    read = Store(tmp_path).read("core_lsoa_lookup")
    assert read.to_dict("list") == lookup().to_dict("list")
    store = Store(tmp_path)
    commit(store, core_lsoa_lookup=lookup("U"))
    store.write(lookup("S"), LOOKUP, "test")
    assert Store(tmp_path).read("core_lsoa_lookup")["change"].tolist() == ["U"]
    shapes = gpd.GeoDataFrame(
        {"area_type": ["icb22"], "area_code": ["E54000001"], "area_name": ["A"]},
        geometry=[box(0, 0, 1, 1)],
        crs="EPSG:27700",
    )
    commit(Store(tmp_path), core_boundary=shapes)
    read = Store(tmp_path).read("core_boundary")
    assert isinstance(read, gpd.GeoDataFrame)
    assert read.crs.to_epsg() == 27700
    commit(Store(tmp_path), core_boundary=TABLES["core_boundary"].empty())
    assert isinstance(Store(tmp_path).read("core_boundary"), gpd.GeoDataFrame)


def test_the_state_before_stays_readable_and_older_ones_go(tmp_path: Path) -> None:
    """A reader keeps the state before, and older ones go."""
    reader = Store(tmp_path)
    commit(Store(tmp_path), core_lsoa_lookup=lookup("U"))
    assert reader.manifest.tables
    commit(Store(tmp_path), core_lsoa_lookup=lookup("S"))
    assert reader.read("core_lsoa_lookup")["change"].tolist() == ["U"]
    commit(Store(tmp_path), core_lsoa_lookup=lookup("M"))
    assert len(list((tmp_path / "derived").glob("*.parquet"))) == 2


def test_same_table_same_bytes(tmp_path: Path) -> None:
    """The order of rows does not change the bytes, and a table that does not fit is not written."""
    rows = pd.concat([lookup(), lookup().assign(lsoa11_code="E01000002", lsoa21_code="E01000002")])
    first = Store(tmp_path / "a").write(rows, LOOKUP, "test")
    second = Store(tmp_path / "b").write(rows.iloc[::-1], LOOKUP, "test")
    assert first == second
    with pytest.raises(TableInvalid):
        Store(tmp_path).write(lookup("Q"), LOOKUP, "test")
    assert not (tmp_path / "derived").exists()


def test_a_damaged_manifest_or_table_is_a_clear_line(tmp_path: Path) -> None:
    """A damaged table or manifest is told in a line, and so is what to do before the first build."""
    store = Store(tmp_path)
    commit(store, core_lsoa_lookup=lookup())
    for path in (tmp_path / "derived").glob("*.parquet"):
        path.write_bytes(b"not parquet")
    with pytest.raises(WorkspaceError, match="build again"):
        Store(tmp_path).read("core_lsoa_lookup")
    (tmp_path / "derived" / "manifest.json").write_text("{")
    with pytest.raises(WorkspaceError, match="manifest cannot be read"):
        _ = Store(tmp_path).manifest
    (tmp_path / "derived" / "manifest.json").unlink()
    with pytest.raises(WorkspaceError, match="sp-geo build"):
        Store(tmp_path).read("out_pcn_quarter")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails leaves the old file alone."""
    target = tmp_path / "file"
    write_aside(target, b"old")

    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(WorkspaceError, match="No space left"):
        write_aside(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]

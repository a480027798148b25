"""What leaves has the bytes of its content: whatever the clock, the process, the system and the speed of the machine."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyogrio
import pytest

from sp_geo.core.archives import parts_of, zip_bytes
from sp_geo.reports.files.geopackage import geopackage
from tests.conftest import REPOSITORY
from tests.unit.handout_samples import COVER, pcns, sites
from tests.unit.outputs_of_a_process import digests

CLOCK = "OGR_CURRENT_DATE"
"""Setting of the writer of layers: the moment that it takes for now."""


@pytest.fixture
def clock() -> Iterator[Callable[[str], None]]:
    """Stops the clock of the writer of layers at a moment."""
    before = pyogrio.get_gdal_config_option(CLOCK)
    yield lambda moment: pyogrio.set_gdal_config_options({CLOCK: moment})
    pyogrio.set_gdal_config_options({CLOCK: before})


def package() -> bytes:
    """A GeoPackage of areas and points."""
    return geopackage([pcns(), sites()], COVER)


def number(content: bytes, place: int) -> int:
    """A number of the header of an SQLite file."""
    return int.from_bytes(content[place : place + 4], "big")


def test_a_geopackage_written_within_a_millisecond_is_that_of_a_slow_machine(clock: Callable[[str], None]) -> None:
    """SQLite does not count a change to the time that stands there already: a quick machine counted fewer of them."""
    slow = package()
    for moment in ("2026-08-01T00:00:00.000Z", "2031-12-31T23:59:59.999Z"):
        clock(moment)
        assert package() == slow


@pytest.mark.parametrize(
    "more",
    [
        ["UPDATE gpkg_contents SET last_change = '1999-01-01T00:00:00.000Z'"] * 3,
        ["CREATE TABLE passing (one)", "INSERT INTO passing VALUES (zeroblob(100000))", "DROP TABLE passing"],
        ["VACUUM"],
    ],
)
def test_a_geopackage_does_not_say_how_many_transactions_it_took(
    more: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The header counts them, and changes of definitions too; pages given back could stay in the file."""
    plain, write = package(), pyogrio.write_dataframe

    def written(frame: Any, path: Path, **options: Any) -> None:
        write(frame, path, **options)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in more:
                connection.execute(statement)

    monkeypatch.setattr(pyogrio, "write_dataframe", written)
    assert package() == plain


def test_a_settled_geopackage_is_sound_and_can_be_edited(tmp_path: Path) -> None:
    """A settled GeoPackage is sound, and others see its edits."""
    path = tmp_path / "a.gpkg"
    path.write_bytes(package())
    content = path.read_bytes()
    # SQLite goes by the size in pages only while the two counts are one.
    assert number(content, 24) == number(content, 92)
    assert number(content, 28) * int.from_bytes(content[16:18], "big") == len(content)
    assert content[68:72] == b"GPKG"
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("UPDATE layer_styles SET description = 'mine'")
    assert number(path.read_bytes(), 24) == number(content, 24) + 1
    pyogrio.write_dataframe(pyogrio.read_dataframe(path, layer="sites"), path, layer="copy", driver="GPKG", append=True)
    assert {str(name) for name, _ in pyogrio.list_layers(path)} == {"pcns", "sites", "copy", "layer_styles"}
    assert len(pyogrio.read_dataframe(path, layer="pcns")) == 7


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_a_zip_file_does_not_say_which_system_made_it(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ZIP is the same bytes on every system, with readable files; a day before 1980 is told with the year 1980."""
    parts = {"README.txt": b"one", "tables/a.csv": b"a,b\n" * 100}
    monkeypatch.setattr(zipfile, "sys", SimpleNamespace(platform=system))
    content = zip_bytes(parts, date(2026, 8, 1))
    monkeypatch.undo()
    assert content == zip_bytes(parts, date(2026, 8, 1))
    assert parts_of(content) == parts
    with zipfile.ZipFile(BytesIO(content)) as pack:
        for entry in pack.infolist():
            assert (entry.create_system, entry.external_attr >> 16) == (3, 0o644)
            assert entry.date_time == (2026, 8, 1, 0, 0, 0)
    with zipfile.ZipFile(BytesIO(zip_bytes({"a": b""}, date(1974, 4, 1)))) as pack:
        assert pack.infolist()[0].date_time == (1980, 4, 1, 0, 0, 0)


def test_another_process_makes_the_same_files(tmp_path: Path) -> None:
    """Another process, hash seed, zone, clock and system give the same files."""
    said = {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", CLOCK: "2031-12-31T23:59:59.999Z"}
    command = [sys.executable, "-m", "tests.unit.outputs_of_a_process"]
    with subprocess.Popen(command, cwd=REPOSITORY, env={**os.environ, **said}, stdout=subprocess.PIPE) as process:
        one = digests(tmp_path)
        other = json.loads(process.communicate()[0])
    assert len(one) > 40
    assert {name for name in one if one[name] != other.get(name)} == set()
    assert one.keys() == other.keys()

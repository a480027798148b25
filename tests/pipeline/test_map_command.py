"""The command for a map as one file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sp_geo.build.view import Build
from sp_geo.cli.main import run
from sp_geo.questions.run_record import read_record
from sp_geo.reports.offline_map import map_again
from sp_geo.workspace.store import Store


def call(region: Path, *words: str) -> int:
    """Exit code of the command."""
    return run(["--workspace", str(region), "map", *words])


def test_a_map_is_written_with_its_record(region: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A map says of when and where it is, and its record makes it again to the byte."""
    file = tmp_path / "new" / "map.html"
    area = str(Store(region).read("out_pcn_quarter")["icb_code"].iloc[0])
    assert (
        call(region, "--quarter", "2022Q2", "--area", area.lower(), "--measure", "imd_score", "--out", str(file)) == 0
    )
    assert capsys.readouterr().out.strip() == str(file)
    record = read_record(file)
    wanted = {"command": "map", "quarter": "2022Q2", "area": area, "measure": "imd_score", "icbs": "as_then"}
    assert dict(record.asked) == wanted
    assert map_again(Build(Store(region)), record, "") == {"map.html": file.read_bytes()}
    text = file.read_text(encoding="utf-8")
    assert "2022Q2" in text
    assert "SYNTHETIC" in text
    assert "ICBs: as they were at each quarter." in text


def test_another_record_goes_inside_as_it_is(region: Path, tmp_path: Path) -> None:
    """A map made again holds the record that it is given."""
    file = tmp_path / "map.html"
    assert call(region, "--quarter", "2022Q2", "--out", str(file)) == 0
    record = read_record(file)
    text = record.as_json().replace('"sp_geo": "', '"sp_geo": "9')
    again = tmp_path / "again.html"
    again.write_bytes(map_again(Build(Store(region)), record, text)["map.html"])
    assert read_record(again).as_json() == text


def test_icbs_of_another_day_can_be_asked_for(region: Path, tmp_path: Path) -> None:
    """A map can be drawn on the ICBs of another day, and says so."""
    file = tmp_path / "map.html"
    assert call(region, "--quarter", "2022Q2", "--boards", "2026", "--out", str(file)) == 0
    text = file.read_text(encoding="utf-8")
    assert "ICBs: those of April 2026" in text
    assert "ICBs of April 2026" in text

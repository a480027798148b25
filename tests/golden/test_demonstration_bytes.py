"""The generator against files that were committed: the same seed gives the same bytes, on any day."""

from __future__ import annotations

from pathlib import Path

from sp_geo.synthetic import write
from tests.conftest import REPOSITORY


def test_the_miniatures_releases_are_those_committed(tmp_path: Path) -> None:
    """The demonstration would change from one machine or day to the next."""
    write(tmp_path / "miniature", "miniature", seed=1)
    made = {path.name: path.read_bytes() for path in (tmp_path / "miniature" / "workforce").iterdir()}
    kept = {
        path.name: path.read_bytes() for path in (REPOSITORY / "data" / "workforce").iterdir() if path.suffix != ".md"
    }
    assert sorted(made) == sorted(kept)
    assert [name for name in made if made[name] != kept[name]] == []

"""docs/architecture.md says what the code is: its rooms, and the stations of its two walks."""

from __future__ import annotations

import ast
import re

from tests.architecture.test_imports import ALLOWED, SOURCE, trees
from tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
STATIONS = re.findall(r"^\| \d+ \| `([a-z0-9_/]+\.py)`(?:: `(\w+)`)? \|", PAGE, flags=re.MULTILINE)


def test_the_tree_names_every_room_and_no_other() -> None:
    """The rooms of the page are the folders of the package, and nothing but its door lies loose."""
    named = set(re.findall(r"^  (\w+)/ ", PAGE, flags=re.MULTILINE))
    assert named == {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert {path.name for path in SOURCE.glob("*.py")} == {"__init__.py", "__main__.py"}
    assert named == set(ALLOWED) - {"__init__", "__main__"}


def test_each_walk_has_at_most_ten_stations() -> None:
    """Two walks, each short enough to be told at one go."""
    numbers = re.findall(r"^\| (\d+) \| `", PAGE, flags=re.MULTILINE)
    assert numbers == [str(number) for _ in range(2) for number in range(1, 11)]


def test_each_station_is_in_the_code() -> None:
    """A station's module is there, and defines what the page names."""
    assert len(STATIONS) == 20
    for path, name in STATIONS:
        defined = {node.name for node in trees()[path].body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert not name or name in defined, f"{path}: {name}"

"""What the application loads before it serves: libraries that only some pages or files need wait until they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

LATER = (
    "duckdb",
    "esda",
    "folium",
    "geopandas",
    "libpysal",
    "matplotlib",
    "openpyxl",
    "pandera",
    "pptx",
    "pyogrio",
    "pyproj",
    "scipy.optimize",
    "scipy.sparse",
    "scipy.spatial",
    "scipy.special",
    "scipy.stats",
    "shapely",
    "sklearn",
    "spreg",
)


@pytest.fixture(scope="module")
def loaded() -> frozenset[str]:
    """Modules that are loaded once the application can be made."""
    code = "import sys, sp_geo.web.application; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split())


@pytest.mark.parametrize("name", LATER)
def test_a_library_waits_until_it_is_used(name: str, loaded: frozenset[str]) -> None:
    """The application starts without the library, and the pages that need it load it."""
    assert "sp_geo.web.application" in loaded
    assert name not in loaded

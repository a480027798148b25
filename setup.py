"""What pyproject.toml has no words for: a wheel carries data/boundaries inside the package."""

from __future__ import annotations

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

BOUNDARIES = Path("data/boundaries")
"""In a wheel they stand at sp_geo/data/boundaries; sp_geo.geography.boundaries looks there first."""


class WithBoundaries(build_py):
    """Copies the boundaries into a wheel; an editable installation reads them where they are."""

    def run(self) -> None:
        """Build the package, then put the boundaries into it."""
        super().run()
        if not self.editable_mode:
            self.copy_tree(str(BOUNDARIES), str(Path(self.build_lib, "sp_geo", BOUNDARIES)))


setup(cmdclass={"build_py": WithBoundaries})

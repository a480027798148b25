"""All sound files, at least one for every publication that sp_geo reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tests.corruption import seeds_areas, seeds_directories, seeds_lists, seeds_patients, seeds_practices
from tests.corruption.model import Seed


@cache
def all_seeds() -> Mapping[str, Seed]:
    """Seeds by name."""
    made = [
        *seeds_practices.seeds(),
        *seeds_patients.seeds(),
        *seeds_areas.seeds(),
        *seeds_lists.seeds(),
        *seeds_directories.seeds(),
    ]
    return {seed.name: seed for seed in made}

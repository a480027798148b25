"""All sound files, at least one for every publication that sp_geo reads."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from tests.corruption import (
    seeds_areas,
    seeds_directories,
    seeds_lists,
    seeds_money,
    seeds_own,
    seeds_patients,
    seeds_practices,
)
from tests.corruption.model import Seed


@cache
def all_seeds() -> Mapping[str, Seed]:
    """Seeds by name."""
    rooms = (
        seeds_practices,
        seeds_patients,
        seeds_areas,
        seeds_lists,
        seeds_money,
        seeds_own,
        seeds_directories,
    )
    return {seed.name: seed for room in rooms for seed in room.seeds()}

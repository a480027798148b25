"""The ground that access stands on, out of the built tables: for the build and for whoever asks otherwise of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from sp_geo.geography import boundaries
from sp_geo.services.access import Landscape
from sp_geo.services.assemble import landscape_of
from sp_geo.services.assumptions import Assumptions
from sp_geo.services.coverage import AreaCodes
from sp_geo.services.deserts import Rule

DEFAULT_NEED: Final = "imd_score"
LANDSCAPE_READS: Final = (
    "out_icb",
    "out_icb_location",
    "out_lsoa11",
    "out_service",
    "out_service_site",
    "out_service_category",
    "out_service_coverage",
    "core_service_area",
    "core_travel_time",
    "core_lsoa11_parent",
)
"""Tables that :func:`landscape` needs."""


def landscape(tables: Mapping[str, pd.DataFrame]) -> Landscape:
    """What access is computed from, out of the built tables."""
    return landscape_of(tables, boundaries.lsoa11(), area_codes(tables))


def area_codes(tables: Mapping[str, pd.DataFrame]) -> AreaCodes:
    """Codes by which small areas can be named, out of the committed tables and the lookups that were added."""
    areas = pd.DataFrame(boundaries.lsoa11().drop(columns="geometry"))
    return AreaCodes(
        areas=areas,
        icbs=tables["out_icb"],
        sub_icbs=tables["out_icb_location"],
        parents=tables["core_lsoa11_parent"],
        located=boundaries.lsoa11_locations(),
    )


def default_rule(used: Assumptions, need: str = DEFAULT_NEED) -> Rule:
    """The rule of a desert by the assumptions."""
    return Rule(need, int(used.desert_need_fifths), used.desert_share_of_mean)

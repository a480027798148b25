"""The committed boundaries and code tables of England."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from sp_geo.core.errors import WorkspaceError

if TYPE_CHECKING:
    import geopandas as gpd

VARIABLE = "SP_GEO_BOUNDARIES"


def folder() -> Path:
    """Folder with the committed files: that of the package, of the checkout, or the one of ``SP_GEO_BOUNDARIES``.

    Raises:
        WorkspaceError: there is no such folder.
    """
    named = os.environ.get(VARIABLE)
    here = Path(__file__).resolve()
    # A wheel has them inside the package (setup.py), a checkout beside src.
    places = [Path(named)] if named else [home / "data" / "boundaries" for home in (here.parents[1], here.parents[3])]
    for place in places:
        if place.is_dir():
            return place
    raise WorkspaceError(
        "the boundaries are not here",
        file=str(places[-1]),
        advice=f"Install sp_geo again, or name a folder with them in {VARIABLE}",
    )


def _file(name: str) -> Path:
    path = folder() / name
    if not path.is_file():
        raise WorkspaceError(
            "a file of the boundaries is not here",
            file=str(path),
            advice=f"Install sp_geo again, or name a whole folder in {VARIABLE}",
        )
    return path


@cache
def lsoa11() -> gpd.GeoDataFrame:
    """England's 32,844 small areas of 2011, EPSG:27700.

    Columns lsoa11_code, lsoa11_name, sub_icb_ons_code, icb_ons_code, easting_m, northing_m, geometry; neighbours share
    their edges exactly. Source: ONS, Open Government Licence v3.0.
    """
    import geopandas as gpd

    return gpd.read_parquet(_file("lsoa11.parquet"))


@cache
def icb22() -> gpd.GeoDataFrame:
    """The 42 ICBs of July 2022, EPSG:27700: icb_ons_code, icb_code, icb_name, geometry. Source: ONS, OGL v3.0."""
    import geopandas as gpd

    return gpd.read_parquet(_file("icb22.parquet"))


def outlines(year: str) -> gpd.GeoDataFrame | None:
    """Committed outlines of the ICBs that began in a year, columns as of :func:`icb22`; None if there are none."""
    import geopandas as gpd

    path = folder() / f"icb{year[2:]}.parquet"
    return gpd.read_parquet(path) if path.is_file() else None


@cache
def lsoa11_locations() -> pd.DataFrame:
    """The sub-ICB location of each small area in each set of ICBs: lsoa11_code, valid_from, sub_icb_code.

    In a location that ended, where each district's patients went: an estimate until ONS publishes these ICBs.
    """
    return pd.read_parquet(_file("lsoa11_locations.parquet"))


@cache
def digest() -> str:
    """Short name of the committed tables' content: what is built from them is built again when they change."""
    names = ("icb_codes.csv", "sub_icb_codes.csv", "lsoa11_locations.parquet", "lsoa11.parquet")
    found = hashlib.sha256()
    for name in names:
        found.update(_file(name).read_bytes())
    return found.hexdigest()[:16]


def _codes(name: str) -> pd.DataFrame:
    table = pd.read_csv(_file(name), dtype=str, keep_default_na=False)
    return table.replace("", None)


@cache
def icb_codes() -> pd.DataFrame:
    """Every ICB with the days it holds from and to.

    Columns icb_code, icb_ons_code, icb_name, region_code, region_name, valid_from, valid_to (first day on which it no
    longer holds; missing while it does), successor_icb_code, successor_share_pct (share of the patients of an ended
    ICB that the successor took over, in percent; under 100 where it was split), icb_ons_code_last (its ONS code when
    it ended, or now: icb_ons_code with which it began, unless its boundary was moved).
    """
    table = _codes("icb_codes.csv")
    return table.assign(successor_share_pct=pd.to_numeric(table["successor_share_pct"]))


@cache
def sub_icb_codes() -> pd.DataFrame:
    """Every sub-ICB location with its ICB by day.

    Columns sub_icb_code, sub_icb_ons_code, sub_icb_name, icb_code, valid_from, valid_to.
    """
    return _codes("sub_icb_codes.csv")

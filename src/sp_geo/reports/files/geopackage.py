"""Tables with their shapes as a GeoPackage that QGIS opens styled, missing values named."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import geopandas as gpd
import pandas as pd
import shapely

from sp_geo.core.errors import UsageError
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.record_forms import NAMESPACE
from sp_geo.reports.files.csv_file import raw_rows
from sp_geo.reports.files.map_styles import description_of, metadata_of, style_of
from sp_geo.reports.pictures.map_classes import classed
from sp_geo.reports.sheet import Cover, Sheet

MIMETYPE: Final = "application/geopackage+sqlite3"
SHAPE: Final = "geom"
_STYLES: Final = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)
"""
"""The table in which QGIS looks for a layer's style."""
_COUNTED: Final = {
    24: 1,  # Transactions; by this a program that has the file open learns that another changed it, and none has it.
    40: 1,  # Changes of the tables' definitions, likewise.
    92: 1,  # The count of transactions at the last writing, which must equal that at 24, or the size in pages is void.
    96: 0,  # Version of SQLite that wrote last, which nothing reads: 0 is not said, as before SQLite 3.7.
}
"""Numbers in the header of an SQLite file that say how it was written, by their place: https://sqlite.org/fileformat2."""


def geopackage(sheets: Sequence[Sheet], cover: Cover, limits: Mapping[str, Sequence[float]] | None = None) -> bytes:
    """A GeoPackage with a layer for each sheet that has shapes; the same sheets and cover give the same bytes.

    Values are raw, missing is NULL, and rows without a shape are kept.

    Args:
        sheets: those without shapes are left out.
        cover: in the description and licence of every layer; its run record is metadata of the whole file.
        limits: by the name of a sheet, the raw values between the classes of its colour; fifths where none are named.

    Raises:
        UsageError: no sheet has shapes, or two have one name.
        ValueError: shapes are not in EPSG:27700.
    """
    layers = [sheet for sheet in sheets if sheet.shapes is not None]
    if not layers:
        raise UsageError("no table on this page has places, so there is nothing for a GeoPackage")
    if len({sheet.name.lower() for sheet in layers}) < len(layers):
        raise UsageError("two tables have one name", found=", ".join(sheet.name for sheet in layers))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "pack.gpkg"
        for number, sheet in enumerate(layers):
            _write(path, sheet, cover, is_first=number == 0)
        with closing(sqlite3.connect(path)) as connection:
            with connection:
                _describe(connection, layers, cover, limits or {})
            connection.execute("VACUUM")
        # SQLite counts its own changes; the counts are the same in every file, whatever the tables in it.
        settled = bytearray(path.read_bytes())
        for place, value in _COUNTED.items():
            settled[place : place + 4] = value.to_bytes(4, "big")
        return bytes(settled)


def _write(path: Path, sheet: Sheet, cover: Cover, *, is_first: bool) -> None:
    from pyogrio import write_dataframe

    if sheet.shapes is None or sheet.shapes.crs is None or sheet.shapes.crs != MEASURE:
        message = f"shapes must be in {MEASURE}"
        raise ValueError(message)
    rows = raw_rows(sheet, cover).reset_index(drop=True)
    for name in [name for name in rows.columns if pd.api.types.is_object_dtype(rows[name])]:
        rows[name] = rows[name].map(str, na_action="ignore").astype("str")
    frame = gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(sheet.shapes.to_numpy(), crs=MEASURE))
    kind = {"geometry_type": "MultiPolygon", "promote_to_multi": True} if _has_areas(sheet) else {}
    # The layer's own key is unlike every column.
    names = {str(name).lower() for name in rows.columns}
    options: dict[str, Any] = {
        "layer": sheet.name,
        "layer_options": {
            "GEOMETRY_NAME": SHAPE,
            "FID": next(name for name in ("fid", "row_id", "row_number_") if name not in names),
            "IDENTIFIER": sheet.title,
            "DESCRIPTION": description_of(sheet, cover),
        },
        **kind,
    }
    if is_first:
        options["dataset_options"] = {"VERSION": "1.3", "ADD_GPKG_OGR_CONTENTS": "YES"}
    write_dataframe(frame, path, driver="GPKG", append=not is_first, **options)


def _has_areas(sheet: Sheet) -> bool:
    """Whether the shapes are areas; a layer without any shape is taken for one of areas."""
    shapes = sheet.shapes.to_numpy() if sheet.shapes is not None else []
    held = [int(kind) for kind in shapely.get_type_id(shapes) if kind >= 0]
    return all(kind in (3, 6) for kind in held)


def _describe(
    connection: sqlite3.Connection, layers: Sequence[Sheet], cover: Cover, limits: Mapping[str, Sequence[float]]
) -> None:
    """Styles and metadata, and the day of the pack in the place of the moment of writing."""
    moment = f"{cover.made.isoformat()}T00:00:00.000Z"
    connection.execute(_STYLES)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
        (moment,),
    )
    # The two tables of the metadata extension, as OGC 12-128r17 defines them.
    connection.executescript(
        """
        CREATE TABLE gpkg_metadata (
            id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
            md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT ''
        );
        CREATE TABLE gpkg_metadata_reference (
            reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
            timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), md_file_id INTEGER NOT NULL,
            md_parent_id INTEGER,
            CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
            CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
        );
        """
    )
    connection.executemany(
        "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) "
        "VALUES (?, NULL, 'gpkg_metadata', 'http://www.geopackage.org/spec120/#extension_metadata', 'read-write')",
        [("gpkg_metadata",), ("gpkg_metadata_reference",)],
    )
    for number, sheet in enumerate(layers, start=1):
        connection.execute(
            "INSERT INTO gpkg_metadata (id, md_scope, md_standard_uri, mime_type, metadata) VALUES (?, ?, ?, ?, ?)",
            (number, "dataset", "http://mrcc.com/qgis.dtd", "text/xml", metadata_of(sheet, cover)),
        )
        connection.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('table', ?, NULL, NULL, ?, ?, NULL)",
            (sheet.name, moment, number),
        )
        if sheet.colour:
            cut = classed(sheet, limits.get(sheet.name))
            style = style_of(cut, sheet.columns, is_area=_has_areas(sheet))
            connection.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
                "styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
                "VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', NULL, ?)",
                (sheet.name, SHAPE, cut.column.label[:30], style, cut.column.heading, moment),
            )
    if cover.record:
        # The run record as metadata of the whole file, which programs for maps pass over.
        mime = len(layers) + 1
        connection.execute(
            "INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, 'application/json', ?)", (mime, NAMESPACE, cover.record)
        )
        connection.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, ?, NULL)", (moment, mime)
        )
    connection.execute("UPDATE gpkg_contents SET last_change = ?", (moment,))

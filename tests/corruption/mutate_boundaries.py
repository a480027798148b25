"""Boundaries that are empty, crossed, on the wrong system, with axes swapped, or no numbers; and GeoPackages broken."""

from __future__ import annotations

import copy
import math
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import shapely

from tests.corruption.model import Mutant, Mutator, Seed

Layer = dict[str, Any]
Mutate = Callable[[Seed, Random], Mutant]


def _quiet() -> Any:
    """Without remarks on coordinates that are no numbers: they are meant."""
    return np.errstate(invalid="ignore")


def _on_layer(change: Callable[[Layer, Random], object], **more: Any) -> Mutate:
    def mutate(seed: Seed, random: Random) -> Mutant:
        layer = copy.deepcopy(seed.content[""])
        change(layer, random)
        return Mutant(seed.render({"": layer}), says={"": layer}, **more)

    return mutate


def _shape(make: Callable[[Any, Random], Any], must: str = "tell") -> Mutate:
    """A mutator of one shape, which is left out and listed unless it can be mended."""

    def change(layer: Layer, random: Random) -> None:
        at = random.randrange(len(layer["geometry"]))
        layer["geometry"][at] = make(layer["geometry"][at], random)

    return _on_layer(change, must=must)


def _all(make: Callable[[Any], Any], crs: str | None, must: str = "refuse") -> Mutate:
    return _on_layer(lambda layer, _: layer.update(geometry=[*map(make, layer["geometry"])], crs=crs), must=must)


def _degrees(shape: Any) -> Any:
    import pyproj

    turn = pyproj.Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    return shapely.transform(shape, lambda points: np.column_stack(turn.transform(points[:, 0], points[:, 1])))


def _swapped(shape: Any) -> Any:
    return shapely.transform(shape, lambda points: points[:, ::-1])


def _bow_tie(shape: Any, _: Random) -> Any:
    west, south, east, north = shape.bounds
    return shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])


def _point(shape: Any, random: Random) -> Any:
    return random.choice([shape.centroid, shape.exterior, shapely.MultiPoint([shape.centroid])])


def _broken_numbers(shape: Any, random: Random) -> Any:
    points = list(shape.exterior.coords)
    points[1] = (random.choice([math.nan, math.inf, -math.inf, 1e300, 9e7]), points[1][1])
    with _quiet():
        return shapely.Polygon(points)


def _empty(_: Any, random: Random) -> Any:
    return random.choice([None, shapely.Polygon(), shapely.MultiPolygon()])


def _flat(shape: Any, _: Random) -> Any:
    west, south, *_rest = shape.bounds
    return shapely.Polygon([(west, south), (west + 1, south), (west + 2, south), (west, south)])


_CODES = (
    *("", "E0199900", "e01999001", "E0199900１", "E01999001\u200b", "none", "E01999 01", None, "E92000001"),
    *("E01999001", "Е01999001"),
)
_COLUMNS = (
    ["x", "lsoa21_name", "note"],
    ["LSOA21CD", "LSOA21NM", "note"],
    ["lsoa21_name", "lsoa21_code", "note"],
    ["lsoa_code", "name", "note"],
    ["lsoa21_code", "lsoa11_code", "note"],
    ["LSOA21CD", "note", "lsoa21nm"],
)


_TOLD = ("UPDATE areas SET geom = x'00'", "UPDATE areas SET geom = NULL WHERE fid = 2",
         "UPDATE areas SET lsoa21_code = 7 WHERE fid = 1", "UPDATE areas SET geom = x'47500001' WHERE fid = 1")  # fmt: skip
_SQL = (
    *_TOLD,
    "DROP TABLE gpkg_geometry_columns",
    "DROP TABLE gpkg_contents",
    "DROP TABLE areas",
    "DELETE FROM gpkg_spatial_ref_sys",
    "UPDATE gpkg_geometry_columns SET srs_id = 9999",
    "DELETE FROM areas WHERE fid = 3",
    "CREATE TABLE more (a)",
    "UPDATE gpkg_contents SET data_type = 'attributes'",
)


def _base_changed(seed: Seed, random: Random) -> Mutant:
    """The base behind the layer is changed."""
    statement = random.choice(_SQL)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(seed.render())
        with closing(sqlite3.connect(path)) as base, base:
            # The layer's triggers call functions that SQLite alone does not have.
            for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                base.execute(f'DROP TRIGGER "{trigger}"')
            base.execute(statement)
        return Mutant(path.read_bytes(), must="tell" if statement in _TOLD else "", either="a base is not read twice")


def _reverse(layer: Layer, _: Random) -> None:
    layer["rows"].reverse()
    layer["geometry"].reverse()


def _numbered(layer: Layer, _: Random) -> None:
    layer["rows"] = [[at, *row[1:]] for at, row in enumerate(layer["rows"])]


MUTATORS = [
    Mutator(name, "boundaries", mutate, most)
    for name, mutate, most in (
        ("empty_shape", _shape(_empty), 1_000),
        ("no_area", _shape(_point), 1_000),
        ("collection", _shape(lambda shape, _: shapely.GeometryCollection([shape, shape.centroid])), 2),
        ("bow_tie", _shape(_bow_tie, must="accept"), 1_000),
        ("flat_shape", _shape(_flat), 2),
        ("broken_coordinates", _shape(_broken_numbers), 1_000),
        ("axes_swapped", _all(lambda shape: _swapped(_degrees(shape)), "EPSG:4326"), 1),
        (
            "grid_axes_swapped",
            _all(lambda shape: shapely.transform(_swapped(shape), lambda p: p * [1, 4]), "EPSG:27700"),
            1,
        ),
        ("degrees_said_to_be_metres", _all(_degrees, "EPSG:27700"), 1),
        ("metres_said_to_be_degrees", _all(lambda shape: shape, "EPSG:4326"), 1),
        ("no_system", _all(lambda shape: shape, None), 1),
        ("in_degrees", _all(_degrees, "EPSG:4326", must="accept"), 1),
        (
            "odd_area_code",
            _on_layer(lambda layer, random: random.choice(layer["rows"]).__setitem__(0, random.choice(_CODES))),
            1_000,
        ),
        ("codes_as_numbers", _on_layer(_numbered, must="refuse"), 1),
        ("other_columns", _on_layer(lambda layer, random: layer.update(columns=random.choice(_COLUMNS))), 6),
        ("no_rows_in_layer", _on_layer(lambda layer, _: layer.update(rows=[], geometry=[]), must="refuse"), 1),
        ("other_order", _on_layer(_reverse, same=True, must="accept"), 1),
        ("base_changed", _base_changed, 24),
    )
]

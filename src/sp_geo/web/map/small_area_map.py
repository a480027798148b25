"""The map of England's 32,844 small areas: shapes sent once, then one letter an area.

The browser's part is ``assets/small_areas.js``; why it is drawn this way, and how fast: ``docs/methods/maps.md``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from dash import Dash, dcc, html
from flask import Response, make_response, request

from sp_geo.geography import boundaries, simplify

GRID: Final = 2**22
"""Steps of the grid round the world in web Mercator: 9.6 m at the equator, 5.7 m in the middle of England."""
HALF_WORLD_M: Final = 20_037_508.342789244

NO_LETTER: Final = "-"
PATTERNS: Final = ("none", "diagonal", "cross", "dots", "level")
ENGLAND_BOUNDS: Final = ((49.85, -6.45), (55.85, 1.8))
_MAKING = Lock()
_MADE: Final[dict[str, Asset]] = {}


@dataclass(frozen=True)
class Look:
    """How areas of a letter are drawn; a state is told by its pattern, never by colour alone.

    Attributes:
        fill: colour, ``#rrggbb``.
        label: words for it, in the legend and when an area is chosen.
        pattern: one of :data:`PATTERNS`.
        ink: colour of the pattern, ``#rrggbb``.
    """

    fill: str
    label: str
    pattern: str = "none"
    ink: str = "#4c6272"

    def __post_init__(self) -> None:
        if self.pattern not in PATTERNS:
            message = f"pattern must be one of {PATTERNS}"
            raise ValueError(message)


STATE_LOOKS: Final[Mapping[str, Look]] = {
    "z": Look("#fff7e6", "None: we know there is none", "dots", "#b35000"),
    "n": Look("#ffffff", "Not recorded: nobody has said", "diagonal", "#4c6272"),
    "x": Look("#f0f4f5", "Missing: no figure is published", "level", "#7a8790"),
    "s": Look("#e8e3d8", "Suppressed: the figure may not be shown", "cross", "#6b5f45"),
}
"""Looks of the four states that are not a value; pages may word the labels for their measure."""


@dataclass(frozen=True)
class Asset:
    """Something that is sent once.

    Attributes:
        packed: gzipped bytes.
        mimetype: what it is.
        address: path on our own server, with a hash of the content in it, so that it may be kept for ever.
    """

    packed: bytes
    mimetype: str
    address: str


def _varints(numbers: npt.NDArray[np.int64]) -> bytes:
    """Numbers of no sign in as few bytes as each needs, seven bits a byte, the lowest first."""
    lengths = np.ones(len(numbers), dtype=np.int64)
    for bits in range(7, 63, 7):
        lengths += numbers >= (1 << bits)
    starts = np.cumsum(lengths) - lengths
    out = np.zeros(int(lengths.sum()), dtype=np.uint8)
    for place in range(int(lengths.max())):
        longer = lengths > place
        digits = (numbers[longer] >> (7 * place)) & 127
        out[starts[longer] + place] = digits | ((lengths[longer] > place + 1) * 128)
    return out.tobytes()


def _triangles(
    shapes: npt.NDArray[Any], points: npt.NDArray[np.int64], owner: npt.NDArray[np.int64], kept: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Triangles of each area as places in its own row of points; and how many each has."""
    import shapely

    def key(area: npt.NDArray[np.int64], xy: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        # Coordinates are whole metres under 2**20, so that an area's point is one number.
        return (area << 40) | (xy[..., 0] << 20) | xy[..., 1]

    pieces = shapely.constrained_delaunay_triangles(shapes)
    corners, area = shapely.get_coordinates(pieces, return_index=True)
    corners = np.rint(corners).astype(np.int64).reshape(-1, 4, 2)[:, :3]
    area = area.reshape(-1, 4)[:, 0]
    keys = key(owner, points)
    order = np.argsort(keys, kind="stable")
    found = kept[order[np.searchsorted(keys[order], key(area[:, None], corners))]]
    first = np.full(len(shapes), np.iinfo(np.int64).max)
    np.minimum.at(first, owner, kept)
    return (found - first[area][:, None]).ravel(), np.bincount(area, minlength=len(shapes))


def encode_areas(codes: pd.Series, shapes: npt.NDArray[Any], mercator: npt.NDArray[Any]) -> bytes:
    """Areas as one row of varints: codes, rings, triangles and points.

    The row holds: count of areas; steps from code to code; rings of each area; points of each ring; triangles of each
    area; corners of the triangles, as places among the area's points; steps from point to point on :data:`GRID`, x and
    y, zigzag. A ring's last point is not its first once more.

    Args:
        codes: ``E01`` and six digits, ascending; their order is the order of letters.
        shapes: polygons of EPSG:27700 with whole metres, a valid coverage.
        mercator: the same polygons in EPSG:3857, point for point.
    """
    import shapely

    numbers = codes.str.removeprefix("E01").astype(int).to_numpy()
    rings, ring_area = _rings(shapes)
    metres, ring = shapely.get_coordinates(rings, return_index=True)
    world = shapely.get_coordinates(_rings(mercator)[0]) / (2 * HALF_WORLD_M)
    grid = np.rint(np.stack([(world[:, 0] + 0.5) * GRID, (0.5 - world[:, 1]) * GRID], axis=1)).astype(np.int64)
    ends = np.append(np.diff(ring) != 0, values=True)
    begins = np.append(True, ends[:-1])
    keep = ~ends & (begins | np.append(True, (np.diff(grid, axis=0) != 0).any(axis=1)))
    places = np.cumsum(keep) - 1
    corners, triangles = _triangles(
        shapes, np.rint(metres[~ends]).astype(np.int64), ring_area[ring[~ends]], places[~ends]
    )
    steps = np.diff(grid[keep], axis=0, prepend=[[0, 0]])
    row = (
        [len(codes)],
        np.diff(numbers, prepend=0),
        np.bincount(ring_area, minlength=len(codes)),
        np.bincount(ring[keep], minlength=len(rings)),
        triangles,
        corners,
        ((steps << 1) ^ (steps >> 63)).ravel(),
    )
    return _varints(np.concatenate([np.asarray(part, dtype=np.int64) for part in row]))


def _rings(shapes: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int64]]:
    import shapely

    parts, part_area = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    return rings, part_area[ring_part]


def _areas() -> bytes:
    areas = boundaries.lsoa11()
    return encode_areas(areas["lsoa11_code"], areas.geometry.to_numpy(), areas.geometry.to_crs(3857).to_numpy())


def _icbs() -> bytes:
    """Borders of the ICBs of July 2022, GeoJSON."""
    import shapely

    shown = simplify.for_display(boundaries.icb22(), 0.0)
    features = [
        {"type": "Feature", "properties": {"code": row.icb_code}, "geometry": json.loads(shapely.to_geojson(shape))}
        for row, shape in zip(shown.itertuples(), shown.geometry, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def _library(name: str) -> bytes:
    # Found without importing the package, which would import much that the map has no use for.
    return Path(str(metadata.distribution("maplibre").locate_file(f"maplibre/srcjs/{name}"))).read_bytes()


_MAKERS: Final[Mapping[str, tuple[str, Callable[[], bytes]]]] = {
    "maplibre-gl.js": ("text/javascript", lambda: _library("maplibre-gl.js")),
    "maplibre-gl.css": ("text/css", lambda: _library("maplibre-gl.css")),
    "areas.bin": ("application/octet-stream", _areas),
    "icbs.json": ("application/geo+json", _icbs),
}


def prepare() -> Mapping[str, Asset]:
    """Everything that is sent once, by name; about two seconds the first time, so a server calls it when it starts."""
    with _MAKING:
        for name, (mimetype, make) in _MAKERS.items():
            if name not in _MADE:
                content = make()
                digest = hashlib.sha256(content).hexdigest()[:16]
                _MADE[name] = Asset(gzip.compress(content, 6, mtime=0), mimetype, f"/small-areas/{digest}/{name}")
        return _MADE


@lru_cache
def _position() -> pd.Series:
    codes = boundaries.lsoa11()["lsoa11_code"]
    return pd.Series(np.arange(len(codes)), index=codes)


def pack_letters(letters: pd.Series) -> bytes:
    """Letters of areas, gzipped: one ASCII character an area, in the order of codes.

    Args:
        letters: one visible ASCII character by lsoa11_code (the index). Areas that are not in it get
            :data:`NO_LETTER` and are drawn as ground, without a look.

    Raises:
        ValueError: a code is not of an English small area of 2011 or stands twice, or a letter is not one character.
    """
    position = _position()
    places = position.reindex(letters.index)
    if places.isna().any() or letters.index.has_duplicates:
        message = "letters must stand by lsoa11_code, each once"
        raise ValueError(message)
    if not letters.astype(str).str.fullmatch(r"[!-~]").all():
        message = "a letter must be one visible ASCII character"
        raise ValueError(message)
    row = np.full(len(position), ord(NO_LETTER), dtype=np.uint8)
    row[places.to_numpy(dtype=np.int64)] = letters.astype(str).map(ord).to_numpy(dtype=np.uint8)
    return gzip.compress(row.tobytes(), 6, mtime=0)


def letters_response(packed: bytes) -> Response:
    """The answer to a request for letters: asked for again each time, and not sent twice.

    Args:
        packed: from :func:`pack_letters`.
    """
    headers = {"Content-Encoding": "gzip", "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    answer = Response(packed, mimetype="text/plain", headers=headers)
    answer.set_etag(hashlib.sha256(packed).hexdigest()[:16])
    return make_response(answer.make_conditional(request))


def view(
    values: str,
    looks: Mapping[str, Look],
    bounds: tuple[tuple[float, float], tuple[float, float]] = ENGLAND_BOUNDS,
    icb: str | None = None,
    chosen: str | None = None,
    borders: str | None = None,
) -> str:
    """What the map shows, as the one property ``data-view`` that a page changes.

    Args:
        values: address of our own server that answers with :func:`letters_response`.
        looks: by letter.
        bounds: ((south, west), (north, east)), degrees; the map moves there when they change.
        icb: ICB (ODS code, of July 2022 or of the borders given) whose border is drawn strongly.
        chosen: lsoa11_code of the area that is marked.
        borders: address of GeoJSON with the borders of ICBs by ``code``; those of July 2022 if None.
    """
    drawn = {letter: vars(look) for letter, look in looks.items()}
    shown = {"values": values, "looks": drawn, "bounds": bounds, "icb": icb, "chosen": chosen, "borders": borders}
    return json.dumps(shown, separators=(",", ":"))


def small_area_map(name: str, label: str, shown: str, under: Any = None) -> html.Div:
    """The map. An area that is chosen by click or Enter arrives as ``data`` of the store ``<name>-chosen``.

    Args:
        name: id of the part; its property ``data-view`` takes what :func:`view` gives.
        label: what the map shows, for those who do not see it.
        shown: what :func:`view` gives.
        under: parts between the map and its note, such as :func:`legend`.
    """
    kept = prepare()
    addresses = {
        "data-library": kept["maplibre-gl.js"].address,
        "data-sheet": kept["maplibre-gl.css"].address,
        "data-areas": kept["areas.bin"].address,
        "data-icbs": kept["icbs.json"].address,
    }
    return html.Div(
        [
            html.Div(id=name, className="small-areas", **{**addresses, "data-label": label, "data-view": shown}),
            html.P(className="small-areas-words", id=f"{name}-words", role="status"),
            under,
            html.P(
                "Arrow keys move the map, plus and minus zoom, Enter chooses the area under the cross. Boundaries: "
                "Office for National Statistics, Open Government Licence v3.0. Contains OS data © Crown copyright and "
                "database right.",
                className="note",
            ),
            dcc.Store(id=f"{name}-chosen"),
        ],
        className="small-areas-frame",
    )


def legend(looks: Mapping[str, Look]) -> html.Ul:
    """Looks in words, with swatches that carry the map's patterns."""
    return html.Ul(
        [
            html.Li(
                [
                    html.Span(
                        className=f"swatch pattern-{look.pattern}",
                        style={"backgroundColor": look.fill, "--ink-of-pattern": look.ink},
                    ),
                    look.label,
                ]
            )
            for look in looks.values()
        ],
        className="legend",
    )


def register_routes(app: Dash) -> None:
    """Routes of what is sent once: four names, each under the hash of its content, and nothing else.

    A policy of the server must allow ``worker-src blob:``: the library starts its workers from a text of its own.
    """

    @app.server.get("/small-areas/<digest>/<name>")
    def small_area_asset(digest: str, name: str) -> Response:
        asset = prepare().get(name) if name in _MAKERS else None
        if asset is None or asset.address != f"/small-areas/{digest}/{name}":
            return Response("There is no such file.", 404)
        headers = {"Content-Encoding": "gzip", "Cache-Control": "public, max-age=31536000, immutable"}
        return Response(asset.packed, mimetype=asset.mimetype, headers=headers)

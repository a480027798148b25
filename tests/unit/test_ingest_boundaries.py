"""Boundaries in every form that publishers serve: GeoPackage, shapefile and GeoJSON, of every kind of area."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely import force_3d
from shapely.geometry import MultiPolygon, Point, Polygon, box

from sp_geo.core.errors import DamagedFile, InvalidContent, UnrecognisedFile
from sp_geo.publications.add import add
from sp_geo.publications.catalogue import recognise
from sp_geo.publications.readers import READERS
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import open_path
from tests.unit.files import read_as
from tests.unit.files import zipped as packed

METRES = (box(530000, 180000, 531000, 181000), box(531000, 180000, 532000, 181000))
RING = [[-0.099, 51.519], [-0.093, 51.519], [-0.093, 51.523], [-0.099, 51.523], [-0.099, 51.519]]


def areas(document: Document) -> Any:
    """The file recognised and read: core_boundary."""
    found = read_as("boundaries", document)["core_boundary"]
    assert found.crs == "EPSG:27700"
    return found


def layer(code: str = "LSOA21CD", *values: str, shapes: Any = METRES, crs: Any = 27700) -> geopandas.GeoDataFrame:
    """Two areas under a column of codes, and under one of names."""
    values = values or ("E01000001", "E01000002")
    names = {code[:-2] + "NM": [f"area {value}" for value in values]}
    return geopandas.GeoDataFrame({code: list(values), **names}, geometry=list(shapes)[: len(values)], crs=crs)


def geojson(properties: dict[str, Any], geometry: dict[str, Any] | None = None, **foreign: Any) -> Document:
    """One area as GeoJSON, with members that the standard does not know."""
    feature = {"type": "Feature", "id": 1, "geometry": geometry or {"type": "Polygon", "coordinates": [RING]}}
    collection = {**foreign, "type": "FeatureCollection", "features": [{**feature, "properties": properties}]}
    return Document("areas.geojson", "json", json.dumps(collection).encode())


def zipped(path: Path, folder: Path, inside: str = "", leave_out: tuple[str, ...] = ()) -> Path:
    """An archive of every file of a folder, below a folder inside it."""
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.iterdir()):
            if file.suffix not in leave_out:
                archive.write(file, inside + file.name)
    return path


def shapefile(folder: Path, frame: Any, name: str = "areas") -> Path:
    """A folder with a shapefile in it."""
    folder.mkdir(exist_ok=True)
    frame.to_file(folder / f"{name}.shp", engine="pyogrio")
    return folder


def documents(path: Path) -> list[Document]:
    """What is found in an archive."""
    return [member.document for member in open_path(path) if member.document is not None]


@pytest.mark.parametrize(
    ("code", "value", "kind"),
    [
        ("LSOA21CD", "E01000001", "lsoa21"),
        ("MSOA21CD", "E02000001", "msoa21"),
        ("msoa11cd", "E02000001", "msoa11"),
        ("WD24CD", "E05000001", "ward24"),
        ("LAD24CD", "E06000001", "ltla24"),
        ("RGN22CD", "E12000001", "region22"),
        ("NHSER22CD", "E40000003", "nhs_region22"),
        ("SICBL23CD", "E38000007", "sub_icb23"),
        ("ICB23CD", "E54000008", "icb23"),
    ],
)
def test_every_kind_of_area_is_told_by_its_field_with_its_year(code: str, value: str, kind: str) -> None:
    """The field's name says the kind of area and its vintage, in capitals or small letters."""
    found = areas(geojson({code: value, code[:-2] + ("nm" if code.islower() else "NM"): "A"}))
    assert found[["area_type", "area_code", "area_name"]].to_numpy().tolist() == [[kind, value, "A"]]


def test_geojson_is_in_longitude_and_latitude_unless_it_says_otherwise() -> None:
    """A square of the City lies in the City with no reference system, with the old member and with the National Grid."""
    old = {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
    grid = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    metres = {"type": "Polygon", "coordinates": [[list(point) for point in METRES[0].exterior.coords]]}
    plain = geojson({"LSOA21CD": "E01000001"})
    for document in (
        plain,
        geojson({"LSOA21CD": "E01000001"}, name="lsoa", crs=old, totalFeatures=1, bbox=[0, 0, 1, 1]),
    ):
        assert areas(document).geometry.iloc[0].centroid.distance(Point(532100, 181900)) < 500
    found = areas(geojson({"LSOA21CD": "E01000001"}, metres, crs=grid)).geometry.iloc[0]
    assert found.equals(METRES[0])
    with pytest.raises(InvalidContent, match=r"does not lie in the United Kingdom.*Export it in WGS 84"):
        areas(geojson({"LSOA21CD": "E01000001"}, metres))


def test_geojson_of_several_parts_and_with_heights_is_read_flat() -> None:
    """Islands stay parts, heights are left out, codes are found behind a long outline; without one it is no boundary."""
    north = [[x, y + 0.1, 12.5] for x, y in RING]
    parts = {"type": "MultiPolygon", "coordinates": [[[[x, y, 3.0] for x, y in RING]], [north]]}
    shape = areas(geojson({"ICB22CD": "E54000001"}, parts)).geometry.iloc[0]
    assert (shape.geom_type, len(shape.geoms), shape.has_z) == ("MultiPolygon", 2, False)
    steps = 12_000
    top = [[-0.099 + 0.006 * step / steps, 51.523 + 0.0001 * (step % 2)] for step in range(steps, -1, -1)]
    long = {"type": "Polygon", "coordinates": [[RING[0], RING[1], *top, RING[0]]]}
    document = geojson({"RGN22CD": "E12000001"}, long)
    assert len(document.data) > 250_000
    assert areas(document)["area_type"].tolist() == ["region22"]
    with pytest.raises(UnrecognisedFile):
        recognise(geojson({"shape": "x"}))


def test_a_zipped_shapefile_is_one_document_wherever_it_lies_in_the_archive(tmp_path: Path) -> None:
    """Its files belong together at the top or in a folder, beside notes; two are two, on the shelf and again."""
    folder = shapefile(tmp_path / "made", layer("MSOA21CD", "E02000001", "E02000002"))
    (folder / "areas.shp.xml").write_text("<?xml version='1.0'?><metadata/>")
    (folder / "read me.pdf").write_bytes(b"%PDF-1.7")
    found = [documents(zipped(tmp_path / "a.zip", folder, inside)) for inside in ("", "Boundaries (2021)/BGC/")]
    assert [len(held) for held in found] == [1, 1]
    assert found[0][0].kind == "shapefile"
    assert found[0][0].data == found[1][0].data
    assert areas(found[0][0])["area_type"].tolist() == ["msoa21", "msoa21"]
    folder = shapefile(tmp_path / "two", layer("MSOA21CD", "E02000001", "E02000002"), "msoa")
    shapefile(folder, layer("ICB23CD", "E54000001"), "icb")
    path = zipped(tmp_path / "both.zip", folder)
    outcome = add([path], tmp_path / "w", datetime(2026, 11, 30, tzinfo=UTC))
    assert [item.origin.period for item in outcome.admissions if item.origin] == ["icb23", "msoa21"]
    again = add([path], tmp_path / "w", datetime(2026, 11, 30, tzinfo=UTC))
    assert all(item.line.startswith("already here") for item in again.admissions)


@pytest.mark.parametrize("part", [".dbf", ".shx"])
def test_an_incomplete_shapefile_says_what_is_missing(tmp_path: Path, part: str) -> None:
    """A shapefile without its table or its index is refused by the name of the missing file."""
    path = zipped(tmp_path / "a.zip", shapefile(tmp_path / "made", layer()), leave_out=(part,))
    (member,) = open_path(path)
    assert isinstance(member.refusal, DamagedFile)
    assert f"no areas{part}" in member.refusal.line()


DEGREES = (Polygon([(x, y) for x, y in RING]),)


@pytest.mark.parametrize(
    ("shapes", "code", "fits"),
    [
        (METRES, "E01000001", True),
        (DEGREES, "E01000001", True),
        ((box(-11000, 6700000, -10000, 6701000),), "E01000001", False),
        ((box(300000, 5800000, 301000, 5801000),), "E01000001", False),
        ((box(333000, 373000, 334000, 374000),), "N08000001", False),
        ((box(100, 100, 200, 200),), "E01000001", False),
    ],
)
def test_a_shapefile_without_reference_system_is_read_where_only_one_is_possible(
    tmp_path: Path, shapes: tuple[Any, ...], code: str, fits: bool
) -> None:
    """Degrees and metres of the National Grid tell themselves apart; web maps, zones and the Irish grid are refused."""
    frame = layer("LAD24CD", code, shapes=shapes)
    folder = shapefile(tmp_path / "made", frame)
    (document,) = documents(zipped(tmp_path / "a.zip", folder, leave_out=(".prj",)))
    if fits:
        assert areas(document).geometry.iloc[0].centroid.distance(Point(532000, 181000)) < 3000
    else:
        with pytest.raises(InvalidContent, match=r"no coordinate reference system.*\.prj"):
            areas(document)


def geopackage(path: Path, **layers: Any) -> Document:
    """A GeoPackage with layers in this order."""
    for name, frame in layers.items():
        frame.to_file(path, layer=name, engine="pyogrio")
    return Document(path.name, "geopackage", path.read_bytes())


def test_any_layer_of_a_geopackage_is_read(tmp_path: Path) -> None:
    """Areas are found behind other layers; two layers, two outlines of an area, or many without one, are refused."""
    notes = geopandas.GeoDataFrame({"note": ["x"]}, geometry=[Point(530000, 180000)], crs=27700)
    centroids = layer("LSOA21CD", shapes=[shape.centroid for shape in METRES])
    lsoas, icbs = layer("LSOA21CD", shapes=[force_3d(shape) for shape in METRES]), layer("ICB23CD", "E54000001")
    document = geopackage(tmp_path / "a.gpkg", notes=notes, centroids=centroids, lsoa=lsoas, icb=icbs)
    assert areas(document)["area_type"].tolist() == ["icb23", "lsoa21", "lsoa21"]
    only = geopackage(tmp_path / "b.gpkg", centroids=centroids)
    with pytest.raises(InvalidContent, match="the boundary is no area"):
        areas(only)
    document = geopackage(tmp_path / "c.gpkg", full=layer(), coarse=layer())
    with pytest.raises(InvalidContent, match=r"two layers could be meant.*2 layers with lsoa21"):
        areas(document)
    frame = layer("LSOA21CD", "E01000001", "E01000002")
    frame["LSOA21CD"] = "E01000001"
    with pytest.raises(InvalidContent, match=r"twice with different boundaries; found E01000001; expected each area"):
        areas(geopackage(tmp_path / "d.gpkg", lsoa=frame))
    codes = [f"E0100000{number}" for number in range(1, 6)]
    frame = geopandas.GeoDataFrame({"LSOA21CD": codes}, geometry=[METRES[0], *[None] * 4], crs=27700)
    with pytest.raises(InvalidContent, match=r"row 2.*has no boundary; found E01000002, and 3 more of 5 areas"):
        areas(geopackage(tmp_path / "e.gpkg", lsoa=frame))


def test_an_areas_own_code_is_the_one_that_no_other_area_has() -> None:
    """The codes and names of the larger areas that a layer gives beside its own are not taken for them."""
    features = [
        {
            "type": "Feature",
            "properties": {"LAD22CD": "E09000001", "LAD22NM": "City", "LSOA21CD": code, "LSOA21NM": code[-1]},
            "geometry": {"type": "Polygon", "coordinates": [[[x + shift, y] for x, y in RING]]},
        }
        for code, shift in (("E01000001", 0), ("E01000002", 0.006))
    ]
    data = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    found = areas(Document("a.json", "json", data))
    assert found[["area_type", "area_code", "area_name"]].to_numpy().tolist() == [
        ["lsoa21", "E01000001", "1"],
        ["lsoa21", "E01000002", "2"],
    ]


def test_invalid_outlines_are_mended_in_every_form(tmp_path: Path) -> None:
    """A crossed outline is mended in metres and in degrees, and one that encloses nothing is refused."""
    bow = Polygon([(530000, 180000), (531000, 181000), (531000, 180000), (530000, 181000)])
    flat = Polygon([(530000, 180000), (531000, 181000), (530500, 180500)])
    folder = shapefile(tmp_path / "made", layer("LSOA21CD", shapes=(bow, MultiPolygon([METRES[1]]))))
    (document,) = documents(zipped(tmp_path / "a.zip", folder))
    in_degrees = layer("LSOA21CD", shapes=(bow, METRES[1])).to_crs(4326)
    for found in (areas(document), areas(geopackage(tmp_path / "bow.gpkg", areas=in_degrees))):
        assert found.geometry.is_valid.all()
        assert found.geometry.area.between(4e5, 1.1e6).all()
    with pytest.raises(InvalidContent, match="encloses nothing"):
        areas(geopackage(tmp_path / "flat.gpkg", areas=layer("LSOA21CD", "E01000001", shapes=(flat,))))


def test_a_damaged_shapefile_is_refused_in_words(tmp_path: Path) -> None:
    """An archive that is no shapefile, a GeoPackage that is cut short and a lone .shp end in one line."""
    parts = packed({f"areas{suffix}": b"\x00\x00\x27\x0a nothing" for suffix in (".shp", ".shx", ".dbf")})
    with pytest.raises(DamagedFile, match="shapefile cannot be opened"):
        recognise(Document("areas.shp", "shapefile", parts))
    with pytest.raises(DamagedFile, match="cannot be opened"):
        READERS["boundaries"](Document("a.gpkg", "geopackage", b"SQLite format 3\x00 cut"), "")
    (member,) = open_path(shapefile(tmp_path / "made", layer()) / "areas.shp")
    assert isinstance(member.refusal, UnrecognisedFile)
    assert "Zip its .shp" in member.refusal.line()


@pytest.mark.parametrize(
    ("code", "shape", "problem"),
    [
        ("E01000003", None, "the area has no boundary"),
        ("E01000003", Polygon(), "the area has no boundary"),
        ("E01000003", Point(530000, 180000), "the boundary is no area"),
        ("E0100003", METRES[0], "the area code is malformed"),
        (None, METRES[0], "the area code is malformed"),
        ("E01000001", METRES[0], "the area stands twice"),
    ],
)
def test_a_few_areas_that_cannot_be_used_are_left_out_and_listed(
    tmp_path: Path, code: Any, shape: Any, problem: str
) -> None:
    """One odd area costs itself: the others are taken, and it is named with its row."""
    frame = geopandas.GeoDataFrame(
        {"LAD22CD": ["E09000001"] * 3, "LSOA21CD": ["E01000001", code, "E01000002"]},
        geometry=[METRES[0], shape, METRES[1]],
        crs=27700,
    )
    document = geopackage(tmp_path / "a.gpkg", lsoa=frame)
    assert areas(document)["area_code"].tolist() == ["E01000001", "E01000002"]
    (listed,) = document.notes.anomalies
    assert (listed["row"], listed["column"], listed["problem"]) == (2, "LSOA21CD", problem)
    assert (listed["found"], listed["outcome"]) == (code, "left out")
    assert document.notes.rows == {"a.gpkg": 3}

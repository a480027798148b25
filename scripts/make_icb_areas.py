"""Make each small area's sub-ICB location in every set of boards, and the outlines of boards that are not those of ONS.

Run after ``make_icb_codes.py`` and ``make_boundaries.py``, whose results it reads. A small area stays in its sub-ICB
location while the location goes on; where a location ended, each of its districts goes to the location with most of
its patients afterwards.

    python scripts/make_icb_areas.py FOLDER   # the folder with the files that READS names
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

TARGET = Path(__file__).resolve().parents[1] / "data" / "boundaries"
READS = {
    "lookup": "geography/lookup_lsoa11_sicbl22_icb22_ltla22.zip",
    "map_2026": "organisations/gp-reg-pat-prac-map.2026-07.zip",
    "lists": "lists/gp-reg-pat-prac-lsoa-male-female-July-2022.zip",
}
FIRST_SET, SECOND_SET = "2022-07-01", "2026-04-01"
MEASURE = "EPSG:27700"
TOLERANCE_M, GRID_M = 100.0, 1.0
ATTRIBUTION = [
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
    "Contains OS data © Crown copyright and database right",
]


def where_districts_went(files: dict[str, pd.DataFrame], places: pd.DataFrame) -> pd.DataFrame:
    """Location with most patients of each part of a district that lies in a location which ended.

    Args:
        files: of READS.
        places: lsoa11_code, sub_icb_code, district of the areas concerned.

    Returns:
        sub_icb_code, district, later_code, patients, share_pct; the smaller code of two with equally many.
    """
    lists = files["lists"]
    people = lists.assign(patients=pd.to_numeric(lists["NUMBER_OF_PATIENTS"]))
    later = files["map_2026"].set_index("PRACTICE_CODE")["SUB_ICB_LOCATION_CODE"].rename("later_code")
    rows = people.join(later, on="PRACTICE_CODE").dropna(subset=["later_code"])
    rows = rows.merge(places, left_on="LSOA_CODE", right_on="lsoa11_code")
    sums = rows.groupby(["sub_icb_code", "district", "later_code"])["patients"].sum().reset_index()
    whole = sums.groupby(["sub_icb_code", "district"])["patients"].transform("sum")
    sums["share_pct"] = (100 * sums["patients"] / whole).round(1)
    most = sums.sort_values(["patients", "later_code"], ascending=[False, True])
    return most.drop_duplicates(["sub_icb_code", "district"]).sort_values(["sub_icb_code", "district"])


def areas_of_icbs(files: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """lsoa11_code, valid_from, sub_icb_code for both sets; and where districts went."""
    locations = pd.read_csv(TARGET / "sub_icb_codes.csv", dtype=str)
    first = locations[locations["valid_from"] == FIRST_SET]
    areas = pd.read_parquet(TARGET / "lsoa11.parquet", columns=["lsoa11_code", "sub_icb_ons_code"])
    areas["sub_icb_code"] = areas["sub_icb_ons_code"].map(first.set_index("sub_icb_ons_code")["sub_icb_code"])
    areas["district"] = areas["lsoa11_code"].map(files["lookup"].set_index("lsoa11_code")["ltla22_name"])
    ended = ~areas["sub_icb_code"].isin(files["map_2026"]["SUB_ICB_LOCATION_CODE"])
    went = where_districts_went(files, areas.loc[ended, ["lsoa11_code", "sub_icb_code", "district"]])
    moved = areas.merge(went, on=["sub_icb_code", "district"], how="left", validate="many_to_one")["later_code"]
    later = areas["sub_icb_code"].where(~ended.to_numpy(), moved)
    sets = [
        pd.DataFrame({"lsoa11_code": areas["lsoa11_code"], "valid_from": day, "sub_icb_code": found})
        for day, found in ((FIRST_SET, areas["sub_icb_code"]), (SECOND_SET, later))
    ]
    table = pd.concat(sets).sort_values(["valid_from", "lsoa11_code"], ignore_index=True)
    if table.isna().any(axis=None):
        message = "a small area has no location"
        raise SystemExit(message)
    return table, went


def outlines(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """The boards of the second set as the union of their small areas, simplified together."""
    shapes = gpd.read_parquet(TARGET / "lsoa11.parquet", columns=["lsoa11_code", "geometry"])
    locations = pd.read_csv(TARGET / "sub_icb_codes.csv", dtype=str)
    icb = locations[locations["valid_from"] == SECOND_SET].set_index("sub_icb_code")["icb_code"]
    code = table[table["valid_from"] == SECOND_SET].set_index("lsoa11_code")["sub_icb_code"].map(icb)
    groups = shapes.groupby(shapes["lsoa11_code"].map(code))
    joined = np.array([shapely.coverage_union_all(rows.geometry.values) for _, rows in groups])
    simple = shapely.set_precision(shapely.coverage_simplify(joined, TOLERANCE_M), GRID_M, mode="pointwise")
    if not (shapely.is_valid(simple).all() and shapely.coverage_is_valid(simple)):
        message = "the outlines are not a valid coverage"
        raise SystemExit(message)
    icbs = pd.read_csv(TARGET / "icb_codes.csv", dtype=str).set_index("icb_code").loc[list(groups.groups)]
    columns = {"icb_ons_code": icbs["icb_ons_code_last"].to_numpy(), "icb_code": list(groups.groups)}
    return gpd.GeoDataFrame({**columns, "icb_name": icbs["icb_name"].to_numpy()}, geometry=simple, crs=MEASURE)


def note(name: str, read: dict[str, str], **facts: Any) -> None:
    """Write the note of a file's origin beside it."""
    path = TARGET / name
    origin = {
        **facts,
        "publisher": "Office for National Statistics (LSOA 2011 to sub-ICB location, ICB and local authority, July "
        "2022); NHS England (Patients Registered at a GP Practice: mapping, July 2026, and practice by LSOA, July "
        "2022)",
        "licence": "Open Government Licence v3.0",
        "attribution": ATTRIBUTION,
        "made_by": "scripts/make_icb_areas.py",
        "rule": "a small area stays in its sub-ICB location of July 2022 while that location goes on; each district of "
        "a location that ended goes to the location with most of its patients of July 2022 afterwards; until ONS "
        "publishes the boards of April 2026 this is an estimate there",
        "source_sha256": read,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    path.with_name(f"{name}.origin.yaml").write_text(yaml.safe_dump(origin, sort_keys=False, allow_unicode=True))
    print(f"{name}: {path.stat().st_size / 1e3:.0f} kB")


def main(folder: Path) -> None:
    """Make both files."""
    files = {name: pd.read_csv(folder / path, dtype=str) for name, path in READS.items()}
    read = {Path(path).name: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in READS.values()}
    table, went = areas_of_icbs(files)
    table.to_parquet(TARGET / "lsoa11_locations.parquet", compression="zstd", compression_level=19, index=False)
    shares = [f"{row.sub_icb_code}, {row.district}: {row.later_code} ({row.share_pct} %)" for row in went.itertuples()]
    note(
        "lsoa11_locations.parquet",
        read,
        title="Small areas of 2011 in the sub-ICB locations of July 2022 and April 2026",
        districts_of_ended_locations=shares,
    )
    outlines(table).to_parquet(TARGET / "icb26.parquet", compression="zstd", compression_level=19, index=False)
    note(
        "icb26.parquet",
        read,
        title="Integrated care boards, April 2026, as the union of their 2011 small areas",
        crs=MEASURE,
        simplified=f"shared edges kept, tolerance {TOLERANCE_M:g} m, coordinates in whole metres",
    )
    print("\n".join(shares))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

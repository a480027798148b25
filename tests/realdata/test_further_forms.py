"""Further forms of publications that were published in one form say the same: made from the real files of that form."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import geopandas
import pandas as pd
import pytest

from sp_geo.publications.catalogue import recognise
from sp_geo.publications.readers import READERS
from sp_geo.publications.reading import parse_sheets
from sp_geo.workspace.document import Document
from tests.realdata.conftest import document

pytestmark = pytest.mark.realdata

PARTNERS, PCNS, PRACTICES = "core_practice_membership", "core_organisation", "core_organisation"


def read(file: Document, key: str) -> dict[str, pd.DataFrame]:
    """The tables of a file that must be recognised as this publication."""
    assert recognise(file).key == key
    return READERS[key](file, "")


def as_csv(rows: list[list[str]], name: str) -> Document:
    """A CSV file, every value in quotes."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL).writerows(rows)
    return Document(name, "csv", buffer.getvalue().encode())


@pytest.mark.parametrize("headers", [False, True])
def test_the_reports_of_pcns_and_partners_say_what_the_workbook_says(real: Path, headers: bool) -> None:
    """The sheets of the workbook of October 2024, saved as the reports are, give the same spells and PCNs."""
    path = real / "organisations" / "ePCN.2024-10.xlsx"
    workbook = Document(path.name, "workbook", path.read_bytes())
    sheets = {name.strip().lower(): rows for name, rows in parse_sheets(workbook).items()}
    whole = read(workbook, "epcn")
    for sheet, key, table in (
        ("pcn core partner details", "epcn_partners", PARTNERS),
        ("pcndetails", "epcn_pcns", PCNS),
    ):
        rows = [row for row in sheets[sheet] if any(row)]
        found = read(as_csv(rows if headers else rows[1:], f"{key}.csv"), key)[table]
        said = [name for name in found.columns if name not in {"edition", "edition_date"}]
        pd.testing.assert_frame_equal(found[said], whole[table][said])


def test_the_register_of_practices_says_the_same_in_words_and_roles(real: Path) -> None:
    """The register of November 2025 has 8,655 practices in letters and numbers, and in words, roles and any order."""
    register = document(real / "organisations" / "epraccur.2025-11.zip")
    published = read(register, "epraccur")[PRACTICES]
    assert len(published) == 8655
    assert (published["closed"].notna() == (published["status"] == "C")).all()
    words = {"A": "ACTIVE", "C": "INACTIVE", "D": "DORMANT", "P": "PROPOSED"}
    rows = list(csv.reader(io.StringIO(register.data.decode("cp1252"))))
    told = [[*row[:12], words[row[12]], *row[13:25], "RO76" if row[25] == "4" else row[25], row[26]] for row in rows]
    pd.testing.assert_frame_equal(read(as_csv(told, "epraccur.csv"), "epraccur")[PRACTICES], published)


def test_the_census_says_the_same_in_a_long_form(real: Path) -> None:
    """35,672 areas of five groups, a row an area and group, give the table of the bulk file."""
    bulk = read(document(real / "ethnicity" / "census2021-ts021-lsoa.zip"), "census_ethnicity")["core_lsoa21_ethnicity"]
    names = {
        "asian_count": "Asian, Asian British or Asian Welsh",
        "black_count": "Black, Black British, Black Welsh, Caribbean or African",
        "mixed_count": "Mixed or Multiple ethnic groups",
        "white_count": "White",
        "other_count": "Other ethnic group",
    }
    long = bulk.melt("lsoa21_code", list(names), "group", "observation")
    long["group"] = long["group"].map(names)
    long.columns = pd.Index(["GEOGRAPHY_CODE", "C2021_ETH_20_NAME", "OBS_VALUE"])
    other = Document("long.csv", "csv", long.sample(frac=1, random_state=1).to_csv(index=False).encode())
    found = read(other, "census_ethnicity")["core_lsoa21_ethnicity"].sort_values("lsoa21_code", ignore_index=True)
    pd.testing.assert_frame_equal(found, bulk.sort_values("lsoa21_code", ignore_index=True))


def test_boundaries_of_icbs_are_the_same_in_every_form(real: Path, tmp_path: Path) -> None:
    """42 ICBs as GeoPackage, GeoJSON and zipped shapefile lie in the same places, to a metre."""
    outlines = document(real / "geography" / "boundaries_icb22.gpkg.zip")
    published = read(outlines, "boundaries")["core_boundary"]
    (tmp_path / "boards.gpkg").write_bytes(outlines.data)
    frame = geopandas.read_file(tmp_path / "boards.gpkg")
    geojson = json.dumps(frame.to_geo_dict()).encode()
    folder = tmp_path / "shp"
    folder.mkdir()
    short = {"icb22_code": "ICB22CD", "icb22_name": "ICB22NM"}
    frame[["icb22_code", "icb22_name", "geometry"]].rename(columns=short).to_file(
        folder / "boards.shp", engine="pyogrio"
    )
    with zipfile.ZipFile(tmp_path / "boards.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, f"Boards/{file.name}")
    for form in (Document("boards.geojson", "json", geojson), document(tmp_path / "boards.zip")):
        found = read(form, "boundaries")["core_boundary"]
        assert found[["area_type", "area_code"]].equals(published[["area_type", "area_code"]])
        assert (found.symmetric_difference(published).area < 1).all()

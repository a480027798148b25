"""The publishers' own files, read from end to end."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.publications.readers import READERS
from sp_geo.tables import TABLES
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document

pytestmark = pytest.mark.realdata

ROWS = {
    "organisations/ePCN.2022-06.xlsx": ("epcn", {"core_practice_membership": 7359, "core_organisation": 1318}),
    "organisations/ePCN.2023-01.xlsx": ("epcn", {"core_practice_membership": 7455, "core_organisation": 1329}),
    "organisations/ePCN.2024-10.xlsx": ("epcn", {"core_practice_membership": 7705, "core_organisation": 1366}),
    "organisations/gp-reg-pat-prac-map.2022-01.zip": ("practice_map", {"core_practice_membership": 6527}),
    "organisations/gp-reg-pat-prac-map.2026-07.zip": ("practice_map", {"core_practice_membership": 6139}),
    "organisations/epraccur.2022-12.zip": ("epraccur", {"core_organisation": 8640}),
    "lists/gp-reg-pat-prac-all.2021-01.zip": ("list_totals", {"core_practice_list": 6658}),
    "deprivation/IoD2019_File_7_selected_columns.zip": ("indices_of_deprivation", {"core_lsoa11_deprivation": 32844}),
    "deprivation/IoD2025_File_7_selected_columns.zip": ("indices_of_deprivation", {"core_lsoa21_deprivation": 33755}),
    "deprivation/fingertips-imd-2025-gp-practice.csv": ("fingertips_practice", {"core_practice_indicator": 6143}),
    "ethnicity/census2021-ts021-lsoa.zip": ("census_ethnicity", {"core_lsoa21_ethnicity": 35672}),
    "survey/gm_gpps2025_healthsupport_practice.csv": ("patient_survey_2024", {"core_practice_survey": 359}),
    "geography/LSOA_2011_to_LSOA_2021_to_LAD_2022.zip": ("lsoa_lookup", {"core_lsoa_lookup": 35795}),
    "geography/lookup_lsoa11_sicbl22_icb22_ltla22.zip": ("lsoa11_parents", {"core_lsoa11_parent": 98532}),
    "geography/lookup_lsoa21_icb24.zip": ("lsoa21_icb", {"core_lsoa21_parent": 67510}),
    "geography/lookup_lsoa21_ward24_ltla24.zip": ("lsoa21_ward", {"core_lsoa21_parent": 71344}),
    "geography/lookup_ltla24_region24.zip": ("local_authority_region", {"core_local_authority_region": 296}),
    "geography/population20_lsoa11.zip": ("lsoa11_population", {"core_lsoa11_population": 34753}),
    "geography/ruc11_lsoa11.zip": ("rural_urban_2011", {"core_lsoa11_rurality": 34753}),
    "geography/ruc21_lsoa21.zip": ("rural_urban_2021", {"core_lsoa21_rurality": 35672}),
    "geography/boundaries_icb22.gpkg.zip": ("boundaries", {"core_boundary": 42}),
    "geography/boundaries_ltla24.gpkg.zip": ("boundaries", {"core_boundary": 361}),
    "geography/boundaries_lsoa21.gpkg.zip": ("boundaries", {"core_boundary": 35672}),
}


def opened(path: Path) -> Document:
    """The file, out of its archive."""
    data, name = path.read_bytes(), path.name
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            name = next(name for name in archive.namelist() if name.endswith((".csv", ".gpkg")))
            data = archive.read(name)
    suffix = Path(name).suffix
    return Document(name, {".xlsx": "workbook", ".gpkg": "geopackage"}.get(suffix, "csv"), data)  # type: ignore[arg-type]


def frames(publication: str, path: Path, period: str = "") -> dict[str, pd.DataFrame]:
    """Validated core tables of a file."""
    document = opened(path)
    found = READERS[publication](document, period or document.label)
    return {name: validate(frame, TABLES[name]) for name, frame in found.items()}


@pytest.mark.parametrize("file", sorted(ROWS))
def test_published_files_are_read_whole(real: Path, file: str) -> None:
    """A publication that people have could not be used."""
    publication, rows = ROWS[file]
    found = frames(publication, real / file, "2025" if "survey" in publication else "")
    assert {name: len(found[name]) for name in rows} == rows


def test_link_workers_of_all_releases_are_those_of_the_reference(real: Path, reference: Path) -> None:
    """Provision would differ from what was computed independently."""
    expected = pd.read_csv(reference / "real_quarters.csv").set_index("quarter_end")
    found = {}
    for path in sorted((real / "workforce").glob("*Individual Level.zip")):
        tables = frames("pcn_workforce", path)
        workforce = tables["core_pcn_workforce"]
        end = pd.Period(workforce["quarter"].iloc[0], "Q").end_time.date().isoformat()
        found[end] = (workforce.loc[workforce["role"] == "splw", "fte"].sum(), len(tables["core_pcn_release"]))
    assert sorted(found) == sorted(expected.index)
    for end, (fte, pcns) in found.items():
        assert fte == pytest.approx(expected.loc[end, "splw_fte_england"], abs=0.01)
        assert pcns == expected.loc[end, "pcns_in_file"]


def test_june_2026_has_three_link_worker_roles(real: Path) -> None:
    """Mental health link workers would be lost, or mixed with the others."""
    tables = frames("pcn_workforce", real / "workforce" / "PCNWFIndividualCSV.062026.zip")
    workforce = tables["core_pcn_workforce"]
    fte = workforce[workforce["role"].str.startswith("splw")].groupby(["role", "employment"])["fte"].sum()
    assert fte["splw", "staff"] + fte["splw", "contracted"] == pytest.approx(2642.4, abs=0.05)
    assert fte["splw", "contracted"] == pytest.approx(708.7, abs=0.05)
    assert fte.drop("splw").sum() == pytest.approx(110.1, abs=0.05)
    assert len(tables["core_pcn_release"]) == 1271


def test_patients_by_area_and_by_age_are_those_published(real: Path) -> None:
    """Denominators would be wrong everywhere."""
    by_area = frames("list_by_lsoa", real / "lists" / "gp-reg-pat-prac-lsoa-male-female-July-2022.zip")
    assert len(by_area["core_practice_list_lsoa11"]) == 865_965
    lsoa = by_area["core_practice_list_lsoa11"]["patients_count"].sum()
    assert lsoa == by_area["core_practice_list"]["patients_count"].sum()
    by_age = frames("list_by_age", real / "lists" / "gp-reg-pat-prac-quin-age.2026-07.zip")
    assert by_age["core_practice_list"]["patients_count"].sum() == 63_436_508
    assert by_age["core_practice_list_age"]["patients_count"].sum() == 63_436_508

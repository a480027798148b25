"""Recognising publications by content: official headers of every form, and near misses that say what is missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sp_geo.core.errors import DamagedFile, UnrecognisedFile
from sp_geo.publications.catalogue import hint_of, publications, recognise
from sp_geo.publications.readers import READERS
from sp_geo.workspace.document import Document
from tests.unit.files import DECILE, MAP_2022, MAP_2026, RANK, SCORE, WORKFORCE, workbook

IMD_2019 = (
    "LSOA code (2011),LSOA name (2011),Local Authority District code (2019),Local Authority District name (2019),"
    f"{SCORE},{RANK},{DECILE},Income Score (rate),Income Rank (where 1 is most deprived),Total population: mid 2015 (excluding prisoners)"
)
TS021 = (
    "date,geography,geography code,Ethnic group: Total: All usual residents,"
    '"Ethnic group: Asian, Asian British or Asian Welsh",Ethnic group: White,Ethnic group: Other ethnic group'
)
FINGERTIPS = (
    "Indicator ID,Indicator Name,Parent Code,Parent Name,Area Code,Area Name,Area Type,Sex,Age,Category Type,Category,"
    "Time period,Value,Lower CI 95.0 limit,Upper CI 95.0 limit,Count,Denominator,Value note,Recent Trend"
)
BY_AGE = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS"
TOTALS = "PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"
BY_LSOA = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS"
AGES = ",".join(str(age) for age in range(90)) + ",90+"
FORMS = {
    "workforce": (WORKFORCE, "pcn_workforce"),
    "workforce of the CCG era": (WORKFORCE.replace("SUB_ICB", "CCG").replace("ICB", "STP"), "pcn_workforce"),
    "map of 2022": (MAP_2022, "practice_map"),
    "map of 2026": (MAP_2026, "practice_map"),
    "list by LSOA": (BY_LSOA, "list_by_lsoa"),
    "list by LSOA, 2011 in the header": (BY_LSOA.replace("LSOA_CODE", "LSOA_CODE_2011"), "list_by_lsoa"),
    "list by LSOA, 2021 in the header": (BY_LSOA.replace("LSOA_CODE", "LSOA21_CODE"), "list_by_lsoa"),
    "totals": (TOTALS, "list_totals"),
    "totals of the sub-ICB era": (TOTALS.replace("CCG", "SUB_ICB_LOCATION"), "list_totals"),
    "single years of age": (BY_AGE.replace("AGE_GROUP_5", "AGE"), "list_by_age"),
    "age bands": (BY_AGE, "list_by_age"),
    "deprivation 2019": (IMD_2019, "indices_of_deprivation"),
    "deprivation 2025": (IMD_2019.replace("(2011)", "(2021)").replace("2019", "2024"), "indices_of_deprivation"),
    "deprivation, a part": (f"LSOA code (2021),{SCORE},{RANK},{DECILE}", "indices_of_deprivation"),
    "Fingertips": (FINGERTIPS, "fingertips_practice"),
    "Fingertips, re-laid": ("PRACTICE_CODE,PRACTICE_NAME,IMD_YEAR,IMD_SCORE", "fingertips_practice"),
    "census": (TS021, "census_ethnicity"),
    "survey to 2023": (
        "practice_code,practice_name,q31_1,q32_1,q32_2,q32_3,q32_123base,q32_3pct",
        "patient_survey_2018",
    ),
    "survey to 2023, shares": ("practice_code,year,q32_123base,q32_3pct", "patient_survey_2018"),
    "survey since 2024": ("ad_practicecode,healthsupport.pcteval,healthsupport.baseeval", "patient_survey_2024"),
    "survey since 2024, old names": ("practice_code,healthsupport_3pct,healthsupport_123base", "patient_survey_2024"),
    "survey since 2024, derived": ("practice_code,healthsupport_pct_enough_support,source_file", "patient_survey_2024"),
    "LSOA lookup": ("LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD,LAD22NM,LAD22NMW,ObjectId", "lsoa_lookup"),
    "LSOA lookup, damaged": ("\ufeffF_LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD", "lsoa_lookup"),
    "LSOA 2011 to ICB": ("LSOA11CD,LSOA11NM,SICBL22CD,SICBL22CDH,SICBL22NM,ICB22CD,ICB22CDH,ICB22NM", "lsoa11_parents"),
    "LSOA 2021 to ICB": ("LSOA21CD,LSOA21NM,SICBL24CD,SICBL24CDH,SICBL24NM,ICB24CD,ICB24CDH,ICB24NM", "lsoa21_icb"),
    "LSOA 2021 to ICB and district": ("LSOA21CD,SICBL24CD,ICB24CD,LAD24CD,LAD24NM", "lsoa21_icb"),
    "LSOA 2021 to ward": ("LSOA21CD,LSOA21NM,LSOA21NMW,WD24CD,WD24NM,WD24NMW,LAD24CD,LAD24NM", "lsoa21_ward"),
    "district to region": ("LAD24CD,LAD24NM,RGN24CD,RGN24NM,ObjectId", "local_authority_region"),
    "population": (f"LSOA Code,LSOA Name,LA Code,LA Name,All Ages,{AGES}", "lsoa11_population"),
    "rural-urban 2011": ("LSOA11CD,LSOA11NM,RUC11CD,RUC11,FID", "rural_urban_2011"),
    "rural-urban 2021": ("LSOA21CD,LSOA21NM,RUC21CD,RUC21NM,Urban_rural_flag,ObjectId", "rural_urban_2021"),
    "successors": (
        "Organisation Code,Succ Organisation Code,Succ Reason Code,Succ Effective Date",
        "practice_succession",
    ),
}


def table(*lines: str, encoding: str = "utf-8") -> Document:
    """A CSV file of these lines."""
    return Document("file.csv", "csv", "\r\n".join([*lines, ""]).encode(encoding))


def book(rows: list[list[str]], sheet: str = "Sheet1") -> Document:
    """A workbook with a sheet of notes and a sheet with these rows."""
    return Document("book.xlsx", "workbook", workbook({"Notes": [["About this file"]], sheet: rows}))


def test_every_publication_says_what_it_is() -> None:
    """Each publication has a reader, licence, page, signature and period; a survey may find its year in its name."""
    for key, publication in publications().items():
        assert publication.key == key
        assert all((publication.title, publication.publisher, publication.licence, publication.page))
        assert publication.signatures
        assert "column" in publication.period or "fixed" in publication.period
    assert set(publications()) == set(READERS)
    survey, workforce = publications()["patient_survey_2018"], publications()["pcn_workforce"]
    assert hint_of(survey, "survey_2026.zip", "GPPS_2023_Practice_data.csv") == "GPPS_2023_Practice_data.csv"
    assert hint_of(workforce, "June 2021.zip", "June 2021.csv") == ""


@pytest.mark.parametrize("form", FORMS)
def test_official_headers_are_recognised_also_in_another_case_with_quotes_and_spaces(form: str) -> None:
    """Each official form of header is recognised, as published and as a spreadsheet saves it."""
    header, key = FORMS[form]
    assert recognise(table(header)).key == key
    cells = [cell.strip('"') for cell in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', header)]
    saved = ",".join(f'" {cell.upper().replace(" ", chr(10))} "' for cell in cells)
    assert recognise(table(saved, encoding="utf-8-sig")).key == key


def epraccur(code: str = "A81001", opened: str = "19740401", columns: int = 27) -> Document:
    """Two lines in the layout of epraccur."""
    cells = [code, "ONE SURGERY", "Y63", "QHM", *[""] * 5, "TS1 1AA", opened, "", "A", "B", "16C"]
    return table(*[",".join(f'"{cell}"' for cell in [*cells, *[""] * columns][:columns])] * 2)


def test_a_file_without_a_header_is_told_by_its_shapes(tmp_path: Path) -> None:
    """Files without a header are told by the shapes of their cells, layers by their codes, and damaged ones as such."""
    assert recognise(epraccur()).key == "epraccur"
    assert recognise(table("A81001,A81002,C,20200401,1", "B81001,B81002,C,20210401,1")).key == "practice_succession"
    import geopandas
    from shapely.geometry import box

    for number, header in enumerate(("LSOA21CD", "icb22_code", "LAD24CD", "WD24CD")):
        path = tmp_path / f"{number}.gpkg"
        geopandas.GeoDataFrame({header: ["E01000001"]}, geometry=[box(0, 0, 1, 1)], crs=27700).to_file(path)
        assert recognise(Document("file.gpkg", "geopackage", path.read_bytes())).key == "boundaries"
    with pytest.raises(DamagedFile, match="workbook cannot be opened"):
        recognise(Document("book.xlsx", "workbook", b"PK\x03\x04 nothing"))
    with pytest.raises(DamagedFile, match="GeoPackage cannot be opened"):
        recognise(Document("file.gpkg", "geopackage", b"SQLite format 3\x00" + b"\x00" * 2000))


@pytest.mark.parametrize("wrong", [epraccur(code="81001"), epraccur(opened="1 April"), epraccur(columns=26)])
def test_a_file_without_a_header_and_with_other_shapes_is_not_recognised(wrong: Document) -> None:
    """Other shapes or another width are not recognised."""
    with pytest.raises(UnrecognisedFile):
        recognise(wrong)


EPCN = [
    "Partner\nOrganisation\nCode",
    "Partner\nName",
    "Practice Parent\nCCG Code",
    "PCN Code",
    "PCN Name",
    "Practice to PCN\nRelationship\nStart Date",
    "Practice to PCN\nRelationship\nEnd Date",
]


@pytest.mark.parametrize("above", [[], [["A title"], []]])
def test_a_workbook_is_told_by_any_of_its_sheets(above: list[list[str]]) -> None:
    """A workbook is recognised by any sheet, below a title too."""
    assert recognise(book([*above, EPCN, ["A81001"]], "PCN Core Partner Details")).key == "epcn"


@pytest.mark.parametrize(
    "document",
    [
        table("name,colour,weight,telephone", "One,Two,Three,Four"),
        table("a"),
        Document("file.json", "json", b'{"practice_code": 1}'),
        book([["Variable", "Meaning"], ["q32_3", "No"]]),
        table("lots of text without a comma", "and more"),
    ],
)
def test_what_is_far_from_all_is_told_where_the_list_is(document: Document) -> None:
    """A file like none is pointed to the list of publications."""
    with pytest.raises(UnrecognisedFile, match=r"not one of the publications that are known.*sp-geo publications"):
        recognise(document)


@pytest.mark.parametrize("name", ["pcn_workforce.csv", "epraccur.csv", "gp-reg-pat-prac-map.csv"])
def test_names_of_files_are_not_believed(name: str) -> None:
    """Content decides what a file is, whatever its name."""
    with pytest.raises(UnrecognisedFile):
        recognise(Document(name, "csv", b"a,b\n1,2\n"))
    assert recognise(Document(name, "csv", TS021.encode())).key == "census_ethnicity"

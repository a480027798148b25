"""Lists of patients: by small area, totals, by age."""

from __future__ import annotations

import pytest

from sp_geo.core.errors import InvalidContent, UnrecognisedFile
from sp_geo.publications.list_by_age import reader as list_by_age
from sp_geo.publications.list_by_lsoa import reader as list_by_lsoa
from sp_geo.publications.list_totals import reader as list_totals
from sp_geo.tables import TABLES
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document


def by_area(*rows: str, day: str = "01JUL2022", header: str = "LSOA_CODE") -> dict[str, list[list[object]]]:
    """Core tables of a list by small area; rows are practice,area,sex,patients."""
    lines = [
        f"GP_PRAC_PAT_LIST,{day},{cells[0]},ONE,{','.join(cells[1:])}" for cells in (row.split(",") for row in rows)
    ]
    head = f"PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,{header},SEX,NUMBER_OF_PATIENTS"
    frames = list_by_lsoa.read(Document("lsoa.csv", "csv", "\n".join([head, *lines, ""]).encode()), "")
    return {name: validate(frame, TABLES[name]).to_numpy().tolist() for name, frame in frames.items()}


def test_totals_include_wales_and_addresses_without_an_area() -> None:
    """Totals hold Wales and addresses without an area; sexes are added, never to all, and one alone is refused."""
    found = by_area("Z00001,E01000001,ALL,7", "Z00001,W01000001,ALL,2", "Z00001,NO2011,ALL,1", "Z00001,CLOSED,ALL,4")
    assert found["core_practice_list"] == [["Z00001", "2022-07", 14, "list_by_lsoa"]]
    assert len(found["core_practice_list_lsoa11"]) == 4
    sexes = ("Z00001,E01000001,MALE,3", "Z00001,E01000001,FEMALE,4")
    assert by_area(*sexes)["core_practice_list"][0][2] == 7
    assert by_area(*sexes, "Z00001,E01000001,ALL,7")["core_practice_list"][0][2] == 7
    with pytest.raises(UnrecognisedFile, match="one sex only"):
        by_area("Z00001,E01000001,FEMALE,4")


@pytest.mark.parametrize(
    ("rows", "day", "header", "vintage"),
    [
        (["Z00001,E01000001,ALL,1"], "01JUL2022", "LSOA_CODE", "11"),
        (["Z00001,E01000001,ALL,1"], "2026-07-01", "LSOA_CODE", "21"),
        (["Z00001,E01000001,ALL,1"], "01JUL2022", "LSOA_CODE_2021", "21"),
        (["Z00001,NO2021,ALL,1"], "01APR2025", "LSOA_CODE", "21"),
        (["Z00001,NO2011,ALL,1"], "01APR2026", "LSOA_CODE", "11"),
        (["Z00001,E01035000,ALL,1"], "01APR2025", "LSOA_CODE", "21"),
    ],
)
def test_the_census_year_is_told_by_content(rows: list[str], day: str, header: str, vintage: str) -> None:
    """Header, codes and then the day tell the areas of 2011 from those of 2021."""
    assert f"core_practice_list_lsoa{vintage}" in by_area(*rows, day=day, header=header)


def test_an_untold_or_contradictory_census_year_is_refused() -> None:
    """A list whose census nothing tells, or two things contradict, is refused."""
    with pytest.raises(InvalidContent, match="2011 or 2021"):
        by_area("Z00001,E01000001,ALL,1", day="01APR2025")
    with pytest.raises(InvalidContent, match=r"row 3.*of 2021"):
        by_area("Z00001,NO2011,ALL,1", "Z00001,E01035000,ALL,1")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["Z00001,E01000001,ALL,1", "Z00001,E01000001,ALL,2"], "row 3.*twice"),
        (["Z00001,E0100001,ALL,1"], "row 2, column LSOA_CODE"),
        (["Z00001,E01000001,ALL,-1"], "row 2, column NUMBER_OF_PATIENTS"),
        (["Z00001,E01000001,ALL,*"], r"row 2.*'\*'"),
        (["Z0001,E01000001,ALL,1"], "row 2, column PRACTICE_CODE"),
    ],
)
def test_faults_by_area_give_their_row(rows: list[str], said: str) -> None:
    """A fault is told with its row and column."""
    with pytest.raises(InvalidContent, match=said):
        by_area(*rows)


@pytest.mark.parametrize("place", ["CCG_CODE,ONS_CCG_CODE", "SUB_ICB_LOCATION_CODE,ONS_SUB_ICB_LOCATION_CODE"])
def test_totals_keep_all_persons_of_practices(place: str) -> None:
    """A practice's total is its row of all persons."""
    head = f"PUBLICATION,EXTRACT_DATE,TYPE,{place},CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"
    rows = [
        f"L,01JAN2021,{cells}" for cells in ("GP,01A,E38,Z00001,ZZ1,ALL,ALL,59", "GP,01A,E38,Z00001,ZZ1,MALE,ALL,30")
    ]
    frames = list_totals.read(Document("t.csv", "csv", "\n".join([head, *rows, ""]).encode()), "")
    found = validate(frames["core_practice_list"], TABLES["core_practice_list"])
    assert found.to_numpy().tolist() == [["Z00001", "2021-01", 59, "list_totals"]]


AGES = [
    "GP,Z00001,ALL,ALL,10",
    "GP,Z00001,MALE,ALL,4",
    "GP,Z00001,FEMALE,ALL,6",
    "GP,Z00001,MALE,0_4,4",
    "GP,Z00001,FEMALE,0_4,1",
    "GP,Z00001,FEMALE,95+,5",
    "PCN,U00001,ALL,ALL,10",
    "PCN,U00001,FEMALE,0_4,1",
]


def by_age(rows: list[str], header: str = "AGE_GROUP_5") -> dict[str, list[list[object]]]:
    """Core tables of a list by age; rows are type,code,sex,age,patients."""
    head = f"PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,SEX,{header},NUMBER_OF_PATIENTS"
    text = "\n".join([head, *(f"L,2026-07-01,{row}" for row in rows), ""])
    frames = list_by_age.read(Document("a.csv", "csv", text.encode()), "")
    return {name: validate(frame, TABLES[name]).to_numpy().tolist() for name, frame in frames.items()}


def test_lists_by_age_add_up() -> None:
    """Bands add up sexes and single years, totals come from all; practices or levels that do not add up are refused."""
    found = by_age(AGES)
    assert found["core_practice_list"] == [["Z00001", "2026-07", 10, "list_by_age"]]
    assert found["core_practice_list_age"] == [["Z00001", "2026-07", 0, 5], ["Z00001", "2026-07", 95, 5]]
    rows = ["GP,Z00001,ALL,ALL,6", "GP,Z00001,ALL,3,1", "GP,Z00001,ALL,4,2", "GP,Z00001,ALL,95+,3"]
    assert [row[2:] for row in by_age(rows, "AGE")["core_practice_list_age"]] == [[0, 3], [95, 3]]
    with pytest.raises(InvalidContent, match=r"ages of practice Z00001.*9.*10"):
        by_age([row.replace("95+,5", "95+,4") for row in AGES])
    with pytest.raises(InvalidContent, match=r"level 'PCN'.*11.*10"):
        by_age([row.replace("PCN,U00001,ALL,ALL,10", "PCN,U00001,ALL,ALL,11") for row in AGES])

"""Mid-year residents by small area of 2021: the workbook by sex and single year, persons, broad ages, and CSV."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent, SpGeoError
from sp_geo.panel.measures import READS, area_measures
from sp_geo.publications.readers import READERS
from sp_geo.tables import TABLES
from sp_geo.workspace.document import Document
from tests.unit.files import read_as, workbook

LEAD = ["LAD 2021 Code", "LAD 2021 Name", "LSOA 2021 Code", "LSOA 2021 Name", "Total"]
SINGLE = [str(age) for age in range(91)]
BY_SEX = [f"{sex}{age}" for sex in "FM" for age in SINGLE]
BROAD = ["0 to 15", "16 to 29", "30 to 44", "45 to 64", "65 and over"]
Sheets = dict[str, list[list[object]]]


def area(code: str, ages: list[int]) -> list[object]:
    """One row of the workbook."""
    return ["E06000001", "Somewhere", code, f"{code} name", sum(ages), *ages]


def sheet(ages: list[str], *rows: list[object], title: str = "Mid-2022 population estimates") -> list[list[object]]:
    """A sheet with its header on line 4."""
    return [[title], ["Source: Office for National Statistics"], [], [*LEAD, *ages], *rows]


def book(sheets: Sheets) -> Document:
    """A workbook with a sheet of notes before these sheets."""
    notes = {"Contents": [["Contents"], ["See the sheets by year"]]}
    return Document("sapelsoasyoa20192022.xlsx", "workbook", workbook({**notes, **sheets}))


def csv(*rows: list[object], name: str = "mid-2023.csv") -> Document:
    """A CSV file of these rows."""
    return Document(name, "csv", "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows).encode())


def residents(document: Document) -> list[list[object]]:
    """Year, area, residents and older residents, from the recognised file."""
    return read_as("lsoa21_population", document)["core_lsoa21_population"].to_numpy().tolist()


def test_the_newest_year_of_the_workbook_by_sex_is_read() -> None:
    """Women and men of 65 and over are added up, in the newest of several sheets, whatever their order."""
    older = sheet(BY_SEX, area("E01000001", [9] * 182), title="Mid-2021")
    newer = sheet(BY_SEX, area("E01000001", [1] * 182), area("W01000002", [0] * 181 + [7]))
    for sheets in ({"Mid-2021 LSOA 2021": older, "Mid-2022 LSOA 2021": newer},
                   {"Mid-2022 LSOA 2021": newer, "Mid-2021 LSOA 2021": older}):  # fmt: skip
        assert residents(book(sheets)) == [[2022, "E01000001", 182, 52], [2022, "W01000002", 7, 7]]


def test_persons_by_single_year_and_broad_ages_are_read() -> None:
    """Persons, broad ages and CSV files say the same; both sexes beside everybody are not added twice."""
    single = sheet([*SINGLE[:90], "90+"], area("E01000001", [1] * 91))
    assert residents(book({"Persons": single})) == [[2022, "E01000001", 91, 26]]
    broad = [f"{sex}{band}" for sex in "FM" for band in BROAD]
    row = area("E01000001", [1, 2, 3, 4, 5, 10, 20, 30, 40, 50])
    assert residents(book({"Mid-2024 LSOA 2021": sheet(broad, row)})) == [[2024, "E01000001", 165, 55]]
    ages = [*BY_SEX, *SINGLE]
    row = ["E01000001", 182, *([1] * 182), *([2] * 91)]
    head = ["LSOA21CD", "Total", *ages]
    assert residents(csv(head, row)) == [[2023, "E01000001", 182, 52]]
    titled = csv(["Mid-2024 population estimates"], [], head, row, [], ["Notes"], name="residents.csv")
    assert residents(titled) == [[2024, "E01000001", 182, 52]]


ROW = area("E01000001", [1] * 182)


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        ({"Persons": sheet(BY_SEX, ROW, title="Population")}, "nothing says of which mid-year"),
        ({"Mid-2022": sheet(BY_SEX, ROW, [*ROW[:4], 183, *ROW[5:]])}, "row 6.*small area stands twice"),
        ({"Mid-2022": sheet(BY_SEX[:91], ROW[:96])}, "one sex only"),
        ({"Mid-2022": sheet(["0 to 59", "60 to 69", "70 and over"], area("E01000001", [1, 2, 3]))}, "cuts through 65"),
        ({"Mid-2022 a": sheet(BY_SEX, ROW), "Mid-2022 b": sheet(BY_SEX, ROW)}, "two sheets could be meant"),
        ({"Mid-2022": sheet(BY_SEX, ["E06", "S", "E02000001", "M", *ROW[4:]])}, "row 5.*'E02000001'"),
    ],
)
def test_faults_are_told(sheets: Sheets, said: str) -> None:
    """A year that nobody says, ages that miss somebody, and areas of another kind are refused."""
    with pytest.raises(InvalidContent, match=said):
        READERS["lsoa21_population"](book(sheets), "")


def test_ages_that_miss_the_residents_of_an_area_are_kept_and_listed() -> None:
    """Both numbers are as published, and the list says by how many they differ; another workbook ends in one line."""
    document = book({"Mid-2022": sheet(BY_SEX, [*ROW[:4], 183, *ROW[5:]])})
    found = READERS["lsoa21_population"](document, "")["core_lsoa21_population"]
    assert found["residents_count"].tolist() == [183]
    assert [(item["row"], item["effect"]) for item in document.notes.anomalies] == [(5, -1.0)]
    with pytest.raises(SpGeoError, match=r"sapelsoasyoa20192022.xlsx"):
        READERS["lsoa21_population"](book({"Mid-2022": [["x"], ["y"]]}), "")


def area_tables(**given: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Every table that the measures read, empty but for those given."""
    return {name: given.get(name.removeprefix("core_"), TABLES[name].empty()) for name in READS}


def test_residents_of_2021_weigh_scores_where_the_census_was_not_added() -> None:
    """The census comes first, so that its figures stay; without it the latest mid-year serves."""
    codes = ["E01000001", "E01000002"]
    scores = pd.DataFrame({"edition": "2025", "lsoa21_code": codes, "imd_score": [10.0, 20.0]})
    people = pd.DataFrame(
        {"year": [2021, 2021, 2022, 2022], "lsoa21_code": codes * 2, "residents_count": [1, 1, 30, 10]}
    )
    census = pd.DataFrame({"lsoa21_code": codes, "total_count": [5, 15], "white_count": 0} | dict.fromkeys(
        ("asian_count", "black_count", "mixed_count", "other_count"), 0
    ))  # fmt: skip
    found = area_measures(area_tables(lsoa21_deprivation=scores, lsoa21_population=people))["deprivation 2025 21"]
    assert found.values["denominator"].tolist() == [30.0, 10.0]
    both = area_tables(lsoa21_deprivation=scores, lsoa21_population=people, lsoa21_ethnicity=census)
    assert area_measures(both)["deprivation 2025 21"].values["denominator"].tolist() == [5.0, 15.0]

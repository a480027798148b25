"""What does not matter in a published file does not matter, and what it is about comes from what it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sp_geo.build.view import Build
from sp_geo.core.errors import InvalidContent, WorkspaceError
from sp_geo.publications.add import Outcome, add
from sp_geo.questions.status import anomalies, status, status_quarters
from sp_geo.workspace.shelf import current, list_shelved
from sp_geo.workspace.store import Store
from tests.unit.files import DECILE, MAP_2022, RANK, SCORE, workbook, zipped

NOW = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)
AGES = [*(str(age) for age in range(90)), "90+"]
MAP = (
    MAP_2022 + "\n"
    "GP_PRAC_PAT_LIST,{day},A00001,ONE,AA1 1AA,U00001,NET,E38000001,16C,X,E54000001,QHM,Y,E40000009,Y63,Z\n"
)
GROUPS = (
    "Ethnic group: Total: All usual residents",
    '"Ethnic group: Asian, Asian British or Asian Welsh"',
    '"Ethnic group: Black, Black British, Black Welsh, Caribbean or African"',
    "Ethnic group: Mixed or Multiple ethnic groups",
    "Ethnic group: White",
    "Ethnic group: Other ethnic group",
)


def added(inbox: Path, workspace: Path, files: dict[str, bytes | str]) -> Outcome:
    """What becomes of files that are named one by one."""
    for name, data in files.items():
        (inbox / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return add([inbox / name for name in files], workspace, NOW)


def taken(outcome: Outcome) -> list[tuple[str, str]]:
    """Publication and period of what was taken."""
    return [(item.origin.publication, item.origin.period) for item in outcome.admissions if item.origin]


def epcn(sheets: tuple[str, str], note: str, name: str, saved: datetime) -> bytes:
    """An ePCN workbook in the headings of 2019, of one PCN and one practice."""
    pcns = [
        "PCN Code",
        "PCN Name",
        "Current Clinical\nCommissioning Group Code",
        f"Open Date{note}",
        f"Close Date{note}",
    ]
    partners = [
        "Partner Organisation Code",
        "Partner Name",
        "Practice Parent CCG Code",
        "PCN Code",
        f"Practice to PCN Relationship Start Date{note}",
        f"Practice to PCN Relationship End Date{note}",
        "Practice CCG and PCN\nCCG match?",
    ]
    return workbook(
        {
            sheets[0]: [pcns, ["U00001", name, "16C", "20190701", ""]],
            sheets[1]: [partners, ["A00001", "ONE", "16C", "U00001", "20190701", "", "Y"]],
        },
        saved,
    )


def survey(base: str = "20.5", no: str = "3.25", rows: int = 1) -> str:
    """A practice file of the survey to 2023."""
    lines = [f"A{number:05d},{no},{base}" for number in range(1, rows + 1)]
    return "\n".join(["practice_code,q32_3,q32_123base", *lines, ""])


def iod(district: str = "", census: int = 2011, population: str = "") -> str:
    """File 7 of one small area, with the columns that tell its edition."""
    more = [header for header in (district and f"Local Authority District code ({district})", population) if header]
    head = ",".join([f"LSOA code ({census})", *more, SCORE, RANK, DECILE])
    return f"{head}\nE01000001,{'x,' * len(more)}6.2,29000,9\n"


def population(title: str = "", sheet: str = "Sheet1", more: tuple[str, ...] = ()) -> bytes:
    """A workbook of residents by age, one small area, with a title above."""
    head, row = ["LSOA Code", "LSOA Name", "All Ages", *AGES], ["E01000001", "City of London 001A", 91, *[1] * 91]
    other = ["E01000001", "City of London 001A", 45, *[1] * 45, *[0] * 46]
    sheets = {name: [[title], [], head, row if name == sheet else other] for name in (*more, sheet)}
    return workbook({"Notes": [["Released 25 September 2021"]], **sheets})


def census(code: str) -> str:
    """TS021 of one area."""
    return f"date,geography,geography code,{','.join(GROUPS)}\n2021,Somewhere,{code},100,1,2,3,90,4\n"


WARD = "lsoa21cd,LAD24CD,WD24CD,WD24NM,lad24nm,PFA24CD\nE01000001,E06000001,E05000001,Ward,One,E23000001\n"
MID_2020 = f"lsoa11_code,total_population,{','.join(AGES)}\nE01000001,91,{','.join(['1'] * 91)}\n"
SAVED = datetime(2019, 8, 2)  # noqa: DTZ001
TAKEN: dict[str, list[tuple[str, bytes | str, str]]] = {
    "a practice map's month, in any form of a day": [
        ("map.csv", MAP.format(day=day), "practice_map 2020-09")
        for day in ("01-Sep-20", "1 September 2020", "September 2020", "1st Sept 2020", "01/09/20")
    ],
    "an ePCN workbook by its sheets, its headings or its columns": [
        ("e.xlsx", epcn(("PCN Details", "PCN Core Partner Details"), " (YYYYMMDD)", "NET", SAVED), "epcn 2019-07"),
        ("e.xlsx", epcn(("PCNDetails", "PCN_Core_Partner_Details"), "\n(YYYYMMDD)", "NET", SAVED), "epcn 2019-07"),
        ("e.xlsx", epcn(("PCNs", "Practices"), "", "NET", SAVED), "epcn 2019-07"),
    ],
    "a survey's year by the name of the member, not of its archive": [
        (
            "survey_2019.zip",
            zipped({f"GPPS_{year}_Practice_data.csv": survey(str(year / 100)) for year in (2021, 2022, 2023)}),
            "patient_survey_2018 2021, patient_survey_2018 2022, patient_survey_2018 2023",
        ),
        (
            "survey_2026.zip",
            zipped({"GPPS_2025_Practice_data.csv": "ad_practicecode,healthsupport.pcteval\nA00001,0.7\n"}),
            "patient_survey_2024 2025",
        ),
    ],
    "an edition by districts, population, census year or else the member's name": [
        ("any.csv", iod("2019"), "indices_of_deprivation 2019"),
        ("any.csv", iod("2024", 2021), "indices_of_deprivation 2025"),
        ("any.csv", iod(census=2021), "indices_of_deprivation 2025"),
        ("any.csv", iod(population="Total population: mid 2015 (excluding prisoners)"), "indices_of_deprivation 2019"),
        ("iod2015.zip", zipped({"File_7_-_All_IoD2019_Scores.csv": iod()}), "indices_of_deprivation 2019"),
    ],
    "a mid-year by title, sheet or the member's name": [
        ("sape.xlsx", population("Mid-2018 Population Estimates, released in 2019"), "lsoa11_population 2018"),
        ("sape.xlsx", population(sheet="Mid-2019 Persons"), "lsoa11_population 2019"),
        ("sape.xlsx", population("Population", sheet="2017"), "lsoa11_population 2017"),
        *(
            ("pop2018.zip", zipped({name: MID_2020}), "lsoa11_population 2020")
            for name in ("population20_lsoa11.csv", "SAPE_mid-2020.csv", "lsoa_2020.csv")
        ),
    ],
    "a lookup with further columns, in any order and case": [("lookup.csv", WARD, "lsoa21_ward 2024")],
}


@pytest.mark.parametrize("what", TAKEN)
def test_a_file_says_what_it_is_and_of_when(inbox: Path, workspace: Path, what: str) -> None:
    """Publication and period come from what a file says of itself, in each of its forms."""
    for number, (name, data, expected) in enumerate(TAKEN[what]):
        found = taken(added(inbox, workspace / str(number), {name: data}))
        assert ", ".join(f"{publication} {period}" for publication, period in found) == expected, name


CHANGED = "practice_code,year,q32_3,q32_123base\nA00001,2021,3.5,20\n"
IDACI = "Income Deprivation Affecting Children Index (IDACI) Rank (where 1 is most deprived)"
EXTRACT = "EXTRACT_DATE,PRACTICE_CODE,PCN_CODE,SEX\n01SEP2020,A00001,U00001,ALL\n"
ONE_SEX = "EXTRACT_DATE,CCG_CODE,ORG_CODE,SEX,AGE,NUMBER_OF_PATIENTS\n01JAN2021,16C,A00001,MALE,1,5\n"
NO_YEAR = ("nothing tells the year of the survey", "a name that says its year, such as 'GPPS_2022_Practice_data.csv'")
NOT_OUR_EDITION = ("it is the English Indices of Deprivation 201", "expected the edition of 2019 or 2025")
REFUSED: dict[str, list[tuple[str, bytes | str, tuple[str, ...]]]] = {
    "a survey whose year nothing tells, with the name to give it": [
        ("gpps_2022.zip", zipped({name: survey()}), NO_YEAR)
        for name in ("practices.csv", "GPPS_2019_to_2021.csv", "downloaded_2026.csv", "GPPS_2025.csv")
    ],
    "a survey that says another year than its name": [
        (
            "GPPS_2022_Practice_data.csv",
            CHANGED,
            ("two years of the survey contradict each other; found 2021 in its column year; 2022 in the file's name",),
        )
    ],
    "unweighted answers, by name or by whole numbers, and a name that the numbers contradict": [
        ("GPPS_2022_un-weighted.csv", survey("20", "3", rows=120), ("it holds unweighted answers",)),
        ("GPPS_2022.csv", survey("20", "3", rows=120), ("it holds unweighted answers",)),
        ("GPPS_2022_(unweighted).csv", survey("20.5", "3.5", rows=120), ("'unweighted' in the name, and fractions",)),
    ],
    "another edition of the indices, by its name": [
        ("any.csv", text, NOT_OUR_EDITION)
        for text in (
            iod(population="Total population: mid 2012 (excluding prisoners)"),
            iod(census=2001),
            iod("2009").replace("LSOA code (2011)", "LSOA code"),
        )
    ],
    "an edition that nothing tells, or two things contradict": [
        ("iod2019.zip", zipped({"File_7.csv": iod()}), ("nothing tells the year of the edition",)),
        (
            "IoD2015_File_7.csv",
            iod("2019"),
            ("2019 in 'Local Authority District code (2019)'; 2015 in the file's name",),
        ),
        (
            "b.csv",
            iod("2019", population="Total population: mid 2012 (excluding prisoners)"),
            ("contradict each other",),
        ),
    ],
    "another file of the indices, with the one to download": [
        ("file.csv", f"{header}\n{'1,' * header.count(',')}1\n", (what, "Download File 7"))
        for header, what in (
            (f"LSOA code (2021),{IDACI}", "File 3"),
            ("Local Authority District code (2019),IMD - Average score,IMD - Average rank", "File 10 to File 14"),
        )
    ],
    "a population whose year nothing tells, or two things contradict": [
        ("sape23.xlsx", population(), ("nothing tells the year of the population",)),
        (
            "mid_2020.xlsx",
            population("Mid-2018 population"),
            ("2018 in the sheet's name or title; 2020 in the file's name",),
        ),
    ],
    "two sheets of which none is for persons": [
        (
            "pop.xlsx",
            population("Mid-2019", "North", ("South",)),
            ("two sheets could be meant; found 'South' and 'North'",),
        )
    ],
    "a table by other areas alone": [("msoa.csv", census("E02000001"), ("by areas of another kind; found E02000001",))],
    "a file that is named and not known": [
        ("a.csv", "name,colour\nOne,red\n", ("not one of the publications that are known",))
    ],
    "another file of the same page, with the one to download": [
        (
            "file.csv",
            "Indicator ID,Indicator,Definition,Rationale\n1,a,b,c\n",
            ('descriptions of indicators ("metadata")', "by practice"),
        ),
        (
            "file.csv",
            "ccg_code,q32_3,q32_123base\n16C,3.5,20\n",
            ("the survey by PCN, ICB", "practice data (weighted, CSV)"),
        ),
        ("file.csv", ONE_SEX, ("patients by single year of age, of one sex", "gp-reg-pat-prac-quin-age")),
    ],
    "a file like several publications, with what it lacks of the likeliest": [
        (
            "x.csv",
            EXTRACT,
            (
                "looks like 'Patients Registered at a GP Practice, practice mapping': it has 3 of 5 columns",
                "lacks 'PRACTICE_POSTCODE', 'PCN_NAME'",
            ),
        )
    ],
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_is_not_what_is_wanted_is_refused_with_its_reason(inbox: Path, workspace: Path, what: str) -> None:
    """The line says what is wrong in the publisher's words, and what to do, without the signs of any pattern."""
    for name, data, words in REFUSED[what]:
        outcome = added(inbox, workspace, {name: data})
        assert not taken(outcome)
        said = outcome.first_refusal.line()
        assert all(part in said for part in words), said
        assert not any(sign in said for sign in ("\\", "(?", "|", "##"))


@pytest.mark.parametrize("is_older_first", [True, False])
def test_of_two_epcn_workbooks_of_one_month_that_saved_later_is_used(
    inbox: Path, workspace: Path, is_older_first: bool
) -> None:
    """The line says which, and why."""
    sheets = ("PCNDetails", "PCN Core Partner Details")
    older, newer = (epcn(sheets, "", name, datetime(2019, month, 2)) for name, month in (("NET", 8), ("NET 2", 9)))  # noqa: DTZ001
    files = {"old.xlsx": older, "new.xlsx": newer}
    outcome = added(inbox, workspace, dict(files.items() if is_older_first else reversed(files.items())))
    assert [item.path.name for item in current(list_shelved(workspace))] == ["new.xlsx"]
    said = "used instead of old.xlsx, which is kept" if is_older_first else "kept, but new.xlsx is used"
    assert outcome.admissions[1].line.endswith(f"; {said} (dated 2019-09-02, the other 2019-08-02)")


def test_of_two_workbooks_saved_on_one_day_that_added_later_is_used(inbox: Path, workspace: Path) -> None:
    """Of two files of one call, that named later; never that with the larger hash."""
    sheets = ("PCNDetails", "PCN Core Partner Details")
    for number in range(2):
        outcome = added(
            inbox,
            workspace / str(number),
            {"a.xlsx": epcn(sheets, "", f"A{number}", SAVED), "b.xlsx": epcn(sheets, "", f"B{number}", SAVED)},
        )
        assert [item.path.name for item in current(list_shelved(workspace / str(number)))] == ["b.xlsx"]
        assert "used instead of a.xlsx, which is kept (added later" in outcome.admissions[1].line


def test_the_unweighted_file_beside_the_weighted_one_is_passed_over(inbox: Path, workspace: Path) -> None:
    """Both lie in one archive under almost the same name."""
    both = {
        "GPPS_2022_Practice_data_(unweighted)_(csv)_PUBLIC.csv": survey("20", "3"),
        "GPPS_2022_Practice_data_(weighted)_(csv)_PUBLIC.csv": survey(),
    }
    outcome = added(inbox, workspace, {"gpps.zip": zipped({**both})})
    assert taken(outcome) == [("patient_survey_2018", "2022")]
    assert outcome.first_refusal is None
    assert "it holds unweighted answers. Download the practice data (weighted" in outcome.admissions[-1].line


@pytest.mark.parametrize(
    ("meant", "others"),
    [
        ("Persons", ("Males", "Females")),
        ("Mid-2019 Persons", ("Mid-2019 Males", "Mid-2019 Females")),
        ("PERSONS ", ("Females", "Males")),
    ],
)
def test_of_several_sheets_that_for_persons_is_meant(
    inbox: Path, workspace: Path, meant: str, others: tuple[str, ...]
) -> None:
    """Males and Females have the same columns."""
    outcome = added(inbox, workspace, {"pop.xlsx": population("Mid-2019", meant, others)})
    frames = outcome.admissions[0].frames
    assert frames["core_lsoa11_population"]["residents_count"].tolist() == [91]


AREAS = {"ctry": "E92", "lsoa": "E01", "ltla": "E06", "msoa": "E02", "oa": "E00", "rgn": "E12", "utla": "E10"}


def test_siblings_of_other_areas_in_an_archive_are_passed_over_in_one_line(inbox: Path, workspace: Path) -> None:
    """A bulk download holds the table by seven kinds of area; one is wanted, and the call succeeds."""
    members: dict[str, bytes | str] = {
        f"census2021-ts021-{kind}.csv": census(f"{code}000001") for kind, code in AREAS.items()
    }
    outcome = added(inbox, workspace, {"census.zip": zipped(members)})
    assert outcome.first_refusal is None
    took, passed = (item.line for item in outcome.admissions)
    assert took.startswith("took census.zip > census2021-ts021-lsoa.csv")
    assert passed.startswith(
        "passed over 6 files: they are by areas of another kind (census.zip > census2021-ts021-ctry.csv"
    )
    assert passed.endswith("and 3 more)")


def test_in_a_folder_what_is_data_is_taken_and_the_rest_is_passed_over_at_the_end(inbox: Path, workspace: Path) -> None:
    """A line for all files of one reason, and no exit code; a contradictory file of a known publication is refused."""
    (inbox / "map.csv").write_text(MAP.format(day="01SEP2020"))
    (inbox / "a.csv").write_text("name,colour\nOne,red\n")
    (inbox / "b.csv").write_text("x\n1\n")
    (inbox / "page.csv").write_text("<html></html>")
    (inbox / "near.csv").write_text("CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,STAFF_ROLE\n2022,6,U00001,x\n")
    outcome = add([inbox], workspace, NOW)
    assert outcome.first_refusal is None
    first, *rest = (item.line for item in outcome.admissions)
    assert first.startswith("took map.csv")
    assert rest[0] == "passed over 2 files: not one of the publications that are known (a.csv, b.csv)"
    assert rest[1].startswith(
        "passed over near.csv: looks like 'Primary Care Network Workforce, individual level': it has 4"
    )
    assert rest[2].startswith("passed over page.csv: it is a web page, not the file itself")
    (inbox / "other.csv").write_text(MAP.format(day="one day"))
    assert isinstance(add([inbox], workspace, NOW).first_refusal, InvalidContent)


def test_members_of_one_name_are_told_apart_by_their_folders(inbox: Path, workspace: Path) -> None:
    """Lines, states and names say which of the two is meant; what needs a build says to build."""
    maps = {"old/map.csv": MAP.format(day="01SEP2020"), "new/map.csv": MAP.format(day="01SEP2020") + "\n"}
    data = zipped({**maps, "b/c.csv": MAP.format(day="01OCT2020")})
    lines = [item.line for item in added(inbox, workspace, {"a.zip": data}).admissions]
    assert [line.split(" for ")[0] for line in lines] == [
        "took a.zip > c.csv",
        "took a.zip > new/map.csv",
        "took a.zip > old/map.csv",
    ]
    assert re.search(r"a\.zip > (new|old)/map\.csv", lines[2].partition(";")[2])
    _, files, _ = next(status(workspace))
    assert sorted(files["file"]) == ["a.zip > b/c.csv", "a.zip > new/map.csv", "a.zip > old/map.csv"]
    assert files["state"].str.contains(r"displaced by a\.zip > (?:new|old)/map\.csv").sum() == 1
    for ask in (anomalies, status_quarters):
        with pytest.raises(WorkspaceError, match=r"nothing has been built yet\. Run 'sp-geo build' first"):
            ask(Build(Store(workspace)))

"""What does not matter in a published file does not matter, and what it is about comes from what it says."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from sp_geo.build.view import Build
from sp_geo.core.errors import InvalidContent, UnrecognisedFile, WorkspaceError
from sp_geo.publications.add import Outcome, add
from sp_geo.publications.reading import day_of
from sp_geo.questions.status import anomalies, status, status_quarters
from sp_geo.workspace.shelf import current, list_shelved
from sp_geo.workspace.store import Store

NOW = datetime(2026, 7, 10, 12, 0, tzinfo=UTC)
SCORE = "Index of Multiple Deprivation (IMD) Score"
RANK = "Index of Multiple Deprivation (IMD) Rank (where 1 is most deprived)"
DECILE = "Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)"
AGES = [*(str(age) for age in range(90)), "90+"]
MAP = (
    "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,PRACTICE_POSTCODE,PCN_CODE,PCN_NAME,ONS_CCG_CODE,CCG_CODE,"
    "CCG_NAME,ONS_STP_CODE,STP_CODE,STP_NAME,ONS_COMM_REGION_CODE,COMM_REGION_CODE,COMM_REGION_NAME\n"
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


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Where files lie before they are added."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace that does not exist yet."""
    return tmp_path / "workspace"


def book(sheets: dict[str, list[list[Any]]], saved: datetime | None = None) -> bytes:
    """A workbook of these sheets, saved on a day."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": saved or datetime(2020, 1, 1)})  # noqa: DTZ001 - as Excel has it
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def zipped(members: dict[str, bytes | str]) -> bytes:
    """An archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 9, 0, 0)), data)
    return buffer.getvalue()


def added(inbox: Path, workspace: Path, **files: bytes | str) -> Outcome:
    """What becomes of files that are named one by one; two underscores stand for a point."""
    paths = []
    for name, data in files.items():
        path = inbox / name.replace("__", ".")
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        paths.append(path)
    return add(paths, workspace, NOW)


def taken(outcome: Outcome) -> list[tuple[str, str]]:
    """Publication and period of what was taken."""
    return [(item.origin.publication, item.origin.period) for item in outcome.admissions if item.origin]


def refusal(outcome: Outcome) -> str:
    """Why the one file was refused."""
    assert not taken(outcome)
    assert outcome.first_refusal is not None
    return outcome.first_refusal.line()


# Days and months


@pytest.mark.parametrize("day", ["01-Sep-20", "1 September 2020", "September 2020", "1st Sept 2020", "01/09/20"])
def test_a_practice_map_says_its_month_in_any_form_of_a_day(inbox: Path, workspace: Path, day: str) -> None:
    """Two digits for the year, words and ordinals are read."""
    assert taken(added(inbox, workspace, map__csv=MAP.format(day=day))) == [("practice_map", "2020-09")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("31/12/20", "2020-12-31"),
        ("01/02/20", "2020-02-01"),
        ("05-Jul-74", "1974-07-05"),
        ("2nd May 2021", "2021-05-02"),
    ],
)
def test_the_day_stands_before_its_month(text: str, found: str) -> None:
    """As in all files of these publishers; two digits of the year are of the nearest century."""
    assert str(day_of(text)) == found


@pytest.mark.parametrize("text", ["05-Jul-48", "12/31/20", "September 2020", "2020", "32 May 2020"])
def test_what_could_be_another_day_is_none(text: str) -> None:
    """1948 or 2048, a month before its day, and a month where a day is needed are not guessed at."""
    assert day_of(text) is None


# ePCN workbooks


def epcn(sheets: tuple[str, str], note: str, name: str, saved: datetime) -> bytes:
    """An ePCN workbook in the headings of 2019, of one network and one practice."""
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
    return book(
        {
            sheets[0]: [pcns, ["U00001", name, "16C", "20190701", ""]],
            sheets[1]: [partners, ["A00001", "ONE", "16C", "U00001", "20190701", "", "Y"]],
        },
        saved,
    )


@pytest.mark.parametrize(
    ("sheets", "note"),
    [
        (("PCN Details", "PCN Core Partner Details"), " (YYYYMMDD)"),
        (("PCNDetails", "PCN_Core_Partner_Details"), "\n(YYYYMMDD)"),
        (("Networks", "Practices"), ""),
    ],
)
def test_sheets_and_headers_of_epcn_are_known_in_any_form(
    inbox: Path, workspace: Path, sheets: tuple[str, str], note: str
) -> None:
    """Spaces, underscores and bracketed notes do not count; a sheet under another name is told by its columns."""
    data = epcn(sheets, note, "NET", datetime(2019, 8, 2))  # noqa: DTZ001
    assert taken(added(inbox, workspace, epcn__xlsx=data)) == [("epcn", "2019-07")]


@pytest.mark.parametrize("is_older_first", [True, False])
def test_of_two_epcn_workbooks_of_one_month_that_saved_later_is_used(
    inbox: Path, workspace: Path, is_older_first: bool
) -> None:
    """The line says which, and why."""
    sheets = ("PCNDetails", "PCN Core Partner Details")
    older, newer = (epcn(sheets, "", name, datetime(2019, month, 2)) for name, month in (("NET", 8), ("NET 2", 9)))  # noqa: DTZ001
    files = {"old__xlsx": older, "new__xlsx": newer}
    outcome = added(inbox, workspace, **dict(files.items() if is_older_first else reversed(files.items())))
    assert [item.path.name for item in current(list_shelved(workspace))] == ["new.xlsx"]
    said = "used instead of old.xlsx, which is kept" if is_older_first else "kept, but new.xlsx is used"
    assert outcome.admissions[1].line.endswith(f"; {said} (dated 2019-09-02, the other 2019-08-02)")


def test_of_two_workbooks_saved_on_one_day_that_added_later_is_used(inbox: Path, workspace: Path) -> None:
    """Of two files of one call, that named later; never that with the larger hash."""
    sheets, day = ("PCNDetails", "PCN Core Partner Details"), datetime(2019, 8, 2)  # noqa: DTZ001
    for number in range(4):
        outcome = added(
            inbox,
            workspace / str(number),
            a__xlsx=epcn(sheets, "", f"A{number}", day),
            b__xlsx=epcn(sheets, "", f"B{number}", day),
        )
        assert [item.path.name for item in current(list_shelved(workspace / str(number)))] == ["b.xlsx"]
        assert "used instead of a.xlsx, which is kept (added later" in outcome.admissions[1].line


# The survey's year and weights


def survey(base: str = "20.5", no: str = "3.25", rows: int = 1) -> str:
    """A practice file of the survey to 2023."""
    lines = [f"A{number:05d},{no},{base}" for number in range(1, rows + 1)]
    return "\n".join(["practice_code,q32_3,q32_123base", *lines, ""])


def test_a_survey_has_the_year_of_the_member_and_not_of_its_archive(inbox: Path, workspace: Path) -> None:
    """Three years in one archive are three years, whatever the archive is called and when it was made."""
    years = {f"GPPS_{year}_Practice_data.csv": survey(str(year / 100)) for year in (2021, 2022, 2023)}
    assert [period for _, period in taken(added(inbox, workspace, survey_2019__zip=zipped({**years})))] == [
        "2021",
        "2022",
        "2023",
    ]
    assert len(current(list_shelved(workspace))) == 3


def test_a_new_survey_in_an_archive_of_another_year_has_its_own_year(inbox: Path, workspace: Path) -> None:
    """The archive is called after the year of its download."""
    text = "ad_practicecode,healthsupport.pcteval\nA00001,0.7\n"
    outcome = added(inbox, workspace, survey_2026__zip=zipped({"GPPS_2025_Practice_data.csv": text}))
    assert taken(outcome) == [("patient_survey_2024", "2025")]


@pytest.mark.parametrize("name", ["practices.csv", "GPPS_2019_to_2021.csv", "downloaded_2026.csv", "GPPS_2025.csv"])
def test_a_survey_whose_year_nothing_tells_is_refused_with_the_name_to_give_it(
    inbox: Path, workspace: Path, name: str
) -> None:
    """No year, two years, the year of a download and a year of other questions tell nothing."""
    said = refusal(added(inbox, workspace, gpps_2022__zip=zipped({name: survey()})))
    assert "nothing tells the year of the survey" in said
    assert "Give the file a name that says its year, such as 'GPPS_2022_Practice_data.csv'" in said


def test_a_survey_that_says_another_year_than_its_name_is_refused(inbox: Path, workspace: Path) -> None:
    """Both are named."""
    text = "practice_code,year,q32_3,q32_123base\nA00001,2021,3.5,20\n"
    said = refusal(added(inbox, workspace, GPPS_2022_Practice_data__csv=text))
    assert (
        "two years of the survey contradict each other; found 2021 in its column year; 2022 in the file's name" in said
    )


def test_the_unweighted_file_beside_the_weighted_one_is_passed_over(inbox: Path, workspace: Path) -> None:
    """Both lie in one archive under almost the same name."""
    both = {
        "GPPS_2022_Practice_data_(unweighted)_(csv)_PUBLIC.csv": survey("20", "3"),
        "GPPS_2022_Practice_data_(weighted)_(csv)_PUBLIC.csv": survey(),
    }
    outcome = added(inbox, workspace, gpps__zip=zipped({**both}))
    assert taken(outcome) == [("patient_survey_2018", "2022")]
    assert outcome.first_refusal is None
    assert "it holds unweighted answers. Download the practice data (weighted" in outcome.admissions[-1].line


@pytest.mark.parametrize(
    ("name", "base", "said"),
    [
        ("GPPS_2022_un-weighted.csv", "20", "it holds unweighted answers"),
        ("GPPS_2022.csv", "20", "it holds unweighted answers"),
        ("GPPS_2022_(weighted).csv", "20", "'weighted' in the name, and whole numbers alone"),
        ("GPPS_2022_(unweighted).csv", "20.5", "'unweighted' in the name, and fractions"),
    ],
)
def test_unweighted_answers_are_told_by_name_and_by_whole_numbers(
    inbox: Path, workspace: Path, name: str, base: str, said: str
) -> None:
    """And a name that the numbers contradict is refused."""
    text = survey(base, "3" if base == "20" else "3.5", rows=120)
    assert said in refusal(added(inbox, workspace, **{name.replace(".", "__"): text}))


# Editions of the indices of deprivation


def iod(district: str = "", census: int = 2011, population: str = "") -> str:
    """File 7 of one small area, with the columns that tell its edition."""
    more = [header for header in (district and f"Local Authority District code ({district})", population) if header]
    head = ",".join([f"LSOA code ({census})", *more, SCORE, RANK, DECILE])
    return f"{head}\nE01000001,{'x,' * len(more)}6.2,29000,9\n"


@pytest.mark.parametrize(
    ("text", "edition"),
    [
        (iod("2019"), "2019"),
        (iod("2024", 2021), "2025"),
        (iod(census=2021), "2025"),
        (iod(population="Total population: mid 2015 (excluding prisoners)"), "2019"),
    ],
)
def test_the_edition_is_told_by_districts_population_and_census_year(
    inbox: Path, workspace: Path, text: str, edition: str
) -> None:
    """Whatever the file is called."""
    assert taken(added(inbox, workspace, any__csv=text)) == [("indices_of_deprivation", edition)]


@pytest.mark.parametrize(
    "text",
    [
        iod("2013"),
        iod("2009"),
        iod(population="Total population: mid 2012 (excluding prisoners)"),
        iod(census=2001),
        iod("2009", 2001),
        iod("2009").replace("LSOA code (2011)", "LSOA code"),
    ],
)
def test_another_edition_is_refused_by_name(inbox: Path, workspace: Path, text: str) -> None:
    """2015 and 2010 are not 2019."""
    said = refusal(added(inbox, workspace, any__csv=text))
    assert "it is the English Indices of Deprivation 201" in said
    assert "expected the edition of 2019 or 2025" in said


def test_an_edition_that_only_its_own_name_tells_is_read(inbox: Path, workspace: Path) -> None:
    """The name of the member counts, that of the archive does not."""
    outcome = added(inbox, workspace, iod2015__zip=zipped({"File_7_-_All_IoD2019_Scores.csv": iod()}))
    assert taken(outcome) == [("indices_of_deprivation", "2019")]
    assert "nothing tells the year of the edition" in refusal(
        added(inbox, workspace / "2", iod2019__zip=zipped({"File_7.csv": iod()}))
    )


def test_an_edition_that_contradicts_its_name_or_itself_is_refused(inbox: Path, workspace: Path) -> None:
    """Districts of 2019 under the name of 2015, or beside the population of 2012."""
    assert "2019 in 'Local Authority District code (2019)'; 2015 in the file's name" in refusal(
        added(inbox, workspace, IoD2015_File_7__csv=iod("2019"))
    )
    text = iod("2019", population="Total population: mid 2012 (excluding prisoners)")
    assert "contradict each other" in refusal(added(inbox, workspace, b__csv=text))


@pytest.mark.parametrize(
    ("header", "what"),
    [
        (f"LSOA code (2011),Local Authority District code (2019),{RANK},{DECILE}", "File 1 or File 2"),
        (
            "LSOA code (2021),Income Deprivation Affecting Children Index (IDACI) Rank (where 1 is most deprived)",
            "File 3",
        ),
        ("LSOA code (2011),Total population: mid 2015 (excluding prisoners)", "File 6"),
        ("Local Authority District code (2019),IMD - Average score,IMD - Average rank", "File 10 to File 14"),
    ],
)
def test_another_file_of_the_indices_is_named_with_what_to_download_instead(
    inbox: Path, workspace: Path, header: str, what: str
) -> None:
    """File 7, not File 1."""
    said = refusal(added(inbox, workspace, file__csv=f"{header}\n{'1,' * header.count(',')}1\n"))
    assert what in said
    assert "Download File 7" in said


# Population


def population(title: str = "", sheet: str = "Sheet1", more: tuple[str, ...] = ()) -> bytes:
    """A workbook of residents by age, one small area, with a title above."""
    head, row = ["LSOA Code", "LSOA Name", "All Ages", *AGES], ["E01000001", "City of London 001A", 91, *[1] * 91]
    other = ["E01000001", "City of London 001A", 45, *[1] * 45, *[0] * 46]
    sheets = {name: [[title], [], head, row if name == sheet else other] for name in (*more, sheet)}
    return book({"Notes": [["Released 25 September 2021"]], **sheets})


@pytest.mark.parametrize(
    ("data", "year"),
    [
        (population("Mid-2018 Population Estimates, released in 2019"), "2018"),
        (population(sheet="Mid-2019 Persons"), "2019"),
        (population("Population", sheet="2017"), "2017"),
    ],
)
def test_the_mid_year_is_that_of_the_title_or_the_sheet(inbox: Path, workspace: Path, data: bytes, year: str) -> None:
    """Not the last one that was published, and not that of a release."""
    assert taken(added(inbox, workspace, sape__xlsx=data)) == [("lsoa11_population", year)]


@pytest.mark.parametrize("name", ["population20_lsoa11.csv", "SAPE_mid-2020.csv", "lsoa_2020.csv"])
def test_the_mid_year_may_stand_in_the_own_name(inbox: Path, workspace: Path, name: str) -> None:
    """With four digits, or with two after a word for population."""
    text = f"lsoa11_code,total_population,{','.join(AGES)}\nE01000001,91,{','.join(['1'] * 91)}\n"
    assert taken(added(inbox, workspace, pop2018__zip=zipped({name: text}))) == [("lsoa11_population", "2020")]


def test_a_population_whose_year_nothing_tells_or_two_things_contradict_is_refused(
    inbox: Path, workspace: Path
) -> None:
    """It is not taken for 2020."""
    assert "nothing tells the year of the population" in refusal(added(inbox, workspace, sape23__xlsx=population()))
    said = refusal(added(inbox, workspace, mid_2020__xlsx=population("Mid-2018 population")))
    assert "2018 in the sheet's name or title; 2020 in the file's name" in said


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
    outcome = added(inbox, workspace, pop__xlsx=population("Mid-2019", meant, others))
    frames = outcome.admissions[0].frames
    assert frames is not None
    assert frames["core_lsoa11_population"]["residents_count"].tolist() == [91]


def test_two_sheets_of_which_none_is_called_so_are_refused(inbox: Path, workspace: Path) -> None:
    """Nobody can tell which is meant."""
    said = refusal(added(inbox, workspace, pop__xlsx=population("Mid-2019", "North", ("South",))))
    assert "two sheets could be meant; found 'South' and 'North'" in said


# Archives, folders and what the lines say


def census(code: str) -> str:
    """TS021 of one area."""
    return f"date,geography,geography code,{','.join(GROUPS)}\n2021,Somewhere,{code},100,1,2,3,90,4\n"


AREAS = {
    "ctry": "E92000001",
    "lsoa": "E01000001",
    "ltla": "E06000001",
    "msoa": "E02000001",
    "oa": "E00000001",
    "rgn": "E12000001",
    "utla": "E10000003",
}


def test_siblings_of_other_areas_in_an_archive_are_passed_over_in_one_line(inbox: Path, workspace: Path) -> None:
    """A bulk download holds the table by seven kinds of area; one is wanted, and the call succeeds."""
    members: dict[str, bytes | str] = {f"census2021-ts021-{kind}.csv": census(code) for kind, code in AREAS.items()}
    outcome = added(inbox, workspace, census__zip=zipped(members))
    assert outcome.first_refusal is None
    took, passed = (item.line for item in outcome.admissions)
    assert took.startswith("took census.zip > census2021-ts021-lsoa.csv")
    assert passed.startswith(
        "passed over 6 files: they are by areas of another kind (census.zip > census2021-ts021-ctry.csv"
    )
    assert passed.endswith("and 3 more)")


def test_a_table_by_other_areas_alone_is_refused(inbox: Path, workspace: Path) -> None:
    """Nothing of it would be taken."""
    outcome = added(inbox, workspace, msoa__csv=census("E02000001"))
    assert isinstance(outcome.first_refusal, UnrecognisedFile)
    assert "by areas of another kind; found E02000001" in refusal(outcome)


def test_in_a_folder_what_is_data_is_taken_and_the_rest_is_passed_over_at_the_end(inbox: Path, workspace: Path) -> None:
    """A line for all files of one reason, and no exit code for them."""
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


def test_a_data_file_in_a_folder_that_is_at_fault_is_refused(inbox: Path, workspace: Path) -> None:
    """A contradictory file of a known publication is no companion."""
    (inbox / "map.csv").write_text(MAP.format(day="01SEP2020"))
    (inbox / "other.csv").write_text(MAP.format(day="one day"))
    outcome = add([inbox], workspace, NOW)
    assert isinstance(outcome.first_refusal, InvalidContent)
    assert len(taken(outcome)) == 1


def test_a_file_that_is_named_and_not_known_is_refused(inbox: Path, workspace: Path) -> None:
    """Somebody meant it to be taken."""
    assert "not one of the publications that are known" in refusal(
        added(inbox, workspace, a__csv="name,colour\nOne,red\n")
    )


def test_a_lookup_with_more_columns_than_are_needed_is_read(inbox: Path, workspace: Path) -> None:
    """Columns of other areas, identifiers and notes are ignored."""
    text = (
        "FID,LSOA21CD,LSOA21NM,SICBL24CD,SICBL24CDH,SICBL24NM,ICB24CD,ICB24CDH,ICB24NM,NHSER24CD,CTYUA24CD,Shape__Area,\n"
        "1,E01000001,One,E38000001,A3A8R,Sub,E54000001,QMF,Board,E40000003,E09000001,12.5,x\n"
    )
    assert taken(added(inbox, workspace, lookup__csv=text)) == [("lsoa21_icb", "2024")]


@pytest.mark.parametrize(
    ("head", "row", "key"),
    [
        ("LSOA11CD,LSOA11NM,RUC11CD,RUC11,Notes", "E01000001,One,A1,Urban,x", "rural_urban_2011"),
        (
            "lsoa21cd,LAD24CD,WD24CD,WD24NM,lad24nm,PFA24CD",
            "E01000001,E06000001,E05000001,Ward,One,E23000001",
            "lsoa21_ward",
        ),
    ],
)
def test_order_case_and_further_columns_of_a_lookup_do_not_matter(
    inbox: Path, workspace: Path, head: str, row: str, key: str
) -> None:
    """Two more lookups with columns that nobody listed."""
    assert [found for found, _ in taken(added(inbox, workspace, lookup__csv=f"{head}\n{row}\n"))] == [key]


def test_a_line_says_how_many_rows_the_file_has(inbox: Path, workspace: Path) -> None:
    """And how many were made of them where these are fewer."""
    head = (
        "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,SUB_ICB_NAME,ICB_CODE,ICB_NAME,"
        "COMM_REGION_CODE,COMM_REGION_NAME,STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
    )
    row = "NWRS Staff,2022,6,U00001,ONE PCN,01A,One,QAA,ONE ICB,Y01,North,Group,Role,{role},1,{person}"
    roles = ["Social Prescribing Link Worker", *["Pharmacist"] * 9]
    text = "\n".join([head, *(row.format(role=role, person=number) for number, role in enumerate(roles)), ""])
    assert "2022Q2, 10 rows read into" in added(inbox, workspace, wf__csv=text).admissions[0].line


@pytest.mark.parametrize(
    ("text", "what", "download"),
    [
        (
            "Indicator ID,Indicator,Definition,Rationale\n1,a,b,c\n",
            'descriptions of indicators ("metadata")',
            "by practice",
        ),
        ("ad_pcncode,healthsupport.pcteval\nU00001,0.7\n", "the survey by PCN or ICB", "practice data (weighted, CSV)"),
        ("ccg_code,q32_3,q32_123base\n16C,3.5,20\n", "the survey by PCN, ICB", "practice data (weighted, CSV)"),
        (
            "EXTRACT_DATE,CCG_CODE,ORG_CODE,SEX,AGE,NUMBER_OF_PATIENTS\n01JAN2021,16C,A00001,MALE,1,5\n",
            "patients by single year of age, of one sex",
            "gp-reg-pat-prac-quin-age",
        ),
    ],
)
def test_another_file_of_the_same_page_is_named_with_what_to_download_instead(
    inbox: Path, workspace: Path, text: str, what: str, download: str
) -> None:
    """What lies beside the file that is wanted is often downloaded in its place."""
    said = refusal(added(inbox, workspace, file__csv=text))
    assert what in said
    assert download in said


def test_a_refusal_names_up_to_three_likeliest_publications_with_what_they_lack(inbox: Path, workspace: Path) -> None:
    """In the words of the publisher, and without the signs of any pattern."""
    said = refusal(
        added(inbox, workspace, x__csv="EXTRACT_DATE,PRACTICE_CODE,PCN_CODE,SEX\n01SEP2020,A00001,U00001,ALL\n")
    )
    assert "looks like 'Patients Registered at a GP Practice, practice mapping': it has 3 of 5 columns" in said
    assert "lacks 'PRACTICE_POSTCODE', 'PCN_NAME'" in said
    assert not any(sign in said for sign in ("\\", "(?", "|", "##"))


def test_members_of_one_name_are_told_apart_by_their_folders(inbox: Path, workspace: Path) -> None:
    """Lines, the state of each file and its name in the status say which of the two is meant."""
    maps = {"old/map.csv": MAP.format(day="01SEP2020"), "new/map.csv": MAP.format(day="01SEP2020") + "\n"}
    data = zipped({**maps, "b/c.csv": MAP.format(day="01OCT2020")})
    lines = [item.line for item in added(inbox, workspace, a__zip=data).admissions]
    assert [line.split(" for ")[0] for line in lines] == [
        "took a.zip > c.csv",
        "took a.zip > new/map.csv",
        "took a.zip > old/map.csv",
    ]
    assert re.search(r"a\.zip > (new|old)/map\.csv", lines[2].partition(";")[2])
    _, files, _ = next(status(workspace))
    assert sorted(files["file"]) == ["a.zip > b/c.csv", "a.zip > new/map.csv", "a.zip > old/map.csv"]
    assert files["state"].str.contains(r"displaced by a\.zip > (?:new|old)/map\.csv").sum() == 1


def test_a_workspace_without_a_build_says_so(inbox: Path, workspace: Path) -> None:
    """No name of a table comes up: what to do is to build."""
    added(inbox, workspace, map__csv=MAP.format(day="01SEP2020"))
    for ask in (anomalies, status_quarters):
        with pytest.raises(WorkspaceError, match=r"nothing has been built yet\. Run 'sp-geo build' first"):
            ask(Build(Store(workspace)))

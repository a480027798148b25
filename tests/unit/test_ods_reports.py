"""Reports of the Organisation Data Service: with and without headers, in the words and codes of each age."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.build.steps import _together
from sp_geo.core.errors import InvalidContent, SpGeoError
from sp_geo.publications.add import add
from sp_geo.publications.catalogue import recognise
from sp_geo.publications.readers import READERS
from sp_geo.workspace.document import Document
from tests.unit.files import read_as

EPRACCUR_HEADER = (
    "Organisation Code,Name,National Grouping,High Level Health Geography,Address line 1,Address line 2,Address line 3,"
    "Address line 4,Address line 5,Postcode,Open Date,Close Date,Status Code,Organisation Sub-Type Code,Commissioner,"
    "Join Provider/Purchaser Date,Left Provider/Purchaser Date,Contact Telephone Number,Null,Null,Null,"
    "Amended Record Indicator,Null,Provider/Purchaser,Null,Prescribing Setting,Null"
)
EPRACCUR = EPRACCUR_HEADER.split(",")
PARTNERS_HEADER = (
    "Partner Organisation Code,Partner Name,Practice Parent Sub ICB Location Code,Practice Parent Sub ICB Location Name,"
    "PCN Code,PCN Name,PCN Parent Sub ICB Location Code,PCN Parent Sub ICB Location Name,"
    "Practice to PCN Relationship Start Date,Practice to PCN Relationship End Date,Practice Sub ICB and PCN Sub ICB Match?"
)
PARTNERS = PARTNERS_HEADER.split(",")
PCNS_HEADER = (
    "PCN Code,PCN Name,Current Sub ICB Loc Code,Sub ICB Location,Open Date,Close Date,Address Line 1,Address Line 2,"
    "Address Line 3,Address Line 4,Address Line 5,Postcode"
)
PCNS = PCNS_HEADER.split(",")


def practice(code: str, status: str, closed: str = "", setting: str = "4") -> dict[str, str]:
    """One row of epraccur by its headers."""
    return {
        "Organisation Code": code,
        "Name": "ONE SURGERY",
        "Postcode": "AA1 1AA",
        "Open Date": "19740401",
        "Close Date": closed,
        "Status Code": status,
        "Organisation Sub-Type Code": "B",
        "Commissioner": "16C",
        "Join Provider/Purchaser Date": "20200401",
        "Prescribing Setting": setting,
    }


def spell(practice_code: str, pcn: str, start: str, end: str = "") -> dict[str, str]:
    """One row of the report of partners by its headers."""
    return dict(
        zip(
            PARTNERS, [practice_code, "ONE", "16C", "ICB - 16C", pcn, "NET", "16C", "", start, end, "TRUE"], strict=True
        )
    )


def report(columns: list[str], rows: list[dict[str, str]], *, headers: bool, name: str = "report.csv") -> Document:
    """A CSV file of these columns in this order, all values in quotes."""
    lines = [columns] if headers else []
    lines += [[row.get(column, "") for column in columns] for row in rows]
    return Document(name, "csv", "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines).encode())


def rows_of(document: Document, publication: str, table: str) -> pd.DataFrame:
    """The file recognised, read and validated."""
    return read_as(publication, document)[table]


ROWS = [
    practice("A00001", "ACTIVE", setting="RO76"),
    practice("A00002", "INACTIVE", "20171031", "RO76"),
    practice("A00003", "DORMANT"),
    practice("A00004", "INACTIVE"),
    practice("A00005", "A"),
    practice("A00006", "c", "20180101"),
    practice("Y00007", "ACTIVE", setting="RO87"),
    practice("Y00008", "A", setting="9"),
]
STATES = {"A00001": "A", "A00002": "C", "A00003": "D", "A00004": "D", "A00005": "A", "A00006": "C"}


@pytest.mark.parametrize(
    ("columns", "headers"), [(EPRACCUR, False), (EPRACCUR, True), ([*EPRACCUR[12:], *EPRACCUR[:12]], True)]
)
def test_epraccur_is_read_in_letters_words_numbers_and_roles(columns: list[str], headers: bool) -> None:
    """Practices of setting 4 and of role RO76 are kept; INACTIVE is closed with a close date and dormant without."""
    found = rows_of(report(columns, ROWS, headers=headers), "epraccur", "core_organisation")
    assert dict(zip(found["org_code"], found["status"], strict=True)) == STATES
    assert found["edition"].unique().tolist() == ["2020-04"]
    assert set(found["parent_code"]) == {"16C"}


def test_epraccur_without_a_needed_header_names_it() -> None:
    """A renamed status is refused by its name, and an odd one is listed in the publisher's words with its row."""
    renamed = [column.replace("Status Code", "State") for column in EPRACCUR]
    document = report(renamed, ROWS, headers=True)
    assert recognise(document).key == "epraccur"
    with pytest.raises(InvalidContent, match="STATUS CODE is missing"):
        READERS["epraccur"](document, "")
    odd = report(EPRACCUR, [*ROWS, practice("A00009", "GONE")], headers=True)
    assert READERS["epraccur"](odd, "")["core_organisation"].set_index("org_code")["status"].isna()["A00009"]
    assert [(item["row"], item["column"], item["found"]) for item in odd.notes.anomalies] == [
        (10, "Status Code", "GONE")
    ]
    with pytest.raises(InvalidContent, match="no row below the header"):
        READERS["epraccur"](report(EPRACCUR, [], headers=True), "")


SPELLS = [
    spell("A00001", "U00001", "20191001", "20220331"),
    spell("A00001", "U00002", "20220401"),
    spell("A00002", "U00002", "20191001"),
]


@pytest.mark.parametrize(
    ("columns", "headers"), [(PARTNERS, False), (PARTNERS, True), ([*PARTNERS[4:], *PARTNERS[:4]], True)]
)
def test_the_report_of_partners_gives_the_spells_of_the_workbook(headers: bool, columns: list[str]) -> None:
    """Spells are read with and without headers; with them the columns may stand in any order."""
    found = rows_of(report(columns, SPELLS, headers=headers), "epcn_partners", "core_practice_membership")
    assert found[["practice_code", "pcn_code", "valid_from"]].to_numpy().tolist() == [
        ["A00001", "U00001", "2019-10-01"],
        ["A00001", "U00002", "2022-04-01"],
        ["A00002", "U00002", "2019-10-01"],
    ]
    assert found["valid_to"].notna().tolist() == [True, False, False]
    assert set(found["edition_date"]) == {"2022-04-01"}
    assert set(found["sub_icb_code"]) == {"16C"}


@pytest.mark.parametrize("headers", [False, True])
def test_the_report_of_pcns_gives_organisations(headers: bool) -> None:
    """Every PCN has its name, sub-ICB location, postcode and days."""
    values = ["U00001", "NET ONE PCN", "16C", "ICB - 16C", "20191001", "20220331", "1 ROAD", "", "", "", "", "AA1 1AA"]
    rows = [
        dict(zip(PCNS, values, strict=True)),
        dict(zip(PCNS, ["U00002", *values[1:5], "", *values[6:]], strict=True)),
    ]
    found = rows_of(report(PCNS, rows, headers=headers), "epcn_pcns", "core_organisation")
    assert found[["org_code", "org_type", "parent_code", "opened"]].to_numpy().tolist() == [
        ["U00001", "pcn", "16C", "2019-10-01"],
        ["U00002", "pcn", "16C", "2019-10-01"],
    ]
    assert found["closed"].fillna("open").tolist() == ["2022-03-31", "open"]


def test_both_reports_and_the_register_stand_beside_each_other_on_the_shelf(tmp_path: Path) -> None:
    """Three reports of one month are three publications, and none takes another's place."""
    files = {
        "epraccur.csv": report(EPRACCUR, ROWS, headers=False),
        "epcn.csv": report(
            PCNS, [dict(zip(PCNS, ["U00001", "N", "16C", "", "20200401"], strict=False))], headers=False
        ),
        "partners.csv": report(PARTNERS, [spell("A00001", "U00001", "20200401")], headers=False),
    }
    for name, document in files.items():
        (tmp_path / name).write_bytes(document.data)
    outcome = add([tmp_path / name for name in files], tmp_path / "w", datetime(2026, 11, 30, tzinfo=UTC))
    assert outcome.first_refusal is None
    assert [item.origin.publication for item in outcome.admissions if item.origin] == [
        "epraccur",
        "epcn_pcns",
        "epcn_partners",
    ]


def test_reports_are_read_among_others() -> None:
    """Other organisations are passed over, headers may hold line breaks, and a spell of two reports stands once."""
    text = (
        '"00C","16C","","20200401","0"\n"F81067","F81044","","20260401","0"\n"F81067001","F81044001","","20200401","0"\n'
        '"F81001","F81002","","20190401","1"\n"F81004","F81003","","20190401","P"\n"U00639","U92223","","20260401","0"\n'
    )
    found = rows_of(Document("succ.csv", "csv", text.encode()), "practice_succession", "core_practice_succession")
    assert found[["practice_code", "successor_code"]].to_numpy().tolist() == [
        ["F81001", "F81002"],
        ["F81003", "F81004"],
        ["F81067", "F81044"],
    ]
    broken = [column.replace(" Code", "\nCode").replace("Relationship ", "Relationship\n") for column in PARTNERS]
    rows = [dict(zip(broken, spell("A00001", "U00001", "20191001").values(), strict=True))]
    found = rows_of(report(broken, rows, headers=True), "epcn_partners", "core_practice_membership")
    assert found["practice_code"].tolist() == ["A00001"]
    older = READERS["epcn_partners"](report(PARTNERS, SPELLS[:1], headers=False), "2022-04")
    newer = READERS["epcn_partners"](report(PARTNERS, SPELLS, headers=False), "2022-04")
    table = "core_practice_membership"
    for frames in ([older[table], newer[table]], [newer[table], older[table]]):
        assert len(_together(table, frames)) == 3


def test_a_file_of_other_organisations_says_that_no_practice_is_in_it() -> None:
    """A PCN is never taken for a practice, and what was found instead is counted."""
    rows = [("00C", "16C"), ("U00639", "U92223"), ("5A101", "5QCQ2")]
    text = "".join(f'"{old}","{new}","","20200401","0"\n' for old, new in rows)
    with pytest.raises(InvalidContent, match=r"no general practice.*3 rows: 1 of PCNs, 2 of other organisations"):
        READERS["practice_succession"](Document("succ.csv", "csv", text.encode()), "")


@pytest.mark.parametrize("publication", ["epcn_partners", "epcn_pcns", "epraccur", "practice_succession"])
def test_a_report_of_another_width_is_refused_in_words(publication: str) -> None:
    """Columns are never read under the names of others."""
    with pytest.raises(SpGeoError, match=r"x.csv"):
        READERS[publication](Document("x.csv", "csv", b"A00001,ONE\nA00002,TWO\n"), "")


@pytest.mark.parametrize("opened", ["1974-04-01", "01/04/1974"])
def test_reports_without_headers_that_a_spreadsheet_saved_again_are_known_by_their_shape(opened: str) -> None:
    """Days in the form of a spreadsheet, and one odd status among the first rows, leave a report what it is."""
    practices = [practice(f"A0000{number}", "ACTIVE") | {"Open Date": opened} for number in range(8)]
    practices[0]["Status Code"] = "UNSURE"
    found = rows_of(report(EPRACCUR, practices, headers=False), "epraccur", "core_organisation")
    assert set(found["opened"]) == {"1974-04-01"}
    assert found["status"].isna().sum() == 1
    spells = [spell(f"A0000{number}", "U00001", opened) for number in range(8)]
    partners = report(PARTNERS, spells, headers=False)
    assert recognise(partners).key == "epcn_partners"
    net = {"PCN Code": "U00001", "PCN Name": "N", "Current Sub ICB Loc Code": "16C", "Open Date": opened}
    assert recognise(report(PCNS, [net] * 3, headers=False)).key == "epcn_pcns"
    for number in range(0, 8, 2):
        practices[number]["Status Code"] = "UNSURE"
    with pytest.raises(SpGeoError, match="not one of the publications"):
        recognise(report(EPRACCUR, practices, headers=False))

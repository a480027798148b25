"""Memberships and organisations: ePCN, practice map, epraccur, succession."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.epcn import reader as epcn
from sp_geo.publications.epraccur import reader as epraccur
from sp_geo.publications.practice_map import reader as practice_map
from sp_geo.publications.practice_succession import reader as practice_succession
from sp_geo.tables.core import core_organisation, core_practice_membership, core_practice_succession
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document
from tests.unit.files import MAP_2022, MAP_2026, workbook


def epcn_of(spells: list[list[object]], era: str = "Sub ICB Loc") -> Document:
    """An ePCN workbook with one PCN and these spells (practice, PCN, start, end)."""
    code, name = ("Current Clinical \nCommissioning \nGroup Code", "Clinical\nCommissioning\nGroup Name")
    if era != "CCG":
        code, name = "Current Sub ICB Loc Code", "Sub ICB Location"
    heads = [
        "Partner\nOrganisation\nCode",
        "Partner\nName",
        f"Practice\nParent\n{era} Code",
        "PCN Code",
        "Practice to PCN\nRelationship\nStart Date",
        "Practice to PCN\nRelationship\nEnd Date",
        f"Practice {era} and PCN\n{era} Match ",
    ]
    sheets = {
        "PCNDetails ": [
            ["PCN Code", "PCN Name", code, name, "Open Date", "Close Date", "Postcode"],
            ["U00001", " ONE  PCN ", "01A", "One", "20191001", "", "ZZ1 1ZZ"],
        ],
        "PCN Core Partner Details": [heads, *([one, "A", "01A", *spell, True] for one, *spell in spells)],
    }
    return Document("ePCN.xlsx", "workbook", workbook(sheets, datetime(2023, 1, 26)))  # noqa: DTZ001


def membership(document: Document, period: str = "") -> pd.DataFrame:
    """The workbook's spells."""
    frames = epcn.read(document, period)
    validate(frames["core_organisation"], core_organisation)
    return validate(frames["core_practice_membership"], core_practice_membership)


@pytest.mark.parametrize("era", ["CCG", "Sub ICB Loc"])
def test_epcn_of_both_eras_gives_spells(era: str) -> None:
    """Workbooks of the CCG years and since give spells with their days."""
    found = membership(epcn_of([["Z00001", "U00001", "20191001", "20200831"], ["Z00001", "U00001", 20200901, ""]], era))
    assert found["valid_from"].tolist() == ["2019-10-01", "2020-09-01"]
    assert found["valid_to"].fillna("open").tolist() == ["2020-08-31", "open"]
    assert set(found["sub_icb_code"]) == {"01A"}


def test_an_edition_knows_up_to_its_last_date_before_it_was_saved() -> None:
    """An edition knows up to its last date before saving; of a spell told twice the longer counts; overlaps are kept."""
    spells: list[list[object]] = [["Z00001", "U00001", "20191001", "20230108"], ["Z00001", "U00001", "20230401", ""]]
    found = membership(epcn_of(spells))
    assert found["edition_date"].unique().tolist() == ["2023-01-08"]
    assert found["edition"].unique().tolist() == ["2023-01"]
    assert membership(epcn_of(spells), "2023-02")["edition"].unique().tolist() == ["2023-02"]
    document = epcn_of(
        [
            ["Z00001", "U00001", "20200101", "20210331"],
            ["Z00001", "U00001", "20200101", ""],
            ["Z00002", "U00001", "20200101", ""],
        ]
    )
    found = membership(document).set_index("practice_code")["valid_to"]
    assert found.isna().tolist() == [True, True]
    assert [item["row"] for item in document.notes.anomalies] == [2]
    spells: list[list[object]] = [["Z00001", "U00001", "20200101", ""], ["Z00001", "U00002", "20200601", ""]]
    assert len(membership(epcn_of(spells))) == 2


@pytest.mark.parametrize(
    ("spells", "said"),
    [
        ([["Z00001", "U00001", "20200101", "20191231"]], "row 2.*before the start"),
        ([["Z00001", "U00001X", "20200101", ""]], "row 2.*'U00001X'"),
        ([["Z00001", "U00001", "soon", ""]], "row 2.*'soon'"),
    ],
)
def test_epcn_faults_give_their_row(spells: list[list[object]], said: str) -> None:
    """A faulty spell is refused with its row."""
    with pytest.raises(InvalidContent, match=said):
        membership(epcn_of(spells))


@pytest.mark.parametrize(
    ("header", "day"), [(MAP_2022, "01Jan2022"), (MAP_2026, "2026-07-01"), (MAP_2022, "01JUL2022")]
)
def test_practice_maps_of_both_forms_are_read(header: str, day: str) -> None:
    """Practice maps of both forms give memberships and organisations, and a repeat is refused."""
    line = f"GP_PRAC_PAT_LIST,{day},Z00001,ONE,ZZ1 1ZZ,U00001,ONE PCN,E38000001,01A,One,E54000001,QAA,ICB,E40000001,Y01,North"
    loose = line.replace("Z00001", "Z00002").replace("U00001,ONE PCN", "U,Unallocated")
    extra = ",TPP" if header is MAP_2026 else ""
    text = "\n".join([header, line + extra, loose + extra, ""])
    frames = practice_map.read(Document("map.csv", "csv", text.encode()), "")
    found = validate(frames["core_practice_membership"], core_practice_membership)
    assert found["pcn_code"].tolist() == ["U00001", "U"]
    assert found["kind"].unique().tolist() == ["snapshot"]
    organisations = validate(frames["core_organisation"], core_organisation).set_index(["org_type", "org_code"])
    assert organisations.loc[("icb", "QAA"), "ons_code"] == "E54000001"
    assert organisations.loc[("pcn", "U00001"), "parent_code"] == "01A"
    with pytest.raises(InvalidContent, match=r"row 4.*practice stands twice"):
        practice_map.read(
            Document("map.csv", "csv", (text + line.replace("U00001", "U00009") + extra + "\n").encode()), ""
        )


def epraccur_row(code: str, setting: str = "4", status: str = "A", closed: str = "", opened: str = "19740401") -> str:
    """One line in the publisher's 27 columns."""
    cells = [code, "ONE", "Y01", "QAA", "", "", "", "", "", "ZZ1 1ZZ", opened, closed, status, "B", "01A", "20200401"]
    return ",".join(f'"{cell}"' for cell in [*cells, "", "", "", "", "", "0", "", "01A", "", setting, ""])


def test_epraccur_lists_practices_whose_days_contradict_their_status() -> None:
    """An active practice that closed before is kept as published and named; one that is to close is nothing odd."""
    rows = [
        epraccur_row("Z00001", status="ACTIVE", closed="20190331"),
        epraccur_row("Z00002", status="A", closed="20221130"),
        epraccur_row("Z00003", status="ACTIVE", closed="20990331"),
        epraccur_row("Z00004", status="C", closed="20221130"),
        epraccur_row("Z00005", status="C", closed="19700101", opened="19740401"),
        epraccur_row("Z00006", status="INACTIVE", closed="20190331"),
    ]
    document = Document("e.csv", "csv", "\n".join([*rows, ""]).encode())
    found = epraccur.read(document, "2022-12")["core_organisation"]
    assert found["status"].tolist() == ["A", "A", "A", "C", "C", "C"]
    assert [(item["row"], item["problem"], item["outcome"]) for item in document.notes.anomalies] == [
        (1, "active, with a close date in the past", "kept"),
        (2, "active, with a close date in the past", "kept"),
        (5, "closed before it opened", "kept"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '"Z00001","Z00002","R","20200401",""\n"01A","02A","R","20200401",""\n',
        "practice_code,successor_code,effective_date\nZ00001,Z00002,2020-04-01\n",
        '"Z00002","Z00001","R","20200401","P"\n',
    ],
)
def test_successions_run_from_the_closed_practice(text: str) -> None:
    """A succession runs from the closed practice to the one that follows, in every form."""
    frames = practice_succession.read(Document("succ.csv", "csv", text.encode()), "")
    found = validate(frames["core_practice_succession"], core_practice_succession)
    assert found.to_numpy().tolist() == [["Z00001", "Z00002", "2020-04-01"]]

"""The workforce release: quarters, roles, contracts, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.pcn_workforce.reader import read
from sp_geo.publications.pcn_workforce.roles import role_name
from sp_geo.tables.validation import validate
from sp_geo.tables.workforce import core_pcn_month, core_pcn_release, core_pcn_workforce
from sp_geo.workspace.document import Document
from tests.unit.files import WORKFORCE, csv_file

PLAIN = "Social Prescribing Link Worker"
ADULT = f"{PLAIN} (Mental Health Practitioner - Adult)"


def row(
    pcn: str = "U00001", role: str = PLAIN, fte: str = "1", person: str = "1", staff: bool = True, month: str = "6"
) -> str:
    """One line in the publisher's layout."""
    source = "NWRS Staff" if staff else "NWRS contracted services"
    return f"{source},2023,{month},{pcn},ONE PCN,01A,One,QAA,ONE ICB,Y01,North,Group,Role,{role},{fte},{person}"


MANY = [row(role="Paramedic", person=str(number)) for number in range(20)]
"""Rows beside which one is few."""


def release(*rows: str, header: str = WORKFORCE) -> Document:
    """A release of these lines."""
    return csv_file("\n".join([header, *rows, ""]).encode("cp1252"))


def totals(*rows: str) -> pd.DataFrame:
    """The release as core_pcn_workforce."""
    return validate(read(release(*rows), "")["core_pcn_workforce"], core_pcn_workforce)


def test_fte_is_added_and_people_are_counted_once() -> None:
    """FTE are added up, 0 and like contracts too; a person with two posts is one, and contracts have no head count."""
    found = totals(row(fte="0.5"), row(fte="0.4"), row(person="2"))
    assert found.loc[0, ["quarter", "role", "fte", "headcount", "rows_count"]].tolist() == [
        "2023Q2",
        "splw",
        pytest.approx(1.9),
        2,
        3,
    ]
    found = totals(row(staff=False, fte="4", person="NULL"))
    assert found.loc[0, "fte"] == 4
    assert found["headcount"].isna().all()
    assert totals(*[row(staff=False, person="")] * 6)["fte"].tolist() == [6.0]
    assert totals(row(fte="0"))["fte"].tolist() == [0.0]


def test_a_release_is_taken_or_refused_as_a_whole() -> None:
    """A PCN without link workers is in it, under any year's headings; two months, hours or renamed roles are refused."""
    frames = read(release(row("U00002", "Paramedic"), row("U00003", "Paramedic", staff=False)), "")
    found = validate(frames["core_pcn_release"], core_pcn_release)
    assert found["pcn_code"].tolist() == ["U00002", "U00003"]
    assert found["staff_rows_count"].tolist() == [1, 0]
    old = WORKFORCE.replace("SUB_ICB", "CCG").replace("ICB_", "STP_")
    assert len(read(release(row(), header=old), "")["core_pcn_release"]) == 1
    with pytest.raises(InvalidContent, match=r"row 3.*mixes periods"):
        read(release(row(), row(month="3")), "")
    with pytest.raises(InvalidContent, match=r"row 2, column FTE.*'37.5', and 3 more of 4 rows"):
        read(release(*[row(fte="37.5", person=str(number)) for number in range(4)]), "")
    with pytest.raises(InvalidContent, match=r"row 2.*link worker role that is new.*Lead Link Worker"):
        read(release(*[row(role="Lead Link Worker")] * 4), "")


@pytest.mark.parametrize(
    ("month", "quarter"), [("3", "2023Q1"), ("June", "2023Q2"), ("Sep", "2023Q3"), ("12", "2023Q4")]
)
def test_months_are_numbers_or_names(month: str, quarter: str) -> None:
    """Months are read as numbers or names."""
    assert totals(row(month=month))["quarter"].unique().tolist() == [quarter]


@pytest.mark.parametrize("month", ["7", "August", "Nov"])
def test_a_month_within_a_quarter_is_monthly_history_and_no_quarter(month: str) -> None:
    """A release of July is kept under its month, with zero for a PCN that reported no link worker."""
    frames = read(release(row(month=month), row("U00002", "Paramedic", month=month)), "")
    assert set(frames) == {"core_pcn_month"}
    found = validate(frames["core_pcn_month"], core_pcn_month)
    assert found["month"].unique().tolist() == [{"7": "2023-07", "August": "2023-08", "Nov": "2023-11"}[month]]
    assert found["splw_fte"].tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("published", "short"),
    [
        (PLAIN, "splw"),
        (f" {PLAIN.upper()} ", "splw"),
        (ADULT, "splw_mental_health_adult"),
        (f"{PLAIN} (Mental Health Practitioner \u2013 Adult)", "splw_mental_health_adult"),
        ("Clinical Director \u2013 DPC", "clinical_director_dpc"),
        ("Senior Social Prescribing Link Worker", "splw_senior_social_prescribing_link_worker"),
        ("Link Worker of a new kind", "splw_link_worker_of_a_new_kind"),
        ("", "not_stated"),
    ],
)
def test_roles_get_short_names_and_new_link_workers_one_of_their_own(published: str, short: str) -> None:
    """A new kind of link worker is one, and is told apart from the plain role."""
    assert role_name(published) == short


def test_a_new_link_worker_role_and_a_blank_role_are_kept_and_listed() -> None:
    """Provision holds the new kind, and whoever reads the figure can see that it does."""
    document = release(*MANY, row(role="Lead Link Worker", fte="0.5"), row(role="", fte="0.25"))
    assert read(document, "")["core_pcn_workforce"].set_index("role")["fte"].to_dict() == {
        "paramedic": 20.0, "splw_lead_link_worker": 0.5, "not_stated": 0.25,
    }  # fmt: skip
    listed = {item["row"]: (item["outcome"], item["effect"], item["unit"]) for item in document.notes.anomalies}
    assert listed == {22: ("kept", 0.5, "FTE"), 23: ("kept", 0.25, "FTE")}


@pytest.mark.parametrize(("fte", "staff"), [("-0.026666667", True), ("-0.5", False), ("3.1", True), ("51", False)])
@pytest.mark.parametrize("role", ["Paramedic", PLAIN])
def test_fte_that_nobody_can_have_is_kept_as_published_and_listed(fte: str, staff: bool, role: str) -> None:
    """The published totals hold it, so ours do; the list says its row and its size."""
    document = release(*MANY, row("U00002", role=role, fte=fte, staff=staff))
    found = read(document, "")["core_pcn_workforce"].set_index("pcn_code")["fte"]
    assert found["U00002"] == float(fte)
    assert [(item["row"], item["column"], item["effect"]) for item in document.notes.anomalies] == [
        (22, "FTE", float(fte))
    ]


@pytest.mark.parametrize("fte", ["n/a", "", "inf", "1e9"])
def test_a_row_whose_fte_is_no_number_is_left_out_and_listed(fte: str) -> None:
    """One wrong cell of another role costs itself."""
    document = release(*MANY, row("U00002"), row("U00002", role="Paramedic", fte=fte))
    frames = read(document, "")
    assert frames["core_pcn_workforce"].set_index("pcn_code")["role"]["U00002"] == "splw"
    assert [(item["row"], item["outcome"]) for item in document.notes.anomalies] == [(23, "left out")]


def test_a_pcn_of_which_a_link_workers_fte_is_unknown_counts_as_not_reporting() -> None:
    """Its other rows are neither zero link workers nor all of them; a torn row of a paramedic leaves it as it is."""
    document = release(*MANY, row("U00002", fte="n/a"), row("U00002", fte="0.5"), row("U00002", role="Paramedic"))
    frames = read(document, "")
    assert frames["core_pcn_release"]["pcn_code"].tolist() == ["U00001"]
    rows = frames["core_pcn_workforce"]
    assert rows.loc[rows["pcn_code"] == "U00002", "role"].tolist() == ["paramedic"]
    assert [(item["row"], item["effect"]) for item in document.notes.anomalies] == [(22, None), (23, 0.5)]
    torn = row(pcn="U00002", role="Paramedic").replace("ONE PCN", '"ONE PCN')
    found = read(release(*MANY[:10], torn, row(pcn="U00002", person="7"), *MANY[10:]), "")
    assert found["core_pcn_workforce"].query("role == 'splw'")["fte"].tolist() == [1.0]


@pytest.mark.parametrize(("pcn", "name"), [("U00002", "ONE PCN"), ("u00002", "ONE ICB"), ("U00002", PLAIN)])
def test_a_pcn_of_which_a_link_workers_row_has_a_stray_quotation_mark_counts_as_not_reporting(
    pcn: str, name: str
) -> None:
    """The row never becomes one of the table, and the PCN would have what its other rows say."""
    torn = row(pcn).replace(name, f'"{name}')
    document = release(*MANY[:10], torn, row(pcn="U00002", fte="0.6", person="7"), row(pcn="U00003"), *MANY[10:])
    found = read(document, "")
    workers = found["core_pcn_workforce"].query("role == 'splw'")
    assert workers["pcn_code"].tolist() == ["U00003"]
    assert found["core_pcn_release"]["pcn_code"].tolist() == ["U00001", "U00003"]
    assert {item["outcome"] for item in document.notes.anomalies} == {"left out"}
    assert [item["row"] for item in document.notes.anomalies] == [12, 13]


@pytest.mark.parametrize("code", ["U00001X", "", "A81001", "PCN"])
def test_a_row_whose_pcn_cannot_be_told_is_left_out_with_its_fte(code: str) -> None:
    """What is lost is listed with its size, and the rest of England stays."""
    document = release(*MANY, row(code, "Paramedic", fte="0.75"))
    assert read(document, "")["core_pcn_workforce"]["pcn_code"].unique().tolist() == ["U00001"]
    assert [(item["found"], item["effect"]) for item in document.notes.anomalies] == [(code or None, 0.75)]


def test_a_parent_of_the_wrong_shape_is_missing_and_the_row_stays() -> None:
    """A blank or odd ICB does not cost a PCN its link workers."""
    document = release(*MANY, row("U00002").replace("QAA", "an ICB"), row("U00003").replace(",QAA,", ",,"))
    found = read(document, "")["core_pcn_release"].set_index("pcn_code")["icb_code"]
    assert found["U00001"] == "QAA"
    assert found[["U00002", "U00003"]].isna().all()
    assert [(item["row"], item["outcome"]) for item in document.notes.anomalies] == [(22, "read as missing")]


def test_like_pairs_are_kept_and_listed_and_copied_blocks_are_refused() -> None:
    """One person can hold two like posts; nobody's file repeats ten of them in order."""
    rows = [row(f"U{number:05d}", person=str(number)) for number in range(1, 400)]
    document = release(*rows, rows[0], rows[20], rows[19])
    assert read(document, "")["core_pcn_workforce"]["fte"].sum() == 402
    assert [(item["row"], item["outcome"]) for item in document.notes.anomalies] == [
        (401, "kept"), (402, "kept"), (403, "kept"),
    ]  # fmt: skip
    with pytest.raises(InvalidContent, match="copied; found 399 staff rows that repeat those from row 2 on"):
        read(release(*rows, *rows), "")
    many = [row(f"U{number:05d}", person=str(number)) for number in range(1, 2000)]
    with pytest.raises(
        InvalidContent, match=r"row 2,001.*copied; found 10 staff rows that repeat those from row 22 on"
    ):
        read(release(*many, *many[20:30]), "")

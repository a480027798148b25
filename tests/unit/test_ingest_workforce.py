"""The workforce release: quarters, roles, contracts, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.errors import InvalidContent
from sp_geo.ingest.pcn_workforce import read
from sp_geo.ingest.roles import role_name
from sp_geo.sources.document import Document
from sp_geo.tables.core import core_pcn_release, core_pcn_workforce
from sp_geo.tables.validation import validate

HEADER = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,SUB_ICB_NAME,ICB_CODE,ICB_NAME,"
    "COMM_REGION_CODE,COMM_REGION_NAME,STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)
PLAIN = "Social Prescribing Link Worker"
ADULT = f"{PLAIN} (Mental Health Practitioner - Adult)"


def row(
    pcn: str = "U00001", role: str = PLAIN, fte: str = "1", person: str = "1", staff: bool = True, month: str = "6"
) -> str:
    """One line in the publisher's layout."""
    source = "NWRS Staff" if staff else "NWRS contracted services"
    return f"{source},2023,{month},{pcn},ONE PCN,01A,One,QAA,ONE ICB,Y01,North,Group,Role,{role},{fte},{person}"


def release(*rows: str, header: str = HEADER) -> Document:
    """A release of these lines."""
    return Document("workforce.csv", "csv", "\n".join([header, *rows, ""]).encode("cp1252"))


def totals(*rows: str) -> pd.DataFrame:
    """The release as core_pcn_workforce."""
    return validate(read(release(*rows), "")["core_pcn_workforce"], core_pcn_workforce)


def test_fte_is_added_and_people_are_counted_once() -> None:
    """A person with two posts would be two people."""
    found = totals(row(fte="0.5"), row(fte="0.4"), row(person="2"))
    assert found.loc[0, ["quarter", "role", "fte", "headcount", "rows_count"]].tolist() == [
        "2023Q2",
        "splw",
        pytest.approx(1.9),
        2,
        3,
    ]


def test_contracted_services_have_fte_and_no_head_count() -> None:
    """A contract would count as nobody, which is a number of people."""
    found = totals(row(staff=False, fte="4", person="NULL"))
    assert found.loc[0, "fte"] == 4
    assert found["headcount"].isna().all()


def test_a_pcn_without_link_workers_is_in_the_release() -> None:
    """A true zero would be taken for a PCN that did not report."""
    frames = read(release(row("U00002", "Paramedic"), row("U00003", "Paramedic", staff=False)), "")
    found = validate(frames["core_pcn_release"], core_pcn_release)
    assert found["pcn_code"].tolist() == ["U00002", "U00003"]
    assert found["staff_rows_count"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("month", "quarter"), [("3", "2023Q1"), ("June", "2023Q2"), ("Sep", "2023Q3"), ("12", "2023Q4")]
)
def test_months_are_numbers_or_names(month: str, quarter: str) -> None:
    """A release would be lost for the form of its month."""
    assert totals(row(month=month))["quarter"].unique().tolist() == [quarter]


def test_a_month_within_a_quarter_is_refused_with_those_that_serve() -> None:
    """A July release would stand for September."""
    with pytest.raises(InvalidContent, match=r"July 2023.*March, June, September or December"):
        read(release(row(month="7")), "")


def test_mixed_months_are_refused() -> None:
    """Two quarters would be added together."""
    with pytest.raises(InvalidContent, match=r"row 3.*mixes periods"):
        read(release(row(), row(month="3")), "")


@pytest.mark.parametrize(
    ("published", "short"),
    [
        (PLAIN, "splw"),
        (f" {PLAIN.upper()} ", "splw"),
        (ADULT, "splw_mental_health_adult"),
        (f"{PLAIN} (Mental Health Practitioner \u2013 Adult)", "splw_mental_health_adult"),
        ("Clinical Director \u2013 DPC", "clinical_director_dpc"),
        ("Senior Social Prescribing Link Worker", None),
        ("Link Worker of a new kind", None),
        ("", None),
    ],
)
def test_roles_get_short_names_and_unknown_link_workers_none(published: str, short: str | None) -> None:
    """A new kind of link worker would be left out of provision without a word."""
    assert role_name(published) == short


def test_an_unknown_link_worker_role_is_refused_by_name() -> None:
    """Provision would change meaning silently."""
    with pytest.raises(InvalidContent, match=r"row 3.*'Lead Link Worker'"):
        read(release(row(), row(role="Lead Link Worker")), "")


@pytest.mark.parametrize(
    ("fte", "staff", "said"),
    [
        ("n/a", True, "'n/a'"),
        ("", True, "nothing"),
        ("inf", True, "'inf'"),
        ("-0.5", True, "negative"),
        ("-0.026666667", True, "negative"),
        ("-0.5", False, "negative"),
        ("3.1", True, "implausibly large"),
        ("51", False, "implausibly large"),
    ],
)
def test_fte_that_cannot_be_is_refused_with_its_row(fte: str, staff: bool, said: str) -> None:
    """One wrong cell would move a PCN's provision."""
    with pytest.raises(InvalidContent, match=rf"row 3, column FTE.*{said}"):
        read(release(row(), row("U00002", role="Paramedic", fte=fte, staff=staff)), "")


def test_the_declared_error_of_the_publisher_is_kept_except_for_link_workers() -> None:
    """Real releases of 2022 could not be read, or link worker FTE could be negative."""
    wrong = {"fte": "-0.026666667", "staff": False, "person": "NULL"}
    assert totals(row(role="Pharmacy Technician", **wrong))["fte"].tolist() == [-0.026666667]
    with pytest.raises(InvalidContent, match="negative"):
        read(release(row(**wrong)), "")


def test_zero_fte_is_kept() -> None:
    """A post on leave would stop the build."""
    assert totals(row(fte="0"))["fte"].tolist() == [0.0]


def test_a_code_with_a_letter_too_many_is_refused_with_its_row() -> None:
    """A PCN would vanish from the map."""
    with pytest.raises(InvalidContent, match=r"row 3, column PCN_CODE.*'U00001X'"):
        read(release(row(), row("U00001X")), "")


def test_one_like_pair_is_kept_and_copied_rows_are_refused() -> None:
    """Either two posts of one person would be lost, or a file pasted twice would double England's link workers."""
    rows = [row(f"U{number:05d}", person=str(number)) for number in range(1, 400)]
    assert totals(*rows, rows[0])["fte"].sum() == 400
    for copied in (rows, rows[:10], rows[20:23]):
        with pytest.raises(InvalidContent, match="copied"):
            read(release(*rows, *copied), "")


def test_like_contracts_are_kept() -> None:
    """A PCN that buys two equal services would have one."""
    assert totals(*[row(staff=False, person="")] * 6)["fte"].tolist() == [6.0]


def test_a_renamed_column_names_both() -> None:
    """The user could not tell what to mend."""
    with pytest.raises(InvalidContent, match="column FTE is missing; found unmapped column 'FTE_VALUE'"):
        read(release(row(), header=HEADER.replace("FTE", "FTE_VALUE")), "")


def test_headings_of_the_ccg_years_are_read() -> None:
    """Releases before July 2022 would be refused."""
    old = HEADER.replace("SUB_ICB", "CCG").replace("ICB_", "STP_")
    assert len(read(release(row(), header=old), "")["core_pcn_release"]) == 1

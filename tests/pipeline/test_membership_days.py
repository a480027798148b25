"""Days on which practices change their PCN, from a published workbook to the panel, through the command line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sp_geo.cli.main import run
from sp_geo.core.quarters import Quarter
from sp_geo.workspace.store import Store

PATIENTS = {"A00001": 10_000, "A00002": 20_000, "A00003": 4_000}
FTE = {"U00001": 1.0, "U00002": 2.0}
SAVED = date(2022, 11, 30)
OTHERS = (("A00002", "U00002", "20191001", ""),)
Spell = tuple[str, str, str, str]
Build = Callable[..., Store]


def workbook(path: Path, spells: tuple[Spell, ...]) -> None:
    """An ePCN workbook of the publisher's form: practice, PCN, first and last day of each spell."""
    book = openpyxl.Workbook()
    details = book.active
    details.title = "PCNDetails"
    details.append(["PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Open Date", "Close Date", "Postcode"])
    for pcn in sorted(FTE):
        details.append([pcn, f"NETWORK {pcn}", "16C", "20191001", "", "AA1 1AA"])
    partners = book.create_sheet("PCN Core Partner Details")
    partners.append(
        [
            "Partner\nOrganisation\nCode",
            "Partner\nName",
            "Practice\nParent\nSub ICB Loc Code",
            "PCN Code",
            "Practice to PCN\nRelationship\nStart Date",
            "Practice to PCN\nRelationship\nEnd Date",
            "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
        ]
    )
    for practice, pcn, first, last in spells:
        partners.append([practice, "PRACTICE", "16C", pcn, first, last, True])
    book.properties.created = pd.Timestamp(SAVED).to_pydatetime()
    book.save(path)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Builds a workspace from spells, with a workforce release and a list of patients of one quarter."""

    def built(quarter: str, *spells: Spell) -> Store:
        workbook(tmp_path / "ePCN.xlsx", (*spells, *OTHERS))
        end = Quarter.parse(quarter).end
        taken = Quarter.parse(quarter).shift(1).start.strftime("%d%b%Y").upper()
        lists = pd.DataFrame({"CODE": PATIENTS.keys(), "NUMBER_OF_PATIENTS": PATIENTS.values()})
        lists = lists.assign(
            PUBLICATION="GP_PRAC_PAT_LIST", EXTRACT_DATE=taken, TYPE="GP", CCG_CODE="16C", ONS_CCG_CODE="E38000247",
            POSTCODE="AA1 1AA", SEX="ALL", AGE="ALL",
        )  # fmt: skip
        order = ["PUBLICATION", "EXTRACT_DATE", "TYPE", "CCG_CODE", "ONS_CCG_CODE", "CODE", "POSTCODE", "SEX", "AGE"]
        lists[[*order, "NUMBER_OF_PATIENTS"]].to_csv(tmp_path / "lists.csv", index=False)
        heads = (
            "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,SUB_ICB_NAME,ICB_CODE,ICB_NAME,"
            "COMM_REGION_CODE,COMM_REGION_NAME,STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
        )
        role = "Direct Patient Care,Social Prescribing Link Workers,Social Prescribing Link Worker"
        staff = [
            f"NWRS Staff,{end.year},{end.month},{pcn},NETWORK {pcn},16C,P,QHM,B,Y63,R,{role},{fte},P{pcn}"
            for pcn, fte in FTE.items()
        ]
        (tmp_path / "workforce.csv").write_text("\n".join([heads, *staff, ""]))
        here = ["--workspace", str(tmp_path / "workspace"), "--quiet"]
        files = [str(tmp_path / name) for name in ("ePCN.xlsx", "lists.csv", "workforce.csv")]
        assert run([*here, "add", *files]) == 0
        assert run([*here, "build"]) == 0
        return Store(tmp_path / "workspace")

    return built


def networks(store: Store) -> dict[str, tuple[float, float]]:
    """List size and link worker FTE of each active PCN."""
    rows = store.read("out_pcn_quarter").set_index("pcn_code")
    return {str(pcn): (row["list_size"], row["splw_fte"]) for pcn, row in rows.iterrows()}


def listed(store: Store) -> dict[tuple[str, str], str]:
    """What out_unmatched says of each practice: its detail by cause and code, without those that no spell names."""
    rows = store.read("out_unmatched").fillna({"detail": ""})
    rows = rows[rows["org_code"].isin(["A00001", "A00002"])]
    return {(row["cause"], row["org_code"]): row["detail"] for _, row in rows.iterrows()}


@pytest.mark.parametrize(("last", "first", "quarter"), [("0331", "0401", "2022Q1"), ("0630", "0701", "2022Q2")])
def test_a_practice_that_leaves_on_the_quarters_last_day_is_in_the_pcn_it_leaves(
    build: Build, last: str, first: str, quarter: str
) -> None:
    """Its patients would have no PCN, and a PCN of one practice would not be active, on most days of change."""
    store = build(quarter, ("A00001", "U00001", "20191001", f"2022{last}"), ("A00001", "U00002", f"2022{first}", ""))
    assert networks(store) == {"U00001": (10_000.0, 1.0), "U00002": (20_000.0, 2.0)}
    assert listed(store) == {}


def test_a_practice_that_joins_on_the_quarters_last_day_is_in_the_pcn_it_joins(build: Build) -> None:
    """The last day would be counted for the PCN that had been left the day before."""
    store = build("2022Q2", ("A00001", "U00001", "20191001", "20220629"), ("A00001", "U00002", "20220630", ""))
    assert networks(store) == {"U00002": (30_000.0, 2.0)}
    assert listed(store) == {}


def test_a_spell_of_the_quarters_last_day_alone_counts(build: Build) -> None:
    """A spell of one day has two ends on it, and neither must cut it off."""
    store = build(
        "2022Q1",
        ("A00001", "U00002", "20191001", "20220330"),
        ("A00001", "U00001", "20220331", "20220331"),
        ("A00001", "U00002", "20220401", ""),
    )
    assert networks(store) == {"U00001": (10_000.0, 1.0), "U00002": (20_000.0, 2.0)}
    assert listed(store) == {}


def test_a_practice_that_leaves_and_joins_on_the_last_day_is_in_the_one_it_joined_and_is_listed(build: Build) -> None:
    """A practice in two PCNs would be counted in both, or one would be dropped without a word."""
    store = build("2022Q1", ("A00001", "U00001", "20191001", "20220331"), ("A00001", "U00002", "20220331", ""))
    assert networks(store) == {"U00002": (30_000.0, 2.0)}
    assert listed(store) == {("in_two_pcns", "A00001"): "found in U00001, U00002, taken as U00002"}


def test_two_pcns_at_once_on_another_day_are_listed_and_change_no_figure(build: Build) -> None:
    """A history that contradicts itself would be seen only if a quarter ended in it."""
    store = build("2022Q1", ("A00001", "U00001", "20191001", "20220502"), ("A00001", "U00002", "20220501", ""))
    assert networks(store) == {"U00001": (10_000.0, 1.0), "U00002": (20_000.0, 2.0)}
    assert listed(store) == {
        ("in_two_pcns_on_another_day", "A00001"): "in U00001 and U00002 from 2022-05-01 to 2022-05-02"
    }


def test_a_month_without_a_pcn_is_counted_under_its_own_name(
    build: Build, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A practice between two PCNs would look like one that never was in any, or be given to one of them."""
    store = build("2022Q2", ("A00001", "U00001", "20191001", "20220531"), ("A00001", "U00002", "20220701", ""))
    assert networks(store) == {"U00002": (20_000.0, 2.0)}
    assert listed(store) == {("between_two_pcns", "A00001"): "in U00001 until 2022-05-31, in U00002 from 2022-07-01"}
    parts = store.read("out_reconciliation").set_index(["measure", "cause"])["amount"]
    assert parts["list_patients"].to_dict() == {"matched": 20_000.0, "between_two_pcns": 10_000.0, "no_pcn": 4_000.0}
    capsys.readouterr()
    assert run(["--workspace", str(tmp_path / "workspace"), "--quiet", "status"]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "between_two_pcns" in line]
    assert len(told) == 2
    assert all("10,000" in line for line in told)

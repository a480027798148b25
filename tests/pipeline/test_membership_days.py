"""Days on which practices change their PCN, from a published workbook to the panel, through the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sp_geo.cli.main import run
from sp_geo.core.quarters import Quarter
from sp_geo.workspace.store import Store

FTE = {"U00001": 1.0, "U00002": 2.0, "U00003": 0.5}
SAVED = date(2022, 11, 30)
PARTNERS = (
    "Partner\nOrganisation\nCode", "Partner\nName", "Practice\nParent\nSub ICB Loc Code", "PCN Code",
    "Practice to PCN\nRelationship\nStart Date", "Practice to PCN\nRelationship\nEnd Date",
    "Practice Sub ICB Loc and PCN Sub ICB Loc Match ",
)  # fmt: skip
STAFF = (
    "Data_source,CENSUS_YEAR,CENSUS_MONTH,PCN_CODE,PCN_NAME,SUB_ICB_CODE,SUB_ICB_NAME,ICB_CODE,ICB_NAME,"
    "COMM_REGION_CODE,COMM_REGION_NAME,STAFF_GROUP,STAFF_ROLE,DETAILED_STAFF_ROLE,FTE,UNIQUE_IDENTIFIER"
)
ROLE = "Direct Patient Care,Social Prescribing Link Workers,Social Prescribing Link Worker"
SPELLS: Mapping[str, tuple[tuple[str, int | None, int | None], ...]] = {
    # PCN, first and last day of each spell, counted from the quarter's last day; None is long ago, or open.
    "leaves on the last day": (("U00003", None, 0), ("U00002", 1, None)),
    "joins on the last day": (("U00001", None, -1), ("U00002", 0, None)),
    "is there on the last day alone": (("U00002", None, -1), ("U00001", 0, 0), ("U00002", 1, None)),
    "leaves and joins on the last day": (("U00001", None, 0), ("U00002", 0, None)),
    "is in two on another day": (("U00001", None, 32), ("U00002", 31, None)),
    "is between two": (("U00001", None, -30), ("U00002", 1, None)),
    "stays": (("U00002", None, None),),
    "is in none": (),
}
CODES = {what: f"A0000{number}" for number, what in enumerate(SPELLS, start=1)}
PATIENTS = {what: 1_000 * 2**place for place, what in enumerate(SPELLS)}
"""Powers of two, so that the patients of a PCN say which practices are in it."""


def written(folder: Path, quarter: Quarter) -> list[str]:
    """An ePCN workbook, a list of patients and a workforce release of one quarter."""

    def day(after: int | None, otherwise: str) -> str:
        return otherwise if after is None else (quarter.end + timedelta(after)).strftime("%Y%m%d")

    book = openpyxl.Workbook()
    details = book.active
    details.title = "PCNDetails"
    details.append(["PCN Code", "PCN Name", "Current Sub ICB Loc Code", "Open Date", "Close Date", "Postcode"])
    for pcn in sorted(FTE):
        details.append([pcn, f"NETWORK {pcn}", "16C", "20191001", "", "AA1 1AA"])
    partners = book.create_sheet("PCN Core Partner Details")
    partners.append(PARTNERS)
    for what, spells in SPELLS.items():
        for pcn, first, last in spells:
            partners.append([CODES[what], "PRACTICE", "16C", pcn, day(first, "20191001"), day(last, ""), True])
    book.properties.created = pd.Timestamp(SAVED).to_pydatetime()
    book.save(folder / "ePCN.xlsx")
    taken = quarter.shift(1).start.strftime("%d%b%Y").upper()
    lists = ["PUBLICATION,EXTRACT_DATE,TYPE,CCG_CODE,ONS_CCG_CODE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS"]
    lists += [
        f"GP_PRAC_PAT_LIST,{taken},GP,16C,E38000247,{CODES[what]},AA1 1AA,ALL,ALL,{PATIENTS[what]}" for what in SPELLS
    ]
    staff = [
        f"NWRS Staff,{quarter.end.year},{quarter.end.month},{pcn},NETWORK {pcn},16C,P,QHM,B,Y63,R,{ROLE},{fte},P{pcn}"
        for pcn, fte in FTE.items()
    ]
    (folder / "lists.csv").write_text("\n".join([*lists, ""]))
    (folder / "workforce.csv").write_text("\n".join([STAFF, *staff, ""]))
    return [str(folder / name) for name in ("ePCN.xlsx", "lists.csv", "workforce.csv")]


@pytest.mark.parametrize("named", ["2022Q1", "2022Q2"])
def test_each_practice_counts_where_it_is_on_the_quarters_last_day(
    named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first and the last day of a spell are within it, and whatever is not clear is listed by its cause."""
    quarter = Quarter.parse(named)
    here = ["--workspace", str(tmp_path / "workspace"), "--quiet"]
    assert run([*here, "add", *written(tmp_path, quarter)]) == 0
    assert run([*here, "build"]) == 0
    store = Store(tmp_path / "workspace")
    panel = store.read("out_pcn_quarter").set_index("pcn_code")
    assert panel["splw_fte"].to_dict() == FTE
    members = {
        "U00001": ("is there on the last day alone", "is in two on another day"),
        "U00002": ("joins on the last day", "leaves and joins on the last day", "stays"),
        "U00003": ("leaves on the last day",),
    }
    assert panel["list_size"].to_dict() == {pcn: sum(PATIENTS[what] for what in who) for pcn, who in members.items()}
    # A practice between two PCNs, or in two of them, is told from one that never was in any.
    on = {after: (quarter.end + timedelta(after)).isoformat() for after in (-30, 1, 31, 32)}
    rows = store.read("out_unmatched").fillna({"detail": ""})
    rows = rows[rows["org_code"].isin(CODES.values()) & rows["cause"].str.contains("two_pcns")]
    assert {(row["cause"], row["org_code"]): row["detail"] for _, row in rows.iterrows()} == {
        ("in_two_pcns", CODES["leaves and joins on the last day"]): "found in U00001, U00002, taken as U00002",
        ("in_two_pcns_on_another_day", CODES["is in two on another day"]):
            f"in U00001 and U00002 from {on[31]} to {on[32]}",
        ("between_two_pcns", CODES["is between two"]): f"in U00001 until {on[-30]}, in U00002 from {on[1]}",
    }  # fmt: skip
    parts = store.read("out_reconciliation").set_index(["measure", "cause"])["amount"]
    assert parts["list_patients"].to_dict() == {
        "matched": panel["list_size"].sum(),
        "between_two_pcns": PATIENTS["is between two"],
        "no_pcn": PATIENTS["is in none"],
    }
    capsys.readouterr()
    assert run([*here, "status"]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "between_two_pcns" in line]
    assert len(told) == 2
    assert all(f"{PATIENTS['is between two']:,}" in line for line in told)

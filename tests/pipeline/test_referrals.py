"""Referral activity from the empty template to rates, ratios, trends and the path, small counts withheld."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from sp_geo.cli.main import run
from sp_geo.core.disclosure import withheld
from sp_geo.core.quarters import Quarter, span
from tests.conftest import Ask, Run, contents

QUARTERS = [str(quarter) for quarter in span(Quarter(2018, 1), Quarter(2022, 4))]
HEADER = "quarter,area_code,category,fifth,sex,age_band,patients,referrals,contacted,supported,waiting"


def table(bend: int = 12) -> pd.DataFrame:
    """Twenty quarters of two categories by fifth; money is 3.6 times as frequent in fifth 1, and its rise bends."""
    rows = []
    for place, quarter in enumerate(QUARTERS):
        growth = 0.05 * place - 0.08 * max(place - bend, 0)
        for fifth in range(1, 6):
            for category, gradient in (("money", 3.6), ("housing", 8.0)):
                count = round(4_000 * gradient ** ((5 - fifth) / 4) * np.exp(growth))
                counts = (1_000_000, count, round(0.9 * count), round(0.38 * count), "")
                rows.append((quarter, "QOP", category, fifth, "all", "all", *counts))
    return pd.DataFrame(rows, columns=HEADER.split(","))


def invented(path: Path, text: str) -> str:
    """A user's own file, beside a note that says SYNTHETIC."""
    path.write_text(text)
    Path(f"{path}.origin.yaml").write_text("is_synthetic: true\n")
    return str(path)


@pytest.fixture(scope="module")
def with_referrals(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The miniature with referral activity added; read only."""
    folder = tmp_path_factory.mktemp("referrals")
    shutil.copytree(built, folder / "workspace")
    here = ["--workspace", str(folder / "workspace"), "--quiet"]
    assert run([*here, "add", invented(folder / "mine.csv", table().to_csv(index=False))]) == 0
    assert run([*here, "build"]) == 0
    return folder / "workspace"


def test_most_to_least_deprived(with_referrals: Path, ask: Ask) -> None:
    """The gradient that was put in comes out, within its interval."""
    rows = ask(with_referrals, "referrals", "--measure", "ratio", "--category", "money")
    assert rows["estimate"].tolist() == pytest.approx([3.6] * len(QUARTERS), abs=0.02)
    assert ((rows["ci_low"] < 3.6) & (rows["ci_high"] > 3.6)).all()
    assert set(rows["provenance"]) == {"SYNTHETIC"}


def test_patients_are_counted_once_over_categories(with_referrals: Path, ask: Ask) -> None:
    """The rate of all categories is the sum of theirs, over the same patients."""
    rows = ask(with_referrals, "referrals", "--by", "quarter")
    assert set(rows["patients"]) == {5_000_000}
    single = sum(
        ask(with_referrals, "referrals", "--by", "quarter", "--category", name)["estimate"]
        for name in ("money", "housing")
    )
    assert rows["estimate"].tolist() == pytest.approx(single.tolist())


def test_the_planted_joinpoint_is_found(with_referrals: Path, ask: Ask) -> None:
    """The planted change of trend is found, with the slopes on both sides."""
    rows = ask(with_referrals, "referrals", "--measure", "trend", "--category", "money")
    assert set(rows["joinpoints"]) == {QUARTERS[12]}
    changes = rows.set_index("segment")["estimate"]
    assert changes["1"] == pytest.approx(100 * np.expm1(0.05), abs=0.1)
    assert changes["2"] == pytest.approx(100 * np.expm1(-0.03), abs=0.1)


def test_the_path_to_support(with_referrals: Path, ask: Ask) -> None:
    """Each step of the path is a share of the step before."""
    rows = ask(with_referrals, "referrals", "--measure", "path", "--category", "money").drop_duplicates("step")
    assert rows.set_index("step")["estimate"].to_dict() == pytest.approx(
        {"met of referred": 0.9, "supported of met": 0.38 / 0.9, "supported of referred": 0.38}, abs=0.002
    )


def test_small_counts_never_leave(copy: Path, tmp_path: Path, sp_geo: Run, ask: Ask) -> None:
    """A count of three people is withheld, and so is the next one that would give it away."""
    rows = [
        f"2022Q1,QOP,money,{fifth},all,all,1000,{count},{count},1,"
        for fifth, count in enumerate((3, 17, 40, 60, 80), 1)
    ]
    assert sp_geo(copy, "add", invented(tmp_path / "small.csv", "\n".join([HEADER, *rows]) + "\n"))[0] == 0
    assert sp_geo(copy, "build")[0] == 0
    found = ask(copy, "referrals", "--by", "fifth").set_index("fifth")
    assert found.loc["1", "reason"] == found.loc["2", "reason"] == "[c]"
    assert found.loc[["1", "2"], ["events", "estimate"]].isna().all(axis=None)
    assert found.loc["3", "events"] == 40


def test_suppression_by_hand() -> None:
    """A small count is withheld together with the next smallest of its group."""
    counts = pd.Series([3.0, 9.0, 20.0, 2.0, 4.0, 30.0, 0.0, 8.0, None])
    groups = pd.Series(["a", "a", "a", "b", "b", "b", "c", "c", "c"])
    assert withheld(counts, groups).tolist() == [True, True, False, True, True, False, False, False, False]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_filled_in_is_read_back(form: str, copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """A template that was filled in is taken, as CSV and as a workbook."""
    path = tmp_path / f"empty.{form}"
    assert sp_geo(copy, "template", "referral-activity", "--out", str(path))[0] == 0
    row = ["2022Q1", "QOP", "housing", "1", "female", "18-34", 1000, 10, 9, "[c]", ""]
    if form == "csv":
        path.write_text(path.read_text() + ",".join(map(str, row)) + "\n")
    else:
        book = openpyxl.load_workbook(path)
        book["referrals"].append(row)
        book.save(path)
    Path(f"{path}.origin.yaml").write_text("is_synthetic: true\n")
    code, out, _ = sp_geo(copy, "add", str(path))
    assert code == 0, out
    assert "Referral activity (your own file), 2022Q1, 1 row" in out
    code, _, err = sp_geo(copy, "template", "referral-activity", "--out", str(path))
    assert code == 6
    assert "already" in err


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("QOP", "Manchester"), "column area_code"),
        (("money", "cash"), "column category"),
        ((",1,all,all,", ",6,all,all,"), "column fifth"),
        (("2018Q1", "2018"), "column quarter"),
        ((",1000000,", ",0,"), "column patients"),
        ((",14400,", ",-1,"), "column referrals"),
        ((",12960,", ",99999,"), "more people are contacted"),
        ((",1,all,all,", ",all,all,all,"), "counted twice"),
        (("supported", "helped"), "column SUPPORTED is missing"),
    ],
)
def test_bad_rows_are_named(change: tuple[str, str], words: str, copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """A bad row is named with its column, and nothing is kept."""
    text = table().to_csv(index=False)
    assert change[0] in text
    file = tmp_path / "bad.csv"
    file.write_text(text.replace(change[0], change[1], 1))
    before = contents(copy)
    code, out, _ = sp_geo(copy, "add", str(file))
    assert code == 5, out
    assert words in out
    assert contents(copy) == before


def test_without_a_file_it_says_what_to_do(built: Path, sp_geo: Run) -> None:
    """Without referral activity the line names the template to fill in."""
    code, _, err = sp_geo(built, "referrals")
    assert code == 6
    assert "sp-geo template referral-activity" in err
    code, _, err = sp_geo(built, "template", "hopes", "--out", "x.csv")
    assert code == 2

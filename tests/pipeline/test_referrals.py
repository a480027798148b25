"""Referral activity from the empty template to rates, ratios, trends and the path, small counts withheld."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from sp_geo.core.disclosure import withheld
from sp_geo.core.quarters import Quarter, span
from sp_geo.statistics.joinpoints import Joinpoints
from tests.pipeline.conftest import contents

Run = Callable[..., tuple[int, str, str]]
QUARTERS = [str(quarter) for quarter in span(Quarter(2018, 1), Quarter(2022, 4))]
HEADER = "quarter,area_code,category,fifth,sex,age_band,patients,referrals,contacted,supported,waiting"


def table(bend: int | None = 12) -> pd.DataFrame:
    """Twenty quarters of two categories by fifth; money is 3.6 times as frequent in fifth 1, and its rise bends."""
    rows = []
    for place, quarter in enumerate(QUARTERS):
        growth = 0.05 * place - (0.08 * max(place - bend, 0) if bend is not None else 0.0)
        for fifth in range(1, 6):
            for category, gradient in (("money", 3.6), ("housing", 8.0)):
                rate = 40 * gradient ** ((5 - fifth) / 4) * np.exp(growth)
                referrals = round(rate * 100)
                rows.append(
                    (
                        quarter,
                        "QOP",
                        category,
                        fifth,
                        "all",
                        "all",
                        1_000_000,
                        referrals,
                        round(0.9 * referrals),
                        round(0.38 * referrals),
                        "",
                    )
                )
    return pd.DataFrame(rows, columns=HEADER.split(","))


@pytest.fixture
def with_referrals(copy: Path, tmp_path: Path, sp_geo: Run) -> Path:
    """The miniature with referral activity added; the user's file says SYNTHETIC by its sidecar."""
    file = tmp_path / "mine.csv"
    table().to_csv(file, index=False)
    (tmp_path / "mine.csv.origin.yaml").write_text("is_synthetic: true\n")
    code, out, _ = sp_geo(copy, "add", str(file))
    assert code == 0, out
    assert sp_geo(copy, "build")[0] == 0
    return copy


def asked(sp_geo: Run, workspace: Path, *arguments: str) -> pd.DataFrame:
    """An answer as a frame."""
    code, out, err = sp_geo(workspace, "referrals", *arguments, "--format", "json")
    assert code == 0, err
    return pd.DataFrame(json.loads(out))


def test_most_to_least_deprived(with_referrals: Path, sp_geo: Run) -> None:
    """The gradient that was put in would not come out."""
    rows = asked(sp_geo, with_referrals, "--measure", "ratio", "--category", "money")
    assert rows["estimate"].tolist() == pytest.approx([3.6] * len(QUARTERS), abs=0.02)
    assert ((rows["ci_low"] < 3.6) & (rows["ci_high"] > 3.6)).all()
    assert set(rows["provenance"]) == {"SYNTHETIC"}


def test_patients_are_counted_once_over_categories(with_referrals: Path, sp_geo: Run) -> None:
    """The rate of all categories would be divided by the patients of each."""
    rows = asked(sp_geo, with_referrals, "--by", "quarter")
    assert set(rows["patients"]) == {5_000_000}
    single = sum(
        asked(sp_geo, with_referrals, "--by", "quarter", "--category", name)["estimate"]
        for name in ("money", "housing")
    )
    assert rows["estimate"].tolist() == pytest.approx(single.tolist())


def test_the_planted_joinpoint_is_found(with_referrals: Path, sp_geo: Run) -> None:
    """A change of trend would be missed, or seen where there is none."""
    rows = asked(sp_geo, with_referrals, "--measure", "trend", "--category", "money")
    assert set(rows["joinpoints"]) == {QUARTERS[12]}
    changes = rows.set_index("segment")["estimate"]
    assert changes["1"] == pytest.approx(100 * np.expm1(0.05), abs=0.1)
    assert changes["2"] == pytest.approx(100 * np.expm1(-0.03), abs=0.1)


def test_a_straight_series_is_one_segment() -> None:
    """Every series would be bent somewhere."""
    from sp_geo.statistics.referral_trends import trend_of

    rows = table(bend=None).astype({"referrals": "float64"})
    found = trend_of(rows[rows["category"] == "money"])
    assert isinstance(found, Joinpoints)
    assert found.at == ()


def test_the_path_to_support(with_referrals: Path, sp_geo: Run) -> None:
    """Steps of the path would not be shares of the step before."""
    rows = asked(sp_geo, with_referrals, "--measure", "path", "--category", "money").drop_duplicates("step")
    assert rows.set_index("step")["estimate"].to_dict() == pytest.approx(
        {"met of referred": 0.9, "supported of met": 0.38 / 0.9, "supported of referred": 0.38}, abs=0.002
    )


def test_small_counts_never_leave(copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """Three people in one area could be recognised, or worked out from a total."""
    file = tmp_path / "small.csv"
    rows = [
        f"2022Q1,QOP,money,{fifth},all,all,1000,{count},{count},1,"
        for fifth, count in enumerate((3, 17, 40, 60, 80), 1)
    ]
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    (tmp_path / "small.csv.origin.yaml").write_text("is_synthetic: true\n")
    assert sp_geo(copy, "add", str(file))[0] == 0
    assert sp_geo(copy, "build")[0] == 0
    found = asked(sp_geo, copy, "--by", "fifth").set_index("fifth")
    assert found.loc["1", "reason"] == found.loc["2", "reason"] == "[c]"
    assert found.loc[["1", "2"], ["events", "estimate"]].isna().all(axis=None)
    assert found.loc["3", "events"] == 40


def test_suppression_by_hand() -> None:
    """The only small count of a group could be found by subtraction."""
    counts = pd.Series([3.0, 9.0, 20.0, 2.0, 4.0, 30.0, 0.0, 8.0, None])
    groups = pd.Series(["a", "a", "a", "b", "b", "b", "c", "c", "c"])
    assert withheld(counts, groups).tolist() == [True, True, False, True, True, False, False, False, False]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_filled_in_is_read_back(form: str, copy: Path, tmp_path: Path, sp_geo: Run) -> None:
    """Users would fill in a file that is then refused."""
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
    """A user would not learn which row to correct, or a wrong count would be kept."""
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
    """A user without referral activity would see a fault."""
    code, _, err = sp_geo(built, "referrals")
    assert code == 6
    assert "sp-geo template referral-activity" in err
    code, _, err = sp_geo(built, "template", "hopes", "--out", "x.csv")
    assert code == 2

"""Figures by practice: Fingertips and the GP Patient Survey."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.fingertips_practice import reader as fingertips_practice
from sp_geo.publications.patient_survey_2018 import reader as patient_survey_2018
from sp_geo.publications.patient_survey_2024 import reader as patient_survey_2024
from sp_geo.tables.core import core_pcn_indicator, core_practice_indicator, core_practice_survey
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document
from tests.unit.files import csv_file

NATIVE = "Indicator ID,Indicator Name,Parent Code,Area Code,Area Type,Sex,Category,Time period,Value"


def indicators(text: str) -> list[list[object]]:
    """Rows of core_practice_indicator: indicator, period, practice, value."""
    frame = fingertips_practice.read(csv_file(text), "")["core_practice_indicator"]
    return validate(frame, core_practice_indicator).to_numpy().tolist()


def test_an_export_gives_practices_once() -> None:
    """An export gives each practice once, of sexes the persons, and the short form is the deprivation score."""
    gp = "94240,Score,U00001,Z00001,GPs,Persons,,2025,33.5"
    text = "\n".join([NATIVE, "94240,Score,,E92000001,England,Persons,,2025,20", gp, gp.replace("U00001", "QAA"), ""])
    assert indicators(text) == [["94240", "2025", "Z00001", 33.5]]
    rows = [f"1,x,U00001,Z00001,GPs,{sex},,2024/25,{value}" for sex, value in (("Male", 1), ("Persons", 2))]
    assert indicators("\n".join([NATIVE, *rows, ""])) == [["1", "2024/25", "Z00001", 2.0]]
    text = "PRACTICE_CODE,PRACTICE_NAME,IMD_YEAR,IMD_SCORE\nZ00001,ONE,2025,33.519\n"
    assert indicators(text) == [["94240", "2025", "Z00001", 33.519]]
    with pytest.raises(InvalidContent, match=r"row 3.*twice"):
        indicators(text + "Z00001,ONE,2025,33.6\n")
    assert indicators(text + "Z00001,ONE,2025,33.519\n") == indicators(text)


def test_an_export_with_practices_and_pcns_gives_both() -> None:
    """A practice under two parents is taken once, PCNs are read as PCNs by version, and England is passed over."""
    rows = [
        "94240,x,E38000247,Z00001,GPs,Persons,,2025,1.0",
        "94240,x,U00070,Z00001,GPs,Persons,,2025,1.0",
        "94240,x,,E92000001,England,Persons,,2025,9",
        "94240,x,E92000001,U00070,PCNs (v. 27/10/23),Persons,,2025,2.0",
        "94240,x,E92000001,U00070,PCNs (v.28/07/2025),Persons,,2025,3.0",
        "94240,x,E92000001,U00071,PCNs,Male,,2025,5",
        "94240,x,E92000001,U00071,PCNs,Persons,,2025,4",
        "94240,x,E92000001,U00071,PCNs,Persons,Most deprived fifth,2025,7",
    ]
    text = "\n".join([NATIVE, *rows, ""])
    assert indicators(text) == [["94240", "2025", "Z00001", 1.0]]
    found = fingertips_practice.read(csv_file(text), "")["core_pcn_indicator"]
    assert validate(found, core_pcn_indicator)[["version", "pcn_code", "value"]].to_numpy().tolist() == [
        ["", "U00071", 4.0],
        ["2023-10-27", "U00070", 2.0],
        ["2025-07-28", "U00070", 3.0],
    ]
    text = f"{NATIVE}\n1,x,,U00070,PCNs (v. 26/06/25),Persons,,2024/25,2.0\n"
    assert set(fingertips_practice.read(csv_file(text), "")) == {"core_pcn_indicator"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["1,x,,Z00001,PCNs,Persons,,2025,1"], "a practice stands under another type of area.*'PCNs'"),
        (["1,x,,U00070,GPs,Persons,,2025,1"], "a PCN stands under another type of area.*'GPs'"),
        (["1,x,,U00070,PCNs,Persons,,2025,1", "1,x,,U00070,PCNs,Persons,,2025,2"], "row 3.*pcn.*twice"),
        (["1,x,,E92000001,England,Persons,,2025,1"], "no row is of a general practice or PCN"),
    ],
)
def test_faults_of_an_export_with_pcns(rows: list[str], said: str) -> None:
    """A code under the other kind of area, two values of one PCN, or neither kind, are refused."""
    with pytest.raises(InvalidContent, match=said):
        fingertips_practice.read(csv_file("\n".join([NATIVE, *rows, ""])), "")


def survey(text: str, period: str = "2022", after_2023: bool = False) -> pd.DataFrame:
    """core_practice_survey of a file."""
    module = patient_survey_2024 if after_2023 else patient_survey_2018
    return validate(module.read(csv_file(text), period)["core_practice_survey"], core_practice_survey)


@pytest.mark.parametrize("share", ["0.25", "25"])
def test_counts_and_percentages_of_the_older_form(share: str) -> None:
    """Shares of 0.25 and of 25 % are one share, and counts give theirs."""
    found = survey(f"Practice_Code,Q32_123base,Q32_3pct,q1\nZ00001,40,{share},x\n").iloc[0]
    assert (found["no_count"], found["base_count"], found["no_share"], found["year"]) == (10, 40, 0.25, 2022)
    counted = survey("practice_code,year,q32_3,q32_123base\nZ00001,2019,11.5,46\n", "").iloc[0]
    assert (counted["no_share"], counted["year"], counted["series"]) == (0.25, 2019, "2018-2023")


@pytest.mark.parametrize(
    ("header", "after_2023"),
    [
        ("ad_practicecode,healthsupport.baseeval,healthsupport.pcteval", True),
        ("practice_code,q32_123base,q32_3pct", False),
    ],
)
@pytest.mark.parametrize("odd", ["0.6", "1"])
def test_a_share_among_percentages_is_read_as_published_and_listed(header: str, after_2023: bool, odd: str) -> None:
    """0.6 beside 60 may be 60 %: it stays what it is, 0.6 %, and is named."""
    rows = [f"Z0000{number},40.5,{share}" for number, share in enumerate(["58", "61.5", odd, "64", "37"])]
    file = Document("GPPS_2025.csv" if after_2023 else "GPPS_2022.csv", "csv", "\n".join([header, *rows, ""]).encode())
    module, year = (patient_survey_2024, "2025") if after_2023 else (patient_survey_2018, "2022")
    found = module.read(file, year)["core_practice_survey"]["no_share"].tolist()[2]
    assert found == pytest.approx(1 - float(odd) / 100 if after_2023 else float(odd) / 100)
    assert [(item["row"], item["found"], item["outcome"]) for item in file.notes.anomalies] == [(4, odd, "kept")]


def test_small_percentages_among_small_ones_are_nothing_odd() -> None:
    """Of a question that few answer with No, under one in a hundred is likely."""
    rows = [f"Z0000{number},40.5,{share}" for number, share in enumerate(["3", "0.6", "2.5", "4"])]
    file = csv_file("\n".join(["practice_code,q32_123base,q32_3pct", *rows, ""]))
    patient_survey_2018.read(file, "2022")
    assert file.notes.anomalies == []


def test_withheld_answers_are_suppressed_and_blank_ones_missing() -> None:
    """Withheld answers are suppressed, blank ones missing, and 0 is 0."""
    codes = "".join(f"Z0000{number},{code},{code}\n" for number, code in enumerate(("-97", "-98", "-99", "")))
    found = survey(f"practice_code,q32_3,q32_123base\n{codes}Z00009,0,20\n")
    assert found["suppressed"].tolist() == [True, True, True, False, False]
    assert found["no_count"].isna().tolist() == [True, True, True, True, False]
    assert found.loc[4, "no_share"] == 0


@pytest.mark.parametrize(
    ("text", "period", "said"),
    [
        ("practice_code,q32_3,q32_123base\nZ00001,30,20\n", "2022", "row 2.*more answers"),
        ("practice_code,q32_3,q32_123base\nZ00001,3,20\n", "", "year of the survey"),
        ("practice_code,q32_3,q32_123base\nZ00001,3,20\n", "2024", "year of the survey"),
        ("practice_code,q32_3,q32_123base\nZ00001,3,20\nZ00001,4,20\n", "2022", "row 3.*twice"),
        ("practice_code,q32_123base,q32_3pct\nZ00001,3,120\n", "2022", "above 100"),
        ("practice_code,other\nZ00001,3\n", "2022", "Q32_3"),
    ],
)
def test_answers_of_the_older_form_that_cannot_be_are_refused(text: str, period: str, said: str) -> None:
    """An answer that cannot be is refused with its row."""
    with pytest.raises(InvalidContent, match=said):
        survey(text, period)


def test_the_newer_form_takes_those_who_needed_support() -> None:
    """The share without support is over those who needed some."""
    head = "ad_practicecode,healthsupport.pcteval,healthsupport.baseevalw,healthsupport_4.pct"
    found = survey(f"{head}\nZ00001,0.7,50,0.4\nZ00002,-97,-97,-97\n", "2025", after_2023=True)
    assert found.loc[0, "no_share"] == pytest.approx(0.3)
    assert found.loc[0, "no_count"] == pytest.approx(15)
    assert found["suppressed"].tolist() == [False, True]
    parts = "ad_practicecode,healthsupport_1.pct,healthsupport_2.pct,healthsupport_3.pct\nZ00001,20,20,10\n"
    assert survey(parts, "2024", after_2023=True).loc[0, "no_share"] == pytest.approx(0.2)


@pytest.mark.parametrize(("source", "period", "year"), [("notes.md", "2025", 2025), ("gpps_2024.csv", "x", 2024)])
def test_the_derived_file_has_shares_without_bases(source: str, period: str, year: int) -> None:
    """A file of shares alone has no bases and no counts."""
    head = "practice_code,healthsupport_pct_enough_support,source_file"
    found = survey(f"{head}\nZ00001,49,{source}\n", period, after_2023=True).iloc[0]
    assert found["no_share"] == pytest.approx(0.51)
    assert math.isnan(found["base_count"])
    assert math.isnan(found["no_count"])
    assert (found["year"], found["series"]) == (year, "2024-")

"""Weighted patients: the publication's forms, its year, and the way from a practice's figure to a PCN's."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent, UnrecognisedFile
from sp_geo.core.quarters import Quarter
from sp_geo.panel.provision import with_weighted
from sp_geo.panel.reconcile import parts_by_cause
from sp_geo.panel.weighted_list import WeightedLists, choose_year, weighted_list_of, weighted_words
from sp_geo.publications.nhs_payments import reader as nhs_payments
from sp_geo.workspace.document import Document
from tests.unit.files import read_as

FIGURE = "(Last Known Figure)"
BEGINNING = "NHS England (Region) code,NHS England (Region) Name,CCG Code,CCG NAME"
PRACTICE = "Practice Code,Practice Name,Practice Address,Practice Postcode,Practice Open Date,Practice Close Date"
KIND = "Contract Type,Dispensing Practice,Practice {},Practice Rurality,Atypical {}"
PATIENTS = f"Number of Registered Patients {FIGURE},Number of Weighted Patients {FIGURE},Global Sum"
TO_2019 = f"{BEGINNING},{PRACTICE},{KIND.format('Type', 'Characteristics')},{PATIENTS}"
TO_2020 = f"{BEGINNING},PCN Code,PCN Name,{PRACTICE},{KIND.format('Type', 'Characteristics')},{PATIENTS}"
TO_2022 = TO_2020.replace("Practice Type", "Practice type").replace("Characteristics", "characteristics")
TO_2023 = TO_2022.replace("CCG NAME,PCN Code,PCN Name", "Sub ICB NAME,Code,CCG NAME")
SINCE = (
    TO_2022.replace("CCG Code,CCG NAME", "Sub ICB Code,Sub ICB Name")
    .replace(f"Number of Registered Patients {FIGURE}", "Average Number of Registered Patients")
    .replace(f"Number of Weighted Patients {FIGURE}", "Average Number of Weighted Patients")
)
HEADERS = {
    **dict.fromkeys(("14-15", "15-16", "16-17", "17-18", "18-19"), TO_2019),
    "19-20": TO_2020,
    "20-21": f"{TO_2022},Total NHS Payments including PCN Workforce, Leadership and Support".replace(
        "Workforce, Leadership", "Workforce Leadership"
    ),
    "21-22": f"{TO_2022},Long Covid",
    "22-23": f"{TO_2023},PCN Enhanced Access",
    "23-24": SINCE,
}
MARKED = {"14-15", "20-21", "21-22", "22-23"}
"""Years whose file begins with a byte-order mark."""


def payments(
    *rows: dict[str, str], name: str = "22-23.csv", header: str = TO_2023, marked: bool = False, outer: str = ""
) -> Document:
    """A file with these rows under a header; cells that are not given are plausible."""
    names = header.split(",")
    usual = {"Practice Open Date": "01/04/1974", "Practice Postcode": "ZZ1  1ZZ", "Global Sum": "1.5"}
    lines = [",".join(row.get(cell, usual.get(cell, "x")) for cell in names) for row in rows]
    text = "\r\n".join([header, *lines, ""])
    return Document(outer + name, "csv", text.encode("utf-8-sig" if marked else "utf-8"))


def row(code: str, weighted: str, header: str = TO_2023, **more: str) -> dict[str, str]:
    """A practice with its weighted patients, under whatever the header calls them."""
    column = next(name for name in header.split(",") if "Weighted" in name)
    return {"Practice Code": code, column: weighted, **more}


def read(document: Document) -> pd.DataFrame:
    """The table that a document gives, checked against its schema, after it was recognised."""
    return read_as("nhs_payments", document, "1999")["core_practice_weighted_list"]


@pytest.mark.parametrize("year", HEADERS)
def test_every_years_form_is_read_whatever_its_other_columns(year: str) -> None:
    """The figures and the year come out of each of the publisher's headers, nine years and the one after."""
    header = HEADERS[year]
    opened = "-" if year == "14-15" else "01/04/1974"
    rows = [row(code, figure, header) for code, figure in (("Z00001", "8292.59"), ("Z00002", "0"))]
    rows = [held | {"Practice Open Date": opened} for held in rows]
    found = read(payments(*rows, name=f"{year}.csv", header=header, marked=year in MARKED))
    assert found["year"].unique().tolist() == [f"20{year}"]
    assert found["weighted_patients"].tolist() == pytest.approx([8292.59, np.nan], nan_ok=True)


def test_what_is_not_above_zero_is_missing_and_a_blank_is_told_apart() -> None:
    """Zero, a negative number, a blank and a dash are no figures; a file without the column says what it lacks."""
    figures = {"Z00001": "100.25", "Z00002": "0", "Z00003": "-3", "Z00004": "", "Z00005": " - ", "Z00006": "0.00"}
    found = read(payments(*(row(code, figure) for code, figure in figures.items())))
    assert found["weighted_patients"].notna().tolist() == [True, *[False] * 5]
    assert found["published_as"].tolist() == ["figure", *["not_above_zero"] * 2, *["blank"] * 2, "not_above_zero"]
    header = TO_2023.replace("Weighted Patients", "Heavy Patients")
    with pytest.raises((InvalidContent, UnrecognisedFile), match=r"(?i)number of weighted patients"):
        nhs_payments.read(payments({"Practice Code": "Z00001"}, header=header), "")


@pytest.mark.parametrize(
    "name",
    [
        "22-23.csv",
        "NHS Payments 2022-23.csv",
        "nhspaymentsgp_2022_23.CSV",
        "GP payments 2022–23 (1).csv",
        "p202223.csv",
    ],
)
def test_the_year_is_that_of_the_members_own_name(name: str) -> None:
    """However the file says its year, it is taken, and the archive's name and the years in it are not."""
    found = read(payments(row("Z00001", "5"), name=name, outer="nhspaymentsgp.19-20.zip > "))
    assert found["year"].tolist() == ["2022-23"]


@pytest.mark.parametrize("name", ["payments.csv", "2022.csv", "10-11-2022.csv", "2022-11.csv", "22-24.csv", "2021.csv"])
def test_a_file_that_says_no_financial_year_is_refused(name: str) -> None:
    """A single year, a day or a month is no financial year, and the archive's year is not the file's."""
    with pytest.raises(InvalidContent, match=r"nothing tells the financial year; found '.*'; expected .*22-23\.csv"):
        read(payments(row("Z00001", "5"), name=name, outer="nhspaymentsgp.22-23.zip > "))


def test_a_year_that_the_content_contradicts_is_refused() -> None:
    """Nobody is paid before they open, and a column of years is believed: a name may not say another year."""
    sound = row("Z00001", "5", **{"Practice Open Date": "31/03/2022"})
    late = row("Z00002", "5", **{"Practice Open Date": "01/04/2022"})
    assert len(read(payments(sound, name="21-22.csv"))) == 1
    with pytest.raises(InvalidContent, match=r"row 3, column Practice Open Date: .* 2021-22.*01/04/2022.*2022-03-31"):
        read(payments(sound, late, name="21-22.csv"))
    assert len(read(payments(sound, late, name="22-23.csv"))) == 2
    with pytest.raises(InvalidContent, match=r"different financial years.*2020-21 and 2021-22"):
        read(payments(sound, name="20-21 and 21-22.csv"))
    header = f"{TO_2023},Financial Year"
    said = row("Z00001", "5") | {"Financial Year": "2022/23"}
    assert read(payments(said, name="a.csv", header=header))["year"].tolist() == ["2022-23"]
    with pytest.raises(InvalidContent, match="different financial years"):
        read(payments(said, name="21-22.csv", header=header))
    with pytest.raises(InvalidContent, match="mixes periods"):
        read(payments(said, said | {"Financial Year": "2021/22"}, name="a.csv", header=header))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row("Z00001", "5"), row("Z00001", "6")], "row 3: the practice stands twice"),
        ([row("Z0001", "5")], "row 2, column Practice Code"),
        ([row("Z00001", "many")], r"row 2, column Number of Weighted Patients .*'many'"),
        ([row("Z00001", "500001")], "row 2, column Number of Weighted"),
    ],
)
def test_faults_give_their_row_and_column(rows: list[dict[str, str]], said: str) -> None:
    """What cannot be used is refused in one line that says where it stands."""
    with pytest.raises(InvalidContent, match=said):
        read(payments(*rows))


@pytest.mark.parametrize(
    ("years", "quarter", "expected"),
    [
        (["2021-22", "2022-23"], "2022Q1", ("2021-22", 0)),
        (["2021-22", "2022-23"], "2022Q2", ("2022-23", 0)),
        (["2019-20", "2022-23"], "2021Q3", ("2022-23", 183)),
        (["2019-20"], "2020Q3", ("2019-20", 183)),
        (["2022-23"], "2026Q2", ("2022-23", 1187)),
        ([], "2026Q2", None),
    ],
)
def test_a_quarter_is_served_by_its_own_year_or_the_nearest(
    years: list[str], quarter: str, expected: tuple[str, int] | None
) -> None:
    """The year that holds the quarter's last day comes first, and a distance says how far another one is."""
    assert choose_year(years, Quarter.parse(quarter)) == expected


LISTS = pd.DataFrame(
    [
        ("A00001", "U00001", "matched", 9500.0),
        ("A00002", "U00001", "matched", 500.0),
        ("B00001", "U00002", "matched", 900.0),
        ("B00002", "U00002", "matched", 100.0),
        ("C00001", "U00003", "matched", 1000.0),
        ("D00001", "U", "unallocated", 400.0),
        ("E00001", None, "no_pcn", 300.0),
        ("F00001", "U00001", "no_patients", 0.0),
    ],
    columns=["practice_code", "pcn_code", "cause", "patients"],
)


def joined(figures: dict[str, float], successors: dict[str, str], last: dict[str, str]) -> WeightedLists:
    """The figures of one year joined to the lists above."""
    rows = pd.DataFrame({"practice_code": list(figures), "weighted_patients": list(figures.values())})
    return weighted_list_of(rows, LISTS, successors, pd.Series(last, dtype="str"), ("2022-23", 0))


def test_weighted_patients_of_a_pcn_by_hand() -> None:
    """Own practices and those that led to them add up, and what reached no PCN is counted by its cause."""
    figures = {
        "A00001": 10_000.0,
        "A00002": np.nan,
        "B00001": 800.0,
        "C00001": 600.0,
        "C00009": 150.0,
        "C00008": 50.0,
        "F00001": 20.0,
        "D00001": 410.0,
        "D00009": 5.0,
        "E00001": 310.0,
        "G00001": 70.0,
        "H00001": 30.0,
    }
    successors = {"C00009": "C00007", "C00007": "C00001", "D00009": "D00001"}
    last = {"C00008": "U00003", "F00001": "U00001", "D00009": "U00001", "E00001": "U00001", "H00001": "U09999"}
    found = joined(figures, successors, last)
    # A00002 has no figure, and is exactly 5 % of the PCN's patients; B00002 is 10 % of its PCN's.
    assert found.values["weighted_list_size"].to_dict() == pytest.approx(
        {"U00001": 10_020.0, "U00002": np.nan, "U00003": 800.0}, nan_ok=True
    )
    assert found.values["weighted_coverage"].to_dict() == pytest.approx({"U00001": 0.95, "U00002": 0.9, "U00003": 1.0})
    parts = parts_by_cause(found.practices, "weighted_patients", sum(v for v in figures.values() if v == v))  # noqa: PLR0124
    assert parts.set_index("cause")["amount"].to_dict() == {
        "matched": 11_400.0,
        "through_successor": 150.0,
        "through_last_pcn": 70.0,
        "unallocated": 415.0,
        "no_pcn": 310.0,
        "not_traced": 100.0,
        "no_weighted_figure": 0.0,
    }
    figures = {"A00001": 9000.0, "B00001": 990.0, "B00002": np.nan, "C00001": 500.0}
    inside = joined(figures, {"B00002": "B00001"}, {}).values
    assert inside.loc["U00002"].tolist() == [990.0, 1.0]
    elsewhere = joined(figures, {"B00002": "C00001"}, {}).values
    assert np.isnan(elsewhere.loc["U00002", "weighted_list_size"])
    assert elsewhere.loc["U00002", "weighted_coverage"] == pytest.approx(0.9)


def test_a_weighted_rate_by_hand_and_its_words() -> None:
    """The rate is FTE over weighted patients; silence and an unknown denominator leave it missing."""
    pcns = pd.DataFrame({"pcn_code": ["U00001", "U00002", "U00003"], "splw_fte": [3.0, 1.0, np.nan]})
    found = with_weighted(pcns, joined({"A00001": 10_000.0, "C00001": 600.0}, {}, {})).assign(quarter="2023Q2")
    assert found["splw_fte_per_10k_weighted"].tolist() == pytest.approx([3.0, np.nan, np.nan], nan_ok=True)
    words = weighted_words(found)
    assert "of 2022-23" in words
    assert "at most 91 days away" in words
    assert "known for 2 of 3 PCNs" in words
    nothing = with_weighted(pcns, None).assign(quarter="2023Q2")
    assert nothing["weighted_year"].isna().all()
    assert "not known for any PCN" in weighted_words(nothing)

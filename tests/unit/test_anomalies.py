"""What is odd in a published file is kept or left out by row, listed with its size, and only too much of it refused."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from sp_geo.publications.readers import read
from sp_geo.publications.reading import Parsed, codes, counts, leaving_out, parse_csv, refuse_repeats
from sp_geo.tables.anomalies import core_anomaly, most_odd_rows
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document
from tests.unit.files import csv_file


def totals(rows: list[str]) -> Document:
    """Rows of CODE and NUMBER_OF_PATIENTS as a list of totals."""
    head = "PUBLICATION,EXTRACT_DATE,TYPE,CODE,POSTCODE,SEX,AGE,NUMBER_OF_PATIENTS\n"
    return csv_file(
        head + "".join(f"GP_PRAC_PAT_LIST,01JUL2022,GP,{row.replace(';', ',ZZ1 1ZZ,ALL,ALL,')}\n" for row in rows)
    )


def sound(count: int) -> list[str]:
    """So many practices with 100 patients each."""
    return [f"Z{number:05d};100" for number in range(count)]


def people(parsed: Parsed) -> pd.DataFrame:
    """Codes and counts of a table, each code once."""
    rows = pd.DataFrame({"code": codes(parsed, "code", "[A-Z]", "a letter"), "n": counts(parsed, "n", high=9)})
    refuse_repeats(parsed, rows[["code"]], "code")
    return rows


@pytest.mark.parametrize(("rows", "most"), [(1, 3), (10, 3), (399, 3), (400, 4), (40_000, 400)])
def test_three_rows_or_one_in_a_hundred_may_be_odd(rows: int, most: int) -> None:
    """A small file has room for a slip, a large one for one per cent."""
    assert most_odd_rows(rows) == most


def test_rows_that_cannot_be_used_are_left_out_whichever_column_is_odd() -> None:
    """Odd rows are listed with what they take along; nothing left, or a key with two values, is refused."""
    parsed = parse_csv(csv_file("code,n\nA,1\nb2,2\nC,x\nD,4\nD,4\nE,5\n"))
    found = leaving_out(parsed, people, "n", "people")
    assert found.to_numpy().tolist() == [["A", 1], ["D", 4], ["E", 5]]
    listed = [(item["row"], item["column"], item["found"], item["effect"]) for item in parsed.notes.anomalies]
    assert listed == [(3, "code", "b2", 2), (4, "n", "x", None), (6, None, "D, 4", 4)]
    with pytest.raises(InvalidContent, match=r"file.csv, row 2, column code: .*'11', and 1 more of 2 rows"):
        leaving_out(parse_csv(csv_file("code,n\n11,1\n22,2\n")), people)
    with pytest.raises(InvalidContent, match=r"row 4: the code stands twice; found A, already in row 2"):
        leaving_out(parse_csv(csv_file("code,n\nA,1\nB,2\nA,3\n")), people)


@pytest.mark.parametrize("odd", ["Z0000;250", "ZZZ;250", ";250"])
def test_a_practice_without_a_code_takes_its_patients_with_it_and_the_list_says_so(odd: str) -> None:
    """What is missing from the total of England stands in the list of anomalies."""
    frames = read("list_totals", totals([*sound(50), odd]), "")
    assert frames["core_practice_list"]["patients_count"].sum() == 5_000
    found = validate(frames["core_anomaly"], core_anomaly).iloc[0]
    assert (found["row"], found["outcome"], found["effect"], found["unit"]) == (52, "left out", 250.0, "patients")
    assert (found["publication"], found["file"]) == ("list_totals", "file.csv")


def test_more_odd_rows_than_one_in_a_hundred_refuse_the_file() -> None:
    """Five odd rows of 500 are listed, once however often the file is read; six refuse it."""
    odd = [f"Z{number:04d};1" for number in range(6)]
    assert len(read("list_totals", totals([*sound(495), *odd[:5]]), "")["core_anomaly"]) == 5
    with pytest.raises(InvalidContent, match="and 5 more of 501 rows cannot be used"):
        read("list_totals", totals([*sound(495), *odd]), "")
    again = totals([*sound(10), "Z1;5"])
    assert [len(read("list_totals", again, "")["core_anomaly"]) for _ in range(2)] == [1, 1]


AGES = "PUBLICATION,EXTRACT_DATE,ORG_TYPE,ORG_CODE,ONS_CODE,POSTCODE,SEX,AGE_GROUP_5,NUMBER_OF_PATIENTS\n"


def by_age(*, first_band: int = 40, england: int = 2_000) -> Document:
    """Twenty practices of 100 patients in two bands, and England; the first practice's first band may miss."""
    rows = [f"X,2026-07-01,ENGLAND,ENG,,,ALL,ALL,{england}"]
    for number in range(20):
        code, band = f"GP,Z{number:05d},,ZZ1 1ZZ", first_band if number == 0 else 40
        rows += [f"X,2026-07-01,{code},ALL,ALL,100", f"X,2026-07-01,{code},MALE,0_4,{band}"]
        rows += [f"X,2026-07-01,{code},FEMALE,95+,60"]
    return csv_file(AGES + "\n".join(rows) + "\n")


def test_ages_that_miss_a_practices_total_by_little_are_kept_and_listed_with_the_miss() -> None:
    """The published total stays; two patients too few in the ages are told."""
    frames = read("list_by_age", by_age(first_band=38), "")
    assert frames["core_practice_list"]["patients_count"].sum() == 2_000
    found = frames["core_anomaly"].iloc[0]
    assert (found["problem"], found["effect"]) == ("the ages of practice Z00000 do not add up to its total", -2.0)
    assert found["outcome"] == "kept"
    assert pd.isna(found["row"])


@pytest.mark.parametrize("more", [{"first_band": 10}, {"england": 1_900}])
def test_totals_that_contradict_each_other_by_much_refuse_the_file(more: dict[str, int]) -> None:
    """A file of which over one per cent does not add up is damaged."""
    with pytest.raises(InvalidContent, match="do not add up"):
        read("list_by_age", by_age(**more), "")

"""TS021 in every form: bulk file, query with title and notes, interface of Nomis and custom dataset of the ONS."""

from __future__ import annotations

import csv
import io
import random

import pytest

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.publications.readers import READERS
from sp_geo.workspace.document import Document
from tests.unit.files import read_as

TOTAL, WHITE, OTHER = "Total: All usual residents", "White", "Other ethnic group"
ASIAN = "Asian, Asian British or Asian Welsh"
BLACK = "Black, Black British, Black Welsh, Caribbean or African"
MIXED = "Mixed or Multiple ethnic groups"
FIVE = {ASIAN: 10, BLACK: 20, MIXED: 5, WHITE: 60, OTHER: 5}
PARTS = {
    ASIAN: ("Bangladeshi", "Chinese", "Indian", "Pakistani", "Other Asian"),
    BLACK: ("African", "Caribbean", "Other Black"),
    MIXED: ("White and Asian", "White and Black African", "White and Black Caribbean",
            "Other Mixed or Multiple ethnic groups"),
    WHITE: ("English, Welsh, Scottish, Northern Irish or British", "Irish", "Gypsy or Irish Traveller", "Roma",
            "Other White"),
    OTHER: ("Arab", "Any other ethnic group"),
}  # fmt: skip
AREAS = {"E01000001": 1, "E01000002": 2, "W01000003": 3}
"""Small areas, and by how much their residents exceed those of FIVE."""
RIGHT = {code: [100 * times, 60 * times, 10 * times, 20 * times, 5 * times, 5 * times] for code, times in AREAS.items()}


def file(rows: list[list[object]]) -> Document:
    """A CSV file with these rows, every text in quotes."""
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n").writerows(rows)
    return Document("ts021.csv", "csv", buffer.getvalue().encode("utf-8-sig"))


def counts(document: Document) -> dict[str, list[int]]:
    """Total, White, Asian, Black, Mixed and other by small area, from the recognised file."""
    found = read_as("census_ethnicity", document)["core_lsoa21_ethnicity"]
    return {row[0]: row[1:] for row in found.to_numpy().tolist()}


def query(
    *, percent: bool = False, totals: bool = False, below: list[list[object]] | None = None
) -> list[list[object]]:
    """A query's download: title, header, a blank line, rows, and notes."""
    groups = {TOTAL: 100, **FIVE}
    heads = [cell for name in groups for cell in ([name, "%"] if percent else [name])]
    rows: list[list[object]] = [
        ["TS021 - Ethnic group"],
        ["ONS Crown Copyright Reserved [from Nomis on 30 November 2026]"],
        [],
        ["Population", "All usual residents"],
        ["Units", "Persons"],
        ["date", "2021"],
        [],
        ["2021 super output area - lower layer", "mnemonic", *heads],
        [],
    ]
    for code, times in AREAS.items():
        cells = [cell for n in groups.values() for cell in ([n * times, f"{n}.0"] if percent else [n * times])]
        rows.append([f"Area {code[-1]}", code, *cells])
    if totals:
        rows.append(["Column Total", "", *[n * 6 for n in groups.values()]])
    return [*rows, *(below or []), [], ["In order to protect against disclosure, some counts are changed."], [], []]


@pytest.mark.parametrize("more", [{}, {"percent": True}, {"totals": True}])
def test_a_query_is_read_between_its_title_and_its_notes(more: dict[str, bool]) -> None:
    """Title, blank lines, percentages, notes and the row of totals are no small areas."""
    assert counts(file(query(**more))) == RIGHT


def test_the_bulk_file_is_read_in_both_styles_of_header() -> None:
    """What stands before and after a group's name does not matter."""
    for before, after in (("Ethnic group: ", ""), ("Ethnic group: ", "; measures: Value")):
        head = ["date", "geography", "geography code", *(f"{before}{name}{after}" for name in (TOTAL, *FIVE))]
        rows = [[2021, "A", code, *(n * times for n in (100, *FIVE.values()))] for code, times in AREAS.items()]
        assert counts(file([head, *rows])) == RIGHT


def long_rows(detailed: bool = False) -> list[tuple[str, str, int]]:
    """Area, group and residents; of 19 groups the first of each five has all of them."""
    found = []
    for code, times in AREAS.items():
        for group, residents in FIVE.items():
            parts = [f"{group}: {part}" for part in PARTS[group]] if detailed else [group]
            found += [(code, label, residents * times if label == parts[0] else 0) for label in parts]
    return found


def interface(rows: list[tuple[str, str, int]], measures: bool = False) -> Document:
    """The interface of Nomis: one row an area and group, with columns that nobody needs."""
    head = ["DATE", "GEOGRAPHY", "GEOGRAPHY_NAME", "GEOGRAPHY_CODE", "C2021_ETH_20", "C2021_ETH_20_NAME", "OBS_VALUE"]
    lines: list[list[object]] = [[2021, 1, "A", code, 1, label, number] for code, label, number in rows]
    if not measures:
        return file([head, *lines])
    both = [[*line, "Value"] for line in lines] + [[*line[:6], 7, "Percent"] for line in lines]
    return file([[*head, "MEASURES_NAME"], *both])


def custom(rows: list[tuple[str, str, int]], categories: int = 6) -> Document:
    """A custom dataset of the ONS, with its category of those to whom the question does not apply."""
    name = f"Ethnic group ({categories} categories)"
    area = "Lower layer Super Output Areas"
    lines: list[list[object]] = [[code, "A", 1, label, number] for code, label, number in rows]
    lines += [[code, "A", -8, "Does not apply", 0] for code in AREAS]
    return file([[f"{area} Code", area, f"{name} Code", name, "Observation"], *lines])


def test_long_forms_are_read_in_any_order_of_rows() -> None:
    """Shuffled rows, with or without totals and percentages, give the same areas; nineteen groups add up to five."""
    rows = long_rows()
    totals = [(code, TOTAL, 100 * times) for code, times in AREAS.items()]
    shuffled = [*rows, *totals]
    random.Random(1).shuffle(shuffled)
    for document in (interface(shuffled), interface(shuffled, measures=True), interface(rows), custom(rows)):
        assert counts(document) == RIGHT
    detailed = long_rows(detailed=True)
    assert len(detailed) == 19 * len(AREAS)
    assert counts(custom(detailed, 20)) == RIGHT
    assert counts(interface([*detailed, *long_rows()])) == RIGHT


@pytest.mark.parametrize(("detailed", "found"), [(False, "3 more of 1[47] rows"), (True, "14 more of 5[36] rows")])
def test_a_missing_group_of_one_area_is_refused(detailed: bool, found: str) -> None:
    """A group that is not in the file is not a group of nobody."""
    rows = [row for row in long_rows(detailed) if not (row[0] == "E01000002" and row[1].startswith(MIXED))]
    for document in (interface(rows), custom(rows, 20 if detailed else 6)):
        with pytest.raises(
            InvalidContent, match=f"missing, so that they do not add up; found 'E01000002', and {found}"
        ):
            counts(document)


def test_faults_of_the_long_forms_are_told() -> None:
    """A group with two numbers or that is none is refused; an odd row costs itself; a missed total stays."""
    rows = long_rows()
    for extra, said in (
        ((rows[0][0], rows[0][1], 4), "twice"),
        (("E01000001", "Cornish", 4), "not one of TS021.*'Cornish'"),
    ):
        with pytest.raises(InvalidContent, match=said):
            counts(interface([*rows, extra]))
    rows = long_rows()
    assert counts(interface([*rows, ("E02000001", WHITE, 4)])) == counts(interface(rows))
    document = interface([*rows, ("E01000001", TOTAL, 130)])
    assert counts(document)
    assert [item["problem"] for item in document.notes.anomalies] == [
        "the ethnic groups do not add up to the total within 10"
    ]


def test_faults_of_a_query_are_told() -> None:
    """Values below the notes, a row of another length and a text that does not end are refused with their row."""
    late: list[list[object]] = [[], ["Area 9", "E01000009", 100, 10, 20, 5, 60, 5]]
    with pytest.raises(InvalidContent, match=r"row 14.*below the notes"):
        counts(file(query(below=late)))
    with pytest.raises(InvalidContent, match=r"row 13.*another length"):
        counts(file(query(below=[["Area 9", "E01000009", 100, 10]])))
    whole = file(query())
    cut = Document(whole.label, "csv", whole.data[: whole.data.index(b"Area 3") + 3])
    with pytest.raises(DamagedFile, match="ends inside a quoted text"):
        READERS["census_ethnicity"](cut, "")


@pytest.mark.parametrize("text", [",\n,\n", "A\n", "date,geography code\n2021,E01000001\n"])
def test_what_is_not_ts021_is_refused_in_words(text: str) -> None:
    """A file without headers or groups ends in one line."""
    with pytest.raises((InvalidContent, DamagedFile), match=r"file.csv"):
        READERS["census_ethnicity"](Document("file.csv", "csv", text.encode()), "")

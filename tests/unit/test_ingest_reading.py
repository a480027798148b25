"""Reading published text: shapes of files, headers, and typed columns."""

from __future__ import annotations

import csv as csv_module
from collections.abc import Callable

import pytest

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.publications.reading import codes, counts, day_of, numbers, parse_csv, refuse_repeats, table
from sp_geo.publications.reading.csv_lines import UNMATCHED, csv_lines
from sp_geo.workspace.document import normal_header, normal_headers
from tests.conftest import REPOSITORY
from tests.unit.files import csv_file

TOTALS = "PUBLICATION,EXTRACT_DATE,TYPE,CODE,SEX,AGE,NUMBER_OF_PATIENTS\n"
ROW = "GP_PRAC_PAT_LIST,01JAN2021,GP,Z00001,ALL,ALL,5903\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_in_every_encoding_publishers_use(encoding: str) -> None:
    """Dashes and accents are read in each encoding that publishers use."""
    parsed = parse_csv(csv_file("CODE,NAME\nA1,Caf\u00e9 \u2013 one\n".encode(encoding)))
    assert parsed.frame["name"].tolist() == ["Caf\u00e9 \u2013 one"]


def test_a_table_keeps_its_words_and_row_numbers() -> None:
    """A header with line breaks is one name, NA and leading zeros stay, and rows keep their numbers over blank lines."""
    parsed = parse_csv(csv_file('"Practice\nParent  Code ","B"\n1,2\n'))
    assert list(parsed.frame.columns) == ["practiceparentcode", "b"]
    assert parsed.headers["practiceparentcode"] == "Practice Parent Code"
    parsed = parse_csv(csv_file("A,B\nNA,007\nNULL,\n"))
    assert parsed.frame.to_numpy().tolist() == [["NA", "007"], ["NULL", ""]]
    parsed = parse_csv(csv_file("A,B,\n1,2,\n\n3,4,\n"))
    assert parsed.frame.index.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("", DamagedFile, "empty"),
        ("A,B\n1,2\n3\n4,5\n", InvalidContent, "row 3"),
        ("A,B\n1,2\n3\n", DamagedFile, "row 3"),
        ("A,B\n1,2,3\n", InvalidContent, "row 2"),
        ('A,B\n1,"2\n', DamagedFile, "quoted"),
        ("A;B\n1;2\n", InvalidContent, "semicolons"),
    ],
)
def test_malformed_tables_are_refused(text: str, error: type[Exception], said: str) -> None:
    """Cut, shifted and empty tables are refused with their row."""
    with pytest.raises(error, match=said):
        parse_csv(csv_file(text))


STRAY = [("opens a cell", 'A5,"5,x'), ("opens the row", '"A5,5,x'), ("ends a cell", 'A5,5,x,"')]
ROWS = [f"A{number},{number},x" for number in range(2, 12)]


@pytest.mark.parametrize("line", [line for _, line in STRAY], ids=[name for name, _ in STRAY])
@pytest.mark.parametrize("later", ["A9,9,x", 'A9,9,"x, y"'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_stray_quotation_mark_costs_its_own_row_alone(line: str, later: str, end: str) -> None:
    """The rows that it would swallow are read, and it is listed with its number."""
    rows = [line if row.startswith("A5") else later if row.startswith("A9") else row for row in ROWS]
    document = csv_file(end.join(["code,n,word", *rows, ""]))
    parsed = parse_csv(document)
    assert parsed.frame["code"].tolist() == [row[: row.index(",")] for row in ROWS if not row.startswith("A5")]
    assert parsed.frame.index.tolist() == [2, 3, 4, 6, 7, 8, 9, 10, 11]
    assert parsed.frame.loc[9, "word"] == ("x" if later == "A9,9,x" else "x, y")
    (odd,) = document.notes.anomalies
    assert (odd["row"], odd["found"], odd["outcome"]) == (5, line, "left out")
    assert list(csv_lines(end.join(["code,n,word", *rows, ""]), "f"))[4] == (5, line.split(","), UNMATCHED)
    assert [cells[0] for _, cells, fault in csv_lines(end.join(rows), "f") if not fault] == parsed.frame[
        "code"
    ].tolist()


@pytest.mark.parametrize(
    "text",
    [
        'code,"n,word\nA2,2,x\nA3,3,x\n',
        'code,n,word\nA2,2,x\nA3,3,"x',
        'code,n,word\nA2,2,x\nA3,3,"x\n\n',
        'code,n,word\nA2,2,"x\nA3,3,"x\nA4,4,"x\nA5,5,"x\nA6,6,x\n',
        'code,n,word\nA2,2,"x\nA3,3\nA4,4,x\n',
    ],
    ids=["in the header", "where the file was cut", "in the last row", "in too many rows", "beside a short row"],
)
def test_quotation_marks_that_say_of_the_file_that_it_is_damaged_refuse_it(text: str) -> None:
    """Nothing is read of a file without a header, of one that was cut short, and of one of which much is torn."""
    with pytest.raises((DamagedFile, InvalidContent)):
        parse_csv(csv_file(text))


@pytest.mark.parametrize("header", ["SURPRISE", "", "Number of patients (note 3)"])
def test_a_column_that_nobody_needs_is_ignored(header: str) -> None:
    """A new column of the publisher, a column without a header and one that is there again do not matter."""
    text = f"{TOTALS.strip()},{header}\n{ROW.strip()},5903\n"
    parsed = table(csv_file(text), "list_totals", ("org_code", "patients_count"))
    assert parsed.frame["patients_count"].tolist() == ["5903"]
    assert "SURPRISE" not in parsed.headers.values()


@pytest.mark.parametrize("header", ["Number of patients", "NUMBER-OF-PATIENTS"])
def test_two_columns_that_mean_the_same_and_differ_are_refused(header: str) -> None:
    """Nobody can tell which of two numbers is meant."""
    text = f"{TOTALS.strip()},{header}\n{ROW.strip()},5904\n"
    with pytest.raises(InvalidContent, match=r"row 2.*mean the same and differ; found '5904', but '5903'"):
        table(csv_file(text), "list_totals", ("org_code", "patients_count"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Practice CCG and PCN\nCCG match?", "practice_ccg-and pcn ccg match"),
        ("Open Date (YYYYMMDD)", "OpenDate"),
        ("LSOA code (2011)", "LSOA_CODE_2011"),
        ("healthsupport.pcteval", "healthsupport_pcteval"),
        ("90+", "90 plus"),
        ("\ufeffF_LSOA11CD", "f lsoa11cd"),
    ],
)
def test_case_spaces_punctuation_and_notes_in_brackets_do_not_count_in_headers(one: str, other: str) -> None:
    """Two ways to write one header are one header."""
    assert normal_header(one) == normal_header(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("q32_3", "q3_23"),
        ("LSOA code (2011)", "LSOA code (2021)"),
        ("90+", "90"),
        ("q32_3", "q323"),
        ("Patients %", "Patients"),
    ],
)
def test_what_tells_two_columns_apart_counts_in_headers(one: str, other: str) -> None:
    """Survey questions, census years, open ages and percentages stay apart."""
    assert normal_header(one) != normal_header(other)


def test_a_note_in_brackets_counts_where_nothing_else_tells_two_columns_apart() -> None:
    """An interval's bounds beside a value do not make three columns of one name."""
    assert normal_headers(["Value", "Value (lower)", "Value (upper)", "Sex (note 1)"]) == [
        "value",
        "valuelower",
        "valueupper",
        "sex",
    ]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *((counts, text) for text in ("", "n/a", "NaN", "inf", "-1", "1.5", "1e9", "1,5", "9999999999999")),
        *((numbers, text) for text in ("n/a", "NaN", "inf", "-inf", "1001", "1,5", "0x10", "1_0")),
    ],
)
def test_what_is_no_number_in_range_is_refused(read: Callable[..., object], text: str) -> None:
    """A count is a whole number in range; a number is finite, plain and in range."""
    parsed = parse_csv(csv_file(f'N,X\n3,1\n"{text}",1\n'))
    with pytest.raises(InvalidContent, match="row 3, column N"):
        read(parsed, "n", low=0, high=1000)


def test_codes_are_trimmed_and_upper_case_and_misfits_give_their_row() -> None:
    """Codes are trimmed and in capitals; a misfit is refused with its row, and a repeat with both."""
    parsed = parse_csv(csv_file("C\n u00001 \nU00002X\n"))
    with pytest.raises(InvalidContent, match=r"row 3, column C.*'U00002X'"):
        codes(parsed, "c", r"U\d{5}", "U and five digits")
    assert codes(parsed.where(parsed.frame.index == 2), "c", r"U\d{5}", "").tolist() == ["U00001"]
    parsed = parse_csv(csv_file("C\nA\nB\nA\n"))
    with pytest.raises(InvalidContent, match=r"row 4.*already in row 2"):
        refuse_repeats(parsed, parsed.frame[["c"]], "code")


@pytest.mark.parametrize(
    ("found", "texts"),
    [
        (
            "2022-07-01",
            ("20220701", "01JUL2022", "01Jul2022", "2022-07-01", "01/07/2022", " 1 July 2022 ", "01-Jul-22"),
        ),
        ("2022-07-01", ("1/7/22", "01JUL22", "1st July 2022", "July 1, 2022", "01.07.2022")),
        ("2020-12-31", ("31/12/20",)),
        ("2020-02-01", ("01/02/20",)),
        ("1974-07-05", ("05-Jul-74",)),
        ("2021-05-02", ("2nd May 2021",)),
        ("None", ("05-Jul-48", "12/31/20", "September 2020", "2020", "32 May 2020")),
    ],
)
def test_days_are_read_in_every_form_that_is_clear(found: str, texts: tuple[str, ...]) -> None:
    """A day stands before its month, in the nearest century; what could be another day is none."""
    assert {str(day_of(text)) for text in texts} == {found}


@pytest.mark.parametrize(
    "publication", sorted(path.parent.name for path in (REPOSITORY / "src/sp_geo/publications").glob("*/columns.csv"))
)
def test_every_column_map_has_each_header_once_and_with_one_meaning(publication: str) -> None:
    """Each column map has every header once, with one meaning."""
    lines = (REPOSITORY / f"src/sp_geo/publications/{publication}/columns.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv_module.reader(lines))[1:]
    assert len(rows) == len({row[0] for row in rows})
    meanings = {(header, row[1]) for header, row in zip(normal_headers([row[0] for row in rows]), rows, strict=True)}
    assert len({header for header, _ in meanings}) == len(meanings)

"""Reading published text: shapes of files, headers, and typed columns."""

from __future__ import annotations

import csv as csv_module
import io

import pytest
import xlsxwriter

from sp_geo.core.errors import DamagedFile, InvalidContent
from sp_geo.publications.reading import codes, counts, day_of, numbers, parse_csv, refuse_repeats, table
from sp_geo.publications.reading.csv_lines import UNMATCHED, csv_lines
from sp_geo.workspace.document import Document, normal_header, normal_headers
from tests.conftest import REPOSITORY

TOTALS = "PUBLICATION,EXTRACT_DATE,TYPE,CODE,SEX,AGE,NUMBER_OF_PATIENTS\n"
ROW = "GP_PRAC_PAT_LIST,01JAN2021,GP,Z00001,ALL,ALL,5903\n"


def csv(text: str | bytes) -> Document:
    """A CSV document."""
    return Document("file.csv", "csv", text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_is_read_in_every_encoding_publishers_use(encoding: str) -> None:
    """Names with a dash or accent would be garbled, or the first header would not be found."""
    parsed = parse_csv(csv("CODE,NAME\nA1,Caf\u00e9 \u2013 one\n".encode(encoding)))
    assert parsed.frame["name"].tolist() == ["Caf\u00e9 \u2013 one"]


def test_headers_with_line_breaks_and_spaces_are_one_line() -> None:
    """A workbook saved as CSV would lose its columns."""
    parsed = parse_csv(csv('"Practice\nParent  Code ","B"\n1,2\n'))
    assert list(parsed.frame.columns) == ["practiceparentcode", "b"]
    assert parsed.headers["practiceparentcode"] == "Practice Parent Code"


def test_words_that_look_missing_stay_words() -> None:
    """NA, NULL and leading zeros would be turned into something else."""
    parsed = parse_csv(csv("A,B\nNA,007\nNULL,\n"))
    assert parsed.frame.to_numpy().tolist() == [["NA", "007"], ["NULL", ""]]


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
    """A cut or shifted row would put numbers under wrong headers."""
    with pytest.raises(error, match=said):
        parse_csv(csv(text))


STRAY = [
    ("opens a cell", 'A5,"5,x'),
    ("opens the row", '"A5,5,x'),
    ("ends a cell", 'A5,5,x,"'),
]
ROWS = [f"A{number},{number},x" for number in range(2, 12)]


@pytest.mark.parametrize("line", [line for _, line in STRAY], ids=[name for name, _ in STRAY])
@pytest.mark.parametrize("later", ["A9,9,x", 'A9,9,"x, y"'])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_stray_quotation_mark_costs_its_own_row_alone(line: str, later: str, end: str) -> None:
    """The rows that it would swallow are read, and it is listed with its number."""
    rows = [line if row.startswith("A5") else later if row.startswith("A9") else row for row in ROWS]
    document = csv(end.join(["code,n,word", *rows, ""]))
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
        parse_csv(csv(text))


def test_blank_lines_and_trailing_commas_are_passed_over_and_rows_stay_numbered() -> None:
    """Row numbers in messages would not be those that the user sees."""
    parsed = parse_csv(csv("A,B,\n1,2,\n\n3,4,\n"))
    assert parsed.frame.index.tolist() == [2, 4]


@pytest.mark.parametrize("header", ["SURPRISE", "", "Number of patients (note 3)"])
def test_a_column_that_nobody_needs_is_ignored(header: str) -> None:
    """A new column of the publisher, a column without a header and one that is there again do not matter."""
    text = f"{TOTALS.strip()},{header}\n{ROW.strip()},5903\n"
    parsed = table(csv(text), "list_totals", ("org_code", "patients_count"))
    assert parsed.frame["patients_count"].tolist() == ["5903"]
    assert "SURPRISE" not in parsed.headers.values()


@pytest.mark.parametrize("header", ["Number of patients", "NUMBER-OF-PATIENTS"])
def test_two_columns_that_mean_the_same_and_differ_are_refused(header: str) -> None:
    """Nobody can tell which of two numbers is meant."""
    text = f"{TOTALS.strip()},{header}\n{ROW.strip()},5904\n"
    with pytest.raises(InvalidContent, match=r"row 2.*mean the same and differ; found '5904', but '5903'"):
        table(csv(text), "list_totals", ("org_code", "patients_count"))


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


def test_a_renamed_column_is_named_with_what_was_expected() -> None:
    """The user could not tell what to mend."""
    text = (TOTALS + ROW).replace("NUMBER_OF_PATIENTS", "HOW_MANY")
    with pytest.raises(InvalidContent, match="NUMBER_OF_PATIENTS is missing; found unmapped column 'HOW_MANY'"):
        table(csv(text), "list_totals", ("patients_count",))


def test_a_header_alone_is_refused() -> None:
    """A file without data would become a quarter without patients."""
    with pytest.raises(InvalidContent, match="no row"):
        table(csv(TOTALS), "list_totals", ("patients_count",))


@pytest.mark.parametrize("text", ["", "n/a", "NaN", "inf", "-1", "1.5", "1e9", "1,5", "9999999999999"])
def test_counts_refuse_what_is_no_whole_number_in_range(text: str) -> None:
    """Missing or absurd counts would enter totals."""
    parsed = parse_csv(csv(f'N,X\n3,1\n"{text}",1\n'))
    with pytest.raises(InvalidContent, match="row 3, column N"):
        counts(parsed, "n", high=1000)


@pytest.mark.parametrize("text", ["n/a", "NaN", "inf", "-inf", "101", "1,5", "0x10", "1_0"])
def test_numbers_refuse_what_is_no_number_in_range(text: str) -> None:
    """NaN and infinity would spread through means."""
    parsed = parse_csv(csv(f'N,X\n"{text}",1\n'))
    with pytest.raises(InvalidContent, match="row 2"):
        numbers(parsed, "n", 0, 100)


def test_codes_are_trimmed_and_upper_case_and_misfits_give_their_row() -> None:
    """A code with a letter too many would join nothing."""
    parsed = parse_csv(csv("C\n u00001 \nU00002X\n"))
    with pytest.raises(InvalidContent, match=r"row 3, column C.*'U00002X'"):
        codes(parsed, "c", r"U\d{5}", "U and five digits")
    assert codes(parsed.where(parsed.frame.index == 2), "c", r"U\d{5}", "").tolist() == ["U00001"]


def test_the_first_repeat_is_named() -> None:
    """A doubled row would count patients twice."""
    parsed = parse_csv(csv("C\nA\nB\nA\n"))
    with pytest.raises(InvalidContent, match=r"row 4.*already in row 2"):
        refuse_repeats(parsed, parsed.frame[["c"]], "code")


@pytest.mark.parametrize(
    "text",
    [
        "20220701",
        "01JUL2022",
        "01Jul2022",
        "2022-07-01",
        "01/07/2022",
        " 1 July 2022 ",
        "01-Jul-22",
        "1/7/22",
        "01JUL22",
        "1st July 2022",
        "July 1, 2022",
        "01.07.2022",
    ],
)
def test_days_are_read_in_every_form(text: str) -> None:
    """A release would be put in another month."""
    day = day_of(text)
    assert day is not None
    assert day.isoformat() == "2022-07-01"


def test_a_workbook_is_read_below_its_title_rows() -> None:
    """Deprivation files downloaded as .xlsx would not be found."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["About"])
        sheet = book.add_worksheet("IoD")
        sheet.write_row(0, 0, ["A title"])
        sheet.write_row(2, 0, ["LSOA code (2021)", "Index of Multiple Deprivation (IMD) Score"])
        sheet.write_row(3, 0, ["E01000001", 8.5])
    document = Document("iod.xlsx", "workbook", buffer.getvalue())
    parsed = table(document, "indices_of_deprivation", ("imd_score",))
    assert parsed.frame["imd_score"].to_dict() == {4: "8.5"}


@pytest.mark.parametrize(
    "publication", sorted(path.parent.name for path in (REPOSITORY / "src/sp_geo/publications").glob("*/columns.csv"))
)
def test_every_column_map_has_each_header_once_and_with_one_meaning(publication: str) -> None:
    """A header mapped twice would be read by whichever line came last."""
    lines = (REPOSITORY / f"src/sp_geo/publications/{publication}/columns.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv_module.reader(lines))[1:]
    assert len(rows) == len({row[0] for row in rows})
    meanings = {(header, row[1]) for header, row in zip(normal_headers([row[0] for row in rows]), rows, strict=True)}
    assert len({header for header, _ in meanings}) == len(meanings)

"""Reading published text: shapes of files, headers, and typed columns."""

from __future__ import annotations

import csv as csv_module
import io

import pytest
import xlsxwriter

from sp_geo.errors import DamagedFile, InvalidContent
from sp_geo.ingest.reading import codes, counts, day_of, numbers, parse_csv, refuse_repeats, table
from sp_geo.sources.document import Document
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
    assert list(parsed.frame.columns) == ["practice parent code", "b"]


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
        ("A,a \n1,2\n", InvalidContent, "twice"),
        ("A,\n1,2\n", InvalidContent, "no header"),
    ],
)
def test_malformed_tables_are_refused(text: str, error: type[Exception], said: str) -> None:
    """A cut or shifted row would put numbers under wrong headers."""
    with pytest.raises(error, match=said):
        parse_csv(csv(text))


def test_blank_lines_and_trailing_commas_are_passed_over_and_rows_stay_numbered() -> None:
    """Row numbers in messages would not be those that the user sees."""
    parsed = parse_csv(csv("A,B,\n1,2,\n\n3,4,\n"))
    assert parsed.frame.index.tolist() == [2, 4]


def test_an_unmapped_header_names_itself() -> None:
    """A new column would be silently ignored."""
    with pytest.raises(InvalidContent, match="'SURPRISE'"):
        table(csv(TOTALS.strip() + ",SURPRISE\n" + ROW.strip() + ",1\n"), "list_totals", ("org_code",))


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


@pytest.mark.parametrize("text", ["20220701", "01JUL2022", "01Jul2022", "2022-07-01", "01/07/2022", " 1 July 2022 "])
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
    parsed = table(document, "indices_of_deprivation", ("imd_score",), is_wide=True)
    assert parsed.frame["imd_score"].to_dict() == {4: "8.5"}


@pytest.mark.parametrize(
    "publication", sorted(path.stem for path in (REPOSITORY / "src/sp_geo/ingest/column_maps").glob("*.csv"))
)
def test_every_column_map_has_each_header_once(publication: str) -> None:
    """A header mapped twice would be read by whichever line came last."""
    lines = (REPOSITORY / f"src/sp_geo/ingest/column_maps/{publication}.csv").read_text(encoding="utf-8").splitlines()
    headers = [row[0] for row in csv_module.reader(lines)][1:]
    assert len(headers) == len(set(headers))

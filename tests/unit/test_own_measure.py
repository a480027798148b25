"""Any table of codes and numbers as a measure of the user's own: what is found, what is left out, what is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from sp_geo.core.errors import DamagedFile, InvalidContent, SpGeoError, WorkspaceError
from sp_geo.geography import boundaries, vintages
from sp_geo.panel.own import own_area_measures
from sp_geo.publications import readers
from sp_geo.publications.add_words import rows_in_words
from sp_geo.publications.own_measure import reader as own_measure
from sp_geo.publications.own_measure.files import in_words
from sp_geo.tables import TABLES
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document
from tests.unit.files import validated, workbook

OLD = sorted(boundaries.lsoa11()["lsoa11_code"])[:600]
"""Small areas of 2011, the first of England."""
NEW = "E01035001"


def own(text: str, **told: str) -> Document:
    """A CSV file whose owner told these things of it, and the name where nothing else."""
    return Document("own.csv", "csv", text.encode(), tuple(({"name": "Mine"} | told).items()))


def read(text: str, **told: str) -> tuple[pd.Series, pd.DataFrame]:
    """The measure and its values, held against their tables."""
    return _checked(own(text, **told) if told else Document("own.csv", "csv", text.encode()))


def _checked(document: Document) -> tuple[pd.Series, pd.DataFrame]:
    frames = validated(own_measure.read(document, ""))
    return frames["core_own_measure"].iloc[0], frames["core_own_measure_value"]


def areas(*cells: str, header: str = "LSOA,score") -> str:
    """A file with the first small areas of England, one a cell."""
    return "\n".join([header, *(f"{code},{cell}" for code, cell in zip(OLD, cells, strict=False))]) + "\n"


def test_case_files_of_small_areas_and_practices_are_read() -> None:
    """A percentage is a share of one, and a decimal comma beside a decimal point is what it can only be."""
    measure, values = read("LSOA21CD,loneliness_pct\nE01000001,18.2\nE01000002,17.1\n", name="Loneliness")
    assert (measure["measure"], measure["area_type"], measure["form"]) == ("own_loneliness", "lsoa21", "share")
    assert values["value"].tolist() == pytest.approx([0.182, 0.171])
    practices = 'Practice code,List size,Carers (%)\nA81001,4100,3.2\nA81002,19800,"4,1"\n'
    with pytest.raises(InvalidContent, match=r"'List size', 'Carers \(%\)'.*--column"):
        read(practices, name="Carers")
    measure, values = read(practices, column="carers (%)")
    assert (measure["area_type"], measure["england_count"] is pd.NA) == ("practice", True)
    assert values["value"].tolist() == pytest.approx([0.032, 0.041])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (areas('"1,234"', '"12,345.5"', "7"), [1234.0, 12345.5, 7.0]),
        (areas('"1,5"', '"2,25"', '"1.234,5"'), [1.5, 2.25, 1234.5]),
        (areas("1.5e-3", "\u22122.5", "+3"), [0.0015, -2.5, 3.0]),
        (areas("1 234", "2\u00a0000", "3"), [1234.0, 2000.0, 3.0]),
        ("A note above\n\nLSOA;n\nE01000001;1,5\nE01000002;2\n", [1.5, 2.0]),
        ("A note above\n\nLSOA\tn\nE01000001\t1,5\nE01000002\t2\n", [1.5, 2.0]),
    ],
)
def test_numbers_are_read_in_the_ways_people_write_them(text: str, expected: list[float]) -> None:
    """Separators of thousands, decimals and columns, exponents and signs mean what they mean in that file."""
    assert read(text, unit="points")[1]["value"].tolist() == expected


def test_what_only_looks_like_a_number_or_an_area_is_left_out() -> None:
    """1,234 beside 4,1, digits of another script, another currency and a total without a code are listed by their rows."""
    measure, values = read(areas('"4,1"', '"1,234"', "3"), unit="points")
    assert measure["left_out_count"] == 1
    assert values.loc[values["state"] == "left_out", ["file_row", "found"]].to_numpy().tolist() == [[3, "1,234"]]
    _, values = read("LSOA,n\nE0100000\u0661,1\nE01000002,\u0662\nE01000003,3\nE01000005,4\n", unit="points")
    assert values["state"].tolist().count("left_out") == 2
    assert values["value"].dropna().tolist() == [3.0, 4.0]
    text = "area,n\nE92000001,10\nE06000001,3\nE06000002,4\nEngland,9\nSource: ours,\n"
    measure, values = read(text, unit="points")
    assert (measure["area_type"], measure["given_count"], measure["left_out_count"]) == ("district", 2, 1)
    assert values.loc[values["state"] == "left_out", ["file_row", "found"]].to_numpy().tolist() == [[5, "England"]]
    _, values = read(
        areas('"\u00a31,200"', "-\u00a35", "7 \u00a3", "\u00a3-2.50", "8", "\u20ac9", "\u00a3", "5\u00a36"),
        unit="pounds",
    )
    assert values["value"].dropna().tolist() == [1200.0, -5.0, 7.0, -2.5, 8.0]
    assert values["found"].dropna().tolist() == ["\u20ac9", "\u00a3", "5\u00a36"]


def test_blank_suppressed_unreadable_and_zero_are_four_things() -> None:
    """None of them becomes another, and nothing is silently 0."""
    measure, values = read(areas("0", "", "*", "n/a", "<5", "c", "[x]", "about 5", "3"), unit="points")
    assert values["state"].tolist() == [
        "given", "missing", "suppressed", "missing", "suppressed", "suppressed", "missing", "left_out", "given",
    ]  # fmt: skip
    assert values["value"].dropna().tolist() == [0.0, 3.0]
    assert [measure[f"{state}_count"] for state in ("given", "missing", "suppressed", "left_out")] == [2, 3, 3, 1]
    assert values.loc[7, "reason"] == "not a number"


def test_counts_with_bases_are_shares_or_rates_and_say_so() -> None:
    """The value is count over base; 0 of 0 is missing, a count of a base of 0 is left out."""
    text = areas("5,50", "0,0", "*,40", "4,*", "3,0", "2,8", header="LSOA11CD,carers,people")
    measure, values = read(text, column="carers", base_column="people")
    assert (measure["form"], measure["unit"]) == ("share", "%")
    assert values["state"].tolist() == ["given", "missing", "suppressed", "suppressed", "left_out", "given"]
    assert values["value"].dropna().tolist() == [0.1, 0.25]
    assert values[["numerator", "denominator"]].dropna().to_numpy().tolist() == [[5, 50], [2, 8]]
    measure, values = read(text, column="carers", base_column="people", unit="per 1,000")
    assert (measure["form"], measure["per"], values["value"].dropna().tolist()) == ("rate", 1000, [100.0, 250.0])


def test_a_share_above_100_percent_is_left_out_by_its_row_and_many_refuse_the_file() -> None:
    """The row is named with what stood there; more than one in a hundred are a file that is not understood."""
    measure, values = read(areas("99", "100", "101", header="LSOA,lonely %"), name="Lonely")
    assert measure["left_out_count"] == 1
    assert values.loc[2, ["file_row", "found", "reason"]].tolist() == [4, "101", "a share above 100 %"]
    with pytest.raises(InvalidContent, match=r"4 of 5 rows .* '101': a share above 100 %"):
        read(areas("101", "120", "300", "400", "5", header="LSOA,lonely %"), name="Lonely")
    with pytest.raises(InvalidContent, match="a share below 0"):
        read(areas("-1", "-2", "-3", "-4", "5", header="LSOA,lonely %"), name="Lonely")
    cells = ["text" if number < 4 else "1" for number in range(400)]
    assert read(areas(*cells), unit="points")[0]["left_out_count"] == 4
    with pytest.raises(InvalidContent, match=r"row 2, column score: 5 of 400 rows cannot be read"):
        read(areas(*["text" if number < 5 else "1" for number in range(400)]), unit="points")


@pytest.mark.parametrize(
    ("unit", "header", "cells", "expected"),
    [
        ("", "lonely %", ("50", "25"), [0.5, 0.25]),
        ("", "share lonely", ("0.5", "0.25"), [0.5, 0.25]),
        ("share", "lonely", ("0.5", "25%"), [0.5, 0.25]),
        ("", "lonely", ("50%", "25 %"), [0.5, 0.25]),
        ("%", "lonely", ("0.5", "0.25"), [0.005, 0.0025]),
        ("per 1,000", "rate", ("50", "2500"), [50.0, 2500.0]),
        ("", "index", ("50", "-2"), [50.0, -2.0]),
    ],
)
def test_the_unit_is_what_was_told_else_what_the_file_shows(
    unit: str, header: str, cells: tuple[str, ...], expected: list[float]
) -> None:
    """Percentages become shares of one; a rate and a score stay as they are."""
    assert read(areas(*cells, header=f"LSOA,{header}"), unit=unit)[1]["value"].tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "told", "words"),
    [
        (areas("5", "6", header="LSOA,number of carers"), {}, "without its base.*--base-column"),
        (areas("5", "6"), {"unit": "people"}, "without its base"),
        (areas("0.5", "0.2", header="LSOA,lonely %"), {}, "percentages or shares of 1.*--unit"),
        (areas("", ""), {"column": "score"}, "no area has a value"),
        (areas("a", "b"), {}, "no column holds numbers"),
        (areas("5", "6"), {"column": "scores"}, "no such column; found 'scores'; expected 'LSOA', 'score'"),
        (areas("5", "6"), {"rows": "register=DEP"}, "no such column to choose rows by"),
        (areas("5", "6"), {"direction": "up"}, "direction cannot be used"),
        (areas("5,9", "6,9", header="LSOA,n,base"), {"column": "n", "base_column": "base", "unit": "points"}, "a rate"),
        ("name,score\nHigh Lane,3\n", {}, "no column holds codes"),
        ("E01000001,3\nE01000002,4\n", {}, "no column holds codes"),
        ("LSOA11CD,LSOA21CD,n\nE01000001,E01000001,3\n", {}, "two columns could hold the codes.*--code-column"),
        ("practice,LSOA,n\nA81001,E01000001,3\n", {}, "side by side.*--code-column"),
        ("", {"column": "score"}, "no column holds codes"),
    ],
)
def test_what_is_not_clear_is_refused_with_the_option_that_makes_it_so(
    text: str, told: dict[str, str], words: str
) -> None:
    """The user is told in one line what stands there and what to say."""
    with pytest.raises(SpGeoError, match=words):
        read(text, **({"name": "Mine"} | told))


def test_areas_of_two_kinds_and_areas_that_stand_twice_are_refused_with_their_rows() -> None:
    """A code of each is named; where a column tells rows apart it is offered."""
    with pytest.raises(InvalidContent, match=r"lsoa and district.*E01000001 in row 2 and E09000001 in row 3"):
        read("area,n\nE01000001,3\nE09000001,4\nE01000002,4\n", unit="points")
    with pytest.raises(InvalidContent, match=r"row 3, column area: the area stands twice; found E01000001, already in"):
        read("area,n\nE01000001,3\nE01000001,4\n", unit="points")
    long = "PRACTICE,GROUP,N,LIST\nA81001,DEP,10,100\nA81001,MH,5,100\nA81002,DEP,20,100\nA81002,MH,5,100\n"
    with pytest.raises(InvalidContent, match=r"--rows 'GROUP=DEP'"):
        read(long, column="N", base_column="LIST")
    assert read(long, column="N", base_column="LIST", rows="group=dep")[1]["value"].tolist() == [0.1, 0.2]
    with pytest.raises(InvalidContent, match="no row has that value; found 'X'; expected 'DEP', 'MH'"):
        read(long, column="N", base_column="LIST", rows="GROUP=X")


def test_the_vintage_is_what_header_and_codes_say() -> None:
    """A code that 2011 does not have makes it 2021; beside a header of 2011, or an area that ended, it is refused."""
    assert read(areas("1", "2"), unit="points")[0]["area_type"] == "lsoa11"
    assert read(areas("1", "2", header="LSOA (2021),n"), unit="points")[0]["area_type"] == "lsoa21"
    assert read(areas("1", "2") + f"{NEW},3\n", unit="points")[0]["area_type"] == "lsoa21"
    with pytest.raises(InvalidContent, match=f"row 4, column LSOA11CD: a code of another vintage.*{NEW}"):
        read(areas("1", "2", header="LSOA11CD,n") + f"{NEW},3\n", unit="points")
    document = own(areas("1", "2") + f"{NEW},3\n")
    lookup = pd.DataFrame(
        {"lsoa11_code": [OLD[0], OLD[1]], "lsoa21_code": [OLD[0], NEW], "change": ["U", "X"]}, dtype="str"
    )
    with pytest.raises(InvalidContent, match=rf"two vintages; found {OLD[1]} \(ended in 2021\) and {NEW}"):
        own_measure.refuse_two_vintages(own_measure.read(document, ""), lookup, "own.csv")
    document = own(areas("1", "2", header="LSOA21CD,n"))
    frames = own_measure.read(document, "")
    lookup = pd.DataFrame({"lsoa11_code": OLD[:2], "lsoa21_code": [OLD[0], NEW]}, dtype="str")
    with pytest.raises(
        InvalidContent, match=rf"two vintages; found {OLD[1]} \(ended in 2021\) and others under a header"
    ):
        own_measure.refuse_two_vintages(frames, lookup, "own.csv")
    with pytest.raises(WorkspaceError, match=rf"own_mine .* found {OLD[1]} .*'sp-geo remove own_mine'"):
        own_area_measures({**frames, "core_lsoa_lookup": lookup}, {})
    codes = ["E01033768", "E01033769", "E01035762", "W01000001", "W01002040"]
    text = areas("1", "2", header="LSOA21CD,n") + "".join(f"{code},3\n" for code in codes)
    assert read(text, unit="points")[0]["given_count"] == 7


def test_a_row_with_more_values_than_headers_is_left_out_and_a_cut_file_refused() -> None:
    """A thousands separator or a stray quotation mark costs its row, and a cut file is refused."""
    _, values = read("LSOA,n\nE01000001,1,234\nE01000002,4\n", unit="points")
    assert values["state"].tolist() == ["left_out", "given"]
    _, values = read("LSOA,n,note\nE01000001,1\nE01000002,4,\nSource: ours\n", unit="points")
    assert values["reason"].dropna().tolist() == ["the row ends too early"]
    with pytest.raises(DamagedFile, match="row 3: the row ends too early"):
        read("LSOA,name,n\nE01000001,a,4\nE01000002,b", unit="points")
    with pytest.raises(DamagedFile, match="ends inside a quoted text"):
        read('LSOA,n\nE01000001,"4', unit="points")
    text = areas("3", '"4', "5", "6")
    document = own(text, unit="points")
    frames = readers.read("own_measure", document, "own_mine")
    values = frames["core_own_measure_value"]
    assert values.loc[values["state"] == "given", "value"].tolist() == [3, 5, 6]
    assert frames["core_anomaly"][["row", "outcome"]].to_numpy().tolist() == [[3, "left out"]]


def book(**sheets: list[list[object]]) -> Document:
    """A workbook of the named sheets, told its name."""
    return Document("own.xlsx", "workbook", workbook(sheets), (("name", "Mine"), ("unit", "points")))


def test_the_sheet_of_the_smallest_areas_is_taken_with_its_header_wherever_it_is() -> None:
    """A head on line 3, and a total between head and areas, are found."""
    small = [["Table 3"], [], ["LSOA Code", "LA Code", "n"], ["E01000001", "E09000001", 4.5], ["E01000002", "", 5]]
    large = [["Areas", "n"], ["E92000001", 9.5], ["E06000001", 3], ["E06000002", 4]]
    measure, values = _checked(book(Notes=[["Note"], [1]], Districts=large, Small=small))
    assert (measure["area_type"], values["value"].tolist(), values["area_code"].tolist()) == (
        "lsoa11", [4.5, 5], ["E01000001", "E01000002"],
    )  # fmt: skip
    with pytest.raises(InvalidContent, match=r"two sheets could be meant; found 'A', 'B'.*--sheet"):
        _checked(book(A=small, B=small))
    document = book(Districts=large, Small=small)
    told = Document(document.label, document.kind, document.data, (*document.told, ("sheet", "districts")))
    assert _checked(told)[0]["area_type"] == "district"
    lost = Document(document.label, document.kind, document.data, (*document.told, ("sheet", "C")))
    with pytest.raises(InvalidContent, match="no such sheet; found 'C'; expected 'Districts', 'Small'"):
        _checked(lost)


def test_the_template_says_everything_itself_and_once() -> None:
    """A filled template needs no option."""
    head = "area_code,value,base,name,unit,higher_means,source,period,licence\n"
    measure, values = read(head + "A81001,5,50,Carers,,more need,Council,2026,OGL\nA81002,5,20,,,,,,\n")
    assert measure[["measure", "higher_means", "source", "period", "licence"]].tolist() == [
        "own_carers", "more need", "Council", "2026", "OGL",
    ]  # fmt: skip
    assert values["value"].tolist() == [0.1, 0.25]
    with pytest.raises(InvalidContent, match="two things are said of one measure"):
        read(head + "A81001,5,,Carers,points,,,,\nA81002,5,,Others,,,,,\n")
    with pytest.raises(InvalidContent, match="needs a name"):
        read(head + "A81001,5,,,points,,,,\nA81002,5,,,,,,,\n")


@pytest.mark.parametrize(
    ("label", "name"),
    [("Loneliness, modelled (2020)", "own_loneliness_modelled_2020"), ("own_x", "own_x"), ("Ménage", "own_m_nage")],
)
def test_a_measure_is_named_after_its_label(label: str, name: str) -> None:
    """The name fits a column, and never that of a published measure."""
    assert own_measure.measure_name(label) == name


@pytest.mark.parametrize("mark", ["9999", "-99", "999.0", "-1"])
def test_a_number_that_looks_like_a_mark_is_kept_and_listed(mark: str) -> None:
    """Nobody but its owner knows whether 9999 is a number: it counts, and its row is named."""
    text = areas("3", mark, "5.5", "0", "8", header="LSOA,score")
    document = own(text, unit="points")
    frames = readers.read("own_measure", document, "own_mine")
    assert frames["core_own_measure_value"]["value"].tolist() == [3, float(mark), 5.5, 0, 8]
    odd = frames["core_anomaly"]
    assert odd[["row", "found", "outcome"]].to_numpy().tolist() == [[3, mark, "kept"]]
    assert f"look at row 3 '{mark}': a number that looks like a mark" in in_words(frames)


@pytest.mark.parametrize(
    "cells", [("3", "999", "1200", "40"), ("-3", "-1", "2", "0"), ("9", "8", "7"), ("99", "87", "45"), ("9999", "9999")]
)
def test_nines_among_numbers_of_their_size_are_numbers(cells: tuple[str, ...]) -> None:
    """What is not far from the others says nothing of a mark."""
    document = own(areas(*cells), unit="points")
    assert readers.read("own_measure", document, "own_mine")["core_anomaly"].empty


def test_every_row_of_the_file_is_used_listed_or_counted() -> None:
    """Totals and notes are counted; the code for 'not known where', text and what cannot be true are listed by row."""
    text = areas("3", "101", "about 4", header="LSOA,lonely %")
    text += "E99999999,5\nE92000001,4\nK02000001,4\nEngland and Wales,\n"
    document = own(text)
    frames = readers.read("own_measure", document, "own_mine")
    measure, odd = frames["core_own_measure"].iloc[0], validate(frames["core_anomaly"], TABLES["core_anomaly"])
    assert odd[["row", "problem", "found", "outcome"]].to_numpy().tolist() == [
        [3, "a share above 100 %", "101", "left out"],
        [4, "not a number", "about 4", "left out"],
        [5, "no code of a lsoa", "E99999999", "left out"],
    ]
    counts = measure[["given_count", "left_out_count", "passed_over_count"]].tolist()
    assert (counts, document.notes.rows_count) == ([1, 3, 3], 7)
    line = rows_in_words(document, frames) + in_words(frames)
    assert line.startswith("7 rows read into 4 rows of tables; --need own_mine")
    assert "(row 3 '101': a share above 100 %; row 4" in line
    assert line.endswith("; 3 row(s) of wider areas or no area passed over")


@pytest.mark.parametrize("header", ["LSOA21CD", "area"])
def test_a_code_that_no_small_area_ever_had_is_left_out_by_its_row(header: str) -> None:
    """The codes of 2011 and the numbers given in 2021 are known without any lookup, whatever the header says."""
    codes = ["E01999999", "E01035763", "E01000000", "W01002041", "W01000000"]
    text = areas(*["1"] * 600, header=f"{header},n") + "".join(f"{code},3\n" for code in codes)
    measure, values = read(text, unit="points")
    assert measure["given_count"] == 600
    lost = values[values["state"] == "left_out"]
    assert dict(zip(lost["file_row"], lost["found"], strict=True)) == dict(enumerate(codes, 602))
    assert set(lost["reason"]) == {"no such small area, neither in 2011 nor in 2021"}


@pytest.mark.parametrize(
    ("header", "told", "cells", "kept", "lost"),
    [
        ("lonely", {}, ("18.2%", "0.17", "12%", "0"), [0.182, 0.12, 0.0], ["0.17"]),
        ("lonely", {}, ("0.18", "0.17", "12%"), [0.18, 0.17], ["12%"]),
        ("index", {"unit": "points"}, ("18", "17", "12%"), [18.0, 17.0], ["12%"]),
        ("lonely %", {}, ("18.2", "17", "12%"), [0.182, 0.17, 0.12], []),
        ("share lonely", {}, ("0.18", "0.17", "12%"), [0.18, 0.17, 0.12], []),
        ("lonely", {"unit": "%"}, ("18.2%", "17", "12%"), [0.182, 0.17, 0.12], []),
    ],
)
def test_a_number_whose_sign_of_percent_differs_is_left_out_unless_it_is_said_what_it_means(
    header: str, told: dict[str, str], cells: tuple[str, ...], kept: list[float], lost: list[str]
) -> None:
    """0.17 among percentages is never 0.17 %; a header or a unit that says what numbers are is followed, and 0 is 0."""
    _, values = read(areas(*cells, header=f"LSOA,{header}"), **({"name": "Mine"} | told))
    assert values["value"].dropna().tolist() == pytest.approx(kept)
    assert values["found"].dropna().tolist() == lost


def test_the_same_row_again_is_left_out_and_listed() -> None:
    """Two rows that say the same do no harm; two that differ are still refused, and so is a file that stands twice."""
    text = "area,n\nE01000001,3\nE01000002,4\nE01000001,3\nE01000001,3\n"
    measure, values = read(text, unit="points")
    assert (measure["given_count"], measure["left_out_count"]) == (2, 2)
    lost = values.loc[values["state"] == "left_out", ["file_row", "found", "reason"]].to_numpy().tolist()
    assert lost == [[4, "E01000001", "the same row again"], [5, "E01000001", "the same row again"]]
    with pytest.raises(InvalidContent, match="the area stands twice"):
        read(text + "E01000001,140\n", unit="points")
    body = areas("1", "2", "3", "4")
    with pytest.raises(InvalidContent, match=r"4 of 8 rows .*'E01000001': the same row again"):
        read(body + body.partition("\n")[2], unit="points")


def test_a_refusal_for_want_of_numbers_shows_what_stands_there() -> None:
    """The first cell of each column, or of the column that was named."""
    with pytest.raises(InvalidContent, match=r"no column holds numbers; found 'score: about 5'"):
        read(areas("about 5", "some"), name="Mine")
    with pytest.raises(InvalidContent, match=r"no area has a value; found 'about 5' in row 3"):
        read(areas("", "about 5"), column="score")


@pytest.mark.realdata
def test_every_code_of_the_published_lookup_is_a_small_area_and_the_new_ones_are_of_2021(real: Path) -> None:
    """The committed boundaries and the numbers given in 2021 tell the vintages as the publisher's lookup does."""
    with zipfile.ZipFile(real / "geography" / "LSOA_2011_to_LSOA_2021_to_LAD_2022.zip") as archive:
        lookup = pd.read_csv(archive.open(archive.namelist()[0]), dtype="str", encoding="utf-8-sig")
    old, new = (pd.Series(lookup[name].unique()) for name in ("F_LSOA11CD", "LSOA21CD"))
    assert not vintages.of_no_vintage(old).any()
    assert not vintages.of_no_vintage(new).any()
    assert not vintages.begun_in_2021(old).any()
    assert (vintages.begun_in_2021(new) == ~new.isin(old)).all()

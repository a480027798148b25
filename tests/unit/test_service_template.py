"""The template of services: written empty, filled in by hand, read row by row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sp_geo.core.errors import DamagedFile, InvalidContent, SpGeoError, UsageError
from sp_geo.publications.catalogue import recognise
from sp_geo.publications.service_template import reader as service_template
from sp_geo.reports.templates import TEMPLATES, write_template
from sp_geo.workspace.document import Document
from sp_geo.workspace.opening import open_path
from tests.unit.files import csv_file, validated

SOUND = {
    "service_id": "s1",
    "name": "Walking group",
    "category": "activity;isolation",
    "latitude": "53.48",
    "longitude": "-2.24",
    "postcode": "m1 1ae",
    "serves": "place",
    "places_per_quarter": "30",
    "free_share": "40%",
    "open_to_referrals": "yes",
    "waiting_days": "14",
}
HEADERS = list(TEMPLATES["services"].columns)


def table(*rows: dict[str, str], headers: list[str] | None = None) -> str:
    """Rows as CSV; what a row does not say is blank."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, headers or HEADERS, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows([SOUND | row for row in rows])
    return buffer.getvalue()


def read(content: str | bytes, encoding: str = "utf-8") -> dict[str, pd.DataFrame]:
    """Checked frames of a CSV text."""
    data = content.encode(encoding) if isinstance(content, str) else content
    return validated(service_template.read(csv_file(data, "services.csv"), "example"))


def only_fault(*rows: dict[str, str]) -> tuple[str, str]:
    """Cause and detail of the one row that is refused, beside a sound one."""
    frames = read(table({"service_id": "sound"}, *rows))
    faults = frames["core_service_refused"]
    assert frames["core_service"]["service_id"].tolist() == ["example/sound"]
    assert faults["outcome"].tolist() == ["refused"]
    return str(faults["cause"].iloc[0]), str(faults["detail"].iloc[0])


def test_a_row_comes_in_as_it_was_filled_in() -> None:
    """Each cell of a row reaches its table as it was filled in."""
    row = {
        "evening": "Y",
        "step_free": "no",
        "age_from": "18",
        "languages": "Polish; Urdu",
        "last_checked": "01/07/2026",
    }
    frames = read(table(row))
    service = frames["core_service"].iloc[0]
    assert service[["service_id", "serves", "places_per_quarter", "free_share"]].tolist() == [
        "example/s1",
        "place",
        30,
        0.4,
    ]
    assert service[["open_to_referrals", "evening", "languages"]].tolist() == ["yes", "yes", "Polish;Urdu"]
    assert service["last_checked"] == "2026-07-01"
    assert frames["core_service_site"].iloc[0][["latitude", "postcode", "step_free"]].tolist() == [
        53.48,
        "M1 1AE",
        "no",
    ]
    terms = frames["core_service_term"]
    assert terms["vocabulary"].tolist() == ["category", "category"]
    assert terms["term"].tolist() == ["activity", "isolation"]
    assert frames["core_directory"]["area_code"].tolist() == [""]


def test_cells_mean_what_people_mean_by_them() -> None:
    """A blank is unknown and 0 is none; columns may be left out; other categories stay terms; contacts are cut out."""
    frames = read(table({"places_per_quarter": "", "weekend": ""}, {"service_id": "s2", "places_per_quarter": "0"}))
    places = frames["core_service"]["places_per_quarter"]
    assert places.isna().tolist() == [True, False]
    assert places.iloc[1] == 0
    assert frames["core_service"]["weekend"].isna().all()
    frames = read("name,serves,areas_served,waiting_dayz\nAdvice line,remote,,3\nVisits,areas,E08000009; QOP,\n")
    assert frames["core_service"]["serves"].tolist() == ["remote", "areas"]
    assert frames["core_service"]["service_id"].tolist() == ["example/row-2", "example/row-3"]
    assert frames["core_service_area"]["area_code"].tolist() == ["E08000009", "QOP"]
    fault = frames["core_service_refused"].iloc[0]
    assert (fault["outcome"], fault["detail"]) == ("warned", "waiting_dayz")
    terms = read(table({"category": "Long term conditions; Debt advice"}))["core_service_term"]
    assert list(zip(terms["vocabulary"], terms["term"], strict=True)) == [
        ("category", "long_term_conditions"),
        ("template", "Debt advice"),
    ]
    said = "Ring 0161 496 0123 or write to a.b@example.org, see https://example.org. Open 09:00 - 17:00 since 2019."
    assert read(table({"description": said}))["core_service"]["description"].iloc[0] == (
        "Ring or write to , see Open 09:00 - 17:00 since 2019."
    )


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"latitude": "-2.24", "longitude": "53.48"}, "latitude and longitude are swapped"),
        ({"latitude": "", "longitude": "", "postcode": "M1"}, "the postcode is not one"),
        ({"places_per_quarter": "-5"}, "places_per_quarter is negative"),
        ({"places_per_quarter": "about 20"}, "places_per_quarter is not a number"),
        ({"places_per_quarter": "=10+20"}, "a cell holds a formula"),
        ({"places_per_quarter": "#REF!"}, "a cell holds an error of the spreadsheet"),
        ({"free_share": "40"}, "free_share is too large"),
        ({"open_to_referrals": "maybe"}, "open_to_referrals is neither yes nor no"),
        ({"serves": "everywhere"}, "serves is not one of the words"),
        ({"serves": "areas"}, "areas_served is missing"),
        ({"areas_served": "Manchester"}, "the area is not a code"),
        ({"age_from": "70", "age_to": "50"}, "age_from is above age_to"),
        ({"last_checked": "last week"}, "last_checked is not a day"),
        ({"service_id": "a/b"}, "service_id is not an identifier"),
        ({"service_id": "sound"}, "the identifier stands twice"),
        ({"name": ""}, "name is missing"),
    ],
)
def test_one_bad_row_costs_only_itself(change: dict[str, str], cause: str) -> None:
    """A bad row is refused alone, with its cause."""
    assert only_fault({"service_id": "bad"} | change)[0] == cause


def test_ragged_rows_are_refused_by_themselves() -> None:
    """Rows that are too long or too short, or with a stray quotation mark, are refused alone."""
    text = "name,serves,waiting_days\nOne,remote,3\nTwo, the second,remote,3\nThree,remote\n\n,,\nFour,remote,4,\n"
    frames = read(text)
    assert frames["core_service"]["name"].tolist() == ["One", "Four"]
    faults = frames["core_service_refused"].set_index("record")["cause"]
    assert faults.to_dict() == {"row 3": "the row has more values than headers", "row 4": "the row ends too early"}
    text = 'name,serves,waiting_days\n"One,remote,3\nTwo,remote,3\n"Three,\nand more",remote,4\nFour,remote,4\n'
    frames = read(text)
    assert frames["core_service"]["name"].tolist() == ["Two", "Three, and more", "Four"]
    faults = frames["core_service_refused"].set_index("record")["cause"]
    assert faults.to_dict() == {"row 2": "the quotation marks of the row do not match"}
    with pytest.raises(DamagedFile, match="ends inside a quoted text"):
        read(text + 'Five,"remote')


def test_an_office_is_not_a_place_of_service() -> None:
    """A remote service has no place, a careless postcode costs itself, and a list with semicolons is recognised."""
    frames = read(table({"serves": "remote"}))
    assert frames["core_service_site"].empty
    assert frames["core_service_refused"]["cause"].tolist() == ["the place was not used"]
    careless = read(table({"postcode": "M1"}))
    assert careless["core_service_site"]["postcode"].isna().all()
    assert careless["core_service_refused"]["outcome"].tolist() == ["warned"]
    assert recognise(csv_file(table({}).replace(",", ";"))).key == "service_template"


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (table({}).replace(",", ";"), InvalidContent, "separated by semicolons"),
        (",".join(HEADERS) + "\n", InvalidContent, "no row below the header"),
        (table({"name": ""}), InvalidContent, "none of the 1 records"),
        ("title,serves\nx,remote\n", InvalidContent, "column 'name' is missing"),
        (table({}) + 's2,"Without an end', DamagedFile, "inside a quoted text"),
        (table({}).encode("utf-16-le"), DamagedFile, "not text"),
    ],
)
def test_what_is_no_such_list_is_refused_as_a_whole(content: str | bytes, kind: type[SpGeoError], words: str) -> None:
    """An empty or broken list is refused as a whole."""
    with pytest.raises(kind, match=words):
        read(content)


def filled(path: Path) -> openpyxl.Workbook:
    """The empty template with one sound row."""
    write_template("services", path)
    book = openpyxl.load_workbook(path)
    numbers = {"latitude", "longitude", "places_per_quarter"}
    row = [SOUND.get(name) for name in HEADERS]
    book["services"].append(
        [float(value) if value and name in numbers else value for name, value in zip(HEADERS, row, strict=True)]
    )
    return book


def test_the_workbook_says_which_directory_it_is(tmp_path: Path) -> None:
    """The workbook names its directory and what it covers, refuses unknown formulas, and offers the allowed words."""
    path = tmp_path / "template.xlsx"
    book = filled(path)
    sheet = book["directory"]
    sheet["B1"] = "Example VCS Directory"
    for row in (["E08000009", "housing"], ["QOP", None], ["Trafford", "all"]):
        sheet.append(row)
    book.save(path)
    document = open_path(path)[0].document
    assert document is not None
    assert recognise(document).key == "service_template"
    frames = service_template.read(document, "template")
    assert frames["core_service"]["service_id"].tolist() == ["example-vcs-directory/s1"]
    claims = frames["core_directory"]
    assert claims[["area_code", "category", "source"]].to_numpy().tolist() == [
        ["E08000009", "housing", "file"],
        ["QOP", "all", "file"],
    ]
    assert frames["core_service_refused"]["record"].tolist() == ["sheet 'directory', row 5"]
    path = tmp_path / "again.xlsx"
    book = filled(path)
    sheet = book["services"]
    sheet.append([cell.value for cell in sheet[2]])
    sheet.cell(3, 1, "s2")
    sheet.cell(3, HEADERS.index("places_per_quarter") + 1, "=10+20")
    book.save(path)
    frames = service_template.read(Document(path.name, "workbook", path.read_bytes()), "example")
    assert frames["core_service"]["service_id"].tolist() == ["example/s1"]
    assert frames["core_service_refused"]["cause"].tolist() == ["a cell holds a formula"]
    path = tmp_path / "empty.xlsx"
    write_template("services", path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["services", "directory", "guidance"]
    rules = book["services"].data_validations.dataValidation
    assert len(rules) == len(TEMPLATES["services"].choices)
    said = " ".join(str(cell.value) for row in book["guidance"].iter_rows() for cell in row if cell.value)
    assert "A blank means that nobody knows" in said
    with pytest.raises(UsageError, match="referral-activity"):
        write_template("grants", tmp_path / "x.csv")


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_every_template_is_recognised_and_empty(name: str, form: str, tmp_path: Path) -> None:
    """Each template is recognised in both forms."""
    path = tmp_path / f"empty.{form}"
    write_template(name, path)
    document = open_path(path)[0].document
    assert document is not None
    key = "service_template" if name == "services" else name.replace("-", "_")
    assert recognise(document).key == key

"""What the corrupted files brought to light, each mended."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sp_geo.core.errors import SpGeoError, one_line
from sp_geo.publications.add import Admission, add
from tests.corruption import mutate_workbooks, render
from tests.corruption.model import Seed
from tests.corruption.run import Case, all_seeds, mutant_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def handed_in(data: bytes, file: str, folder: Path) -> Admission:
    """The first word on a file."""
    path = folder / file
    path.write_bytes(data)
    return add([path], folder / "workspace", NOW).admissions[0]


def grid_of(seed: str, cells: Mapping[tuple[int, int], str]) -> tuple[Seed, dict[str, Any]]:
    """A seed, and its content with some cells of its first sheet replaced, by row and column from 0."""
    found = all_seeds()[seed]
    content = copy.deepcopy(found.content)
    grid = next(iter(content.values()))
    for (row, column), text in cells.items():
        grid[row][column] = text
    return found, content


def with_cells(seed: str, cells: Mapping[tuple[int, int], str], folder: Path) -> Admission:
    """The first word on a seed with some cells replaced."""
    found, content = grid_of(seed, cells)
    return handed_in(found.render(content), found.file, folder)


def case(name: str, folder: Path) -> Admission:
    """The first word on a case of the run."""
    made = mutant_of(Case.named(name), 1)
    assert made is not None
    return handed_in(made.data, made.file or all_seeds()[name.split("/", maxsplit=1)[0]].file, folder)


def refused(admission: Admission, code: int, *words: str) -> SpGeoError:
    """The refusal, with its code and words."""
    assert admission.refusal is not None, admission.line
    assert admission.refusal.exit_code == code, admission.line
    assert all(word in admission.line for word in words), admission.line
    return admission.refusal


def told(admission: Admission, *words: str) -> None:
    """Refused with these words, or taken with a row that is listed in these words."""
    if admission.refusal is not None:
        refused(admission, 5, *words)
        return
    assert admission.frames is not None
    listed = [
        one_line(f"row {item['row']}, {item['column']}: {item['problem']}; found {item['found']}")
        for item in admission.frames["core_anomaly"].fillna({"found": "nothing"}).to_dict("records")
    ]
    assert any(all(word in text for word in words) for text in listed), [admission.line, *listed]


CELLS: dict[str, tuple[str, dict[tuple[int, int], str], tuple[str, ...]]] = {
    # Each is told: its row is left out and listed, or the file is refused where it contradicts itself.
    # Passed over without a word, so that a practice was missing from its PCN.
    "a damaged code in epraccur": ("epraccur", {(0, 0): "Z9000\uff11"}, ("row 1", "org_code")),
    "a damaged setting in epraccur": ("epraccur", {(1, 25): "4\u200b"}, ("row 2", "setting", r"\u200b")),
    "a misspelt level among totals": ("list_totals", {(2, 2): "GPP"}, ("row 3", "TYPE", "GPP")),
    "an odd sex among totals": ("list_totals", {(2, 7): "A LL"}, ("row 3", "SEX")),
    "a damaged code among successions": ("practice_succession", {(2, 1): "Z9001\uff12"}, ("row 3",)),
    "a misspelt indicator of a succession": ("practice_succession", {(2, 4): "p."}, ("row 3", "indicator")),
    "a misspelt type of area": ("fingertips_practice-native", {(2, 4): "GP s"}, ("row 3", "Area Type")),
    "a misspelt level by age": ("list_by_age", {(1, 2): "Comm\u200bRegion"}, ("row 2", "ORG_TYPE")),
    # Taken for the code that they look like, and then joined to nothing, or to another.
    "full-width digits in a code": ("travel_times", {(1, 0): "E0199900\uff11"}, ("row 2", "lsoa11_code")),
    "a long s that becomes S": ("practice_map", {(1, 11): "\u017f9B9J"}, ("row 2", "ICB_CODE")),
    "Arabic digits in a count": ("census_ethnicity", {(1, 3): "\u0661\u0660\u0660\u0660"}, ("row 2",)),
    # Ended in the exit code of a fault of the software.
    "a blank name of a parent": ("lsoa11_parents", {(2, 2): " "}, ("row 3", "sicbl22_name", "found nothing")),
    "a blank name of a district": ("local_authority_region", {(2, 0): ""}, ("row 3", "ltla24_name")),
    # Totals that contradict each other were read as whichever came first.
    "sexes that do not add up by area": ("list_by_lsoa-both", {(1, 6): "499"}, ("do not add up", "found 999")),
    "a sex without its day": ("list_by_lsoa-both", {(1, 1): ""}, ()),
    "ages that do not add up": ("lsoa11_population", {(1, 2): "11"}, ("row 2", "ages do not add up")),
    # One number above 1 made a column of shares one of percentages: every answer a hundredth of itself.
    "a percentage among shares": ("patient_survey_2018", {(3, 16): "12"}, ("row 4", "percentage stands among shares")),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_that_was_taken_or_passed_over(name: str, tmp_path: Path) -> None:
    """A value that cannot be is named, or its row is left out and listed."""
    seed, cells, words = CELLS[name]
    told(with_cells(seed, cells, tmp_path), *words)


def test_the_sexes_must_add_up_where_a_list_by_age_counts_all_as_well(tmp_path: Path) -> None:
    """Male and female add up to all persons, in every practice and age.

    A total that its parts miss by little is listed with the difference, one that they miss by much is refused.
    """
    seed = all_seeds()["list_by_age"]
    grid = [list(row) for row in seed.content[""]]
    place = next(row for row in grid if row[2] == "GP" and row[6:8] == ["MALE", "ALL"])
    place[8] = str(int(place[8]) + 1)
    little = handed_in(seed.render({"": grid}), seed.file, tmp_path)
    told(little, "sexes of GP", "do not add up")
    assert little.frames is not None
    assert little.frames["core_anomaly"]["effect"].tolist() == [1.0]
    place[8] = str(2 * int(place[8]))
    refused(handed_in(seed.render({"": grid}), seed.file, tmp_path), 5, "sexes of GP", "do not add up")


RECORDS: dict[str, tuple[str, str, str, str, str]] = {
    # Each costs its one record, which is listed: 12 % of a place was 0.12 places, a decimal comma made 1.5 days 15.
    "per cent of places": ("service_template", "", "places_per_quarter", "12%", "places_per_quarter is not a number"),
    "a decimal comma": ("service_template", "", "waiting_days", "1,5", "waiting_days is not a number"),
    "two digits after a comma": ("service_template", "", "places_per_quarter", "1,23", "is not a number"),
    "per cent of an age": ("service_template", "", "age_from", "18%", "age_from is not a number"),
    "Arabic digits": ("open_referral_package", "services.csv", "maximum_age", "\u06694", "1 record(s) refused"),
    "wide digits": ("open_referral_package", "services.csv", "minimum_age", "\uff118", "1 record(s) refused"),
    "Arabic degrees": ("open_referral_package", "locations.csv", "latitude", "5\u0663.48", "1 record(s) refused"),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_number_of_a_list_is_not_guessed_at(name: str, tmp_path: Path) -> None:
    """A number in a form that can be read in two ways, or in other digits, costs its record, which is listed."""
    seed, part, column, text, words = RECORDS[name]
    sound = all_seeds()[seed]
    grid = copy.deepcopy(sound.content[part])
    grid[1][grid[0].index(column)] = text
    found = handed_in(sound.render(sound.content | {part: grid}), sound.file, tmp_path)
    assert found.frames is not None
    assert words in found.line
    whole = len(sound.content["services.csv" if part else ""]) - 1
    assert len(found.frames["core_service"]) == whole - 1


def test_thousands_and_shares_are_still_read(tmp_path: Path) -> None:
    """Thousands with commas, pounds and per cent are read as people write them."""
    found = with_cells("service_template", {}, tmp_path)
    assert found.frames is not None
    rows = found.frames["core_service"].set_index("name")
    assert rows.loc["SYNTHETIC befriending", "places_per_quarter"] == 1200
    assert rows.loc["SYNTHETIC advice line", "free_share"] == 0.5


REFUSED: dict[str, tuple[int, tuple[str, ...]]] = {
    # A workbook of seven kilobytes made its reader ask for 549 gigabytes, which ended the program.
    "epcn/far_cell/0": (4, ("stands too far out", "1,048,576")),
    "epcn/far_cells/0": (4, ("stands too far out", "900,0")),
    "service_template-workbook/entity_bomb/0": (4, ("defines entities",)),
    "service_template-workbook/outside_entity/0": (4, ("defines entities",)),
    # One of the two was put on the shelf, and no build could open it again.
    **{f"list_totals/zip_same_name_twice/{order}": (4, ("two files of one name",)) for order in range(4)},
    # Two gigabytes were unpacked before an archive of archives was found implausible.
    "list_totals/zip_nested_bombs/0": (4, ("implausible size",)),
    # The first of two sheets was read, whichever year it was.
    "indices_of_deprivation-workbook/two_sheets_fit/0": (5, ("two sheets could be meant", "Remove the other sheet")),
    "grants-workbook/two_sheets_fit/0": (5, ("two sheets could be meant", "Remove the other sheet")),
    "open_referral-page/list_twice/0": (4, ("stands twice",)),
    "grants-json/list_twice/0": (4, ("stands twice",)),
    # A cell that points at no text was read as blank, which cost records their values.
    "grants-workbook/text_that_is_not_there/1": (4, ("text that is not there",)),
    "gap_log-workbook/text_that_is_not_there/1": (4, ("text that is not there",)),
    "service_template-workbook/text_that_is_not_there/1": (4, ("text that is not there",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_in_one_way_is_refused(name: str, tmp_path: Path) -> None:
    """A file that cannot be read, or can be read in two ways, is refused with the reason."""
    code, words = REFUSED[name]
    refused(case(name, tmp_path), code, *words)


def test_a_binary_workbook_and_a_part_twice(tmp_path: Path) -> None:
    """A binary workbook, and one with a part twice, are refused with what to do."""
    seed = all_seeds()["epcn"]
    data = render.with_parts(seed.render(), {"xl/workbook.bin": b"x"})
    refused(handed_in(data, seed.file, tmp_path), 3, "binary workbook", "Save it as .xlsx")
    twice = mutate_workbooks._member_twice(seed, Random(1))
    assert twice is not None
    refused(handed_in(twice.data, seed.file, tmp_path), 4, "holds a part twice")


def test_an_archive_with_a_part_missing(tmp_path: Path) -> None:
    """A workbook that lacks a part is read or refused as a bad file, wherever it was cut."""
    data = all_seeds()["travel_times-workbook"].render()
    for start in range(0, len(data), 397):
        said = handed_in(data[:start] + data[start + 150 :], "travel_times-workbook.xlsx", tmp_path)
        assert said.refusal is None or said.refusal.exit_code in {3, 4, 5}


def test_cells_that_hold_an_error_or_a_formula_never_calculated(tmp_path: Path) -> None:
    """An error of the spreadsheet, or a formula without a value, is told and is no blank."""
    seed = all_seeds()["gap_log-workbook"]
    data = render.as_workbook(seed.content, {("data", 3, 5): "#REF!"})
    found = handed_in(data, seed.file, tmp_path)
    assert "a cell holds an error of the spreadsheet" in found.line
    seed = all_seeds()["local_posts-workbook"]
    for cell, words in (("=1+1", "=FORMULA()"), ("#N/A", "#N/A")):
        data = render.as_workbook(seed.content, {("data", 2, 3): cell})
        refused(
            handed_in(data, seed.file, tmp_path), 5, "row 3", "last_quarter", words.lower() if "=" in words else words
        )


def test_a_file_with_an_odd_name_is_taken_with_one_line(tmp_path: Path) -> None:
    """The line about a file shows each letter of its name."""
    found = handed_in(all_seeds()["travel_times"].render(), "a\u202eb.csv", tmp_path)
    assert found.refusal is None
    assert r"a\u202eb.csv" in found.line


def test_a_byte_of_another_encoding_spoils_nothing_else(tmp_path: Path) -> None:
    """A byte of Windows-1252 is read as its letter, and all letters of UTF-8 around it stay."""
    for name in ("grants", "open_referral"):
        seed = all_seeds()[name]
        data = seed.render().replace(b"SYNTHETIC ", "SYNTHETIC \u00e9 ".encode()).replace(b"Walks", b"Walker\x92s")
        found = handed_in(data, seed.file, tmp_path)
        assert found.frames is not None
        names = found.frames["core_grant" if name == "grants" else "core_service"]
        texts = names["title" if name == "grants" else "name"]
        assert texts.str.startswith("SYNTHETIC \u00e9 ").all()
        if name == "open_referral":
            assert names["description"].str.contains("Walker\u2019s").all()


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ('"latest_income": 12000', '"latest_income": 12000, "latest_income": 7', "a name stands twice in one object"),
        ('"SYNTHETIC Choir"', "-Infinity", "is no value of JSON"),
        ("12000", "NaN", "is no value of JSON"),
    ],
)
def test_a_record_of_json_that_says_nothing_or_two_things(old: str, new: str, cause: str, tmp_path: Path) -> None:
    """A record with a name twice, NaN or Infinity is refused and listed, and the others are taken."""
    text = json.dumps(all_seeds()["charity_register-json"].content[""])
    found = handed_in(text.replace(old, new, 1).encode(), "charity_register-json.json", tmp_path)
    assert found.frames is not None
    assert cause in found.line
    assert len(found.frames["core_charity"]) == 3


def test_remarks_of_the_library_for_boundaries_are_no_warnings(tmp_path: Path) -> None:
    """A damaged GeoPackage is refused or read, and the library's own warnings stay unsaid."""
    for number in range(6):
        said = case(f"boundaries/base_changed/{number}", tmp_path)
        assert said.refusal is None or said.refusal.exit_code in {3, 4, 5}


def packaged(change: dict[str, list[list[str]]], folder: Path) -> Admission:
    """The first word on the package, with some of its files replaced."""
    seed = all_seeds()["open_referral_package"]
    return handed_in(seed.render(seed.content | change), seed.file, folder)


def test_a_package_whose_files_cannot_be_linked(tmp_path: Path) -> None:
    """A package with a header that is missing, misspelt or there twice is refused by its name."""
    content = all_seeds()["open_referral_package"].content
    links = [["id", "service", "location_id"], *content["service_at_locations.csv"][1:]]
    refused(packaged({"service_at_locations.csv": links}, tmp_path), 5, "'service_id' is missing")
    places = [["id", "location_type", "latitude", "lng"], *content["locations.csv"][1:]]
    refused(packaged({"locations.csv": places}, tmp_path), 5, "'longitude' is missing")
    repeated = [[*row, row[-1] if number == 0 else "-0.1"] for number, row in enumerate(content["locations.csv"])]
    refused(packaged({"locations.csv": repeated}, tmp_path), 5, "a header stands twice", "longitude")


@pytest.mark.parametrize(("row", "column", "text"), [(1, 0, "9" * 700), (2, 6, "x" * 5_000), (3, 6, "2025 " * 60)])
def test_what_a_file_is_about_is_no_endless_name(row: int, column: int, text: str, tmp_path: Path) -> None:
    """A period or an indicator of hundreds of letters is refused as too long, or its row is left out."""
    said = with_cells("fingertips_practice-native", {(row, column): text}, tmp_path)
    assert said.refusal is None or said.refusal.exit_code == 5, said.line
    assert said.refusal is None or "too long" in said.line


@pytest.mark.parametrize(
    ("seed", "cells"),
    [
        ("fingertips_practice-native", {(2, 4): "GP s"}),
        ("fingertips_practice", {(2, 0): "?"}),
        ("list_totals", {(3, 5): "no"}),
    ],
)
def test_a_row_that_is_left_out_does_not_change_what_a_file_is_about(
    seed: str, cells: dict[tuple[int, int], str], tmp_path: Path
) -> None:
    """A file with an odd row has the period of the sound file."""
    odd = with_cells(seed, cells, tmp_path)
    sound = with_cells(seed, {}, tmp_path)
    assert odd.origin is not None
    assert sound.origin is not None
    assert "1 left out" in odd.line
    assert odd.origin.period == sound.origin.period


@pytest.mark.parametrize(("seed", "column"), [("lsoa21_icb", "sicbl24_name"), ("lsoa_msoa", "msoa21nm")])
def test_a_lookup_without_the_names_of_its_areas(seed: str, column: str, tmp_path: Path) -> None:
    """A lookup without a column of names is taken: areas are known by their codes."""
    found = all_seeds()[seed]
    at = found.content[""][0].index(column)
    grid = [[*row[:at], *row[at + 1 :]] for row in found.content[""]]
    said = handed_in(found.render({"": grid}), found.file, tmp_path)
    assert said.frames is not None, said.line
    assert "not given" in set(said.frames["core_lsoa21_parent"]["parent_name"])


def test_successions_with_the_line_ends_of_an_old_mac(tmp_path: Path) -> None:
    """Lines that end as on an old Mac are read like others."""
    data = all_seeds()["practice_succession"].render().replace(b"\n", b"\r")
    found = handed_in(data, "succ.csv", tmp_path)
    assert found.frames is not None
    assert len(found.frames["core_practice_succession"]) == 3


def test_values_without_a_header_and_tabs_say_what_is_expected(tmp_path: Path) -> None:
    """A missing header or tabs in place of commas are told with what is expected."""
    refused(with_cells("travel_times", {(0, 1): ""}, tmp_path), 3)
    refused(with_cells("census_ethnicity", {(0, 2): ""}, tmp_path), 5, "row 1", "GEOGRAPHY CODE is missing", "expected")
    tabs = all_seeds()["rural_urban_2011"].render().replace(b",", b"\t")
    refused(handed_in(tabs, "rural_urban_2011.csv", tmp_path), 5, "separated by tabs", "comma delimited")

"""Small areas: deprivation, ethnicity, lookups, rurality, population, boundaries."""

from __future__ import annotations

import pytest

from sp_geo.core.errors import InvalidContent, SpGeoError
from sp_geo.publications.readers import READERS
from sp_geo.workspace.document import Document
from tests.unit.files import DECILE, RANK, SCORE, csv_file, validated


def read(publication: str, text: str, period: str = "") -> dict[str, list[dict[str, object]]]:
    """Core tables of a CSV file, as records."""
    frames = validated(READERS[publication](csv_file(text.encode("utf-8-sig")), period))
    return {name: frame.to_dict("records") for name, frame in frames.items()}


@pytest.mark.parametrize(("year", "table", "edition"), [("2011", "11", "2019"), ("2021", "21", "2025")])
def test_deprivation_of_both_editions_is_read_with_all_or_some_columns(year: str, table: str, edition: str) -> None:
    """Both editions are read, with further columns or the score alone."""
    text = f"LSOA code ({year}),Other,{SCORE},{RANK},{DECILE}\nE01000001,x,6.208,29199,9\n"
    more = read("indices_of_deprivation", text, f"IoD{edition}_File_7.csv")
    found = more[f"core_lsoa{table}_deprivation"][0]
    assert (found["edition"], found["imd_score"], found["imd_rank"]) == (edition, 6.208, 29199)
    fewer = read("indices_of_deprivation", f"LSOA code ({year}),{SCORE}\nE01000001,6.208\n", edition)
    assert fewer[f"core_lsoa{table}_deprivation"][0]["imd_score"] == 6.208


@pytest.mark.parametrize("rows", ["E01000001,101\n", "E01000001,-1\n", "E01000001,5\nE01000001,6\n"])
def test_impossible_deprivation_is_refused(rows: str) -> None:
    """A file of which no row can be used, or with two scores for one area, is refused with its row."""
    with pytest.raises(InvalidContent, match=r"row [23]"):
        read("indices_of_deprivation", f"LSOA code (2011),{SCORE}\n{rows}", "2019")


@pytest.mark.parametrize("odd", ["W01000001,5\n", "E01000001,5\n", "E01000002,101\n", "E0100002,5\n", ",\n"])
def test_an_odd_row_of_deprivation_is_left_out(odd: str) -> None:
    """An area of Wales, a copy, an impossible score or a malformed code costs itself."""
    found = read("indices_of_deprivation", f"LSOA code (2011),{SCORE}\nE01000001,5\n{odd}", "2019")
    assert [row["lsoa11_code"] for row in found["core_lsoa11_deprivation"]] == ["E01000001"]


def test_the_lookup_is_read_under_its_damaged_header() -> None:
    """The lookup is read under its damaged header; older residents are those of 65 and over, 90 and over included."""
    text = "\u00ef\u00bb\u00bfF_LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND,LAD22CD,LAD22NM,LAD22NMW,ObjectId\n"
    found = read("lsoa_lookup", text + "E01000001,A,E01000001,A,U,E09000001,C,,1\n")
    assert found["core_lsoa_lookup"] == [{"lsoa11_code": "E01000001", "lsoa21_code": "E01000001", "change": "U"}]
    ages = [*(str(age) for age in range(90)), "90+"]
    text = f"lsoa11_code,total_population,{','.join(ages)}\nE01000001,91.0,{','.join(['1.0'] * 91)}\n"
    found = read("lsoa11_population", text, "population20_lsoa11.csv")["core_lsoa11_population"][0]
    assert (found["residents_count"], found["residents_65_plus_count"]) == (91, 26)


@pytest.mark.parametrize(
    ("publication", "head", "cells", "table", "edition"),
    [
        ("lsoa11_parents", "LSOA11CD,LSOA11NM,SICBL22CD,SICBL22CDH,SICBL22NM,ICB22CD,ICB22CDH,ICB22NM",
         "E01000001,A,E38000001,01A,S,E54000001,QAA,I", "core_lsoa11_parent", "2022"),
        ("lsoa21_icb", "lsoa21_code,lsoa21_name,icb24_name,icb24_code,icb24_code_nhs",
         "E01000001,A,I,E54000001,QAA", "core_lsoa21_parent", "2024"),
        ("lsoa21_ward", "LSOA21CD,LSOA21NM,WD25CD,WD25NM,LAD25CD,LAD25NM",
         "E01000001,A,E05000001,W,E09000001,C", "core_lsoa21_parent", "2025"),
        ("local_authority_region", "LAD24CD,LAD24NM,RGN24CD,RGN24NM", "E09000001,C,E12000007,London",
         "core_local_authority_region", "2024"),
    ],
)  # fmt: skip
def test_lookups_of_any_year_are_read_and_say_their_edition(
    publication: str, head: str, cells: str, table: str, edition: str
) -> None:
    """Lookups of any year say their edition, and contradictions within them are refused."""
    found = read(publication, f"{head}\n{cells}\n")[table]
    assert {row["edition"] for row in found} == {edition}
    other = cells.rpartition(",")[0] + ",Another"
    with pytest.raises(InvalidContent, match="twice"):
        read(publication, f"{head}\n{cells}\n{other}\n")
    assert read(publication, f"{head}\n{cells}\n{cells}\n")[table] == found


@pytest.mark.parametrize(("kind", "rural"), [("C2", False), ("D1", True), ("F1", True)])
def test_classes_of_2011_are_urban_or_rural(kind: str, rural: bool) -> None:
    """Classes A to C of 2011 are urban, and D to F rural."""
    found = read("rural_urban_2011", f"LSOA11CD,RUC11CD,RUC11\nE01000001,{kind},words\n")
    assert found["core_lsoa11_rurality"][0]["is_rural"] is rural


@pytest.mark.parametrize(
    ("kind", "name", "rural"), [("UN1", "Urban: Nearer", False), ("RLF1", "Larger rural: Further", True)]
)
def test_classes_of_2021_are_urban_or_rural(kind: str, name: str, rural: bool) -> None:
    """Classes of 2021 are urban or rural as their names say, and contradictions are refused."""
    found = read("rural_urban_2021", f"LSOA21CD,RUC21CD,RUC21NM\nE01000001,{kind},{name}\n")
    assert found["core_lsoa21_rurality"][0]["is_rural"] is rural
    with pytest.raises(InvalidContent, match="contradicts"):
        read("rural_urban_2021", f"LSOA21CD,RUC21CD,RUC21NM\nE01000001,{kind},{'Urban' if rural else 'Rural'}\n")


@pytest.mark.parametrize("publication", sorted(set(READERS) - {"boundaries", "epcn"}))
@pytest.mark.parametrize("text", ["", "A,B\n1,2\n"])
def test_every_reader_refuses_a_foreign_file_in_words(publication: str, text: str) -> None:
    """Every reader refuses another file in one line with its name."""
    with pytest.raises(SpGeoError, match=r"file.csv"):
        READERS[publication](Document("file.csv", "csv", text.encode()), "")

"""Every published file is read in full: its rows and its total, against a plain second reader of the same bytes."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from sp_geo.core.errors import SpGeoError, UnrecognisedFile
from sp_geo.publications.add import consider
from sp_geo.publications.catalogue import recognise
from sp_geo.workspace.opening import Member, open_path

pytestmark = pytest.mark.realdata
Row = dict[str, str]
NOW = datetime(2026, 11, 30, tzinfo=UTC)


READ_ELSEWHERE = ("organisations/ePCN*", "geography/boundaries*", "payments/*.zip")
"""Files of publications that are read in full by tests of their own."""


def key_of(member: Member) -> str | None:
    """Which publication a file is taken for, if any."""
    if member.document is None:
        return None
    try:
        return recognise(member.document).key
    except UnrecognisedFile:
        return None


def number(text: str) -> float:
    """A number as published; nothing where there is none."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def by_header(*words: str, where: Callable[[Row], bool] = lambda row: True) -> Callable[[list[Row]], float]:
    """The sum of the column whose header holds these words, over some rows."""

    def total(rows: list[Row]) -> float:
        column = min((name for name in rows[0] if all(word in name.lower() for word in words)), key=len)
        return sum(number(row[column]) for row in rows if where(row))

    return total


def everybody(row: Row) -> bool:
    """Whether a row of a list is a practice's row of all sexes and ages."""
    return (
        (row.get("TYPE") or row.get("ORG_TYPE")) == "GP"
        and row["SEX"] == "ALL"
        and (row.get("AGE") or row.get("AGE_GROUP_5")) == "ALL"
    )


@dataclass(frozen=True)
class Case:
    """A kind of published file.

    Attributes:
        count: how many there are.
        publication: what they are.
        table: which of its tables is added up.
        column: of that table.
        plain: the same total by a plain reader, from rows of text by header.
    """

    count: int
    publication: str
    table: str
    column: str
    plain: Callable[[list[Row]], float]


CASES = {
    "workforce/*Primary Care*.zip": Case(6, "pcn_workforce", "core_pcn_workforce", "fte", by_header("fte")),
    "workforce/PCNWFIndividualCSV.062026.zip": Case(1, "pcn_workforce", "core_pcn_workforce", "fte", by_header("fte")),
    "workforce/PCNWFIndividualCSV.112025*.zip": Case(
        1, "pcn_workforce", "core_pcn_month", "splw_fte",
        by_header("fte", where=lambda row: "link worker" in row["DETAILED_STAFF_ROLE"].lower()),
    ),
    "organisations/gp-reg-pat-prac-map*.zip": Case(
        4, "practice_map", "core_practice_membership", "practice_code", lambda rows: float(len(rows))
    ),
    "organisations/epraccur*.zip": Case(
        2, "epraccur", "core_organisation", "org_code",
        # Without a header: the prescribing setting 4 stands in the 26th column.
        lambda rows: float(sum(list(row.values())[25] == "4" for row in rows)),
    ),
    "lists/gp-reg-pat-prac-all*.zip": Case(
        2, "list_totals", "core_practice_list", "patients_count", by_header("number_of_patients", where=everybody)
    ),
    "lists/*lsoa*.zip": Case(
        1, "list_by_lsoa", "core_practice_list_lsoa11", "patients_count", by_header("number_of_patients")
    ),
    "lists/*quin-age*.zip": Case(
        1, "list_by_age", "core_practice_list", "patients_count", by_header("number_of_patients", where=everybody)
    ),
    "deprivation/IoD2019*.zip": Case(
        1, "indices_of_deprivation", "core_lsoa11_deprivation", "imd_score", by_header("multiple deprivation", "score")
    ),
    "deprivation/IoD2025*.zip": Case(
        1, "indices_of_deprivation", "core_lsoa21_deprivation", "imd_score", by_header("multiple deprivation", "score")
    ),
    "deprivation/fingertips*.csv": Case(
        1, "fingertips_practice", "core_practice_indicator", "value", by_header("imd_score")
    ),
    "ethnicity/*.zip": Case(
        1, "census_ethnicity", "core_lsoa21_ethnicity", "white_count", by_header("ethnic group: white")
    ),
    "survey/gm*.csv": Case(1, "patient_survey_2024", "core_practice_survey", "practice_code", lambda rows: float(len(rows))),
    "geography/LSOA_2011*.zip": Case(1, "lsoa_lookup", "core_lsoa_lookup", "change", lambda rows: float(len(rows))),
    "geography/lookup_lsoa11*.zip": Case(
        1, "lsoa11_parents", "core_lsoa11_parent", "parent_code", lambda rows: 3.0 * len(rows)
    ),
    "geography/lookup_lsoa21_icb*.zip": Case(
        1, "lsoa21_icb", "core_lsoa21_parent", "parent_code", lambda rows: 2.0 * len(rows)
    ),
    "geography/lookup_lsoa21_ward*.zip": Case(
        1, "lsoa21_ward", "core_lsoa21_parent", "parent_code", lambda rows: 2.0 * len(rows)
    ),
    "geography/lookup_ltla*.zip": Case(
        1, "local_authority_region", "core_local_authority_region", "region_name", lambda rows: float(len(rows))
    ),
    "geography/population*.zip": Case(
        1, "lsoa11_population", "core_lsoa11_population", "residents_count", by_header("total")
    ),
    "geography/ruc11*.zip": Case(1, "rural_urban_2011", "core_lsoa11_rurality", "class_code", lambda rows: float(len(rows))),
    "geography/ruc21*.zip": Case(1, "rural_urban_2021", "core_lsoa21_rurality", "class_code", lambda rows: float(len(rows))),
}  # fmt: skip


def plain_rows(member: Member, *, has_header: bool) -> list[Row]:
    """A CSV file by the standard library alone, in whichever of two encodings it is."""
    try:
        text = member.document.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = member.document.data.decode("cp1252")
    if has_header:
        return [row for row in csv.DictReader(io.StringIO(text)) if any(row.values())]
    return [dict(enumerate(row)) for row in csv.reader(io.StringIO(text))]  # type: ignore[misc]


def ours_of(frame: pd.DataFrame, column: str) -> float:
    """Our total: a sum of numbers, or the count of rows."""
    return float(frame[column].sum()) if pd.api.types.is_numeric_dtype(frame[column]) else float(len(frame))


@pytest.mark.parametrize("pattern", CASES)
def test_rows_and_totals_agree_with_a_plain_second_reader(pattern: str, real: Path) -> None:
    """What a file says is in the tables, to the last row, or listed with its size as left out."""
    case = CASES[pattern]
    paths = sorted(real.glob(pattern))
    assert len(paths) == case.count
    for path in paths:
        found = [member for member in open_path(path) if key_of(member)]
        assert [key_of(member) for member in found] == [case.publication], path.name
        member = found[0]
        origin, frames = consider(path, member, member.document, NOW)
        rows = plain_rows(member, has_header=case.publication != "epraccur")
        assert member.document.notes.rows_count == len(rows), path.name
        odd = frames["core_anomaly"]
        left = odd.loc[odd["outcome"] == "left out", "effect"].sum()
        assert ours_of(frames[case.table], case.column) + left == pytest.approx(case.plain(rows), rel=1e-9), path.name
        assert origin.period, path.name


def spells(path: Path) -> list[tuple[str, str]]:
    """Practice and PCN of every spell of an ePCN workbook, by another reader of workbooks."""
    # A workbook that is read row by row keeps its file open until it is told to close.
    with contextlib.closing(openpyxl.load_workbook(path, read_only=True)) as workbook:
        rows = workbook["PCN Core Partner Details"].iter_rows(values_only=True)
        head = [" ".join(str(cell).split()) for cell in next(rows)]
        practice, pcn = head.index("Partner Organisation Code"), head.index("PCN Code")
        return [(str(row[practice]), str(row[pcn])) for row in rows if row[practice]]


@pytest.mark.parametrize("edition", ["2022-06", "2023-01", "2024-10"])
def test_every_spell_of_an_epcn_workbook_is_read(edition: str, real: Path) -> None:
    """Spells are as many as another reader of workbooks finds, of the same practices in the same PCNs."""
    path = real / "organisations" / f"ePCN.{edition}.xlsx"
    (member,) = open_path(path)
    assert member.document is not None
    _, frames = consider(path, member, member.document, NOW)
    found = frames["core_practice_membership"]
    theirs = sorted(spells(path))
    assert sorted(zip(found["practice_code"], found["pcn_code"], strict=True)) == theirs


@pytest.mark.parametrize(("kind", "areas_count"), [("icb22", 42), ("ltla24", 361), ("lsoa21", 35_672)])
def test_every_area_of_a_file_of_boundaries_is_read(kind: str, areas_count: int, real: Path) -> None:
    """Each published outline gives an area of its kind."""
    path = real / "geography" / f"boundaries_{kind}.gpkg.zip"
    (member,) = open_path(path)
    assert member.document is not None
    _, frames = consider(path, member, member.document, NOW)
    assert frames["core_boundary"]["area_type"].eq(kind).sum() == areas_count


def test_the_companions_of_a_release_are_not_taken_for_data(real: Path) -> None:
    """Guide and definitions of a release are not taken for data."""
    members = open_path(real / "workforce" / "PCNWFIndividualCSV.062026.zip")
    assert [key_of(member) for member in members] == [None, None, "pcn_workforce"]
    assert "PDF" in str(members[0].refusal)


def test_every_other_file_is_refused_in_words_that_name_it(real: Path) -> None:
    """What is no publication that is read here says so in one line; nothing ends in a traceback or is half read."""
    known = {path for pattern in CASES for path in real.glob(pattern)}
    known |= {path for pattern in READ_ELSEWHERE for path in real.glob(pattern)}
    others = [
        path
        for path in sorted(real.rglob("*"))
        if path.is_file()
        and path not in known
        and (not path.is_relative_to(real / "standards") or path.name == "taxonomy.json")
        and ("services" not in str(path.parent.name) or path.name == "charity-commission-extract-fields.csv")
    ]
    assert len(others) > 20
    for path in others:
        for member in open_path(path):
            fault = member.refusal
            if member.document is not None:
                with pytest.raises(UnrecognisedFile) as caught:
                    consider(path, member, member.document, NOW)
                fault = caught.value
            assert isinstance(fault, SpGeoError)
            line = fault.line()
            assert path.name in line
            assert "\n" not in line
            assert not set("\\^$|") & set(line.replace(path.name, "").replace(member.member, "")), line

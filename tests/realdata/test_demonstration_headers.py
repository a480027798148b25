"""The demonstration's files have the very headers, encodings and line ends of the published ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.realdata

PAIRS = [
    ("workforce/10.*.zip", "workforce/2.*.zip"),
    ("workforce/*062026.zip", "workforce/*062026.zip"),
    *(
        (pattern, pattern)
        for pattern in (
            "organisations/gp-reg-pat-prac-map.2022-01.zip",
            "organisations/gp-reg-pat-prac-map.2026-07.zip",
            "lists/gp-reg-pat-prac-all.*.zip",
            "lists/gp-reg-pat-prac-lsoa*.zip",
            "lists/gp-reg-pat-prac-quin-age.2026-07.zip",
            "deprivation/IoD2019*.zip",
            "deprivation/IoD2025*.zip",
            "ethnicity/*.zip",
            "payments/*22-23.zip",
            "geography/LSOA_2011*.zip",
            "geography/ruc11*.zip",
            "geography/ruc21*.zip",
        )
    ),
]


def _start(folder: Path, pattern: str) -> tuple[bytes, list[bytes]]:
    """Header with its line end and byte-order mark, and the first two rows."""
    path = next(path for path in sorted(folder.glob(pattern)) if path.suffix == ".zip")
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv"))
        with archive.open(name) as stream:
            return stream.readline(), [stream.readline(), stream.readline()]


@pytest.mark.parametrize(("published", "invented"), PAIRS)
def test_headers_are_those_of_the_published_file(
    real: Path, miniature_files: Path, published: str, invented: str
) -> None:
    """Headers, marks and line ends are those of the published file."""
    theirs, their_rows = _start(real, published)
    ours, our_rows = _start(miniature_files, invented)
    assert ours == theirs
    assert [row.endswith(b"\r\n") for row in our_rows] == [row.endswith(b"\r\n") for row in their_rows]


def test_epraccur_has_the_same_columns_in_quotes(real: Path, miniature_files: Path) -> None:
    """The invented epraccur has the published columns, in quotes."""
    theirs, _ = _start(real, "organisations/epraccur*.zip")
    ours, _ = _start(miniature_files, "organisations/epraccur*.zip")
    assert ours.count(b'","') == theirs.count(b'","') == 26
    assert ours.startswith(b'"Z90001","SYNTHETIC PRACTICE 00001","Y')


@pytest.mark.parametrize(("published", "invented"), [("2022-06", "2022-06"), ("2024-10", "2026-07")])
def test_workbooks_have_the_same_sheets_and_headings(
    real: Path, miniature_files: Path, published: str, invented: str
) -> None:
    """The invented ePCN workbook has the published sheets and headings."""
    import python_calamine

    theirs = python_calamine.CalamineWorkbook.from_path(str(real / f"organisations/ePCN.{published}.xlsx"))
    ours = python_calamine.CalamineWorkbook.from_path(str(miniature_files / f"organisations/ePCN.{invented}.xlsx"))
    assert ours.sheet_names == theirs.sheet_names
    for sheet in theirs.sheet_names:
        assert ours.get_sheet_by_name(sheet).to_python(nrows=1) == theirs.get_sheet_by_name(sheet).to_python(nrows=1)


def test_survey_variables_are_in_the_publishers_dictionary(real: Path, miniature_files: Path) -> None:
    """Each variable of the invented survey is in the publisher's dictionary."""
    import python_calamine

    book = python_calamine.CalamineWorkbook.from_path(str(real / "survey/gpps-2018-2023-variable-dictionary.xlsx"))
    known = {str(row[0]) for row in book.get_sheet_by_name("All_Columns").to_python()} | {"year"}
    header, _ = _start(miniature_files, "survey/GPPS_2022*.zip")
    assert set(header.decode().strip().split(",")) <= known

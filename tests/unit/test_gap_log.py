"""Link workers' reports of needs not met: what comes in, and above all what does not."""

from __future__ import annotations

import pandas as pd
import pytest

from sp_geo.core.errors import InvalidContent
from tests.unit.files import csv_file, read_as

HEADER = "report_id,reported,area_code,category,cause,people\n"
SOUND = "g1,2026-07-01,E08000009,housing,full,2\n"


def read(text: str) -> dict[str, pd.DataFrame]:
    """Checked frames of a CSV text."""
    return read_as("gap_log", csv_file(text, "gaps.csv"), "gaps")


def test_reports_come_in() -> None:
    """A report keeps day, area, category, cause and people, no other column; a log without a row is refused."""
    reports = read(HEADER + SOUND + ",02/07/2026,u12345,Long-term conditions,Too far,\n")["core_gap_report"]
    assert reports.drop(columns="directory_id").to_numpy().tolist() == [
        ["g1", "2026-07-01", "E08000009", "housing", "full", 2],
        ["row-3", "2026-07-02", "U12345", "long_term_conditions", "too_far", 1],
    ]
    frames = read(HEADER.strip() + ",Area name,story\n" + SOUND.strip() + ",Trafford,She said\n")
    assert len(frames["core_gap_report"]) == 1
    assert frames["core_service_refused"]["detail"].tolist() == ["area name, story"]
    assert "She said" not in str([frame.to_dict() for frame in frames.values()])
    with pytest.raises(InvalidContent, match="semicolons"):
        read((HEADER + SOUND).replace(",", ";"))
    with pytest.raises(InvalidContent, match="no row"):
        read(HEADER)


@pytest.mark.parametrize(
    "column",
    ["Client name", "notes", "NHS number", "Surname", "date of birth", "reported by", "GP", "Comments", "initials"],
)
def test_a_column_about_people_costs_the_whole_file(column: str) -> None:
    """A column about people keeps the whole file out, and no cell is repeated."""
    with pytest.raises(InvalidContent, match="something about a person") as caught:
        read(HEADER.strip() + f",{column}\n" + SOUND.strip() + ",Jane Example\n")
    assert "Jane" not in caught.value.line()


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("x,someday,E08000009,housing,full,1", "reported is not a day"),
        ("x,,E08000009,housing,full,1", "reported is missing"),
        ("x,2026-07-01,Mrs Smith,housing,full,1", "the area is not a code"),
        ("x,2026-07-01,E08000009,Mrs Smith,full,1", "category is not one of the words"),
        ("x,2026-07-01,E08000009,housing,Mrs Smith,1", "cause is not one of the words"),
        ("x,2026-07-01,E08000009,housing,,1", "cause is missing"),
        ("x,2026-07-01,E08000009,housing,full,Mrs Smith", "people is not a number"),
        ("x,2026-07-01,E08000009,housing,full,0", "people is too small"),
        ("x,2026-07-01,E08000009,housing,full,1.5", "people is not a whole number"),
        ("Mrs Smith,2026-07-01,E08000009,housing,full,1", "report_id is not an identifier"),
        ("943 476 5919,2026-07-01,E08000009,housing,full,1", "report_id looks like an NHS number"),
        ("9434765919,2026-07-01,E08000009,housing,full,1", "report_id looks like an NHS number"),
        ("g1,2026-07-01,E08000009,housing,full,1", "the identifier stands twice"),
    ],
)
def test_a_bad_report_is_refused_without_repeating_it(row: str, cause: str) -> None:
    """A bad report is refused with its cause, and its words are not kept."""
    frames = read(HEADER + SOUND + row + "\n")
    assert len(frames["core_gap_report"]) == 1
    assert frames["core_service_refused"]["cause"].tolist() == [cause]
    assert "Smith" not in str(frames["core_service_refused"].to_dict())
    assert "5919" not in str(frames["core_service_refused"].to_dict())

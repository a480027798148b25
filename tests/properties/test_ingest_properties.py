"""What holds of ingest whatever the file says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sp_geo.core.errors import SpGeoError
from sp_geo.publications.list_by_lsoa.reader import read
from sp_geo.publications.readers import READERS
from sp_geo.tables import TABLES
from sp_geo.tables.validation import validate
from sp_geo.workspace.document import Document

AREAS = ["E01000001", "E01000002", "W01000001", "NO2011"]


@given(st.dictionaries(st.tuples(st.integers(1, 30), st.sampled_from(AREAS)), st.integers(0, 5_000), min_size=1))
def test_no_patient_is_lost_or_doubled(patients: dict[tuple[int, str], int]) -> None:
    """Every patient of a list by area is counted once."""
    head = "PUBLICATION,EXTRACT_DATE,PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS"
    rows = [f'L,01JUL2022,Z{practice:05d},"A, B",{area},ALL,{count}' for (practice, area), count in patients.items()]
    frames = read(Document("l.csv", "csv", "\n".join([head, *rows]).encode()), "")
    for name, frame in frames.items():
        assert validate(frame, TABLES[name])["patients_count"].sum() == sum(patients.values())


@given(st.sampled_from(sorted(READERS)), st.sampled_from(["csv", "workbook", "geopackage"]), st.binary(max_size=200))
@settings(max_examples=100)
def test_garbage_ends_in_one_of_our_errors(publication: str, kind: str, data: bytes) -> None:
    """Any bytes end in one line of an error of ours."""
    with pytest.raises(SpGeoError, match="garbage") as fault:
        READERS[publication](Document("garbage", kind, data), "2022-01")  # type: ignore[arg-type]
    assert "\n" not in fault.value.line()

"""Run records: whatever is in them comes back out of every form as it went in."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st

from sp_geo.questions import record_forms
from sp_geo.questions.run_record import RunRecord, read_record

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
PLAIN = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | WORDS
)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
RECORDS = st.builds(
    RunRecord,
    asked=st.dictionaries(WORDS, VALUES, max_size=4),
    inputs=st.lists(st.dictionaries(WORDS, VALUES, max_size=4), max_size=4).map(tuple),
    parameters=st.dictionaries(WORDS, VALUES, max_size=4),
    tables=st.dictionaries(WORDS, st.fixed_dictionaries({"rows": st.integers(0), "sha256": HASHES}), max_size=3),
    versions=st.dictionaries(WORDS, WORDS, max_size=3),
    seeds=st.dictionaries(WORDS, st.integers(0), max_size=3),
    made=st.dates(date(1980, 1, 1)),
    is_synthetic=st.booleans(),
    files=st.dictionaries(WORDS, HASHES, max_size=3),
)


@given(RECORDS)
def test_a_record_is_written_and_read_back_the_same(record: RunRecord) -> None:
    """A record is the same after being written and read."""
    text = record.as_json()
    assert RunRecord.from_json(text) == record
    assert RunRecord.from_json(text).as_json() == text
    assert text.encode().decode() == text


@given(RECORDS)
def test_every_form_gives_the_record_back(record: RunRecord) -> None:
    """Each form that holds a record gives it back as it was."""
    text = record.as_json()
    assert fromstring(record_forms.as_xml(text)).text == text  # noqa: S314 - our own
    assert RunRecord.from_json("".join(record_forms.pieces_of(text))) == record
    with tempfile.TemporaryDirectory() as folder:
        page, picture = Path(folder) / "page.html", Path(folder) / "picture.svg"
        page.write_text(f"<!doctype html>{record_forms.as_script(text)}<p>é</p>", encoding="utf-8")
        picture.write_bytes(record_forms.into_svg(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', text))
        assert read_record(page).as_json() == text
        assert read_record(picture).as_json() == text

"""Slides: titles, pictures with words, nothing that overflows, the record inside."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from pptx import Presentation
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import MSO_SHAPE_TYPE

from sp_geo.questions.run_record import RunRecord
from sp_geo.reports.files.message import Message
from sp_geo.reports.files.slide_notes import key_figures
from sp_geo.reports.files.slides import BODY_STYLE, IN_NOTES, LAST, TITLE_STYLE, slides
from sp_geo.reports.files.text_fit import Box, Style, fitted, height_of, lines_in, pages
from sp_geo.reports.pictures.pictures import picture_bytes
from tests.unit.handout_samples import COVER, pcns, quarters

HOSTILE = 'A <b>& "name"</b> \x00\x0b\ud800 ' + "Llanfairpwllgwyngyll" * 5 + " 二十一世紀 ]]> {{ x }} =1+1"
RECORD = RunRecord(
    {"command": "export", "area": "]]><&"}, (), {}, {}, {"sp_geo": "0"}, {}, COVER.made, is_synthetic=True
)


@pytest.fixture(scope="module")
def picture() -> bytes:
    """A small picture of 16 to 9."""
    from matplotlib.figure import Figure

    return picture_bytes(Figure(figsize=(3.2, 1.8)), "png")


def messages(picture: bytes) -> list[Message]:
    """Short, long, hostile; with and without a picture, a table and points."""
    long = tuple(
        f"Point {number}: " + "it says a great deal about what is counted and of whom. " * 4 for number in "12345"
    )
    return [
        Message("short", "Half reported.", ("Of 4 PCNs 2 reported.", "No effect."), picture, "Two bars", quarters()),
        Message("long", "A headline of very many words " * 14, long, picture, "Two bars", pcns()),
        Message("hostile", HOSTILE, (HOSTILE, HOSTILE), picture, HOSTILE, replace(pcns(), title=HOSTILE)),
        Message("bare", "Nothing but a headline, -0.09 to 0.4.", ()),
        Message("pictured", "A picture alone.", (), picture),
    ]


def deck_of(content: bytes) -> Any:
    """The file opened again."""
    return Presentation(BytesIO(content))


@pytest.fixture(scope="module")
def content(picture: bytes) -> bytes:
    """A deck of all kinds of messages."""
    return slides(messages(picture), replace(COVER, record=RECORD.as_json()))


def test_a_slide_a_message_and_one_of_sources(content: bytes) -> None:
    """Each message has a slide with its title and pictures with words, and the last slide has the sources."""
    deck = deck_of(content)
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(titles) == 6
    assert titles[0] == "Half reported."
    assert titles[3] == "Nothing but a headline, \u22120.09 to 0.4."
    assert titles[-1] == LAST
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, rel=1e-3)
    last = " ".join(shape.text_frame.text for shape in deck.slides[5].placeholders)
    for said in ("NHS England: Workforce", "ONS: Census 2021", *COVER.licences, COVER.subject, COVER.digest):
        assert said in last
    found = [
        [
            shape.element.nvPicPr.cNvPr.get("descr")
            for shape in slide.shapes
            if shape.shape_type == MSO_SHAPE_TYPE.PICTURE
        ]
        for slide in deck_of(content).slides
    ]
    assert [len(words) for words in found] == [1, 1, 1, 0, 1, 0]
    assert found[0] == ["Two bars"]
    assert found[4] == ["A picture alone."]
    assert all(text for words in found for text in words)


def test_everything_fits_its_slide(content: bytes) -> None:
    """Every frame has content, lies on the slide and overlaps none, in reading order; text fits at 16 points."""
    deck = deck_of(content)
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= deck.slide_width + 20
            assert shape.top + shape.height <= deck.slide_height + 20
            if shape.is_placeholder:
                assert shape.text_frame.text or b'type="slidenum"' in _xml(shape)
    for slide in deck_of(content).slides:
        shapes = [shape for shape in slide.shapes if shape.name != "Mark"]
        for number, one in enumerate(shapes):
            for other in shapes[number + 1 :]:
                beside = one.left + one.width <= other.left + 9 or other.left + other.width <= one.left + 9
                above = one.top + one.height <= other.top + 9 or other.top + other.height <= one.top + 9
                assert beside or above, (one.name, other.name)
        names = [shape.name for shape in slide.shapes]
        assert names[0].startswith("Title")
        assert names[-2].startswith("Footer")
        assert names[-1].startswith("Slide Number")
    for slide in deck_of(content).slides:
        for shape in (item for item in slide.placeholders if item.placeholder_format.idx in {0, 1}):
            style = TITLE_STYLE if shape.placeholder_format.idx == 0 else BODY_STYLE
            paragraphs = [paragraph.text for paragraph in shape.text_frame.paragraphs]
            sizes = {run.font.size.pt for paragraph in shape.text_frame.paragraphs for run in paragraph.runs}
            assert len(sizes) == 1
            assert min(sizes) >= 16
            assert height_of(paragraphs, shape.width.inches, sizes.pop(), style) <= shape.height.inches + 1e-3


def _xml(shape: Any) -> bytes:
    from lxml import etree

    return etree.tostring(shape.element)


def test_what_does_not_fit_is_in_the_notes(content: bytes, picture: bytes) -> None:
    """Text that does not fit stands whole in the notes."""
    slide = deck_of(content).slides[1]
    assert slide.placeholders[1].text_frame.paragraphs[-1].text == IN_NOTES
    assert slide.shapes.title.text_frame.text.endswith("…")
    notes = slide.notes_slide.notes_text_frame.text
    for point in messages(picture)[1].points:
        assert point.strip() in notes


def test_notes_have_the_key_figures_with_their_gaps() -> None:
    """The notes give key figures, and count what is missing and withheld."""
    assert key_figures(quarters()) == [
        "Key figures. Coverage by quarter (2 rows).",
        "2022Q1: Coverage (% of PCNs) 80.0",
        "2022Q2: Coverage (% of PCNs) [x]",
    ]
    sheet = pcns()
    rows = sheet.rows.loc[sheet.rows.index.repeat(2)].reset_index(drop=True)
    told = key_figures(replace(sheet, rows=rows, shapes=None))
    assert told[0] == "Key figures. PCNs: pcns (14 rows)."
    assert told[1] == (
        "Link workers (FTE per 10,000 patients): 10 values from 0.00 to 0.90, median 0.50; "
        "2 not available: nobody told us; 2 confidential: known, and withheld by the publisher because the count is "
        "small."
    )


def test_all_text_is_british_english(content: bytes) -> None:
    """All text is marked as British English, hostile text stays text, and the file's properties name it and nobody else."""
    for slide in deck_of(content).slides:
        frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
        for frame in (*frames, slide.notes_slide.notes_text_frame):
            for paragraph in frame.paragraphs:
                assert {run.font.language_id for run in paragraph.runs} <= {MSO_LANGUAGE_ID.ENGLISH_UK}
    slide = deck_of(content).slides[2]
    assert slide.shapes.title.text_frame.text.startswith('A <b>& "name"</b> Llanfair')
    assert "二十一世紀 ]]> {{ x }} =1+1" in slide.notes_slide.notes_text_frame.text
    said = deck_of(content).core_properties
    assert said.title == "SYNTHETIC: Need and provision"
    assert (said.author, said.last_modified_by, said.language) == ("sp_geo", "sp_geo", "en-GB")
    assert said.created.date() == said.modified.date() == COVER.made
    with ZipFile(BytesIO(content)) as pack:
        assert not [name for name in pack.namelist() if re.search("thumbnail|printer|docProps/app", name)]
        assert {item.date_time[:3] for item in pack.infolist()} == {(2026, 8, 1)}


def test_invented_data_say_so_on_every_slide(content: bytes, picture: bytes) -> None:
    """Invented data are marked on each slide and in its notes, and published data are not."""
    for slide in deck_of(content).slides:
        assert "SYNTHETIC" in " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert slide.notes_slide.notes_text_frame.text.startswith(("SYNTHETIC", LAST))
    real = deck_of(slides(messages(picture)[:1], replace(COVER, mark="")))
    words = [shape.text_frame.text for slide in real.slides for shape in slide.shapes if shape.has_text_frame]
    assert not any("SYNTHETIC" in text for text in words)


def test_text_is_measured_and_cut_at_words() -> None:
    """Text is measured by its letters and cut at words; many sources take several slides, and all stand there."""
    style = Style((20, 10))
    assert lines_in("one two three", 10, 20, is_bold=False) == 1
    assert lines_in("W" * 100, 1, 20, is_bold=False) > 20
    assert lines_in("二" * 10, 2, 36, is_bold=False) > lines_in("i" * 10, 2, 36, is_bold=False)
    small = fitted(["word " * 400], Box(0, 0, 3, 1), style)
    assert small.is_cut
    assert small.size == 10
    assert small.paragraphs[0].endswith("word …")
    assert height_of(small.paragraphs, 3, 10, style) <= 1
    assert not fitted(["word"], Box(0, 0, 3, 1), style).is_cut
    assert sum(len(part) for part in pages(["word " * 20] * 9, Box(0, 0, 3, 1), style)) == 9
    sources = tuple(
        f"Publisher {number}: a publication with a rather long title, part {number}" for number in range(40)
    )
    deck = deck_of(slides([], replace(COVER, sources=sources)))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    assert len(titles) > 1
    assert titles[0] == f"{LAST} (1 of {len(titles)})"
    words = " ".join(shape.text_frame.text for slide in deck.slides for shape in slide.placeholders)
    assert all(f"part {number}." in words for number in range(40))

"""Main messages as slides: one each, with the figure in the title, what it rests on, and the picture beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from sp_geo.reports.files.deck_file import HEIGHT, WIDTH, clean, describe, empty_deck, file_of, put, put_record
from sp_geo.reports.files.message import Message
from sp_geo.reports.files.slide_notes import made_words, notes_of
from sp_geo.reports.files.text_fit import Box, Fitted, Style, fitted, height_of, pages
from sp_geo.reports.pictures.colours import INK, SOFT, WARNING
from sp_geo.reports.sheet import Cover

MIMETYPE: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
LAST: Final = "What these figures rest on"
IN_NOTES: Final = "More in the notes."
_EDGE: Final = 0.6
TITLE: Final = Box(_EDGE, 0.5, WIDTH - 2 * _EDGE, 1.3)
BODY: Final = Box(_EDGE, 1.95, WIDTH - 2 * _EDGE, 4.65)
_TALL: Final = Box(_EDGE, 1.35, WIDTH - 2 * _EDGE, 5.25)
"""Of the last slide, whose title takes one line."""
_COLUMNS: Final = (4.7, 6.2)
"""Inches of text beside a picture: as usual, and where there is much to say."""
FOOTER: Final = Box(_EDGE, HEIGHT - 0.78, 11.2, 0.62)
TITLE_STYLE: Final = Style(sizes=(30, 28, 26, 24, 22, 20), is_bold=True)
BODY_STYLE: Final = Style(sizes=(20, 18, 17, 16), indent=0.375, gap=0.5)
FOOTER_STYLE: Final = Style(sizes=(11, 10))
_FOOTERS: Final = (11, 12)
"""Places of footer and number in the layout."""
_FIELD: Final = (
    '<a:fld xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="en-GB" sz="1100"/><a:t>0</a:t></a:fld>'
)


def slides(messages: Sequence[Message], cover: Cover) -> bytes:
    """A deck: one slide a message, then what they rest on; the same messages give the same bytes.

    Args:
        messages: in the order in which they are told; a picture must be a PNG.
        cover: said on every slide and in the file's properties.
    """
    deck = empty_deck(TITLE, BODY, FOOTER)
    for message in messages:
        _message_slide(deck, message, cover)
    lines = [f"Area, period and coverage: {cover.subject}."]
    titles: dict[str, list[str]] = {}
    for source in cover.sources:
        publisher, _, heading = source.partition(":")
        titles.setdefault(publisher.strip(), []).append(heading.strip())
    lines += [f"{publisher}: {'; '.join(held)}.".replace(": .", ".") for publisher, held in titles.items()]
    lines += [f"Licence: {'; '.join(cover.licences)}."] if cover.licences else []
    lines += ["Associations between PCNs, not effects.", made_words(cover)]
    lines += [f"The same view: {cover.address}"] if cover.address else []
    rests = pages([clean(line) for line in lines], _TALL, BODY_STYLE)
    for number, part in enumerate(rests):
        title = LAST if len(rests) == 1 else f"{LAST} ({number + 1} of {len(rests)})"
        slide = _slide(deck, title, cover)
        put(slide.placeholders[1], _TALL)
        put(slide.shapes.title, replace(TITLE, height=_TALL.top - TITLE.top))
        _write(slide.placeholders[1], fitted(part, _TALL, BODY_STYLE), INK)
        _finish(slide, [title, *part], cover)
    describe(deck, cover)
    put_record(deck, cover.record)
    return file_of(deck, cover.made)


def _message_slide(deck: Any, message: Message, cover: Cover) -> None:
    slide = _slide(deck, message.headline, cover)
    points = [clean(point) for point in message.points]
    width = BODY.width
    if message.picture:
        # Beside a picture text is narrow if everything fits.
        narrow, wide = _COLUMNS
        fits = height_of(points, narrow, BODY_STYLE.sizes[-1], BODY_STYLE) <= BODY.height
        width = narrow if fits else wide
    box = Box(BODY.left, BODY.top, width, BODY.height)
    body = slide.placeholders[1]
    if points:
        put(body, box)
        _write(body, _points(points, box), INK)
    else:
        body.element.getparent().remove(body.element)
    if message.picture:
        left = BODY.left + width + 0.3 if points else BODY.left
        place = Box(left, BODY.top, WIDTH - _EDGE - left, BODY.height)
        # The picture as large as its place allows, with its words for those who do not see it.
        picture = slide.shapes.add_picture(BytesIO(message.picture), 0, 0)
        scale = min(place.width / picture.width.inches, place.height / picture.height.inches)
        wide, tall = picture.width.inches * scale, picture.height.inches * scale
        put(picture, Box(place.left + (place.width - wide) / 2, place.top, wide, tall))
        picture.name = clean(f"Picture {message.key}")
        picture.element.nvPicPr.cNvPr.set("descr", clean(message.alternative or message.headline))
    _finish(slide, notes_of(message, cover), cover)


def _points(points: Sequence[str], box: Box) -> Fitted:
    """Points that fit; where some do not, the slide says that the notes have them."""
    found = fitted(points, box, BODY_STYLE)
    if not found.is_cut:
        return found
    line = height_of([IN_NOTES], box.width, BODY_STYLE.sizes[-1], BODY_STYLE) - BODY_STYLE.inset
    found = fitted(points, Box(box.left, box.top, box.width, box.height - line), BODY_STYLE)
    return Fitted(found.size, (*found.paragraphs, IN_NOTES), is_cut=True)


def _slide(deck: Any, title: str, cover: Cover) -> Any:
    """A slide with its title, which is what is read first, and the mark of invented data."""
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    _write(slide.shapes.title, fitted([clean(title)], TITLE, TITLE_STYLE), INK, is_bold=True)
    if cover.mark:
        from pptx.dml.color import RGBColor
        from pptx.enum.shapes import MSO_SHAPE
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Inches

        band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(WIDTH), Inches(0.38))
        band.name = "Mark"
        band.fill.solid()
        band.fill.fore_color.rgb = RGBColor.from_string(WARNING[1:])
        band.line.fill.background()
        band.shadow.inherit = False
        words = f"{clean(cover.mark)}: invented data, not for decisions"
        _write(band, Fitted(14, (words,), is_cut=False), "#ffffff", is_bold=True)
        band.text_frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        band.text_frame.margin_left = Inches(_EDGE + 0.1)
    return slide


def _write(shape: Any, text: Fitted, colour: str, *, is_bold: bool = False) -> None:
    """Write paragraphs into a shape, in British English."""
    from pptx.dml.color import RGBColor
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.TOP if shape.is_placeholder else MSO_ANCHOR.MIDDLE
    for number, words in enumerate(text.paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_before = Pt(round(text.size * BODY_STYLE.gap)) if len(text.paragraphs) > 1 else Pt(0)
        run = paragraph.add_run()
        run.text = words
        run.font.size, run.font.bold = Pt(text.size), is_bold
        run.font.color.rgb = RGBColor.from_string(colour[1:])
        run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK


def _finish(slide: Any, notes: Sequence[str], cover: Cover) -> None:
    """Footer and number, which are read last, and the notes."""
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.enum.text import PP_ALIGN
    from pptx.oxml import parse_xml

    for shape in slide.slide_layout.placeholders:
        if shape.placeholder_format.idx in _FOOTERS:
            slide.shapes.clone_placeholder(shape)
    written, numbered = list(slide.shapes)[-2:]
    publishers = sorted({source.split(":")[0] for source in cover.sources})
    parts = (
        f"{cover.subject}.",
        f"Source: {'; '.join(publishers)}." if publishers else "",
        f"Licence: {'; '.join(cover.licences)}." if cover.licences else "",
        made_words(cover),
    )
    _write(written, fitted([clean(" ".join(part for part in parts if part))], FOOTER, FOOTER_STYLE), SOFT)
    numbered.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    numbered.element.txBody.p_lst[0].append(parse_xml(_FIELD))
    frame = slide.notes_slide.notes_text_frame
    frame.text = "\n".join(clean(line) for line in notes)
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.language_id = MSO_LANGUAGE_ID.ENGLISH_UK

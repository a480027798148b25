"""A deck of slides as a file: an empty one to begin with, the run record inside, the same bytes every time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from sp_geo.core.archives import parts_of, zip_bytes
from sp_geo.questions.record_forms import NAMESPACE
from sp_geo.reports.files.text_fit import Box
from sp_geo.reports.sheet import Cover

WIDTH, HEIGHT = 13.333, 7.5
"""Inches: 16 to 9."""
LAYOUT: Final = "Title and Content"
_LEFT_OVER: Final = ("thumbnail", "extended-properties", "printerSettings")
"""Parts of the library's own template that say something of another deck."""
_SIZE: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}sldSz"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STORE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_STORE_ID: Final = "{5F9B2B1C-6B0E-4C57-9E0B-5B1D7C3A2E10}"
_STORE_TYPE: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MINUS: Final = re.compile(r"(?<![^\s(\[])-(?=\d)")


def clean(text: str) -> str:
    """Text without signs that XML does not take; line ends become spaces, and no line ends after a minus."""
    return _MINUS.sub("\u2212", " ".join(_NOT_XML.sub("", text).split()))


def empty_deck(title: Box, body: Box, footer: Box) -> Any:
    """A deck without slides, 16 to 9, with one layout: title, content, footer and number.

    Args:
        title: place of titles.
        body: place of content.
        footer: place of footers; the number stands to the right of it.
    """
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    deck.element.find(_SIZE).attrib.pop("type", None)
    for layout in list(deck.slide_layouts):
        if layout.name != LAYOUT:
            deck.slide_layouts.remove(layout)
    right = footer.left + footer.width
    number = Box(right, footer.top, title.left + title.width - right, footer.height)
    places = (title, body, None, footer, number)
    for shapes in (deck.slide_master.placeholders, deck.slide_layouts[0].placeholders):
        for shape, box in zip(shapes, places, strict=True):
            if box is not None:
                put(shape, box)
    package = deck.part.package
    for relation in list(package.iter_rels()):
        kind = relation.reltype.rsplit("/", 1)[-1]
        if kind in _LEFT_OVER:
            (deck.part if kind == "printerSettings" else package).drop_rel(relation.rId)
    return deck


def put(shape: Any, box: Box) -> None:
    """Put a shape into its place."""
    from pptx.util import Inches

    shape.left, shape.top, shape.width, shape.height = (
        Inches(length) for length in (box.left, box.top, box.width, box.height)
    )


def describe(deck: Any, cover: Cover) -> None:
    """Say in the file's properties what it is; no name of a person and no hour of the day."""
    made = datetime.combine(cover.made, time(), UTC).replace(tzinfo=None)
    said = deck.core_properties
    said.title = clean(f"{cover.mark}: {cover.title}" if cover.mark else cover.title)[:255]
    said.subject = clean(cover.subject)[:255]
    said.author = said.last_modified_by = "sp_geo"
    said.keywords = clean(cover.mark)
    said.comments = clean(f"Made {cover.made.isoformat()} with sp_geo {cover.version}, data {cover.digest}.")[:255]
    said.language = "en-GB"
    said.revision = 1
    said.created = said.modified = made
    said.last_printed = made
    said.category = ""


def put_record(deck: Any, record: str) -> None:
    """Put the run record inside, as XML of its own that PowerPoint keeps; nothing where there is none."""
    if not record:
        return
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<runRecord xmlns="{NAMESPACE}">{escape(record)}</runRecord>\n'
    properties = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<ds:datastoreItem ds:itemID="{_STORE_ID}" '
        f'xmlns:ds="{_STORE}"><ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>\n'
    )
    package = deck.part.package
    item = _part(package, "/customXml/item1.xml", "application/xml", text)
    item.relate_to(_part(package, "/customXml/itemProps1.xml", _STORE_TYPE, properties), f"{_RELATIONS}/customXmlProps")
    deck.part.relate_to(item, f"{_RELATIONS}/customXml")


def _part(package: Any, name: str, kind: str, text: str) -> Any:
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI

    return Part(PackURI(name), kind, package, text.encode())


def file_of(deck: Any, made: date) -> bytes:
    """The deck as bytes, its parts dated by the day it was made."""
    buffer = BytesIO()
    deck.save(buffer)
    return zip_bytes(parts_of(buffer.getvalue()), made)

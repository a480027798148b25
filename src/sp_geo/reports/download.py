"""Taking a page away: one form in, one file out, named so that nobody mistakes it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, Final

from sp_geo.core.archives import zip_bytes
from sp_geo.core.errors import UsageError
from sp_geo.questions.record_forms import NAME
from sp_geo.reports.files.csv_file import csv_text, dictionary_text
from sp_geo.reports.sheet import SHORTHANDS, Cover, Sheet

FORMS: Final = ("csv", "xlsx", "gpkg", "png", "svg")
PICTURES: Final = {"png": "image/png", "svg": "image/svg+xml"}
ZIP: Final = "application/zip"
_LONGEST_NAME: Final = 110
_COVERAGE: Final = re.compile(r",\s*[\d,]+ of [\d,]+ .*$")


def take(
    sheets: Sequence[Sheet], cover: Cover, form: str, figure: Callable[[], Any] | None = None
) -> tuple[bytes, str, str]:
    """A file of the wanted form; the same page gives the same bytes.

    Tables as CSV come as a ZIP file with a README (sources, licence, notes) and a data dictionary. Every form holds the
    cover's run record, if it has one.

    Args:
        sheets: of the page, the first being what it is about.
        cover: said on every copy.
        form: one of :data:`FORMS`.
        figure: makes the picture, for PNG and SVG; None for a page without one.

    Returns:
        Content, media type, and file name, which has subject, period and mark.

    Raises:
        UsageError: the form is unknown, or the page has nothing of that form.
    """
    if form not in FORMS:
        raise UsageError("nothing can be taken away in this form", found=form[:20], expected=", ".join(FORMS))
    if form in PICTURES:
        if figure is None:
            raise UsageError("this page has no picture", advice="Take the table as csv or xlsx")
        from sp_geo.reports.pictures.pictures import picture_bytes

        return picture_bytes(figure(), form, cover.record), PICTURES[form], file_name(cover, form)
    if not sheets:
        raise UsageError("there is no table on this page to take away")
    if form == "xlsx":
        from sp_geo.reports.files import workbook

        return workbook.workbook(sheets, cover), workbook.MIMETYPE, file_name(cover, form)
    if form == "gpkg":
        from sp_geo.reports.files import geopackage

        return geopackage.geopackage(sheets, cover), geopackage.MIMETYPE, file_name(cover, form)
    return _tables(sheets, cover), ZIP, file_name(cover, "zip")


def file_name(cover: Cover, ending: str) -> str:
    """Title, area, period and mark in letters that every system takes."""
    subject = _COVERAGE.sub("", cover.subject)
    words = [_safe(f"{cover.title} {subject}").lower() or "sp_geo"]
    # A quarter is written as everywhere else.
    words = [re.sub(r"(?<=\d{4})q(?=[1-4])", "Q", words[0])]
    tail = [word for word in (_safe(cover.mark), cover.made.isoformat()) if word]
    room = _LONGEST_NAME - len("_".join(tail)) - len(ending) - 2
    return "_".join([words[0][:room].strip("_-"), *tail]) + f".{ending}"


def _safe(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9-]+", "_", plain).strip("_-")


def _tables(sheets: Sequence[Sheet], cover: Cover) -> bytes:
    """A ZIP file of CSV files with names that are safe and unlike each other whatever their case."""
    named: dict[str, Sheet] = {}
    taken = {"readme", "data_dictionary"}
    for sheet in sheets:
        plain = _safe(sheet.name) or "table"
        name, number = plain, 2
        while name.lower() in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name.lower())
        named[name] = sheet
    lines = [f"{cover.mark}: invented data, not for decisions.", ""] if cover.mark else []
    lines += [cover.title, cover.subject, "", "Files"]
    lines += [f"- {name}.csv: {sheet.title} ({len(sheet.rows):,} rows)" for name, sheet in named.items()]
    lines += ["- data_dictionary.csv: what every column means"]
    lines += [f"- {NAME}: what all this was made of; 'sp-geo reproduce' makes it again"] if cover.record else []
    lines += ["", "Cells"]
    lines += ["- Values are raw and in full; an empty cell is missing and never zero.", "- UTF-8, one heading line."]
    lines += [f"- {mark} in a column that says why a cell is empty: {words}" for mark, words in SHORTHANDS.items()]
    for name, sheet in named.items():
        lines += ["", f"Notes on {name}", *(f"- {note}" for note in sheet.notes)] if sheet.notes else []
    lines += ["", "Sources", *(f"- {source}" for source in cover.sources)]
    lines += ["", "Licence", *(f"- {licence}" for licence in cover.licences), ""]
    lines += [f"Made {cover.made.isoformat()} with sp_geo {cover.version}, data {cover.digest}."]
    lines += [f"The same view: {cover.address}"] if cover.address else []
    texts = {"README.txt": "\n".join(lines) + "\n", "data_dictionary.csv": dictionary_text(named)}
    texts |= {f"{name}.csv": csv_text(sheet, cover) for name, sheet in named.items()}
    texts |= {NAME: cover.record} if cover.record else {}
    return zip_bytes({name: text.encode() for name, text in texts.items()}, cover.made)

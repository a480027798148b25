"""A page as a file, with its run record inside; and the same file again from the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.questions.run_record import RunRecord, record_of
from sp_geo.reports.download import FORMS, take
from sp_geo.reports.findings import cover as briefed
from sp_geo.web.page import Page
from sp_geo.web.state import ENGLAND, View, look

COMMAND: Final = "take"
"""In the record of what was taken from a page."""


@dataclass(frozen=True)
class Asked:
    """What somebody takes away.

    Attributes:
        page: taken from.
        view: of the page.
        form: of the file.
        root: address of the application, which stands in the link to the same view.
    """

    page: Page
    view: View
    form: str
    root: str

    def as_record(self) -> dict[str, str]:
        """Enough to ask for the same again."""
        return {
            "command": COMMAND,
            "page": self.page.name,
            "address": self.view.as_search(),
            "form": self.form,
            "root": self.root,
        }


def taken(build: Build, asked: Asked, made: date, record: str = "") -> tuple[bytes, str, str]:
    """The file, its media type and its name.

    Args:
        build: that is asked.
        asked: what is taken.
        made: today.
        record: text of a record that goes inside in the place of that of this build; empty for this build's.

    Raises:
        UsageError: the page has nothing of that form.
        SpGeoError: the page cannot be made.
    """
    page, view = asked.page, asked.view
    address = f"{asked.root}{page.path}{view.as_search()}"
    cover = replace(
        briefed.cover_of(build.manifest, page.title, subject(build, view), made, address),
        record=record or record_of(build.manifest, asked.as_record(), made, page.seeds).as_json(),
    )
    found = [page.sheet(name, build, view) for name in page.sheets]
    sheets = [sheet for sheet in found if len(sheet.rows)] or found[:1]
    picture = page.picture
    drawn = None if picture is None else lambda: picture(build, view, briefed.caption_of(cover))
    return take(sheets, cover, asked.form, drawn)


def subject(build: Build, view: View) -> str:
    """Area, period and coverage in words, as far as the page has them."""
    if not build.has_panel:
        return ""
    area, quarter = view.values.get("area", ENGLAND), view.values.get("quarter", "")
    words = build.area_words(area)
    if build.on_set is not None and area not in build.area_names:
        words = f"{words}, {build.on_set.words}"
    return briefed.subject_of(build.rows(quarter, area), words, quarter) if quarter else words


def taken_again(pages: Sequence[Page], build: Build, record: RunRecord, inside: str) -> Mapping[str, bytes]:
    """What a record was taken with, by the name of its file.

    Args:
        pages: of the application.
        build: built again.
        record: of the file.
        inside: text of the record that goes inside; empty for that of the build itself.

    Raises:
        UsageError: this version has no such page or form, or does not know what was asked of it.
    """
    page = next((item for item in pages if item.name == record.asked.get("page")), None)
    form = str(record.asked.get("form", ""))
    if page is None or form not in FORMS or not page.offers(form):
        raise UsageError(
            "this version has no such page to take away",
            found=f"page '{record.asked.get('page')}' as {form[:20] or 'nothing'}",
            expected=f"one of {', '.join(item.name for item in pages)}",
        )
    if page.lacks(build):
        raise UsageError(page.lacks(build))
    seen = look(page.fields, build, str(record.asked.get("address", "")))
    if seen.unknown:
        raise UsageError("this build does not have what was asked for", found="; ".join(seen.unknown))
    asked = Asked(page, seen.view, form, str(record.asked.get("root", "")))
    content, _, name = taken(seen.build, asked, record.made, inside)
    return {Path(name).name: content}

"""A page as a file, with its run record inside; and the same file again from the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.questions.run_record import RunRecord, record_of
from sp_geo.reports.download import FORMS, take
from sp_geo.reports.findings.cover import caption_of
from sp_geo.reports.sheet import Cover
from sp_geo.web.download_form import cover_of, sheets_of
from sp_geo.web.page import Page
from sp_geo.web.resolve import look
from sp_geo.web.state import View

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
    cover = cover_of(build, asked.page, asked.view, made, asked.root)
    text = record or record_of(build.manifest, asked.as_record(), made, asked.page.seeds).as_json()
    cover = replace(cover, record=text)
    sheets = sheets_of(build, asked.page, asked.view)
    return take(sheets, cover, asked.form, _drawn(build, asked, cover))


def _drawn(build: Build, asked: Asked, cover: Cover) -> Callable[[], Any] | None:
    picture = asked.page.picture
    return None if picture is None else lambda: picture(build, asked.view, caption_of(cover))


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
    build, view = seen.build, seen.view
    if seen.unknown:
        raise UsageError("this build does not have what was asked for", found="; ".join(seen.unknown))
    asked = Asked(page, view, form, str(record.asked.get("root", "")))
    content, _, name = taken(build, asked, record.made, inside)
    return {Path(name).name: content}

"""What a page gives to take away: its sheets, its picture, and what is said on each."""

from __future__ import annotations

from datetime import date

from sp_geo.build.view import Build
from sp_geo.reports.findings import cover as briefed
from sp_geo.reports.sheet import Cover, Sheet
from sp_geo.web.page import Page
from sp_geo.web.state import ENGLAND, View


def subject(build: Build, view: View) -> str:
    """Area, period and coverage in words, as far as the page has them."""
    if not build.has_panel:
        return ""
    area = view.values.get("area", ENGLAND)
    quarter = view.values.get("quarter", "")
    words = build.area_words(area)
    if build.on_set is not None and area not in build.area_names:
        words = f"{words}, {build.on_set.words}"
    return briefed.subject_of(build.rows(quarter, area), words, quarter) if quarter else words


def cover_of(build: Build, page: Page, view: View, made: date, root: str) -> Cover:
    """What is said on everything that is taken away from a page.

    Args:
        build: that is asked.
        page: taken from.
        view: of the page.
        made: today.
        root: address of the application, such as ``http://127.0.0.1:8050``.
    """
    address = f"{root}{page.path}{view.as_search()}"
    return briefed.cover_of(build.manifest, page.title, subject(build, view), made, address)


def sheets_of(build: Build, page: Page, view: View) -> list[Sheet]:
    """The sheets of a page that have rows; the first one where none has."""
    found = [page.sheet(name, build, view) for name in page.sheets]
    return [sheet for sheet in found if len(sheet.rows)] or found[:1]

"""What a page gives to take away: its sheets, its picture, and what is said on each."""

from __future__ import annotations

from datetime import date

from sp_geo.dashboard.page import Page
from sp_geo.dashboard.snapshot import Snapshot
from sp_geo.dashboard.state import ENGLAND, View
from sp_geo.reporting.handout import Cover, Sheet
from sp_geo.reporting.pictures import Caption


def subject(snapshot: Snapshot, view: View) -> str:
    """Area, period and coverage in words, as far as the page has them."""
    words = [snapshot.area_words(view.values.get("area", ENGLAND))] if snapshot.has_panel else []
    quarter = view.values.get("quarter", "")
    if quarter and snapshot.has_panel:
        rows = snapshot.rows(quarter, view.values.get("area", ENGLAND))
        reported = int((rows["reporting_status"] != "not_reported").sum())
        words.append(f"{quarter}, {reported:,} of {len(rows):,} active PCNs reported")
    return ", ".join(words)


def cover_of(snapshot: Snapshot, page: Page, view: View, made: date, root: str) -> Cover:
    """What is said on everything that is taken away from a page.

    Args:
        snapshot: of the build.
        page: taken from.
        view: of the page.
        made: today.
        root: address of the application, such as ``http://127.0.0.1:8050``.
    """
    inputs = snapshot.manifest.inputs
    return Cover(
        title=page.title,
        subject=subject(snapshot, view),
        sources=tuple(sorted({f"{item['publisher']}: {item['title']}" for item in inputs})),
        licences=tuple(sorted({str(item["licence"]) for item in inputs})),
        made=made,
        mark=snapshot.mark,
        digest=snapshot.digest,
        version=str(snapshot.manifest.versions.get("sp_geo", "")),
        address=f"{root}{page.path}{view.as_search()}",
    )


def caption_of(cover: Cover) -> Caption:
    """The same, short enough to be burnt into a picture."""
    publishers = sorted({source.split(":")[0] for source in cover.sources})
    lines = [
        cover.subject,
        f"Source: {'; '.join(publishers)}. Licence: {'; '.join(cover.licences)}.",
        f"Made {cover.made:%d %B %Y} with sp_geo {cover.version}, data {cover.digest}. "
        "Associations between networks, not effects.",
    ]
    return Caption(title=cover.title, below="\n".join(line for line in lines if line), mark=cover.mark)


def sheets_of(snapshot: Snapshot, page: Page, view: View) -> list[Sheet]:
    """The sheets of a page that have rows; the first one where none has."""
    found = [page.sheet(name, snapshot, view) for name in page.sheets]
    return [sheet for sheet in found if len(sheet.rows)] or found[:1]

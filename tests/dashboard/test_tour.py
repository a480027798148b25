"""The tour in docs/ shows every page that there is."""

from __future__ import annotations

import re

from sp_geo.web.application import PAGES
from tests.conftest import REPOSITORY

TOUR = REPOSITORY / "docs" / "tour.md"


def test_the_tour_has_every_page_and_every_picture() -> None:
    """The tour has a heading for every page and a picture of fair size for each."""
    text = TOUR.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert headings == [page.title for page in PAGES]
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert len(pictures) >= len(PAGES)
    for name in pictures:
        content = (TOUR.parent / name).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert 10_000 < len(content) < 400_000, name

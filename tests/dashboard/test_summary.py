"""The summary of a pack in a real browser: read by everyone, printed on A4, asking nothing of a network."""

from __future__ import annotations

import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import held_against_axe
from tests.dashboard.conftest import watched

pytestmark = pytest.mark.browser


PRINTED = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed: no PDF is read")


def test_the_summary_is_for_everyone(browser: Any, pack: Path) -> None:
    """The summary serves screen readers, keyboards and phones, and asks nothing of a network."""
    address = (pack / "summary.html").as_uri()
    found = watched(browser, address, 1280, 900)
    found.page.goto(address)
    for width in (1280, 320):
        found.page.set_viewport_size({"width": width, "height": 900})
        held_against_axe(found.page)
    assert found.outside == []
    assert found.faults == []
    found.page.keyboard.press("Tab")
    found.page.keyboard.press("Enter")
    assert found.page.evaluate("document.activeElement.id") == "main"
    assert found.page.evaluate("[...document.images].every(image => image.naturalWidth > 1000 && image.alt)")
    levels = found.page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(item => Number(item.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    found.page.close()


@PRINTED
def test_the_summary_prints_on_a4(browser: Any, pack: Path, tmp_path: Path) -> None:
    """The summary prints on A4 with its marks, limits and sources, and without the skip link."""
    page = browser.new_page()
    page.goto((pack / "summary.html").as_uri())
    content = page.pdf(prefer_css_page_size=True)
    page.close()
    (tmp_path / "summary.pdf").write_bytes(content)
    assert content.startswith(b"%PDF")
    told = subprocess.run(["pdftotext", "-layout", "summary.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    text = told.stdout.decode()
    for words in ("SYNTHETIC", "What this does not say", "Sources and licence", "Made 21 November 2026"):
        assert words in text
    assert "Skip to the messages" not in text
    sizes = subprocess.run(["pdfinfo", "summary.pdf"], cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    assert "(A4)" in sizes
    assert 4 <= int(sizes.split("Pages:")[1].split()[0]) <= 12

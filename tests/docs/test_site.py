"""The site of docs/: built without a warning, complete in itself, and open to everyone."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tests.conftest import REPOSITORY, held_against_axe

DOCS = REPOSITORY / "docs"
LOOKED_AT = ("index", "howto/planner", "methods/regression", "assumptions", "search")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site; every warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    words = ["-q", "-E", "-n", "-W", "--keep-going", "-b", "html", "-d", str(folder / "trees")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words, str(DOCS), str(folder / "html")],
        capture_output=True, text=True, check=False, timeout=250,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "html"


class Seen(HTMLParser):
    """Names that a page has, where its links go, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one tag in."""
        held = {name: value or "" for name, value in attrs}
        self.names |= {held[name] for name in ("id", "name") if name in held}
        leads_on = tag == "link" and held.get("rel") in {"index", "search", "next", "prev"}
        if leads_on or (tag == "a" and "href" in held):
            self.links.append(held["href"])
        elif tag in {"link", "script", "img", "iframe", "source", "use"}:
            self.loaded += [held[name] for name in ("href", "src") if held.get(name)]


def test_every_page_is_built_and_every_link_arrives(site: Path) -> None:
    """Each page is on the site, and each link arrives."""
    pages = {path: Seen(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    written = {path.relative_to(DOCS).with_suffix("") for path in DOCS.rglob("*.md") if "_build" not in path.parts}
    assert {path.relative_to(site).with_suffix("") for path in pages} >= written
    lost = []
    for path, seen in pages.items():
        for link in seen.links:
            parts = urlsplit(link)
            if parts.scheme in {"http", "https", "mailto"}:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            name = unquote(parts.fragment)
            if target not in pages or (name and name not in pages[target].names):
                lost.append(f"{path.relative_to(site)} -> {link}")
    assert lost == []


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    """Pages load nothing from elsewhere, so that the site is whole behind a firewall."""
    outside = [
        f"{path.relative_to(site)}: {address}"
        for path in site.rglob("*.html")
        for address in Seen(path.read_text(encoding="utf-8")).loaded
        if urlsplit(address).scheme not in {"", "data"} or address.startswith("//")
    ]
    outside += [
        str(path.relative_to(site))
        for path in site.rglob("*.css")
        if "url(http" in path.read_text(encoding="utf-8").replace('"', "") or "@import" in path.read_text("utf-8")
    ]
    assert outside == []


def test_equations_are_mathematics(site: Path) -> None:
    """Equations are MathML, without dollar signs and backslashes."""
    text = (site / "methods" / "regression.html").read_text(encoding="utf-8")
    assert text.count("<math") >= 20
    shown = [path.name for path in site.rglob("*.html") if "$$" in path.read_text(encoding="utf-8")]
    assert shown == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 320])
def test_pages_are_open_to_everyone(browser: object, site: Path, width: int) -> None:
    """Pages can be read by keyboard, screen reader, phone and at 400 % zoom."""
    page = browser.new_page(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    outside, faults = [], []
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "data:")) else outside.append(asked.url))
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    for name in LOOKED_AT:
        page.goto((site / f"{name}.html").as_uri() + ("?q=desert" if name == "search" else ""))
        page.wait_for_selector("h1")
        if name == "search":
            page.wait_for_selector("ul.search li")
        held_against_axe(page, contrast=width == 1440)
    if width == 320:
        page.locator("button.nav-overlay-icon").press("Enter")
        page.wait_for_selector(".sidebar-tree a:visible")
        page.keyboard.press("Escape")
    page.close()
    assert outside == []
    assert faults == []

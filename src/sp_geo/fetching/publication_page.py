"""Links of a publication's web page, and which of them is the file that is looked for. No network.

The standard library's parser is enough: only anchors, their addresses and their words are read, and a page that is
broken gives the links it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import parse_qsl, unquote, urldefrag, urljoin, urlsplit

from sp_geo.fetching.release_calendar import Cadence, labels_in, speaks_of

MOST_LINKS: Final = 5_000
MOST_TEXT: Final = 500
"""Characters of a link's words; an anchor that is never closed would take in the rest of the page."""


@dataclass(frozen=True)
class Link:
    """A link of a page.

    Attributes:
        address: absolute.
        text: its words, with those that a screen reader is given.
    """

    address: str
    text: str

    @property
    def name(self) -> str:
        """Name of the file it leads to: that of a file named in the query, else the last part of the path."""
        parts = urlsplit(self.address)
        queried = [value for _, value in parse_qsl(parts.query) if PurePosixPath(value).suffix]
        return PurePosixPath(queried[-1] if queried else unquote(parts.path)).name


@dataclass(frozen=True)
class Wanted:
    """What the link of a file looks like.

    Attributes:
        name: regular expression for the file's name, searched without regard to case; empty for any.
        text: the same for the link's words, taken where the name does not fit.
        forms: endings of files that may be meant, without the dot.
    """

    name: str = ""
    text: str = ""
    forms: tuple[str, ...] = ()

    def fits(self, link: Link) -> bool:
        """Whether a link may be the one."""
        ending = PurePosixPath(link.name.lower()).suffix.removeprefix(".")
        if ending not in self.forms:
            return False
        named = bool(self.name) and re.search(self.name, link.name, re.IGNORECASE) is not None
        return named or (bool(self.text) and re.search(self.text, link.text, re.IGNORECASE) is not None)


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._address: str | None = None
        self._words: list[str] = []
        self._length = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a link: its address, and the words that its attributes give it."""
        if tag != "a":
            return
        self._close()
        said = dict(attrs)
        self._address = said.get("href")
        self._words = [word for word in (said.get("aria-label"), said.get("title")) if word]
        self._length = 0

    def handle_endtag(self, tag: str) -> None:
        """End the link that is open."""
        if tag == "a":
            self._close()

    def handle_data(self, data: str) -> None:
        """Add text to the link that is open, as far as a link has words."""
        if self._address is not None and self._length < MOST_TEXT:
            self._words.append(data[:MOST_TEXT])
            self._length += len(data)

    def close(self) -> None:
        """End the text, and with it a link that was left open."""
        super().close()
        self._close()

    def _close(self) -> None:
        if self._address and len(self.found) < MOST_LINKS:
            self.found.append((self._address, " ".join(" ".join(self._words).split())[: 2 * MOST_TEXT]))
        self._address = None


def links_of(html: str, address: str) -> list[Link]:
    """Links of a page in its order, absolute, without fragments, those of the web only; repeats are kept once.

    Args:
        html: the page, however broken.
        address: where it was read, to which relative links belong.
    """
    reader = _Anchors()
    try:
        # Declarations say nothing of links, and broken ones take the parser a time that grows with their square.
        reader.feed(html.replace("<!", "&lt;!").replace("&lt;!--", "<!--"))
        reader.close()
    except (AssertionError, ValueError):
        # Some broken declarations stop the parser: what came before them counts.
        pass
    found: dict[Link, None] = {}
    for written, text in reader.found:
        try:
            target = urldefrag(urljoin(address, written.strip())).url
            is_of_web = urlsplit(target).scheme in {"http", "https"} and bool(urlsplit(target).hostname)
        except ValueError:
            continue
        if is_of_web:
            found[Link(target, text)] = None
    return list(found)


def release_pages(links: Iterable[Link], pattern: str, cadence: Cadence) -> dict[str, str]:
    """Address of the page of each release, by label, from the links of a series' page.

    Args:
        links: of the series' page.
        pattern: regular expression that the path of a release's page fits in full.
        cadence: of the publication, which says how the page's path names its period.
    """
    found: dict[str, str] = {}
    for link in links:
        path = unquote(urlsplit(link.address).path).rstrip("/")
        if re.fullmatch(pattern, path, re.IGNORECASE) is None:
            continue
        for label in labels_in(PurePosixPath(path).name.replace("-", " "), cadence):
            found.setdefault(label, link.address)
    return found


def choose(links: Iterable[Link], wanted: Wanted, cadence: Cadence, label: str) -> list[Link]:
    """Links that may be a release's file, the likeliest first; more than one address means that it is not clear.

    A link that names another period is none. One that names the wanted period beats one that names no period.
    """
    fitting = [link for link in links if wanted.fits(link)]
    spoken = [(speaks_of(f"{link.name} {link.text}", cadence, label), link) for link in fitting]
    sure = [link for says, link in spoken if says]
    silent = [link for says, link in spoken if says is None]
    by_address = {link.address: link for link in reversed(sure or silent)}
    return list(reversed(by_address.values()))

"""What a server's answer to a request for a file means, told from its status and headers. No network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urljoin

from sp_geo.core.errors import NotFetched
from sp_geo.fetching.part_file import About

OK: Final = 200
UNCHANGED: Final = 304
NO_SUCH_RANGE: Final = 416
_ACCEPTED: Final = 202
_PARTIAL: Final = 206
_TRY_AGAIN: Final = {_ACCEPTED, 408, 425, 429, 500, 502, 503, 504}
_SAID: Final = {
    401: "the server asks for a password",
    403: "the server refuses",
    404: "there is nothing at this address",
    407: "the proxy asks for a password",
    410: "there is nothing at this address any more",
}
_WEB_PAGES: Final = {"text/html", "application/xhtml+xml"}
_WEB_PAGE: Final = re.compile(rb"[\s\xef\xbb\xbf]*(?:<!doctype\s+html|<html|<head|<!--)", re.IGNORECASE)


class LaterError(Exception):
    """Something that may pass.

    Args:
        problem: in a few words.
        wait: seconds that the server asks for; None if it says nothing.
    """

    def __init__(self, problem: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.problem, self.wait = problem, wait


def conditions(start: int, about: About, known: About | None) -> dict[str, str]:
    """Headers that ask for the rest of a part, or for the file only if it is another than the known one."""
    plain = {"Accept-Encoding": "identity"}
    if start:
        return plain | {"Range": f"bytes={start}-", "If-Range": about.validator}
    if known is not None and known.etag:
        return plain | {"If-None-Match": known.etag}
    if known is not None and known.modified:
        return plain | {"If-Modified-Since": known.modified}
    return plain


def extent(status: int, headers: Mapping[str, str], start: int) -> tuple[int, int | None]:
    """Where an answer begins in the file, and how long the file is; None if it does not say.

    Raises:
        ValueError: it begins somewhere else than was asked.
    """
    if status != _PARTIAL:
        said = headers.get("content-length", "")
        return 0, int(said) if said.isdigit() and is_plain(headers) else None
    match = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("content-range", "").strip())
    if match is None or int(match[1]) != start:
        raise ValueError("the server sent another part of the file than was asked")
    return start, None if match[2] == "*" else int(match[2])


def is_plain(headers: Mapping[str, str]) -> bool:
    """Whether the bytes are the file's own, not packed for the way."""
    return headers.get("content-encoding", "identity") in {"identity", ""}


def refuse_status(status: int, headers: Mapping[str, str], address: str) -> None:
    """Let through only an answer that holds what was asked for.

    Raises:
        LaterError: it may be there in a while.
        NotFetched: it is not to be had.
    """
    if status in {OK, _PARTIAL}:
        return
    if status in _TRY_AGAIN:
        said = headers.get("retry-after", "").strip()
        words = "the file is still being made" if status == _ACCEPTED else f"the server answered {status}"
        # A date says nothing to a program that is not told the time.
        raise LaterError(words, float(said) if said.isdigit() else None)
    raise NotFetched(_SAID.get(status, "the server gives no file"), file=address[:300], found=f"answer {status}")


def refuse_page_type(headers: Mapping[str, str], link: str) -> None:
    """Refuse an answer that says that it is a web page.

    Raises:
        NotFetched: it is.
    """
    if headers.get("content-type", "").partition(";")[0].strip().lower() in _WEB_PAGES:
        raise web_page(link)


def is_web_page(data: bytes) -> bool:
    """Whether bytes begin as a web page does."""
    return _WEB_PAGE.match(data) is not None


def web_page(link: str) -> NotFetched:
    """A web page came, not a file."""
    return NotFetched(
        "a web page came instead of the file",
        file=link[:300],
        expected="a data file",
        advice="It may be a sign-in page or your network's block page: open the link in a browser",
    )


def too_large(link: str, size: int, most_bytes: int) -> NotFetched:
    """More bytes than any release has had."""
    return NotFetched(
        "the file is larger than any release has been",
        file=link[:300],
        found=f"{size / 1e6:,.1f} MB",
        expected=f"{most_bytes / 1e6:,.0f} MB at most",
        advice="Look at it in a browser; if it is right, download it there and add it",
    )


def not_asked(address: str, reason: str, was_sent: bool) -> NotFetched:
    """An address beyond what may be asked."""
    return NotFetched(
        "the server sends to an address that is not asked" if was_sent else "the address is not asked",
        file=address[:300],
        found=reason,
        advice="If the publisher has moved, download the file in a browser and add it",
    )


def untrusted(address: str, fault: Exception) -> NotFetched:
    """A certificate that nobody known has signed."""
    return NotFetched(
        "the server's certificate is not trusted",
        file=address[:300],
        found=brief(fault),
        advice="Where the network inspects traffic, put its own certificate's file into SSL_CERT_FILE",
    )


def unknown_name(address: str) -> NotFetched:
    """A host that this computer does not find."""
    return NotFetched(
        "the host is not found",
        file=address[:300],
        advice="Is this computer online? Behind a firewall, name its proxy with --proxy or HTTPS_PROXY",
    )


def joined(address: str, location: str) -> str:
    """The address that a server sends to.

    Raises:
        NotFetched: it is none.
    """
    try:
        return urljoin(address, location)
    except ValueError as fault:
        raise NotFetched("the server sends to no address", found=location[:200]) from fault


def strong(etag: str) -> str:
    """A mark that tells versions apart to the byte; a weak one does not."""
    return "" if etag.startswith("W/") else etag


def decoded(data: bytes, charset: str) -> str:
    """Text of a page; a character set that nobody knows is taken for UTF-8."""
    try:
        return data.decode(charset, errors="replace")
    except LookupError:
        return data.decode("utf-8", errors="replace")


def brief(fault: Exception) -> str:
    """A fault in a few words; a proxy's password is not among them."""
    return re.sub(r"//[^/@\s]*@", "//", str(fault) or type(fault).__name__)[:160]

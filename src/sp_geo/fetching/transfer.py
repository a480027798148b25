"""Pages and answers read, and files downloaded: the only network of the program.

A file grows beside its place and goes on where it was broken off, if the server can tell that it is still the same
file. Only hosts that were named are asked, whatever a server sends to.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import httpx

from sp_geo import __version__
from sp_geo.core.errors import NotFetched, UsageError
from sp_geo.fetching.allowed_hosts import Reach
from sp_geo.fetching.answers import (
    NO_SUCH_RANGE,
    OK,
    UNCHANGED,
    LaterError,
    brief,
    conditions,
    decoded,
    extent,
    is_plain,
    is_web_page,
    joined,
    not_asked,
    refuse_page_type,
    refuse_status,
    strong,
    too_large,
    unknown_name,
    untrusted,
    web_page,
)
from sp_geo.fetching.part_file import About, PartFile

T = TypeVar("T")
MOST_PAGE_BYTES: Final = 3_000_000
MOST_REDIRECTS: Final = 5
TRIES: Final = 5
LONGEST_WAIT_SECONDS: Final = 120.0
_NO_ADDRESS: Final = (httpx.InvalidURL, UnicodeError)
"""What httpx raises on addresses that cannot be; the second on a host that is no name, such as ``xn--``."""
_ENOUGH_TO_GO_ON: Final = 1_000_000
"""Bytes gained after which a broken connection counts as the first again."""


@dataclass(frozen=True)
class Manner:
    """How servers are asked.

    Attributes:
        proxy: address of a proxy; those of the environment if empty.
        pause_seconds: wait before each request after the first.
        timeout_seconds: longest silence.
        window_seconds: span over which speed is taken.
        least_bytes_per_second: slower than this over a span, the server is left and asked again.
        sleep: waits.
        clock: seconds that only grow.
        report: told what is tried again, one line at a time.
        agent: name given to servers.
    """

    proxy: str = ""
    pause_seconds: float = 1.0
    timeout_seconds: float = 30.0
    window_seconds: float = 30.0
    least_bytes_per_second: float = 500.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    report: Callable[[str], None] = field(default=lambda line: None)
    agent: str = f"sp_geo/{__version__}"


@dataclass(frozen=True)
class Answer:
    """A short answer, whole.

    Attributes:
        address: where it was in the end.
        data: its bytes.
        charset: in which they are text, as far as the server says.
        moved: whether the server says that it has moved for good.
    """

    address: str
    data: bytes
    charset: str
    moved: bool


@dataclass(frozen=True)
class Page:
    """A page as it was read.

    Attributes:
        address: where it was in the end.
        text: its HTML.
        moved: whether the server says that it has moved for good.
    """

    address: str
    text: str
    moved: bool


@dataclass(frozen=True)
class Received:
    """What the server said of a file that is complete.

    Attributes:
        about: its marks, to ask later whether it is still the same.
        size: its bytes.
        resumed_at: bytes that were there from an earlier try; 0 if none.
    """

    about: About
    size: int
    resumed_at: int


class Web:
    """Asks servers, one request after another.

    Raises:
        UsageError: the proxy's address, or the file of certificates in ``SSL_CERT_FILE``, cannot be used.
    """

    def __init__(self, manner: Manner) -> None:
        self._manner, self._asked = manner, 0
        self._pages: dict[str, Page] = {}
        try:
            self._client = httpx.Client(
                proxy=manner.proxy or None,
                timeout=manner.timeout_seconds,
                headers={"User-Agent": manner.agent, "Accept-Language": "en-GB"},
            )
        except (ValueError, httpx.InvalidURL, ImportError) as fault:
            raise UsageError("the proxy cannot be used", found=brief(fault), expected="http://host:port") from fault
        except (OSError, ssl.SSLError) as fault:
            raise UsageError("the certificates in SSL_CERT_FILE cannot be read", found=str(fault)[:200]) from fault

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def page(self, address: str, reach: Reach) -> Page:
        """Read a web page; one that was read in this call is not asked for again.

        Raises:
            NotFetched: it is not there, too large, no text, or somewhere that is not asked.
        """
        if address not in self._pages:
            found = self.answer(address, reach, accept="text/html", most_bytes=MOST_PAGE_BYTES)
            self._pages[address] = Page(found.address, decoded(found.data, found.charset), found.moved)
        return self._pages[address]

    def answer(self, address: str, reach: Reach, *, accept: str, most_bytes: int) -> Answer:
        """Read a short answer whole.

        Args:
            address: of it.
            reach: what may be asked.
            accept: media type that is asked for.
            most_bytes: size beyond which nothing is read.

        Raises:
            NotFetched: it is not there, too large, or somewhere that is not asked.
        """

        def read() -> Answer:
            with self._answer("GET", address, reach, {"Accept": accept}) as (response, moved):
                refuse_status(response.status_code, response.headers, str(response.url))
                data = bytearray()
                for chunk in response.iter_bytes():
                    data += chunk
                    if len(data) > most_bytes:
                        raise NotFetched(
                            "the answer is too large", file=address[:300], expected=f"{most_bytes:,} bytes"
                        )
                return Answer(str(response.url), bytes(data), response.charset_encoding or "utf-8", moved)

        return self._again(read, address)

    def size(self, address: str, reach: Reach) -> int | None:
        """Bytes of a file as the server announces them; None if it does not.

        Raises:
            NotFetched: the server cannot be reached, or is not asked.
        """
        try:
            with self._answer("HEAD", address, reach, {"Accept-Encoding": "identity"}) as (response, _):
                said = response.headers.get("content-length", "")
                return int(said) if response.status_code == OK and said.isdigit() else None
        except (httpx.HTTPError, *_NO_ADDRESS) as fault:
            raise NotFetched("the server cannot be reached", file=address[:300], found=brief(fault)) from fault

    def save(
        self,
        link: str,
        target: Path,
        reach: Reach,
        *,
        most_bytes: int,
        known: About | None = None,
        show: Callable[[int, int | None], None] = lambda done, total: None,
    ) -> Received | None:
        """Download a file into its part beside the target; the caller looks at it and puts it in its place.

        Args:
            link: of the file.
            target: where it will be.
            reach: what may be asked.
            most_bytes: size beyond which nothing is read.
            known: marks of the file as it was fetched before; None to fetch it in any case.
            show: told the bytes so far, and of the whole where the server says so.

        Returns:
            What the server said of it; None if it is still the known one.

        Raises:
            NotFetched: it cannot be had; what came of it is kept for another try, if it was the file.
            WorkspaceError: the disk cannot take it.
        """
        part = PartFile(target)
        first, _ = part.begun(link)
        received = self._again(
            lambda: self._read(link, part, reach, most_bytes, known, show), link, gained=lambda: part.begun(link)[0]
        )
        # Resumed in this call alone is not resumed from an earlier one.
        return received and replace(received, resumed_at=first if received.resumed_at else 0)

    def _read(
        self,
        link: str,
        part: PartFile,
        reach: Reach,
        most_bytes: int,
        known: About | None,
        show: Callable[[int, int | None], None],
    ) -> Received | None:
        start, about = part.begun(link)
        with self._answer("GET", link, reach, conditions(start, about, known)) as (response, _):
            if response.status_code == UNCHANGED and known is not None and not start:
                return None
            if response.status_code == NO_SUCH_RANGE:
                part.discard()
                raise LaterError("the server has no such part of the file", 0.0)
            refuse_status(response.status_code, response.headers, str(response.url))
            try:
                begins, total = extent(response.status_code, response.headers, start)
            except ValueError as fault:
                part.discard()
                raise LaterError(str(fault), 0.0) from fault
            if begins == 0:
                about = About(link, strong(response.headers.get("etag", "")), response.headers.get("last-modified", ""))
            if total is not None and total > most_bytes:
                part.discard()
                raise too_large(link, total, most_bytes)
            refuse_page_type(response.headers, link)
            done = self._take(response, part, about, begins, total, most_bytes, link, show)
        if total is not None and done != total:
            raise LaterError(f"the connection ended after {done:,} of {total:,} bytes")
        return Received(about, done, begins)

    def _take(
        self,
        response: httpx.Response,
        part: PartFile,
        about: About,
        done: int,
        total: int | None,
        most_bytes: int,
        link: str,
        show: Callable[[int, int | None], None],
    ) -> int:
        begins, since, before = done, self._manner.clock(), done
        with part.opened(about, keep=begins > 0) as growing:
            for chunk in response.iter_raw() if is_plain(response.headers) else response.iter_bytes():
                if done == 0 and is_web_page(chunk):
                    part.discard()
                    raise web_page(link)
                done += len(chunk)
                if done > most_bytes:
                    part.discard()
                    raise too_large(link, done, most_bytes)
                growing.take(chunk)
                show(done, total)
                spent = self._manner.clock() - since
                if spent >= self._manner.window_seconds:
                    if done - before < self._manner.least_bytes_per_second * spent:
                        raise LaterError(f"the server is too slow: {done - before:,} bytes in {spent:,.0f} s")
                    since, before = self._manner.clock(), done
        return done

    @contextmanager
    def _answer(
        self, method: str, address: str, reach: Reach, headers: Mapping[str, str]
    ) -> Iterator[tuple[httpx.Response, bool]]:
        """The answer after all redirects, each to an address that may be asked, and whether one was for good."""
        if self._asked:
            self._manner.sleep(self._manner.pause_seconds)
        self._asked += 1
        passed: set[str] = set()
        moved = False
        while True:
            reason = reach.why_not(address)
            if reason:
                raise not_asked(address, reason, bool(passed))
            if address in passed or len(passed) > MOST_REDIRECTS:
                raise NotFetched("the server sends from one address to another without end", file=address[:200])
            passed.add(address)
            with self._client.stream(method, address, headers=dict(headers)) as response:
                if not response.has_redirect_location:
                    yield response, moved
                    return
                moved = moved or response.status_code in {301, 308}
                address = joined(address, response.headers["location"])

    def _again(self, action: Callable[[], T], address: str, gained: Callable[[], int] = lambda: 0) -> T:
        """What an action gives, tried again where that may help, until it was tried often enough."""
        tries, furthest = 0, gained()
        while True:
            try:
                return self._once(action, address)
            except LaterError as fault:
                problem, wait = fault.problem, fault.wait
            # Counted from the furthest point ever reached: a server that starts anew each time gains nothing.
            now = gained()
            tries = 1 if now - furthest >= _ENOUGH_TO_GO_ON else tries + 1
            furthest = max(furthest, now)
            if wait is not None and wait > LONGEST_WAIT_SECONDS:
                raise NotFetched(problem, file=address[:300], found=f"it asks to wait {wait / 60:,.0f} minutes")
            if tries >= TRIES:
                advice = "Try again later; it goes on from there"
                raise NotFetched(f"{problem}, {TRIES} times", file=address[:300], advice=advice)
            seconds = float(2**tries) if wait is None else wait
            self._manner.report(f"{problem}; trying again in {seconds:g} s")
            self._manner.sleep(seconds)

    def _once(self, action: Callable[[], T], address: str) -> T:
        """What an action gives; of faults of the line, which may pass and which do not."""
        try:
            return action()
        except httpx.TimeoutException as fault:
            raise LaterError(f"nothing came for {self._manner.timeout_seconds:g} s") from fault
        except httpx.ProxyError as fault:
            raise LaterError(f"the proxy does not let it through ({brief(fault)})") from fault
        except httpx.TransportError as fault:
            if "CERTIFICATE_VERIFY_FAILED" in str(fault):
                raise untrusted(address, fault) from fault
            if _is_unknown_name(fault):
                raise unknown_name(address) from fault
            raise LaterError(f"the connection broke ({brief(fault)})") from fault
        except (httpx.DecodingError, *_NO_ADDRESS) as fault:
            raise NotFetched("the answer cannot be read", file=address, found=brief(fault)) from fault


def _is_unknown_name(fault: BaseException | None) -> bool:
    """Whether a connection failed because nobody knows the host's name: that does not pass in a minute."""
    while fault is not None:
        if isinstance(fault, socket.gaierror):
            return True
        fault = fault.__cause__ or fault.__context__
    return False

"""A directory of services fetched page by page from an Open Referral API.

With :mod:`sp_geo.fetching.transfer` the only network of the program.

Everything that is read is written at once, so that a break loses nothing and a second call goes on from there. A page
that cannot be read is listed and passed over; a pager without an end is stopped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx

from sp_geo.core.errors import DamagedFile, UsageError
from sp_geo.fetching.fetched_parts import Parts
from sp_geo.publications.catalogue import directory_id
from sp_geo.workspace.text import decode

MOST_PAGES: Final = 5_000
MOST_BYTES: Final = 50_000_000
"""One answer; the largest page of a directory is a few megabytes."""
TRIES: Final = 5
LONGEST_WAIT_SECONDS: Final = 120.0
TIMEOUT_SECONDS: Final = 30.0
MOST_BROKEN_IN_A_ROW: Final = 5
"""After so many the server is down, rather than a page broken."""
MOST_REDIRECTS: Final = 3
MOST_LEVELS: Final = 60
"""A page of full services has fifteen."""
_TRY_AGAIN: Final = {429, 500, 502, 503, 504}
_OK: Final = 200
_EVERY: Final = 25


@dataclass(frozen=True)
class FetchFault:
    """Something that could not be fetched.

    Attributes:
        where: such as ``page 3``.
        cause: kind of fault in a few words.
        detail: what was found.
    """

    where: str
    cause: str
    detail: str


@dataclass(frozen=True)
class Fetched:
    """What became of a directory.

    Attributes:
        path: JSON file with the services and the faults.
        taken: services in it.
        pages: pages that were read.
        complete: whether every page and every service in full was read; if not, a second call asks for the rest only.
        faults: what could not be fetched, and pagers that did not end.
    """

    path: Path
    taken: int
    pages: int
    complete: bool
    faults: tuple[FetchFault, ...]


class _AnswerError(Exception):
    """An answer that cannot be used."""

    def __init__(self, cause: str, detail: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.detail = detail


def fetch_directory(
    url: str,
    folder: Path,
    *,
    report: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
    pause_seconds: float = 0.5,
    per_page: int | None = None,
    name: str = "",
    most_pages: int = MOST_PAGES,
    most_bytes: int = MOST_BYTES,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Fetched:
    """Fetch every service of a directory.

    Args:
        url: address of the API, or of its list of services; http or https.
        folder: where the file goes; made if need be.
        report: told of progress, one line at a time.
        sleep: waits for so many seconds.
        pause_seconds: wait before each request after the first.
        per_page: services asked for on a page; the API's own choice if None.
        name: of the directory; after its address if empty.
        most_pages: pages after which a pager is taken to have no end.
        most_bytes: size of an answer that is not read further.
        timeout_seconds: wait for an answer before it is tried again.

    Raises:
        UsageError: the address is none, or not of the web.
        DamagedFile: nothing at all could be read.
        WorkspaceError: the folder may not be written.
    """
    address = _services_address(url)
    own = directory_id(name or f"{address.host}{address.path.removesuffix('/services')}")
    parts = Parts(folder, own, str(address))
    with httpx.Client(timeout=timeout_seconds, headers={"Accept": "application/json"}) as client:
        asker = _Asker(client, address, report, sleep, pause_seconds, most_bytes)
        pages = _Pages(asker, parts, per_page, most_pages)
        pages.read()
        faults = [*pages.faults, *_details(asker, parts)]
    if parts.taken == 0:
        first = faults[0] if faults else FetchFault("page 1", "it holds no services", "")
        parts.remove_if_empty()
        raise DamagedFile(
            f"no service could be fetched: {first.cause}",
            file=str(address),
            found=f"{first.where} {first.detail}".strip(),
            expected="the services of an Open Referral UK 3.0 API",
            advice="Check the address in a browser, or try again later",
        )
    listed = [{"where": item.where, "cause": item.cause, "detail": item.detail} for item in faults]
    path = parts.finish(listed, keep_parts=bool(faults))
    report(f"{parts.taken:,} services of {pages.read_pages:,} page(s) in {path.name}; {len(faults):,} fault(s)")
    return Fetched(path, parts.taken, pages.read_pages, pages.complete and not faults, tuple(faults))


def _services_address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url.strip())
    except httpx.InvalidURL as fault:
        raise UsageError("the address cannot be read", found=url[:200], expected="https://...") from fault
    if address.scheme not in {"http", "https"} or not address.host or "%" in address.host:
        raise UsageError("the address is not one of the web", found=url[:200], expected="https://... or http://...")
    path = address.path.rstrip("/")
    return address.copy_with(path=path if path.endswith("/services") else f"{path}/services", fragment=None)


@dataclass
class _Asker:
    """Asks one host, politely."""

    client: httpx.Client
    address: httpx.URL
    report: Callable[[str], None]
    sleep: Callable[[float], None]
    pause_seconds: float
    most_bytes: int
    asked: int = 0

    def ask(self, address: httpx.URL) -> Any:
        """The answer as JSON, tried again where that may help.

        Raises:
            _AnswerError: there is none, or it cannot be used.
        """
        for attempt in range(TRIES):
            if self.asked:
                self.sleep(self.pause_seconds)
            self.asked += 1
            back_off = float(2**attempt)
            try:
                response, data = self._follow(address)
                problem = f"the server answered {response.status_code}"
                if response.status_code not in _TRY_AGAIN:
                    break
                back_off = _retry_after(response) or back_off
            except httpx.TimeoutException:
                problem = "the server did not answer in time"
            except httpx.DecodingError as fault:
                raise _AnswerError("the answer cannot be unpacked") from fault
            except httpx.TransportError as fault:
                problem = f"the server could not be reached: {type(fault).__name__}"
            if attempt + 1 < TRIES:
                wait = min(back_off, LONGEST_WAIT_SECONDS)
                self.report(f"{problem}; trying again in {wait:g} s")
                self.sleep(wait)
        else:
            raise _AnswerError(problem, f"after {TRIES} tries")
        if response.status_code != _OK:
            raise _AnswerError(problem)
        return _json(data)

    def _follow(self, address: httpx.URL) -> tuple[httpx.Response, bytes]:
        for _ in range(MOST_REDIRECTS + 1):
            with self.client.stream("GET", address) as response:
                if not response.has_redirect_location:
                    return response, self._body(response)
                target = _joined(address, response.headers["location"])
            is_safer = (target.scheme, address.scheme, target.host) == ("https", "http", address.host)
            if (target.scheme, target.netloc) != (address.scheme, address.netloc) and not is_safer:
                raise _AnswerError("the server sends to another host", str(target)[:200])
            address = target
        raise _AnswerError("the server sends from one address to another without end", str(address)[:200])

    def _body(self, response: httpx.Response) -> bytes:
        data = bytearray()
        for chunk in response.iter_bytes():
            data += chunk
            if len(data) > self.most_bytes:
                raise _AnswerError("the answer is too large", f"more than {self.most_bytes:,} bytes")
        return bytes(data)


def _joined(address: httpx.URL, location: str) -> httpx.URL:
    try:
        return address.join(location)
    except httpx.InvalidURL as fault:
        raise _AnswerError("the server sends to no address", location[:200]) from fault


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds that a server asks for; a date says nothing to a program without a clock."""
    said = response.headers.get("retry-after", "").strip()
    return float(said) if said.isdigit() else None


def _json(data: bytes) -> Any:
    text = decode(data)
    if text.lstrip()[:1] == "<":
        raise _AnswerError("the answer is a web page", text.lstrip()[:60])
    try:
        value = json.loads(text)
    except RecursionError as fault:
        raise _AnswerError("the answer is nested too deeply") from fault
    except ValueError as fault:
        raise _AnswerError("the answer is not JSON", str(fault)[:100]) from fault
    if _is_deep(value):
        raise _AnswerError("the answer is nested too deeply", f"more than {MOST_LEVELS} levels")
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MOST_LEVELS):
        inner = [part.values() if isinstance(part, dict) else part for part in level if isinstance(part, (dict, list))]
        level = [child for part in inner for child in part]
        if not level:
            return False
    return True


class _Pages:
    """Reads pages until the last, and knows a pager that has none."""

    def __init__(self, asker: _Asker, parts: Parts, per_page: int | None, most_pages: int) -> None:
        self._asker, self._parts, self._per_page, self._most_pages = asker, parts, per_page, most_pages
        self._total: int | None = None
        self._known: set[str] = set()
        self._reached: int | None = None
        self.faults: list[FetchFault] = []
        self.read_pages = 0
        self.complete = False

    def read(self) -> None:
        """Read all pages, those of an earlier call from its folder."""
        broken = 0
        for number in range(1, self._most_pages + 1):
            try:
                page = self._page(number)
            except _AnswerError as fault:
                self.faults.append(FetchFault(f"page {number:,}", fault.cause, fault.detail))
                self._asker.report(f"page {number:,} passed over: {fault.cause}")
                broken += 1
                if broken >= MOST_BROKEN_IN_A_ROW or number == self._total:
                    return
                continue
            broken = 0
            self.read_pages += 1
            stop = self._stop(number, page)
            if stop == "end":
                self.complete = not self.faults
                return
            if stop:
                self._end_unfinished(number, stop)
                return
        self._end_unfinished(self._most_pages, f"the pager goes on after {self._most_pages:,} pages")

    def _end_unfinished(self, number: int, problem: str) -> None:
        self.faults.append(FetchFault(f"page {number:,}", problem, "what was read until then is kept"))
        self._asker.report(f"stopped at page {number:,}: {problem}")

    def _page(self, number: int) -> Any:
        kept = self._parts.page(number)
        if kept is not None:
            return kept
        asked: dict[str, Any] = {"page": number} | ({"per_page": self._per_page} if self._per_page else {})
        page = self._asker.ask(self._asker.address.copy_merge_params(asked))
        services = _services(page)
        if services is None:
            raise _AnswerError("the answer is no page of services", f"{type(page).__name__}")
        self._parts.keep_page(number, page)
        total = _whole(page, "total_pages")
        of = f" of {total:,}" if total is not None else ""
        self._asker.report(f"page {number:,}{of}: {len(services):,} services")
        return page

    def _stop(self, number: int, page: Any) -> str:
        """``end`` after the last page, another text for why a pager is not followed, empty to go on."""
        services = _services(page) or []
        if not isinstance(page, dict):
            return self._add(number, services) or "end"
        reached = _whole(page, "page_number")
        if number > 1 and reached is not None and reached == self._reached:
            return f"the pager does not move: it gives page {reached:,} again"
        self._reached = reached
        if not services:
            return "end"
        repeated = self._add(number, services)
        if repeated:
            return repeated
        total = _whole(page, "total_pages")
        self._total = total if total is not None else self._total
        if self._total is not None and self._total > self._most_pages:
            return f"the pager claims {self._total:,} pages, more than {self._most_pages:,}"
        is_last = page.get("last_page") is True or (self._total is not None and number >= self._total)
        return "end" if is_last else ""

    def _add(self, number: int, services: list[Any]) -> str:
        mark = json.dumps(services, sort_keys=True)
        digest = self._parts.digest(mark)
        if digest in self._known:
            return "the pager does not move: the same services came before"
        self._known.add(digest)
        self._parts.accept(number)
        return ""


def _services(page: Any) -> list[Any] | None:
    if isinstance(page, list):
        return page
    found = page.get("contents", page.get("services")) if isinstance(page, Mapping) else None
    return found if isinstance(found, list) else None


def _whole(page: Any, name: str) -> int | None:
    found = page.get(name) if isinstance(page, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def _details(asker: _Asker, parts: Parts) -> list[FetchFault]:
    """Fetch each service in full, for the list is short; a service whose details fail stays as the list has it."""
    faults: list[FetchFault] = []
    total, broken = sum(1 for _ in parts.listed(_services)), 0
    for count, entry in enumerate(parts.listed(_services), start=1):
        identifier = entry.get("id") if isinstance(entry, dict) else None
        if broken >= MOST_BROKEN_IN_A_ROW or not isinstance(identifier, str) or identifier.strip(" .") == "":
            parts.take(entry)
            continue
        detail = parts.detail(identifier)
        if detail is None:
            try:
                detail = _detail(asker, identifier)
                parts.keep_detail(identifier, detail)
                broken = 0
            except _AnswerError as fault:
                detail, broken = entry, broken + 1
                where = f"details of {identifier[:60]}"
                faults.append(FetchFault(where, fault.cause, f"{fault.detail}; taken as the list has it".lstrip("; ")))
        parts.take(detail)
        if count % _EVERY == 0 or count == total:
            asker.report(f"details: {count:,} of {total:,}")
    if broken >= MOST_BROKEN_IN_A_ROW:
        faults.append(FetchFault("details", "the server gives none", "the services are taken as the list has them"))
    return faults


def _detail(asker: _Asker, identifier: str) -> dict[str, Any]:
    path = f"{asker.address.raw_path.decode('ascii').partition('?')[0]}/{quote(identifier[:200], safe='')}"
    query = asker.address.query
    raw = path.encode("ascii") + (b"?" + query if query else b"")
    found = asker.ask(asker.address.copy_with(raw_path=raw))
    if not isinstance(found, dict) or found.get("id") != identifier:
        raise _AnswerError(
            "the answer is another service", str(found.get("id") if isinstance(found, dict) else "")[:60]
        )
    return found

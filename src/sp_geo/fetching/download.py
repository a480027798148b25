"""A directory of services fetched page by page from an Open Referral API.

Everything that is read is written at once, so that a break loses nothing and a second call goes on from there. A page
that cannot be read is listed and passed over; a pager without an end is stopped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

from sp_geo.core.errors import DamagedFile, NotFetched
from sp_geo.fetching.allowed_hosts import Reach, named_by_user
from sp_geo.fetching.fetched_parts import Parts
from sp_geo.fetching.transfer import Manner, Web
from sp_geo.publications.catalogue import directory_id
from sp_geo.workspace.text import decode

MOST_PAGES: Final = 5_000
MOST_BYTES: Final = 50_000_000
"""One answer; the largest page of a directory is a few megabytes."""
TIMEOUT_SECONDS: Final = 30.0
MOST_BROKEN_IN_A_ROW: Final = 5
"""After so many the server is down, rather than a page broken."""
MOST_LEVELS: Final = 60
"""A page of full services has fifteen."""
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

    def __str__(self) -> str:
        return f"{self.where}: {self.cause}{f' ({self.detail})' if self.detail else ''}"


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
        UsageError: the address is none, not of the web, or carries a password.
        DamagedFile: nothing at all could be read.
        WorkspaceError: the folder may not be written.
    """
    place = named_by_user(url, allow_http=True)
    address = urlsplit(url.strip())
    of_list = f"{address.path.rstrip('/').removesuffix('/services')}/services"
    address = address._replace(path=of_list, fragment="")
    host = address.hostname or ""
    own = directory_id(name or f"{host}{address.path.removesuffix('/services')}")
    parts = Parts(folder, own, urlunsplit(address))
    manner = Manner(pause_seconds=pause_seconds, timeout_seconds=timeout_seconds, sleep=sleep, report=report)
    with Web(manner) as web:
        # Its own host, and where it was named without encryption, that host with it.
        asker = _Asker(web, address, Reach((host,), (place,)), report, most_bytes)
        pages = _Pages(asker, parts, per_page, most_pages)
        pages.read()
        faults = [*pages.faults, *_details(asker, parts)]
    if parts.taken == 0:
        first = faults[0] if faults else FetchFault("page 1", "it holds no services", "")
        parts.remove_if_empty()
        raise DamagedFile(
            f"no service could be fetched: {first.cause}",
            file=urlunsplit(address),
            found=f"{first.where} {first.detail}".strip(),
            expected="the services of an Open Referral UK 3.0 API",
            advice="Check the address in a browser, or try again later",
        )
    path = parts.finish([asdict(item) for item in faults], keep_parts=bool(faults))
    report(f"{parts.taken:,} services of {pages.read_pages:,} page(s) in {path.name}; {len(faults):,} fault(s)")
    return Fetched(path, parts.taken, pages.read_pages, pages.complete and not faults, tuple(faults))


@dataclass
class _Asker:
    """Asks one host, politely."""

    web: Web
    address: SplitResult
    reach: Reach
    report: Callable[[str], None]
    most_bytes: int

    def ask(self, path: str, asked: Mapping[str, int]) -> Any:
        """The answer as JSON, tried again where that may help.

        Args:
            path: below the list of services; empty for the list.
            asked: parameters beside those of the directory's own address.

        Raises:
            NotFetched: there is none, or it cannot be used.
        """
        own = [pair for pair in parse_qsl(self.address.query, keep_blank_values=True) if pair[0] not in asked]
        query = urlencode([*own, *asked.items()])
        address = urlunsplit(self.address._replace(path=self.address.path + path, query=query))
        found = self.web.answer(address, self.reach, accept="application/json", most_bytes=self.most_bytes)
        text = decode(found.data)
        if text.lstrip()[:1] == "<":
            raise NotFetched("the answer is a web page", found=text.lstrip()[:60])
        try:
            value = json.loads(text)
        except RecursionError as fault:
            raise NotFetched("the answer is nested too deeply") from fault
        except ValueError as fault:
            raise NotFetched("the answer is not JSON", found=str(fault)[:100]) from fault
        level = [value]
        for _ in range(MOST_LEVELS):
            inner = [
                part.values() if isinstance(part, dict) else part for part in level if isinstance(part, (dict, list))
            ]
            level = [child for part in inner for child in part]
        if level:
            raise NotFetched("the answer is nested too deeply", found=f"more than {MOST_LEVELS} levels")
        return value

    def in_full(self, identifier: str) -> dict[str, Any]:
        """A service with all that belongs to it.

        Raises:
            NotFetched: there is none, or another came.
        """
        found = self.ask(f"/{quote(identifier[:200], safe='')}", {})
        if isinstance(found, dict) and found.get("id") == identifier:
            return found
        other = found.get("id") if isinstance(found, dict) else ""
        raise NotFetched("the answer is another service", found=str(other)[:60])


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
            except NotFetched as fault:
                self.faults.append(FetchFault(f"page {number:,}", fault.problem, fault.found or ""))
                self._asker.report(f"page {number:,} passed over: {fault.problem}")
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
        page = self._asker.ask("", {"page": number} | ({"per_page": self._per_page} if self._per_page else {}))
        services = _services(page)
        if services is None:
            raise NotFetched("the answer is no page of services", found=type(page).__name__)
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
                detail = asker.in_full(identifier)
                parts.keep_detail(identifier, detail)
                broken = 0
            except NotFetched as fault:
                detail, broken = entry, broken + 1
                where = f"details of {identifier[:60]}"
                told = f"{fault.found or ''}; taken as the list has it".lstrip("; ")
                faults.append(FetchFault(where, fault.problem, told))
        parts.take(detail)
        if count % _EVERY == 0 or count == total:
            asker.report(f"details: {count:,} of {total:,}")
    if broken >= MOST_BROKEN_IN_A_ROW:
        faults.append(FetchFault("details", "the server gives none", "the services are taken as the list has them"))
    return faults

"""A publisher's web site on this machine: pages, files with ranges, and everything that goes wrong with them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class File:
    """What lies at a path.

    Attributes:
        body: its bytes.
        kind: content type.
        etag: mark of these bytes; empty for none.
        takes_ranges: whether a part may be asked for.
        cut_at: bytes after which the connection is dropped, one entry a request; None for never.
        refusals: answers given first, each a status and headers.
        says_length: whether the length is announced.
        trickle_s: wait between pieces of 200 bytes; 0 for all at once.
        to: where it redirects to; empty if it does not.
        status: of the answer.
        packed: name of a content encoding that is claimed.
    """

    body: bytes = b""
    kind: str = "application/zip"
    etag: str = '"v1"'
    takes_ranges: bool = True
    cut_at: list[int | None] = field(default_factory=list)
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    says_length: bool = True
    trickle_s: float = 0.0
    to: str = ""
    status: int = 200
    packed: str = ""


@dataclass
class Publisher:
    """The site: its files by path, and what was asked of it."""

    files: dict[str, File] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    address: str = ""

    def page(self, path: str, html: str) -> None:
        """Put a page at a path."""
        self.files[path] = File(html.encode(), "text/html; charset=utf-8", etag="", takes_ranges=False)

    def gets(self, path: str) -> list[dict[str, str]]:
        """Headers of every request for a path's content."""
        return [headers for method, asked, headers in self.asked if method == "GET" and asked.endswith(path)]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        path = handler.path
        self.asked.append((handler.command, path, {name.lower(): value for name, value in handler.headers.items()}))
        found = self.files.get(path)
        if found is None:
            handler.send_error(404)
            return
        if found.refusals:
            status, headers = found.refusals.pop(0)
            _head(handler, status, {"Content-Length": "0", **headers})
            return
        if found.to:
            _head(handler, found.status, {"Location": found.to, "Content-Length": "0"})
            return
        _give(handler, found)


def _give(handler: BaseHTTPRequestHandler, found: File) -> None:
    asked = handler.headers
    start = 0
    if found.etag and asked.get("If-None-Match") == found.etag:
        _head(handler, 304, {"ETag": found.etag})
        return
    fresh = asked.get("If-Range") in {None, found.etag}
    if found.takes_ranges and asked.get("Range") and fresh:
        start = int(asked["Range"].removeprefix("bytes=").rstrip("-"))
        if start >= len(found.body):
            _head(handler, 416, {"Content-Range": f"bytes */{len(found.body)}", "Content-Length": "0"})
            return
    headers = {"Content-Type": found.kind} | ({"ETag": found.etag} if found.etag else {})
    if start:
        headers["Content-Range"] = f"bytes {start}-{len(found.body) - 1}/{len(found.body)}"
    if found.says_length:
        headers["Content-Length"] = str(len(found.body) - start)
    if found.packed:
        headers["Content-Encoding"] = found.packed
    _head(handler, 206 if start else found.status, headers)
    if handler.command == "HEAD":
        return
    cut = found.cut_at.pop(0) if found.cut_at else None
    body = found.body[start:] if cut is None else found.body[start : max(cut, start)]
    with suppress(BrokenPipeError, ConnectionResetError):
        if not found.trickle_s:
            handler.wfile.write(body)
            return
        for first in range(0, len(body), 200):
            handler.wfile.write(body[first : first + 200])
            handler.wfile.flush()
            time.sleep(found.trickle_s)


def _head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Connection", "close")
    handler.end_headers()
    handler.close_connection = True


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """Serve on this machine; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_HEAD(self) -> None:
            answer(self)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def publishing() -> Iterator[Publisher]:
    """A site to fill."""
    site = Publisher()
    with serving(site.answer) as address:
        site.address = address
        yield site

"""A directory fetched from a real server on this machine, and added, in one command."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from sp_geo.cli.session import Session
from sp_geo.workspace.shelf import list_shelved

Run = Callable[..., tuple[int, str, str]]
SERVICES = [
    {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "name": f"SYNTHETIC Debt advice {number}",
        "description": "An invented service",
        "status": "active",
        "organization": {"id": "00000000-0000-4000-9000-000000000001", "name": "SYNTHETIC", "description": "Invented"},
    }
    for number in range(5)
]


class Directory(BaseHTTPRequestHandler):
    """Two services a page, each in full at its own address; the last one is no service."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a page or one service."""
        address = urlparse(self.path)
        last = address.path.rstrip("/").rsplit("/", 1)[-1]
        if last == "services":
            number = int(parse_qs(address.query).get("page", ["1"])[0])
            contents = SERVICES[2 * (number - 1) : 2 * number]
            answer: object = {
                "total_items": 5,
                "total_pages": 3,
                "page_number": number,
                "size": len(contents),
                "first_page": number == 1,
                "last_page": number == 3,
                "empty": False,
                "contents": contents,
            }
        else:
            whole = next(item for item in SERVICES if item["id"] == last)
            answer = {key: value for key, value in whole.items() if key != "name" or not last.endswith("4")}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def address() -> Iterator[str]:
    """Address of the directory's API."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Directory)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/api"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_directory_is_fetched_and_added(
    address: str, tmp_path: Path, sp_geo: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user would have to save pages one by one, or a service without a name would cost the others."""
    monkeypatch.setattr(Session, "is_live", True)
    code, out, err = sp_geo(
        tmp_path, "fetch-directory", address, "--directory", "Example", "--covers", "QOP", "--pause", "0"
    )
    assert code == 0, out + err
    assert "page 3 of 3" in err
    assert "4 rows" in out
    assert "1 record(s) refused: name is missing" in out
    assert "covers QOP" in out
    monkeypatch.setattr(Session, "is_live", False)
    again = sp_geo(tmp_path / "again", "fetch-directory", address, "--covers", "QOP", "--pause", "0")
    assert again[0] == 0
    assert again[2] == "", "progress where nobody watches"
    (shelved,) = list_shelved(tmp_path)
    assert (shelved.origin.period, shelved.origin.covers) == ("example", ("QOP",))


def test_a_server_that_is_not_there_is_one_clear_line(tmp_path: Path, sp_geo: Run) -> None:
    """A wrong address would end in a traceback."""
    code, _, err = sp_geo(tmp_path, "fetch-directory", "ftp://example.org/api")
    assert code == 2
    assert len(err.strip().splitlines()) == 1

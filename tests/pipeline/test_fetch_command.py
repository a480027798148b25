"""A directory fetched from a real server on this machine, and added, in one command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest

from sp_geo.cli.session import Session
from sp_geo.workspace.shelf import list_shelved
from tests.conftest import Run
from tests.publisher import serving

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


def answer(handler: BaseHTTPRequestHandler) -> None:
    """Two services a page, each in full at its own address; the last one is no service."""
    asked = urlparse(handler.path)
    last = asked.path.rstrip("/").rsplit("/", 1)[-1]
    if last == "services":
        number = int(parse_qs(asked.query).get("page", ["1"])[0])
        contents = SERVICES[2 * (number - 1) : 2 * number]
        place = {"page_number": number, "first_page": number == 1, "last_page": number == 3, "empty": False}
        said: object = {"total_items": 5, "total_pages": 3, "size": len(contents), "contents": contents, **place}
    else:
        whole = next(item for item in SERVICES if item["id"] == last)
        said = {key: value for key, value in whole.items() if key != "name" or not last.endswith("4")}
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.wfile.write(json.dumps(said).encode())


@pytest.fixture
def address() -> Iterator[str]:
    """Address of the directory's API."""
    with serving(answer) as found:
        yield f"{found}/api"


def test_a_directory_is_fetched_and_added(
    address: str, tmp_path: Path, sp_geo: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A directory is fetched page by page; a service without a name is listed, the others are taken."""
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
    """A wrong address is one line."""
    code, _, err = sp_geo(tmp_path, "fetch-directory", "ftp://example.org/api")
    assert code == 2
    assert len(err.strip().splitlines()) == 1

"""A directory fetched over a real local HTTP server: good pages, bad pages, and pagers without an end."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sp_geo.core.errors import DamagedFile, UsageError, WorkspaceError
from sp_geo.fetching.download import Fetched, fetch_directory
from sp_geo.publications.open_referral import reader as open_referral
from sp_geo.workspace.opening import open_path
from tests.publisher import serving
from tests.unit.files import identifier


@dataclass
class Answer:
    """What the server says to one request."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """A local server whose answers a test decides, and which remembers what it was asked."""

    answer: Callable[[str, dict[str, str]], Answer] = lambda path, query: Answer(b"", 404)
    asked: list[str] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on a free port of this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    state = Server()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        state.asked.append(handler.path)
        parts = urlsplit(handler.path)
        found = state.answer(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})
        handler.send_response(found.status)
        for name, value in {**found.headers, "Content-Length": str(len(found.body))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(found.body)

    with serving(answer) as state.address:
        yield state


def short(number: int) -> dict[str, Any]:
    """A service as a list has it."""
    return {"id": identifier(number), "name": f"Service {number}", "status": "active"}


def full(number: int) -> dict[str, Any]:
    """A service in full."""
    areas = [{"id": identifier(700 + number), "extent": "E08000009"}]
    return short(number) | {"description": "In full", "service_areas": areas}


def as_json(value: Any, status: int = 200) -> Answer:
    """A value as an answer."""
    return Answer(json.dumps(value).encode(), status, {"Content-Type": "application/json"})


def page(number: int, total: int, *services: dict[str, Any], **more: Any) -> Answer:
    """A page of services."""
    about = {"total_pages": total, "page_number": number, "last_page": number == total}
    return as_json(about | {"contents": list(services)} | more)


class Directory:
    """Answers of a sound directory: three pages of two services; a test may put others in their place."""

    def __init__(self, pages: int = 3) -> None:
        self.pages = pages
        self.instead: dict[str, list[Answer]] = {}

    def __call__(self, path: str, query: dict[str, str]) -> Answer:
        """The answer to a request; answers put in place are used up, the last of them never."""
        key = f"page {query['page']}" if path == "/services" else path.rpartition("/")[2]
        waiting = self.instead.get(key)
        if waiting:
            return waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if path == "/services":
            number = int(query["page"])
            return page(number, self.pages, short(2 * number - 1), short(2 * number))
        known = {identifier(number): number for number in range(1, 2 * self.pages + 1)}
        return as_json(full(known[key])) if key in known else as_json({"error": "none"}, 404)


def fetch(server: Server, folder: Path, waits: list[float] | None = None, **more: Any) -> Fetched:
    """Fetch without waiting; waits are written down."""
    told = {"report": lambda text: None, "sleep": (waits if waits is not None else []).append, "name": "example"} | more
    return fetch_directory(server.address, folder, **told)


def services_in(fetched: Fetched) -> list[dict[str, Any]]:
    """Services of the finished file."""
    found: list[dict[str, Any]] = json.loads(fetched.path.read_text(encoding="utf-8"))["services"]
    return found


def test_three_pages_become_one_file(server: Server, tmp_path: Path) -> None:
    """All pages, and each service in full, become one file that the reader takes."""
    server.answer = Directory()
    waits: list[float] = []
    said: list[str] = []
    fetched = fetch(server, tmp_path, waits, report=said.append, per_page=2)
    assert (fetched.taken, fetched.pages, fetched.complete, fetched.faults) == (6, 3, True, ())
    assert [item["description"] for item in services_in(fetched)] == ["In full"] * 6
    assert server.asked[:2] == ["/services?page=1&per_page=2", "/services?page=2&per_page=2"]
    assert waits == [0.5] * 8
    assert "page 2 of 3: 2 services" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["example.json"]
    document = open_path(fetched.path)[0].document
    assert len(open_referral.read(document, "example")["core_service"]) == 6


@pytest.mark.parametrize("ending", ["/", "/services/"])
def test_the_address_may_be_of_the_api_or_its_list(server: Server, tmp_path: Path, ending: str) -> None:
    """The address of the API or of its list leads to the same directory."""
    server.answer = Directory(1)
    server.address += ending
    assert fetch(server, tmp_path).taken == 2
    assert server.asked[0] == "/services?page=1"


def test_a_busy_server_is_given_the_time_it_asks_for(server: Server, tmp_path: Path) -> None:
    """The wait that a server asks for is kept, up to two minutes; a failing request is repeated with growing waits."""
    directory = Directory(1)
    directory.instead["page 1"] = [
        Answer(b"", 429, {"Retry-After": "7"}),
        Answer(b"", 503, {"Retry-After": "120"}),
        page(1, 1, short(1)),
    ]
    server.answer = directory
    waits: list[float] = []
    fetched = fetch(server, tmp_path, waits)
    assert fetched.complete
    assert waits[:4] == [7.0, 0.5, 120.0, 0.5]
    directory = Directory()
    directory.instead["page 2"] = [Answer(b"", 500), Answer(b"", 502), Answer(b"", 500), page(2, 3, short(3))]
    server.answer = directory
    waits: list[float] = []
    assert fetch(server, tmp_path / "again", waits).complete
    assert [wait for wait in waits if wait >= 1] == [2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("broken", "cause"),
    [
        (Answer(b"<!doctype html><p>Sorry"), "the answer is a web page"),
        (Answer(b'{"contents": ['), "the answer is not JSON"),
        (Answer(b"[" * 100 + b"]" * 100), "the answer is nested too deeply"),
        (as_json({"error": "x"}), "the answer is no page of services"),
        (Answer(b"", 500), "the server answered 500, 5 times"),
        (Answer(b"", 503, {"Retry-After": "999999"}), "the server answered 503"),
        (Answer(b"", 403), "the server refuses"),
        (Answer(b"[" + b" " * 300_000 + b"]"), "the answer is too large"),
        (
            Answer(b"", 302, {"Location": "http://localhost:9/services"}),
            "the server sends to an address that is not asked",
        ),
        (
            Answer(b"", 302, {"Location": "/services?page=2"}),
            "the server sends from one address to another without end",
        ),
        (Answer(b"not packed", 200, {"Content-Encoding": "gzip"}), "the answer cannot be read"),
    ],
)
def test_a_broken_page_is_listed_and_costs_nothing_else(
    server: Server, tmp_path: Path, broken: Answer, cause: str
) -> None:
    """A broken page is listed with its cause, and a second call fetches it alone."""
    directory = Directory()
    directory.instead["page 2"] = [broken]
    server.answer = directory
    fetched = fetch(server, tmp_path, most_bytes=200_000)
    assert (fetched.taken, fetched.pages, fetched.complete) == (4, 2, False)
    assert [(item.where, item.cause) for item in fetched.faults] == [("page 2", cause)]
    assert str(fetched.faults[0]).startswith(f"page 2: {cause}")
    document = open_path(fetched.path)[0].document
    refused = open_referral.read(document, "example")["core_service_refused"]
    assert refused[["record", "cause"]].to_numpy().tolist() == [["page 2", cause]]
    directory.instead.clear()
    server.asked.clear()
    again = fetch(server, tmp_path)
    assert (again.taken, again.complete) == (6, True)
    assert server.asked == ["/services?page=2", f"/services/{identifier(3)}", f"/services/{identifier(4)}"]


@pytest.mark.parametrize(
    ("answer", "problem", "taken"),
    [
        (lambda number: page(number, 3, short(1), last_page=False), "the same services came before", 1),
        (lambda number: page(1, 3, short(number), last_page=False), "it gives page 1 again", 1),
        (lambda number: page(number, 10**9, short(number)), "claims 1,000,000,000 pages", 1),
        (lambda number: as_json({"contents": [short(number)]}), "goes on after 4 pages", 4),
    ],
    ids=["same services", "page number stands", "absurd total", "always one more"],
)
def test_a_pager_without_an_end_is_stopped(
    server: Server, tmp_path: Path, answer: Callable[[int], Answer], problem: str, taken: int
) -> None:
    """A pager without an end is stopped with its reason, and what came is kept."""
    server.answer = lambda path, query: answer(int(query["page"])) if path == "/services" else Answer(b"", 404)
    said: list[str] = []
    fetched = fetch(server, tmp_path, report=said.append, most_pages=4)
    assert (fetched.taken, fetched.complete) == (taken, False)
    assert problem in fetched.faults[0].cause
    assert any(text.startswith("stopped at page") and problem in text for text in said)
    assert len(server.asked) <= 8


@pytest.mark.parametrize("ends", ["empty page", "plain list"])
def test_directories_that_do_not_count_their_pages(server: Server, tmp_path: Path, ends: str) -> None:
    """A directory that does not count its pages is read to its end."""

    def answer(path: str, query: dict[str, str]) -> Answer:
        if path != "/services":
            return as_json(short(int(uuid.UUID(path.rpartition("/")[2]).int & 0xFF)))
        number = int(query["page"])
        if ends == "plain list":
            return as_json([short(1), short(2)])
        return as_json({"contents": [short(number)] if number < 3 else []})

    server.answer = answer
    fetched = fetch(server, tmp_path)
    assert (fetched.taken, fetched.complete) == (2, True)


def test_a_second_call_goes_on_where_the_first_broke_off(server: Server, tmp_path: Path) -> None:
    """A second call goes on where the first broke off; parts that are cut short or of another address are fetched again."""
    server.answer = Directory()

    def break_off(text: str) -> None:
        if text.startswith("page 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(server, tmp_path, report=break_off)
    assert server.asked == ["/services?page=1", "/services?page=2"]
    assert not (tmp_path / "example.json").exists()
    fetched = fetch(server, tmp_path)
    assert server.asked[2] == "/services?page=3"
    assert (fetched.taken, fetched.complete) == (6, True)
    server.answer = Directory(1)
    parts = tmp_path / "parts" / ".example.fetch"
    parts.mkdir(parents=True)
    (parts / "about.json").write_text(json.dumps({"address": f"{server.address}/services"}))
    (parts / "page-000001.json").write_text('{"contents": [')
    assert fetch(server, parts.parent).taken == 2
    parts.mkdir()
    (parts / "about.json").write_text(json.dumps({"address": "https://elsewhere.example/services"}))
    (parts / "page-000001.json").write_text(json.dumps({"contents": [short(9)], "last_page": True}))
    assert [item["name"] for item in services_in(fetch(server, parts.parent))] == ["Service 1", "Service 2"]


def test_a_service_without_details_stays_as_the_list_has_it(server: Server, tmp_path: Path) -> None:
    """A service whose details fail stays as the list has it; two with one identifier are both kept for the reader."""
    directory = Directory(1)
    directory.instead[identifier(1)] = [as_json(full(2))]
    directory.instead[identifier(2)] = [Answer(b"", 404)]
    server.answer = directory
    fetched = fetch(server, tmp_path)
    assert services_in(fetched) == [short(1), short(2)]
    assert [item.cause for item in fetched.faults] == [
        "the answer is another service",
        "there is nothing at this address",
    ]
    server.answer = lambda path, query: (
        page(int(query["page"]), 2, short(1), *([short(2)] if query["page"] == "2" else []))
        if path == "/services"
        else as_json(full(1 if path.endswith(identifier(1)) else 2))
    )
    fetched = fetch(server, tmp_path / "twice")
    document = open_path(fetched.path)[0].document
    assert fetched.taken == 3
    causes = open_referral.read(document, "example")["core_service_refused"]["cause"].tolist()
    assert causes == ["the identifier stands twice"]


def test_identifiers_cannot_lead_elsewhere(server: Server, tmp_path: Path) -> None:
    """An identifier is quoted in an address and never part of a path."""
    odd = [{"id": value, "name": "x", "status": "active"} for value in ("..", "../../admin?x=1#y", " ", 7, "é/..")]
    server.answer = lambda path, query: page(1, 1, *odd, "text") if path == "/services" else Answer(b"", 404)  # type: ignore[arg-type]
    fetched = fetch(server, tmp_path)
    assert fetched.taken == 6
    assert server.asked[1:] == ["/services/..%2F..%2Fadmin%3Fx%3D1%23y", "/services/%C3%A9%2F.."]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".example.fetch", "example.json"]


@pytest.mark.parametrize("answer", [Answer(b"<html>"), Answer(b"", 404), page(1, 1)])
def test_nothing_fetched_is_said_in_one_line_and_leaves_nothing(server: Server, tmp_path: Path, answer: Answer) -> None:
    """A directory without services is refused and leaves no file."""
    server.answer = lambda path, query: answer
    with pytest.raises(DamagedFile, match="no service could be fetched"):
        fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert len(server.asked) <= 5


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.org",
        "example.org",
        "",
        "http://",
        "http://[x",
        "http://localhost:99999/",
        "https://name:word@example.org/api",
    ],
)
def test_only_addresses_of_the_web_are_asked(tmp_path: Path, url: str) -> None:
    """Only addresses of the web are asked."""
    with pytest.raises(UsageError):
        fetch_directory(url, tmp_path, report=lambda text: None, sleep=lambda seconds: None)


def test_a_server_or_folder_that_is_not_there_is_said_in_one_line(server: Server, tmp_path: Path) -> None:
    """A folder that cannot be written, and a server that cannot be reached, are told in one line."""
    server.answer = Directory(1)
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="cannot write"):
        fetch(server, tmp_path / "file")
    server.address = "http://127.0.0.1:9"
    with pytest.raises(DamagedFile, match="the connection broke"):
        fetch(server, tmp_path)


@pytest.mark.parametrize("host", ["a%b", "a\x00b", "xn--", "127.0.0.1."])
def test_a_host_that_cannot_be_is_said_in_one_line(server: Server, tmp_path: Path, host: str) -> None:
    """Whatever stands for a host, the address is named with what is wrong with it."""
    server.address = f"http://{host}:9/api"
    with pytest.raises((UsageError, DamagedFile)) as caught:
        fetch(server, tmp_path)
    assert caught.value.exit_code in {2, 4}
    assert list(tmp_path.iterdir()) == []


def test_parameters_of_the_address_go_with_every_request(server: Server, tmp_path: Path) -> None:
    """A directory behind a key is asked as its owner says, and may send to itself with encryption, on no other port."""
    server.answer = Directory(1)
    server.address += "/services?key=a%20b&tag=x&tag=y&page=7"
    assert fetch(server, tmp_path).complete
    assert server.asked[0] == "/services?key=a+b&tag=x&tag=y&page=1"
    assert server.asked[1] == f"/services/{identifier(1)}?key=a+b&tag=x&tag=y&page=7"
    server.answer = lambda path, query: Answer(b"", 301, {"Location": "https://127.0.0.1:8443/services"})
    with pytest.raises(DamagedFile, match="port 8443 is not one of the web's"):
        fetch(server, tmp_path)

"""Files downloaded from a real local server: whole, cut, slow, changed, refused, redirected."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sp_geo.core.errors import NotFetched, UsageError
from sp_geo.fetching import transfer
from sp_geo.fetching.allowed_hosts import Reach, named_by_user
from sp_geo.fetching.part_file import About, PartFile
from sp_geo.fetching.transfer import Manner, Web
from tests.publisher import File, Publisher, publishing, serving

BODY = bytes(range(256)) * 400
"""102,400 bytes that are no web page."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """An empty site, with no proxy in between."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with publishing() as served:
        yield served


@pytest.fixture
def waits() -> list[float]:
    """Seconds that were waited, without waiting."""
    return []


@pytest.fixture
def manner(waits: list[float]) -> Manner:
    """Asks without waiting."""
    return Manner(agent="sp_geo/test", pause_seconds=0.25, timeout_seconds=5, sleep=waits.append)


def reach(site: Publisher) -> Reach:
    """What may be asked: the site."""
    return Reach(places=(site.address,))


def save(site: Publisher, manner: Manner, target: Path, **options: object) -> transfer.Received | None:
    """Download ``/file.zip``."""
    with Web(manner) as web:
        return web.save(f"{site.address}/file.zip", target, reach(site), **({"most_bytes": 10**6} | options))  # type: ignore[arg-type]


def part(target: Path) -> bytes:
    """The bytes beside the target."""
    return PartFile(target).path.read_bytes()


def test_a_file_comes_whole_with_its_marks(site: Publisher, manner: Manner, tmp_path: Path) -> None:
    """A file comes whole, with its marks and progress."""
    site.files["/file.zip"] = File(BODY)
    shown: list[tuple[int, int | None]] = []
    received = save(site, manner, tmp_path / "a.zip", show=lambda done, total: shown.append((done, total)))
    assert (received.size, received.about.etag, received.resumed_at) == (len(BODY), '"v1"', 0)
    assert hashlib.sha256(part(tmp_path / "a.zip")).digest() == hashlib.sha256(BODY).digest()
    assert shown[-1] == (len(BODY), len(BODY))
    assert site.gets("/file.zip")[0]["user-agent"] == "sp_geo/test"


def test_a_download_cut_short_goes_on_where_it_stopped(
    site: Publisher, manner: Manner, tmp_path: Path, waits: list[float]
) -> None:
    """A download that breaks goes on where it stopped."""
    site.files["/file.zip"] = File(BODY, cut_at=[40_000, 70_000])
    received = save(site, manner, tmp_path / "a.zip")
    assert received.size == len(BODY)
    assert part(tmp_path / "a.zip") == BODY
    ranges = [headers.get("range") for headers in site.gets("/file.zip")]
    assert ranges == [None, "bytes=40000-", "bytes=70000-"]
    assert site.gets("/file.zip")[1]["if-range"] == '"v1"'
    assert [wait for wait in waits if wait != 0.25] == [2.0, 4.0]


def test_a_file_that_changed_between_two_tries_is_read_anew(site: Publisher, manner: Manner, tmp_path: Path) -> None:
    """A file that changed between two tries, or whose part is longer than it, is read anew."""
    site.files["/file.zip"] = File(BODY, cut_at=[40_000, 40_000, 40_000, 40_000, 40_000])
    with pytest.raises(NotFetched):
        save(site, manner, tmp_path / "a.zip")
    site.files["/file.zip"] = File(BODY[::-1], etag='"v2"')
    received = save(site, manner, tmp_path / "a.zip")
    assert (received.resumed_at, received.about.etag) == (0, '"v2"')
    assert part(tmp_path / "a.zip") == BODY[::-1]
    target = tmp_path / "b.zip"
    with PartFile(target).opened(About(f"{site.address}/file.zip", '"v1"'), keep=False) as growing:
        growing.take(BODY * 2)
    site.files["/file.zip"] = File(BODY)
    assert save(site, manner, target).size == len(BODY)
    assert part(target) == BODY


@pytest.mark.parametrize("more", [{"takes_ranges": False}, {"takes_ranges": False, "etag": ""}, {"etag": 'W/"v1"'}])
def test_what_cannot_go_on_is_read_from_the_start(
    site: Publisher, manner: Manner, tmp_path: Path, more: dict[str, Any]
) -> None:
    """A server that ignores ranges, or has a weak mark, is read from the start."""
    site.files["/file.zip"] = File(BODY, cut_at=[40_000], **more)
    assert save(site, manner, tmp_path / "a.zip").resumed_at == 0
    assert part(tmp_path / "a.zip") == BODY
    asked = ["range" in headers for headers in site.gets("/file.zip")]
    assert any(asked) == (more == {"takes_ranges": False})


def test_a_server_that_starts_anew_each_time_is_given_up(
    site: Publisher, manner: Manner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that never gets farther is given up."""
    monkeypatch.setattr(transfer, "_ENOUGH_TO_GO_ON", 10_000)
    site.files["/file.zip"] = File(BODY, cut_at=[30_000, 60_000] * 10, takes_ranges=False)
    with pytest.raises(NotFetched, match="5 times"):
        save(site, manner, tmp_path / "a.zip")
    assert len(site.gets("/file.zip")) == transfer.TRIES + 1


def test_a_file_that_is_still_the_same_is_not_read_again(site: Publisher, manner: Manner, tmp_path: Path) -> None:
    """A file that has not changed is not downloaded, and a size is asked for without reading."""
    site.files["/file.zip"] = File(BODY)
    known = About(f"{site.address}/file.zip", '"v1"')
    assert save(site, manner, tmp_path / "a.zip", known=known) is None
    assert not list(tmp_path.iterdir())
    site.files["/file.zip"] = File(BODY)
    with Web(manner) as web:
        assert web.size(f"{site.address}/file.zip", reach(site)) == len(BODY)
        assert web.size(f"{site.address}/none.zip", reach(site)) is None
    assert [method for method, _, _ in site.asked][-2:] == ["HEAD", "HEAD"]


def test_a_server_that_trickles_is_left(site: Publisher, manner: Manner, tmp_path: Path) -> None:
    """A server that is too slow or silent is left, and what came is kept."""
    site.files["/file.zip"] = File(BODY, trickle_s=0.02)
    strict = replace(manner, window_seconds=0.1, least_bytes_per_second=50_000)
    with pytest.raises(NotFetched, match="too slow") as caught:
        save(site, strict, tmp_path / "a.zip")
    assert "goes on from there" in caught.value.line()
    assert len(site.gets("/file.zip")) == transfer.TRIES
    assert 0 < len(part(tmp_path / "a.zip")) < len(BODY)
    site.files["/file.zip"] = File(BODY, trickle_s=5)
    with pytest.raises(NotFetched, match=r"nothing came for 0\.1 s"):
        save(site, replace(manner, timeout_seconds=0.1), tmp_path / "b.zip")


def test_a_busy_server_is_given_the_time_it_asks_for(
    site: Publisher, manner: Manner, tmp_path: Path, waits: list[float]
) -> None:
    """A busy server is given the time it asks for, unless it is an hour."""
    site.files["/file.zip"] = File(BODY, refusals=[(429, {"Retry-After": "7"}), (503, {}), (202, {"Retry-After": "3"})])
    assert save(site, manner, tmp_path / "a.zip") is not None
    assert waits == [7.0, 0.25, 4.0, 0.25, 3.0, 0.25]
    site.files["/file.zip"] = File(BODY, refusals=[(429, {"Retry-After": "3600"})])
    waits.clear()
    with pytest.raises(NotFetched, match="60 minutes"):
        save(site, manner, tmp_path / "b.zip")
    assert waits == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"<!DOCTYPE html><p>Sign in</p>", "application/zip"), (b"\n <HTML>", "text/csv"), (b"a,b\n1,2\n", "text/html")],
)
def test_a_web_page_in_place_of_the_file_is_refused(
    site: Publisher, manner: Manner, tmp_path: Path, body: bytes, kind: str
) -> None:
    """A web page in place of a file is refused and not kept."""
    site.files["/file.zip"] = File(body, kind)
    with pytest.raises(NotFetched, match="a web page came instead"):
        save(site, manner, tmp_path / "a.zip")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_that_is_too_large_is_not_kept(
    site: Publisher, manner: Manner, tmp_path: Path, says_length: bool
) -> None:
    """A file over the limit is not kept, whether it tells its length or not."""
    site.files["/file.zip"] = File(BODY, says_length=says_length)
    with pytest.raises(NotFetched, match="larger than any release"):
        save(site, manner, tmp_path / "a.zip", most_bytes=50_000)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("status", "words"), [(404, "nothing at this address"), (410, "any more"), (403, "refuses"), (418, "no file")]
)
def test_an_answer_that_will_not_change_is_not_tried_again(
    site: Publisher, manner: Manner, tmp_path: Path, status: int, words: str
) -> None:
    """An answer that will not change is asked for once."""
    site.files["/file.zip"] = File(BODY, refusals=[(status, {})])
    with pytest.raises(NotFetched, match=words):
        save(site, manner, tmp_path / "a.zip")
    assert len(site.gets("/file.zip")) == 1


def test_a_moved_page_is_followed_and_told(site: Publisher, manner: Manner, monkeypatch: pytest.MonkeyPatch) -> None:
    """A moved page is followed and told, one is asked for once, and a circle of redirects or a page without end stops."""
    site.files["/old"] = File(to="/new", status=301)
    site.page("/new", "<a href='x'>x</a>")
    with Web(manner) as web:
        page = web.page(f"{site.address}/old", reach(site))
    assert (page.address, page.moved) == (f"{site.address}/new", True)
    site.files["/a"] = File(to="/b", status=302)
    site.files["/b"] = File(to="/a", status=302)
    with Web(manner) as web, pytest.raises(NotFetched, match="without end"):
        web.page(f"{site.address}/a", reach(site))
    assert len(site.asked) == 4
    monkeypatch.setattr(transfer, "MOST_PAGE_BYTES", 1_000)
    site.page("/p", "x" * 2_000)
    with Web(manner) as web, pytest.raises(NotFetched, match="too large"):
        web.page(f"{site.address}/p", reach(site))
    site.page("/q", "<p>")
    with Web(manner) as web:
        assert web.page(f"{site.address}/q", reach(site)) is web.page(f"{site.address}/q", reach(site))
    assert [path for _, path, _ in site.asked].count("/q") == 1


def test_a_redirect_to_another_host_is_refused(site: Publisher, manner: Manner, tmp_path: Path) -> None:
    """A redirect to another host is refused, and that host is not asked."""
    with publishing() as other:
        other.files["/file.zip"] = File(BODY)
        site.files["/file.zip"] = File(to=f"{other.address}/file.zip", status=302)
        with pytest.raises(NotFetched, match="sends to an address that is not asked"):
            save(site, manner, tmp_path / "a.zip")
        assert other.asked == []


def test_the_proxy_of_the_environment_is_used(manner: Manner, site: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy of the environment is used, a password it wants is told, and one that is no address refused."""
    seen: list[str] = []

    def refuse(handler: object) -> None:
        seen.append(handler.path)  # type: ignore[attr-defined]
        handler.send_error(407)  # type: ignore[attr-defined]

    with serving(refuse) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with Web(manner) as web, pytest.raises(NotFetched, match="the proxy asks for a password"):
            web.page("http://published.example/p", Reach(hosts=("published.example",), allow_http=True))
    assert seen == ["http://published.example/p"]
    with pytest.raises(UsageError, match="proxy cannot be used"):
        Web(replace(manner, proxy="gopher://x"))


def test_a_computer_that_is_not_online_is_told_at_once(
    manner: Manner, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that is not found is told at once."""

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with Web(manner) as web, pytest.raises(NotFetched, match="the host is not found"):
        web.page("https://published.invalid/p", Reach(hosts=("published.invalid",)))
    assert waits == []


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://digital.nhs.uk/x", ""),
        ("https://DIGITAL.nhs.uk:443/x", ""),
        ("https://a.b.arcgis.com/x", ""),
        ("https://arcgis.com.evil.example/x", "not one of the publisher's hosts"),
        ("https://evildigital.nhs.uk/", "not one of the publisher's hosts"),
        ("http://digital.nhs.uk/x", "not encrypted"),
        ("https://digital.nhs.uk:8443/x", "port 8443"),
        ("https://user:pass@digital.nhs.uk/x", "name or password"),
        ("https://169.254.169.254/latest", "not one of the publisher's hosts"),
        ("https://[::1/x", "no address"),
        ("file:///etc/passwd", "no address"),
        ("https://digital.nhs.uk:99999/", "no address"),
    ],
)
def test_only_the_publishers_hosts_are_asked(address: str, why: str) -> None:
    """Only encrypted addresses of the publisher's hosts are asked."""
    found = Reach(hosts=("digital.nhs.uk", ".arcgis.com")).why_not(address)
    assert (why in found) if why else found == ""


def test_a_page_of_the_users_own_must_be_encrypted_or_local() -> None:
    """A page of the user's own is encrypted or local, unless HTTP is allowed."""
    assert named_by_user("http://127.0.0.1:8000/x", allow_http=False) == "http://127.0.0.1:8000"
    assert named_by_user("https://mirror.example/x", allow_http=False) == "https://mirror.example"
    for address in ("http://mirror.example/", "ftp://x/", "https://a:b@c/", "https://[", "words"):
        with pytest.raises(UsageError):
            named_by_user(address, allow_http=False)
    assert named_by_user("http://mirror.example/", allow_http=True) == "http://mirror.example"


@pytest.mark.parametrize("address", ["https://xn--a/p", "https://a..b/p", f"https://{'a' * 70}.b/p"])
def test_an_address_that_cannot_be_is_said_in_one_line(
    site: Publisher, manner: Manner, address: str, waits: list[float]
) -> None:
    """What no host can be called is told as a fault of the address, and not asked for again."""
    place = address.removesuffix("/p")
    with Web(manner) as web:
        for ask in (web.page, web.size):
            with pytest.raises(NotFetched, match="cannot be"):
                ask(address, Reach(places=(place,)))
    assert set(waits) <= {0.25}

"""Who may enter the application, and by which name it may be called."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from sp_geo.core.errors import UsageError
from sp_geo.web.application import create_app
from sp_geo.web.entry import LOOPBACK, Entry, read_entry
from sp_geo.workspace.store import Store

PASSWORD = "correct horse battery"  # noqa: S105 - of a test


def client(workspace: Path, entry: Entry) -> Any:
    """A client of the application that is entered in some way."""
    return create_app(Store(workspace), entry).server.test_client()


def basic(password: str) -> dict[str, str]:
    """The header of a browser that was told a password."""
    return {"Authorization": "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()}


def test_by_default_the_loopback_alone() -> None:
    """Without settings the application answers this machine alone."""
    entry = read_entry({})
    assert entry == Entry("127.0.0.1", "", "", LOOPBACK)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SP_GEO_HOST": "0.0.0.0"}, "without knowing who enters"),  # noqa: S104 - what is refused
        ({"SP_GEO_PASSWORD": "short"}, "too short"),
        ({"SP_GEO_HOST": "10.0.0.5", "SP_GEO_PASSWORD": PASSWORD}, "its own name"),
    ],
)
def test_an_open_door_is_refused(environment: dict[str, str], words: str) -> None:
    """A server that others can reach starts only with a lock and a name of its own."""
    with pytest.raises(UsageError, match=words):
        read_entry(environment)


def test_a_shared_server_has_a_name_and_a_lock() -> None:
    """Host, password and host name together open a shared server."""
    entry = read_entry(
        {"SP_GEO_HOST": "10.0.0.5", "SP_GEO_PASSWORD": PASSWORD, "SP_GEO_HOST_NAMES": "maps.example.org"}
    )
    assert entry.host == "10.0.0.5"
    assert "maps.example.org" in entry.names


def test_the_password_opens_and_nothing_else(workspace: Path) -> None:
    """Every path asks for the password, and only the right one opens it."""
    locked = client(workspace, Entry(password=PASSWORD))
    for path in ("/", "/_dash-layout", "/take/overview.csv", "/assets/style.css"):
        assert locked.get(path).status_code == 401
        assert locked.get(path, headers=basic("wrong horse battery")).status_code == 401
        with locked.get(path, headers=basic(PASSWORD)) as opened:
            assert opened.status_code == 200
    assert locked.get("/", headers={"Authorization": "Basic !!!"}).status_code == 401


def test_behind_a_proxy_only_those_it_vouches_for(workspace: Path) -> None:
    """Only requests that carry the proxy's header of a signed-in user come in."""
    behind = client(workspace, Entry(user_header="X-Signed-In-User"))
    assert behind.get("/").status_code == 403
    assert behind.get("/", headers={"X-Signed-In-User": "someone"}).status_code == 200


def test_a_foreign_name_is_refused(workspace: Path) -> None:
    """The application answers to its own names alone, so no other site can point its name here."""
    plain = client(workspace, Entry())
    assert plain.get("/", headers={"Host": "attacker.example"}).status_code == 400
    assert plain.get("/", headers={"Host": "localhost:8050"}).status_code == 200
    assert plain.get("/", headers={"Host": "[::1]:8050"}).status_code == 200


def test_a_change_must_come_from_our_own_pages(workspace: Path) -> None:
    """A request that changes something is refused where another origin sent it."""
    plain = client(workspace, Entry())
    answer = plain.post("/_dash-update-component", json={}, headers={"Origin": "http://attacker.example"})
    assert answer.status_code == 403

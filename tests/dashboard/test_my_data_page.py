"""The page My data: a file is looked at, kept and undone through the served application, and attacks change nothing."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sp_geo.web.application import create_app
from sp_geo.workspace.store import Store
from tests.dashboard.conftest import served, watched
from tests.pipeline.conftest import contents

POSTS = (
    "pcn_code,first_quarter,last_quarter,role,fte,employer,funded_by,note\n"
    "U90001,2022Q1,,link_worker,1.0,charity,trust,\n"
)
Send = Callable[..., Any]


@pytest.fixture
def own(workspace: Path, tmp_path: Path) -> Path:
    """A copy of the miniature's workspace that a test may change."""
    copy = tmp_path / "workspace"
    shutil.copytree(workspace, copy)
    return copy


@pytest.fixture
def send(own: Path) -> Send:
    """Sends a file to an address of the page."""
    client = create_app(Store(own)).server.test_client()

    def call(path: str, content: bytes | None = None, name: str = "posts.csv", **said: str) -> Any:
        form: dict[str, Any] = {"kind": "local_posts", "invented": "yes", **said}
        if content is not None:
            form["file"] = (io.BytesIO(content), name)
        return client.post(path, data=form, content_type="multipart/form-data")

    return call


def test_a_look_tells_of_every_row_and_keeps_nothing(send: Send, own: Path) -> None:
    """A file would be in the workspace before anyone agreed, or its faults would come one at a time."""
    before = contents(own)
    found = send("/my-data/examine", (POSTS + "U9x,2022Q9,,boss,minus,zoo,,\n").encode()).json
    assert not found["may_keep"]
    assert {item["column"] for item in found["findings"]} == {"pcn_code", "first_quarter", "role", "fte", "employer"}
    assert {item["row"] for item in found["findings"]} == {3}
    assert send("/my-data/examine", POSTS.encode()).json["may_keep"]
    assert contents(own) == before


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "posts.csv"),
        (b"\x00" * 5_000, "posts.csv"),
        (b"PK\x03\x04 no archive", "posts.xlsx"),
        (b"<html><script>alert(1)</script></html>", "<img src=x>.csv"),
        (POSTS.encode(), "../../../../etc/cron.d/posts.csv"),
        (POSTS.replace("U90001", "=cmd|calc").encode(), "posts.csv"),
        (b"a," * 200_000 + b"\n1\n", "wide.csv"),
        (b"pcn_code\n" + b"U90001\n" * 10, "half.csv"),
    ],
    ids=["empty", "nul", "archive", "html", "path", "formula", "wide", "half"],
)
def test_attacks_end_in_a_line(send: Send, own: Path, content: bytes, name: str) -> None:
    """A hostile file would end in a trace, or leave something in the workspace."""
    before = contents(own)
    answer = send("/my-data/examine", content, name)
    said = answer.json.get("fault") or answer.json["line"]
    assert answer.status_code in {200, 422}
    assert said
    assert "Traceback" not in said
    assert str(own) not in answer.get_data(as_text=True)
    assert contents(own) == before


def test_what_was_not_asked_properly_is_refused(send: Send) -> None:
    """A forged request would be a fault."""
    assert send("/my-data/examine").status_code == 422
    assert send("/my-data/examine", POSTS.encode(), kind="anything").status_code == 422
    assert send("/my-data/keep").status_code == 422
    undone = send("/my-data/undo", receipt="../../etc/passwd")
    assert undone.status_code in {200, 422}


def test_too_much_is_refused(own: Path) -> None:
    """A reader could fill the disk or the memory of the server."""
    before = contents(own)
    client = create_app(Store(own)).server.test_client()
    body, kind = b"x" * (25 * 1024 * 1024), "multipart/form-data; boundary=x"
    assert client.post("/my-data/examine", data=body, content_type=kind).status_code == 413
    assert contents(own) == before


@pytest.mark.parametrize("kind", ["services", "referrals", "local_posts", "gaps"])
def test_every_kind_has_a_template(own: Path, kind: str) -> None:
    """A reader would have to guess the columns."""
    client = create_app(Store(own)).server.test_client()
    answer = client.get(f"/my-data/template/{kind}.xlsx")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
    assert client.get("/my-data/template/..%2f..%2fpyproject.xlsx").status_code in {200, 404}
    assert client.get("/my-data/template/other.xlsx").status_code == 404


def _finished(client: Any, job: str) -> str:
    for _ in range(600):
        state = client.get(f"/my-data/state?job={job}").json
        if not state["is_running"]:
            return str(state["line"])
        time.sleep(0.2)
    pytest.fail("it is never finished")


def test_kept_and_undone_leaves_every_table_as_it_was(send: Send, own: Path) -> None:
    """What was added through the page could not be got rid of."""
    client = create_app(Store(own)).server.test_client()
    before = Store(own).manifest.tables
    line = _finished(client, send("/my-data/keep", POSTS.encode()).json["job"])
    assert line.startswith("Kept")
    assert Store(own).read("out_local_post_quarter")["local_fte"].gt(0).all()
    assert Store(own).manifest.tables["out_pcn_quarter"].sha256 == before["out_pcn_quarter"].sha256
    kept = client.get("/my-data/kept").json["kept"]
    assert [item["file"] for item in kept] == ["posts.csv"]
    line = _finished(client, client.post("/my-data/undo", data={"receipt": kept[0]["id"]}).json["job"])
    assert line.startswith("Undone")
    assert {name: entry.sha256 for name, entry in Store(own).manifest.tables.items()} == {
        name: entry.sha256 for name, entry in before.items()
    }


@pytest.mark.browser
def test_a_reader_adds_and_undoes_with_the_keyboard(browser: Any, own: Path, tmp_path: Path) -> None:
    """The page would show nothing of what it does, or need a mouse."""
    file = tmp_path / "<b>posts.csv"
    file.write_text(POSTS, encoding="utf-8")
    with served(own) as address:
        found = watched(browser, address, 1440, 900)
        found.open(f"{address}/my-data")
        found.page.select_option("#my-kind", "local_posts")
        found.page.set_input_files("#my-file", str(file))
        found.page.get_by_role("button", name="Look at the file").press("Enter")
        found.page.get_by_role("button", name="Keep this file").wait_for()
        assert found.page.locator("#my-details table").count() >= 1
        assert found.page.locator("#my-details b, #my-verdict b").count() == 0
        found.page.get_by_role("button", name="Keep this file").press("Enter")
        undo = found.page.get_by_role("button", name="Undo")
        undo.wait_for(timeout=120_000)
        undo.press("Enter")
        undo.press("Enter")
        found.page.wait_for_selector("#my-kept:has-text('Nothing has been added')", timeout=120_000)
        assert found.faults == []
        found.page.close()

"""The page My data: a file is looked at, kept and undone through the served application, and attacks change nothing."""

from __future__ import annotations

import io
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sp_geo.web.application import create_app
from sp_geo.workspace.store import Store
from tests.conftest import contents
from tests.dashboard.conftest import served, watched

POSTS = (
    "pcn_code,first_quarter,last_quarter,role,fte,employer,funded_by,note\n"
    "U90001,2022Q1,,link_worker,1.0,charity,trust,\n"
)


@dataclass(frozen=True)
class Asked:
    """The application over a workspace, asked without a network."""

    folder: Path
    client: Any

    def send(self, path: str, content: bytes | None = None, name: str = "posts.csv", **said: str) -> Any:
        """The answer to a file that is sent to an address of the page."""
        form: dict[str, Any] = {"kind": "local_posts", "invented": "yes", **said}
        if content is not None:
            form["file"] = (io.BytesIO(content), name)
        return self.client.post(path, data=form, content_type="multipart/form-data")


def asked_of(folder: Path) -> Asked:
    """The application over this folder."""
    return Asked(folder, create_app(Store(folder)).server.test_client())


@pytest.fixture(scope="module")
def looked_at(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A copy of the miniature that no test changes, which is held against its first state at the end."""
    folder = tmp_path_factory.mktemp("looked_at") / "workspace"
    shutil.copytree(workspace, folder)
    before = contents(folder)
    yield asked_of(folder)
    assert contents(folder) == before


def files_of(folder: Path) -> list[tuple[str, int, int]]:
    """Every file below a folder with its size and the moment of its last change."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in found]


def test_a_look_tells_of_every_row_and_keeps_nothing(looked_at: Asked) -> None:
    """Examining a file lists all its faults at once and leaves the workspace as it was."""
    before, send = contents(looked_at.folder), looked_at.send
    found = send("/my-data/examine", (POSTS + "U9x,2022Q9,,boss,minus,zoo,,\n").encode()).json
    assert not found["may_keep"]
    assert {item["column"] for item in found["findings"]} == {"pcn_code", "first_quarter", "role", "fte", "employer"}
    assert {item["row"] for item in found["findings"]} == {3}
    assert send("/my-data/examine", POSTS.encode()).json["may_keep"]
    assert contents(looked_at.folder) == before


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "<img src=x>.csv"),
        (POSTS.encode(), "../../../../etc/cron.d/posts.csv"),
        (b"pcn_code\n" + b"U90001\n" * 10, "half.csv"),
    ],
    ids=["html", "path", "half"],
)
def test_attacks_end_in_a_line(looked_at: Asked, content: bytes, name: str) -> None:
    """A hostile file ends in one line without paths of the server, and changes nothing.

    What the room behind the page says of every kind of attack is in tests/pipeline/test_my_data.py.
    """
    before = files_of(looked_at.folder)
    answer = looked_at.send("/my-data/examine", content, name)
    said = answer.json.get("fault") or answer.json["line"]
    assert answer.status_code in {200, 422}
    assert said
    assert "Traceback" not in said
    assert str(looked_at.folder) not in answer.get_data(as_text=True)
    assert files_of(looked_at.folder) == before


def test_what_was_not_asked_properly_is_refused(looked_at: Asked) -> None:
    """A request without a file, kind or receipt of ours is refused."""
    send = looked_at.send
    assert send("/my-data/examine").status_code == 422
    assert send("/my-data/examine", POSTS.encode(), kind="anything").status_code == 422
    assert send("/my-data/keep").status_code == 422
    undone = send("/my-data/undo", receipt="../../etc/passwd")
    assert undone.status_code in {200, 422}


def test_too_much_is_refused(looked_at: Asked) -> None:
    """A body over the limit is refused before it is read."""
    before = files_of(looked_at.folder)
    body, kind = b"x" * (25 * 1024 * 1024), "multipart/form-data; boundary=x"
    assert looked_at.client.post("/my-data/examine", data=body, content_type=kind).status_code == 413
    assert files_of(looked_at.folder) == before


@pytest.mark.parametrize("kind", ["services", "referrals", "local_posts", "gaps"])
def test_every_kind_has_a_template(looked_at: Asked, kind: str) -> None:
    """Each kind of own data has a workbook to fill in, and no other name has one."""
    client = looked_at.client
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


def test_kept_and_undone_leaves_every_table_as_it_was(copy: Path) -> None:
    """A kept file reaches its table; undone, every table has its former content."""
    asked = asked_of(copy)
    client = asked.client
    before = Store(copy).manifest.tables
    line = _finished(client, asked.send("/my-data/keep", POSTS.encode()).json["job"])
    assert line.startswith("Kept")
    assert Store(copy).read("out_local_post_quarter")["local_fte"].gt(0).all()
    assert Store(copy).manifest.tables["out_pcn_quarter"].sha256 == before["out_pcn_quarter"].sha256
    kept = client.get("/my-data/kept").json["kept"]
    assert [item["file"] for item in kept] == ["posts.csv"]
    line = _finished(client, client.post("/my-data/undo", data={"receipt": kept[0]["id"]}).json["job"])
    assert line.startswith("Undone")
    assert {name: entry.sha256 for name, entry in Store(copy).manifest.tables.items()} == {
        name: entry.sha256 for name, entry in before.items()
    }


@pytest.mark.browser
def test_a_reader_adds_and_undoes_with_the_keyboard(browser: Any, copy: Path, tmp_path: Path) -> None:
    """A file is examined, kept and undone with the keyboard, and its name stays text."""
    file = tmp_path / "<b>posts.csv"
    file.write_text(POSTS, encoding="utf-8")
    with served(copy) as address:
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

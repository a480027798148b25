"""The server: its own files only, no path into the file system, and a new build picked up."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from pathlib import Path

import pytest

from sp_geo import pipeline
from sp_geo.dashboard.application import Present, create_app
from sp_geo.dashboard.snapshot import Snapshot
from sp_geo.store import Store


@pytest.fixture(scope="module")
def client(workspace: Path) -> object:
    """A client of the application without a network."""
    return create_app(Store(workspace)).server.test_client()


def test_the_page_names_no_other_host(client) -> None:
    """A hospital's network would block the page, or be told of its readers."""
    page = client.get("/")
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert '<html lang="en">' in text
    assert "https://" not in text
    assert "http://" not in text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "unsafe-eval" not in policy


def test_shapes_may_be_kept_for_a_year(client) -> None:
    """Every visit would load the shapes again."""
    layout = json.dumps(json.loads(client.get("/_dash-layout").data))
    start = layout.index("/shapes/pcn-")
    answer = client.get(layout[start : layout.index('"', start)])
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    shapes = json.loads(gzip.decompress(answer.data))
    assert {feature["properties"]["i"] for feature in shapes["features"]} == set(range(len(shapes["features"])))


@pytest.mark.parametrize(
    "path",
    [
        "/shapes/../../etc/passwd",
        "/shapes/pcn-0.json",
        "/shapes/%2e%2e%2fmanifest.json",
        "/assets/../application.py",
        "/derived/manifest.json",
    ],
)
def test_no_path_reaches_the_file_system(client, path: str) -> None:
    """A request could read files of the server."""
    answer = client.get(path)
    assert answer.status_code in {404, 308, 400} or b"root:" not in answer.data
    assert b"def create_app" not in answer.data
    assert b'"sha256"' not in answer.data


def test_the_download_is_the_table(client, snapshot: Snapshot) -> None:
    """The CSV would not hold what the page shows, or would not say that it is invented."""
    answer = client.get("/download/panel.csv?quarter=2022Q1")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert len(rows) == 4
    assert {row["provenance"] for row in rows} == {"SYNTHETIC"}
    assert "SYNTHETIC" in answer.headers["Content-Disposition"]
    assert client.get("/download/panel.csv?quarter=%00%ff&area=../..").status_code == 200


def test_an_empty_workspace_gives_a_friendly_page(tmp_path: Path) -> None:
    """A new user would see a fault."""
    layout = create_app(Store(tmp_path)).server.test_client().get("/_dash-layout").get_data(as_text=True)
    assert "Nothing has been built yet" in layout
    assert "make run" in layout


@pytest.mark.parametrize("path", ["/download/panel.csv", "/shapes/pcn-0000.json"])
def test_nothing_built_is_nothing_found(tmp_path: Path, path: str) -> None:
    """A link kept from another day would look like a fault of the software."""
    answer = create_app(Store(tmp_path)).server.test_client().get(path)
    assert answer.status_code == 404


def test_a_new_build_is_picked_up_whole(workspace: Path, tmp_path: Path) -> None:
    """Readers would see the old figures until a restart, or half of the new ones."""
    copy = tmp_path / "workspace"
    shutil.copytree(workspace, copy)
    present = Present(copy)
    before = present.snapshot()
    assert present.snapshot() is before
    assert set(before.panel["list_release"]) != {"2022-01"}
    (copy / "parameters.yaml").write_text("list_release: 2022-01\n")
    pipeline.build(copy)
    after = present.snapshot()
    assert set(after.panel["list_release"]) == {"2022-01"}
    assert before.coverage is not after.coverage


def test_a_fault_shows_a_reference_and_no_trace(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader would be shown our code."""
    app = create_app(Store(workspace))

    def fail(_self: Snapshot, _state: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Snapshot, "rows", fail)
    answer = app.server.test_client().get("/download/panel.csv")
    assert answer.status_code == 500
    assert b"Reference" in answer.data
    assert b"secret" not in answer.data

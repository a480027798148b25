"""The server: its own files only, no path into the file system, and a new build picked up."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sp_geo.build.view import Build
from sp_geo.web.application import PAGES, create_app
from sp_geo.web.page import Page
from sp_geo.web.router import referred
from sp_geo.web.state import read_view
from sp_geo.workspace.store import Store
from tests.dashboard.conftest import Rebuilt, forged


@pytest.fixture(scope="module")
def client(workspace: Path) -> Any:
    """A client of the application without a network."""
    return create_app(Store(workspace)).server.test_client()


def layout(client: Any, address: str = "/") -> str:
    """The layout of a page as text."""
    answer = client.get("/_dash-layout", headers={"Referer": f"http://localhost{address}"})
    assert answer.status_code == 200
    return json.dumps(json.loads(answer.data))


def test_the_page_names_no_other_host(client: Any) -> None:
    """The page and its policy name no host but its own."""
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
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def _stores(component: Any) -> list[Any]:
    """What every store in a layout holds."""
    if isinstance(component, list):
        return [held for child in component for held in _stores(child)]
    if not isinstance(component, dict):
        return []
    props = component.get("props", {})
    own = [props.get("data")] if component.get("type") == "Store" else []
    return own + _stores(props.get("children"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_comes_whole_with_the_first_answer_and_keeps_no_table(client: Any, page: Page) -> None:
    """The first answer holds the page with heading and mark, and stores in the browser hold the view alone."""
    text = layout(client, page.path)
    assert text.count('"type": "H1"') == 1
    assert f'"data-path": "{page.path}"' in text
    assert "SYNTHETIC" in text
    found = _stores(json.loads(text))
    assert found, "at least the address is kept"
    assert all(len(json.dumps(held)) < 500 for held in found)


def _places(component: Any, words: str) -> Iterator[tuple[str, str]]:
    """Kinds of components of a layout, and their properties, in which some words stand."""
    if isinstance(component, list):
        for child in component:
            yield from _places(child, words)
    elif isinstance(component, dict) and "props" in component:
        for name, held in component["props"].items():
            if name == "children" and not isinstance(held, str):
                yield from _places(held, words)
            elif words in json.dumps(held):
                yield component["type"], name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_nonsense_in_every_field_of_an_address_gives_the_page_as_text(client: Any, build: Build, page: Page) -> None:
    """The page comes with its heading; what was asked stands in a sentence and in the memory of the address alone."""
    text = layout(client, f"{page.path}?{forged(page, build)}")
    assert text.count('"type": "H1"') == 1
    assert set(_places(json.loads(text), "<img")) <= {("P", "children"), ("Store", "data")}


def test_an_unknown_page_names_those_there_are(client: Any) -> None:
    """A mistyped address is answered with the pages there are."""
    text = layout(client, "/no-such-page<script>")
    assert "There is no such page" in text
    assert "Need and provision" in text


@pytest.mark.parametrize(
    ("referrer", "found"),
    [
        (None, ("/", "")),
        ("http://localhost:8050/pcn?pcn=U1", ("/pcn", "?pcn=U1")),
        ("not an address", ("not an address", "")),
    ],
)
def test_the_page_asked_for_is_the_one_in_the_browser(referrer: str | None, found: tuple[str, str]) -> None:
    """Path and query come from the address that the browser shows."""
    assert referred(referrer) == found


def test_shapes_and_letters_may_be_kept_for_a_year(client: Any) -> None:
    """Shapes and values have addresses of their content, and may be kept for a year."""
    text = layout(client)
    shapes = client.get(re.findall(r"/shapes/pcn-[0-9a-f]+\.json", text)[0])
    assert "immutable" in shapes.headers["Cache-Control"]
    features = json.loads(gzip.decompress(shapes.data))["features"]
    assert {feature["properties"]["i"] for feature in features} == set(range(len(features)))
    values = re.findall(r"/values/[0-9a-f]+-[0-9.]+/measure", text)[0]
    answer = client.get(f"{values}?quarter=2022Q1")
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) < 10_000
    assert len(json.loads(answer.data)["classes"]) == len(features)
    stale = client.get("/values/0000/measure?quarter=2022Q1")
    assert stale.headers["Cache-Control"] == "no-store"
    assert client.get("/values/0000/everything").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/shapes/../../etc/passwd",
        "/shapes/pcn-0.json",
        "/shapes/%2e%2e%2fmanifest.json",
        "/assets/../application.py",
        "/derived/manifest.json",
        "/table/overview/../../manifest",
        "/table/../pcns",
        "/take/../../etc/passwd.csv",
        "/take/overview.py",
        "/take/%2e%2e%2fmanifest.csv",
        "/values/..%2f..%2fetc/passwd",
        "/tiles/../../../etc/passwd",
    ],
)
def test_no_path_reaches_the_file_system(client: Any, path: str) -> None:
    """No path leads to a file outside the application's own."""
    answer = client.get(path)
    # An address that is no file of ours is a page, which says that there is no such page.
    assert answer.status_code in {200, 400, 404, 308}
    assert b"root:" not in answer.data
    assert b"def create_app" not in answer.data
    assert b'"sha256"' not in answer.data


def test_a_table_is_a_page_of_its_sheet(client: Any) -> None:
    """A table's address gives its found and total rows; others are not found."""
    page = json.loads(client.get("/table/overview/pcns?quarter=2022Q1&table-find=U90002").data)
    assert page["found"] == 1
    assert page["total"] == 4
    assert client.get("/table/overview/nothing").status_code == 404
    assert client.get("/table/nothing/pcns").status_code == 404


@pytest.mark.parametrize("page", [page for page in PAGES if page.sheets], ids=lambda page: page.name)
def test_every_page_can_be_taken_away(client: Any, page: Page, build: Build) -> None:
    """Each form that a page offers is a whole file marked as synthetic, or a reason in words."""
    if page.lacks(build):
        answer = client.get(f"/take/{page.name}.csv")
        assert answer.status_code == 404
        assert answer.get_data(as_text=True) == page.lacks(build)
        return
    starts = {"csv": b"", "xlsx": b"PK", "gpkg": b"SQLite format 3", "png": b"\x89PNG", "svg": b"<?xml"}
    for form, start in starts.items():
        answer = client.get(f"/take/{page.name}.{form}")
        if not page.offers(form):
            assert answer.status_code == 404
            continue
        if answer.status_code == 422:
            # A reason in words, such as a miniature of four PCNs being too small for fifths.
            assert len(answer.get_data(as_text=True).split()) > 5
            continue
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        assert answer.data.startswith(start)
        assert "SYNTHETIC" in answer.headers["Content-Disposition"]


def test_the_pcns_taken_away_are_those_on_the_page(client: Any) -> None:
    """The CSV holds the PCNs of the quarter on the page."""
    answer = client.get("/take/overview.csv?quarter=2022Q1")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        name = next(name for name in packed.namelist() if "pcns" in name)
        text = packed.read(name).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4
    assert all("SYNTHETIC" in row.values() for row in rows)
    assert client.get("/take/overview.csv?quarter=%00%ff&area=../..").status_code == 200


def test_an_empty_workspace_gives_friendly_pages(tmp_path: Path) -> None:
    """Every page opens over an empty workspace and says what to do."""
    empty = create_app(Store(tmp_path)).server.test_client()
    for page in PAGES:
        assert '"type": "H1"' in layout(empty, page.path)
    assert "make run" in layout(empty)
    assert empty.get("/shapes/pcn-0000.json").status_code == 404
    assert empty.get("/take/overview.csv").status_code == 404


def test_a_new_build_is_picked_up_whole(rebuilt: Rebuilt) -> None:
    """The application turns to a new build as a whole, and keeps one it has."""
    before, after = rebuilt.before, rebuilt.present.build()
    assert set(after.panel["list_release"]) == {"2022-01"}
    assert before.coverage is not after.coverage
    assert before.manifest.digest != after.manifest.digest


def test_a_fault_shows_a_reference_and_no_trace(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours shows a reference and none of our code."""
    app = create_app(Store(workspace))

    def fail(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Build, "rows", fail)
    answer = app.server.test_client().get("/table/overview/pcns?quarter=2021Q4")
    assert answer.status_code == 500
    assert b"Reference" in answer.data
    assert b"secret" not in answer.data


def test_a_callback_with_nonsense_is_refused_without_a_trace(client: Any) -> None:
    """A forged callback is refused without a trace."""
    for body in (b"", b"{}", b"[]", b'{"output": "x.y", "inputs": []}', b"\xff" * 100):
        answer = client.post("/_dash-update-component", data=body, content_type="application/json")
        assert answer.status_code >= 400
        assert b"Traceback" not in answer.data
        assert b"File " not in answer.data


def test_a_request_that_is_too_large_is_refused(client: Any) -> None:
    """A request over the limit is refused."""
    body = b'{"output": "' + b"x" * (25 * 1024 * 1024) + b'"}'
    answer = client.post("/_dash-update-component", data=body, content_type="application/json")
    assert answer.status_code == 413


def test_what_a_request_holds_is_never_markup(client: Any) -> None:
    """What an address holds comes back as text, and no table is cached."""
    for path in ("/table/<h1>/x", "/take/<h1>.csv", "/values/0/<h1>", "/shapes/<h1>"):
        answer = client.get(path)
        assert answer.mimetype == "text/plain" or b"<h1>" not in answer.data
    assert client.get("/table/overview/pcns").headers["Cache-Control"] == "no-store"


def test_addresses_of_the_release_before_lead_to_the_same_view(client: Any, build: Build) -> None:
    """A bookmark with the former path or former keys of an address opens what it opened."""
    former = client.get("/network?pcn=U90001&quarter=2022Q2")
    assert (former.status_code, former.headers["Location"]) == (308, "/pcn?pcn=U90001&quarter=2022Q2")
    page = next(page for page in PAGES if page.name == "over-time")
    view, unknown = read_view("?boards=2022&treatment=balanced", page.fields(build))
    assert (view["icbs"], view["non_response"], unknown) == ("2022", "balanced", [])


@pytest.mark.parametrize("search", ["?budget=1.5", "?opening=2.5", "?budget=500000.0&opening=2.0"])
def test_a_part_of_a_pound_or_of_a_site_leaves_the_page_whole(client: Any, search: str) -> None:
    """A number that must be whole and is not is refused in its part, never by the page."""
    assert "Plan funding" in layout(client, f"/plan-funding{search}")

"""The published standard and its mock answers: ours finds fault exactly where the published schema does."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sp_geo.fetching.download import fetch_directory
from sp_geo.publications.catalogue import recognise
from sp_geo.publications.open_referral import reader as open_referral
from sp_geo.publications.open_referral_package import reader as open_referral_package
from sp_geo.publications.reading.json_schema import Shape
from sp_geo.publications.reading.referral_service import faults_of, schema
from sp_geo.tables import TABLES
from sp_geo.tables.validation import validate
from sp_geo.workspace.opening import open_path
from tests.publisher import serving

pytestmark = pytest.mark.realdata

MOCKS = ("Default", "Test", "Warn", "Fail")


@pytest.fixture(scope="module")
def standard(real: Path) -> Path:
    """Folder of the published standard."""
    folder = real / "standards" / "hsds-uk-v3"
    if not folder.is_dir():
        pytest.skip("the published standard is not among the real files")
    return folder


@pytest.fixture(scope="module")
def published(standard: Path) -> Any:
    """The published compiled schema of a service."""
    return json.loads((standard / "schema" / "compiled" / "service.json").read_text(encoding="utf-8"))


def services_of(path: Path) -> list[Any]:
    """Services of a mock answer."""
    held = json.loads(path.read_text(encoding="utf-8"))
    return list(held.get("contents", [held]))


def places(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every place of the published schema with what it demands."""
    needed = tuple(sorted(node["required"])) if isinstance(node.get("required"), list) else ()
    yield path, (node["type"], tuple(node.get("enum", ())), node.get("format", ""), needed)
    for name, part in (node.get("properties") or {}).items():
        yield from places(part, f"{path}/{name}")
    if "items" in node:
        yield from places(node["items"], f"{path}[]")


def our_places(shape: Shape, path: str = "") -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The same of our own schema."""
    yield path, (shape.type, shape.allowed, shape.format, tuple(sorted(shape.required)))
    for name, part in shape.properties:
        yield from our_places(part, f"{path}/{name}")
    if shape.items is not None:
        yield from our_places(shape.items, f"{path}[]")


def test_our_schema_demands_what_the_published_one_does(published: Any) -> None:
    """Our schema demands exactly what the published one does."""
    assert dict(our_places(schema())) == dict(places(published))


def changed(value: Any) -> Iterator[Any]:
    """Copies of a value, each with one place gone, null or of another kind."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield {key: kept for key, kept in value.items() if key != name}
            for other in (None, 7, True, "words", [], {}, -0.5):
                yield value | {name: other}
            for inner in changed(part):
                yield value | {name: inner}
    elif isinstance(value, list):
        for number, part in enumerate(value):
            for inner in changed(part):
                yield [*value[:number], inner, *value[number + 1 :]]


@pytest.mark.parametrize("mock", MOCKS)
@pytest.mark.parametrize("file", ["service_full.json", "service_list.json"])
def test_ours_finds_fault_exactly_where_the_published_schema_does(
    standard: Path, published: Any, mock: str, file: str
) -> None:
    """A service is faulty here exactly where the published checker says so."""
    checker = jsonschema.FormatChecker()
    # Without these two packages the published checker would pass over addresses and moments.
    assert {"uri", "date-time"} <= checker.checkers.keys()
    theirs = jsonschema.Draft202012Validator(published, format_checker=checker)
    found = services_of(standard / "mocks" / f"V3.0-UK-{mock}" / file)
    for item in found:
        assert bool(faults_of(item)) == (not theirs.is_valid(item))
    if mock in {"Default", "Fail"}:
        for item in changed(found[0]):
            assert bool(faults_of(item)) == (not theirs.is_valid(item))


@pytest.mark.parametrize("mock", MOCKS)
def test_mocks_go_through_recognition_and_the_tables(standard: Path, mock: str) -> None:
    """Each service of the standard's mock answers is taken or listed as refused."""
    folder = standard / "mocks" / f"V3.0-UK-{mock}"
    for path in (
        folder / "service_full.json",
        folder / "service_list.json",
        standard / "examples" / "service_full.json",
    ):
        document = open_path(path)[0].document
        assert document is not None
        assert recognise(document).key == "open_referral"
        frames = open_referral.read(document, "mock")
        frames = {name: validate(frame, TABLES[name]) for name, frame in frames.items()}
        taken, refused = frames["core_service"], frames["core_service_refused"]
        lost = refused.loc[refused["outcome"] == "refused", "record"].nunique()
        assert len(taken) + lost == len(services_of(path))


def test_the_example_package_is_read(standard: Path, tmp_path: Path) -> None:
    """The standard's example package is read, and its place at 100 degrees north refused."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for file in sorted((standard / "examples" / "csv").glob("*.csv")):
            archive.writestr(file.name, file.read_bytes())
    path = tmp_path / "package.zip"
    path.write_bytes(held.getvalue())
    (member,) = open_path(path)
    assert member.document is not None
    assert recognise(member.document).key == "open_referral_package"
    refused = open_referral_package.read(member.document, "example")["core_service_refused"]
    # The example stands at 100 degrees north.
    assert refused["cause"].tolist() == ["the coordinates are not in Great Britain"]


@pytest.mark.parametrize("mock", MOCKS)
def test_mocks_served_for_real_are_fetched(
    standard: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mock: str
) -> None:
    """Mock answers served over HTTP are fetched whole."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = standard / "mocks" / f"V3.0-UK-{mock}"
    listed = services_of(folder / "service_list.json")

    def answer(handler: BaseHTTPRequestHandler) -> None:
        """The list of services, or the one service in full whatever its identifier."""
        is_list = handler.path.partition("?")[0].endswith("/services")
        data = (folder / ("service_list.json" if is_list else "service_full.json")).read_bytes()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    with serving(answer) as address:
        url = f"{address}/o/ORUK-{mock}/"
        fetched = fetch_directory(url, tmp_path, report=lambda text: None, sleep=lambda seconds: None, name="mock")
    assert (fetched.taken, fetched.pages) == (len(listed), 1)
    document = open_path(fetched.path)[0].document
    assert document is not None
    assert recognise(document).key == "open_referral"
    frames = open_referral.read(document, "mock")
    refused = frames["core_service_refused"]
    lost = refused.loc[refused["outcome"] == "refused", "record"].nunique()
    assert len(frames["core_service"]) + lost == len(listed)

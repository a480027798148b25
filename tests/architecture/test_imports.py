"""The rooms of the house: imports run one way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

SOURCE = REPOSITORY / "src" / "sp_geo"
# What each room may import beyond itself: the order in which data flow.
_BASE = {"core", "tables"}
_FILES = _BASE | {"workspace"}
_SOURCES = _FILES | {"publications", "geography"}
_STATISTICS = _SOURCES | {"panel"}
_PLANNING = _STATISTICS | {"statistics", "services"}
_BUILD = _PLANNING | {"planning"}
_QUESTIONS = _BUILD | {"build"}
_REPORTS = _QUESTIONS | {"questions"}
_FACES = _REPORTS | {"reports", "fetching"}
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "tables": {"core"},
    "workspace": _BASE,
    "geography": _BASE,
    "publications": _FILES | {"geography"},
    "fetching": _FILES | {"publications"},
    "synthetic": _BASE | {"geography"},
    "panel": _SOURCES,
    "statistics": _STATISTICS,
    "services": _STATISTICS | {"statistics"},
    "planning": _PLANNING,
    "build": _BUILD | {"synthetic"},
    "questions": _QUESTIONS,
    "reports": _REPORTS,
    "web": _FACES,
    "api": _FACES | {"web"},
    "cli": _FACES | {"web", "synthetic"},
    "__main__": {"cli"},
    "__init__": {"api", "core"},
}


@cache
def trees() -> dict[str, ast.Module]:
    """Every module of the package by its path, parsed."""
    return {
        path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(SOURCE.rglob("*.py"))
    }


def statements(nodes: Iterable[Any]) -> Iterator[Any]:
    """Statements with all that stand within them; expressions, of which there are many more, are passed over."""
    for node in nodes:
        yield node
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            yield from statements(getattr(node, part, ()))


@cache
def imported(path: str) -> frozenset[str]:
    """Dotted names that a module imports, each module with and without the name taken from it."""
    found: set[str] = set()
    for node in statements(trees()[path].body):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return frozenset(found)


def reached(path: str, room: str) -> set[str]:
    """What stands directly below a room of ours among the imports of a module."""
    return {name.removeprefix(f"{room}.").split(".")[0] for name in imported(path) if name.startswith(f"{room}.")}


def test_rooms_import_one_way() -> None:
    """Each room imports rooms below it alone."""
    rooms = {path.split("/")[0].removesuffix(".py") for path in trees()}
    assert rooms == set(ALLOWED)
    offenders = {}
    for path in trees():
        room = path.split("/")[0].removesuffix(".py")
        beyond = (reached(path, "sp_geo") & rooms) - ALLOWED[room] - {room}
        if beyond:
            offenders[path] = beyond
    assert not offenders


# Own posts and own measures are one question to a user, so their readers share the rules of codes; roles are named once.
@pytest.mark.parametrize("room", ["publications", "web/pages"])
def test_publications_and_pages_do_not_know_each_other(room: str) -> None:
    """A publication or page can be changed without looking at another one."""
    folders = {path.name for path in (SOURCE / room).iterdir() if path.is_dir()} - {"reading", "__pycache__"}
    prefix = f"sp_geo.{room.replace('/', '.')}"
    held = {path: path.removeprefix(f"{room}/").split("/")[0] for path in trees() if path.startswith(f"{room}/")}
    others = {path: reached(path, prefix) & folders - {name} for path, name in held.items() if name in folders}
    assert len(others) > 20
    assert not {path: names for path, names in others.items() if names}


def test_only_the_downloader_reaches_the_network() -> None:
    """The module that fetches is the only one that reaches the network; the served application listens."""
    of_network = {"httpx", "urllib.request", "socket", "requests", "http.client"}
    users = {(path, name) for path in trees() for name in imported(path) & of_network}
    assert {path for path, _ in users - {("web/serve.py", "socket")}} == {"fetching/transfer.py"}


def test_only_one_module_writes_zip_files_of_ours() -> None:
    """One module writes our ZIP files, so that the same content is the same bytes."""
    writers = {
        path
        for path in trees()
        if re.search(r"ZipInfo\(|ZipFile\([^)]*[\"'][wax]b?[\"']", (SOURCE / path).read_text(encoding="utf-8"))
    }
    # What is fetched keeps the days that its publisher gave to the parts, and stays here.
    assert writers == {"core/archives.py", "fetching/receiving.py"}


def test_modules_and_functions_stay_small() -> None:
    """A module has at most 400 lines, and a function 60."""
    long_modules = [path for path in trees() if (SOURCE / path).read_text(encoding="utf-8").count("\n") > 400]
    long_functions = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in trees().items()
        for node in statements(tree.body)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[min(1, len(node.body) - 1)].lineno + 1 > 60
    ]
    assert long_modules == []
    assert long_functions == []


def test_no_room_has_a_name_that_says_nothing() -> None:
    """Every module has a name that says what it is."""
    assert not {Path(path).stem for path in trees()} & {"utils", "util", "helpers", "helper", "common", "misc"}


def test_no_address_of_an_index_is_committed() -> None:
    """No file names the package index of one workplace."""
    for name in ("requirements.lock", "pyproject.toml", "Makefile", ".ci/run"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert "index-url" not in text
        assert "://" not in text.replace("http://127.0.0.1", ""), name

"""The rooms of the house: imports run one way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

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


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    """The room a module lies in."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names of our own modules that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name == "sp_geo" or name.startswith("sp_geo.")}


def is_module(room: str) -> bool:
    """Whether a name is one of our rooms rather than a name in the package itself."""
    return (SOURCE / room).is_dir() or (SOURCE / f"{room}.py").exists()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_rooms_import_one_way(path: Path) -> None:
    """Each room imports rooms below it alone."""
    room = room_of(path)
    allowed = ALLOWED[room] | {room}
    reached = {name.split(".")[1] for name in imported(path) if "." in name}
    assert {name for name in reached if is_module(name)} <= allowed


# Own posts and own measures are one question to a user, so their readers share the rules of codes; roles are named once.
@pytest.mark.parametrize("room", ["publications", "web/pages"])
def test_publications_and_pages_do_not_know_each_other(room: str) -> None:
    """A publication or page can be changed without looking at another one."""
    folders = {path.name for path in (SOURCE / room).iterdir() if path.is_dir()} - {"reading", "__pycache__"}
    prefix = f"sp_geo.{room.replace('/', '.')}."
    for name in folders:
        for path in (SOURCE / room / name).glob("*.py"):
            reached = {item.removeprefix(prefix).split(".")[0] for item in imported(path) if item.startswith(prefix)}
            assert reached & folders <= {name}, path


@pytest.mark.parametrize("module", ["httpx", "urllib.request", "socket", "requests", "http.client"])
def test_only_the_downloader_reaches_the_network(module: str) -> None:
    """The modules that fetch are the only ones that reach the internet."""
    users = {
        str(path.relative_to(SOURCE))
        for path in modules()
        if any(
            (isinstance(node, ast.Import) and any(alias.name == module for alias in node.names))
            or (isinstance(node, ast.ImportFrom) and node.module == module)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    # The served application listens; it asks for nothing.
    listens = {"web/serve.py"} if module == "socket" else set()
    assert users <= {"fetching/transfer.py"} | listens


def test_only_one_module_writes_zip_files_of_ours() -> None:
    """One module writes our ZIP files, so that the same content is the same bytes."""
    writers = {
        str(path.relative_to(SOURCE))
        for path in modules()
        if re.search(r"ZipInfo\(|ZipFile\([^)]*[\"'][wax]b?[\"']", path.read_text(encoding="utf-8"))
    }
    # What is fetched keeps the days that its publisher gave to the parts, and stays here.
    assert writers == {"core/archives.py", "fetching/receiving.py"}


def test_modules_and_functions_stay_small() -> None:
    """A module has at most 400 lines, and a function 60."""
    long_modules = [str(path) for path in modules() if path.read_text(encoding="utf-8").count("\n") > 400]
    long_functions = [
        f"{path.name}:{node.lineno} {node.name}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[min(1, len(node.body) - 1)].lineno + 1 > 60
    ]
    assert long_modules == []
    assert long_functions == []


def test_no_room_has_a_name_that_says_nothing() -> None:
    """Every module has a name that says what it is."""
    assert not {path.stem for path in modules()} & {"utils", "util", "helpers", "helper", "common", "misc"}


def test_no_address_of_an_index_is_committed() -> None:
    """No file names the package index of one workplace."""
    for name in ("requirements.lock", "pyproject.toml", "Makefile", ".ci/run"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert "index-url" not in text
        assert "://" not in text.replace("http://127.0.0.1", ""), name

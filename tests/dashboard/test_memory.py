"""A served application holds one build: what was opened and worked out of earlier ones goes with them."""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sp_geo.build.view import Build
from sp_geo.web.application import create_app
from sp_geo.workspace.store import Store

REBUILDS = 10
PAGES_OPENED = ("/", "/?icbs=2022", "/plan-posts", "/data-and-quality")
ASKED = ("/table/overview/pcns", "/table/over-time/slopes", "/values/none/pair", "/take/overview.csv")


def rebuilt(workspace: Path, number: int) -> None:
    """Another state of the workspace takes the place of the present one, as at the end of every build."""
    store = Store(workspace)
    store.commit(replace(store.manifest, parameters={**store.manifest.parameters, "rebuilt": number}))


def looked_at(client: Any) -> None:
    """Pages are opened on the ICBs of the day and of a set, with tables, values and a file: each way to an answer."""
    for address in PAGES_OPENED:
        answer = client.get("/_dash-layout", headers={"Referer": f"http://localhost{address}"})
        assert answer.status_code == 200
    for address in ASKED:
        assert client.get(address).status_code == 200, address


def builds_of(workspace: Path) -> set[int]:
    """The builds of a workspace that are alive, whatever set of ICBs they are asked on."""
    gc.collect()
    return {id(held.base) for held in gc.get_objects() if isinstance(held, Build) and held.workspace == workspace}


def in_use() -> int:
    """Bytes of Python, of arrays and of columns of text."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0] + pa.total_allocated_bytes()


@pytest.mark.sweep
def test_after_ten_rebuilds_one_build_is_held_and_memory_is_what_it_was_after_the_first(copy: Path) -> None:
    """Each state is opened and looked at; memory stays within 10 % of that after the first rebuild."""
    client = create_app(Store(copy)).server.test_client()
    looked_at(client)
    tracemalloc.start()
    try:
        held = []
        for number in range(REBUILDS):
            rebuilt(copy, number)
            looked_at(client)
            assert len(builds_of(copy)) == 1
            held.append(in_use())
    finally:
        tracemalloc.stop()
    assert held[-1] <= 1.1 * held[0], held

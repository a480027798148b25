"""The tables that are built from the miniature, as text: it has every case of membership, lists, survey and silence."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sp_geo.build.demo import make_demonstration
from sp_geo.workspace.store import Store
from tests.golden.writing import of_frame

TABLES = (
    "out_icb",
    "out_icb_set",
    "out_pcn_icb",
    "out_pcn_quarter",
    "out_pcn_need",
    "out_quarter_coverage",
    "out_reconciliation",
    "out_unmatched",
)


def text_of(workspace: Path) -> str:
    """The tables of a workspace."""
    store = Store(workspace)
    found = {name: store.read(name) for name in TABLES}
    areas = store.read("out_lsoa11")
    found["out_lsoa11"] = areas[areas["pcn_code"].notna() | (areas.index % 4_000 == 0)].drop(columns="quarter")
    return "\n".join(f"{name}\n{of_frame(frame)}" for name, frame in found.items())


def _tables() -> str:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        make_demonstration(workspace, "miniature", 1, datetime(2026, 1, 1, tzinfo=UTC), lambda *_: None)
        return text_of(workspace)


RESULTS: dict[str, Callable[[], str]] = {"tables": _tables}

"""The tables as tidy CSV files, with what every column means and what they were made from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd

from sp_geo.board_sets import AS_THEN, on_set
from sp_geo.errors import WorkspaceError
from sp_geo.queries import in_area, in_quarters
from sp_geo.reporting.records import as_csv, provenance
from sp_geo.store import Manifest, Store, write_aside
from sp_geo.tables.dictionary import as_frame

ALL = "all"
_TABLES = (
    "out_pcn_quarter",
    "out_pcn_need",
    "out_pcn_board",
    "out_quarter_slope",
    "out_quarter_coverage",
    "out_reconciliation",
    "out_unmatched",
)


def write_pack(store: Store, folder: Path, quarter: str = ALL, area: str = "", boards: str = AS_THEN) -> list[Path]:
    """Write the pack and return its files.

    Args:
        store: with the built tables.
        folder: to make; it must not exist, or be empty.
        quarter: only this one, ``latest``, or ``all``.
        area: ICB or region code; tables of PCNs are cut to it, tables about England as a whole are not.
        boards: set of boards that PCNs are shown on and the area is of; each quarter's own if ``as_then``.

    Raises:
        UsageError: the quarter or the area is unknown.
        WorkspaceError: the folder holds something already, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(
            "the folder to write is not empty", file=str(folder), advice="Name a new folder with --out"
        )
    frames = _frames(store, quarter, area, boards)
    mark = provenance(store.manifest.is_synthetic)
    beside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        for name, frame in frames.items():
            write_aside(beside / f"{name}.csv", as_csv(frame.assign(provenance=mark)).encode())
        dictionary = as_frame(tuple(frames))
        write_aside(beside / "data_dictionary.csv", as_csv(dictionary).encode())
        write_aside(beside / "run_record.json", _record(store.manifest, quarter, area, boards).encode())
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    except OSError as fault:
        raise WorkspaceError(
            f"cannot write: {fault.strerror}", file=str(folder), advice="Choose another folder"
        ) from fault
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return sorted(folder.iterdir())


def _frames(store: Store, quarter: str, area: str, boards: str) -> dict[str, pd.DataFrame]:
    wanted = () if quarter == ALL else (quarter,)
    frames = {name: in_quarters(store.read(name), wanted) for name in _TABLES}
    on = on_set(store, boards)
    pcns = in_area(frames["out_pcn_quarter"], area, on)
    frames["out_pcn_quarter"] = pcns if on is None else on.shown(pcns)
    if area:
        frames["out_pcn_need"] = _of_rows(frames["out_pcn_need"], pcns)
        frames["out_pcn_board"] = _of_rows(frames["out_pcn_board"], pcns)
    return frames


def _of_rows(frame: pd.DataFrame, pcns: pd.DataFrame) -> pd.DataFrame:
    """Rows of the PCNs and quarters that are shown."""
    key = ["quarter", "pcn_code"]
    return frame[pd.MultiIndex.from_frame(frame[key]).isin(pd.MultiIndex.from_frame(pcns[key]))]


def _record(manifest: Manifest, quarter: str, area: str, boards: str) -> str:
    record = {
        "provenance": provenance(manifest.is_synthetic),
        "asked": {"quarter": quarter, "area": area or "England", "boards": boards},
        "inputs": [dict(item) for item in manifest.inputs],
        "parameters": dict(manifest.parameters),
        "tables": {name: {"rows": entry.rows, "sha256": entry.sha256} for name, entry in manifest.tables.items()},
        "versions": dict(manifest.versions),
    }
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False) + "\n"

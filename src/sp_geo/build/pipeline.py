"""The build: steps in order, each skipped while nothing that it reads has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import pandas as pd

from sp_geo import __version__
from sp_geo.build.context import Frames, Given, read_shelved
from sp_geo.build.steps import STEPS, Step
from sp_geo.build.steps_services import PUBLICATIONS, SEEDS
from sp_geo.core import lock
from sp_geo.core.errors import WorkspaceError
from sp_geo.core.parameters import Parameters, read_parameters
from sp_geo.geography import boundaries
from sp_geo.tables import TABLES
from sp_geo.workspace.provenance import Origin
from sp_geo.workspace.shelf import Shelved, current, list_shelved, tidy
from sp_geo.workspace.store import Entry, Manifest, Store

Report = Callable[[str, str], None]
LOCK = ".lock"
ANOMALIES = "core_anomaly"
_LIBRARIES = ("pandas", "pyarrow", "numpy", "duckdb", "shapely", "geopandas")


@dataclass(frozen=True)
class Built:
    """What a build did.

    Attributes:
        ran: steps that ran.
        skipped: steps whose reads had not changed.
        manifest: the state after it.
    """

    ran: tuple[str, ...]
    skipped: tuple[str, ...]
    manifest: Manifest


@cache
def _code_digest() -> str:
    """Hash of the package's own files: changed code makes every step run again."""
    digest = hashlib.sha256()
    for path in _files(Path(str(resources.files("sp_geo")))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    wanted = {".py", ".yaml", ".csv"}
    passed_over = {"web", "reports", "synthetic", "planning", "questions", "cli", "api", "fetching", "data"}
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in wanted and path.relative_to(folder).parts[0] not in passed_over
    )


@cache
def versions() -> dict[str, str]:
    """Versions of the software and of the libraries that shape numbers."""
    return {"sp_geo": __version__, **{name: metadata.version(name) for name in _LIBRARIES}}


def _fingerprint(step: Step, files: list[Shelved], tables: Mapping[str, Entry], parameters: Parameters) -> str:
    reads = {
        "step": step.name,
        "code": _code_digest(),
        "versions": versions(),
        # Not part of the code, in a checkout as in a wheel: a row of the table of ICBs must count like a line of code.
        "boundaries": boundaries.digest(),
        "files": sorted(
            (
                item.origin.publication,
                item.origin.period,
                item.origin.sha256,
                *item.origin.covers,
                *(f"{name}={value}" for name, value in item.origin.told),
            )
            for item in files
        ),
        "tables": {name: tables[name].sha256 for name in step.reads},
        "parameters": {name: parameters.as_record()[name] for name in step.parameters},
    }
    return hashlib.sha256(json.dumps(reads, sort_keys=True).encode()).hexdigest()


def _is_fresh(step: Step, fingerprint: str, store: Store) -> bool:
    manifest = store.manifest
    # What is odd in a file is found where it is read: without that table its step must read it again.
    told = (ANOMALIES,) if step.publications else ()
    written = all(store.is_intact(name) for name in (*step.writes, *told))
    return written and manifest.steps.get(step.name) == fingerprint


def _known_anomalies(store: Store, files: list[Shelved]) -> pd.DataFrame:
    """What an earlier build found odd in files that have not changed since."""
    known = store.read(ANOMALIES)
    here = pd.MultiIndex.from_tuples([(item.origin.publication, item.origin.period) for item in files])
    return known[pd.MultiIndex.from_frame(known[["publication", "period"]]).isin(here)]


def _complete(frames: Mapping[str, pd.DataFrame], step: Step) -> dict[str, pd.DataFrame]:
    """The frames of a step, with an empty table for what its sources do not give."""
    return {name: frames[name] if name in frames else TABLES[name].empty() for name in step.writes}


def build(
    workspace: Path,
    report: Report = lambda step, state: None,
    read: Callable[[Shelved], Frames] = read_shelved,
) -> Built:
    """Bring the derived tables up to date with the files, the parameters and the code.

    Args:
        workspace: with files that were added.
        report: told each step's name and whether it is ``running``, ``done`` or ``unchanged``.
        read: what a file says; whoever has just read the files may know it already.

    Raises:
        Busy: another process builds this workspace.
        WorkspaceError: there is no file, or the disk cannot take the tables.
        SpGeoError: a file or a join is at fault; the tables stay as they were.
    """
    shelf = current(list_shelved(workspace))
    if not shelf:
        raise WorkspaceError(
            "the workspace has no files", file=str(workspace), advice="Add some with 'sp-geo add PATH'"
        )
    # Refuse files of which nothing can be made: neither provision nor services.
    kinds = {item.origin.publication for item in shelf}
    if "pcn_workforce" not in kinds and not kinds & set(PUBLICATIONS):
        raise WorkspaceError(
            "there is no workforce release",
            advice="Add 'Primary Care Network Workforce', individual level, or a directory of services",
        )
    parameters = read_parameters(workspace)
    # Two builds at once would each drop as strays the tables that the other has written and not yet committed.
    store = Store(workspace)
    with lock.held(store.folder / LOCK, "another build of this workspace is running"):
        tidy(workspace)
        return _build(store, shelf, parameters, report, read)


def _build(
    store: Store, shelf: list[Shelved], parameters: Parameters, report: Report, read: Callable[[Shelved], Frames]
) -> Built:
    entries: dict[str, Entry] = {}
    prints: dict[str, str] = {}
    ran: list[str] = []
    anomalies: list[pd.DataFrame] = []

    def read_and_note(item: Shelved) -> Frames:
        frames = dict(read(item))
        anomalies.append(frames.pop(ANOMALIES).assign(period=item.origin.period))
        return frames

    for step in STEPS:
        files = [item for item in shelf if item.origin.publication in step.publications]
        fingerprint = _fingerprint(step, files, entries, parameters)
        prints[step.name] = fingerprint
        if _is_fresh(step, fingerprint, store):
            report(step.name, "unchanged")
            entries.update({name: store.manifest.tables[name] for name in step.writes})
            if files:
                anomalies.append(_known_anomalies(store, files))
            continue
        report(step.name, "running")
        tables = {name: store.read_entry(name, entries[name]) for name in step.reads}
        for name, frame in _complete(step.run(Given(tables, files, parameters, read_and_note)), step).items():
            entries[name] = store.write(frame, TABLES[name], step.name)
        ran.append(step.name)
        report(step.name, "done")
    odd = pd.concat(anomalies, ignore_index=True) if anomalies else TABLES[ANOMALIES].empty()
    entries[ANOMALIES] = store.write(odd, TABLES[ANOMALIES], "files")
    manifest = Manifest(
        tables=entries,
        steps=prints,
        inputs=tuple(_input_record(item.origin, odd) for item in shelf),
        parameters=parameters.as_record(),
        # A version may be changed by hand, and data lie beside the code: both shape numbers.
        versions={**versions(), "sp_geo code": _code_digest()[:16], "sp_geo boundaries": boundaries.digest()},
        is_synthetic=any(item.origin.is_synthetic for item in shelf),
        seeds=SEEDS,
    )
    # Steps may run to make good a lost file and change nothing: the state before must not make way for the same one.
    if manifest != store.manifest:
        store.commit(manifest)
    else:
        store.tidy()
    skipped = tuple(step.name for step in STEPS if step.name not in ran)
    return Built(ran=tuple(ran), skipped=skipped, manifest=manifest)


def _input_record(origin: Origin, odd: pd.DataFrame) -> dict[str, Any]:
    """What the manifest says of a file; when it was added is left out, so that same files give same bytes."""
    mine = odd[(odd["publication"] == origin.publication) & (odd["period"] == origin.period)]
    return {
        "publication": origin.publication,
        "publisher": origin.publisher,
        "title": origin.title,
        "period": origin.period,
        "published": origin.published,
        "licence": origin.licence,
        "sha256": origin.sha256,
        "file": origin.file,
        "is_synthetic": origin.is_synthetic,
        "covers": list(origin.covers),
        "anomalies": {str(outcome): int(count) for outcome, count in mine["outcome"].value_counts().items()},
        "told": dict(origin.told),
    }

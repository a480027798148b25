"""``sp-geo demo``: a synthetic England written, added and built like any published files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sp_geo.build.context import read_shelved
from sp_geo.build.pipeline import Built, build
from sp_geo.core.errors import WorkspaceError
from sp_geo.publications.add import add
from sp_geo.synthetic import DEFAULT_SEED, write
from sp_geo.workspace.shelf import FOLDER as SOURCES
from sp_geo.workspace.shelf import list_shelved
from sp_geo.workspace.store import Store

TRUTH = "truth"
_WRITTEN = ".demonstration"


def make_demonstration(
    workspace: Path, scale: str, seed: int | None, now: datetime, report: Callable[[str, str], None]
) -> Built:
    """Fill an empty workspace with a synthetic England and build it.

    The files are in the publishers' own layouts and go through the same doors as real ones; the truth they were drawn
    from is put into ``<workspace>/truth``. Whatever fails, the workspace is left as empty as it was.

    Args:
        workspace: new, or without files.
        scale: ``full``, ``region`` or ``miniature``.
        seed: 0 or more; the same seed gives the same files; None for the one that comes nearest to its truth.
        now: moment written into the notes of origin.
        report: told each step's name and state.

    Raises:
        UsageError: there is no such scale.
        WorkspaceError: the workspace has files already, or cannot be written.
    """
    shelved = list_shelved(workspace)
    if shelved:
        kind = "synthetic" if shelved[0].origin.is_synthetic else "real"
        raise WorkspaceError(
            f"the workspace has {kind} files already, so the demonstration was not made",
            file=str(workspace),
            expected="a new or empty workspace",
            advice="Name another folder with --workspace",
        )
    written = workspace / _WRITTEN
    is_new = not workspace.exists()
    done = False
    try:
        shutil.rmtree(written, ignore_errors=True)
        write(written, scale, DEFAULT_SEED if seed is None else seed, lambda words: report(words, "running"))
        report("writing files", "done")
        # Add every file, and give what each says by the hash of its content.
        folders = sorted(path for path in written.iterdir() if path.is_dir() and path.name != TRUTH)
        outcome = add(folders, workspace, now)
        if outcome.first_refusal is not None:
            raise outcome.first_refusal
        admitted = [item for item in outcome.admissions if item.origin is not None and item.frames is not None]
        known = {item.origin.sha256: item.frames for item in admitted if item.origin and item.frames is not None}
        report("adding files", "done")
        (written / TRUTH).rename(workspace / TRUTH)
        # What was read in full a moment ago is not read again.
        built = build(workspace, report, lambda item: known.pop(item.origin.sha256, None) or read_shelved(item))
        done = True
    finally:
        shutil.rmtree(written, ignore_errors=True)
        if not done:
            for name in (SOURCES, TRUTH, Store(workspace).folder.name):
                shutil.rmtree(workspace / name, ignore_errors=True)
            if is_new and workspace.exists() and not any(workspace.iterdir()):
                workspace.rmdir()
    return built

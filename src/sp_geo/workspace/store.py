"""The one door to derived data.

Tables lie in ``<workspace>/derived`` as Parquet files named after their own content, and ``manifest.json`` alone says
which of them make up the present state. A build writes its files first and replaces the manifest last, in one
rename: a reader sees the old state or the new one and never half of either.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sp_geo.core.errors import WorkspaceError

if TYPE_CHECKING:
    # Help, completion and usage errors need to know where tables are, but never read one: pandas costs them a second.
    import pandas as pd

    from sp_geo.tables.base import Table

MANIFEST = "manifest.json"
BEFORE = "manifest.before.json"
"""The state before the present one, whose files a running application may still be reading."""
SYNTHETIC = "SYNTHETIC"
"""Said on everything that is made of invented data."""
MEASURE = "EPSG:27700"
"""Reference system of every geometry on disk: metres on the National Grid."""


@dataclass(frozen=True)
class Entry:
    """One table in a manifest."""

    rows: int
    sha256: str
    step: str


@dataclass(frozen=True)
class Manifest:
    """The present state of the derived data.

    Attributes:
        tables: what each table holds.
        steps: fingerprint of everything each step read when it last ran.
        inputs: the source files behind it all, as plain records.
        parameters: those in force.
        versions: of the software and the libraries that shape numbers.
        is_synthetic: whether the sources are invented.
        seeds: of everything that a step draws.
    """

    tables: Mapping[str, Entry] = field(default_factory=dict)
    steps: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Mapping[str, Any], ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    is_synthetic: bool = False
    seeds: Mapping[str, int] = field(default_factory=dict)

    @property
    def licences(self) -> tuple[str, ...]:
        """Licences of the inputs, each once, in order."""
        return tuple(sorted({str(item["licence"]) for item in self.inputs}))

    @property
    def publishers(self) -> tuple[str, ...]:
        """Publishers of the inputs, each once, in order."""
        return tuple(sorted({str(item["publisher"]) for item in self.inputs}))

    @property
    def mark(self) -> str:
        """``SYNTHETIC`` for invented data, else empty."""
        return SYNTHETIC if self.is_synthetic else ""

    @property
    def digest(self) -> str:
        """Short name of the content: the same tables, the same digest."""
        text = "".join(f"{name}{entry.sha256}" for name, entry in sorted(self.tables.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_json(self) -> str:
        """Text on disk: keys sorted, so that equal states are equal bytes."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read what :meth:`as_json` wrote."""
        record = json.loads(text)
        tables = {name: Entry(**entry) for name, entry in record.pop("tables").items()}
        return cls(tables=tables, inputs=tuple(record.pop("inputs")), **record)


class Store:
    """Derived tables of one workspace, as its manifest stood when the store was opened.

    Args:
        workspace: folder that holds ``derived``; it need not exist yet.
    """

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        self.folder = workspace / "derived"

    @cached_property
    def manifest(self) -> Manifest:
        """The manifest, empty before the first build.

        Raises:
            WorkspaceError: the manifest cannot be read.
        """
        return _manifest_of(self.folder / MANIFEST)

    def before(self) -> Store | None:
        """The state before the present one, whose tables are still there; None where there is none to compare with.

        Raises:
            WorkspaceError: its manifest cannot be read.
        """
        earlier = Store(self.workspace)
        earlier.__dict__["manifest"] = _manifest_of(self.folder / BEFORE)
        # Two equal states are one: a build was stopped between the two renames, or a later one followed this store's.
        return earlier if earlier.manifest.tables and earlier.manifest != self.manifest else None

    def has(self, name: str) -> bool:
        """Whether a table has been built."""
        return name in self.manifest.tables

    def read(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table as it stands in the manifest; a GeoDataFrame in EPSG:27700 if the table is spatial.

        Args:
            name: of a table in :data:`sp_geo.tables.TABLES`.
            columns: only these.

        Raises:
            WorkspaceError: the table has not been built, or its file is gone.
        """
        if not self.has(name):
            if self.workspace.is_dir():
                raise WorkspaceError(
                    "what this needs has not been built yet" if self.manifest.tables else "nothing has been built yet",
                    file=str(self.workspace),
                    advice="Run 'sp-geo build' first",
                )
            raise WorkspaceError(
                "there is no workspace here yet",
                file=str(self.workspace),
                advice="'sp-geo add PATH' makes one from your files, 'sp-geo demo' one with invented figures; "
                "--workspace names another",
            )
        return self.read_entry(name, self.manifest.tables[name], columns)

    def read_entry(self, name: str, entry: Entry, columns: list[str] | None = None) -> pd.DataFrame:
        """A table that was written but need not be committed yet.

        Raises:
            WorkspaceError: its file is gone or damaged.
        """
        import pandas as pd

        from sp_geo.tables import TABLES

        path = self._path(name, entry.sha256)
        try:
            if TABLES[name].is_spatial and (columns is None or "geometry" in columns):
                # geopandas costs half a second to import and most commands never need it.
                import geopandas as gpd

                spatial: pd.DataFrame = gpd.read_parquet(path, columns=columns)
                return spatial
            return pd.read_parquet(path, columns=columns)
        except (OSError, ValueError) as fault:  # pyarrow calls damaged content a ValueError
            raise WorkspaceError(
                f"table {name} cannot be read", file=str(path), advice="Delete the folder 'derived' and build again"
            ) from fault

    def path_of(self, name: str) -> Path | None:
        """File of a table that has been built, for whoever reads a few of its words without its types; None if not."""
        return self._path(name, self.manifest.tables[name].sha256) if self.has(name) else None

    def is_intact(self, name: str) -> bool:
        """Whether a table has been built and its file is still there."""
        return self.has(name) and self._path(name, self.manifest.tables[name].sha256).exists()

    def write(self, frame: pd.DataFrame, table: Table, step: str) -> Entry:
        """Validate a table and put its file in place; it becomes visible only with :meth:`commit`.

        Raises:
            TableInvalid: the frame does not fit the table.
            WorkspaceError: the disk cannot take it.
        """
        from sp_geo.tables.validation import validate

        checked = validate(frame, table)
        buffer = BytesIO()
        if table.is_spatial:
            import geopandas as gpd

            checked = gpd.GeoDataFrame(checked, geometry="geometry", crs=MEASURE)
        checked.to_parquet(buffer, compression="zstd", index=False)
        content = buffer.getvalue()
        entry = Entry(rows=len(checked), sha256=hashlib.sha256(content).hexdigest(), step=step)
        path = self._path(table.name, entry.sha256)
        if not path.exists():
            write_aside(path, content)
        return entry

    def commit(self, manifest: Manifest) -> None:
        """Make a new state the present one, then drop what neither it nor the state before it needs."""
        write_aside(self.folder / BEFORE, self.manifest.as_json().encode())
        write_aside(self.folder / MANIFEST, manifest.as_json().encode())
        self.__dict__["manifest"] = manifest
        self.tidy()

    def tidy(self) -> None:
        """Drop what a stopped build left: files that neither the present state nor the one before it needs."""
        states = [self.manifest]
        with suppress(WorkspaceError):
            states.append(_manifest_of(self.folder / BEFORE))
        needed = {self._path(name, entry.sha256).name for state in states for name, entry in state.tables.items()}
        unneeded = [path for path in self.folder.glob("*.parquet") if path.name not in needed]
        for path in unneeded + list(self.folder.glob("*.part")):
            path.unlink(missing_ok=True)

    def _path(self, name: str, sha256: str) -> Path:
        return self.folder / f"{name}-{sha256[:16]}.parquet"


def _manifest_of(path: Path) -> Manifest:
    try:
        return Manifest.from_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise WorkspaceError(
            "the manifest cannot be read", file=str(path), advice="Delete the folder 'derived' and build again"
        ) from fault


def write_aside(path: Path, content: bytes) -> None:
    """Write a file beside its place and rename it into it, so that no reader ever sees part of it.

    Raises:
        WorkspaceError: the disk is full or may not be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise WorkspaceError(
            f"cannot write: {fault.strerror or fault}",
            file=str(path),
            advice="Free some space or check the folder's rights",
        ) from fault

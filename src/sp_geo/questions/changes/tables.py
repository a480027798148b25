"""Tables of two states side by side; one that is the same in both is read once, or not at all."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from sp_geo.build.view import Build
from sp_geo.core.errors import WorkspaceError
from sp_geo.tables import TABLES


class TableReader:
    """Reads tables of two states.

    Args:
        before: the earlier state.
        after: the later one.
    """

    def __init__(self, before: Build, after: Build) -> None:
        self._builds = (before, after)

    def differs(self, name: str) -> bool:
        """Whether a table holds something else in the two states."""
        one, other = (build.manifest.tables.get(name) for build in self._builds)
        return (one.sha256 if one else "") != (other.sha256 if other else "")

    def both(self, name: str, columns: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Columns of a table as it was and as it is; a column that one of the states lacks is left out of both.

        Raises:
            WorkspaceError: a file of one of the states is gone or damaged.
        """
        held = [_columns(build, name) for build in self._builds]
        wanted = [column for column in columns if all(column in found for found in held)]
        one, other = (_read(build, name, wanted) for build in self._builds)
        return one, other


def _columns(build: Build, name: str) -> set[str]:
    """Columns of a table; those of its schema where the state does not have it."""
    path = build.store.path_of(name)
    if path is None:
        return {column.name for column in TABLES[name].columns}
    try:
        return set(pq.read_schema(path).names)
    except (OSError, ValueError) as fault:
        raise WorkspaceError(
            f"table {name} of one of the two builds cannot be read", file=str(path), advice="Build again"
        ) from fault


def _read(build: Build, name: str, columns: list[str]) -> pd.DataFrame:
    frame = build.table(name, columns) if build.has(name) else TABLES[name].empty()
    return pd.DataFrame(frame[columns])

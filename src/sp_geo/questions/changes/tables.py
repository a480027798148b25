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
        wanted = columns
        for build in self._builds:
            path = build.store.path_of(name)
            try:
                # A state that does not have the table lacks no column of its schema.
                held = pq.read_schema(path).names if path else [column.name for column in TABLES[name].columns]
            except (OSError, ValueError) as fault:
                raise WorkspaceError(
                    f"table {name} of one of the two builds cannot be read", file=str(path), advice="Build again"
                ) from fault
            wanted = [column for column in wanted if column in held]
        one, other = (
            build.table(name, wanted) if build.has(name) else TABLES[name].empty()[wanted] for build in self._builds
        )
        return one[wanted], other[wanted]

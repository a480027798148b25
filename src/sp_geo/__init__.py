"""sp_geo: a geospatial planning tool for England's social prescribing.

Example:
    >>> import sp_geo
    >>> ws = sp_geo.open(example)
    >>> ws.panel("2022Q2").rows["splw_fte"].sum()
    np.float64(6.0)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Answer", "SpGeoError", "Table", "Workspace", "open"]

if TYPE_CHECKING:
    from pathlib import Path

    from sp_geo.api.answer import Answer
    from sp_geo.api.table import Table
    from sp_geo.api.workspace import Workspace
    from sp_geo.core.errors import SpGeoError


def open(folder: str | Path | None = None) -> Workspace:  # noqa: A001 - sp_geo.open is what a reader expects
    """Open a workspace.

    Args:
        folder: of the workspace; that of SP_GEO_WORKSPACE, or ``workspace``, if None. It may be new.
    """
    from sp_geo.api.workspace import Workspace

    return Workspace(folder)


def __getattr__(name: str) -> Any:
    # Tables and maps take a second to load, which the command line's help does not need.
    if name in {"Answer", "Table", "Workspace"}:
        from sp_geo.api import answer, table, workspace

        return {"Answer": answer.Answer, "Table": table.Table, "Workspace": workspace.Workspace}[name]
    if name == "SpGeoError":
        from sp_geo.core.errors import SpGeoError

        return SpGeoError
    raise AttributeError(f"module 'sp_geo' has no attribute '{name}'")

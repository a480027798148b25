"""The need measures of one workspace: those that are published, and the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from sp_geo.panel.indicator import Indicator, all_indicators
from sp_geo.tables import TABLES
from sp_geo.workspace.store import Store

_OWN = "core_own_measure"


def known_needs(store: Store) -> Mapping[str, Indicator]:
    """Every need measure by name, in the order in which they are offered.

    Args:
        store: of the workspace; one that was built before there were own measures has none.

    Raises:
        WorkspaceError: the table of own measures cannot be read.
    """
    return all_indicators(store.read(_OWN) if store.has(_OWN) else TABLES[_OWN].empty())

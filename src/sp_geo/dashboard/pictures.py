"""Pictures to take away from pages of networks."""

from __future__ import annotations

from typing import Any

from sp_geo.dashboard.snapshot import Snapshot
from sp_geo.dashboard.state import View
from sp_geo.reporting.pictures import Caption


def network_picture(snapshot: Snapshot, view: View, measure: str, caption: Caption) -> Any:
    """A map of networks by one measure, with everything that must be said burnt in."""
    raise NotImplementedError

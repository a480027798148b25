"""The room behind the page "My data": files examined before anything is kept, kept, and undone.

The page calls :func:`examine`, :func:`start_keep`, :func:`start_undo`, :func:`state` and :func:`kept`.
"""

from __future__ import annotations

from sp_geo.my_data.examination import Examined, Upload, examine_here
from sp_geo.my_data.findings import Finding
from sp_geo.my_data.keeping import keep_here, kept, undo_here
from sp_geo.my_data.kinds import KINDS, Kind
from sp_geo.my_data.launching import examine, start_keep, start_undo
from sp_geo.my_data.lock import Busy, held_if_served, make_ready
from sp_geo.my_data.progress import State, state
from sp_geo.my_data.record import Change, Receipt
from sp_geo.my_data.uploads import MOST_BYTES

__all__ = [
    "KINDS",
    "MOST_BYTES",
    "Busy",
    "Change",
    "Examined",
    "Finding",
    "Kind",
    "Receipt",
    "State",
    "Upload",
    "examine",
    "examine_here",
    "held_if_served",
    "keep_here",
    "kept",
    "make_ready",
    "start_keep",
    "start_undo",
    "state",
    "undo_here",
]

"""Plans are worked out once: all parts, tables and files of a view share one answer, also when they ask at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic, TypeVar
from weakref import WeakKeyDictionary

import pandas as pd

from sp_geo.core.errors import SpGeoError
from sp_geo.web.snapshot import Snapshot
from sp_geo.workspace.store import Store

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
MOST: Final = 12
"""Answers kept of one build; a plan of England holds about one megabyte."""


class HeldStore(Store):
    """The store of a snapshot, which gives the frames that the snapshot holds already.

    Args:
        snapshot: whose tables they are; nobody may change a frame.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot.store.workspace)
        # The build of the snapshot, also when a later one has replaced it on disk.
        self.__dict__["manifest"] = snapshot.manifest
        self._snapshot = snapshot

    def read(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """A table of the snapshot's build.

        Raises:
            WorkspaceError: the table has not been built.
        """
        frame = self._snapshot.table(name)
        return frame if columns is None else frame[columns]


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """An answer, or why there is none.

    Attributes:
        found: the answer; None if it was refused.
        refusal: what was wrong with the request; None if there is an answer.
    """

    found: T | None
    refusal: SpGeoError | None


class Once(Generic[K, T]):
    """Answers by request; who asks for one that is under way waits for it.

    Args:
        make: the answer for a build's tables and a request; raises SpGeoError for what cannot be had.
    """

    def __init__(self, make: Callable[[HeldStore, K], T]) -> None:
        self._make = make
        self._lock = Lock()
        # An old build goes when nobody looks at it any more, with all that was worked out from it.
        self._held: WeakKeyDictionary[Snapshot, OrderedDict[K, Future[Outcome[T]]]] = WeakKeyDictionary()

    def __call__(self, snapshot: Snapshot, request: K) -> Outcome[T]:
        """The answer to a request, from what is held if it is there."""
        with self._lock:
            held = self._held.setdefault(snapshot, OrderedDict())
            future = held.get(request)
            is_mine = future is None
            if future is None:
                future = held[request] = Future()
            held.move_to_end(request)
            while len(held) > MOST:
                held.popitem(last=False)
        if is_mine:
            self._answer(snapshot, request, future)
        return future.result()

    def _answer(self, snapshot: Snapshot, request: K, future: Future[Outcome[T]]) -> None:
        try:
            future.set_result(Outcome(self._make(HeldStore(snapshot), request), None))
        except SpGeoError as fault:
            # Its traceback would hold the whole build for as long as the refusal is kept.
            fault.__cause__ = fault.__context__ = None
            fault.__traceback__ = None
            future.set_result(Outcome(None, fault))
        except BaseException as fault:  # noqa: BLE001 - whoever waits must not wait for ever
            # A fault of ours is not an answer to keep: whoever asks next tries again.
            with self._lock:
                self._held.get(snapshot, OrderedDict()).pop(request, None)
            future.set_exception(fault)

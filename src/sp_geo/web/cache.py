"""Answers that take long: worked out once even if several readers ask at the same moment, the latest ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """A function whose answers are kept; whoever asks for one that is being worked out waits for it.

    Args:
        make: pure; its arguments are compared as keys.
        size: answers kept, the ones asked for last.
        of_build: whether the first argument is a snapshot; answers of another one are then let go.
    """

    def __init__(self, make: Callable[..., T], size: int, *, of_build: bool = False) -> None:
        self._of_build = of_build
        self._make = make
        self._size = size
        self._held: OrderedDict[tuple[Hashable, ...], Future[T]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, *key: Hashable) -> T:
        """The answer; what was raised in working it out is raised for all who wait, and is not kept."""
        with self._lock:
            if self._of_build:
                for other in [other for other in self._held if other[0] is not key[0]]:
                    del self._held[other]
            answer = self._held.get(key)
            mine = answer is None
            if answer is None:
                answer = self._held[key] = Future()
                while len(self._held) > self._size:
                    self._held.popitem(last=False)
            else:
                self._held.move_to_end(key)
        if mine:
            try:
                answer.set_result(self._make(*key))
            except BaseException as fault:
                with self._lock:
                    self._held.pop(key, None)
                answer.set_exception(fault)
                raise
        return answer.result()

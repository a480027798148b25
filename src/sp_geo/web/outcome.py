"""Answers that may be refused: kept with the build like every answer, so that all parts of a page share one."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sp_geo.build.view import LARGE, Build
from sp_geo.core.errors import SpGeoError, UsageError

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """An answer, or why there is none.

    Attributes:
        found: the answer; None if it was refused.
        refusal: what was wrong with the request; None if there is an answer.
    """

    found: T | None
    refusal: SpGeoError | None

    @property
    def answer(self) -> T:
        """The answer.

        Raises:
            SpGeoError: it was refused.
        """
        if self.found is None:
            raise self.refusal or UsageError("there is no plan")
        return self.found


def outcome(build: Build, make: Callable[[Build, K], T], request: K) -> Outcome[T]:
    """The answer to a request, or its refusal, worked out once.

    Args:
        build: that is asked.
        make: the answer; raises SpGeoError for what cannot be had. A function of a module, so that it is a key.
        request: as a key.
    """
    return build.once(_outcome, make, request, weight=LARGE)


def _outcome(build: Build, make: Callable[[Build, K], T], request: K) -> Outcome[T]:
    try:
        return Outcome(make(build, request), None)
    except SpGeoError as fault:
        # Its traceback would hold what was worked out on the way for as long as the refusal is kept.
        fault.__cause__ = fault.__context__ = fault.__traceback__ = None
        return Outcome(None, fault)

"""A main message: one sentence to remember, what it rests on, and the picture and table behind it."""

from __future__ import annotations

from dataclasses import dataclass

from sp_geo.reports.sheet import Sheet


@dataclass(frozen=True)
class Message:
    """One main message of a pack.

    Attributes:
        key: safe for file names, such as ``provision``.
        headline: one sentence with the figure and its period: what an ICB should remember.
        points: two to four sentences: what it is made of (denominator, n, coverage, interval) and what it does not say.
        picture: PNG that fits a screen of 16 to 9; empty for none.
        alternative: of the picture, in words: what it shows.
        sheet: the table behind it; None where there is none.
    """

    key: str
    headline: str
    points: tuple[str, ...]
    picture: bytes = b""
    alternative: str = ""
    sheet: Sheet | None = None

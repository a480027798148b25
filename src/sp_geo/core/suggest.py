"""What a mistyped word may have meant: codes by code or by name, never anything that is not known.

A suggestion is only ever said. Nothing in the software takes it in the user's place: a name can be that of several
areas, and an area's code is what joins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sp_geo.core.errors import UsageError

MOST: Final = 3
"""Suggestions in one line."""
_NEAR_ENOUGH: Final = 0.6
_NAME_NEAR_ENOUGH: Final = 0.75
_LONGEST: Final = 80
"""Characters compared: nobody mistypes a longer word, and comparing takes time."""
_SHORTEST_PART: Final = 3
_UNLIKE: Final = (0, 0.0)
_FITS_A_LINE: Final = 15
_SAID_BY_ALL: Final = re.compile(r"\b(?:nhs|integrated care board|icb|primary care network|pcn|region)\b")


def near(wanted: str, known: Mapping[str, str] | Iterable[str]) -> tuple[str, ...]:
    """The known words nearest to a word, best first; equal ones in the order of the alphabet.

    Args:
        wanted: what was typed.
        known: codes and the name of each (empty if it has none), or words without names.

    Returns:
        Some of the known words, in full; none if nothing is near.
    """
    names = known if isinstance(known, Mapping) else dict.fromkeys(known, "")
    typed = wanted[:_LONGEST]
    found = [
        (max(_code_likeness(_bare(typed), _bare(code)), _name_likeness(_plain(typed), _plain(name))), code)
        for code, name in names.items()
    ]
    best = max((likeness for (likeness, _), _ in found), default=0)
    # Words that are merely similar are noise beside one that is the same but for its writing.
    kept = sorted((-share, code) for (likeness, share), code in found if likeness == best > 0)
    return tuple(code for _, code in kept)[:MOST]


def did_you_mean(wanted: str, known: Mapping[str, str] | Iterable[str]) -> str | None:
    """A question that names the nearest words, with what each code is called; None if nothing is near."""
    names = known if isinstance(known, Mapping) else dict.fromkeys(known, "")
    said = [f"'{code}' ({names[code]})" if names[code] else f"'{code}'" for code in near(wanted, names)]
    if not said:
        return None
    return f"Did you mean {' or '.join([', '.join(said[:-1]), said[-1]] if len(said) > 1 else said)}?"


def no_such(what: str, wanted: str, known: Mapping[str, str] | Iterable[str], advice: str | None = None) -> UsageError:
    """The refusal of an unknown word: what is known if it fits a line, and what may have been meant.

    Args:
        what: kind of word, such as ``non_response``.
        wanted: what was typed.
        known: as in :func:`near`.
        advice: what to do if nothing is near.
    """
    words = list(known)
    return UsageError(
        f"there is no such {what}",
        found=shown(wanted),
        expected=", ".join(words) if 0 < len(words) <= _FITS_A_LINE else f"one of {len(words):,} known",
        advice=did_you_mean(wanted, known) or advice,
    )


def shown(text: str) -> str:
    """What was typed, in quotes, so that it fits a line and cannot drive a terminal."""
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:_LONGEST])
    return f"'{plain}'" + (f" and {len(text) - _LONGEST:,} more characters" if len(text) > _LONGEST else "")


def _bare(text: str) -> str:
    """Letters and digits alone, in one case: ``2022-q2`` is ``2022Q2``."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _plain(name: str) -> str:
    """A name in one case without the words that all of its kind share."""
    return " ".join(_SAID_BY_ALL.sub(" ", name.casefold()).split())


def _code_likeness(typed: str, code: str) -> tuple[int, float]:
    if not typed or not code:
        return _UNLIKE
    if typed == code:
        return 3, 1.0
    is_part = len(typed) >= _SHORTEST_PART and (code.startswith(typed) or code.endswith(typed))
    # Two letters that changed places are the commonest slip.
    if is_part or sorted(typed) == sorted(code):
        return 2, len(typed) / len(code)
    return _similar(typed, code, _NEAR_ENOUGH)


def _name_likeness(typed: str, name: str) -> tuple[int, float]:
    if len(typed) < _SHORTEST_PART or not name:
        return _UNLIKE
    if typed == name:
        return 3, 1.0
    if all(word in name for word in typed.split()):
        return 2, min(len(typed) / len(name), 1.0)
    return _similar(typed, name, _NAME_NEAR_ENOUGH)


def _similar(one: str, other: str, least: float) -> tuple[int, float]:
    """Share of letters in the same order; nothing if it is under the least."""
    from rapidfuzz.distance import Indel

    share = Indel.normalized_similarity(one, other, score_cutoff=least)
    return int(share > 0), share

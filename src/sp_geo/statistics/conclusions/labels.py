"""Words that several sentences share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

NON_RESPONSE_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "reporters": "Reporters only",
        "absent_as_zero": "Absent as zero",
        "balanced": "Balanced panel",
        "reweighted": "Reweighted to all PCNs",
    }
)
REFERENCE: Final = "reporters"
"""The handling that assumes nothing about silent PCNs; the others stand beside it."""
FEWEST: Final = 20
"""PCNs below which an estimate is shown and nothing is concluded from it, whatever its interval."""


def pcns_words(count: int) -> str:
    """So many PCNs."""
    return f"{count:,} PCN{'' if count == 1 else 's'}"


def quarters_words(count: int) -> str:
    """So many quarters."""
    return f"{count} quarter{'' if count == 1 else 's'}"


def lowered(words: str) -> str:
    """Words as they stand inside a sentence."""
    return words[:1].lower() + words[1:]


def joined(words: list[str]) -> str:
    """Words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

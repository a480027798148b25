"""Telephone numbers, e-mail and web addresses taken out of published texts: nobody needs them on a map."""

from __future__ import annotations

import re
from typing import Final

_EMAIL: Final = re.compile(r"[\w.+'-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
_WEB: Final = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_TELEPHONE: Final = re.compile(
    r"(?<![\d.:/])(?:(?:\+|00)44[\s-]?(?:\(0\)[\s-]?)?|\(?0)\d{2,5}\)?(?:[\s-]?\d{2,4}){2,3}(?![\d:])"
    r"|(?<![\d.:/])0800[\s-]?\d{4}(?!\d)"
)
_LEAST_DIGITS: Final = 8


def without_contacts(text: str) -> str:
    """A text without telephone numbers, e-mail and web addresses; opening hours and years stay."""
    bare = _WEB.sub("", _EMAIL.sub("", text))
    bare = _TELEPHONE.sub(lambda found: "" if _is_long(found.group()) else found.group(), bare)
    return " ".join(bare.split())


def _is_long(found: str) -> bool:
    return sum(sign.isdigit() for sign in found) >= _LEAST_DIGITS

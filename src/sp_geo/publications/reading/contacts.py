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
    bare = _TELEPHONE.sub(
        lambda found: "" if sum(sign.isdigit() for sign in found.group()) >= _LEAST_DIGITS else found.group(), bare
    )
    return " ".join(bare.split())

"""Shapes of the codes that every join uses.

Organisation codes are those of the NHS Organisation Data Service (ODS); area codes are those of the Office for
National Statistics (ONS), whose small areas carry the year of their census in the column's name.
"""

from __future__ import annotations

import re
from typing import Final

PRACTICE: Final = r"[A-TV-Z]\d{5}"
"""ODS code of a general practice, such as ``A81001``; those that begin with U are of PCNs."""

PCN: Final = r"U\d{5}"
"""ODS code of a primary care network, such as ``U89141``."""

PCN_OR_UNALLOCATED: Final = r"U(?:\d{5})?"
"""As :data:`PCN`, or the publisher's ``U`` for practices that belong to none."""

UNALLOCATED_PCN: Final = "U"

SUB_ICB: Final = r"\d{2}[A-Z]|[A-Z0-9]{5}"
"""ODS code of a sub-ICB location or former CCG: ``01F``, or five characters since 2020."""

ICB: Final = r"Q[A-Z0-9]{2}|[A-Z0-9]{5}"
"""ODS code of an integrated care board: ``QOP``, or five characters since 2026."""

REGION: Final = r"Y\d{2}"
"""ODS code of an NHS England region, such as ``Y62``."""

LSOA_ENGLAND: Final = r"E01\d{6}"
LSOA_WALES: Final = r"W01\d{6}"
LSOA: Final = rf"{LSOA_ENGLAND}|{LSOA_WALES}"
LSOA_UNKNOWN: Final = "NO2011|NO2021|CLOSED"
"""What NHS England writes where a patient's address has no small area."""

LSOA_OR_UNKNOWN: Final = rf"{LSOA}|{LSOA_UNKNOWN}"

LOCAL_AUTHORITY: Final = r"[EWNS]\d{8}"
ICB_ONS: Final = r"E54\d{6}"
SUB_ICB_ONS: Final = r"E38\d{6}"

POSTCODE: Final = r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}"
"""Postcode in upper case with one space."""

AREA: Final = rf"{LOCAL_AUTHORITY}|{PCN}|{REGION}|{ICB}|{SUB_ICB}"
"""Any area that a directory or a report may name: ONS code of nine characters, or an ODS code."""


def fits(code: str, shape: str) -> bool:
    """Whether one code has a shape from this module."""
    return re.fullmatch(shape, code, re.ASCII) is not None

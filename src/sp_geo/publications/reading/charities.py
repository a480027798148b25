"""What the tables of the register of charities have in common."""

from __future__ import annotations

import re
from typing import Final

from sp_geo.publications.reading.records import RecordFaultError, cleaned
from sp_geo.publications.reading.rows import MISSING, Row

NOT_GIVEN: Final = MISSING | {"na"}
_NUMBER: Final = re.compile(r"[0-9]{5,8}")


def charity_number(row: Row) -> str:
    """Number in the register.

    Raises:
        RecordFaultError: it is missing or not a number of five to eight digits.
    """
    found = cleaned(row.get("charity_number")).removesuffix(".0")
    if not _NUMBER.fullmatch(found):
        raise RecordFaultError(
            "the charity's number is not one", f"'{found[:40]}'; five to eight digits such as 1234567"
        )
    return found


def register_of(directory_id: str) -> str:
    """The register that a file belongs to: its tables come in files of their own, named after each table."""
    return re.sub(r"-(?:area-of-operation|classification)$", "", directory_id)

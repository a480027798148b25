"""Bytes of a text file as text."""

from __future__ import annotations

import codecs
from typing import Final

MIXED: Final = "windows_1252_where_not_utf_8"
"""Error handler that reads single bytes of Windows-1252 in a text that is UTF-8 elsewhere."""


def _windows_1252(fault: UnicodeError) -> tuple[str, int]:
    if not isinstance(fault, UnicodeDecodeError):
        raise fault
    return fault.object[fault.start : fault.end].decode("cp1252", errors="replace"), fault.end


codecs.register_error(MIXED, _windows_1252)


def decode(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one; single bytes that are not UTF-8 are Windows-1252.

    Files are put together from parts in both, so one such byte does not make the whole text Windows-1252. Bytes
    that Windows-1252 does not define become the replacement character; they can only stand in names.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8-sig", errors=MIXED)

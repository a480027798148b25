"""Bytes of a text file as text."""

from __future__ import annotations


def decode(data: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, otherwise Windows-1252.

    Bytes that Windows-1252 does not define become the replacement character; they can only stand in names.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")

"""ZIP files whose bytes are those of their parts alone: no clock, no system, no library that wrote before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

NO_DAY: Final = date(1980, 1, 1)
"""For what has no day of its own: the first that a ZIP file can say."""


def zip_bytes(parts: Mapping[str, bytes], made: date, level: int | None = None) -> bytes:
    """A ZIP file; the same parts in the same order, moment and level give the same bytes on every system.

    Args:
        parts: content by name, in their order; folders of a name are parted by /.
        made: day or moment that every part is dated with; before 1980, of which ZIP files know nothing, that of 1980.
        level: of compression, 1 to 9; zlib's own without one.
    """
    at = made.timetuple()
    moment = (max(at.tm_year, NO_DAY.year), at.tm_mon, at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            entry = ZipInfo(name, moment)
            entry.compress_type = ZIP_DEFLATED
            # Python names the system it runs on here; a file made on Windows would be another than one made on Linux.
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            pack.writestr(entry, content, compresslevel=level)
    return buffer.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """Parts of a ZIP file by name, in their order.

    Raises:
        BadZipFile: it is none, or damaged.
    """
    with ZipFile(BytesIO(content)) as pack:
        return {name: pack.read(name) for name in pack.namelist()}

"""Published files turned into core tables: one folder a publication, whose reader is a :data:`Reader`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from sp_geo.publications.catalogue import publications
from sp_geo.publications.reading import Frames, Reader, anomaly_frame
from sp_geo.workspace.document import Document

READERS: Final[Mapping[str, Reader]] = {
    key: import_module(f"sp_geo.publications.{key}.reader").read for key in publications()
}
"""Reader by publication key."""


def read(publication: str, document: Document, period: str) -> Frames:
    """Everything a file says, as core tables, and what is odd in it as core_anomaly.

    Args:
        publication: key of its reader.
        document: the opened file; its notes are written anew.
        period: what the reader must be told that the file may not say.

    Raises:
        InvalidContent: something in it cannot be true, or too much of it is odd.
        DamagedFile: it cannot be read to its end.
    """
    document.notes.rows.clear()
    document.notes.anomalies.clear()
    frames = READERS[publication](document, period)
    return {**frames, "core_anomaly": anomaly_frame(document.notes, publication, period)}

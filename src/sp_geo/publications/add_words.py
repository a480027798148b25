"""What is said of a file that was taken: its rows, what is odd, what was refused, and what it covers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from sp_geo.workspace.document import Document
from sp_geo.workspace.provenance import Origin

MOST_NAMED: Final = 3
_NOT_COUNTED: Final = {"core_directory", "core_service_refused", "core_anomaly", "core_own_measure"}
"""Tables that say something of a directory, a measure or a file, not what it holds."""


def rows_in_words(document: Document, frames: Mapping[str, pd.DataFrame]) -> str:
    """How many rows the file has, and how many rows of tables they became where these are fewer."""
    made = [len(frame) for name, frame in frames.items() if name not in _NOT_COUNTED]
    read = document.notes.rows_count
    if not read:
        return _rows(max(made, default=0))
    return _rows(read) if sum(made) >= read else f"{_rows(read)} read into {_rows(sum(made))} of tables"


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def odd_rows(frames: Mapping[str, pd.DataFrame]) -> str:
    """In a few words how many rows of a file are odd, and what became of them."""
    outcomes = frames["core_anomaly"].groupby(["file", "row", "outcome"], dropna=False).size().groupby("outcome").size()
    if outcomes.empty:
        return ""
    told = ", ".join(f"{count:,} {outcome}" for outcome, count in outcomes.items())
    return f"; {told} ('sp-geo status' lists what is odd)"


def refused_records(frames: Mapping[str, pd.DataFrame]) -> str:
    """In a few words how many records of a directory were refused, and the commonest reasons."""
    faults = frames.get("core_service_refused")
    if faults is None or faults.empty:
        return ""
    lost = faults[faults["outcome"] == "refused"]
    parts = []
    if len(lost):
        causes = lost["cause"].value_counts().head(MOST_NAMED)
        named = ", ".join(f"{cause} ({count:,})" for cause, count in causes.items())
        parts.append(f"{lost['record'].nunique():,} record(s) refused: {named}")
    warned = faults.loc[faults["outcome"] == "warned", "record"].nunique()
    if warned:
        parts.append(f"{warned:,} taken with a warning")
    return "; " + "; ".join(parts) + " ('sp-geo services --show refused' lists them)"


def coverage(frames: Mapping[str, pd.DataFrame], origin: Origin) -> str:
    """What a directory of services claims to cover, which decides what its silence means."""
    claims = frames.get("core_directory")
    if claims is None:
        return ""
    areas = [*origin.covers, *claims.loc[claims["area_code"] != "", "area_code"]]
    if areas:
        return f"; covers {', '.join(areas[:MOST_NAMED])}{' and more' if len(areas) > MOST_NAMED else ''}"
    return "; covers no stated area, so nothing is said of places it does not list ('--covers CODE' states one)"

"""Which errors a table of slopes rests on and why, in a sentence above it."""

from __future__ import annotations

import pandas as pd

from sp_geo.statistics.conclusions.verdicts import errors_words

_WHY = {
    "CR2": "PCNs of one ICB resemble each other; q beside p, as many slopes are asked; p of the wild cluster bootstrap "
    "beside it",
    "permuted": "all PCNs are of one ICB, and few or uneven ones make any table of t too short; no number where one or "
    "a few PCNs settle the slope",
}


def errors_note(rows: pd.DataFrame, asked: str) -> str:
    """The errors of a table's slopes, and why they were chosen if nobody asked for a kind.

    Args:
        rows: with ``se_type``, the kind that was used.
        asked: kind that was asked for, or ``auto``.
    """
    kinds = [str(kind) for kind in rows["se_type"].unique() if kind != "auto"]
    if asked != "auto":
        return f"Errors, as asked for: {errors_words({'se_type': asked})}."
    told = "; ".join(f"{errors_words({'se_type': kind})} ({_WHY[kind]})" for kind in kinds)
    return f"Errors by the design: {told}." if told else "No slope could be estimated."

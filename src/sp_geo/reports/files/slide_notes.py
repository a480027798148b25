"""What is said beside a slide: the message in full, and the key figures of the table behind it."""

from __future__ import annotations

from typing import Final

import numpy as np

from sp_geo.reports.files.message import Message
from sp_geo.reports.sheet import SHORTHANDS, Cover, Sheet, cell_text, marks

_MOST_ROWS: Final = 12
"""Rows that are read out one by one; of more, each column is described."""


def notes_of(message: Message, cover: Cover) -> list[str]:
    """Paragraphs of a slide's notes."""
    lines = [f"{cover.mark}: invented data, not for decisions."] if cover.mark else []
    lines += [message.headline, *message.points]
    lines += [f"Picture: {message.alternative}"] if message.alternative else []
    if message.sheet is not None:
        lines += key_figures(message.sheet)
        lines += [f"Note: {note}" for note in message.sheet.notes]
    return [*lines, f"{cover.subject}. {made_words(cover)}"]


def made_words(cover: Cover) -> str:
    """When and with what it was made, in a sentence."""
    return f"Made {cover.made.day} {cover.made:%B %Y} with sp_geo {cover.version}, data {cover.digest}."


def key_figures(sheet: Sheet) -> list[str]:
    """A short table row by row, a long one column by column, with what is missing counted by its reason."""
    first, *rest = columns = [column for column in sheet.columns if not column.is_aside]
    lines = [f"Key figures. {sheet.title} ({len(sheet.rows):,} rows)."]
    if len(sheet.rows) <= _MOST_ROWS:
        for _, row in sheet.rows.iterrows():
            said = "; ".join(f"{column.heading} {cell_text(column, row)}" for column in rest)
            lines.append(f"{cell_text(first, row)}: {said}")
        return lines
    for column in columns:
        if not column.is_number:
            continue
        why = marks(column, sheet.rows)
        values = sheet.rows[column.name][why == ""].to_numpy(dtype=float, na_value=np.nan) * column.scale
        missing = [f"{(why == mark).sum():,} {words}" for mark, words in SHORTHANDS.items() if (why == mark).any()]
        told = "no values"
        if len(values):
            low, middle, high = (f"{value:,.{column.digits}f}" for value in np.quantile(values, [0, 0.5, 1]))
            told = f"{len(values):,} values from {low} to {high}, median {middle}"
        lines.append(f"{column.heading}: {'; '.join([told, *missing])}.")
    return lines

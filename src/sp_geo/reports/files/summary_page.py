"""A summary in plain words as one HTML file: it asks nothing of a network, reads aloud in order, and prints on A4."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Final

from sp_geo.questions.record_forms import as_script
from sp_geo.reports.files.message import Message
from sp_geo.reports.files.slide_notes import made_words
from sp_geo.reports.sheet import SHORTHANDS, Cover, Sheet, cell_text

TABLE: Final = "The figures in a table"
MOST_ROWS: Final = 60
"""Rows of a table on a page to read; the workbook has all."""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True)
class Summary:
    """What the page says.

    Attributes:
        lead: what it is about, in a sentence or two.
        messages: main messages, in their order.
        table: one table to read; its first column heads its rows.
        limits: what the figures do not say.
        files: name of each file of the pack, and what it is.
    """

    lead: str
    messages: Sequence[Message]
    table: Sheet
    limits: Sequence[str]
    files: Sequence[tuple[str, str]]


def summary_page(summary: Summary, cover: Cover) -> bytes:
    """The page as UTF-8; the same summary and cover give the same bytes.

    Args:
        summary: what it says.
        cover: title, sources, licences, day and run record.
    """
    style = (files("sp_geo.reports.files") / "standalone" / "summary.css").read_text(encoding="utf-8").strip()
    title = escape(f"{cover.mark}: {cover.title}" if cover.mark else cover.title)
    mark = f'<p class="mark">{escape(cover.mark)}: invented data, not for decisions.</p>' if cover.mark else ""
    has_record = " The run record of this page is inside it." if cover.record else ""
    messages = []
    for number, message in enumerate(summary.messages, start=1):
        picture = ""
        if message.picture:
            data = b64encode(message.picture).decode()
            picture = (
                f'<figure><img alt="{escape(message.alternative)}" src="data:image/png;base64,{data}">'
                f"<figcaption>In words: {escape(message.alternative)}</figcaption></figure>"
            )
        inside = f"{_list(message.points)}{picture}"
        messages.append(_section(f"message-{message.key}", f"{number}. {message.headline}", inside))
    contents = [(f"message-{message.key}", message.headline) for message in summary.messages]
    contents += [("table", TABLE), ("limits", "What this does not say")]
    contents += [("files", "What else is in this pack"), ("sources", "Sources and licence")]
    links = "".join(f'<li><a href="#{escape(key)}">{escape(words)}</a></li>' for key, words in contents)
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en-GB">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>\n{style}\n</style>",
        "</head>",
        "<body>",
        '<a class="skip" href="#main">Skip to the messages</a>',
        f"<header>{mark}<h1>{escape(cover.title)}</h1><p>{escape(summary.lead)}</p></header>",
        f'<nav aria-label="Contents"><h2>On this page</h2><ol>{links}</ol></nav>',
        '<main id="main" tabindex="-1">',
        *messages,
        _table(summary.table),
        _section("limits", "What this does not say", _list(summary.limits)),
        _section(
            "files",
            "What else is in this pack",
            f"<dl>{''.join(f'<dt>{escape(name)}</dt><dd>{escape(words)}</dd>' for name, words in summary.files)}</dl>",
        ),
        _section(
            "sources",
            "Sources and licence",
            f"<h3>Sources</h3>{_list(cover.sources or ('None named.',))}"
            f"<h3>Licence</h3>{_list(cover.licences or ('None named.',))}",
        ),
        "</main>",
        f"<footer><p>{escape(made_words(cover))}{has_record}</p></footer>",
        as_script(cover.record),
        "</body>",
        "</html>",
    ]
    return ("\n".join(part for part in parts if part) + "\n").encode()


def _section(key: str, heading: str, inside: str) -> str:
    return f'<section id="{key}" aria-labelledby="{key}-h"><h2 id="{key}-h">{escape(heading)}</h2>{inside}</section>'


def _list(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _table(sheet: Sheet) -> str:
    """A table with its caption, headings of columns and of rows, and the meaning of the marks in it."""
    shown = [column for column in sheet.columns if not column.is_aside]
    head = "".join(f'<th scope="col"{_number(column.is_number)}>{escape(column.heading)}</th>' for column in shown)
    body, used = [], set()
    for _, row in sheet.rows.head(MOST_ROWS).iterrows():
        cells = [cell_text(column, row) for column in shown]
        used |= set(cells) & set(SHORTHANDS)
        first = f'<th scope="row">{escape(cells[0])}</th>'
        rest = "".join(
            f"<td{_number(column.is_number)}>{escape(text)}</td>"
            for column, text in zip(shown[1:], cells[1:], strict=True)
        )
        body.append(f"<tr>{first}{rest}</tr>")
    left = len(sheet.rows) - MOST_ROWS
    notes = [*sheet.notes, *(f"{mark}: {words}" for mark, words in SHORTHANDS.items() if mark in used)]
    notes += [f"{left:,} more rows are in the workbook."] if left > 0 else []
    table = (
        f'<div class="wide" tabindex="0" role="region" aria-labelledby="table-caption"><table>'
        f'<caption id="table-caption">{escape(sheet.title)}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
    return _section("table", TABLE, f"{table}{_list(notes)}")


def _number(is_number: bool) -> str:
    return ' class="number"' if is_number else ""

"""Short names of the workforce's detailed staff roles."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import pandas as pd

from sp_geo.ingest.reading import Parsed, first_row, words

_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


@cache
def link_worker_roles() -> Mapping[str, str]:
    """Short name by published name, lower case, of every link worker role that is known."""
    text = (files("sp_geo.ingest") / "column_maps" / "roles.csv").read_text(encoding="utf-8")
    return {row["published"]: row["role"] for row in csv.DictReader(io.StringIO(text))}


def role_name(published: str) -> str | None:
    """The short name of a role; None for a link worker role that nobody has reviewed.

    Link worker roles decide the result, so each is named in ``column_maps/roles.csv``; any other role is written in
    lower case with underscores.
    """
    plain = " ".join(_DASHES.sub("-", published).lower().split())
    known = link_worker_roles().get(plain)
    if known is not None or "link worker" in plain or "social prescrib" in plain:
        return known
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or None


def roles(parsed: Parsed, column: str) -> pd.Series:
    """A column of detailed staff roles as short names.

    Raises:
        InvalidContent: a role is blank, or is a link worker role that is not in ``column_maps/roles.csv``.
    """
    published = words(parsed, column, default="")
    named = {text: role_name(text) for text in published.unique()}
    for text, name in named.items():
        if name is None:
            raise parsed.refusal(
                "the role is not known",
                row=first_row(published == text),
                column=column,
                found=f"'{text}'" if text else "nothing",
                expected="one of the link worker roles in ingest/column_maps/roles.csv, or another role",
                advice="If it is a new kind of link worker, add it to that table" if text else None,
            )
    return published.map(named).astype("str")

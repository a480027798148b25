"""Short names of the workforce's detailed staff roles."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import pandas as pd

from sp_geo.publications.reading import Parsed, words

LINK_WORKER = "splw"
"""The plain role; the short name of every other link worker role begins with it."""

NOT_STATED = "not_stated"
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


@cache
def link_worker_roles() -> Mapping[str, str]:
    """Short name by published name, lower case, of every link worker role that is known."""
    text = (files("sp_geo.publications.pcn_workforce") / "roles.csv").read_text(encoding="utf-8")
    return {row["published"]: row["role"] for row in csv.DictReader(io.StringIO(text))}


def role_name(published: str) -> str:
    """The short name of a role.

    Link worker roles decide the result, so each that is known is named in ``roles.csv``. One that is new counts among
    the link workers, as ``splw_`` and its own words, never as the plain role. Any other role is written in lower case
    with underscores; a blank one is ``not_stated``.
    """
    plain = " ".join(_DASHES.sub("-", published).lower().split())
    known = link_worker_roles().get(plain)
    if known is not None:
        return known
    short = re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or NOT_STATED
    return f"{LINK_WORKER}_{short}" if is_link_worker(plain) else short


def is_link_worker(published: str) -> bool:
    """Whether a role is of a link worker, by its words."""
    plain = published.lower()
    return "link worker" in plain or "social prescrib" in plain


def roles(parsed: Parsed, column: str, fte: pd.Series) -> pd.Series:
    """A column of detailed staff roles as short names; blank ones, and link worker roles that are new, are listed.

    Args:
        parsed: the table.
        column: of the roles.
        fte: of each row, the effect of what is listed.
    """
    published = words(parsed, column, default="")
    named = published.map({text: role_name(text) for text in published.unique()}).astype("str")
    known = set(link_worker_roles().values())
    new = published.map({text: is_link_worker(text) for text in published.unique()}).astype("bool") & ~named.isin(known)
    for problem, rows in (
        ("the role is blank", named == NOT_STATED),
        ("a link worker role that is new: counted among link workers, not as the plain role", new),
    ):
        if rows.any():
            parsed.keep(problem, rows, column, fte, "FTE")
    return named

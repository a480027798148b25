"""What the shell offers when Tab is pressed: words of options, and codes that the workspace holds.

A completion that fails says nothing: the shell has no place for a fault. Codes are read with DuckDB straight from the
tables' files, because pandas takes a second to load and whoever presses Tab does not wait for one.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import typer

from sp_geo.cli.anywhere import WORKSPACE_NAMED
from sp_geo.core.settings import DEFAULT_WORKSPACE
from sp_geo.questions.requests import words
from sp_geo.workspace.store import Store

Offers = list[tuple[str, str]]
Completer = Callable[[typer.Context, str], Offers]
_PANEL: Final = "out_pcn_quarter"
_WIDE_AREAS: Final = """
    select code, name from (
        select icb_code as code, arg_max(icb_name, quarter) as name from read_parquet($file) group by 1
        union all
        select region_code, arg_max(region_name, quarter) from read_parquet($file) group by 1
    ) where code is not null order by code
"""
_PCNS: Final = """
    select pcn_code, arg_max(pcn_name, quarter) from read_parquet($file) where pcn_code like 'U%' group by 1 order by 1
"""
_QUARTERS: Final = "select distinct quarter, '' from read_parquet($file) order by 1 desc"
_ICB_SETS: Final = "select icb_set, words from read_parquet($file) order by 1"
_DIRECTORIES: Final = "select distinct directory_id, '' from read_parquet($file) order by 1"
_OWN_MEASURES: Final = "select measure, label || ' (your own)' from read_parquet($file) order by 1"
_OWN_OF_AREAS: Final = """
    select measure, label || ' (your own)' from read_parquet($file)
    where area_type not in ('practice', 'pcn') order by 1
"""
_PLANS: Final = "select name, min(kind) || ' by ' || min(author) from sp_geo_plan group by name order by name"


def one_of(known: Mapping[str, str] | Iterable[str], *more: str) -> Completer:
    """Offer some words."""
    named = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known, "")
    named |= dict.fromkeys(more, "")

    def offer(context: typer.Context, incomplete: str) -> Offers:
        del context
        return [(word, name) for word, name in named.items() if word.startswith(incomplete)]

    return offer


def needs(context: typer.Context, incomplete: str) -> Offers:
    """Need measures with their labels, the user's own last."""
    own = _quietly(lambda: _asked(_workspace(context), "core_own_measure", _OWN_MEASURES), incomplete)
    return [*one_of(words.needs())(context, incomplete), *own]


def measures(context: typer.Context, incomplete: str) -> Offers:
    """What a map can show: need measures, and provision."""
    return [*needs(context, incomplete), *one_of((words.PROVISION,))(context, incomplete)]


def small_area_needs(context: typer.Context, incomplete: str) -> Offers:
    """Needs of small areas, the user's own last."""
    own = _quietly(lambda: _asked(_workspace(context), "core_own_measure", _OWN_OF_AREAS), incomplete)
    return [*one_of(words.SMALL_AREA_NEEDS)(context, incomplete), *own]


def site_needs(context: typer.Context, incomplete: str) -> Offers:
    """Needs of small areas, and ``none`` for people alone."""
    return [*small_area_needs(context, incomplete), *one_of({"none": "people alone"})(context, incomplete)]


def needs_or_all(context: typer.Context, incomplete: str) -> Offers:
    """Need measures with their labels, and ``all``."""
    return [*needs(context, incomplete), *one_of({words.ALL: "every need measure"})(context, incomplete)]


def publications(context: typer.Context, incomplete: str) -> Offers:
    """Publications that are known, with their titles."""
    return one_of(words.publications())(context, incomplete)


def areas(context: typer.Context, incomplete: str) -> Offers:
    """ICBs and regions of the workspace, or its PCNs after a U."""
    asked = (_WIDE_AREAS, _PCNS) if incomplete.startswith("U") else (_WIDE_AREAS,)
    return _quietly(
        lambda: [offer for question in asked for offer in _asked(_workspace(context), _PANEL, question)], incomplete
    )


def quarters(context: typer.Context, incomplete: str) -> Offers:
    """Quarters of the workspace, latest first, and ``latest``."""
    known = _quietly(lambda: _asked(_workspace(context), "out_quarter_coverage", _QUARTERS), incomplete)
    return [*one_of((words.LATEST,))(context, incomplete), *known]


def icb_sets(context: typer.Context, incomplete: str) -> Offers:
    """Sets of ICBs of the workspace, and ``as_then``."""
    known = _quietly(lambda: _asked(_workspace(context), "out_icb_set", _ICB_SETS), incomplete)
    return [*one_of({words.AS_THEN: "each quarter's own ICBs"})(context, incomplete), *known]


def directories(context: typer.Context, incomplete: str) -> Offers:
    """Directories of services in the workspace."""
    return _quietly(lambda: _asked(_workspace(context), "out_directory", _DIRECTORIES), incomplete)


def plans(context: typer.Context, incomplete: str) -> Offers:
    """Plans saved in the workspace."""

    def saved() -> Offers:
        address = f"{(_workspace(context) / 'plans.sqlite').resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=0.1)) as connection:
            return [(str(name), str(said)) for name, said in connection.execute(_PLANS)]

    return _quietly(saved, incomplete)


def _quietly(ask: Callable[[], Offers], incomplete: str) -> Offers:
    try:
        return [(code, name) for code, name in ask() if code.startswith(incomplete)]
    except Exception:  # noqa: BLE001 - see the module's docstring
        return []


def _workspace(context: typer.Context) -> Path:
    named = context.meta.get(WORKSPACE_NAMED) or context.find_root().params.get("workspace")
    return Path(named or os.environ.get("SP_GEO_WORKSPACE") or DEFAULT_WORKSPACE)


def _asked(workspace: Path, table: str, question: str) -> Offers:
    path = Store(workspace).path_of(table)
    if path is None:
        return []
    import duckdb

    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute(question, {"file": str(path)}).fetchall()
    return [(str(code), str(name or "")) for code, name in rows]

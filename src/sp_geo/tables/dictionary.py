"""The data dictionary, written from the schema classes and nothing else."""

from __future__ import annotations

from sp_geo.tables import TABLES
from sp_geo.tables.base import Column

_HEAD = """# Data dictionary

Written by `make dictionary` from `src/sp_geo/tables`; do not edit by hand.

Three states are kept apart everywhere: **zero** (known to be none), **missing** (nobody said; an empty cell, shown as
`[x]`), and **suppressed** (known but withheld by the publisher; a column of its own says so, shown as `[c]`).
Quarters are written `2022Q2`, days `2022-06-30`. The vintage of a geography is part of its name (`lsoa11_code`).
"""


def _limits(column: Column) -> str:
    parts = []
    if column.allowed:
        parts.append("one of " + ", ".join(f"`{value}`" for value in column.allowed))
    if column.low is not None or column.high is not None:
        low = "" if column.low is None else f"from {column.low:g}"
        high = "" if column.high is None else f"to {column.high:g}"
        parts.append(f"{low} {high}".strip())
    if column.shape:
        parts.append(f"fits `{column.shape}`".replace("|", "\\|"))
    return "; ".join(parts)


def as_markdown() -> str:
    """The whole dictionary as one page."""
    page = [_HEAD]
    for table in TABLES.values():
        lines = [
            f"## {table.name}",
            "",
            f"One row is {table.grain}. Key: {', '.join(f'`{name}`' for name in table.key)}.",
            "",
            "| column | meaning | type | unit | may be missing | limits |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| `{column.name}` | {column.meaning} | {column.kind} | {column.unit} | "
            f"{'yes' if column.nullable else 'no'} | {_limits(column)} |"
            for column in (*table.columns, *((table.further,) if table.further else ()))
        ]
        lines += ["", *(f"- {caveat}" for caveat in table.caveats)]
        page.append("\n".join(lines).rstrip() + "\n")
    return "\n".join(page)

"""Two tables, files or run records side by side: what differs, in words short enough for a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zipfile import BadZipFile

import pandas as pd

from sp_geo.core.archives import parts_of
from sp_geo.questions.run_record import RunRecord

_SHOWN: Final = 60
"""Letters of a value or of a line that are told."""
_MOST_NAMES: Final = 3
_BINARY: Final = (b"PK\x03\x04", b"SQLite format 3", b"\x89PNG")


def table_words(before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str]) -> str:
    """What differs between two states of one table: columns, rows, and the first value.

    Args:
        before: as the record has it.
        after: as it was built again.
        key: columns that tell its rows apart.
    """
    gone, new = (
        [str(name) for name in one.columns if name not in other.columns]
        for one, other in ((before, after), (after, before))
    )
    said = []
    for names, words in ((gone, "is gone"), (new, "is new")):
        rest = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        said += [f"column {', '.join(names[:_MOST_NAMES])}{rest} {words}"] if names else []
    if not set(key) <= set(before.columns) & set(after.columns):
        return "; ".join(said)
    one, other = (frame.set_index(list(key)) for frame in (before, after))
    lost, more = one.index.difference(other.index), other.index.difference(one.index)
    said += [
        f"{len(rows):,} row{'' if len(rows) == 1 else 's'} only {words}, first {_place(key, rows[0])}"
        for rows, words in ((lost, "in the record"), (more, "here"))
        if len(rows)
    ]
    both = one.index.intersection(other.index)
    for name in [name for name in one.columns if name in other.columns]:
        then, now = one.loc[both, name].astype(object), other.loc[both, name].astype(object)
        differs = ~((then == now) | (then.isna() & now.isna())).to_numpy()
        if count := int(differs.sum()):
            first = int(differs.argmax())
            said.append(
                f"{name} differs in {count:,} row{'' if count == 1 else 's'}, first {_place(key, both[first])}: "
                f"{_cut(then.iloc[first])} in the record, {_cut(now.iloc[first])} here"
            )
    shown = said if len(said) <= _MOST_NAMES else [*said[:_MOST_NAMES], f"{len(said) - _MOST_NAMES} more differences"]
    return "; ".join(shown) or "every value is the same: only the file was written differently"


def _place(key: Sequence[str], at: Any) -> str:
    return " ".join(str(part) for part in (at if len(key) > 1 else (at,)))


def _cut(value: Any) -> str:
    text = "nothing" if pd.api.types.is_scalar(value) and pd.isna(value) else str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def file_words(before: bytes, after: bytes) -> str:
    """What differs between two files: parts of an archive, the first line of a text, or the size.

    Args:
        before: as it was given.
        after: as it was made again.
    """
    if before.startswith(b"PK\x03\x04") and after.startswith(b"PK\x03\x04"):
        try:
            parts, made = parts_of(before), parts_of(after)
        except (BadZipFile, OSError, ValueError, NotImplementedError):
            return "it is damaged"
        said = [f"part {name} is only in the file" for name in parts if name not in made]
        said += [f"part {name} is only in what was made again" for name in made if name not in parts]
        said += [
            f"part {name}: {file_words(part, made[name])}"
            for name, part in parts.items()
            if name in made and part != made[name]
        ]
        rest = len(said) - _MOST_NAMES
        return "; ".join(said[:_MOST_NAMES] + ([f"{rest} more parts"] if rest > 0 else [])) or "packed in another way"
    if before.startswith(_BINARY) or after.startswith(_BINARY):
        return f"{len(before):,} bytes there, {len(after):,} bytes made again"
    one, other = (content.decode("utf-8", "replace").split("\n") for content in (before, after))
    number = _parting(one, other)
    if number == min(len(one), len(other)):
        return f"{len(one):,} lines there, {len(other):,} made again"
    line, again = one[number], other[number]
    start = max(_parting(line, again) - _SHOWN // 3, 0)
    shown = slice(start, start + _SHOWN)
    return f"line {number + 1:,}: '{line[shown]}' there, '{again[shown]}' made again"


def _parting(one: Sequence[str], other: Sequence[str]) -> int:
    """The first place at which two texts part, or the end of the shorter one."""
    unlike = (at for at, (left, right) in enumerate(zip(one, other, strict=False)) if left != right)
    return next(unlike, min(len(one), len(other)))


def mapping_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value before and value after of everything that differs; empty text where there is none."""
    return [
        (name, str(before.get(name, "")), str(after.get(name, "")))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def record_words(one: RunRecord, other: RunRecord) -> list[tuple[str, str, str, str]]:
    """Part, name, and both values of everything in which two records differ.

    Args:
        one: asked for.
        other: of the file that it is compared with.
    """
    pairs: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
        "asked": (one.asked, other.asked),
        "input": (_by_period(one), _by_period(other)),
        "parameter": (one.parameters, other.parameters),
        "seed": (one.seeds, other.seeds),
        "version": (one.versions, other.versions),
        "made": ({"day": one.made.isoformat()}, {"day": other.made.isoformat()}),
    }
    return [(part, *line) for part, (before, after) in pairs.items() for line in mapping_words(before, after)]


def _by_period(record: RunRecord) -> dict[str, str]:
    return {f"{item.get('publication')} {item.get('period')}": str(item.get("sha256")) for item in record.inputs}

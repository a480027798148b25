"""The practice map of Patients Registered at a GP Practice (NHS England): practice, PCN, sub-ICB, ICB, region."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Parsed, codes, leaving_out, refuse_repeats, single_day, table, words
from sp_geo.workspace.document import Document

NEEDED: Final = ("extract_date", "practice_code", "pcn_code", "sub_icb_code", "icb_code", "region_code")

_BLANK: Final = frozenset({"U", "UNALLOCATED"})
_LEVELS: Final = (("sub_icb", "icb_code"), ("icb", "region_code"), ("region", None))


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The map as core_practice_membership (a snapshot) and core_organisation.

    The publisher's ``U`` for practices in no PCN stays ``U``. A PCN's parent is the sub-ICB of most of its practices.

    Args:
        document: the CSV file, or a workbook that it was saved as.
        _period: not needed; the file says its day.

    Raises:
        InvalidContent: a column is missing, too many codes are malformed, days are mixed, or a practice stands twice
            in different PCNs.
        DamagedFile: the file cannot be read to its end.
    """
    return leaving_out(table(document, "practice_map", NEEDED), _frames)


def _frames(parsed: Parsed) -> dict[str, pd.DataFrame]:
    day = single_day(parsed, "extract_date").isoformat()
    rows = pd.DataFrame(
        {
            "practice_code": codes(
                parsed, "practice_code", shapes.PRACTICE, "a letter and five digits, such as A81001"
            ),
            "pcn_code": codes(parsed, "pcn_code", shapes.PCN_OR_UNALLOCATED, "U and five digits, or U for unallocated"),
            "sub_icb_code": _parent(parsed, "sub_icb_code", shapes.SUB_ICB, "such as 16C"),
            "icb_code": _parent(parsed, "icb_code", shapes.ICB, "such as QHM"),
            "region_code": _parent(parsed, "region_code", shapes.REGION, "such as Y63"),
        }
    )
    refuse_repeats(parsed, rows[["practice_code"]], "practice")
    membership = rows.assign(
        valid_from=day,
        valid_to=pd.Series(None, index=rows.index, dtype="str"),
        edition=day[:7],
        edition_date=day,
        kind="snapshot",
    )
    return {
        "core_practice_membership": membership.reset_index(drop=True),
        "core_organisation": _organisations(parsed, rows, day[:7]),
    }


def _parent(parsed: Parsed, column: str, shape: str, expected: str) -> pd.Series:
    return codes(parsed, column, shape, expected, nullable=True, blanks=_BLANK, is_secondary=True)


def _organisations(parsed: Parsed, rows: pd.DataFrame, edition: str) -> pd.DataFrame:
    frame = rows.assign(
        practice_name=words(parsed, "practice_name"),
        pcn_name=words(parsed, "pcn_name"),
        postcode=words(parsed, "postcode"),
    )
    parts = [
        _level(frame, "practice", "practice_name", "pcn_code").assign(postcode=frame["postcode"]),
        _level(frame, "pcn", "pcn_name", "sub_icb_code"),
    ]
    for kind, parent in _LEVELS:
        named = frame.assign(name=words(parsed, f"{kind}_name"), ons=words(parsed, f"{kind}_ons_code"))
        parts.append(_level(named, kind, "name", parent).assign(ons_code=named["ons"]))
    together = pd.concat(parts, ignore_index=True)
    absent = pd.Series(None, index=together.index, dtype="str")
    return together.assign(edition=edition, opened=absent, closed=absent, status=absent)


def _level(frame: pd.DataFrame, kind: str, name: str, parent: str | None) -> pd.DataFrame:
    """Organisations of one kind, one row each, indexed by a row of the map that holds its commonest parent."""
    code = f"{kind}_code"
    known = frame[frame[code].notna()]
    if parent is not None:
        often = known.groupby([code, parent], dropna=False)[code].transform("size")
        known = known.loc[often.sort_values(ascending=False, kind="stable").index]
    first = known.drop_duplicates(code)
    none = pd.Series(None, index=first.index, dtype="str")
    return pd.DataFrame(
        {
            "org_code": first[code],
            "org_type": kind,
            "name": first[name],
            "parent_code": first[parent] if parent is not None else none,
            "ons_code": none,
            "postcode": none,
        }
    )

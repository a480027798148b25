"""The practice map of Patients Registered at a GP Practice (NHS England): practice, PCN, sub-ICB, ICB, region."""

from __future__ import annotations

from functools import partial
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import Frames, Parsed, codes, refuse_repeats, single_day, table_reader, words

NEEDED: Final = ("extract_date", "practice_code", "pcn_code", "sub_icb_code", "icb_code", "region_code")


@table_reader("practice_map", NEEDED)
def read(parsed: Parsed, _period: str) -> Frames:
    """The map as core_practice_membership (a snapshot) and core_organisation.

    The publisher's ``U`` for practices in no PCN stays ``U``. A PCN's parent is the sub-ICB of most of its practices.

    Raises:
        InvalidContent: too many codes are malformed, days are mixed, or a practice stands twice in different PCNs.
    """
    day = single_day(parsed, "extract_date").isoformat()
    parent = partial(codes, parsed, nullable=True, blanks=frozenset({"U", "UNALLOCATED"}), is_secondary=True)
    rows = pd.DataFrame(
        {
            "practice_code": codes(
                parsed, "practice_code", shapes.PRACTICE, "a letter and five digits, such as A81001"
            ),
            "pcn_code": codes(parsed, "pcn_code", shapes.PCN_OR_UNALLOCATED, "U and five digits, or U for unallocated"),
            "sub_icb_code": parent("sub_icb_code", shapes.SUB_ICB, "such as 16C"),
            "icb_code": parent("icb_code", shapes.ICB, "such as QHM"),
            "region_code": parent("region_code", shapes.REGION, "such as Y63"),
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
    names = {name: words(parsed, name) for name in ("practice_name", "pcn_name", "postcode")}
    frame = rows.assign(**names)
    parts = [
        _level(frame, "practice", "practice_name", "pcn_code").assign(postcode=frame["postcode"]),
        _level(frame, "pcn", "pcn_name", "sub_icb_code"),
    ]
    for kind, above in (("sub_icb", "icb_code"), ("icb", "region_code"), ("region", None)):
        named = frame.assign(name=words(parsed, f"{kind}_name"), ons=words(parsed, f"{kind}_ons_code"))
        parts.append(_level(named, kind, "name", above).assign(ons_code=named["ons"]))
    together = pd.concat(parts, ignore_index=True)
    absent = pd.Series(None, index=together.index, dtype="str")
    return {
        "core_practice_membership": membership.reset_index(drop=True),
        "core_organisation": together.assign(edition=day[:7], opened=absent, closed=absent, status=absent),
    }


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

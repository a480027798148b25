"""What became of PCNs between two states of memberships: merged, split, closed, opened, recoded, practices moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.core import codes
from sp_geo.core.quarters import Quarter
from sp_geo.panel.membership import resolve
from sp_geo.questions.changes.tables import TableReader

MERGED, SPLIT, CLOSED, OPENED = "PCNs merged", "PCN split", "PCN closed", "PCN opened"
RECODED, MOVED = "another code", "practices moved"
KINDS: Final = (MERGED, SPLIT, RECODED, OPENED, CLOSED, MOVED)
_COLUMNS: Final = [
    "practice_code", "pcn_code", "valid_from", "valid_to", "edition", "edition_date", "kind", "sub_icb_code",
    "icb_code",
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """What became of one or two PCNs.

    Attributes:
        kind: of it.
        about: codes of the PCNs.
        sentence: in words, without full stop and quarters.
        pcns: the same codes.
        quarters: at whose last day the two states differ so.
    """

    kind: str
    about: str
    sentence: str
    pcns: frozenset[str]
    quarters: tuple[str, ...] = ()


def events(read: TableReader, quarters: list[str]) -> list[Event]:
    """What differs in who belongs where, each event once with the quarters at whose end it shows.

    Args:
        read: of the two states.
        quarters: that both have.
    """
    if not read.differs("core_practice_membership"):
        return []
    had, has = read.both("core_practice_membership", _COLUMNS)
    if had.empty or has.empty:
        return []
    found: dict[Event, list[str]] = {}
    for quarter in quarters:
        for event in events_of(_members(had, quarter), _members(has, quarter)):
            found.setdefault(event, []).append(quarter)
    dated = [Event(one.kind, one.about, one.sentence, one.pcns, tuple(when)) for one, when in found.items()]
    return sorted(dated, key=lambda event: (KINDS.index(event.kind), event.about, event.sentence))


def _members(memberships: pd.DataFrame, quarter: str) -> pd.Series:
    """PCN by practice on the quarter's last day; practices in none are left out."""
    rows = resolve(memberships, Quarter.parse(quarter)).practices
    return rows[rows["pcn_code"] != codes.UNALLOCATED_PCN].set_index("practice_code")["pcn_code"]


def events_of(had: pd.Series, has: pd.Series) -> Iterator[Event]:
    """What became of PCNs on one day.

    Args:
        had: pcn_code by practice_code in the earlier state.
        has: the same in the later one.
    """
    both = pd.DataFrame({"had": had, "has": has}).astype(object)
    both = both.where(both.notna(), None)
    moved = both[both["had"] != both["has"]]
    gone, new = set(had) - set(has), set(has) - set(had)
    followers = {str(pcn): sorted(set(rows["has"].dropna())) for pcn, rows in both.groupby("had")}
    origins = {str(pcn): sorted(set(rows["had"].dropna())) for pcn, rows in both.groupby("has")}
    yield from (_ended(pcn, followers[pcn], origins, new) for pcn in sorted(gone))
    opened = {pcn for pcn in new if not set(origins[pcn]) & gone}
    for pcn in sorted(opened):
        before = origins[pcn]
        whence = f"with practices of {', '.join(before)}" if before else "with practices that were in no PCN"
        yield Event(OPENED, ", ".join([pcn, *before]), f"{pcn} opened {whence}", frozenset({pcn, *before}))
    # Practices of a PCN that ended or opened are told with it.
    others = moved[~moved["had"].isin(gone) & ~moved["has"].isin(opened)].fillna("")
    for (left, joined), rows in others.groupby(["had", "has"]):
        many = f"{len(rows):,} practice{'' if len(rows) == 1 else 's'}"
        pcns = [str(code) for code in (left, joined) if code]
        if left and joined:
            said = f"{many} moved from {left} to {joined}"
        else:
            said = f"{many} joined {joined} from no PCN" if joined else f"{many} of {left} left for no PCN"
        yield Event(MOVED, ", ".join(pcns), said, frozenset(pcns))


def _ended(pcn: str, followers: list[str], origins: dict[str, list[str]], new: set[str]) -> Event:
    if not followers:
        return Event(CLOSED, pcn, f"{pcn} closed: its practices are in no PCN", frozenset({pcn}))
    named = ", ".join(followers)
    concerned = frozenset({pcn, *followers})
    if len(followers) > 1:
        return Event(SPLIT, f"{pcn}, {named}", f"{pcn} was split: its practices are in {named}", concerned)
    if named in new and origins[named] == [pcn]:
        return Event(RECODED, f"{pcn}, {named}", f"{pcn} has another code: {named}", concerned)
    return Event(MERGED, f"{pcn}, {named}", f"{pcn} merged into {named}", concerned)

"""Which practice belonged to which PCN on a quarter's last day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from sp_geo.core import codes
from sp_geo.core.quarters import Month, Quarter

LONGEST_CHANGE_DAYS: Final = 31
"""Days without a PCN, between two spells, that still are a change from one PCN to the next."""
_OPEN: Final = "9999-12-31"


@dataclass(frozen=True)
class Membership:
    """Memberships on one day.

    Attributes:
        practices: one row a practice: practice_code, pcn_code (``U`` where unallocated), sub_icb_code, icb_code.
        source: the edition they come from, such as ``epcn 2024-10``.
        distance_days: by how many days the edition misses the day; 0 if it covers it.
        ambiguous: practices found in two PCNs on the day: practice_code, pcn_code chosen, others.
        between: practices in no PCN on the day, on their way from one to the next: practice_code, detail.
        at_once: practices that the edition has in two PCNs at once on other days: practice_code, detail.
    """

    practices: pd.DataFrame
    source: str
    distance_days: int
    ambiguous: pd.DataFrame
    between: pd.DataFrame
    at_once: pd.DataFrame


def held_on(spells: pd.DataFrame, day: str) -> pd.DataFrame:
    """The spells that hold on a day (ISO): a spell does on its first day, on its last and on those between."""
    return spells[(spells["valid_from"] <= day) & (spells["valid_to"].isna() | (spells["valid_to"] >= day))]


def one_each(spells: pd.DataFrame) -> pd.DataFrame:
    """One spell a practice: of the PCN it joined last, of the smaller code if it joined several on that day."""
    ordered = spells.sort_values("pcn_code", kind="stable").sort_values("valid_from", ascending=False, kind="stable")
    return ordered.drop_duplicates("practice_code").sort_values("practice_code", ignore_index=True)


def resolve(memberships: pd.DataFrame, quarter: Quarter | Month) -> Membership:
    """Memberships on the quarter's last day, from the edition that knows that day best.

    Both days of a spell count. A practice in two PCNs on the day belongs to the one it joined last (then to the smaller
    code), and is listed. A practice that left one PCN and had not yet joined the next is in none, and is listed.

    Args:
        memberships: core_practice_membership, at least one row.
        quarter: whose last day counts.
    """
    # A dated edition knows every day up to its own, so it misses only later days; a snapshot misses every day but one.
    # Of two that are equally near, the dated one is preferred, then the one issued later: it corrects the earlier.
    editions = memberships[["kind", "edition", "edition_date"]].drop_duplicates(ignore_index=True)
    gap = (pd.Timestamp(quarter.end) - pd.to_datetime(editions["edition_date"])).dt.days
    editions["distance"] = gap.abs().where(editions["kind"] == "snapshot", gap.clip(lower=0))
    ordered = editions.sort_values("edition_date", ascending=False, kind="stable")
    best = ordered.sort_values(["distance", "kind"], kind="stable", ignore_index=True).iloc[0]
    spells = memberships[(memberships["kind"] == best["kind"]) & (memberships["edition"] == best["edition"])]
    is_dated, day = best["kind"] == "dated", quarter.end.isoformat()
    held, history = (held_on(spells, day), spells) if is_dated else (spells, spells.iloc[:0])
    chosen = one_each(held)
    # The PCNs of each practice that is in more than one, in words.
    pairs = held[["practice_code", "pcn_code"]].drop_duplicates()
    in_several = pairs[pairs["practice_code"].duplicated(keep=False)].sort_values("pcn_code")
    rivals = {str(practice): ", ".join(rows["pcn_code"]) for practice, rows in in_several.groupby("practice_code")}
    several = chosen[chosen["practice_code"].isin(rivals)]
    name = "epcn" if is_dated else "practice_map"
    return Membership(
        practices=chosen[["practice_code", "pcn_code", "sub_icb_code", "icb_code"]],
        source=f"{name} {best['edition']}",
        distance_days=int(best["distance"]),
        ambiguous=pd.DataFrame(
            {
                "practice_code": several["practice_code"],
                "pcn_code": several["pcn_code"],
                "found": several["practice_code"].map(rivals).astype("str"),
            }
        ).reset_index(drop=True),
        between=_between(history[~history["practice_code"].isin(chosen["practice_code"])], day),
        at_once=_at_once(history, day),
    )


def _between(spells: pd.DataFrame, day: str) -> pd.DataFrame:
    """Practices that left a PCN before the day and joined the next after it, at most a month apart."""
    left = spells[spells["valid_to"].notna() & (spells["valid_to"] < day)]
    left = left.sort_values(["valid_to", "valid_from", "pcn_code"], ascending=[False, False, True])
    joined = spells[spells["valid_from"] > day].sort_values(["valid_from", "pcn_code"])
    found = left.drop_duplicates("practice_code").merge(
        joined.drop_duplicates("practice_code"), on="practice_code", suffixes=("_left", "_joined")
    )
    ended, begun = found["valid_to_left"], found["valid_from_joined"]
    detail = "in " + found["pcn_code_left"] + " until " + ended + ", in " + found["pcn_code_joined"] + " from " + begun
    days_without = (pd.to_datetime(begun) - pd.to_datetime(ended)).dt.days - 1
    return found.assign(detail=detail).loc[days_without <= LONGEST_CHANGE_DAYS, ["practice_code", "detail"]]


def _at_once(spells: pd.DataFrame, day: str) -> pd.DataFrame:
    """Practices in two PCNs at once on other days than this one, with the days."""
    several = spells[spells["practice_code"].duplicated(keep=False)].fillna({"valid_to": _OPEN})
    pairs = several.merge(several, on="practice_code", suffixes=("", "_other"))
    pairs = pairs[pairs["pcn_code"] < pairs["pcn_code_other"]]
    first = pairs["valid_from"].where(pairs["valid_from"] > pairs["valid_from_other"], pairs["valid_from_other"])
    last = pairs["valid_to"].where(pairs["valid_to"] < pairs["valid_to_other"], pairs["valid_to_other"])
    days = ("from " + first + " to " + last).mask(last == _OPEN, "since " + first).mask(last == first, "on " + first)
    detail = "in " + pairs["pcn_code"] + " and " + pairs["pcn_code_other"] + " " + days
    found = pairs.assign(detail=detail)[(first <= last) & ~((first <= day) & (last >= day))]
    return found.groupby("practice_code")["detail"].agg(lambda details: "; ".join(sorted(details))).reset_index()


def last_known_pcn(memberships: pd.DataFrame) -> pd.Series:
    """The PCN each practice was last in, over all editions: Series of pcn_code by practice_code.

    It carries a practice that has closed since to the PCN that most likely took its patients. Of two that it was in on
    its last known day, the one that it did not leave on that day, then the one it joined last, then the smaller code.
    """
    allocated = memberships[memberships["pcn_code"] != codes.UNALLOCATED_PCN]
    until = allocated["valid_to"].fillna(allocated["edition_date"])
    ordered = allocated.assign(until=until, lasts=allocated["valid_to"].isna()).sort_values(
        ["until", "lasts", "valid_from", "pcn_code"], ascending=[False, False, False, True], kind="stable"
    )
    return ordered.drop_duplicates("practice_code").set_index("practice_code")["pcn_code"]

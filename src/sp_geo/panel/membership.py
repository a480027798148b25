"""Which practice belonged to which PCN on a quarter's last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from sp_geo import codes
from sp_geo.quarters import Month, Quarter


@dataclass(frozen=True)
class Membership:
    """Memberships on one day.

    Attributes:
        practices: one row a practice: practice_code, pcn_code (``U`` where unallocated), sub_icb_code, icb_code.
        source: the edition they come from, such as ``epcn 2024-10``.
        distance_days: by how many days the edition misses the day; 0 if it covers it.
        ambiguous: practices found in two PCNs on the day: practice_code, pcn_code chosen, others.
    """

    practices: pd.DataFrame
    source: str
    distance_days: int
    ambiguous: pd.DataFrame


def _editions(memberships: pd.DataFrame, day: date) -> pd.DataFrame:
    """Editions with their distance from a day, best first.

    A dated edition knows every day up to its own, so it misses only later days; a snapshot misses every day but one.
    Of two that are equally near, the dated one is preferred, then the one issued later because it corrects the earlier.
    """
    editions = memberships[["kind", "edition", "edition_date"]].drop_duplicates(ignore_index=True)
    gap = (pd.Timestamp(day) - pd.to_datetime(editions["edition_date"])).dt.days
    editions["distance"] = gap.abs().where(editions["kind"] == "snapshot", gap.clip(lower=0))
    ordered = editions.sort_values("edition_date", ascending=False, kind="stable")
    return ordered.sort_values(["distance", "kind"], kind="stable", ignore_index=True)


def resolve(memberships: pd.DataFrame, quarter: Quarter | Month) -> Membership:
    """Memberships on the quarter's last day, from the edition that knows that day best.

    A spell holds from its first day up to, but not including, ``valid_to``. A practice in two PCNs on the day belongs
    to the one it joined last (then to the smaller code), and is listed.

    Args:
        memberships: core_practice_membership, at least one row.
        quarter: whose last day counts.
    """
    best = _editions(memberships, quarter.end).iloc[0]
    spells = memberships[(memberships["kind"] == best["kind"]) & (memberships["edition"] == best["edition"])]
    if best["kind"] == "dated":
        day = quarter.end.isoformat()
        spells = spells[(spells["valid_from"] <= day) & (spells["valid_to"].isna() | (spells["valid_to"] > day))]
    ordered = spells.sort_values("pcn_code", kind="stable").sort_values("valid_from", ascending=False, kind="stable")
    chosen = ordered.drop_duplicates("practice_code").sort_values("practice_code", ignore_index=True)
    rivals = _rivals(ordered)
    several = chosen[chosen["practice_code"].isin(rivals)]
    name = "epcn" if best["kind"] == "dated" else "practice_map"
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
    )


def _rivals(spells: pd.DataFrame) -> dict[str, str]:
    """The PCNs of each practice that is in more than one, in words."""
    pairs = spells[["practice_code", "pcn_code"]].drop_duplicates()
    several = pairs[pairs["practice_code"].duplicated(keep=False)].sort_values("pcn_code")
    return {str(practice): ", ".join(rows["pcn_code"]) for practice, rows in several.groupby("practice_code")}


def last_known_pcn(memberships: pd.DataFrame) -> pd.Series:
    """The PCN each practice was last in, over all editions: Series of pcn_code by practice_code.

    It carries a practice that has closed since to the PCN that most likely took its patients.
    """
    allocated = memberships[memberships["pcn_code"] != codes.UNALLOCATED_PCN]
    until = allocated["valid_to"].fillna(allocated["edition_date"])
    ordered = allocated.assign(until=until).sort_values(["until", "valid_from", "pcn_code"], kind="stable")
    return ordered.drop_duplicates("practice_code", keep="last").set_index("practice_code")["pcn_code"]

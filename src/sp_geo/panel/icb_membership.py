"""The ICB of each PCN in any set of ICBs, whichever quarter it is of, by the best evidence there is.

Each practice is placed by itself, by the first of these that says something; a PCN belongs to the ICB that has most
of its patients:

1. ``own_practices``: the practice's sub-ICB location in the edition of the memberships from the time of the set,
   or nearer to it than the quarter is;
2. ``sub_icb_location``: its location at the quarter;
3. ``own_practices`` once more: its location in the nearest edition there is;
4. ``small_areas``: the ICB of the set in whose small areas most of its patients live;
5. ``whole_icb``: its ICB at the quarter.

A location or ICB of another time tells only if all its ground is in one ICB of the set.

Where the quarter lies in the time of the set, its own ICB is the answer (``icb_of_the_day``). A PCN of whose
patients less than half can be placed has no ICB.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from sp_geo.core.errors import ReconciliationError
from sp_geo.core.quarters import Quarter
from sp_geo.geography.icbs import ICB, LOCATION, SMALL_AREA, Icbs, IcbSet
from sp_geo.panel.membership import held_on, one_each, resolve
from sp_geo.panel.reconcile import TOLERANCE

ICB_OF_THE_DAY, OWN_PRACTICES, SUB_ICB_LOCATION, SMALL_AREAS, WHOLE_ICB, NOT_KNOWN = (
    "icb_of_the_day",
    "own_practices",
    "sub_icb_location",
    "small_areas",
    "whole_icb",
    "not_known",
)
LEAST_PLACED_PCT = 50.0
_FOREVER = "9999-12-31"


@dataclass(frozen=True)
class Sources:
    """What practices are placed by.

    Attributes:
        icbs: of every day.
        memberships: core_practice_membership.
        patients_of: registered patients by practice_code of a list release.
        by_area: practice_code, lsoa11_code, patients_count of the extract nearest to a quarter; empty if there is none.
    """

    icbs: Icbs
    memberships: pd.DataFrame
    patients_of: Callable[[str], pd.Series]
    by_area: Callable[[Quarter], pd.DataFrame]


def icbs_of_pcns(pcns: pd.DataFrame, sources: Sources) -> pd.DataFrame:
    """The ICB of every PCN of every quarter in every set.

    Args:
        pcns: out_pcn_quarter.
        sources: of evidence.

    Returns:
        Rows of out_pcn_icb.

    Raises:
        ReconciliationError: a PCN is lost or stands twice in a set, or patients or FTE do not add up to England's.
    """
    parts = []
    for text, rows in pcns.groupby("quarter", sort=True):
        quarter = Quarter.parse(str(text))
        members = resolve(sources.memberships, quarter).practices
        members = members[members["pcn_code"].isin(rows["pcn_code"])]
        patients = sources.patients_of(str(rows["list_release"].iloc[0]))
        members = members.assign(patients=members["practice_code"].map(patients).astype("float64"))
        members = members[members["patients"] > 0].reset_index(drop=True)
        day = quarter.end.isoformat()
        published = members["icb_code"].where(members["icb_code"].isin(sources.icbs.in_force(day).index))
        then = members[LOCATION].map(sources.icbs.by_location(day)).fillna(published)
        practices = members.assign(icb_then=then)
        for icb_set in sources.icbs.sets:
            found = _in_set(rows, practices, icb_set, sources, quarter)
            require_whole(rows, found, f"{icb_set.words}, {quarter}")
            parts.append(found.assign(icb_set=icb_set.name, quarter=str(quarter)))
    return pd.concat(parts, ignore_index=True)


def require_whole(pcns: pd.DataFrame, found: pd.DataFrame, where: str) -> None:
    """Stop unless each PCN stands once, and patients and FTE by ICB add up to the total.

    Args:
        pcns: out_pcn_quarter of one quarter.
        found: pcn_code and icb_code in one set.
        where: set and quarter, for the message.

    Raises:
        ReconciliationError: they do not.
    """
    if sorted(found["pcn_code"]) != sorted(pcns["pcn_code"]):
        raise ReconciliationError(
            f"PCNs do not stand once each in the {where}", found=f"{len(found):,} rows", expected=f"{len(pcns):,} PCNs"
        )
    joined = pcns.merge(found[["pcn_code", ICB]].rename(columns={ICB: "placed"}), on="pcn_code")
    for measure in ("list_size", "splw_fte"):
        total = float(pcns[measure].sum())
        parts = float(joined.groupby("placed", dropna=False)[measure].sum().sum())
        if abs(parts - total) > TOLERANCE * max(abs(total), 1.0):
            raise ReconciliationError(
                f"{measure} by ICB does not add up in the {where}", found=f"{parts:,.2f}", expected=f"{total:,.2f}"
            )


def practice_icbs(practices: pd.DataFrame, icb_set: IcbSet, sources: Sources, quarter: Quarter) -> pd.DataFrame:
    """The ICB of each practice in a set that is not that of the quarter.

    Args:
        practices: practice_code, sub_icb_code, icb_then (ICB at the quarter).
        icb_set: wanted.
        sources: of evidence.
        quarter: at whose last day the practices are as they are.

    Returns:
        Indexed as the practices: icb_code (missing if nothing tells) and how.
    """
    icbs, day, then = sources.icbs, icb_set.valid_from, quarter.end.isoformat()
    own, is_nearer = _own(sources.memberships, icb_set, icbs, then)
    by_own = practices["practice_code"].map(own)
    by_location = practices[LOCATION].map(icbs.whole(icbs.location_by_area(then), day))
    first = (by_own, OWN_PRACTICES), (by_location, SUB_ICB_LOCATION)
    found = pd.DataFrame({ICB: pd.Series(None, index=practices.index, dtype="str"), "matched_by": NOT_KNOWN})
    for codes, how in first if is_nearer else first[::-1]:
        found = _filled(found, codes, how)
    left = found[ICB].isna()
    if left.any():
        # Where most patients of a practice live, by the smaller code if equal.
        by_area = sources.by_area(quarter)
        rows = by_area[by_area["practice_code"].isin(practices.loc[left, "practice_code"])]
        placed = rows.assign(**{ICB: rows[SMALL_AREA].map(icbs.by_area(day))}).dropna(subset=[ICB])
        sums = placed.groupby(["practice_code", ICB])["patients_count"].sum().reset_index()
        order = sums.sort_values(ICB, kind="stable").sort_values("patients_count", kind="stable", ascending=False)
        most = order.drop_duplicates("practice_code")
        living = dict(zip(most["practice_code"], most[ICB], strict=True))
        found = _filled(found, practices["practice_code"].map(living), SMALL_AREAS)
        found = _filled(found, practices["icb_then"].map(icbs.whole(icbs.by_area(then), day)), WHOLE_ICB)
    return found


def _filled(found: pd.DataFrame, codes: pd.Series, how: str) -> pd.DataFrame:
    """What was not known before, by the next evidence."""
    news = found[ICB].isna() & codes.notna()
    return pd.DataFrame({ICB: found[ICB].where(~news, codes), "matched_by": found["matched_by"].mask(news, how)})


def _in_set(
    pcns: pd.DataFrame, practices: pd.DataFrame, icb_set: IcbSet, sources: Sources, quarter: Quarter
) -> pd.DataFrame:
    if icb_set.holds(quarter.end.isoformat()):
        placed = pd.DataFrame({ICB: practices["icb_then"], "matched_by": ICB_OF_THE_DAY}, index=practices.index)
        placed["matched_by"] = placed["matched_by"].mask(placed[ICB].isna(), NOT_KNOWN)
    else:
        placed = practice_icbs(practices, icb_set, sources, quarter)
    placed = practices.assign(**{ICB: placed[ICB], "matched_by": placed["matched_by"]})
    # By pcn_code: the ICB with most patients (the smaller code if equal), its share, and how it is known.
    whole = placed.groupby("pcn_code")["patients"].sum()
    known = placed.dropna(subset=[ICB])
    sums = known.groupby(["pcn_code", ICB])["patients"].sum().reset_index()
    order = sums.sort_values(ICB, kind="stable").sort_values("patients", ascending=False, kind="stable")
    most = order.drop_duplicates("pcn_code").set_index("pcn_code")
    ways = known.groupby(["pcn_code", ICB, "matched_by"])["patients"].sum().reset_index()
    ways = ways.sort_values("matched_by", kind="stable").sort_values("patients", ascending=False, kind="stable")
    how = ways.drop_duplicates(["pcn_code", ICB]).set_index(["pcn_code", ICB])["matched_by"]
    share = (100.0 * most["patients"] / whole).reindex(most.index)
    placed_pct = 100.0 * known.groupby("pcn_code")["patients"].sum() / whole
    best = most[[ICB]].assign(share_pct=share, placed_pct=placed_pct.reindex(most.index))
    found = best.join(how, on=["pcn_code", ICB]).reindex(pcns["pcn_code"])
    weak = ~(found["placed_pct"] >= LEAST_PLACED_PCT)
    found.loc[weak, [ICB, "share_pct"]] = None
    found["matched_by"] = found["matched_by"].mask(weak, NOT_KNOWN)
    names = sources.icbs.in_force(icb_set.valid_from)[["icb_name", "region_code", "region_name"]]
    return found.drop(columns="placed_pct").join(names, on=ICB).reset_index()


def _own(memberships: pd.DataFrame, icb_set: IcbSet, icbs: Icbs, then: str) -> tuple[Mapping[str, str], bool]:
    """icb_code by practice_code, by the edition nearest to the time of the set; and whether the quarter is farther.

    Of several from the time of the set, the one that knows a day nearest to the quarter.
    """
    until = icb_set.valid_to or _FOREVER
    editions = memberships[["kind", "edition", "edition_date"]].drop_duplicates()
    known = editions["edition_date"]
    inside = (known >= icb_set.valid_from) & (known < until)
    # A dated edition knows every day up to its own, and of later days its last.
    early = max(then, icb_set.valid_from)
    known = known.mask(inside & (editions["kind"] == "dated") & (known > early), early)
    away = known.map(lambda day: _days_away(day, icb_set))
    miss = (pd.to_datetime(known) - pd.Timestamp(then)).abs()
    order = editions.assign(day=known, away=away, miss=miss).sort_values(
        ["away", "miss", "kind", "edition"], kind="stable"
    )
    best = order.iloc[0]
    day = str(best["day"])
    spells = memberships[(memberships["kind"] == best["kind"]) & (memberships["edition"] == best["edition"])]
    if best["kind"] == "dated":
        spells = held_on(spells, day)
    is_nearer = int(best["away"]) < _days_away(then, icb_set)
    by_location = icbs.whole(icbs.location_by_area(day), icb_set.valid_from)
    published = pd.Series(None, index=spells.index, dtype="str")
    if not best["away"]:
        by_location = icbs.by_location(day)
        published = spells[ICB].where(spells[ICB].isin(icbs.in_force(day).index))
    found = spells.assign(**{ICB: spells[LOCATION].map(by_location).fillna(published)})
    rows = one_each(found.dropna(subset=[ICB]))
    return dict(zip(rows["practice_code"], rows[ICB], strict=True)), is_nearer


def _days_away(day: str, icb_set: IcbSet) -> int:
    """Days from a day to the time of a set; 0 within it."""
    if day < icb_set.valid_from:
        return (date.fromisoformat(icb_set.valid_from) - date.fromisoformat(day)).days
    if icb_set.holds(day):
        return 0
    return (date.fromisoformat(day) - date.fromisoformat(icb_set.valid_to)).days + 1

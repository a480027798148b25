"""What differs PCN by PCN and quarter by quarter between two builds, the largest difference first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.questions.changes.attribution import UNKNOWN, Attribution
from sp_geo.questions.changes.tables import TableReader

STATUS: Final = "reporting_status"
FTE: Final = (
    "splw_fte", "splw_plain_fte", "splw_mental_health_fte", "splw_contracted_fte", "splw_headcount",
)  # fmt: skip
PATIENTS: Final = ("list_size", "weighted_list_size", "practices_count")
RATES: Final = ("splw_fte_per_10k", "splw_fte_per_10k_weighted")
WORDS: Final = ("icb_code", "pcn_name")
"""Columns without a number, whose two values stand as states."""
MAIN: Final = ("splw_fte", "list_size", "splw_fte_per_10k")
"""Measures by which a PCN is told that only one of the builds has."""
COLUMNS: Final = (
    "pcn_code", "pcn_name", "icb_code", "region_code", "quarter", "measure", "before", "after", "difference",
    "state_before", "state_after", "size", "cause",
)  # fmt: skip
KNOWN, MISSING, ABSENT = "known", "missing", "not active"
_PARTS: Final = (*FTE[1:], RATES[1])
TOLERANCE: Final = 1e-9
"""Share of a value by which two builds may differ through rounding alone."""
_DIGITS: Final = 9
_KEY: Final = ["pcn_code", "quarter", "measure"]
_PLACE: Final = ["pcn_code", "quarter", "pcn_name", "icb_code", "region_code"]


def pcn_changes(read: TableReader, quarters: list[str], why: Attribution) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every value of a PCN that differs, and where each of them lies.

    Args:
        read: of the two states.
        quarters: that both have.
        why: what differs between the builds.

    Returns:
        Rows with :data:`COLUMNS`: ``before``, ``after`` and ``difference`` in the measure's unit, missing where there
        is no number; states; ``size`` is the difference as a share of the measure's mean over PCNs, at least 1 where a
        value became known or unknown; and pcn_code, quarter, icb_code, region_code of both states.
    """
    if not (read.differs("out_pcn_quarter") or read.differs("out_pcn_need")):
        none = pd.DataFrame(columns=[*COLUMNS], dtype="object")
        numbers = dict.fromkeys(("before", "after", "difference", "size"), "float64")
        return none.astype(numbers), pd.DataFrame(columns=["pcn_code", "quarter", "icb_code", "region_code"])
    wanted = [*_PLACE, STATUS, *FTE, *PATIENTS, *RATES]
    panels = [frame[frame["quarter"].isin(quarters)] for frame in read.both("out_pcn_quarter", wanted)]
    needs = read.both("out_pcn_need", [*_KEY[:2], "need", "value", "source"])
    long = []
    for panel, need in zip(panels, needs, strict=True):
        told = need[need["quarter"].isin(quarters)].rename(columns={"need": "measure"}).dropna(subset=["value"])
        told = told.assign(state=KNOWN)[[*_KEY, "value", "state", "source"]]
        long.append(pd.concat([_long(panel), told.astype({"measure": object, "source": object})]))
    rows = _differing(long[0], long[1], [pd.MultiIndex.from_frame(panel[["pcn_code", "quarter"]]) for panel in panels])
    # The later build names and places a PCN, the earlier one if only it has the PCN.
    places = pd.concat([panels[1][_PLACE], panels[0][_PLACE]])
    rows = rows.merge(places.drop_duplicates(["pcn_code", "quarter"]), on=["pcn_code", "quarter"], how="left")
    order = {name: place for place, name in enumerate(dict.fromkeys([*MAIN, *FTE, *PATIENTS, *RATES]))}
    rows = rows.assign(size=_sizes(rows, long), order=rows["measure"].map(order).fillna(len(order)))
    rows = rows.sort_values(
        ["size", "order", "measure", "quarter", "pcn_code"],
        ascending=[False, True, True, True, True],
        ignore_index=True,
    )
    rows["cause"] = list(_causes(rows, why))
    return rows[[*COLUMNS]], places[["pcn_code", "quarter", "icb_code", "region_code"]].drop_duplicates()


def _long(panel: pd.DataFrame) -> pd.DataFrame:
    """One row a PCN, quarter and measure: value, state, source (empty)."""
    named = panel[["pcn_code", "quarter"]]
    parts = []
    for name in (*FTE, *PATIENTS, *RATES):
        if name not in panel:
            continue
        value = panel[name].astype("float64")
        state = (
            panel[STATUS] if name in (*FTE, *RATES) else pd.Series(np.where(value.isna(), MISSING, KNOWN), panel.index)
        )
        parts.append(named.assign(measure=name, value=value, state=state.astype(object), source=""))
    for name in WORDS:
        state = panel[name].astype(object).where(panel[name].notna(), MISSING)
        parts.append(named.assign(measure=name, value=np.nan, state=state, source=""))
    return pd.concat(parts, ignore_index=True)


def _differing(one: pd.DataFrame, other: pd.DataFrame, active: list[pd.MultiIndex]) -> pd.DataFrame:
    """Rows whose value or state differs; of a PCN that one build lacks, the main measures alone."""
    both = one.merge(other, on=_KEY, how="outer", suffixes=("_before", "_after"))
    pairs = pd.MultiIndex.from_frame(both[["pcn_code", "quarter"]])
    was, now = (pairs.isin(keys) for keys in active)
    for side, there in (("before", was), ("after", now)):
        state = both[f"state_{side}"].astype(object)
        both[f"state_{side}"] = state.where(state.notna(), np.where(there, MISSING, ABSENT))
        both[f"source_{side}"] = both[f"source_{side}"].fillna("")
    before, after = both["value_before"], both["value_after"]
    far = (after - before).abs() > TOLERANCE * np.maximum(before.abs(), after.abs())
    other_state = both["state_before"] != both["state_after"]
    moved = far | (before.isna() != after.isna()) | other_state
    # A PCN that falls silent is told once, not again for each part of its posts.
    told = ((was & now) | both["measure"].isin(MAIN)) & ~(both["measure"].isin(_PARTS) & other_state)
    found = both[moved & told].rename(columns={"value_before": "before", "value_after": "after"})
    return found.assign(difference=(found["after"] - found["before"]).round(_DIGITS))


def _sizes(rows: pd.DataFrame, long: list[pd.DataFrame]) -> pd.Series:
    """The difference as a share of the measure's mean over PCNs of both builds; that of words is 0."""
    together = pd.concat(long)
    typical = together["value"].abs().groupby(together["measure"]).mean()
    # A part of the posts is measured by all posts, or it would stand before the whole that it moves.
    mean = rows["measure"].replace(dict.fromkeys(FTE[1:4], FTE[0])).map(typical)
    known = rows[["before", "after"]].abs().max(axis=1)
    share = rows["difference"].abs().fillna(known) / mean.where(mean > 0)
    is_state = (rows["state_before"] != rows["state_after"]) & ~rows["measure"].isin(WORDS)
    return share.fillna(0.0).where(~is_state, share.fillna(0.0).clip(lower=1.0))


def _causes(rows: pd.DataFrame, why: Attribution) -> Iterator[str]:
    """The cause of each row in words; that of a rate is that of its parts."""
    held: dict[tuple[str, str, str], str] = {}
    known: dict[tuple[object, ...], str] = {}
    columns = [*_KEY, "state_before", "state_after", "source_before", "source_after"]
    for pcn, quarter, measure, *states, earlier, later in rows.loc[~rows["measure"].isin(RATES), columns].to_numpy():
        events = tuple(why.events(pcn, quarter))
        key = (measure, quarter, ABSENT in states, earlier, later, events)
        if key not in known:
            kind = MAIN[1] if ABSENT in states else measure
            if kind in FTE:
                # Posts are published by PCN: who its practices are does not move them.
                found = why.workforce(quarter)
            elif kind in PATIENTS:
                found = [*why.lists(quarter), *events]
            elif kind in WORDS:
                found = [*why.places(quarter), *events]
            else:
                found = [*why.need(kind, quarter, (earlier, later)), *events]
            known[key] = why.told(found)
        held[pcn, quarter, measure] = known[key]
    for pcn, quarter, measure in rows[_KEY].to_numpy():
        if measure not in RATES:
            yield held[pcn, quarter, measure]
            continue
        under = PATIENTS[RATES.index(measure)]
        parts = [held[key] for key in ((pcn, quarter, "splw_fte"), (pcn, quarter, under)) if key in held]
        yield " ".join(dict.fromkeys(parts)) if parts else why.told([])


def causes_by_area(rows: pd.DataFrame, places: pd.DataFrame) -> dict[tuple[str, str, str], list[str]]:
    """Causes of the changes of PCNs by area, quarter and measure; the area of England is empty.

    Args:
        rows: of :func:`pcn_changes`.
        places: of the same.
    """
    lying = [places[["pcn_code", "quarter"]].assign(area="").drop_duplicates()]
    lying += [places[["pcn_code", "quarter", level]].set_axis(["pcn_code", "quarter", "area"], axis=1)
              for level in ("icb_code", "region_code")]  # fmt: skip
    placed = rows[[*_KEY, "cause"]].merge(
        pd.concat(lying).dropna().drop_duplicates(), on=["pcn_code", "quarter"], how="left"
    )
    told = placed[placed["cause"] != UNKNOWN].drop_duplicates(["area", "quarter", "measure", "cause"])
    grouped = told.groupby(["area", "quarter", "measure"], sort=False)["cause"]
    return {(str(a), str(q), str(m)): list(causes) for (a, q, m), causes in grouped}

"""What changes over the years: practices open and close, PCNs split and merge, practices move."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sp_geo.synthetic import calibration
from sp_geo.synthetic.world import MARK

OPENED_LONG_AGO: Final = "1974-04-01"
_FIRST_DAY: Final = "2019-10-01"
_CLOSING_DAYS: Final = tuple(
    f"{year}-{month}-15"
    for year in range(2019, 2027)
    for month in ("02", "05", "08", "11")
    if "2019-11" <= f"{year}-{month}" <= "2026-05"
)
_MOVING_DAYS: Final = tuple(f"{year}-{month}-01" for year in range(2020, 2026) for month in ("05", "11"))
_SPLIT_BETWEEN: Final = (52_000, 120_000)
_LARGEST_MERGING: Final = 32_000
ENOUGH_TO_LEAVE: Final = 4
"""Practices a PCN must have to lose one, or to split."""


def practice_events(
    practices: pd.DataFrame, member: np.ndarray, share: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Practices with their days and with ``carer``, the number of the practice that has their patients before or after.

    In each PCN one practice neither opens nor closes; it cares for the patients of those that do, so that the PCN's
    patients are the same before and after.
    """
    count = len(practices)
    order = rng.permutation(count)
    stays = np.zeros(count, dtype=bool)
    keeper: dict[int, int] = {}
    for row in order[np.argsort(-practices["size"].to_numpy()[order], kind="stable")]:
        if member[row] >= 0 and int(member[row]) not in keeper:
            keeper[int(member[row])] = int(row)
            stays[row] = True
    small_first = np.argsort(practices["size"].to_numpy()[order] * rng.uniform(0.5, 2.0, count), kind="stable")
    free = [row for row in order[small_first] if member[row] >= 0 and not stays[row]]
    opening = max(1, round(calibration.PRACTICE_OPENINGS * share))
    start, end = calibration.PRACTICES[0][1], calibration.PRACTICES[-1][1]
    closing = max(1, round((start - end + calibration.PRACTICE_OPENINGS) * share))
    chosen = free[: opening + closing]
    opened = np.full(count, OPENED_LONG_AGO, dtype=object)
    closed = np.full(count, None, dtype=object)
    carer = np.arange(count)
    for number, row in enumerate(chosen):
        carer[row] = keeper[int(member[row])]
        if number < opening:
            opened[row] = _CLOSING_DAYS[int(rng.integers(2, len(_CLOSING_DAYS)))]
        else:
            closed[row] = _CLOSING_DAYS[int(rng.integers(len(_CLOSING_DAYS)))]
    codes = practices["practice_code"].to_numpy()
    successor = pd.Series(codes[carer], dtype=object).where(pd.notna(closed), None)
    return practices.assign(opened=opened, closed=closed, carer=carer, successor_code=successor)


def pcn_events(
    practices: pd.DataFrame, member: np.ndarray, pcns: pd.DataFrame, share: float, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """PCNs with their days, and the spells of practices in them.

    PCNs that split give half of their practices to a new one; PCNs that merge give all to a neighbour by number in
    the same sub-ICB location; a few practices move by themselves.
    """
    numbers, carer = np.arange(len(practices)), practices["carer"].to_numpy()
    fixed = (carer != numbers) | (np.bincount(carer, minlength=len(carer)) > 1)
    current = member.copy()
    begun = np.full(len(practices), _FIRST_DAY, dtype=object)
    table = pcns.copy()
    spells: list[tuple[int, int, str, str | None]] = []

    def move(rows: np.ndarray, target: int, day: str) -> None:
        spells.extend((int(row), int(current[row]), str(begun[row]), day) for row in rows)
        current[rows] = target
        begun[rows] = day

    for day, splits, mergers in calibration.PCN_EVENTS:
        # PCNs that split are of the first day, fairly large, with lasting practices enough for two.
        lasting = (current >= 0) & (practices["carer"].to_numpy() == np.arange(len(practices)))
        members = np.bincount(current[lasting], minlength=len(table))
        fit = table["size"].between(*_SPLIT_BETWEEN) & (members >= ENOUGH_TO_LEAVE) & table["closed"].isna()
        for parent in rng.permutation(np.flatnonzero(fit))[: round(splits * share)].tolist():
            # About half of its practices by patients, the eastern ones; they stay with the one that has their patients.
            here = np.flatnonzero(current == parent)
            groups = pd.Series(carer[here], index=here)
            ordered = [group.index.to_numpy() for _, group in groups.groupby(groups)]
            ordered.sort(key=lambda part: float(practices["easting_m"].to_numpy()[carer[part[0]]]))
            patients = np.cumsum([practices["size"].to_numpy()[part].sum() for part in ordered])
            cut = min(max(int(np.searchsorted(patients, patients[-1] / 2)) + 1, 1), len(ordered) - 1)
            family = np.concatenate(ordered[cut:]) if cut < len(ordered) else ordered[-1]
            count = len(table) + 1
            new = table.iloc[[parent]].assign(
                pcn_code=f"U{90_000 + count}", pcn_name=f"{MARK}PCN {count:04}", opened=day, size=0.0
            )
            table = pd.concat([table, new], ignore_index=True)
            table.loc[parent, "size"] = 0.0
            move(family, len(table) - 1, day)
        for gone, host in _merging(table, current, practices, round(mergers * share)):
            move(np.flatnonzero(current == gone), host, day)
            table.loc[gone, "closed"] = day
    for row, target, day in _movers(practices, current, begun, table, fixed, share, rng):
        move(np.asarray([row]), target, day)
    spells.extend((row, int(current[row]), str(begun[row]), None) for row in range(len(practices)))
    return table.drop(columns=["district", "size"]), _spell_table(spells, practices, table)


def _merging(table: pd.DataFrame, current: np.ndarray, practices: pd.DataFrame, count: int) -> list[tuple[int, int]]:
    """Small PCNs, and the small neighbour in the same sub-ICB location that takes their practices."""
    size = np.bincount(current[current >= 0], weights=practices["size"].to_numpy()[current >= 0], minlength=len(table))
    open_now = table["closed"].isna().to_numpy() & (table["size"].to_numpy() > 0)
    pairs: list[tuple[int, int]] = []
    used: set[int] = set()
    for gone in np.flatnonzero(open_now & (size < _LARGEST_MERGING)):
        same = open_now & (table["sub_icb_code"] == table["sub_icb_code"].iloc[gone]).to_numpy()
        hosts = [host for host in np.flatnonzero(same & (size < _LARGEST_MERGING)) if host != gone and host not in used]
        if len(pairs) >= count:
            break
        if hosts and gone not in used:
            pairs.append((int(gone), int(hosts[0])))
            used |= {int(gone), int(hosts[0])}
    return pairs


def _movers(
    practices: pd.DataFrame,
    current: np.ndarray,
    begun: np.ndarray,
    table: pd.DataFrame,
    fixed: np.ndarray,
    share: float,
    rng: np.random.Generator,
) -> list[tuple[int, int, str]]:
    """Practices that change to another PCN of their sub-ICB location: row, PCN, day."""
    members = np.bincount(current[current >= 0], minlength=len(table))
    free = (current >= 0) & ~fixed & (begun == _FIRST_DAY)
    by_location = {
        code: np.asarray(rows) for code, rows in table[table["closed"].isna()].groupby("sub_icb_code").indices.items()
    }
    still_open = np.flatnonzero(table["closed"].isna())
    moves: list[tuple[int, int, str]] = []
    for row in rng.permutation(np.flatnonzero(free)):
        if len(moves) >= round(calibration.MOVES * share):
            break
        home = int(current[row])
        others = still_open[by_location.get(practices["sub_icb_code"].iloc[row], np.asarray([], dtype=int))]
        others = others[(others != home) & (table["opened"].to_numpy()[others] == _FIRST_DAY)]
        if members[home] < ENOUGH_TO_LEAVE or len(others) == 0:
            continue
        target = int(others[np.abs(others - home).argmin()])
        moves.append((int(row), target, _MOVING_DAYS[int(rng.integers(len(_MOVING_DAYS)))]))
        members[home] -= 1
    return moves


def _spell_table(
    spells: list[tuple[int, int, str, str | None]], practices: pd.DataFrame, pcns: pd.DataFrame
) -> pd.DataFrame:
    """Spells in PCNs, cut to the days on which the practice was open."""
    rows = pd.DataFrame(spells, columns=["practice", "pcn", "valid_from", "valid_to"])
    rows = rows[rows["pcn"] >= 0]
    opened = practices["opened"].to_numpy()[rows["practice"]]
    closed = practices["closed"].to_numpy()[rows["practice"]]
    first = rows["valid_from"].to_numpy(dtype=str)
    begins = np.where(first > opened.astype(str), first, opened.astype(str)).astype(object)
    ends = [
        min((day for day in pair if isinstance(day, str)), default=None)
        for pair in zip(rows["valid_to"], closed, strict=True)
    ]
    table = pd.DataFrame(
        {
            "practice_code": practices["practice_code"].to_numpy()[rows["practice"]],
            "pcn_code": pcns["pcn_code"].to_numpy()[rows["pcn"]],
            "valid_from": begins,
            "valid_to": pd.Series(ends, dtype=object),
        }
    )
    real = table["valid_to"].isna() | (table["valid_from"] < table["valid_to"].fillna("9999"))
    return table[real].sort_values(["practice_code", "valid_from"], ignore_index=True)

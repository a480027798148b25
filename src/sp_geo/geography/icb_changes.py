"""The tables of ICBs: changes that a user declares, and whether the tables can be true.

The committed tables say which ICBs and locations hold from which day. A file of a user's own adds later days, one row
an ICB that ends, or a location that moves. Both are held to the same rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from sp_geo.core.errors import InvalidContent
from sp_geo.geography import boundaries
from sp_geo.geography.icbs import ICB, LOCATION, Icbs

FILE: Final = "board_changes"
WHOLE_PCT: Final = 100.0
_NAMES: Final = ["icb_name", "region_code", "region_name"]


def committed() -> tuple[pd.DataFrame, pd.DataFrame]:
    """ICBs and spells of locations of the committed tables, none of them declared."""
    return boundaries.icb_codes().assign(is_declared=False), boundaries.sub_icb_codes().assign(is_declared=False)


def icbs_of(icbs: pd.DataFrame, sub_icbs: pd.DataFrame) -> Icbs:
    """ICBs as the tables of a build have them, on the committed small areas."""
    return Icbs(icbs, sub_icbs, boundaries.lsoa11_locations())


def with_changes(icbs: pd.DataFrame, sub_icbs: pd.DataFrame, changes: pd.DataFrame) -> Icbs:
    """The ICBs after the changes, checked.

    Args:
        icbs: ICBs, such as of :func:`committed`.
        sub_icbs: spells of locations.
        changes: core_icb_change; may be empty.

    Raises:
        InvalidContent: a change contradicts the tables or another change, or the tables cannot be true.
    """
    last = str(max(icbs["valid_from"].max(), sub_icbs["valid_from"].max()))
    # Locations of ICBs that ended whole, carried on in the successor where the table of locations is silent.
    ended = icbs[icbs["valid_to"].notna() & (icbs["successor_share_pct"] == WHOLE_PCT)].sort_values("valid_to")
    for row in _each(ended):
        open_still = (sub_icbs[ICB] == row.icb_code) & sub_icbs["valid_to"].isna()
        sub_icbs = _moved(sub_icbs, open_still, str(row.successor_icb_code), str(row.valid_to), declared=False)
    check(icbs, sub_icbs)
    for day, rows in changes.groupby("valid_from", sort=True):
        if str(day) <= last:
            expected = f"a day after {last}, from which the latest published ICBs hold"
            raise _fault("the day of a change is too early", str(day), expected, rows["row"].iloc[0])
        icbs, sub_icbs = _changed(icbs, sub_icbs, rows, str(day))
    check(icbs, sub_icbs)
    return icbs_of(icbs.reset_index(drop=True), sub_icbs.reset_index(drop=True))


def check(icbs: pd.DataFrame, sub_icbs: pd.DataFrame) -> None:
    """Refuse tables that cannot be true.

    Raises:
        InvalidContent: an ICB stands twice on a day, ended without a successor or before it began, was followed by a
            ICB that does not hold then, or handed on a share that is none; a location is in two ICBs or in one
            that does not hold.
    """
    ended = icbs[icbs["valid_to"].notna()]
    for row in _each(icbs):
        over = pd.notna(row.valid_to)
        if over and not pd.notna(row.successor_icb_code):
            raise _fault(f"ICB {row.icb_code} ended without a successor", str(row.valid_to), "the code of an ICB")
        if over and str(row.valid_to) <= str(row.valid_from):
            raise _fault(f"ICB {row.icb_code} ends before it begins", str(row.valid_to), f"after {row.valid_from}")
        share = row.successor_share_pct
        if pd.notna(share) and not 0 < float(share) <= WHOLE_PCT:
            raise _fault(f"share of the successor of {row.icb_code}", f"{share:g}", "above 0 and up to 100 percent")
    for row in _each(ended):
        if row.successor_icb_code not in set(_on(icbs, str(row.valid_to))[ICB]):
            raise _fault(
                f"the successor of ICB {row.icb_code} is not an ICB on {row.valid_to}", str(row.successor_icb_code),
                "an ICB of that day",
            )  # fmt: skip
    for day in sorted({*icbs["valid_from"], *sub_icbs["valid_from"]}):
        _check_day(icbs, sub_icbs, str(day))


def _check_day(icbs: pd.DataFrame, sub_icbs: pd.DataFrame, day: str) -> None:
    there, places = _on(icbs, day), _on(sub_icbs, day)
    for rows, code in ((there, ICB), (places, LOCATION)):
        twice = rows[code].duplicated()
        if twice.any():
            raise _fault(f"a code stands twice on {day}", str(rows.loc[twice, code].iloc[0]), "each code once a day")
    stray = ~places[ICB].isin(there[ICB])
    if stray.any():
        row = places[stray].iloc[0]
        raise _fault(
            f"location {row[LOCATION]} is in an ICB that does not hold on {day}", str(row[ICB]),
            "an ICB of that day; where an ICB was split, each of its locations must say where it went",
        )  # fmt: skip


def _changed(
    icbs: pd.DataFrame, sub_icbs: pd.DataFrame, rows: pd.DataFrame, day: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables after the changes of one day."""
    before = _on(icbs, day).set_index(ICB)
    for row in _each(rows):
        if row.icb_code not in before.index:
            raise _fault("not an ICB on the day before the change", str(row.icb_code), "an ICB that holds", row.row)
    whole = rows[rows[LOCATION].isna()]
    parts = rows[rows[LOCATION].notna()]
    _check_parts(whole, parts, _on(sub_icbs, day))
    for row in _each(whole):
        open_still = (sub_icbs[ICB] == row.icb_code) & sub_icbs["valid_to"].isna()
        sub_icbs = _moved(sub_icbs, open_still, str(row.successor_icb_code), day, declared=True)
    for row in _each(parts):
        open_still = (sub_icbs[LOCATION] == row.sub_icb_code) & sub_icbs["valid_to"].isna()
        sub_icbs = _moved(sub_icbs, open_still, str(row.successor_icb_code), day, declared=True)
    held = set(_on(sub_icbs, day)[ICB])
    # An ICB of which every location was given away is over, though no row says so.
    emptied = parts[~parts[ICB].isin(held)].drop_duplicates(ICB)
    icbs = icbs.copy()
    for row in _each(pd.concat([whole, emptied])):
        at = (icbs[ICB] == row.icb_code) & icbs["valid_to"].isna()
        share = float("nan") if pd.notna(row.sub_icb_code) else WHOLE_PCT
        icbs.loc[at, "valid_to"] = day
        icbs.loc[at, "successor_icb_code"] = row.successor_icb_code
        icbs.loc[at, "successor_share_pct"] = share
    return pd.concat([icbs, _begun(before, rows, day)], ignore_index=True), sub_icbs


def _check_parts(whole: pd.DataFrame, parts: pd.DataFrame, places: pd.DataFrame) -> None:
    twice = whole[whole[ICB].duplicated()]
    if len(twice):
        row = twice.iloc[0]
        raise _fault("an ICB ends twice on one day", row[ICB], "one row an ICB, or a row a location", row["row"])
    both = parts[parts[ICB].isin(whole[ICB])]
    if len(both):
        row = both.iloc[0]
        raise _fault("an ICB goes whole and by location", row[ICB], "one of the two", row["row"])
    home = places.set_index(LOCATION)[ICB]
    for part in _each(parts):
        if home.get(part.sub_icb_code) != part.icb_code:
            raise _fault("not a location of that ICB", part.sub_icb_code, f"one of {part.icb_code}", part.row)
    repeated = parts[parts[LOCATION].duplicated()]
    if len(repeated):
        row = repeated.iloc[0]
        raise _fault("a location goes to two ICBs", row[LOCATION], "each location once", row["row"])


def _begun(before: pd.DataFrame, rows: pd.DataFrame, day: str) -> pd.DataFrame:
    """ICBs that begin: named by the file, in its region or in that of the first ICB that they follow."""
    new = rows[~rows["successor_icb_code"].isin(before.index)]
    regions = before.drop_duplicates("region_code").set_index("region_code")["region_name"]
    found = []
    for code, said in new.groupby("successor_icb_code", sort=True):
        names = said["successor_icb_name"].dropna().unique()
        if len(names) != 1:
            wrong = ", ".join(names) or "no name"
            raise _fault(f"name of new ICB {code}", wrong, "one name, in at least one of its rows", said["row"].iloc[0])
        region = said["region_code"].dropna()
        chosen = str(region.iloc[0]) if len(region) else str(before.loc[said[ICB].iloc[0], "region_code"])
        if chosen not in regions.index:
            raise _fault(f"region of new ICB {code}", chosen, ", ".join(sorted(regions.index)), said["row"].iloc[0])
        found.append({ICB: code, "icb_name": names[0], "region_code": chosen, "region_name": regions[chosen]})
    frame = pd.DataFrame(found, columns=[ICB, *_NAMES], dtype="str")
    for name in ("icb_ons_code", "icb_ons_code_last", "valid_to", "successor_icb_code"):
        frame[name] = pd.Series(None, index=frame.index, dtype="str")
    return frame.assign(valid_from=day, successor_share_pct=float("nan"), is_declared=True)


def _moved(spells: pd.DataFrame, which: pd.Series, icb: str, day: str, *, declared: bool) -> pd.DataFrame:
    """Spells of locations, some of which go on in another ICB from a day."""
    later = spells[which].assign(icb_code=icb, valid_from=day, valid_to=None, is_declared=declared)
    closed = spells.assign(valid_to=spells["valid_to"].mask(which, day))
    return pd.concat([closed, later.astype({"valid_to": closed["valid_to"].dtype})], ignore_index=True)


def _on(spells: pd.DataFrame, day: str) -> pd.DataFrame:
    rows: pd.DataFrame = spells[(spells["valid_from"] <= day) & ~(spells["valid_to"].fillna("9999") <= day)]
    return rows


def _each(rows: pd.DataFrame) -> Iterator[Any]:
    yield from rows.itertuples(index=False)


def _fault(problem: str, found: str, expected: str, row: object = None) -> InvalidContent:
    number = None if row is None else int(str(row))
    return InvalidContent(problem, file=FILE, row=number, found=found, expected=expected)

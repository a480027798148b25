"""Census 2021, table TS021 (Office for National Statistics): ethnic group by small area, in every form it comes in."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.publications.reading import (
    Frames,
    Parsed,
    area_codes,
    codes,
    column_map,
    counts,
    first_row,
    leaving_out,
    mapped,
    parse_framed,
    refuse_repeats,
)
from sp_geo.workspace.document import Document, normal_header

GROUPS: Final = ("white", "asian", "black", "mixed", "other")
COUNTS: Final = tuple(f"{group}_count" for group in ("total", *GROUPS))
DETAILED_GROUPS: Final = 19
"""Groups into which the five are divided, all of them in every area."""
MOST_RESIDENTS: Final = 100_000

TOLERANCE: Final = 10
"""Residents by which the groups may miss the total: counts are perturbed, though in TS021 as published none misses."""

_AROUND: Final = re.compile(r"^ethnic group: |; measures: value$", re.IGNORECASE)
"""What a form writes before and after the name of a group."""


def read(document: Document, _period: str) -> Frames:
    """The five broad groups as core_lsoa21_ethnicity.

    Three forms are read: a column a group (bulk file), the same between a title and notes (query), and a row an area
    and group (interface of Nomis, custom dataset of the ONS), with the five groups or their 19 parts.

    Raises:
        InvalidContent: a column or group is missing or unknown, too many rows cannot be used, an area or a group of it
            stands twice with two numbers, or the groups of many areas miss their total by over 10 residents.
        UnrecognisedFile: it has other areas than small ones.
        DamagedFile: the file cannot be read to its end.
    """
    known = column_map("census_ethnicity")
    parsed = parse_framed(document, set(known))
    names = {key: normal_header(_AROUND.sub("", shown)) for key, shown in parsed.headers.items()}
    repeated = next((key for key, name in names.items() if list(names.values()).count(name) > 1), None)
    if repeated is not None:
        raise parsed.refusal("a group stands twice", row=1, found=parsed.headers[repeated], expected="each group once")
    frame = parsed.frame.rename(columns=names)
    if names:
        frame = frame[~frame.iloc[:, 0].str.strip().str.fullmatch(r"(?i)(?:column )?total")]
    parsed = replace(parsed, frame=frame, headers={names[key]: shown for key, shown in parsed.headers.items()})
    is_long = any(known.get(header) == "group" for header in frame.columns)
    needed = ("lsoa21_code", "group", "observation") if is_long else ("lsoa21_code", *COUNTS)
    parsed = mapped(parsed, "census_ethnicity", needed)
    return leaving_out(parsed, _frames, "observation" if is_long else "total_count", "residents")


def _frames(parsed: Parsed) -> Frames:
    """The rows as core_lsoa21_ethnicity; areas whose groups miss their total are kept as published and listed."""
    is_long = parsed.has("observation")
    if is_long:
        rows = _from_long(parsed)
    else:
        small = area_codes(parsed, "lsoa21_code", shapes.LSOA, "a small area such as E01000001")
        rows = pd.DataFrame({column: counts(parsed, column, high=MOST_RESIDENTS) for column in COUNTS})
        rows.insert(0, "lsoa21_code", small)
        refuse_repeats(parsed, small.to_frame(), "small area")
    missed = rows[list(COUNTS[1:])].sum(axis=1) - rows["total_count"]
    off = (missed.abs() > TOLERANCE).reindex(parsed.frame.index, fill_value=False)
    if off.any():
        problem = f"the ethnic groups do not add up to the total within {TOLERANCE}"
        parsed.keep(problem, off, "group" if is_long else "total_count", missed, "residents")
    return {"core_lsoa21_ethnicity": rows.reset_index(drop=True)}


def _from_long(parsed: Parsed) -> pd.DataFrame:
    """lsoa21_code and the counts, indexed by the first row of each area, from a row an area and group."""
    labels = parsed.frame["group"].map(lambda label: " ".join(_AROUND.sub("", label).split()))
    keep = labels.str.lower() != "does not apply"
    if parsed.has("measure"):
        keep &= parsed.frame["measure"].str.strip().str.lower() != "percent"
    parsed, labels = parsed.where(keep), labels[keep]
    known = column_map("census_ethnicity")
    unknown = ~labels.map(lambda label: normal_header(label) in known)
    if unknown.any():
        row = first_row(unknown)
        raise parsed.refusal(
            "the ethnic group is not one of TS021", row=row, column="group", found=f"'{labels[row]}'", expected="White"
        )
    rows = pd.DataFrame(
        {
            "lsoa21_code": codes(parsed, "lsoa21_code", shapes.LSOA, "a small area such as E01000001"),
            "label": labels,
            "column": labels.map(lambda label: known[normal_header(label)]),
            "count": counts(parsed, "observation", high=MOST_RESIDENTS),
        }
    )
    refuse_repeats(parsed, rows[["lsoa21_code", "label"]], "group of a small area")
    totals = rows[rows["column"] == "total_count"].set_index("lsoa21_code")["count"]
    parts = rows[rows["column"].isin(set(COUNTS) - {"total_count"})]
    if parts.empty:
        # The parts of a group are called after it: 'White: Irish'.
        parts = rows[rows["column"] == ""]
        parts = parts.assign(column=parts["label"].map(lambda label: known[normal_header(label.split(": ")[0])]))
        needed = DETAILED_GROUPS
    else:
        needed = len(GROUPS)
    first = rows.drop_duplicates("lsoa21_code").reset_index(names="row").set_index("lsoa21_code")["row"]
    held = parts.groupby("lsoa21_code")["label"].nunique().reindex(first.index, fill_value=0)
    if (held < needed).any():
        short = set(held.index[held < needed])
        lacking = parsed.frame["lsoa21_code"].str.strip().str.upper().isin(short)
        raise parsed.odd("a group of the small area is missing, so that they do not add up", lacking, "lsoa21_code")
    wide = parts.pivot_table(index="lsoa21_code", columns="column", values="count", aggfunc="sum").loc[first.index]
    wide["total_count"] = totals.reindex(first.index).fillna(wide.sum(axis=1))
    return (
        wide.astype("int64")
        .rename_axis(columns=None)
        .reset_index()
        .set_index(pd.Index(first.to_numpy()))[["lsoa21_code", *COUNTS]]
    )

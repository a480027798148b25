"""Primary Care Network Workforce, individual level (NHS England): one row a post or contracted service."""

from __future__ import annotations

import calendar
import re
from functools import partial
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.quarters import Month
from sp_geo.publications.pcn_workforce.roles import LINK_WORKER, is_link_worker, roles
from sp_geo.publications.reading import (
    Frames,
    Parsed,
    codes,
    counts,
    first_row,
    leaving_out,
    numbers,
    one_of,
    refuse_mixture,
    table,
    words,
)
from sp_geo.tables.anomalies import LEFT_OUT
from sp_geo.workspace.document import Document

NEEDED: Final = (
    "data_source",
    "census_year",
    "census_month",
    "pcn_code",
    "pcn_name",
    "role",
    "fte",
    "person",
)
EMPLOYMENT: Final = {"nwrs staff": "staff", "nwrs contracted services": "contracted"}

MOST_STAFF_FTE: Final = 3.0
"""More than a person can work is listed; the published files reach 2.0."""

MOST_CONTRACTED_FTE: Final = 50.0
"""More than one contract buys is listed; the published files reach 14.13."""

MOST_FTE: Final = 1_000.0
"""No single row can hold so many posts: such a number is of another column."""

LONGEST_COPIED_RUN: Final = 9
"""Staff rows in a row that may repeat earlier rows in their order; the published files reach 2."""

_BLANK: Final = frozenset({"", "NULL", "NA", "N/A", "."})
_MONTHS: Final = {
    text.lower(): str(number)
    for number in range(1, 13)
    for text in (f"{number}", f"{number:02}", calendar.month_name[number], calendar.month_abbr[number])
}


def read(document: Document, _period: str) -> Frames:
    """The release as core_pcn_workforce and core_pcn_release; of a month within a quarter, as core_pcn_month.

    FTE that a person cannot have, and rows that repeat another, are kept and listed, because the published totals
    include them (one person can hold two like posts, and contracts are often alike). Rows whose PCN cannot be
    told are left out and listed. What a PCN has of which a link worker's row cannot be used is not known: as zero, or
    as what its other rows say, it would be taken for what it has, so it counts as not reporting.

    Args:
        document: the CSV file, or a workbook that it was saved as.
        _period: not needed; the file says its month.

    Raises:
        InvalidContent: a column is missing, months are mixed, too many rows cannot be used, or a block of rows was
            copied.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "pcn_workforce", NEEDED)
    frames = leaving_out(parsed, _frames, "fte", "FTE")
    left = {item["row"]: item["found"] or "" for item in parsed.notes.anomalies if item["outcome"] == LEFT_OUT}
    of_link_workers = parsed.frame["role"].map(is_link_worker)
    pcns = parsed.frame["pcn_code"].str.strip().str.upper()
    is_left = parsed.frame.index.isin(list(left))
    unknown = set(pcns[is_left & of_link_workers])
    # A row whose quotation marks do not match never became a row of the table: its PCN stands somewhere in its text.
    torn = [text for row, text in left.items() if row not in parsed.frame.index and is_link_worker(text)]
    unknown |= {code for text in torn for code in re.findall(rf"\b{shapes.PCN}\b", text.upper())}
    if not unknown:
        return frames
    others = pcns.isin(unknown) & of_link_workers & ~is_left
    if others.any():
        sizes = pd.to_numeric(parsed.frame.loc[others, "fte"], errors="coerce").to_dict()
        texts = parsed.frame.loc[others, "pcn_code"].to_dict()
        problem = "another link worker's row of this PCN cannot be used, so it counts as not reporting"
        parsed.notes.add(problem, LEFT_OUT, texts, parsed.headers["pcn_code"], sizes, "FTE", file=parsed.file)
    kept = {}
    for name, frame in frames.items():
        told = frame["pcn_code"].isin(unknown)
        if name == "core_pcn_workforce":
            told &= frame["role"].str.startswith(LINK_WORKER)
        kept[name] = frame[~told].reset_index(drop=True)
    return kept


def _frames(parsed: Parsed) -> Frames:
    year = counts(parsed, "census_year", high=2100, low=2015)
    refuse_mixture(parsed, year, "census_year", "one census in all rows")
    number = one_of(parsed, "census_month", _MONTHS)
    refuse_mixture(parsed, number, "census_month", "one census in all rows")
    month = Month(int(year.iloc[0]), int(number.iloc[0]))
    rows = pd.DataFrame(
        {
            "pcn_code": codes(parsed, "pcn_code", shapes.PCN, "U and five digits, such as U89141"),
            "employment": one_of(parsed, "data_source", EMPLOYMENT),
            "fte": numbers(parsed, "fte", -MOST_FTE, MOST_FTE, expected="a number, 1.0 for 37.5 hours a week"),
            "person": parsed.frame["person"].str.strip(),
        }
    )
    fte, is_staff = rows["fte"], rows["employment"] == "staff"
    rows["role"] = roles(parsed, "role", fte)
    for problem, odd in (
        ("full-time equivalent is negative", fte < 0),
        ("full-time equivalent is large for one person's post", is_staff & (fte > MOST_STAFF_FTE)),
        ("full-time equivalent is large for a contracted service", ~is_staff & (fte > MOST_CONTRACTED_FTE)),
    ):
        if odd.any():
            parsed.keep(problem, odd, "fte", fte, "FTE")
    _keep_copies(parsed, rows)
    if month.quarter is None:
        # Link worker FTE of every PCN in a release, 0 where it reported none.
        splw = fte.where(rows["role"].str.startswith(LINK_WORKER), 0.0)
        plain = fte.where(rows["role"] == LINK_WORKER, 0.0)
        parts = pd.DataFrame({"pcn_code": rows["pcn_code"], "splw_fte": splw, "splw_plain_fte": plain})
        return {"core_pcn_month": parts.groupby("pcn_code", as_index=False).sum().assign(month=str(month))}
    rows["quarter"] = str(month.quarter)
    parent = partial(codes, parsed, nullable=True, blanks=_BLANK, is_secondary=True)
    pcns = pd.DataFrame(
        {
            "quarter": rows["quarter"],
            "pcn_code": rows["pcn_code"],
            "pcn_name": words(parsed, "pcn_name"),
            "sub_icb_code": parent("sub_icb_code", shapes.SUB_ICB, "such as 36L or 93C"),
            "icb_code": parent("icb_code", shapes.ICB, "such as QWE or Z9B2Z"),
            "icb_name": words(parsed, "icb_name"),
            "region_code": parent("region_code", shapes.REGION, "such as Y56"),
            "region_name": words(parsed, "region_name"),
        }
    ).drop_duplicates("pcn_code")
    pcns["staff_rows_count"] = pcns["pcn_code"].map(is_staff.groupby(rows["pcn_code"]).sum()).astype("int64")
    key = ["quarter", "pcn_code", "role", "employment"]
    totals = rows.groupby(key, as_index=False).agg(fte=("fte", "sum"), rows_count=("fte", "size"))
    staff = rows[rows["employment"] == "staff"]
    named = staff[~staff["person"].str.upper().isin(_BLANK)]
    people = pd.concat(
        [
            named.groupby(key)["person"].nunique(),
            staff.drop(named.index).groupby(key).size(),  # without an identifier each row counts as one person
        ]
    )
    heads = people.groupby(level=key).sum().rename("headcount").astype("Int64")
    return {
        "core_pcn_workforce": totals.merge(heads.reset_index(), on=key, how="left"),
        "core_pcn_release": pcns.reset_index(drop=True),
    }


def _keep_copies(parsed: Parsed, rows: pd.DataFrame) -> None:
    """List staff rows that repeat another; contracted services are often alike and tell nothing."""
    texts, is_staff = parsed.frame, rows["employment"] == "staff"
    repeats = texts.duplicated() & is_staff
    places = pd.Series(range(len(texts)), index=texts.index)
    lag = places - places.groupby(pd.util.hash_pandas_object(texts, index=False).to_numpy()).shift(1)
    runs = lag.ne(lag.shift()).cumsum()
    lengths = (is_staff & lag.notna()).groupby(runs).transform("sum")
    if (lengths > LONGEST_COPIED_RUN).any():
        row = first_row(lengths > LONGEST_COPIED_RUN)
        raise parsed.refusal(
            "rows were copied",
            row=row,
            found=f"{int(lengths[row])} staff rows that repeat those from row {row - int(lag[row]):,} on",
            expected="each row once",
        )
    if repeats.any():
        parsed.keep("the row repeats an earlier one", repeats, "fte", rows["fte"], "FTE")

"""Primary Care Network Workforce, individual level (NHS England): one row a post or contracted service."""

from __future__ import annotations

import calendar
from typing import Final

import pandas as pd

from sp_geo.core import codes as shapes
from sp_geo.core.quarters import Month
from sp_geo.publications.pcn_workforce.roles import LINK_WORKER, is_link_worker, roles
from sp_geo.publications.reading import (
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
EMPLOYMENT_WORDS: Final = {"staff": "one person's post", "contracted": "a contracted service"}

MOST_STAFF_FTE: Final = 3.0
"""More than a person can work is listed; the published files reach 2.0."""

MOST_CONTRACTED_FTE: Final = 50.0
"""More than one contract buys is listed; the published files reach 14.13."""

MOST_FTE: Final = 1_000.0
"""No single row can hold so many posts: such a number is of another column."""

LONGEST_COPIED_RUN: Final = 9
"""Staff rows in a row that may repeat earlier rows in their order; the published files reach 2."""

_BLANK: Final = frozenset({"", "NULL", "NA", "N/A", "."})
_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if name} | {
    name.lower(): number for number, name in enumerate(calendar.month_abbr) if name
}


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The release as core_pcn_workforce and core_pcn_release; of a month within a quarter, as core_pcn_month.

    FTE that a person cannot have, and rows that repeat another, are kept and listed, because the published totals
    include them (one person can hold two like posts, and contracts are often alike). Rows whose network cannot be
    told are left out and listed.

    Args:
        document: the CSV file, or a workbook that it was saved as.
        _period: not needed; the file says its month.

    Raises:
        InvalidContent: a column is missing, months are mixed, too many rows cannot be used, or a block of rows was
            copied.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "pcn_workforce", NEEDED)
    return _without_unknown(parsed, leaving_out(parsed, _frames, "fte", "FTE"))


def _without_unknown(parsed: Parsed, frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The release without what is said of link workers in PCNs of which a link worker's row cannot be used.

    What such a PCN has is not known. As zero, or as what its other rows say, it would be taken for what it has: it
    counts as not reporting.
    """
    left = [item["row"] for item in parsed.notes.anomalies if item["outcome"] == LEFT_OUT]
    rows = parsed.frame.loc[left]
    unknown = set(rows.loc[rows["role"].map(is_link_worker), "pcn_code"].str.strip().str.upper())
    if not unknown:
        return frames
    kept = {}
    for name, frame in frames.items():
        told = frame["pcn_code"].isin(unknown)
        if name == "core_pcn_workforce":
            told &= frame["role"].str.startswith(LINK_WORKER)
        kept[name] = frame[~told].reset_index(drop=True)
    same = parsed.frame["pcn_code"].str.strip().str.upper().isin(unknown) & parsed.frame["role"].map(is_link_worker)
    others = same & ~parsed.frame.index.isin(left)
    if others.any():
        sizes = pd.to_numeric(parsed.frame.loc[others, "fte"], errors="coerce").to_dict()
        texts = parsed.frame.loc[others, "pcn_code"].to_dict()
        problem = "another link worker's row of this PCN cannot be used, so it counts as not reporting"
        parsed.notes.add(problem, LEFT_OUT, texts, parsed.headers["pcn_code"], sizes, "FTE", file=parsed.file)
    return kept


def _frames(parsed: Parsed) -> dict[str, pd.DataFrame]:
    month = _month(parsed)
    rows = pd.DataFrame(
        {
            "pcn_code": codes(parsed, "pcn_code", shapes.PCN, "U and five digits, such as U89141"),
            "employment": one_of(parsed, "data_source", EMPLOYMENT),
            "fte": numbers(parsed, "fte", -MOST_FTE, MOST_FTE, expected="a number, 1.0 for 37.5 hours a week"),
            "person": parsed.frame["person"].str.strip(),
        }
    )
    rows["role"] = roles(parsed, "role", rows["fte"])
    _keep_odd_fte(parsed, rows)
    _keep_copies(parsed, rows)
    if month.quarter is None:
        return {"core_pcn_month": _month_rows(rows).assign(month=str(month))}
    quarter = str(month.quarter)
    return {
        "core_pcn_workforce": _totals(rows.assign(quarter=quarter)),
        "core_pcn_release": _release(parsed, rows.assign(quarter=quarter)),
    }


def _month(parsed: Parsed) -> Month:
    year = counts(parsed, "census_year", high=2100, low=2015)
    refuse_mixture(parsed, year, "census_year", "one census in all rows")
    written = {**{str(number): str(number) for number in range(1, 13)}, **{f"0{n}": str(n) for n in range(1, 10)}}
    month = one_of(parsed, "census_month", written | {name: str(number) for name, number in _MONTHS.items()})
    refuse_mixture(parsed, month, "census_month", "one census in all rows")
    return Month(int(year.iloc[0]), int(month.iloc[0]))


def _keep_odd_fte(parsed: Parsed, rows: pd.DataFrame) -> None:
    """List FTE below zero, or above what a person or a contract can have."""
    fte = rows["fte"]
    most = rows["employment"].map({"staff": MOST_STAFF_FTE, "contracted": MOST_CONTRACTED_FTE}).astype(float)
    if (fte < 0).any():
        parsed.keep("full-time equivalent is negative", fte < 0, "fte", fte, "FTE")
    for employment, words_ in EMPLOYMENT_WORDS.items():
        above = (fte > most) & (rows["employment"] == employment)
        if above.any():
            parsed.keep(f"full-time equivalent is large for {words_}", above, "fte", fte, "FTE")


def _keep_copies(parsed: Parsed, rows: pd.DataFrame) -> None:
    """List staff rows that repeat another; contracted services are often alike and tell nothing.

    Raises:
        InvalidContent: there are too many of them, or a block of them stands in the order of earlier rows.
    """
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


def _month_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Link worker FTE of every PCN in a release, 0 where it reported none."""
    splw = rows["fte"].where(rows["role"].str.startswith(LINK_WORKER), 0.0)
    plain = rows["fte"].where(rows["role"] == LINK_WORKER, 0.0)
    parts = pd.DataFrame({"pcn_code": rows["pcn_code"], "splw_fte": splw, "splw_plain_fte": plain})
    return parts.groupby("pcn_code", as_index=False).sum()


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
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
    return totals.merge(heads.reset_index(), on=key, how="left")


def _release(parsed: Parsed, rows: pd.DataFrame) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "quarter": rows["quarter"],
            "pcn_code": rows["pcn_code"],
            "pcn_name": words(parsed, "pcn_name"),
            "sub_icb_code": _code(parsed, "sub_icb_code", shapes.SUB_ICB, "such as 36L or 93C"),
            "icb_code": _code(parsed, "icb_code", shapes.ICB, "such as QWE or Z9B2Z"),
            "icb_name": words(parsed, "icb_name"),
            "region_code": _code(parsed, "region_code", shapes.REGION, "such as Y56"),
            "region_name": words(parsed, "region_name"),
            "staff_rows_count": (rows["employment"] == "staff").astype("int64"),
        }
    )
    counted = frame.groupby("pcn_code")["staff_rows_count"].sum()
    first = frame.drop_duplicates("pcn_code")
    return first.assign(staff_rows_count=first["pcn_code"].map(counted)).reset_index(drop=True)


def _code(parsed: Parsed, column: str, shape: str, expected: str) -> pd.Series:
    if not parsed.has(column):
        return pd.Series(None, index=parsed.frame.index, dtype="str")
    return codes(parsed, column, shape, expected, nullable=True, blanks=_BLANK, is_secondary=True)

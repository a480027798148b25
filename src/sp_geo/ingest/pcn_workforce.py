"""Primary Care Network Workforce, individual level (NHS England): one row a post or contracted service."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import pandas as pd
import yaml

from sp_geo import codes as shapes
from sp_geo.ingest.reading import Parsed, codes, counts, first_row, numbers, one_of, refuse_mixture, table, words
from sp_geo.ingest.roles import roles
from sp_geo.quarters import Quarter
from sp_geo.sources.document import Document

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
"""More than a person can work; the published files reach 2.0."""

MOST_CONTRACTED_FTE: Final = 50.0
"""More than one contract buys; the published files reach 14.13."""

MOST_COPIED_SHARE: Final = 0.01
"""Share of staff rows that may repeat another exactly. One person can hold two like posts: in seven published files
at most 0.2 % of staff rows repeat, so more than 1 % means that rows were copied."""

FEWEST_COPIES: Final = 3
"""Fewer repeats than this can always happen; in a part of England a share says little."""

LONGEST_COPIED_RUN: Final = 2
"""Staff rows in a row that may repeat earlier rows in their order; the published files reach 2."""

_BLANK: Final = frozenset({"", "NULL", "NA", "N/A", "."})
_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_name) if name} | {
    name.lower(): number for number, name in enumerate(calendar.month_abbr) if name
}


def read(document: Document, _period: str) -> dict[str, pd.DataFrame]:
    """The release as core_pcn_workforce and core_pcn_release.

    Rows that repeat another exactly are kept, because the published totals include them (one person can hold two like
    posts, and contracts are often alike); a file whose rows were copied is refused.

    Args:
        document: the CSV file.
        _period: not needed; the file says its month.

    Raises:
        InvalidContent: a column, code, number or role is not what the publication allows, months are mixed or not the
            end of a quarter, or rows were copied.
        DamagedFile: the file cannot be read to its end.
    """
    parsed = table(document, "pcn_workforce", NEEDED)
    quarter = str(_quarter(parsed))
    employment = one_of(parsed, "data_source", EMPLOYMENT)
    rows = pd.DataFrame(
        {
            "quarter": quarter,
            "pcn_code": codes(parsed, "pcn_code", shapes.PCN, "U and five digits, such as U89141"),
            "role": roles(parsed, "role"),
            "employment": employment,
            "person": parsed.frame["person"].str.strip(),
        }
    )
    rows["fte"] = _fte(parsed, rows)
    _refuse_copies(parsed, employment == "staff")
    return {"core_pcn_workforce": _totals(rows), "core_pcn_release": _release(parsed, rows)}


def _quarter(parsed: Parsed) -> Quarter:
    year = counts(parsed, "census_year", high=2100, low=2015)
    refuse_mixture(parsed, year, "census_year", "one census in all rows")
    written = {**{str(number): str(number) for number in range(1, 13)}, **{f"0{n}": str(n) for n in range(1, 10)}}
    month = one_of(parsed, "census_month", written | {name: str(number) for name, number in _MONTHS.items()})
    refuse_mixture(parsed, month, "census_month", "one census in all rows")
    number = int(month.iloc[0])
    if number % 3:
        raise parsed.refusal(
            "the release is not of a quarter's end",
            row=2,
            column="census_month",
            found=f"{calendar.month_name[number]} {year.iloc[0]}",
            expected="March, June, September or December",
            advice="Provision is followed by quarter: add the release of the quarter's last month",
        )
    return Quarter(int(year.iloc[0]), number // 3)


@cache
def _kept_values() -> list[Mapping[str, Any]]:
    text = (files("sp_geo.ingest") / "corrections" / "pcn_workforce.yaml").read_text(encoding="utf-8")
    declared: list[Mapping[str, Any]] = yaml.safe_load(text)["kept"]
    return declared


def _fte(parsed: Parsed, rows: pd.DataFrame) -> pd.Series:
    """FTE of each row; negative only where a declared error of the publisher stands."""
    fte = numbers(parsed, "fte", -1e6, 1e6, expected="a number, 1.0 for 37.5 hours a week")
    declared = pd.Series(data=False, index=fte.index)
    for kept in _kept_values():
        declared |= (
            (rows["employment"] == kept["employment"])
            & ~rows["role"].str.startswith(kept["not_role_prefix"])
            & ((fte - kept["fte"]).abs() <= kept["tolerance"])
        )
    most = rows["employment"].map({"staff": MOST_STAFF_FTE, "contracted": MOST_CONTRACTED_FTE}).astype(float)
    wrong = ((fte < 0) | (fte > most)) & ~declared
    if wrong.any():
        row = first_row(wrong)
        raise parsed.refusal(
            "full-time equivalent is negative" if fte[row] < 0 else "full-time equivalent is implausibly large",
            row=row,
            column="fte",
            found=f"'{parsed.frame['fte'][row].strip()}'",
            expected=f"0 to {most[row]:g} for {EMPLOYMENT_WORDS[str(rows['employment'][row])]}",
        )
    return fte


def _refuse_copies(parsed: Parsed, is_staff: pd.Series) -> None:
    """Refuse a file in which rows were copied; contracted services are often alike and tell nothing."""
    texts = parsed.frame
    repeats = texts.duplicated() & is_staff
    share = repeats.sum() / max(int(is_staff.sum()), 1)
    if repeats.sum() >= FEWEST_COPIES and share > MOST_COPIED_SHARE:
        raise parsed.refusal(
            "rows were copied",
            row=first_row(repeats),
            found=f"{int(repeats.sum()):,} of {int(is_staff.sum()):,} staff rows ({share:.1%}) repeat an earlier row",
            expected=f"at most {MOST_COPIED_SHARE:.0%}",
        )
    rows = pd.Series(range(len(texts)), index=texts.index)
    lag = rows - rows.groupby(pd.util.hash_pandas_object(texts, index=False).to_numpy()).shift(1)
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
    return codes(parsed, column, shape, expected, nullable=True, blanks=_BLANK)

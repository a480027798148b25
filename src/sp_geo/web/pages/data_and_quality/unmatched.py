"""What did not match in a quarter: practices and PCNs one by one, by cause, and what only the totals know."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from sp_geo.build.view import Build
from sp_geo.core.quarters import Quarter
from sp_geo.reports.findings.quality import amounts, unmatched_rows
from sp_geo.tables.outputs import out_unmatched

AREA: Final = "area_patients"
WITHOUT: Final = "practice_without_pcn"


def stray_rows(build: Build, quarter: str) -> pd.DataFrame:
    """Practices and PCNs that did not match in a quarter, with causes in words and empty where nothing is added."""
    rows = build.table("out_unmatched") if build.rows_count("out_unmatched") else out_unmatched.empty()
    return unmatched_rows(rows[rows["quarter"] == quarter])


def without_network(ended: pd.DataFrame) -> pd.DataFrame:
    """Patients by small area of practices without a network, of a quarter's totals: one row, or none.

    Args:
        ended: of ``reconciliation_rows``.
    """
    found = ended[(ended["measure"] == AREA) & (ended["cause"] == WITHOUT)]
    return found.rename(columns={"units_count": "organisations"}).assign(listed="No: in the total only")


def stray_causes(unmatched: pd.DataFrame, ended: pd.DataFrame) -> pd.DataFrame:
    """What did not match by total and cause, most organisations first.

    Args:
        unmatched: those that are listed one by one.
        ended: of ``reconciliation_rows``, for those that are only in a total.
    """
    keys = ["measure", "measure_words", "cause_words", "unit"]
    grouped = unmatched.groupby(keys, sort=False)["amount"]
    found = grouped.agg(organisations="size", amount=lambda values: values.sum(min_count=1)).reset_index()
    names = [*keys, "organisations", "amount", "listed"]
    parts = [found.assign(listed="Yes")[names], without_network(ended)[names]]
    both = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return amounts(both.sort_values("organisations", ascending=False, ignore_index=True))


def area_release(build: Build, quarter: str) -> str:
    """Month of the patients by small area that a quarter rests on; empty if no need rests on one."""
    if build.rows_count("out_pcn_need") == 0:
        return ""
    needs = build.table("out_pcn_need")
    sources = needs.loc[needs["quarter"] == quarter, "source"].dropna().unique()
    found = [match[1] for text in sources if (match := re.search(r"patients by area (\d{4}-\d{2})", str(text)))]
    return max(found, default="")


def area_words(ended: pd.DataFrame, quarter: str, release: str) -> str:
    """What is lost by small area, why, and where the practices are; empty if nothing is.

    Args:
        ended: of ``reconciliation_rows``.
        quarter: such as 2026Q2.
        release: month of the patients by small area; empty if it is not known.
    """
    here = without_network(ended)
    if here.empty:
        return ""
    row = here.iloc[0]
    month = f"the release of {release}" if release else "the release nearest to the quarter"
    since = " A practice that closed or merged between then and the quarter is in no PCN any more."
    is_older = bool(release) and release < f"{Quarter.parse(quarter).end:%Y-%m}"
    return (
        f"By small area, {row['amount']:,.0f} patients ({100 * row['share']:.2f} %) are of {row['organisations']:,} "
        f"practices that are in no PCN at the end of {quarter}. They count in no need. Patients by small area are "
        f"of {month}.{since if is_older else ''} These practices are in the counts by cause, not in the list: it holds "
        "the practices of the lists, the survey and the memberships, and no table of the build names the others."
    )

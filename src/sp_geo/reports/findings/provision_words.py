"""Link workers of a quarter and area in sentences: how many, what changed, who has none and who did not say."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.reports.findings.headlines import HeadlineFigures, headline_figures, like_for_like
from sp_geo.reports.findings.measures import PROVISION
from sp_geo.statistics.conclusions.labels import pcns_words

FEWEST_FOR_SPREAD: Final = 10
"""PCNs of which a half and a tenth can be told."""


def quarter_words(rows: pd.DataFrame, area: str, quarter: str) -> str:
    """One sentence on a quarter and area: who reported, how many posts, what rate."""
    if rows.empty:
        return f"No PCN of this area was active in {quarter}: ICBs change. Choose ICBs of one month."
    found = headline_figures(rows, quarter)
    said = (
        f"{area}, {quarter}: {found.reported:,} of {found.active:,} active PCNs reported "
        f"({found.coverage_pct:.0f} %), {found.zero:,} of them no link worker."
    )
    if not found.reported:
        return said
    return f"{said} Those that reported have {found.fte:,.1f} FTE, {found.per_10k:.2f} per 10,000 of their patients."


def provision_words(now: pd.DataFrame, then: pd.DataFrame, quarter: str, before: str) -> list[str]:
    """How many link workers there are, over whom the rate is, and what changed like for like.

    Args:
        now: rows of the area in the quarter.
        then: its rows in the quarter before.
        quarter: such as 2022Q2.
        before: quarter to compare with; the same if there is none.
    """
    found = headline_figures(now, quarter)
    if not found.reported:
        return [f"No PCN reported in {quarter}, so nothing is known of its link workers."]
    said = [
        f"{found.fte:,.1f} full-time equivalents, {found.per_10k:.2f} for every 10,000 patients of the "
        f"{pcns_words(found.reported)} that reported ({found.coverage_pct:.0f} % of {found.active:,})."
    ]
    count, earlier, later = like_for_like(now, then)
    if before == quarter or not count or not earlier:
        return said
    turn = "more" if later >= earlier else "fewer"
    total = found.fte - headline_figures(then, before).fte
    return [
        *said,
        f"The {pcns_words(count)} that reported both now and in {before} {'has' if count == 1 else 'have'} "
        f"{abs(later - earlier):,.1f} {turn} ({100 * (later - earlier) / earlier:+.1f} %).",
        f"The total changed by {total:+,.1f}: the rest is PCNs that began or ceased to report, opened or closed.",
    ]


def reporting_words(rows: pd.DataFrame, quarter: str) -> list[str]:
    """Who reported no link worker, who did not say, and how far rates are apart."""
    found = headline_figures(rows, quarter)
    zero = rows[rows["reporting_status"] == "true_zero"]
    said = [
        f"{pcns_words(len(zero))} ({100 * len(zero) / max(found.reported, 1):.0f} % of those that reported) with "
        f"{zero['list_size'].sum():,.0f} patients reported no link worker."
        if len(zero)
        else "No PCN reported having none."
    ]
    silent = found.active - found.reported
    if silent:
        said.append(
            f"{pcns_words(silent)} with {found.silent_patients:,.0f} patients did not report: "
            f"{'it' if silent == 1 else 'they'} may have some, and nothing here counts "
            f"{'it' if silent == 1 else 'them'} as zero."
        )
    else:
        said.append("Every active PCN reported.")
    told = rows.dropna(subset=[PROVISION])
    if len(told) >= FEWEST_FOR_SPREAD:
        middle, high = told[PROVISION].quantile([0.5, 0.9])
        said.append(
            f"Half of the {len(told):,} that reported have {middle:.2f} or less per 10,000 patients, a tenth "
            f"{high:.2f} or more."
        )
    return said


def floor_words(found: HeadlineFigures) -> str:
    """The least that the rate can be, whatever the silent PCNs have; empty where none is silent."""
    if not found.reported or found.reported == found.active:
        return ""
    return (
        f"If the silent PCNs had none, the rate over all {found.patients:,.0f} patients would be "
        f"{found.floor_per_10k:.2f}: it cannot be less."
    )

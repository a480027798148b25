"""How many link workers a PCN has, and whether it said so."""

from __future__ import annotations

import pandas as pd

from sp_geo.panel.weighted_list import WeightedLists

PLAIN_ROLE = "splw"
_LINK_WORKER = "splw"


def link_workers(workforce: pd.DataFrame) -> pd.DataFrame:
    """Link worker FTE and head count by PCN, for one quarter.

    Args:
        workforce: core_pcn_workforce of one quarter.

    Returns:
        Indexed by pcn_code: splw_fte, splw_plain_fte, splw_mental_health_fte, splw_contracted_fte (FTE) and
        splw_headcount (people; contracted services have none). PCNs without a link worker row are absent.
    """
    rows = workforce[workforce["role"].str.startswith(_LINK_WORKER)]
    plain = rows["role"] == PLAIN_ROLE
    parts = pd.DataFrame(
        {
            "pcn_code": rows["pcn_code"],
            "splw_fte": rows["fte"],
            "splw_plain_fte": rows["fte"].where(plain, 0.0),
            "splw_mental_health_fte": rows["fte"].where(~plain, 0.0),
            "splw_contracted_fte": rows["fte"].where(rows["employment"] == "contracted", 0.0),
            "splw_headcount": rows["headcount"].fillna(0).astype(float),
        }
    )
    return parts.groupby("pcn_code").sum()


def with_status(pcns: pd.DataFrame, workforce: pd.DataFrame, release: pd.DataFrame) -> pd.DataFrame:
    """Provision of each active PCN with its reporting status.

    Args:
        pcns: one row an active PCN: pcn_code, list_size (patients).
        workforce: core_pcn_workforce of the quarter.
        release: core_pcn_release of the quarter.

    Returns:
        ``pcns`` with the columns of :func:`link_workers`, reporting_status and splw_fte_per_10k. A PCN in the release
        without link workers has 0 (``true_zero``); one that is not in the release has missing values.
    """
    supply = link_workers(workforce)
    joined = pcns.join(supply, on="pcn_code")
    reported = joined["pcn_code"].isin(release["pcn_code"])
    columns = list(supply.columns)
    joined[columns] = joined[columns].fillna(0.0).where(reported, axis=0)
    return with_rate(joined)


def with_rate(pcns: pd.DataFrame) -> pd.DataFrame:
    """Reporting status and rate of PCNs.

    Args:
        pcns: one row a PCN: splw_fte (FTE; missing if it did not report), list_size (patients).

    Returns:
        ``pcns`` with reporting_status and splw_fte_per_10k.
    """
    joined, reported = pcns.copy(), pcns["splw_fte"].notna()
    joined["reporting_status"] = "not_reported"
    joined.loc[reported, "reporting_status"] = "reported"
    joined.loc[reported & (joined["splw_fte"] == 0), "reporting_status"] = "true_zero"
    joined["splw_fte_per_10k"] = joined["splw_fte"] / joined["list_size"] * 10_000
    return joined


def with_weighted(pcns: pd.DataFrame, weighted: WeightedLists | None) -> pd.DataFrame:
    """Weighted patients of each PCN, of which year and how much they cover, and provision per 10,000 of them.

    Args:
        pcns: of :func:`with_status`.
        weighted: of the quarter; None if no year has any, and the columns are then missing throughout.
    """
    if weighted is None:
        missing = dict.fromkeys(("weighted_list_size", "weighted_coverage", "splw_fte_per_10k_weighted"), float("nan"))
        return pcns.assign(**missing, weighted_year=None)
    joined = pcns.join(weighted.values, on="pcn_code").assign(weighted_year=weighted.year)
    rate = joined["splw_fte"] / joined["weighted_list_size"] * 10_000
    return joined.assign(splw_fte_per_10k_weighted=rate)

"""Whether the treatments of PCNs that did not report agree in what slopes say, in words, for the command line."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from sp_geo.statistics.conclusions.verdicts import conclusion, errors_words


def differences_in_words(slopes: pd.DataFrame, labels: Mapping[str, str] = MappingProxyType({})) -> str:
    """Whether the conclusion depends on how PCNs that did not report are treated.

    Args:
        slopes: what :func:`sp_geo.statistics.regression.quarter_slopes` returns; several needs may be stacked.
        labels: words for the names of needs and treatments; a name without one stands as it is.

    Returns:
        For each need two or three sentences: the latest quarter with its numbers, all quarters together, and
        the treatments without an estimate. Empty if there are no rows.
    """
    named = slopes.assign(non_response=[labels.get(name, name) for name in slopes["non_response"]])
    groups = named.groupby("need", sort=False)
    return " ".join(_of_one_need(labels.get(str(need), str(need)), rows) for need, rows in groups)


def _of_one_need(need: str, rows: pd.DataFrame) -> str:
    stated = rows.assign(conclusion=[conclusion(row) for row in rows.to_dict("records")])
    latest = str(rows["quarter"].max())
    return " ".join(
        part for part in (_latest(need, latest, stated.loc[stated["quarter"] == latest]), _overall(stated)) if part
    )


def _latest(need: str, quarter: str, rows: pd.DataFrame) -> str:
    estimated = [row for row in rows.to_dict("records") if row["conclusion"]]
    missing = "".join(
        f" Under {row['non_response']} it is {row['reason']}."
        for row in rows.to_dict("records")
        if not row["conclusion"]
    )
    if not estimated:
        return f"In {quarter} no treatment gives an estimate for {need}.{missing}"
    verdicts = {row["conclusion"] for row in estimated}
    numbers = "; ".join(
        f"{row['non_response']}: {row['conclusion']}, {row['estimate']:+.4f} per {row['per']:g} (95 % interval "
        f"{row['ci_low']:.4f} to {row['ci_high']:.4f}, {row['n_pcns']:,} PCNs; {errors_words(row)})"
        for row in estimated
    )
    if len(estimated) == 1:
        return f"In {quarter} the conclusion about {need} rests on one treatment ({numbers}).{missing}"
    if len(verdicts) == 1:
        return (
            f"In {quarter} the conclusion about {need} does not depend on how PCNs that did not report"
            f" are treated ({numbers}).{missing}"
        )
    return (
        f"In {quarter} the conclusion about {need} depends on how PCNs that did not report are treated"
        f" ({numbers}).{missing}"
    )


def _overall(rows: pd.DataFrame) -> str:
    estimated = rows.loc[rows["conclusion"] != ""]
    per_quarter = estimated.groupby("quarter")["conclusion"].agg(["nunique", "size"])
    comparable = per_quarter.loc[per_quarter["size"] > 1]
    if len(comparable) <= 1:
        return ""
    differ = [str(quarter) for quarter in comparable.index[comparable["nunique"] > 1]]
    if not differ:
        return f"Over all {len(comparable)} quarters the treatments agree in each."
    agree = len(comparable) - len(differ)
    return (
        f"Over all {len(comparable)} quarters the treatments agree in {agree} and differ in {len(differ)}"
        f" ({', '.join(differ)})."
    )

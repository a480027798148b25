"""The descriptive table of a paper: need and provision by group of PCNs, one quarter at a time.

Means are over PCNs, plain and weighted by patients; the provision of a group is also given pooled (its FTE
over its patients) over the PCNs that reported. See docs/methods/describe.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.statistics.measures import ALL_ROLES, PATIENTS_IN_RATE, Need, Provision
from sp_geo.statistics.non_response import NOT_REPORTED, require_columns
from sp_geo.statistics.quantiles import FIFTHS, equal_parts

DESCRIPTION_COLUMNS: Final = (
    "quarter",
    "grouping",
    "group",
    "quantity",
    "unit",
    "n_active_pcns",
    "n",
    "n_missing",
    "patients",
    "mean",
    "sd",
    "median",
    "q1",
    "q3",
    "patient_weighted_mean",
    "pooled",
    "true_zero_pct",
    "coverage_pct",
)
ALL_PCNS: Final = "all PCNs"
MISSING_GROUP: Final = "missing"
_RURAL, _SIGNIFICANTLY_RURAL = 0.50, 0.26


@dataclass(frozen=True)
class Grouping:
    """A way of sorting PCNs.

    Attributes:
        column: of the panel.
        label: as it stands in the table.
        kind: ``fifths`` (fifth 1 has the highest values), ``rural_bands`` (share of patients in rural areas
            below 26 %, 26 to 50 %, 50 % and above) or ``labels`` (the column's own values).
    """

    column: str
    label: str
    kind: str


STANDARD_GROUPINGS: Final = (
    Grouping("imd_score", "fifth of deprivation", "fifths"),
    Grouping("minority_ethnic", "fifth of minority ethnic share", "fifths"),
    Grouping("rural", "rurality", "rural_bands"),
    Grouping("region_name", "region", "labels"),
)


def describe_table(
    panel: pd.DataFrame,
    needs: Sequence[Need],
    groupings: Sequence[Grouping] = STANDARD_GROUPINGS,
    provision: Provision = ALL_ROLES,
) -> pd.DataFrame:
    """Each need and provision within each group of PCNs.

    Args:
        panel: ``out_pcn_quarter``.
        needs: indicators to describe; shares are told as percentages.
        groupings: how PCNs are sorted; fifths are made anew in each quarter over all active PCNs.
        provision: series.

    Returns:
        One row per quarter, group and quantity with :data:`DESCRIPTION_COLUMNS`, and rows for all PCNs.
        ``n`` have the quantity and ``n_missing`` have not (for provision: did not report). PCNs whose group
        is not known are the group ``missing``. ``pooled``, ``true_zero_pct`` (of those that reported) and
        ``coverage_pct`` belong to provision alone. No numbers where ``n`` is 0.

    Raises:
        UsageError: a need, grouping or series that the panel does not have.
    """
    require_columns(panel, tuple(need.name for need in needs), "need")
    require_columns(panel, tuple(grouping.column for grouping in groupings), "grouping")
    require_columns(panel, (provision.fte_column, provision.patients_column), "series")
    records: list[dict[str, Any]] = []
    for quarter, rows in panel.groupby("quarter", sort=True):
        for label, group, members in _groups(rows, groupings):
            common = {"quarter": str(quarter), "grouping": label, "group": group}
            records.extend({**common, **_of_need(members, need)} for need in needs)
            reported = members["reporting_status"] != NOT_REPORTED
            fte = members[provision.fte_column].astype(np.float64).where(reported)
            patients = members[provision.patients_column].astype(np.float64)
            patients = patients.where(patients > 0)
            rate = fte / patients * PATIENTS_IN_RATE
            known = rate.notna()
            count = int(known.sum())
            records.append(
                {
                    **common,
                    "quantity": provision.name,
                    "unit": provision.unit,
                    **_summary(rate, patients, members),
                    "pooled": fte[known].sum() / patients[known].sum() * PATIENTS_IN_RATE if count else np.nan,
                    "true_zero_pct": 100 * float((fte[known] == 0).mean()) if count else np.nan,
                    "coverage_pct": 100 * float(reported.mean()) if len(members) else np.nan,
                }
            )
    return pd.DataFrame(records, columns=list(DESCRIPTION_COLUMNS))


def _groups(rows: pd.DataFrame, groupings: Sequence[Grouping]) -> list[tuple[str, str, pd.DataFrame]]:
    found = [(ALL_PCNS, ALL_PCNS, rows)]
    for grouping in groupings:
        names = group_names(rows[grouping.column], grouping.kind)
        found.extend((grouping.label, str(name), rows.loc[names == name]) for name in sorted(names.unique()))
    return found


def group_names(values: pd.Series, kind: str) -> pd.Series:
    """The group of each PCN, ``missing`` where its value is."""
    known = values.notna()
    names = pd.Series(MISSING_GROUP, index=values.index, dtype=object)
    if kind == "labels":
        names.loc[known] = values.loc[known].astype(str)
    elif kind == "fifths":
        names.loc[known] = equal_parts(values.loc[known].to_numpy(dtype=np.float64)).astype(str)
        ends = {"1": "1 (highest)", str(FIFTHS): f"{FIFTHS} (lowest)"}
        names = names.replace(ends)
    elif kind == "rural_bands":
        names.loc[known & (values < _SIGNIFICANTLY_RURAL)] = "1 under 26 % rural"
        names.loc[known & (values >= _SIGNIFICANTLY_RURAL) & (values < _RURAL)] = "2 26 to 50 % rural"
        names.loc[known & (values >= _RURAL)] = "3 50 % rural or more"
    else:
        raise ValueError(f"no such kind of grouping: {kind}")
    return names


def _of_need(members: pd.DataFrame, need: Need) -> dict[str, Any]:
    values = members[need.name].astype(np.float64) * (100 if need.is_share else 1)
    unit = "%" if need.is_share else "points"
    return {
        "quantity": need.name,
        "unit": unit,
        **_summary(values, members["list_size"], members),
    }


def _summary(values: pd.Series, patients: pd.Series, members: pd.DataFrame) -> dict[str, Any]:
    known = values.notna() & patients.notna()
    here, weights = values[known], patients[known].astype(np.float64)
    quartiles = here.quantile([0.25, 0.5, 0.75]).to_numpy()
    return {
        "n_active_pcns": len(members),
        "n": len(here),
        "n_missing": len(members) - len(here),
        "patients": float(members["list_size"].sum()),
        "mean": here.mean(),
        "sd": here.std(ddof=1),
        "q1": quartiles[0],
        "median": quartiles[1],
        "q3": quartiles[2],
        "patient_weighted_mean": float((here * weights).sum() / weights.sum()) if len(here) else np.nan,
    }

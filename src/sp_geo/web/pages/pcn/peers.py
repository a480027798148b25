"""PCNs like one PCN: nearest by standardised distance over what their patients are like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.reports.findings.measures import PROVISION

MOST: Final = 10
MEASURES: Final = {
    "imd_score": "deprivation",
    "aged_65_plus": "patients aged 65 and over",
    "minority_ethnic": "minority ethnic residents",
    "rural": "rural patients",
    "list_size": "number of patients",
}


@dataclass(frozen=True)
class Peers:
    """PCNs like one.

    Attributes:
        rows: of the panel, most similar first, with ``distance``.
        used: measures that the likeness rests on.
        left_out: measures that the PCN itself has no value of, or that are the same everywhere.
        compared: PCNs that have a value of every measure used.
        missing: PCNs left out because they have not.
    """

    rows: pd.DataFrame
    used: tuple[str, ...]
    left_out: tuple[str, ...]
    compared: int
    missing: int

    @property
    def reported(self) -> int:
        """Peers that reported."""
        return int(self.rows[PROVISION].notna().sum())

    @property
    def median(self) -> float:
        """Median provision of the peers that reported; missing if none did."""
        return float(self.rows[PROVISION].median())


def peers_of(rows: pd.DataFrame, pcn_code: str, measures: Sequence[str] = tuple(MEASURES)) -> Peers:
    """The most similar PCNs of one quarter.

    Each measure is put in standard deviations over the networks compared; the distance of two PCNs is the root of
    the mean square of their differences, so that it does not grow with the number of measures. PCNs equally near
    (to nine digits) come in the order of their codes.

    Args:
        rows: of the panel, one quarter, all of England.
        pcn_code: of the PCN; it need not be among the rows.
        measures: columns compared.
    """
    own = rows[rows["pcn_code"] == pcn_code]
    used = [name for name in measures if len(own) and pd.notna(own[name].iloc[0]) and rows[name].std() > 0]
    left_out = tuple(name for name in measures if name not in used)
    if not used:
        return Peers(rows.iloc[:0].assign(distance=np.nan), (), left_out, 0, len(rows) - len(own))
    from sklearn.neighbors import NearestNeighbors
    from sklearn.preprocessing import StandardScaler

    held = rows.dropna(subset=used)
    places = StandardScaler().fit_transform(held[used].astype(float))
    # All of them are asked for, as a tie for the last place must not fall to the search.
    search = NearestNeighbors(n_neighbors=len(held), algorithm="kd_tree").fit(places)
    distance, order = search.kneighbors(places[held["pcn_code"] == pcn_code])
    # Deviations of a sample, where the scaler takes those of a whole population.
    near = held.iloc[order[0]].assign(distance=(distance[0] * np.sqrt((1 - 1 / len(held)) / len(used))).round(9))
    others = near[near["pcn_code"] != pcn_code].sort_values(["distance", "pcn_code"])
    return Peers(others.head(MOST).reset_index(drop=True), tuple(used), left_out, len(others), len(rows) - len(held))


def peers_in_words(found: Peers, own: float) -> str:
    """How the peers were found, and their provision beside the PCN's own."""
    if not found.used:
        return "No peers can be named: this PCN was not active in the quarter, or nothing is known of its patients."
    words = (
        f"The {len(found.rows):,} most similar of {found.compared:,} PCNs, by {_listed(found.used)}. Each measure "
        "counts the same, in standard deviations; 0 would be the same in all of them."
    )
    if found.left_out:
        words += f" Left out, because there is no value to compare: {_listed(found.left_out)}."
    if found.missing:
        lack = "1 PCN lacks" if found.missing == 1 else f"{found.missing:,} PCNs lack"
        words += f" {lack} a value and could not be compared."
    if not found.reported:
        return f"{words} None of them reported link workers in this quarter."
    here = "this PCN did not report" if pd.isna(own) else f"this PCN has {own:.2f}"
    return (
        f"{words} The median of the {found.reported:,} peers that reported is {found.median:.2f} FTE per 10,000 "
        f"patients; {here}."
    )


def _listed(names: Sequence[str]) -> str:
    words = [MEASURES.get(name, name) for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"

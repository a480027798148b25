"""PCNs that are like, or unlike, their neighbours: local Moran's I with false-discovery control.

    I_i = z_i sum_j w_ij z_j,  z standardised over the PCNs with neighbours

Pseudo p-values come from seeded conditional permutations (esda's one-sided value doubled); q-values are
false discovery rates over all PCNs of a quarter. Source: Geographical Analysis 1995, 27: 93. With M permutations
the smallest p is 2 / (M + 1), so M has to be above twice the number of PCNs over the false-discovery rate
for a lone PCN to be flagged. See docs/methods/spatial.md.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import esda
import numpy as np
import pandas as pd
import scipy

from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.least_squares import FloatArray
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.neighbours import NeighbourRule
from sp_geo.statistics.non_response import NOT_REPORTED, NonResponse, require_choice, samples
from sp_geo.statistics.regression import check_choices, line_of
from sp_geo.statistics.spatial import PlacedSample, place, quiet_libraries

Subject = Literal["residual", "provision", "need"]
SUBJECTS: Final[tuple[Subject, ...]] = ("residual", "provision", "need")
PERMUTATIONS: Final = 9_999
FALSE_DISCOVERY: Final = 0.05

LOCAL_COLUMNS: Final = (
    "pcn_code",
    "quarter",
    "need",
    "non_response",
    "subject",
    "neighbours",
    "value",
    "neighbour_mean",
    "local_i",
    "pattern",
    "p_value",
    "q_value",
    "flagged",
    "permutations",
    "seed",
    "n_pcns",
    "n_islands",
    "n_unplaced",
    "n_active_pcns",
    "coverage_pct",
    "reason",
)
_PATTERNS: Final = {1: "high among high", 2: "low among high", 3: "low among low", 4: "high among low"}


def local_table(
    panel: pd.DataFrame,
    need: Need,
    rule: NeighbourRule,
    *,
    seed: int,
    subject: Subject = "residual",
    non_response: NonResponse = "reporters",
    permutations: int = PERMUTATIONS,
    false_discovery: float = FALSE_DISCOVERY,
    provision: Provision = ALL_ROLES,
) -> pd.DataFrame:
    """Local indicators of each quarter.

    Args:
        panel: ``out_pcn_quarter``.
        need: the indicator.
        rule: who is whose neighbour.
        seed: of the permutations.
        subject: the residual of provision on need (more or less than need predicts), provision, or need.
        non_response: of PCNs that did not report; not ``reweighted``.
        permutations: how many.
        false_discovery: expected share of false flags among the flags.
        provision: series.

    Returns:
        One row per PCN with neighbours and quarter, with :data:`LOCAL_COLUMNS`; ``flagged`` is True where
        ``q_value`` is at most ``false_discovery``. A quarter that allows none is one row with its reason.

    Raises:
        UsageError: an unknown choice or column.
    """
    require_choice("subject", subject, SUBJECTS)
    check_choices(panel, need, (non_response,), "none", "HC1", (), provision)
    tables = []
    for quarter, rows, [(_, chosen)] in samples(panel, need, (non_response,), provision):
        placed = place(chosen, rule)
        common: dict[str, Any] = {
            "quarter": quarter,
            "need": need.name,
            "non_response": non_response,
            "subject": subject,
            "neighbours": rule.label,
            "permutations": permutations,
            "seed": seed,
            "n_active_pcns": len(rows),
            "coverage_pct": float(100 * (rows["reporting_status"] != NOT_REPORTED).mean()),
        }
        values = _values(placed, need, subject)
        if isinstance(placed, NotEstimable) or isinstance(values, NotEstimable):
            cause = placed if isinstance(placed, NotEstimable) else values
            reason = cause.reason if isinstance(cause, NotEstimable) else ""
            tables.append(pd.DataFrame([{**common, "flagged": False, "reason": reason}]))
            continue
        local = _local(placed, values, seed, permutations, false_discovery)
        tables.append(local.assign(**common, reason=""))
    if not tables:
        return pd.DataFrame(columns=list(LOCAL_COLUMNS))
    return pd.concat(tables, ignore_index=True).reindex(columns=list(LOCAL_COLUMNS))


def _values(placed: PlacedSample | NotEstimable, need: Need, subject: Subject) -> FloatArray | NotEstimable:
    if isinstance(placed, NotEstimable):
        return placed
    if subject == "residual":
        line = line_of(placed.sample, need, "HC1", ())
        return line if isinstance(line, NotEstimable) else line.residuals
    column = "provision" if subject == "provision" else need.name
    values = placed.sample.rows[column].to_numpy(dtype=np.float64)
    return NotEstimable(f"the {subject} is the same in every PCN") if np.ptp(values) == 0 else values


def _local(
    placed: PlacedSample, values: FloatArray, seed: int, permutations: int, false_discovery: float
) -> pd.DataFrame:
    weights: Any = placed.neighbours.weights
    with quiet_libraries():
        found = esda.Moran_Local(values, weights, permutations=permutations, seed=seed, keep_simulations=False)
    p_value = np.minimum(2 * found.p_sim, 1.0)
    q_value = scipy.stats.false_discovery_control(p_value, method="bh")
    return pd.DataFrame(
        {
            "pcn_code": list(placed.neighbours.codes),
            "value": values,
            "neighbour_mean": weights.sparse @ values,
            "local_i": found.Is,
            "pattern": [_PATTERNS[int(quadrant)] for quadrant in found.q],
            "p_value": p_value,
            "q_value": q_value,
            "flagged": q_value <= false_discovery,
            "n_pcns": len(values),
            "n_islands": len(placed.neighbours.islands),
            "n_unplaced": len(placed.neighbours.unplaced),
        }
    )

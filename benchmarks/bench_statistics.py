"""The analyst's statistics at England's size, against their limits and against the same work in statsmodels.

1,260 invented PCNs over 15 quarters. Median of five runs, warm; the peer does the same slopes in the same run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import statsmodels.api as sm

from sp_geo.analysis.inequality_by_quarter import inequality_table
from sp_geo.analysis.measures import ALL_ROLES, PLAIN_ROLE, Need
from sp_geo.analysis.regression import quarter_slopes
from sp_geo.analysis.specifications import specification_curve, specifications
from sp_geo.demonstration.panel import draw
from sp_geo.quarters import Quarter, span

RUNS = 5
PCNS = 1_260
QUARTERS = tuple(str(quarter) for quarter in span(Quarter(2020, 1), Quarter(2023, 3)))
NEED = Need("lack_of_support", is_share=True, label="Reported lack of support")


def median(work: Callable[[], object]) -> float:
    """Seconds of the middle of five runs, after one that warms up."""
    work()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def peer_slopes(panel: pd.DataFrame) -> list[float]:
    """The reporters' slopes with HC1 errors, one statsmodels fit a quarter."""
    found = []
    for _, rows in panel[panel["reporting_status"] != "not_reported"].groupby("quarter"):
        held = rows.dropna(subset=[NEED.name, "splw_fte_per_10k"])
        fit = sm.OLS(held["splw_fte_per_10k"], sm.add_constant(held[NEED.name])).fit(cov_type="HC1")
        found.append(0.1 * float(fit.params.iloc[1]))
    return found


def main() -> None:
    """Print what was measured."""
    panel, _ = draw(1, n_pcns=PCNS, quarters=QUARTERS)
    ours = quarter_slopes(panel, NEED, ("reporters",))["estimate"].to_numpy()
    worst = float(np.abs(ours - np.array(peer_slopes(panel))).max())
    print(f"slopes agree with statsmodels to {worst:.1e}")
    fast = median(lambda: quarter_slopes(panel, NEED, ("reporters",)))
    slow = median(lambda: peer_slopes(panel))
    print(f"{len(QUARTERS)} slopes: {fast:.3f} s, statsmodels {slow:.3f} s, ratio {slow / fast:.1f}")
    seconds = median(lambda: inequality_table(panel, NEED, seed=1, draws=2_000))
    print(f"inequality, 2,000 draws x {len(QUARTERS)} quarters: {seconds:.2f} s (limit 2)")
    chosen = list(specifications([NEED], (ALL_ROLES, PLAIN_ROLE), covariate_sets=[(), ("imd_score",), ("list_size",)]))
    latest = panel[panel["quarter"] == QUARTERS[-1]]
    curve = median(lambda: specification_curve(latest, chosen))
    pooled = median(lambda: specification_curve(panel, chosen, pooled=True))
    per_200 = 200 / len(chosen)
    print(f"specifications: {curve * per_200:.1f} s a quarter and {pooled * per_200:.1f} s pooled for 200 (limit 20)")


if __name__ == "__main__":
    main()

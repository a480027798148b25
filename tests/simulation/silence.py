"""What intervals cover where PCNs are silent and need is a sample: ``python -m tests.simulation.silence [--seeds 300]``."""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np
import pandas as pd

from sp_geo.statistics.attenuation import attenuation_table
from sp_geo.statistics.bounds import Bounds, worst_case_bounds
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.imputation import drawn_provision, shortest_interval
from sp_geo.statistics.inference import cluster_numbers
from sp_geo.statistics.least_squares import SeType
from sp_geo.statistics.measures import Need
from sp_geo.statistics.non_response import NON_RESPONSES
from sp_geo.statistics.predicted_need import evaluation
from sp_geo.statistics.regression import quarter_slopes
from sp_geo.statistics.silence import Choices, imputed_slopes
from sp_geo.statistics.small_area_need import predictors_of, shrunk_need, smoothed_variance
from tests.simulation.worlds import SILENT_IN, World, drawn, surveyed

SCORE = Need("need_score", is_share=False, label="Need")
SUPPORT = Need("lack_of_support", is_share=True, label="Lack of support")
SE: SeType = "cluster"
HIDDEN = 0.1


def silence_coverage(world: World, seeds: int) -> pd.DataFrame:
    """Coverage of the planted slope by treatment, and how often bounds hold the slope of all PCNs.

    Returns:
        treatment, bias (FTE per 10,000 per standard deviation), coverage_pct (of 95 % intervals, or of the bounds), width.
    """
    found = []
    for seed in range(seeds):
        told, truth = drawn(world, seed)
        now = told[told["quarter"] == SILENT_IN]
        rows = quarter_slopes(now, SCORE, NON_RESPONSES[:2] + NON_RESPONSES[3:], per=1, se_type=SE)
        imputed = imputed_slopes(told, SCORE, 1, Choices(se_type=SE, seed=seed), (SILENT_IN,))
        found += [
            (row["non_response"], row["estimate"], row["ci_low"], row["ci_high"], world.slope)
            for row in pd.concat([rows, imputed]).to_dict("records")
        ]
        bounds = worst_case_bounds(now, SCORE)
        assert isinstance(bounds, Bounds)
        full = quarter_slopes(truth[truth["quarter"] == SILENT_IN], SCORE, ("reporters",), per=1)["estimate"].iloc[0]
        found.append(("worst case", (bounds.low + bounds.high) / 2, bounds.low, bounds.high, full))
    table = pd.DataFrame(found, columns=["treatment", "estimate", "low", "high", "truth"])
    return _covered(table)


def corrected_coverage(world: World, seeds: int) -> pd.DataFrame:
    """Coverage of the slope on the true share, raw and corrected for survey noise."""
    found = []
    for seed in range(seeds):
        panel, errors = surveyed(world, seed)
        rows = attenuation_table(panel, errors, SUPPORT, per=6, se_type=SE)
        found += [
            (f"correction: {row['correction']}", row["estimate"], row["ci_low"], row["ci_high"], world.slope)
            for row in rows.to_dict("records")
        ]
    return _covered(pd.DataFrame(found, columns=["treatment", "estimate", "low", "high", "truth"]))


def hidden_coverage(panel: pd.DataFrame, need: Need, seeds: int) -> tuple[float, int]:
    """How often imputed 90 % intervals hold the posts of reporters that were hidden at random, and of how many.

    Args:
        panel: one quarter; silent PCNs are left out.
        need: the indicator.
        seeds: a tenth of the reporters is hidden in each.
    """
    rows = panel[panel["reporting_status"] != "not_reported"].dropna(subset=[need.name])
    rows = rows.assign(provision=rows["splw_fte"] / rows["list_size"] * 10_000)
    held, count = 0, 0
    for seed in range(seeds):
        rng = np.random.default_rng([seed, 2])
        hide = rng.random(len(rows)) < HIDDEN
        status = np.where(hide, "not_reported", "reported")
        draws = drawn_provision(rows.assign(reporting_status=status), need, (), 400, rng)
        assert not isinstance(draws, NotEstimable)
        low, high = shortest_interval(draws)
        known = rows["provision"].to_numpy()[hide]
        held, count = held + int(((low <= known) & (known <= high)).sum()), count + int(hide.sum())
    return 100 * held / count, count


def need_coverage(world: World, seeds: int) -> pd.DataFrame:
    """Shrunk need against the true share, and predictions against answers in ICBs left out; means over seeds."""
    found = []
    for seed in range(seeds):
        rows, errors = surveyed(world, seed)
        observed, true = rows["lack_of_support"].to_numpy(), rows["true_share"].to_numpy()
        variance = smoothed_variance(errors["std_error"].to_numpy(), errors["base_count"].to_numpy())
        drawn_in = shrunk_need(observed, variance, predictors_of(rows))
        outside = evaluation(observed, predictors_of(rows), cluster_numbers(rows["icb_code"]))
        assert not isinstance(drawn_in, NotEstimable)
        assert not isinstance(outside, NotEstimable)
        inside = np.abs(drawn_in.values - true) <= 1.6449 * drawn_in.std_errors
        found.append(
            {
                "observed_error_pp": 100 * np.sqrt(((observed - true) ** 2).mean()),
                "shrunk_error_pp": 100 * np.sqrt(((drawn_in.values - true) ** 2).mean()),
                "shrunk_90_covers_pct": 100 * inside.mean(),
                "predicted_error_pp": 100 * np.sqrt(((observed - outside.predicted) ** 2).mean()),
                "icb_mean_error_pp": 100 * np.sqrt(((observed - outside.others) ** 2).mean()),
                "predicted_90_covers_pct": 100 * ((outside.low <= observed) & (observed <= outside.high)).mean(),
            }
        )
    return pd.DataFrame(found).mean().to_frame("mean over seeds")


def _covered(table: pd.DataFrame) -> pd.DataFrame:
    table = table.assign(
        bias=table["estimate"] - table["truth"],
        coverage_pct=100.0 * ((table["low"] <= table["truth"]) & (table["truth"] <= table["high"])),
        width=table["high"] - table["low"],
    )
    return table.groupby("treatment", sort=False)[["bias", "coverage_pct", "width"]].mean()


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    seeds = parser.parse_args().seeds
    late = World()
    worlds = {
        "late PCNs are silent": late,
        "late PCNs are silent, ICB correlation 0.15": replace(late, icb_correlation=0.15),
        "reporting hangs on the quarter's own provision": replace(late, silence="provision"),
    }
    for words, world in worlds.items():
        print(f"\nPlanted slope, {words}, {seeds} seeds\n{silence_coverage(world, seeds).round(4).to_string()}")
    print(f"\nSurvey noise, {seeds} seeds\n{corrected_coverage(late, seeds).round(4).to_string()}")
    panel = drawn(late, 0)[0]
    share, count = hidden_coverage(panel[panel["quarter"] == SILENT_IN], SCORE, max(seeds // 10, 5))
    print(f"\nHidden reporters: imputed 90 % intervals hold {share:.1f} % of {count:,}")
    few = max(seeds // 30, 2)
    print(f"\nNeed, {few} seeds\n{need_coverage(late, few).round(2).to_string()}")


if __name__ == "__main__":
    main()

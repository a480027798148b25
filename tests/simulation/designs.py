"""The default's decisions over many invented outcomes of one real design, all at once as matrices.

The formulas are those of the software, written for many outcomes; the tests hold them to the software itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.special

from sp_geo.statistics.inference import estimate_under
from sp_geo.statistics.least_squares import Adjustment, fit
from sp_geo.statistics.permutation import DEALS

NEEDS = ("imd_score", "minority_ethnic", "rural")
CORRELATIONS = (0.02, 0.05, 0.15)
_AT_ONCE = 500


@dataclass(frozen=True)
class Design:
    """One regressor over the PCNs of an area.

    Attributes:
        need: shape (n,).
        provision: shape (n,), as it was reported.
        icbs: shape (n,), their codes.
    """

    need: Any
    provision: Any
    icbs: Any

    @classmethod
    def of(cls, rows: pd.DataFrame, need: str) -> Design:
        """The PCNs of some rows of the panel that reported and have a value."""
        held = rows[rows["reporting_status"] != "not_reported"].dropna(subset=[need, "splw_fte_per_10k"])
        return cls(
            held[need].to_numpy(dtype=float),
            held["splw_fte_per_10k"].to_numpy(dtype=float),
            held["icb_code"].to_numpy(),
        )

    @property
    def columns(self) -> Any:
        """Ones and the need."""
        return np.column_stack([np.ones(len(self.need)), self.need])

    def refusal(self) -> str:
        """Why the default gives no number here; empty if it gives one."""
        found = estimate_under(self.columns, self.provision, None, pd.Series(self.icbs), "auto", 1)
        return str(found.as_record()["reason"]).removeprefix("not estimable because ")

    def distances(self, outcomes: Any, errors: str) -> Any:
        """|t| of the slope for each outcome, shape (draws,).

        Args:
            outcomes: shape (draws, n).
            errors: HC1, HC3 or CR2.
        """
        q, r = np.linalg.qr(self.columns)
        direction = np.linalg.inv(r)[1]
        residuals = outcomes - (outcomes @ q) @ q.T
        if errors == "CR2":
            adjustment, clusters = self.adjustment()
            lean = adjustment.factors @ direction
            weights = np.zeros((len(self.need), clusters.max() + 1))
            weights[np.arange(len(clusters)), clusters] = (q * lean[clusters]).sum(axis=1)
            variance = ((residuals @ weights) ** 2).sum(axis=1)
        else:
            leverage = (q**2).sum(axis=1)
            factor = 1 / (1 - leverage) if errors == "HC3" else np.sqrt(len(leverage) / (len(leverage) - 2))
            variance = residuals**2 @ (q @ direction * factor) ** 2
        return np.abs(outcomes @ q @ direction) / np.sqrt(variance)

    def adjustment(self) -> tuple[Adjustment, Any]:
        """CR2's adjustment of the design, and the cluster of each row."""
        clusters = pd.factorize(self.icbs)[0]
        found = fit(self.columns, self.provision, None, clusters, "CR2")
        assert found.adjustment is not None
        return found.adjustment, clusters


def permutation_errors(design: Design, draws: int, seed: int) -> dict[str, float]:
    """Share of outcomes dealt anew that are called different from zero at 5 %: by the default of one ICB, and by HC1.

    The default compares |t| of the data with |t| of deals of the same outcomes, so that both come from one pool.

    Args:
        design: of one ICB.
        draws: outcomes.
        seed: of the deals.
    """
    rng = np.random.default_rng(seed)
    pool, plain = [], []
    for _ in range(0, draws, _AT_ONCE):
        dealt = rng.permuted(np.tile(design.provision, (_AT_ONCE, 1)), axis=1)
        pool.append(design.distances(dealt, "HC3"))
        plain.append(design.distances(dealt, "HC1"))
    found = np.concatenate(pool)
    larger = np.array([(rng.choice(found, DEALS) * (1 + 1e-10) >= value).sum() for value in found])
    normal = scipy.special.ndtri(0.975)
    return {
        "default": float(np.mean((1 + larger) / (DEALS + 1) < 0.05)),
        "HC1": float(np.mean(np.concatenate(plain) > normal)),
    }


def planted(design: Design, correlation: float, draws: int, rng: np.random.Generator) -> Any:
    """Outcomes that have nothing to do with need, and resemble each other within an ICB: shape (draws, n).

    Args:
        design: of several ICBs.
        correlation: of two PCNs of one ICB, beyond what the deal of real provision brings.
        draws: outcomes.
        rng: where chance comes from.
    """
    clusters = pd.factorize(design.icbs)[0]
    own = (design.provision - design.provision.mean()) / design.provision.std()
    dealt = rng.permuted(np.tile(own, (draws, 1)), axis=1)
    shared = rng.standard_normal((draws, clusters.max() + 1))[:, clusters]
    return np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * dealt


def cluster_errors(design: Design, correlation: float, draws: int, seed: int) -> dict[str, float]:
    """Share of planted outcomes that are called different from zero at 5 %: by the default of England, and by HC1."""
    rng = np.random.default_rng(seed)
    degrees = design.adjustment()[0].degrees(np.array([0.0, 1.0]))
    limits = {"CR2": scipy.special.stdtrit(degrees, 0.975), "HC1": scipy.special.ndtri(0.975)}
    found: dict[str, list[Any]] = {"CR2": [], "HC1": []}
    for _ in range(0, draws, _AT_ONCE):
        outcomes = planted(design, correlation, _AT_ONCE, rng)
        for errors, limit in limits.items():
            found[errors].append(design.distances(outcomes, errors) > limit)
    return {"default": float(np.mean(found["CR2"])), "HC1": float(np.mean(found["HC1"])), "degrees": float(degrees)}

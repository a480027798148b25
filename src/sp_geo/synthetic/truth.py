"""What is true in the synthetic England, written beside its files so that estimates can be held against it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

PARAMETER_NEED: Final = "lack_of_support"
"""The need on which provision was made to depend; slopes on other needs follow from their correlation with it."""


@dataclass(frozen=True)
class Truth:
    """The truth of one synthetic England.

    Attributes:
        scale: full, region or miniature.
        seed: what it was drawn from.
        slopes: quarter, need, parameter (slope that was put in, per unit of need: 1.0 = 100 percentage points for
            shares, 1 point for scores; NaN for needs that were not put in), population_slope (least squares over all
            active PCNs of expected FTE per 10,000 on the need as the panel measures it, before reporting was drawn),
            realised_slope (the same of the provision that came about, reported or not), n_active_pcns.
        pcns: one row a PCN and quarter: pcn_code, quarter, region_code, list_size, need_true (expected share lacking
            support), one column a measured need, expected_fte_per_10k, fte_per_10k, fte, is_reported.
        mechanism: how provision, reporting and answers came about, in words and numbers.
    """

    scale: str
    seed: int
    slopes: pd.DataFrame
    pcns: pd.DataFrame
    mechanism: dict[str, Any]

    def slope(self, quarter: str, need: str) -> float:
        """Population slope of expected FTE per 10,000 per unit of a need in a quarter."""
        rows = self.slopes[(self.slopes["quarter"] == quarter) & (self.slopes["need"] == need)]
        return float(rows["population_slope"].iloc[0])


def slope(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> float:
    """Least squares slope of y on x over the rows where x is known; NaN if x does not vary."""
    known = np.isfinite(x)
    away = x[known] - x[known].mean() if known.any() else x[known]
    spread = float(away @ away)
    return float(away @ y[known]) / spread if spread > 0 else float("nan")


def true_slopes(pcns: pd.DataFrame, needs: tuple[str, ...], parameters: dict[str, float]) -> pd.DataFrame:
    """Rows of :attr:`Truth.slopes`.

    Args:
        pcns: as :attr:`Truth.pcns`.
        needs: columns of ``pcns`` to be regressed on.
        parameters: slope put in on :data:`PARAMETER_NEED`, per unit, by quarter.
    """
    rows = []
    for quarter, group in pcns.groupby("quarter", sort=True):
        expected = group["expected_fte_per_10k"].to_numpy(dtype=np.float64)
        realised = group["fte_per_10k"].to_numpy(dtype=np.float64)
        for need in needs:
            values = group[need].to_numpy(dtype=np.float64)
            rows.append(
                {
                    "quarter": str(quarter),
                    "need": need,
                    "parameter": parameters[str(quarter)] if need == PARAMETER_NEED else float("nan"),
                    "population_slope": slope(values, expected),
                    "realised_slope": slope(values, realised),
                    "n_active_pcns": len(group),
                }
            )
    return pd.DataFrame(rows)


def write_truth(truth: Truth, folder: Path) -> None:
    """Write truth.json, slopes.csv and pcns.parquet into a folder that exists."""
    columns = ["quarter", "need", "parameter", "population_slope", "realised_slope", "n_active_pcns"]
    slopes = truth.slopes[columns].astype(object).where(truth.slopes[columns].notna(), None)
    record = {
        "is_synthetic": True,
        "scale": truth.scale,
        "seed": truth.seed,
        "unit_of_slopes": "FTE per 10,000 patients per unit of need: 1.0 of a share (100 points) or 1 point of a score",
        "mechanism": truth.mechanism,
        "slopes": slopes.to_dict(orient="records"),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False, default=float)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    truth.slopes.to_csv(folder / "slopes.csv", index=False, lineterminator="\n")
    truth.pcns.to_parquet(folder / "pcns.parquet", index=False, compression="zstd")

"""What PCNs that did not report could change: worst-case bounds, multiple imputation, and the tipping point.

    imputed   mean of the slopes of m completed quarters, by Rubin's rules
    tipping   t = -b / sum of c_i over silent PCNs, with b = sum c_i y_i the imputed slope: what every silent PCN must
              have more (or, below 0, less) than was imputed for the slope to be 0

See docs/methods/silence.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.core.quarters import Quarter
from sp_geo.statistics.bounds import CAP_PERCENTILE, Bounds, slope_weights, worst_case_bounds
from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, NotEstimable
from sp_geo.statistics.imputation import Ratio, drawn_provision, ratio_near, returners, shortest_interval
from sp_geo.statistics.inference import Errors, chosen_errors, fit_under
from sp_geo.statistics.least_squares import Fit, FloatArray
from sp_geo.statistics.measures import ALL_ROLES, Need, Provision
from sp_geo.statistics.non_response import NOT_REPORTED, Sample, Weights, sample
from sp_geo.statistics.regression import (
    SLOPE,
    SLOPE_COLUMNS,
    check_choices,
    counts,
    design,
    slope_of,
    with_relative,
)
from sp_geo.statistics.rubin import Combined, combined

IMPUTED: Final = "imputed"
IMPUTATIONS: Final = 20
_FEWEST_IMPUTATIONS: Final = 2
SILENCE_COLUMNS: Final = (
    "quarter",
    "need",
    "per",
    "n_pcns",
    "n_silent_pcns",
    "bound_low",
    "bound_high",
    "cap_percentile",
    "cap_fte_per_10k",
    *ESTIMATE_COLUMNS[:-1],
    "imputations",
    "degrees",
    "missing_information_pct",
    "imputed_fte_per_10k",
    "ratio",
    "ratio_std_error",
    "n_returners",
    "delta_fte_per_10k",
    "tipping_fte_per_10k",
    "series",
    "weights",
    "se_type",
    "covariates",
    "reason",
    "note",
)

PCN_COLUMNS: Final = (
    "quarter",
    "need",
    "pcn_code",
    "icb_code",
    "imputed_fte_per_10k",
    "low_90",
    "high_90",
    "ratio",
    "note",
)


@dataclass(frozen=True)
class Choices:
    """How silence is looked at.

    Attributes:
        weights: none or patients.
        se_type: kind of errors of each completed quarter, see :mod:`sp_geo.statistics.inference`.
        covariates: further columns of the panel.
        provision: which series and denominator.
        percentile: of the reporters' provision, that caps what a silent PCN may have in the worst case.
        imputations: completed quarters, 2 or more.
        seed: the same seed gives the same figures.
    """

    weights: Weights = "none"
    se_type: Errors = "auto"
    covariates: tuple[str, ...] = ()
    provision: Provision = ALL_ROLES
    percentile: float = CAP_PERCENTILE
    imputations: int = IMPUTATIONS
    seed: int = 1


@dataclass(frozen=True)
class Imputed:
    """One quarter, completed.

    Attributes:
        slope: per unit of the need's column.
        draws: shape (imputations, silent PCNs), FTE per 10,000 patients, the ratio of returners in them.
        rows: all PCNs that count; ``provision`` of silent ones is the mean of their draws.
        tipping: FTE per 10,000 that every silent PCN must have more than imputed for the slope to be 0; below 0 less;
            NaN where nobody is silent, or silence does not move the slope.
    """

    slope: Combined
    draws: FloatArray
    rows: pd.DataFrame
    tipping: float

    @property
    def mean(self) -> float:
        """Mean of what was imputed, FTE per 10,000 patients; NaN where nobody is silent."""
        return float(self.draws.mean()) if self.draws.size else float("nan")


def imputed_quarter(
    quarter_rows: pd.DataFrame,
    need: Need,
    choices: Choices,
    ratio: Ratio,
    rng: np.random.Generator,
) -> Imputed | NotEstimable:
    """The slope of one quarter with silent PCNs imputed.

    Args:
        quarter_rows: the panel's rows of one quarter, one per active PCN.
        need: the indicator; PCNs without it are left out.
        choices: how.
        ratio: what silent PCNs have over those like them; its error goes into the draws.
        rng: source of chance.
    """
    everyone = sample(
        quarter_rows,
        need,
        "absent_as_zero",
        provision=choices.provision,
        weights=choices.weights,
        covariates=choices.covariates,
        balanced=frozenset(),
    )
    plain = slope_of(everyone, need, choices.se_type, choices.covariates)
    if isinstance(everyone, NotEstimable):
        return everyone
    if isinstance(plain, NotEstimable):
        return plain
    rows = everyone.rows
    silent = (rows["reporting_status"] == NOT_REPORTED).to_numpy(dtype=bool)
    if not silent.any():
        return Imputed(Combined(plain, plain.degrees or np.inf, 0.0), np.empty((0, 0)), rows, float("nan"))
    drawn = drawn_provision(rows, need, choices.covariates, choices.imputations, rng)
    if isinstance(drawn, NotEstimable):
        return drawn
    drawn = drawn * np.maximum(ratio.value + ratio.std_error * rng.standard_normal((choices.imputations, 1)), 0.0)
    completed = np.tile(rows["provision"].to_numpy(dtype=np.float64), (choices.imputations, 1))
    completed[:, silent] = drawn
    columns = design(rows, need, choices.covariates)
    fits = [fit_under(columns, outcome, everyone.weights, rows["icb_code"], choices.se_type) for outcome in completed]
    estimates = [found.estimate(SLOPE) for found in fits if isinstance(found, Fit)]
    slope = combined(
        np.asarray([found.estimate for found in estimates]),
        np.asarray([found.std_error for found in estimates]),
        estimates[0].degrees or np.inf,
    )
    per_pcn = slope_weights(columns, everyone.weights)
    moved = float(per_pcn[silent].sum())
    tipping = -float((completed @ per_pcn).mean()) / moved if moved else float("nan")
    return Imputed(slope, drawn, rows.assign(provision=completed.mean(axis=0)), tipping)


def silence_table(
    panel: pd.DataFrame, need: Need, per: float = 10.0, choices: Choices | None = None, quarters: Sequence[str] = ()
) -> pd.DataFrame:
    """What silence could change, one row a quarter.

    Args:
        panel: ``out_pcn_quarter``; all its quarters say what returners have.
        need: the indicator.
        per: step of need in percentage points or points.
        choices: how; the defaults if None.
        quarters: those that are answered; all if none is named.

    Returns:
        A table with :data:`SILENCE_COLUMNS`. Bounds, ``estimate`` (imputed), its error and interval are FTE per 10,000
        patients per step; ``delta_fte_per_10k`` is what the ratio of returners takes off a silent PCN, on average.
        ``tipping_fte_per_10k`` is what every silent PCN must have more than imputed (less, if below 0) for the slope to
        be 0. ``degrees`` is NaN where the interval is normal. ``reason`` says why there is no imputed slope.

    Raises:
        UsageError: an unknown choice or column, a step of 0 or less, fewer than 2 imputations, or no such percentile.
    """
    chosen, step = choices or Choices(), need.step(per)
    records = []
    for quarter, rows, ratio, found in _imputed(panel, need, chosen, quarters):
        limits = worst_case_bounds(rows, need, chosen.provision, chosen.percentile, chosen.weights, chosen.covariates)
        result = found if isinstance(found, NotEstimable) else found.slope.result
        records.append(
            {
                "quarter": quarter,
                **_labels(need, per, chosen, rows),
                **_bounds_record(limits, step, chosen.percentile),
                **result.per(step).as_record(),
                **({} if isinstance(found, NotEstimable) else _imputed_record(found, chosen, ratio)),
                "ratio": ratio.value,
                "ratio_std_error": ratio.std_error,
                "n_returners": ratio.returners,
                "note": _note(found, ratio),
            }
        )
    return pd.DataFrame(records, columns=list(SILENCE_COLUMNS))


def imputed_pcns(
    panel: pd.DataFrame, need: Need, per: float = 10.0, choices: Choices | None = None, quarters: Sequence[str] = ()
) -> pd.DataFrame:
    """Each PCN that did not report, with the mean of what was imputed and the shortest 90 % interval.

    Args and errors are those of :func:`silence_table`; the step changes nothing here.

    Returns:
        A table with :data:`PCN_COLUMNS`, FTE per 10,000 patients; no row where nothing can be imputed.
    """
    need.step(per)
    parts = [pd.DataFrame(columns=list(PCN_COLUMNS))]
    for quarter, _, ratio, found in _imputed(panel, need, choices or Choices(), quarters):
        if isinstance(found, NotEstimable) or not found.draws.size:
            continue
        silent = found.rows[found.rows["reporting_status"] == NOT_REPORTED]
        low, high = shortest_interval(found.draws)
        parts.append(
            pd.DataFrame(
                {
                    "quarter": quarter,
                    "need": need.name,
                    "pcn_code": silent["pcn_code"].to_numpy(),
                    "icb_code": silent["icb_code"].to_numpy(),
                    "imputed_fte_per_10k": found.draws.mean(axis=0),
                    "low_90": low,
                    "high_90": high,
                    "ratio": ratio.value,
                    "note": _note(found, ratio),
                }
            )
        )
    return pd.concat(parts[1:] or parts, ignore_index=True)


def imputed_slopes(
    panel: pd.DataFrame, need: Need, per: float = 10.0, choices: Choices | None = None, quarters: Sequence[str] = ()
) -> pd.DataFrame:
    """The imputed slopes as rows beside those of ``quarter_slopes``: the same columns, ``non_response`` is ``imputed``.

    Args and errors are those of :func:`silence_table`.
    """
    chosen, step = choices or Choices(), need.step(per)
    records = []
    for quarter, rows, ratio, found in _imputed(panel, need, chosen, quarters):
        known = found if isinstance(found, NotEstimable) else Sample(_with_fte(found.rows, chosen), None, "")
        result = found if isinstance(found, NotEstimable) else found.slope.result
        labels = {"quarter": quarter, "non_response": IMPUTED, **_labels(need, per, chosen, rows)}
        records.append({**labels, **counts(rows, known), **result.per(step).as_record(), "note": _note(found, ratio)})
    return with_relative(pd.DataFrame(records, columns=list(SLOPE_COLUMNS)))


def _imputed(
    panel: pd.DataFrame, need: Need, choices: Choices, quarters: Sequence[str]
) -> Iterator[tuple[str, pd.DataFrame, Ratio, Imputed | NotEstimable]]:
    """Each quarter asked for with its rows, the ratio of returners and its imputed slope."""
    if choices.imputations < _FEWEST_IMPUTATIONS:
        raise UsageError("too few imputations", found=f"{choices.imputations}", expected="2 or more")
    check_choices(panel, need, (), choices.weights, choices.se_type, choices.covariates, choices.provision)
    # Few columns: most of the time goes into copying them.
    read = ["pcn_code", "quarter", "reporting_status", "icb_code", "list_size", need.name, *choices.covariates]
    read += [choices.provision.fte_column, choices.provision.patients_column]
    narrow = panel[list(dict.fromkeys(read))]
    came_back = returners(narrow, need, choices.provision)
    for name, rows in narrow.groupby("quarter", sort=True):
        quarter = Quarter.parse(str(name))
        if quarters and str(name) not in quarters:
            continue
        ratio = ratio_near(came_back, quarter)
        rng = np.random.default_rng([choices.seed, quarter.year, quarter.number])
        yield str(name), rows, ratio, imputed_quarter(rows, need, choices, ratio, rng)


def _labels(need: Need, per: float, choices: Choices, rows: pd.DataFrame) -> dict[str, object]:
    return {
        "need": need.name,
        "per": per,
        "series": choices.provision.name,
        "weights": choices.weights,
        "se_type": chosen_errors(choices.se_type, rows["icb_code"]),
        "covariates": ", ".join(choices.covariates),
    }


def _bounds_record(limits: Bounds | NotEstimable, step: float, percentile: float) -> dict[str, float]:
    if isinstance(limits, NotEstimable):
        return {"cap_percentile": percentile, "n_pcns": 0, "n_silent_pcns": 0}
    return {
        "n_pcns": limits.pcns,
        "n_silent_pcns": limits.silent,
        "bound_low": limits.low * step,
        "bound_high": limits.high * step,
        "cap_percentile": percentile,
        "cap_fte_per_10k": limits.cap,
    }


def _imputed_record(found: Imputed, choices: Choices, ratio: Ratio) -> dict[str, float]:
    return {
        "imputations": choices.imputations if found.draws.size else 0,
        "degrees": found.slope.degrees if np.isfinite(found.slope.degrees) else float("nan"),
        "missing_information_pct": 100 * found.slope.missing_information,
        "imputed_fte_per_10k": found.mean,
        "delta_fte_per_10k": found.mean * (1 - 1 / ratio.value) if ratio.value > 0 else float("nan"),
        "tipping_fte_per_10k": found.tipping,
    }


def _note(found: Imputed | NotEstimable, ratio: Ratio) -> str:
    """What the imputation rests on."""
    if isinstance(found, NotEstimable):
        return ""
    if not found.draws.size:
        return "every PCN reported, so nothing is imputed"
    if not ratio.is_known:
        return f"only {ratio.returners} PCNs came back near then: silent PCNs are taken to be like reporters"
    return (
        f"silent PCNs have {ratio.value:.2f} times what reporters like them have, as {ratio.returners:,} PCNs had that "
        f"were silent in {ratio.quarters} and came back"
    )


def _with_fte(rows: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    """The rows with the posts that their provision makes."""
    patients = rows[choices.provision.patients_column].astype(np.float64)
    return rows.assign(fte=rows["provision"] * patients / 10_000)

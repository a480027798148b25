"""Many ways of asking the question, in one table.

The curve crosses needs, series, treatments, weights and covariate sets, for one quarter at a time or pooled
over quarters. Source: 2020, Specification curve analysis, Nature Human
Behaviour 4: 1208. The specifications share their data, so the share that is significant is no test.
See docs/methods/specifications.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, product
from typing import Any, Final

import numpy as np
import pandas as pd

from sp_geo.statistics.conclusions.verdicts import UNTOLD, conclusion
from sp_geo.statistics.estimates import ESTIMATE_COLUMNS, NotEstimable, Result
from sp_geo.statistics.inference import ERRORS, Errors
from sp_geo.statistics.measures import ALL_ROLES, POINTS_IN_ONE, Need, Provision
from sp_geo.statistics.non_response import (
    NON_RESPONSES,
    WEIGHTS,
    NonResponse,
    Sample,
    Weights,
    require_choice,
    weighted_by_patients,
)
from sp_geo.statistics.pooled import clusters_of, fit_over_quarters, samples_by_quarter
from sp_geo.statistics.regression import check_choices, counts, errors_used, slope_of

POOLED: Final = "pooled"
NO_COVARIATES: Final[tuple[tuple[str, ...], ...]] = ((),)

SPECIFICATION_COLUMNS: Final = (
    "rank",
    "quarter",
    "need",
    "series",
    "non_response",
    "weights",
    "covariates",
    "se_type",
    *ESTIMATE_COLUMNS[:-1],
    "conclusion",
    "per",
    "per_unit",
    "n_pcns",
    "n_active_pcns",
    "coverage_pct",
    "mean_fte_per_10k",
    "splw_fte",
    "reason",
    "note",
)


@dataclass(frozen=True)
class Specification:
    """One way of asking.

    Attributes:
        need: the indicator.
        provision: series and denominator.
        non_response: of PCNs that did not report.
        weights: none or patients.
        covariates: columns held constant.
    """

    need: Need
    provision: Provision
    non_response: NonResponse
    weights: Weights
    covariates: tuple[str, ...]


def specifications(
    needs: Sequence[Need],
    provisions: Sequence[Provision] = (ALL_ROLES,),
    non_responses: Sequence[NonResponse] = NON_RESPONSES,
    weights: Sequence[Weights] = WEIGHTS,
    covariate_sets: Sequence[tuple[str, ...]] = NO_COVARIATES,
) -> Iterator[Specification]:
    """Every combination, but those in which the need would be its own covariate."""
    for need, provision, non_response, covariates, weight in product(
        needs, provisions, non_responses, covariate_sets, weights
    ):
        if need.name not in covariates:
            yield Specification(need, provision, non_response, weight, covariates)


def specification_curve(
    panel: pd.DataFrame,
    chosen: Sequence[Specification],
    *,
    per: float | None = None,
    se_type: Errors = "auto",
    pooled: bool = False,
) -> pd.DataFrame:
    """The slope under every specification.

    Args:
        panel: ``out_pcn_quarter``; hand in one quarter, or several.
        chosen: see :func:`specifications`.
        per: step of need, in percentage points (shares) or points (scores). None takes one standard deviation
            of each need over the active PCNs, so that different needs can stand in one figure.
        se_type: of the fits by quarter; the pooled fit is CR2 by ICB, or by PCN within one ICB.
        pooled: one slope over all quarters, each with its own intercept, instead of a slope per quarter.

    Returns:
        One row per specification (and quarter) with :data:`SPECIFICATION_COLUMNS`, ``rank`` 1 being the
        smallest estimate of its quarter; rows without an estimate have no rank. ``per`` is the step used, in
        ``per_unit``.

    Raises:
        UsageError: an unknown choice or column, or a step of 0 or less.
    """
    require_choice("standard error", se_type, ERRORS)
    records: list[dict[str, Any]] = []
    for one, same_rows in groupby(chosen, key=lambda each: replace(each, weights="none")):
        check_choices(panel, one.need, (one.non_response,), "none", se_type, one.covariates, one.provision)
        narrow = panel[_columns_of(one)]
        size = _spread(panel, one.need) if per is None else per
        samples, left_out = samples_by_quarter(
            narrow, one.need, one.non_response, "none", one.covariates, one.provision
        )
        for each in same_rows:
            require_choice("weights", each.weights, WEIGHTS)
            used = samples
            if each.weights == "patients":
                used = {quarter: weighted_by_patients(every) for quarter, every in samples.items()}
            if pooled:
                records.append(_pooled_record(narrow, each, size, used))
            else:
                records.extend(_quarter_records(narrow, each, size, se_type, {**used, **left_out}))
    table = pd.DataFrame(records, columns=list(SPECIFICATION_COLUMNS))
    table["rank"] = table.groupby("quarter")["estimate"].rank(method="first").astype("Int64")
    return table.sort_values(["quarter", "rank"], kind="stable", na_position="last", ignore_index=True)


def curve_in_words(table: pd.DataFrame) -> str:
    """How many specifications point which way, per quarter."""
    sentences = []
    for quarter, rows in table.groupby("quarter", sort=True):
        estimated = rows.loc[rows["estimate"].notna()]
        said = estimated["conclusion"].value_counts()
        parts = [
            f"{count} of {len(estimated)} {'cannot tell' if what == UNTOLD else f'say {what}'}"
            for what, count in said.items()
        ]
        rest = len(rows) - len(estimated)
        missing = f"; {rest} could not be estimated" if rest else ""
        verdict = ", ".join(parts) if parts else "no specification gives an estimate"
        sentences.append(f"{quarter}: {verdict}{missing}.")
    return " ".join(sentences)


def _columns_of(one: Specification) -> list[str]:
    """Only what one specification reads, as copying the whole panel takes most of the time otherwise."""
    provision = one.provision
    always = ["pcn_code", "quarter", "icb_code", "region_code", "reporting_status", "list_size"]
    return list(
        dict.fromkeys([*always, provision.fte_column, provision.patients_column, one.need.name, *one.covariates])
    )


def _quarter_records(
    panel: pd.DataFrame,
    one: Specification,
    size: float,
    se_type: Errors,
    used: Mapping[str, Sample | NotEstimable],
) -> list[dict[str, Any]]:
    records = []
    for quarter, rows in panel.groupby("quarter", sort=True):
        here = used[str(quarter)]
        result = _scaled(slope_of(here, one.need, se_type, one.covariates), one.need, size)
        records.append(_record(_labels(one, size), str(quarter), errors_used(here, se_type), result, rows, here))
    return records


def _pooled_record(
    panel: pd.DataFrame, one: Specification, size: float, samples: Mapping[str, Sample]
) -> dict[str, Any]:
    """One slope over all quarters, each with its own intercept."""
    result: Result = NotEstimable("no quarter has enough PCNs with both provision and need")
    stacked: Sample | NotEstimable = NotEstimable("no quarter has enough PCNs")
    if samples:
        notes = sorted({chosen.note for chosen in samples.values()} - {""})
        stacked = Sample(pd.concat([chosen.rows for chosen in samples.values()]), None, "; ".join(notes))
        fitted = fit_over_quarters(samples, one.need, one.covariates, np.ones((len(samples), 1)))
        result = fitted if isinstance(fitted, NotEstimable) else fitted.estimate(len(samples))
    result = _scaled(result, one.need, size)
    errors = f"CR2 by {clusters_of(stacked.rows)[1]}" if isinstance(stacked, Sample) else "auto"
    return _record(_labels(one, size), POOLED, errors, result, panel, stacked)


def _spread(panel: pd.DataFrame, need: Need) -> float:
    """One standard deviation of need over active PCNs in the unit of ``per``; NaN if it does not vary."""
    spread = float(panel[need.name].std(ddof=1))
    size = spread * POINTS_IN_ONE if need.is_share else spread
    return size if size > 0 else float("nan")


def _scaled(result: Result, need: Need, size: float) -> Result:
    if isinstance(result, NotEstimable) or np.isnan(size):
        return result if isinstance(result, NotEstimable) else NotEstimable("the need does not vary")
    return result.per(need.step(size))


def _labels(one: Specification, size: float) -> dict[str, Any]:
    return {
        "need": one.need.name,
        "series": one.provision.name,
        "non_response": one.non_response,
        "weights": one.weights,
        "covariates": ", ".join(one.covariates),
        "per": size,
        "per_unit": one.need.step_unit,
    }


def _record(
    common: dict[str, Any],
    quarter: str,
    se_type: str,
    result: Result,
    rows: pd.DataFrame,
    used: Sample | NotEstimable,
) -> dict[str, Any]:
    numbers = result.as_record()
    return {
        **common,
        "quarter": quarter,
        "se_type": se_type,
        **numbers,
        "conclusion": conclusion(numbers),
        **_counted(quarter, rows, used),
        "note": "" if isinstance(used, NotEstimable) else used.note,
    }


def _counted(quarter: str, rows: pd.DataFrame, used: Sample | NotEstimable) -> dict[str, float | int]:
    """As by quarter; pooled, PCNs are counted once and FTE is left out, as adding quarters up is no sum."""
    found = counts(rows, used)
    if quarter != POOLED:
        return found
    pcns = used.rows["pcn_code"].nunique() if isinstance(used, Sample) else 0
    active = rows["pcn_code"].nunique()
    return {**found, "n_pcns": int(pcns), "n_active_pcns": int(active), "splw_fte": float("nan")}

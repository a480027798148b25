"""Which PCNs count, and with what provision, where some did not report.

reporters        PCNs that reported (a true zero is a report)
absent_as_zero   all active PCNs, those that did not report counted as having no link worker
balanced         PCNs that were active and reported in every quarter that is shown
reweighted       reporters, weighted to stand for all active PCNs (see ``reporting_model``)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd

from sp_geo.core.errors import UsageError
from sp_geo.core.suggest import did_you_mean, shown
from sp_geo.statistics.estimates import NotEstimable
from sp_geo.statistics.least_squares import FloatArray
from sp_geo.statistics.measures import PATIENTS_IN_RATE, Need, Provision
from sp_geo.statistics.reporting_model import reporting_weights

NonResponse = Literal["reporters", "absent_as_zero", "balanced", "reweighted"]
Weights = Literal["none", "patients"]

NON_RESPONSES: Final[tuple[NonResponse, ...]] = ("reporters", "absent_as_zero", "balanced", "reweighted")
WEIGHTS: Final[tuple[Weights, ...]] = ("none", "patients")
NOT_REPORTED: Final = "not_reported"


@dataclass(frozen=True)
class Sample:
    """The PCNs of one quarter under one treatment.

    Attributes:
        rows: one row per PCN used, the panel's columns plus ``provision`` (FTE per 10,000) and ``fte``.
        weights: shape (rows,), or None for equal weights.
        note: what a reader has to know about how the weights came about, often empty.
    """

    rows: pd.DataFrame
    weights: FloatArray | None
    note: str


def reported_in_all(panel: pd.DataFrame) -> frozenset[str]:
    """PCNs that are active and reported in every quarter of the panel."""
    reported = panel.loc[panel["reporting_status"] != NOT_REPORTED]
    quarters = reported.groupby("pcn_code")["quarter"].nunique()
    return frozenset(quarters.index[quarters == panel["quarter"].nunique()])


def samples(
    panel: pd.DataFrame,
    need: Need,
    non_responses: Sequence[NonResponse],
    provision: Provision,
    weights: Weights = "none",
    covariates: tuple[str, ...] = (),
) -> Iterator[tuple[str, pd.DataFrame, list[tuple[NonResponse, Sample | NotEstimable]]]]:
    """Each quarter with its rows and its sample under every treatment, in the order of quarters and treatments.

    Args:
        panel: ``out_pcn_quarter``; its quarters are those that a balanced panel has to report in.
        need: the indicator.
        non_responses: treatments.
        provision: how provision is counted.
        weights: as for :func:`sample`.
        covariates: further columns.
    """
    balanced = reported_in_all(panel)
    for quarter, rows in panel.groupby("quarter", sort=True):
        chosen = [
            (
                non_response,
                sample(
                    rows,
                    need,
                    non_response,
                    provision=provision,
                    weights=weights,
                    covariates=covariates,
                    balanced=balanced,
                ),
            )
            for non_response in non_responses
        ]
        yield str(quarter), rows, chosen


def sample(
    quarter_rows: pd.DataFrame,
    need: Need,
    non_response: NonResponse,
    *,
    provision: Provision,
    weights: Weights,
    covariates: tuple[str, ...],
    balanced: frozenset[str],
) -> Sample | NotEstimable:
    """The rows and weights of one quarter under one treatment.

    Args:
        quarter_rows: the panel's rows of one quarter, one per active PCN.
        need: the indicator; PCNs without it are left out.
        non_response: what is done about PCNs that did not report.
        provision: how provision is counted.
        weights: ``patients`` multiplies the weights by list size.
        covariates: further columns; PCNs without one of them are left out.
        balanced: what :func:`reported_in_all` says about the whole panel.
    """
    # Masks, and rows taken once at the end: thousands of samples are taken in a build and its simulations.
    reported = (quarter_rows["reporting_status"] != NOT_REPORTED).to_numpy(dtype=bool)
    fte = np.where(reported, _numbers(quarter_rows[provision.fte_column]), np.nan)
    if non_response == "absent_as_zero":
        fte[~reported] = 0.0
    patients = _numbers(quarter_rows[provision.patients_column])
    rate = fte / np.where(patients > 0, patients, np.nan) * PATIENTS_IN_RATE
    has_values = quarter_rows[[need.name, *covariates]].notna().all(axis="columns").to_numpy(dtype=bool)
    complete = has_values & (_numbers(quarter_rows["list_size"]) > 0)
    note = ""
    factor: FloatArray | None = None
    used = complete & ~np.isnan(rate)
    if non_response == "reweighted":
        if not complete.any():
            return NotEstimable("no PCN has both provision and need")
        rows = quarter_rows[complete]
        found = reporting_weights(
            reported[complete],
            _numbers(rows[need.name]),
            _numbers(rows["list_size"]),
            rows["region_code"].to_numpy(dtype=object),
        )
        if isinstance(found, NotEstimable):
            return found
        # Reporters without a rate have a weight that nobody needs.
        factor, note = found.weights[used[complete & reported]], found.note
    if non_response == "balanced":
        used &= quarter_rows["pcn_code"].isin(balanced).to_numpy(dtype=bool)
    rows = quarter_rows[used].assign(fte=fte[used], provision=rate[used])
    chosen = Sample(rows, factor, note)
    return weighted_by_patients(chosen) if weights == "patients" else chosen


def _numbers(column: pd.Series) -> FloatArray:
    """A column as plain numbers, NaN where a value is missing."""
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def weighted_by_patients(chosen: Sample) -> Sample:
    """The same PCNs with their weights multiplied by list size."""
    patients = chosen.rows["list_size"].to_numpy(dtype=np.float64)
    return replace(chosen, weights=patients if chosen.weights is None else chosen.weights * patients)


def require_choice(kind: str, choice: str, known: tuple[str, ...]) -> None:
    """Refuse a choice that is not on offer.

    Raises:
        UsageError: with the choices that are.
    """
    if choice not in known:
        raise UsageError(
            f"unknown {kind}", found=shown(choice), expected=", ".join(known), advice=did_you_mean(choice, known)
        )


def require_columns(panel: pd.DataFrame, names: tuple[str, ...], kind: str) -> None:
    """Refuse columns that the panel does not have.

    Raises:
        UsageError: with the name of the first that is absent.
    """
    for name in names:
        if name not in panel.columns:
            raise UsageError(f"the panel has no such {kind}", found=f"'{name}'", expected="a column of the panel")

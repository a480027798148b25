"""The question of what PCNs that did not report could change."""

from __future__ import annotations

from typing import Final

import pandas as pd

from sp_geo.build.areas import in_area
from sp_geo.build.view import Build
from sp_geo.panel.indicator import indicator_of
from sp_geo.questions.panel import (
    ALL,
    SERIES,
    Answer,
    answered,
    choose,
    icb_notes,
    in_quarters,
    patients_notes,
    provision_of,
    standard_errors,
    with_values,
)
from sp_geo.questions.requests.statistics import SilenceRequest
from sp_geo.statistics.measures import Need
from sp_geo.statistics.non_response import WEIGHTS
from sp_geo.statistics.silence import Choices, imputed_pcns, silence_table

_PCN_DRAWS = 400
"""Imputations of a single PCN: the ends of a 90 % interval need more than a slope does."""

_BOUNDS_NOTE: Final = (
    "bound_low to bound_high: the slope of all active PCNs lies there if each silent PCN has anything from none to the "
    "cap (a percentile of what reporters have); nothing else is assumed, and chance is not in it."
)
_IMPUTED_NOTE: Final = (
    "estimate: silent PCNs have what reporters with the same ICB, need and list have, times the ratio of PCNs that "
    "came back after silence; 95 % interval by Rubin's rules."
)
_TIPPING_NOTE: Final = (
    "tipping_fte_per_10k: so much more than imputed (less, if below 0) must every silent PCN have for the slope to be "
    "0; where that is less than none, or more than anybody has, silence alone cannot turn the sign."
)
_PCN_NOTE: Final = (
    "imputed_fte_per_10k: mean of what reporters with the same ICB, need and list have, times the ratio of PCNs that "
    "came back after silence; from low_90 to high_90: the shortest interval that holds 90 % of the draws."
)


def silence(build: Build, request: SilenceRequest) -> Answer:
    """Worst case, imputed slope and tipping point by quarter; or each silent PCN with what it may have.

    Raises:
        UsageError: the request names something unknown, or a number is out of range.
        WorkspaceError: nothing has been built.
    """
    on = build.on(request.icbs).on_set
    everything = in_area(build.table("out_pcn_quarter"), request.area, on)
    frame = in_area(in_quarters(build.table("out_pcn_quarter"), request.quarter, request.since), request.area, on)
    known = build.needs
    for name in request.covariate:
        indicator_of(name, known)
    wanted = [indicator_of(name, known) for name in request.need if name != ALL]
    if ALL in request.need:
        wanted = with_values(list(known.values()), frame)
    choices = Choices(
        choose("weights", request.weights, WEIGHTS),
        standard_errors(request.se),
        request.covariate,
        provision_of(request.role, request.patients),
        request.cap_percentile,
        _PCN_DRAWS if request.pcns else request.imputations,
        request.seed,
    )
    quarters = tuple(frame["quarter"].unique())
    table = imputed_pcns if request.pcns else silence_table
    rows = pd.concat(
        [table(everything, Need.of(item), request.per, choices, quarters) for item in wanted], ignore_index=True
    )
    notes = (
        f"Series: {SERIES}. An association between PCNs, not an effect.",
        *(f"{item.name}: per {request.per:g} {item.unit}." for item in wanted if not request.pcns),
        *((_PCN_NOTE,) if request.pcns else (_BOUNDS_NOTE, _IMPUTED_NOTE, _TIPPING_NOTE)),
        *patients_notes(frame, request.patients),
        *icb_notes(on, frame, request.area),
    )
    what = "PCNs that did not report, and what they may have" if request.pcns else "What silence could change"
    return answered(build, rows, f"{what}: link worker {choices.provision.unit} on need", notes)

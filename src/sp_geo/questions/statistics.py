"""The analyst's questions of the panel: trend, robustness, space, inequality, description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from sp_geo.build.areas import in_area
from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.panel.indicator import Indicator, indicator_of
from sp_geo.questions.panel import (
    ALL,
    ROLES,
    SERIES,
    Answer,
    answered,
    choose,
    icb_notes,
    in_quarters,
    patients_notes,
    provision_of,
    with_values,
)
from sp_geo.statistics.measures import Need, Provision
from sp_geo.statistics.non_response import NON_RESPONSES, NonResponse

NEAREST_PCNS = 6
"""How many nearest PCNs are neighbours in the alternative to touching footprints."""


@dataclass(frozen=True)
class Question:
    """What an analyst asks, in the words of the command line.

    Attributes:
        needs: need measures, or ``all``.
        non_response: of PCNs that did not report, or ``all``.
        per: step of need; None for each need's standard deviation where that makes sense.
        quarters: only these; all if none.
        area: ICB or region; England if empty.
        role: of link workers.
        covariates: held constant.
        icbs: set of ICBs that the area is of; each quarter's own if ``as_then``.
        patients: that a rate is of: ``raw``, or ``weighted`` by the national formula.
    """

    needs: tuple[str, ...]
    non_response: str = ALL
    per: float | None = 10.0
    quarters: tuple[str, ...] = ()
    area: str = ""
    role: str = ALL
    covariates: tuple[str, ...] = ()
    icbs: str = AS_THEN
    patients: str = "raw"

    def wanted(self, build: Build, panel: pd.DataFrame) -> list[Need]:
        """The needs asked for; with ``all``, those that the panel has."""
        known = build.needs
        chosen: list[Indicator] = [indicator_of(name, known) for name in self.needs if name != ALL]
        if ALL in self.needs:
            chosen = with_values(list(known.values()), panel)
        return [Need(item.name, item.is_share, item.label) for item in chosen]

    @property
    def non_responses(self) -> tuple[NonResponse, ...]:
        """The treatments asked for."""
        return (
            NON_RESPONSES if self.non_response == ALL else (choose("non-response", self.non_response, NON_RESPONSES),)
        )

    @property
    def provision(self) -> Provision:
        """The series asked for."""
        return provision_of(self.role, self.patients)

    def panel(self, build: Build) -> pd.DataFrame:
        """The rows asked about."""
        for name in self.covariates:
            indicator_of(name, build.needs)
        rows = in_quarters(build.table("out_pcn_quarter"), self.quarters)
        return in_area(rows, self.area, build.on(self.icbs).on_set)

    def notes(self, build: Build, panel: pd.DataFrame) -> tuple[str, ...]:
        """Which patients a rate is of, and which ICBs the area."""
        return (*patients_notes(panel, self.patients), *icb_notes(build.on(self.icbs).on_set, panel, self.area))


def _answer(build: Build, question: Question, what: str, table: Callable[[pd.DataFrame, Need], pd.DataFrame]) -> Answer:
    panel = question.panel(build)
    rows = pd.concat([table(panel, need) for need in question.wanted(build, panel)], ignore_index=True)
    return _finished(build, rows, what, *question.notes(build, panel))


def _finished(build: Build, rows: pd.DataFrame, what: str, *notes: str) -> Answer:
    said = (f"Series: {SERIES}. Intervals are 95 %. Associations between PCNs, not effects.", *notes)
    return answered(build, rows, what, said)


def trend(build: Build, question: Question) -> Answer:
    """Change of the slope over time: pooled model, joint test of no change, trend per quarter."""
    from sp_geo.statistics.pooled import change_table

    return _answer(
        build,
        question,
        "Change of the slope over time, pooled, errors clustered by PCN",
        lambda panel, need: change_table(
            panel,
            need,
            question.non_responses,
            question.per or 10.0,
            covariates=question.covariates,
            provision=question.provision,
        ),
    )


def attenuation(build: Build, question: Question) -> Answer:
    """Slopes corrected for the sampling error of the need, beside the raw ones, with the need's reliability."""
    from sp_geo.statistics.attenuation import attenuation_table

    errors = build.table("out_pcn_need")
    return _answer(
        build,
        question,
        "Slope before and after correction for the sampling error of the need",
        lambda panel, need: attenuation_table(
            panel, errors, need, question.non_responses, question.per or 10.0, provision=question.provision
        ),
    )


def inequality(build: Build, question: Question, seed: int, draws: int) -> Answer:
    """Rates by fifth, gap, slope and relative index, concentration index and Gini, with bootstrap intervals."""
    from sp_geo.statistics.inequality_by_quarter import inequality_table

    answer = _answer(
        build,
        question,
        f"Inequality of provision by need ({draws:,} draws of PCNs, seed {seed})",
        lambda panel, need: inequality_table(
            panel, need, question.non_responses, seed=seed, draws=draws, provision=question.provision
        ),
    )
    sign = "Signed measures are positive where provision favours PCNs of lower need."
    return Answer(answer.rows, answer.title, (*answer.notes, sign))


def describe(build: Build, question: Question) -> Answer:
    """Need and provision by fifth of deprivation, rurality, ethnicity and region, with n and missing."""
    from sp_geo.statistics.describe import describe_table

    panel = question.panel(build)
    rows = describe_table(panel, question.wanted(build, panel), provision=question.provision)
    return _finished(build, rows, "Need and provision by group of PCNs", *question.notes(build, panel))


def specifications(build: Build, question: Question, pooled: bool) -> Answer:
    """The slope under every combination of need, series, treatment, weights and covariates."""
    from sp_geo.statistics.specifications import curve_in_words, specification_curve
    from sp_geo.statistics.specifications import specifications as combinations

    panel = question.panel(build)
    needs = question.wanted(build, panel)
    names = [need.name for need in needs]
    sets = [
        (),
        *((name,) for name in ("imd_score", "aged_65_plus", "rural") if name in names or panel[name].notna().any()),
    ]
    provisions = [provision_of(name, question.patients) for name in ROLES if name != "mental_health"]
    chosen = list(combinations(needs, provisions, question.non_responses, covariate_sets=sets))
    rows = specification_curve(panel, chosen, per=question.per, pooled=pooled)
    what = f"Specification curve ({len(chosen):,} specifications)"
    return _finished(build, rows, what, curve_in_words(rows), *question.notes(build, panel))


def spatial(build: Build, question: Question) -> Answer:
    """Moran's I and Lagrange multiplier tests of the residuals, and spatial error and lag fits."""
    from sp_geo.statistics.neighbours import Nearest, TouchingFootprints
    from sp_geo.statistics.spatial import spatial_table

    footprints = build.table("out_pcn_footprint").dropna(subset=["geometry"])
    inside = footprints["geometry"].representative_point()
    points = pd.DataFrame({"pcn_code": footprints["pcn_code"].to_numpy(), "x_m": inside.x, "y_m": inside.y})
    rules = (TouchingFootprints(footprints[["pcn_code", "geometry"]]), Nearest(points, NEAREST_PCNS))
    return _answer(
        build,
        question,
        "Spatial dependence of provision given need",
        lambda panel, need: spatial_table(
            panel, need, rules, question.non_responses, question.per or 10.0, question.covariates, question.provision
        ),
    )


def local(build: Build, question: Question, seed: int) -> Answer:
    """PCNs whose neighbourhood has more or less provision than need predicts, with false discovery control."""
    from sp_geo.statistics.local_indicators import local_table
    from sp_geo.statistics.neighbours import TouchingFootprints

    footprints = build.table("out_pcn_footprint").dropna(subset=["geometry"])
    rule = TouchingFootprints(footprints[["pcn_code", "geometry"]])
    return _answer(
        build,
        question,
        f"Local indicators of provision given need (seed {seed})",
        lambda panel, need: local_table(panel, need, rule, seed=seed, provision=question.provision),
    )


def outcome_note(extra_fte: float, patients: float, baselines: dict[str, float]) -> Answer:
    """What the published odds ratios would mean for a number of extra posts, as associations."""
    from sp_geo.statistics.outcome_note import LABEL
    from sp_geo.statistics.outcome_note import outcome_note as note

    rows = note(extra_fte, patients, baselines)
    return Answer(rows, f"Expected changes that go with {extra_fte:g} extra FTE for {patients:,.0f} patients", (LABEL,))

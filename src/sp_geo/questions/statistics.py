"""The analyst's questions of the panel: trend, robustness, space, inequality, description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import pandas as pd

from sp_geo.build.icb_sets import AS_THEN
from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError
from sp_geo.core.extras import require_extra
from sp_geo.core.suggest import shown
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
    rows_asked,
    with_values,
)
from sp_geo.questions.requests.asked import Request
from sp_geo.questions.requests.statistics import (
    AttenuationRequest,
    DescribeRequest,
    InequalityRequest,
    ModelsRequest,
    OutcomeNoteRequest,
    SpatialRequest,
    SpecificationsRequest,
    TrendRequest,
)
from sp_geo.statistics.measures import Need, Provision
from sp_geo.statistics.non_response import NON_RESPONSES, NonResponse
from sp_geo.statistics.power import balanced_words

NEAREST_PCNS = 6
"""How many nearest PCNs are neighbours in the alternative to touching footprints."""
_MOST_DRAWS = 100_000
"""Draws that end within minutes on a laptop; intervals no longer change long before."""


@dataclass(frozen=True)
class _Asked:
    """The fields of a question of the panel; those that it does not have are at their default."""

    need: tuple[str, ...]
    non_response: str = ALL
    per: float | None = 10.0
    quarter: tuple[str, ...] = ()
    since: str = ""
    area: str = ""
    role: str = ALL
    covariate: tuple[str, ...] = ()
    icbs: str = AS_THEN
    patients: str = "raw"

    @classmethod
    def of(cls, request: Request) -> _Asked:
        """The same fields of any request."""
        names = {item.name for item in fields(cls)}
        return cls(**{name: value for name, value in request.as_record().items() if name in names})

    def wanted(self, build: Build, panel: pd.DataFrame) -> list[Need]:
        """The needs asked for; with ``all``, those that the panel has."""
        known = build.needs
        chosen: list[Indicator] = [indicator_of(name, known) for name in self.need if name != ALL]
        if ALL in self.need:
            chosen = with_values(list(known.values()), panel)
        return [Need.of(item) for item in chosen]

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
        for name in self.covariate:
            indicator_of(name, build.needs)
        rows = in_quarters(build.table("out_pcn_quarter"), self.quarter, self.since)
        return rows_asked(rows, self.area, build.on(self.icbs).on_set)

    def notes(self, build: Build, panel: pd.DataFrame) -> tuple[str, ...]:
        """Which patients a rate is of, and which ICBs the area."""
        return (*patients_notes(panel, self.patients), *icb_notes(build.on(self.icbs).on_set, panel, self.area))


def _answer(build: Build, asked: _Asked, what: str, table: Callable[[pd.DataFrame, Need], pd.DataFrame]) -> Answer:
    panel = asked.panel(build)
    rows = pd.concat([table(panel, need) for need in asked.wanted(build, panel)], ignore_index=True)
    return _finished(build, rows, what, *asked.notes(build, panel))


def _finished(build: Build, rows: pd.DataFrame, what: str, *notes: str) -> Answer:
    said = (f"Series: {SERIES}. Intervals are 95 %. Associations between PCNs, not effects.", *notes)
    return answered(build, rows, what, said)


def trend(build: Build, request: TrendRequest) -> Answer:
    """Change of the slope over time: pooled model, joint test of no change, absolute and relative trend per quarter."""
    from sp_geo.statistics.conclusions.editions import mixed_editions
    from sp_geo.statistics.inference import with_q_values
    from sp_geo.statistics.pooled import CLUSTERS, FAMILIES, TREND, change_table

    asked = _Asked.of(request)
    panel = asked.panel(build)
    wanted = asked.wanted(build, panel)
    parts = [
        change_table(
            panel,
            need,
            asked.non_responses,
            request.per,
            covariates=request.covariate,
            provision=asked.provision,
            clusters=choose("clusters", request.clusters, CLUSTERS),
        )
        for need in wanted
    ]
    rows = with_q_values(pd.concat(parts, ignore_index=True), FAMILIES)
    sources = build.table("out_pcn_need", ["need", "quarter", "source"])
    mixed = [mixed_editions(sources, need.name, need.label) for need in wanted]
    relative = (
        "The relative trend is of the slope in per cent of the quarter's mean rate; without it, a trend is growth."
    )
    power = balanced_words(rows[rows["quantity"] == TREND], f"change of the slope per {request.per:g} each quarter")
    notes = (relative, *(text for text in (*mixed, power) if text))
    kinds = " or ".join(sorted(set(rows["se_type"]) - {""}))
    return _finished(
        build, rows, f"Change of the slope over time, pooled, errors {kinds}", *notes, *asked.notes(build, panel)
    )


def models(build: Build, request: ModelsRequest) -> Answer:
    """Slopes within and between ICBs, any post and how much, and Poisson, among PCNs that reported."""
    from sp_geo.statistics.further_models import models_table
    from sp_geo.statistics.inference import with_q_values

    asked = _Asked.of(request)
    panel = asked.panel(build)
    parts = [models_table(panel, need, request.per, asked.provision) for need in asked.wanted(build, panel)]
    rows = with_q_values(pd.concat(parts, ignore_index=True), ("model",))
    ratios = "Ratios: 1 is no association. Errors clustered by ICB: CR2 for the slopes, t on (ICBs - 1) for the ratios."
    return _finished(build, rows, "What one slope hides", ratios, *asked.notes(build, panel))


def attenuation(build: Build, request: AttenuationRequest) -> Answer:
    """Slopes corrected for the sampling error of the need, beside the raw ones, with the need's reliability."""
    from sp_geo.statistics.attenuation import attenuation_table

    asked, errors = _Asked.of(request), build.table("out_pcn_need")
    answer = _answer(
        build,
        asked,
        "Slope before and after correction for the sampling error of the need",
        lambda panel, need: attenuation_table(
            panel, errors, need, asked.non_responses, request.per, provision=asked.provision
        ),
    )
    effect = build.manifest.parameters.get("survey_design_effect", 1.0)
    said = [f"Survey bases are divided by a design effect of {effect:g} before any standard error."]
    known = errors.loc[errors["std_error"].notna(), "need"].unique()
    told = {name: build.needs[name].unknown_error for name in answer.rows["need"].unique() if name not in known}
    said += [f"{name}: {words}" for name, words in told.items() if words]
    return replace(answer, notes=(*answer.notes, *said))


def inequality(build: Build, request: InequalityRequest) -> Answer:
    """Rates by fifth, gap, slope and relative index, concentration index and Gini, with bootstrap intervals.

    Raises:
        UsageError: there are too few or too many draws, or the request names something unknown.
    """
    from sp_geo.statistics.inequality_by_quarter import inequality_table

    if not 1 <= request.draws <= _MOST_DRAWS:
        raise UsageError("there must be at least one draw", found=f"{request.draws}", expected=f"1 to {_MOST_DRAWS:,}")
    asked = _Asked.of(request)
    answer = _answer(
        build,
        asked,
        f"Inequality of provision by need ({request.draws:,} draws of PCNs, seed {request.seed})",
        lambda panel, need: inequality_table(
            panel, need, asked.non_responses, seed=request.seed, draws=request.draws, provision=asked.provision
        ),
    )
    sign = "Signed measures are positive where provision favours PCNs of lower need."
    return Answer(answer.rows, answer.title, (*answer.notes, sign))


def describe(build: Build, request: DescribeRequest) -> Answer:
    """Need and provision by fifth of deprivation, rurality, ethnicity and region, with n and missing."""
    from sp_geo.statistics.describe import describe_table

    asked = _Asked.of(request)
    panel = asked.panel(build)
    rows = describe_table(panel, asked.wanted(build, panel), provision=asked.provision)
    return _finished(build, rows, "Need and provision by group of PCNs", *asked.notes(build, panel))


def specifications(build: Build, request: SpecificationsRequest) -> Answer:
    """The slope under every combination of need, series, non-response, weights and covariates."""
    from sp_geo.statistics.specifications import curve_in_words, specification_curve
    from sp_geo.statistics.specifications import specifications as combinations

    asked = _Asked.of(request)
    panel = asked.panel(build)
    needs = asked.wanted(build, panel)
    names = [need.name for need in needs]
    sets = [
        (),
        *((name,) for name in ("imd_score", "aged_65_plus", "rural") if name in names or panel[name].notna().any()),
    ]
    provisions = [provision_of(name, request.patients) for name in ROLES if name != "mental_health"]
    chosen = list(combinations(needs, provisions, asked.non_responses, covariate_sets=sets))
    rows = specification_curve(panel, chosen, per=request.per, pooled=request.pooled)
    what = f"Specification curve ({len(chosen):,} specifications)"
    return _finished(build, rows, what, curve_in_words(rows), *asked.notes(build, panel))


def spatial(build: Build, request: SpatialRequest) -> Answer:
    """Tests and fits of space, or PCNs flagged one by one.

    Moran's I and Lagrange multiplier tests of the residuals, and spatial error and lag fits; or PCNs whose
    neighbourhood has more or less provision than need predicts, with false discovery control.

    Raises:
        UsageError: the extra ``spatial`` is not installed.
    """
    require_extra("spatial", "spatial statistics")
    from sp_geo.statistics.neighbours import Nearest, TouchingFootprints

    asked = _Asked.of(request)
    footprints = build.table("out_pcn_footprint").dropna(subset=["geometry"])
    touching = TouchingFootprints(footprints[["pcn_code", "geometry"]])
    if request.local:
        from sp_geo.statistics.local_indicators import local_table

        return _answer(
            build,
            asked,
            f"Local indicators of provision given need (seed {request.seed})",
            lambda panel, need: local_table(panel, need, touching, seed=request.seed, provision=asked.provision),
        )
    from sp_geo.statistics.spatial import spatial_table

    inside = footprints["geometry"].representative_point()
    points = pd.DataFrame({"pcn_code": footprints["pcn_code"].to_numpy(), "x_m": inside.x, "y_m": inside.y})
    rules = (touching, Nearest(points, NEAREST_PCNS))
    return _answer(
        build,
        asked,
        "Spatial dependence of provision given need",
        lambda panel, need: spatial_table(
            panel, need, rules, asked.non_responses, request.per, request.covariate, asked.provision
        ),
    )


def outcome_note(_build: Build, request: OutcomeNoteRequest) -> Answer:
    """What the published odds ratios would mean for a number of extra posts, as associations.

    Raises:
        UsageError: a baseline is no share of a published outcome.
    """
    from sp_geo.statistics.outcome_note import LABEL
    from sp_geo.statistics.outcome_note import outcome_note as note

    shares: dict[str, float] = {}
    for text in request.baseline:
        name, _, value = text.partition("=")
        try:
            shares[name.strip()] = float(value)
        except ValueError as fault:
            raise UsageError("not a baseline", found=shown(text), expected="enough_local_support=0.6") from fault
    rows = note(request.extra_fte, request.patients, shares)
    what = f"Expected changes that go with {request.extra_fte:g} extra FTE for {request.patients:,.0f} patients"
    return Answer(rows, what, (LABEL,))

"""Questions of the panel: PCNs by quarter, slopes, trends, inequality, specifications, space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from sp_geo.questions.requests import fields, words
from sp_geo.questions.requests.asked import Asked, Request


@dataclass(frozen=True)
class PanelRequest(Request):
    """One row per PCN: reporting, provision, patients, each need.

    Reads: the tables of the workspace.
    Example: sp-geo panel --quarter 2022Q2 --format csv
    Example: sp-geo panel --monthly --area QOP --format csv
    Example: sp-geo panel --area QOP
    Example: sp-geo panel --quarter 2022Q2 --icbs 2026 --area QOP
    """

    command: ClassVar[str] = "panel"

    quarter: fields.QuarterOrLatest = words.LATEST
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    monthly: Annotated[bool, Asked("", "Instead: every month with a release, those within quarters too.")] = False


@dataclass(frozen=True)
class RegressRequest(Request):
    """Slopes of provision on need, quarter by quarter.

    Each is given under every handling of the PCNs that did not report, with its interval, n and coverage, and as a
    share of the quarter's mean rate, beside the worst case of what those PCNs have. Errors fit the design unless a kind
    is asked for, and q is over all that is asked. Imputed slopes are given for needs that are named.

    Reads: the tables of the workspace.
    Example: sp-geo regress --need imd_score --per 10
    Example: sp-geo regress --need imd_score --quarter latest --se wild
    Example: sp-geo regress --need minority_ethnic --non-response reporters --quarter 2022Q2 --format csv
    Example: sp-geo regress --need imd_score --patients weighted
    Example: sp-geo regress --need imd_score --non-response balanced --from 2021Q2
    Example: sp-geo regress --need lack_of_support --need-values shrunk --quarter latest
    """

    command: ClassVar[str] = "regress"
    says_once: ClassVar[bool] = True

    need: fields.Needs = (words.ALL,)
    non_response: fields.SlopeNonResponse = words.ALL
    per: fields.Per = 10.0
    weights: fields.Weights = "none"
    se: fields.StandardErrors = "auto"
    covariate: fields.Covariates = ()
    quarter: fields.Quarters = ()
    since: fields.Since = ""
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    role: fields.Role = words.ALL
    patients: fields.Patients = words.RAW
    need_values: fields.NeedValues = "observed"


@dataclass(frozen=True)
class NeedRequest(Request):
    """Survey need observed, shrunk and predicted, by PCN.

    Shrunk values lean on deprivation, age, ethnicity and rurality where few answered. Predicted ones have a 90 %
    interval that holds in ICBs which had no part in the model. The card says how far predictions were off, by ICB.

    Reads: the tables of the workspace.
    Example: sp-geo need --quarter latest
    Example: sp-geo need --area QOP --format csv
    """

    command: ClassVar[str] = "need"

    need: fields.Need = "lack_of_support"
    quarter: fields.QuarterOrLatest = words.LATEST
    area: fields.Area = ""
    show: Annotated[str, Asked("VIEW", "pcns, or card: how the model does.", words.NEED_VIEWS)] = "pcns"


@dataclass(frozen=True)
class SilenceRequest(Request):
    """What PCNs that did not report could change.

    The least and the greatest slope that they could bring about; the slope with them imputed again and again, as far
    below others as PCNs were that came back; and how far off they would have to be for the slope to vanish.

    Reads: the tables of the workspace.
    Example: sp-geo silence --need imd_score
    Example: sp-geo silence --need imd_score --cap-percentile 99 --quarter latest
    Example: sp-geo silence --need imd_score --quarter latest --pcns --format csv
    """

    command: ClassVar[str] = "silence"
    says_once: ClassVar[bool] = True

    need: fields.Needs = ("imd_score",)
    per: fields.Per = 10.0
    weights: fields.Weights = "none"
    se: fields.StandardErrors = "auto"
    covariate: fields.Covariates = ()
    quarter: fields.Quarters = ()
    since: fields.Since = ""
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    role: fields.Role = words.ALL
    patients: fields.Patients = words.RAW
    cap_percentile: Annotated[
        float, Asked("PERCENT", "The most a silent PCN may have: this percentile of what reporters have.")
    ] = 95.0
    imputations: Annotated[int, Asked("NUMBER", "How often silent PCNs are imputed.", least=2)] = 20
    seed: fields.Seed = 1
    pcns: Annotated[bool, Asked("", "Instead: each silent PCN with what it may have, and its 90 % interval.")] = False


@dataclass(frozen=True)
class TrendRequest(Request):
    """Whether the slope on need changed over the quarters.

    One model over all quarters, a joint test of no change, and the trend of the slope, absolute and relative to the
    quarter's mean rate. A trend that is not relative too is growth.

    Reads: the tables of the workspace.
    Example: sp-geo trend --need imd_score
    Example: sp-geo trend --need minority_ethnic --non-response reweighted --format csv
    Example: sp-geo trend --need imd_score --non-response balanced --from 2021Q2
    """

    command: ClassVar[str] = "trend"

    need: fields.Needs = ("imd_score",)
    non_response: fields.NonResponse = words.ALL
    per: fields.Per = 10.0
    since: fields.Since = ""
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    patients: fields.Patients = words.RAW
    role: fields.Role = words.ALL
    covariate: fields.Covariates = ()
    clusters: Annotated[
        str, Asked("KIND", "Errors: auto (by ICB, or by PCN within one), or pcn (of published work).", words.CLUSTERS)
    ] = "auto"


@dataclass(frozen=True)
class ModelsRequest(Request):
    """What one slope hides: between ICBs, zeros, amounts.

    Among PCNs that reported: slopes within and between ICBs, the odds of any post, the amount among those with posts,
    and FTE as counts, each with its interval.

    Reads: the tables of the workspace.
    Example: sp-geo models --need imd_score --quarter latest
    """

    command: ClassVar[str] = "models"

    need: fields.Needs = ("imd_score",)
    per: fields.Per = 10.0
    quarter: fields.LatestQuarters = (words.LATEST,)
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    patients: fields.Patients = words.RAW
    role: fields.Role = words.ALL


@dataclass(frozen=True)
class AttenuationRequest(Request):
    """Slopes corrected for the sampling error of a survey.

    A need that a survey measured with error makes slopes look flatter. The corrected ones stand beside the raw ones,
    with the reliability of the need.

    Reads: the tables of the workspace.
    Example: sp-geo attenuation --quarter latest
    """

    command: ClassVar[str] = "attenuation"

    need: fields.Needs = ("lack_of_support",)
    non_response: fields.NonResponse = "reporters"
    per: fields.Per = 10.0
    quarter: fields.Quarters = ()
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    patients: fields.Patients = words.RAW


@dataclass(frozen=True)
class InequalityRequest(Request):
    """Rates by fifth of need, gaps and indices, by quarter.

    Gap, slope and relative index of inequality, concentration index and Gini, each with its interval.

    Reads: the tables of the workspace.
    Example: sp-geo inequality --need imd_score --quarter latest
    Example: sp-geo inequality --need minority_ethnic --quarter latest --draws 500 --format csv
    """

    command: ClassVar[str] = "inequality"

    need: fields.Needs = ("imd_score",)
    non_response: fields.NonResponse = "reporters"
    quarter: fields.Quarters = ()
    since: fields.Since = ""
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    patients: fields.Patients = words.RAW
    role: fields.Role = words.ALL
    seed: fields.Seed = 1
    draws: Annotated[int, Asked("NUMBER", "How often PCNs are drawn again for the intervals.")] = 2000


@dataclass(frozen=True)
class DescribeRequest(Request):
    """The table a paper starts with: need and provision by group.

    Groups are fifths of deprivation and of ethnicity, rurality and region.

    Reads: the tables of the workspace.
    Example: sp-geo describe
    Example: sp-geo describe --quarter 2022Q2 --format csv
    """

    command: ClassVar[str] = "describe"

    need: fields.Needs = (words.ALL,)
    quarter: fields.LatestQuarters = (words.LATEST,)
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    patients: fields.Patients = words.RAW


@dataclass(frozen=True)
class SpecificationsRequest(Request):
    """Many ways to compute a slope, smallest first.

    All combinations of need, series, handling of non-response, weights and covariates, so that nobody needs to trust
    one of them.

    Reads: the tables of the workspace.
    Writes: nothing, or the picture named with --figure.
    Example: sp-geo specifications --need imd_score
    Example: sp-geo specifications --need imd_score --need minority_ethnic --figure curve.png
    """

    command: ClassVar[str] = "specifications"

    need: fields.Needs = (words.ALL,)
    non_response: fields.NonResponse = words.ALL
    per: Annotated[
        float | None,
        Asked("STEP", "Percentage points of a share, points of a score; default: one standard deviation."),
    ] = None
    quarter: fields.LatestQuarters = (words.LATEST,)
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    patients: fields.Patients = words.RAW
    pooled: Annotated[bool, Asked("", "One slope over all the quarters asked for.")] = False


@dataclass(frozen=True)
class SpatialRequest(Request):
    """Whether neighbours are alike beyond what need explains.

    Moran's I, Lagrange multiplier tests, and slopes that allow for neighbours.

    Reads: the tables of the workspace.
    Example: sp-geo spatial --need imd_score
    Example: sp-geo spatial --local --format csv
    """

    command: ClassVar[str] = "spatial"

    need: fields.Needs = ("imd_score",)
    non_response: fields.NonResponse = "reporters"
    per: fields.Per = 10.0
    quarter: fields.LatestQuarters = (words.LATEST,)
    area: fields.Area = ""
    icbs: fields.Icbs = words.AS_THEN
    patients: fields.Patients = words.RAW
    covariate: fields.Covariates = ()
    local: Annotated[bool, Asked("", "PCNs flagged one by one, instead of tests and fits.")] = False
    seed: fields.Seed = 1


@dataclass(frozen=True)
class OutcomeNoteRequest(Request):
    """What a published study would say of more posts.

    Odds ratios per post from the literature, applied here. They are associations, not effects.

    Reads: nothing but what the software brings along.
    Example: sp-geo outcome-note --extra-fte 2 --patients 100000
    Example: sp-geo outcome-note --extra-fte 2 --patients 100000 --baseline enough_local_support=0.6
    """

    command: ClassVar[str] = "outcome-note"

    extra_fte: Annotated[float, Asked("FTE", "Full-time equivalents more.")]
    patients: Annotated[float, Asked("NUMBER", "Registered patients they would serve.")]
    baseline: Annotated[
        tuple[str, ...],
        Asked("OUTCOME=SHARE", "Share now, such as enough_local_support=0.6; may be repeated; default: none."),
    ] = ()

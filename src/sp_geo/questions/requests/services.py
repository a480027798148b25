"""Questions of services and of what users list themselves: access, deserts, reports of gaps, referrals, local posts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from sp_geo.questions.requests import fields, words
from sp_geo.questions.requests.asked import Asked, Request
from sp_geo.services.asked import COUNTED, DECAYS, FIFTHS, LIMITS

MOST_ROWS = 60
"""Rows of a table that may have one for every area of England: what a screen cannot hold is left to the files."""
_KM, _RURAL_KM, _MINUTES, _FIFTHS = (
    LIMITS[name] for name in ("catchment_km", "rural_catchment_km", "minutes", "fifths")
)


@dataclass(frozen=True)
class ServicesRequest(Request):
    """What directories record, what was refused, what is lacking.

    Services with what they can take, records that were refused and why, and gaps by what services offer.

    Reads: the tables of the workspace, with directories of services.
    Example: sp-geo services --category housing
    Example: sp-geo services --show attributes --category isolation --area QOP --within-km 5
    """

    command: ClassVar[str] = "services"
    has_shapes: ClassVar[bool] = True
    most_rows: ClassVar[int | None] = MOST_ROWS

    show: Annotated[
        str,
        Asked(
            "WHAT",
            "services, directories, refused, unplaced, unmapped, attributes, charities, grants or assumptions.",
            words.SERVICE_VIEWS,
        ),
    ] = "services"
    category: fields.Category = words.ALL
    area: fields.AnyArea = ""
    directory: fields.Directory = ""
    within_km: Annotated[float, Asked("KM", "For --show attributes: how near a service must be.")] = 5.0


@dataclass(frozen=True)
class AccessRequest(Request):
    """Who can reach a recorded service: small area by small area.

    Each is served, unserved, or not recorded: where no directory covers an area, silence says nothing.

    Reads: the tables of the workspace, with directories of services.
    Example: sp-geo access --category housing --area QOP
    Example: sp-geo access --category money --area QOP --decay gaussian --format csv
    """

    command: ClassVar[str] = "access"
    has_shapes: ClassVar[bool] = True
    most_rows: ClassVar[int | None] = MOST_ROWS

    category: fields.Category = words.ALL
    area: fields.AnyArea = ""
    directory: fields.Directory = ""
    catchment_km: Annotated[
        float | None,
        Asked(
            "KM",
            "Furthest way to a service; default: parameters.yaml, or 10.",
            address="km",
            label="Furthest way, km",
            low=_KM[0],
            high=_KM[1],
            step=0.5,
        ),
    ] = None
    rural_catchment_km: Annotated[
        float | None,
        Asked("KM", "Furthest way in rural areas; default: as elsewhere.", low=_RURAL_KM[0], high=_RURAL_KM[1]),
    ] = None
    minutes: Annotated[
        float | None,
        Asked(
            "MINUTES",
            "Furthest journey by the travel times that were added; default: distance counts.",
            low=_MINUTES[0],
            high=_MINUTES[1],
        ),
    ] = None
    detour: Annotated[
        float | None,
        Asked("FACTOR", "Metres of way for each metre of straight line; default: parameters.yaml, or 1.3."),
    ] = None
    decay: Annotated[
        str,
        Asked(
            "SHAPE",
            "How distance counts within the catchment: step, gaussian or power.",
            tuple(DECAYS),
            address="decay",
            label="Willingness to go, by distance",
            words=DECAYS,
        ),
    ] = "step"
    measure: Annotated[
        str,
        Asked(
            "MEASURE",
            "places (effective places a quarter) or services (each counted as one).",
            tuple(COUNTED),
            address="counted",
            label="What is counted",
            words=COUNTED,
        ),
    ] = "places"


@dataclass(frozen=True)
class DesertsRequest(AccessRequest):
    """Service deserts: high need, little access, in clusters.

    Only where a directory covers the area, with the rule in words and how sure each desert is.

    Reads: the tables of the workspace, with directories of services.
    Example: sp-geo deserts --category housing --area QOP
    Example: sp-geo deserts --category housing --area QOP --format geojson
    """

    command: ClassVar[str] = "deserts"

    need: fields.SmallAreaNeed = "imd_score"
    fifths: Annotated[
        int | None,
        Asked(
            "NUMBER",
            "Top fifths of need that count; default: parameters.yaml, or 2.",
            tuple(FIFTHS),
            address="fifths",
            label="How high need must be",
            words=FIFTHS,
            low=_FIFTHS[0],
            high=_FIFTHS[1],
        ),
    ] = None
    share_of_mean: Annotated[
        float | None,
        Asked(
            "SHARE",
            "Little access: under this share of the mean; default: parameters.yaml, or 0.5.",
            address="share",
            label="Little access: under this % of the mean",
            low=5,
            high=100,
            step=5,
            per_unit=100,
        ),
    ] = None
    show: Annotated[
        str,
        Asked(
            "WHAT", "clusters, areas, or sensitivity (how the map changes with the assumptions).", words.DESERT_VIEWS
        ),
    ] = "clusters"


@dataclass(frozen=True)
class GapsRequest(Request):
    """Needs that link workers could not meet, beside the deserts.

    Their own reports beside the modelled deserts, and how far both agree. Small counts are withheld.

    Reads: the tables of the workspace, with a file made from 'sp-geo template gap-log'.
    Example: sp-geo gaps --category housing
    """

    command: ClassVar[str] = "gaps"
    has_shapes: ClassVar[bool] = True
    most_rows: ClassVar[int | None] = MOST_ROWS

    category: fields.Category = words.ALL
    area: fields.AnyArea = ""


@dataclass(frozen=True)
class ReferralsRequest(Request):
    """Referral rates, ratios and trends from your own file.

    Also the path from referred to met to supported. Small counts are withheld.

    Reads: the tables of the workspace, with a file made from 'sp-geo template referral-activity'.
    Example: sp-geo referrals --by quarter
    Example: sp-geo referrals --measure ratio --category housing --by quarter --format csv
    """

    command: ClassVar[str] = "referrals"

    measure: Annotated[
        str,
        Asked("MEASURE", "rates, ratio (most to least deprived fifth), trend, or path.", words.REFERRAL_MEASURES),
    ] = "rates"
    by: Annotated[
        tuple[str, ...],
        Asked("GROUPING", "quarter, fifth, region, sex, age_band or area_code; may be repeated.", words.GROUPINGS),
    ] = ()
    category: fields.Category = words.ALL


@dataclass(frozen=True)
class LocalPostsRequest(Request):
    """Link worker posts from your own list.

    They stand apart from the published series and are never added to it.

    Reads: the tables of the workspace, with a list made from 'sp-geo template local-posts'.
    Example: sp-geo local-posts --area QOP
    Example: sp-geo local-posts --show unmatched --format csv
    """

    command: ClassVar[str] = "local-posts"

    show: Annotated[
        str, Asked("WHAT", "quarters (FTE by PCN and quarter), posts, or unmatched.", words.LOCAL_POST_VIEWS)
    ] = "quarters"
    area: fields.Area = ""
    quarter: fields.QuarterOrAll = words.ALL

"""What was asked of services, and what the answers are computed from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

import pandas as pd

from sp_geo.build.areas import area_code
from sp_geo.build.view import Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.suggest import did_you_mean, shown
from sp_geo.geography import boundaries
from sp_geo.geography.crs import MEASURE
from sp_geo.questions.panel import choose
from sp_geo.questions.requests.services import AccessRequest, DesertsRequest
from sp_geo.services.access import CATEGORIES, Landscape, Method, check_method
from sp_geo.services.access_inputs import LANDSCAPE_READS, area_codes, default_rule, landscape
from sp_geo.services.asked import LIMITS
from sp_geo.services.assumptions import Assumptions, assumptions
from sp_geo.services.coverage import AreaCodes, claimed
from sp_geo.services.decay import SHAPES, Decay
from sp_geo.services.deserts import Rule
from sp_geo.services.reach import Reach
from sp_geo.services.supply import MEASURES

if TYPE_CHECKING:
    import geopandas as gpd

RECORDED: Final = "Recorded services only: where no directory covers an area, silence says nothing."
NO_SERVICES: Final = "Add a directory of services ('sp-geo add FILE --covers CODE', or 'sp-geo template services')"

PUBLISHED_NEEDS: Final = ("imd_score", "minority_ethnic")
_OWN: Final = "own_"


def small_area_needs(people: pd.DataFrame) -> tuple[str, ...]:
    """Needs that small areas are judged by: those that are published, and the user's own measures of areas.

    Args:
        people: out_lsoa11.
    """
    return (*PUBLISHED_NEEDS, *(str(name) for name in people.columns if str(name).startswith(_OWN)))


def refuse_unfit_weights(people: pd.DataFrame, need: str) -> None:
    """Refuse an own measure as a weight of people where some of them have none, or one below 0.

    Raises:
        UsageError: it cannot weigh people.
    """
    values = people[need]
    if need.startswith(_OWN) and (values.isna() | (values < 0)).any():
        raise UsageError(
            f"{need} cannot weigh people",
            found=f"{int(values.isna().sum()):,} of {len(values):,} small areas without a value, "
            f"{int((values < 0).sum()):,} below 0",
            expected="0 or more in every small area asked about",
            advice="Choose another --need, or an --area that it covers",
        )


def used_assumptions(build: Build) -> Assumptions:
    """The assumptions that the build used."""
    return assumptions(build.manifest.parameters.get("services", {}))


def members(codes: AreaCodes, people: pd.DataFrame, area: str, day: str = "") -> pd.Index:
    """Small areas of an area: region, ICB, sub-ICB location, district, PCN (most patients), or small area itself.

    Raises:
        UsageError: no small area lies in an area of that code.
    """
    code = area_code(area)
    found = set(codes.members(code, day))
    found |= set(people.loc[people["pcn_code"].eq(code) | people["local_authority_code"].eq(code), "lsoa11_code"])
    if not found:
        raise UsageError(
            "no small area lies in an area of that code",
            found=shown(area),
            expected="the code of a region, ICB, sub-ICB location, PCN or small area (of a district: with a lookup)",
            advice=did_you_mean(area, _names_of(codes, people))
            or "For districts add 'LSOA 2011 to sub-ICB, ICB and local authority lookup'",
        )
    return pd.Index(sorted(found), name="lsoa11_code")


def _names_of(codes: AreaCodes, people: pd.DataFrame) -> dict[str, str]:
    """Codes that small areas lie in, with the names that are known, for a suggestion."""
    named: dict[str, str] = dict.fromkeys([*people["local_authority_code"].dropna(), *people["pcn_code"].dropna()], "")
    for frame, code, name in (
        (codes.parents, "parent_code", "parent_name"),
        (codes.parents, "parent_ons_code", "parent_name"),
        (codes.sub_icbs, "sub_icb_code", "sub_icb_name"),
        (codes.icbs, "region_code", "region_name"),
        (codes.icbs, "icb_code", "icb_name"),
    ):
        pairs = frame[[code, name]].dropna().drop_duplicates(code)
        named |= dict(zip(pairs[code].astype(str), pairs[name].astype(str), strict=True))
    return named


def tables_of(build: Build, names: tuple[str, ...]) -> Mapping[str, pd.DataFrame]:
    """Built tables by name."""
    return {name: build.table(name) for name in names}


def ground_of(build: Build, directory: str = "") -> Landscape:
    """What access is computed from; of one directory only, if it is named.

    Raises:
        WorkspaceError: there are no services, or nobody knows where people live.
        UsageError: there is no such directory.
    """
    tables = dict(tables_of(build, LANDSCAPE_READS))
    if tables["out_service"].empty:
        raise WorkspaceError("there are no recorded services", advice=NO_SERVICES)
    if tables["out_lsoa11"].empty:
        raise WorkspaceError(
            "nothing says how many people live in each small area",
            advice="Add 'Patients Registered at a GP Practice', by LSOA, and build",
        )
    ground = landscape(tables)
    if not directory:
        return ground
    name = choose("directory", directory, sorted(tables["out_service"]["directory_id"].unique()))
    claims = build.table("core_directory")
    covered, _ = claimed(claims[claims["directory_id"] == name], area_codes(tables))
    return replace(ground, supply=ground.supply.of_directory(name), covered=covered)


def reach_of(build: Build, request: AccessRequest) -> Reach:
    """The access that is asked for, and the deserts that follow from it: out of the build's tables where they hold it.

    Raises:
        UsageError: the request names something unknown.
        WorkspaceError: there are no services, or nobody knows where people live.
    """
    used = used_assumptions(build)
    method = method_of(request, used)
    built = build.manifest.tables.get("out_lsoa_access")
    is_built = not request.directory and built is not None and built.rows > 0
    if not is_built:
        # The refusals: no services, nobody's home is known, no such directory.
        ground = ground_of(build, request.directory)
        return Reach(build.table, used, method, lambda: ground, is_built=False)
    return Reach(build.table, used, method, partial(ground_of, build), is_built=True)


def rule_of(request: DesertsRequest, used: Assumptions, people: pd.DataFrame) -> Rule:
    """The rule of a desert that is asked for.

    Args:
        request: with need, fifths and share of the mean.
        used: assumptions of the build.
        people: out_lsoa11.

    Raises:
        UsageError: a word is unknown, or a number out of range.
    """
    rule = default_rule(used, choose("need of small areas", request.need, small_area_needs(people)))
    if request.fifths is not None:
        low, high = LIMITS["fifths"]
        if not low <= request.fifths <= high:
            raise UsageError(
                "the fifths of need cannot be used", found=str(request.fifths), expected=f"{low:g} to {high:g}"
            )
        rule = replace(rule, need_fifths=request.fifths)
    if request.share_of_mean is not None:
        if not 0 < request.share_of_mean <= 1:
            raise UsageError(
                "the share of the mean cannot be used", found=f"{request.share_of_mean:g}", expected="0 to 1"
            )
        rule = replace(rule, share_of_mean=request.share_of_mean)
    return rule


def method_of(request: AccessRequest, used: Assumptions) -> Method:
    """The method asked for.

    Raises:
        UsageError: a word is unknown, or a number out of range.
    """
    method = Method(
        catchment_km=used.catchment_km if request.catchment_km is None else request.catchment_km,
        rural_catchment_km=request.rural_catchment_km,
        minutes=request.minutes,
        decay=Decay(choose("decay", request.decay, SHAPES)),
        detour=used.detour if request.detour is None else request.detour,
        measure=choose("measure", request.measure, MEASURES),
    )
    check_method(method)
    return method


def column_of(category: str) -> int:
    """Column of a category, or of all together, in the arrays of access.

    Raises:
        UsageError: there is no such category.
    """
    return CATEGORIES.index(choose("category", category, CATEGORIES))


def in_area(build: Build, people: pd.DataFrame, area: str, day: str = "") -> pd.Index:
    """Small areas of an area, by the lookups of the workspace; an ICB as on a day, or as now: :func:`members`."""
    return members(area_codes(tables_of(build, LANDSCAPE_READS)), people, area, day)


def area_shapes(codes: pd.Series) -> gpd.GeoSeries:
    """Shapes of small areas, EPSG:27700, in the order of their codes."""
    import geopandas as gpd

    shapes = boundaries.lsoa11().set_index("lsoa11_code").geometry
    return gpd.GeoSeries(shapes.reindex(codes).to_numpy(), crs=MEASURE)

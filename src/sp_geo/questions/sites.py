"""Where new or outreach sites should go, with the recorded services of a category as the sites that stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from sp_geo.build.view import LARGE, Build
from sp_geo.core.errors import UsageError, WorkspaceError
from sp_geo.core.suggest import did_you_mean, shown
from sp_geo.geography import boundaries
from sp_geo.planning.covering import maximal_covering
from sp_geo.planning.medians import p_median
from sp_geo.questions.panel import Answer, answered, choose
from sp_geo.questions.requests.plans import SitesRequest
from sp_geo.questions.services.request import in_area, refuse_unfit_weights, small_area_needs, used_assumptions
from sp_geo.services.access import CATEGORIES
from sp_geo.services.placing import placed

Floats = npt.NDArray[np.float64]
OBJECTIVES: Final = ("covering", "median")
CANDIDATES: Final = ("areas", "venues", "practices")
SITES_TABLES: Final = (
    "out_lsoa11",
    "out_service_site",
    "out_service_category",
    "core_organisation",
)
MOST_CANDIDATES: Final = 3_000
NEED_WORDS: Final = {
    "imd_score": "deprivation (IMD score)",
    "minority_ethnic": "minority ethnic share",
    "none": "nothing else",
}
CANDIDATE_WORDS: Final = {"areas": "any small area", "venues": "where services meet", "practices": "GP practices"}
_POINT: Final = ["easting_m", "northing_m"]
_SITE: Final = ["site_id", *_POINT, "lsoa11_code"]


def sites(build: Build, request: SitesRequest) -> Answer:
    """Sites to open, worked out once for a build: :func:`plan_sites`."""
    found = build.once(plan_sites, request, weight=LARGE)
    return replace(found, rows=found.rows.copy(deep=False))


def plan_sites(build: Build, request: SitesRequest) -> Answer:
    """Sites to open, in the order in which they add most.

    Raises:
        UsageError: something is unknown, cannot be used, or cannot be met.
        WorkspaceError: people, need or candidates are missing.
    """
    objective = choose("objective", request.objective, OBJECTIVES)
    if request.opening < 1:
        raise UsageError("there must be at least one site to open", found=f"{request.opening}", expected="1 or more")
    if not 0 < request.reach_km <= 100:  # noqa: PLR2004 - kilometres
        raise UsageError(
            "the reach cannot be used", found=f"{request.reach_km:g} km", expected="above 0, at most 100 km"
        )
    people = _people(build, request)
    candidates = _candidates(build, request, people)
    existing = candidates.iloc[:0]
    if request.category:
        category = choose("category", request.category, CATEGORIES[:-1])
        filed = build.table("out_service_category")
        services = filed.loc[filed["category"] == category, "service_id"]
        held = _sites_of_services(build)
        existing = held.loc[held["service_id"].isin(services), _SITE]
    sites = pd.concat([existing, candidates], ignore_index=True)
    detour = used_assumptions(build).detour
    apart = people[_POINT].to_numpy(dtype=float)[:, None, :] - sites[_POINT].to_numpy(dtype=float)[None, :, :]
    costs = np.linalg.norm(apart, axis=2) * detour
    open_now = np.arange(len(existing))
    weights = people["weight"].to_numpy(dtype=float)
    if objective == "covering":
        rows, notes = _covering(people, weights, costs, open_now, request)
    else:
        rows, notes = _median(weights, costs, open_now, request)
    frame = sites.iloc[rows["site"]][_SITE].reset_index(drop=True)
    frame = pd.concat([frame, rows.drop(columns="site").reset_index(drop=True)], axis=1)
    frame = named(build, frame)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    stays = f" ({request.category.replace('_', ' ')})" if request.category else ""
    heading = f"Sites for {request.area.upper() or 'England'}, {request.opening} to open: {objective}"
    told = (
        f"{len(people):,} small areas, {people['patients_count'].sum():,.0f} people weighted by "
        f"{NEED_WORDS[request.need]}; {len(candidates):,} candidates "
        f"({CANDIDATE_WORDS.get(request.candidates, request.candidates)}), {len(existing):,} recorded sites stay open"
        f"{stays}; straight lines x {detour:g}.",
        *notes,
    )
    return answered(build, frame, heading, told)


def named(build: Build, sites: pd.DataFrame) -> pd.DataFrame:
    """Sites with names that say where they are.

    Args:
        build: with services and organisations.
        sites: site_id (of a service's site, a practice, a small area, or of a user's file) and lsoa11_code.

    Returns:
        The same with site_name (of the service or practice, else of the small area; what a user's file calls it) and
        lsoa11_name.
    """
    areas = boundaries.lsoa11().set_index("lsoa11_code")["lsoa11_name"]
    services = _latest_names(build, "core_service", "service_id")
    practices = _latest_names(build, "core_organisation", "org_code")
    identifier = sites["site_id"].astype("str")
    # Where nothing has a name, the result is missing numbers rather than missing words.
    service = identifier.str.rpartition("#")[0].map(services).astype("str")
    name = service.fillna(identifier.map(practices)).fillna(identifier.map(areas)).fillna(identifier)
    return sites.assign(site_name=name, lsoa11_name=sites["lsoa11_code"].map(areas))


def _latest_names(build: Build, table: str, key: str) -> pd.Series:
    """Name by identifier; empty where the table was not built."""
    if not build.has(table):
        return pd.Series(dtype="str")
    rows = build.table(table)
    if "edition" in rows:
        rows = rows[rows["org_type"] == "practice"].sort_values("edition", kind="stable")
    held = rows.dropna(subset=["name"]).drop_duplicates(key, keep="last")
    return held.set_index(key)["name"].astype("str").str.strip()


def _people(build: Build, request: SitesRequest) -> pd.DataFrame:
    """Small areas of the area with a weight: people times need over its mean."""
    people = build.table("out_lsoa11")
    if people.empty:
        raise WorkspaceError(
            "nothing says how many people live in each small area",
            advice="Add 'Patients Registered at a GP Practice', by LSOA, and build",
        )
    if request.area:
        people = people[people["lsoa11_code"].isin(in_area(build, people, request.area))]
    points = pd.DataFrame(boundaries.lsoa11()[["lsoa11_code", *_POINT]])
    people = people[people["patients_count"] > 0].merge(points, on="lsoa11_code")
    if people.empty:
        raise WorkspaceError("nobody is registered in the area", found=request.area)
    need = choose("need of small areas", request.need, (*small_area_needs(people), "none"))
    if need == "none":
        return people.assign(weight=people["patients_count"])
    refuse_unfit_weights(people, need)
    values = people[need]
    if values.isna().any():
        raise WorkspaceError(
            f"nothing says the {need} of {int(values.isna().sum()):,} small areas",
            advice="Choose no need, so that people count alike",
        )
    mean = (values * people["patients_count"]).sum() / people["patients_count"].sum()
    return people.assign(weight=people["patients_count"] * values / mean)


def _sites_of_services(build: Build) -> pd.DataFrame:
    """Sites of recorded services that have a place."""
    sites = build.table("out_service_site").dropna(subset=["easting_m"])
    return sites.assign(site_id=sites["service_id"] + "#" + sites["site"].astype(str))


def _candidates(build: Build, request: SitesRequest, people: pd.DataFrame) -> pd.DataFrame:
    kind = request.candidates
    if kind == "areas":
        found = people.assign(site_id=people["lsoa11_code"])[_SITE]
    elif kind == "venues":
        sites = _sites_of_services(build)
        found = sites.loc[sites["lsoa11_code"].isin(people["lsoa11_code"]), _SITE]
    elif kind == "practices":
        rows = build.table("core_organisation")
        rows = rows[(rows["org_type"] == "practice") & rows["postcode"].notna()].sort_values("edition", kind="stable")
        rows = rows.drop_duplicates("org_code", keep="last").reset_index(drop=True)
        rows = rows[rows["closed"].isna()]
        place = placed(rows[["postcode"]].assign(latitude=np.nan, longitude=np.nan), boundaries.lsoa11())
        places = pd.concat([rows["org_code"].rename("site_id"), place], axis=1)
        found = places.loc[places["lsoa11_code"].isin(people["lsoa11_code"]), _SITE]
    elif Path(kind).suffix.lower() == ".csv":
        found = _of_file(Path(kind))
    else:
        raise UsageError(
            "there are no such candidates",
            found=shown(kind),
            expected=f"{', '.join(CANDIDATES)}, or a CSV file",
            advice=did_you_mean(kind, CANDIDATES),
        )
    found = found.drop_duplicates(_POINT).sort_values("site_id", ignore_index=True)
    if found.empty:
        raise WorkspaceError(
            "no candidate has a place in the area",
            found=kind,
            advice="Choose areas as candidates, or a file with coordinates",
        )
    if len(found) > MOST_CANDIDATES:
        raise UsageError(
            "there are too many candidates",
            found=f"{len(found):,}",
            expected=f"{MOST_CANDIDATES:,} at most",
            advice="Name a smaller area, or a file with the sites in question",
        )
    return found


def _of_file(path: Path) -> pd.DataFrame:
    """Candidates of a CSV file with site_id and latitude and longitude, or postcode.

    Raises:
        UsageError: the file cannot be read, or a row cannot be true.
    """
    # Readers of files are loaded only where there is a file, which a page never has.
    from sp_geo.publications.reading.records import RecordFaultError, coordinates, postcode

    try:
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError, UnicodeDecodeError) as fault:
        raise UsageError("the file of candidates cannot be read", file=str(path), found=str(fault)[:120]) from fault
    if (
        "site_id" not in rows
        or rows["site_id"].duplicated().any()
        or not ({"latitude", "postcode"} & set(rows.columns))
    ):
        raise UsageError(
            "the file of candidates does not fit",
            file=str(path),
            found=", ".join(rows.columns)[:120],
            expected="site_id (each once), and latitude and longitude, or postcode",
        )
    sites = []
    for number, row in enumerate(rows.to_dict(orient="records"), start=2):
        try:
            point = coordinates(row.get("latitude"), row.get("longitude"))
            code = postcode(row.get("postcode"))
        except RecordFaultError as fault:
            raise UsageError(
                "a candidate cannot be used", file=str(path), row=number, found=f"{fault.cause}: {fault.detail}"
            ) from fault
        sites.append((point[0] if point else None, point[1] if point else None, code))
    frame = pd.DataFrame(sites, columns=["latitude", "longitude", "postcode"]).astype(
        {"latitude": float, "longitude": float, "postcode": "str"}
    )
    place = placed(frame, boundaries.lsoa11())
    lost = place["cause"].notna()
    if lost.any():
        at = int(np.flatnonzero(lost)[0])
        raise UsageError(
            "a candidate has no place in England", file=str(path), row=at + 2, found=str(place["cause"].iloc[at])
        )
    return pd.concat([rows["site_id"], place], axis=1)[_SITE]


def _covering(
    people: pd.DataFrame, weights: Floats, costs: Floats, open_now: npt.NDArray[np.int64], request: SitesRequest
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Row numbers of the sites opened, each with what it adds and why, and what must be known with them."""
    found = maximal_covering(
        weights,
        costs,
        request.reach_km * 1_000.0,
        open_now,
        request.opening,
        people=people["patients_count"].to_numpy(dtype=float),
    )
    rows = pd.DataFrame({"site": found.opened, "people_newly_covered": found.new_people, "weight": found.new_weight})
    rows["reason"] = [
        f"{count:,.0f} people within {request.reach_km:g} km who have no site there yet"
        for count in rows["people_newly_covered"]
    ]
    total = weights.sum()
    notes = (
        f"Covered (people x need) {100 * found.covered_before / total:.1f} % to "
        f"{100 * found.covered_after / total:.1f} %; "
        f"bound {100 * found.bound / total:.1f} %, gap {found.gap_pct:.2g} % of what is newly covered; "
        f"solver: {found.status}.",
        *([f"{found.left} site(s) were not opened: they would cover nobody new."] if found.left else []),
    )
    return rows, notes


def _median(
    weights: Floats, costs: Floats, open_now: npt.NDArray[np.int64], request: SitesRequest
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    found = p_median(weights, costs, open_now, request.opening)
    rows = pd.DataFrame({"site": found.opened, "saved_weighted_km": found.saved / 1_000.0})
    served = [float(weights[found.nearest == site].sum()) for site in found.opened]
    rows["weight_served"] = served
    rows["reason"] = [f"nearest site for {value:,.0f} people x need" for value in served]
    notes = (
        f"Mean way {found.mean_before / 1_000:.2f} km to {found.mean_after / 1_000:.2f} km; bound on the total "
        f"{found.bound / 1e6:,.0f} against {found.cost_after / 1e6:,.0f} thousand km, gap {found.gap_pct:.2g} %.",
        *([f"{found.left} site(s) were not opened: they would save nothing."] if found.left else []),
    )
    return rows, notes

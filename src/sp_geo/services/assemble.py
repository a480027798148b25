"""From what directories record to tables: services placed and filed, and what access is computed from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sp_geo.services import categories, placing
from sp_geo.services.access import Landscape
from sp_geo.services.assumptions import Assumptions
from sp_geo.services.capacity import effective
from sp_geo.services.coverage import AreaCodes, claimed
from sp_geo.services.demand import category_shares, expected
from sp_geo.services.supply import supply

if TYPE_CHECKING:
    import geopandas as gpd

Tables = Mapping[str, pd.DataFrame]
Frames = dict[str, pd.DataFrame]


def service_tables(tables: Tables, areas: gpd.GeoDataFrame, codes: AreaCodes, used: Assumptions) -> Frames:
    """Services, sites, categories, terms, directories, charities and grants as out tables.

    Args:
        tables: the core tables of services.
        areas: lsoa11_code, geometry (EPSG:27700).
        codes: by which small areas can be named.
        used: the assumptions.
    """
    services, sites = tables["core_service"], tables["core_service_site"]
    filed = categories.categories_of(services, tables["core_service_term"])
    place = pd.concat([sites[["service_id", "site"]], placing.placed(sites, areas)], axis=1)
    capacity = effective(services, used)
    placed = place[place["cause"].isna()].groupby("service_id").size()
    out = capacity.assign(
        directory_id=services["directory_id"],
        placed_sites_count=services["service_id"].map(placed).fillna(0).astype(int),
        categories_count=services["service_id"].map(filed.groupby("service_id").size()).fillna(0).astype(int),
    )
    covered, claims = claimed(tables["core_directory"], codes)
    groups = services.assign(stale=capacity["is_stale"].to_numpy()).groupby("directory_id")
    return {
        "out_service": out,
        "out_service_site": place,
        "out_service_category": filed,
        "out_service_term": categories.term_counts(tables["core_service_term"], "terms", "service_id"),
        "out_directory": claims.assign(
            services_count=claims["directory_id"].map(groups.size()).fillna(0).astype(int),
            newest_check=claims["directory_id"].map(groups["last_checked"].max()).astype("str"),
            stale_count=claims["directory_id"].map(groups["stale"].sum()).fillna(0).astype(int),
        ),
        "out_service_coverage": covered,
        "out_charity_site": _charities(tables, areas),
        "out_grant_site": _grants(tables["core_grant"], areas),
    }


def _placed_addresses(postcodes: pd.Series, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    blank = pd.Series(np.nan, index=postcodes.index)
    found = placing.placed(pd.DataFrame({"latitude": blank, "longitude": blank, "postcode": postcodes}), areas)
    return found.drop(columns="placed_by")


def _charities(tables: Tables, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    charities, terms = tables["core_charity"], tables["core_charity_term"]
    mapped = categories.mapped_terms(terms, "charity_classifications").dropna(subset=["category"])
    by_number = mapped.groupby("charity_number")["category"].agg(lambda found: ";".join(sorted(set(found))))
    words = charities["name"].fillna("") + " " + charities["activities"].fillna("")
    guessed = pd.Series([";".join(categories.by_keywords(text)) or None for text in words], index=charities.index)
    place = _placed_addresses(charities["postcode"], areas)
    frame = pd.concat([charities[["directory_id", "charity_number", "linked_number"]], place], axis=1)
    frame["categories"] = charities["charity_number"].map(by_number).astype("str").fillna(guessed.astype("str"))
    return frame


def _grants(grants: pd.DataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    words = grants["title"].fillna("") + " " + grants["description"].fillna("")
    guessed = pd.Series([";".join(categories.by_keywords(text)) or None for text in words], index=grants.index)
    frame = pd.concat([grants[["grant_id"]], _placed_addresses(grants["postcode"], areas)], axis=1)
    return frame.assign(categories=guessed.astype("str"))


def landscape_of(tables: Tables, areas: gpd.GeoDataFrame, codes: AreaCodes) -> Landscape:
    """What access is computed from.

    Args:
        tables: out_lsoa11, out_service, out_service_site, out_service_category, out_service_coverage,
            core_service_area, core_travel_time.
        areas: lsoa11_code, easting_m, northing_m (EPSG:27700).
        codes: by which small areas can be named.
    """
    points = pd.DataFrame(areas[["lsoa11_code", "easting_m", "northing_m"]])
    people = tables["out_lsoa11"].merge(points, on="lsoa11_code", validate="one_to_one")
    served = tables["core_service_area"]
    members = {code: codes.members(code) for code in served["area_code"].unique()}
    wide = served.assign(lsoa11_code=served["area_code"].map(members)).explode("lsoa11_code")
    wide = wide.dropna(subset=["lsoa11_code"])[["service_id", "lsoa11_code"]].drop_duplicates()
    return Landscape(
        people=people,
        supply=supply(
            tables["out_service"],
            tables["out_service_site"],
            tables["out_service_category"],
            # An area whose code cannot be told serves nobody that we know; it does not make a service a visiting one.
            served[served["area_code"].map(lambda code: bool(members[code])).astype(bool)],
        ),
        served_areas=wide.astype("str"),
        covered=tables["out_service_coverage"],
        travel_times=tables["core_travel_time"],
    )


def demand_table(people: pd.DataFrame, access: pd.DataFrame, activity: pd.DataFrame, used: Assumptions) -> pd.DataFrame:
    """Expected demand against reachable places: the columns of out_lsoa_demand.

    Args:
        people: out_lsoa11.
        access: out_lsoa_access by places.
        activity: core_referral_activity.
        used: the assumptions.
    """
    shares, words = category_shares(activity)
    frame = expected(people, shares, used)
    scored = access[["lsoa11_code", "category", "score", "patients_count"]]
    joined = frame.merge(scored, on=["lsoa11_code", "category"], validate="one_to_one")
    joined["reachable_places"] = joined["score"] * joined["patients_count"] / 1_000.0
    joined["unmet_demand"] = (joined["expected_demand"] - joined["reachable_places"]).clip(lower=0.0)
    return joined.drop(columns=["score", "patients_count"]).assign(shares_from=words)

"""Derived tables of services: placed, filed, and what reaches whom."""

from __future__ import annotations

from typing import Final

from sp_geo.core import codes
from sp_geo.tables.base import Column, Table
from sp_geo.tables.own_measures import OWN
from sp_geo.tables.referrals import REFERRAL_CATEGORIES
from sp_geo.tables.services import ALL_CATEGORIES

_service = Column("service_id", "Service: directory and the directory's own identifier.")
_directory = Column("directory_id", "Directory that records it.")
_lsoa = Column("lsoa11_code", "Small area of 2011.", shape=codes.LSOA_ENGLAND)
_category = Column("category", "Referral reason.", allowed=REFERRAL_CATEGORIES)
_any_category = Column("category", "Referral reason, or all together.", allowed=(*REFERRAL_CATEGORIES, ALL_CATEGORIES))
_people = Column("patients_count", "People of the area (basis in out_lsoa11).", "float64", "people", low=0)
_rule = Column("rule", "The rule of a desert in words.")


def _number(name: str, meaning: str, unit: str = "", low: float | None = None) -> Column:
    return Column(name, meaning, "float64", unit, nullable=True, low=low)


out_lsoa11: Final = Table(
    name="out_lsoa11",
    key=("lsoa11_code",),
    grain="one small area of England of 2011: its people, need and link workers in the latest quarter",
    columns=(
        _lsoa,
        Column("sub_icb_ons_code", "Sub-ICB location of 2022 (ONS code)."),
        Column("icb_ons_code", "ICB of 2022 (ONS code)."),
        Column("local_authority_code", "District (ONS code), where a lookup was added.", nullable=True),
        Column("pcn_code", "PCN with most of the area's patients.", nullable=True, shape=codes.PCN),
        Column("quarter", "Quarter of the link workers."),
        Column("patients_count", "People: registered patients, or residents.", "float64", "people", low=0),
        Column("patients_basis", "Which people were counted, and when."),
        _number("link_worker_fte", "FTE of the reporting PCNs' link workers, by where their patients live.", "FTE", 0),
        Column(
            "reporting_share", "Share of the patients whose PCN reported.", "float64", "share", low=0, high=1.000001
        ),
        _number("imd_score", "Deprivation score of the edition in force.", "points"),
        _number("minority_ethnic", "Share of residents of a minority ethnic group.", "share", 0),
        _number("rural", "1 rural, 0 urban; between them where areas were merged.", "share", 0),
    ),
    further=Column(
        OWN,
        "An own measure of need of areas (core_own_measure), turned round where less means more need.",
        "float64",
        "as the measure",
        nullable=True,
    ),
)

out_service: Final = Table(
    name="out_service",
    key=("service_id",),
    grain="one recorded service with what it can take",
    columns=(
        _service,
        _directory,
        _number("effective_places", "Places a quarter times the share still free; missing where unknown.", "people", 0),
        Column(
            "capacity_state",
            "open; known to be full, closed or wait_too_long; unknown because stale or not_said.",
            allowed=("open", "full", "closed", "wait_too_long", "stale", "not_said"),
        ),
        Column("is_stale", "Whether the record was last checked too long ago.", "bool"),
        Column("placed_sites_count", "Sites that have a place in England.", "int64", low=0),
        Column("categories_count", "Categories it is filed under.", "int64", low=0),
    ),
)

out_service_site: Final = Table(
    name="out_service_site",
    key=("service_id", "site"),
    grain="one site of one service, placed or not",
    columns=(
        _service,
        Column("site", "Number of the site.", "int64", low=1),
        _number("easting_m", "National Grid (EPSG:27700).", "metres"),
        _number("northing_m", "National Grid (EPSG:27700).", "metres"),
        Column("lsoa11_code", "Small area of 2011 it stands in.", nullable=True),
        Column("placed_by", "coordinates or postcode.", nullable=True, allowed=("coordinates", "postcode")),
        Column("cause", "Why it has no place in England; missing where it has one.", nullable=True),
    ),
)

out_service_category: Final = Table(
    name="out_service_category",
    key=("service_id", "category"),
    grain="one category of one service",
    columns=(
        _service,
        _category,
        Column(
            "matched_by",
            "By the directory's own term, or by a keyword in name or description.",
            allowed=("term", "keyword"),
        ),
        Column("share", "Share of the capacity counted under it: one over the categories.", "float64", low=0, high=1),
    ),
)

out_service_term: Final = Table(
    name="out_service_term",
    key=("vocabulary", "term", "category"),
    grain="one term of a directory and the category it stands for",
    columns=(
        Column("vocabulary", "Whose term."),
        Column("term", "The term as published."),
        Column("category", "Category; empty where no mapping file knows the term."),
        Column("records_count", "Services (or charities) that carry it.", "int64", low=1),
    ),
)

out_directory: Final = Table(
    name="out_directory",
    key=("directory_id", "area_code", "category"),
    grain="one claim of coverage of one directory",
    columns=(
        _directory,
        Column("area_code", "Area claimed; empty where none is."),
        Column("category", "Category claimed, or all.", allowed=(*REFERRAL_CATEGORIES, ALL_CATEGORIES)),
        Column("source", "Who makes the claim: file, user or nobody."),
        Column("areas_count", "Small areas it covers; 0 where the code could not be told.", "int64", low=0),
        Column("services_count", "Services of the directory.", "int64", low=0),
        Column("newest_check", "Day of the newest check of a record.", nullable=True),
        Column("stale_count", "Services whose record is stale.", "int64", low=0),
    ),
)

out_coverage: Final = Table(
    name="out_service_coverage",
    key=("lsoa11_code", "category"),
    grain="one small area and category that at least one directory covers",
    columns=(_lsoa, _category),
)

out_charity_site: Final = Table(
    name="out_charity_site",
    key=("directory_id", "charity_number", "linked_number"),
    grain="one charity with the place of its contact address",
    columns=(
        _directory,
        Column("charity_number", "Number in the register."),
        Column("linked_number", "0 for the charity itself.", "int64", low=0),
        _number("easting_m", "National Grid (EPSG:27700).", "metres"),
        _number("northing_m", "National Grid (EPSG:27700).", "metres"),
        Column("lsoa11_code", "Small area of the contact address.", nullable=True),
        Column("cause", "Why it has no place in England.", nullable=True),
        Column("categories", "Categories of its classifications or words, with ; between.", nullable=True),
    ),
    caveats=("The contact address is not where a charity helps: presence, never capacity.",),
)

out_grant_site: Final = Table(
    name="out_grant_site",
    key=("grant_id",),
    grain="one grant with the place of its recipient and its category",
    columns=(
        Column("grant_id", "Identifier of the grant."),
        _number("easting_m", "National Grid (EPSG:27700).", "metres"),
        _number("northing_m", "National Grid (EPSG:27700).", "metres"),
        Column("lsoa11_code", "Small area of the recipient's postcode.", nullable=True),
        Column("cause", "Why it has no place in England.", nullable=True),
        Column("categories", "Categories of its title and description, with ; between.", nullable=True),
    ),
)

out_lsoa_access: Final = Table(
    name="out_lsoa_access",
    key=("lsoa11_code", "category"),
    grain="access of one small area to the recorded services of one category, or of all together",
    columns=(
        _lsoa,
        _any_category,
        _people,
        _number(
            "score", "Effective places a quarter per 1,000 people; missing where not known.", "places per 1,000", 0
        ),
        Column("state", "served, unserved or not_recorded.", allowed=("served", "unserved", "not_recorded")),
        Column("reason", "The state in words."),
        Column("is_covered", "Whether a directory covers the area and category.", "bool"),
        Column("reached_count", "Services in reach with a free place, each once.", "int64", low=0),
        Column("full_count", "Services in reach known to have none.", "int64", low=0),
        Column("unknown_count", "Services in reach of unknown capacity.", "int64", low=0),
        _number("nearest_m", "Way to the nearest site of a service of any capacity for the area.", "metres", 0),
        Column("nearest_service_id", "That service.", nullable=True),
        Column("method", "How it was computed, with its numbers."),
    ),
    caveats=(
        "A score is a floor where services of unknown capacity are in reach too.",
        "Near the edge of what directories cover, services beyond it are missing.",
    ),
)

out_lsoa_demand: Final = Table(
    name="out_lsoa_demand",
    key=("lsoa11_code", "category"),
    grain="expected onward referrals and reachable places of one small area and category in a quarter",
    columns=(
        _lsoa,
        _category,
        _number("expected_demand", "Expected onward referrals; missing where too few PCNs reported.", "people", 0),
        _number("reachable_places", "Access score times people; missing where not known.", "people", 0),
        _number("unmet_demand", "Demand less reachable places, at least 0; missing where either is.", "people", 0),
        Column("shares_from", "Where the shares of the categories come from."),
    ),
)

out_desert: Final = Table(
    name="out_desert",
    key=("lsoa11_code", "category"),
    grain="one small area that is a desert of one category, or of all together",
    columns=(
        _lsoa,
        _any_category,
        Column("cluster_id", "Cluster: category and its first small area."),
        _people,
        Column("need", "Need measure of the rule."),
        Column("need_value", "Its value.", "float64"),
        Column("score", "Access.", "float64", "places per 1,000", low=0),
        Column("limit", "Access under which an area of high need is a desert.", "float64", "places per 1,000", low=0),
        Column("mean", "Mean access over people in covered areas.", "float64", "places per 1,000", low=0),
        Column("method", "How access was computed."),
        _rule,
    ),
)

out_desert_cluster: Final = Table(
    name="out_desert_cluster",
    key=("category", "cluster_id"),
    grain="one cluster of neighbouring deserts of one category",
    columns=(
        _any_category,
        Column("cluster_id", "Cluster: category and its first small area."),
        Column("areas_count", "Small areas.", "int64", low=1),
        _people,
        Column("need", "Need measure of the rule."),
        Column("need_mean", "Its mean over the cluster's people.", "float64"),
        Column("score_mean", "Mean access over the cluster's people.", "float64", "places per 1,000", low=0),
        Column(
            "missing_categories", "Categories in which at least half of its people are in a desert, with ; between."
        ),
        Column(
            "nearest_service_id",
            "Nearest to its centre of those with a free place that at least half of its people may use.",
            nullable=True,
        ),
        _number("nearest_m", "Way to it.", "metres", 0),
        _number("nearest_waiting_days", "Its wait.", "days", 0),
        Column("robustness_pct", "Draws of capacities in which it survives.", "float64", "percent", low=0, high=100),
        Column("draws", "Draws.", "int64", low=1),
        _rule,
    ),
)

SERVICE_OUTPUTS: Final = (
    out_lsoa11,
    out_service,
    out_service_site,
    out_service_category,
    out_service_term,
    out_directory,
    out_coverage,
    out_charity_site,
    out_grant_site,
    out_lsoa_access,
    out_lsoa_demand,
    out_desert,
    out_desert_cluster,
)

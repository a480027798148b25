"""Tables of voluntary, community and social enterprise services: as directories record them, nothing estimated."""

from __future__ import annotations

from typing import Final

from sp_geo.core import codes
from sp_geo.tables.base import Column, Table
from sp_geo.tables.referrals import REFERRAL_CATEGORIES

ALL_CATEGORIES: Final = "all"
YES_NO: Final = ("yes", "no")
GAP_CAUSES: Final = (
    "none_known",
    "full",
    "too_far",
    "wait_too_long",
    "cost",
    "hours",
    "language_or_culture",
    "access",
    "other",
)
"""Why a link worker could not meet a need."""

_DAY = r"\d{4}-\d{2}-\d{2}"
_directory = Column("directory_id", "Directory or list that records it.")
_service = Column("service_id", "Service: directory and the directory's own identifier, with a slash between.")
_lsoa = Column("lsoa11_code", "Small area of 2011 (ONS code).", shape=codes.LSOA)
_category = Column("category", "Referral reason of the survey of link workers.", allowed=REFERRAL_CATEGORIES)


def _answer(name: str, meaning: str) -> Column:
    return Column(name, f"{meaning}: yes or no; missing where nobody said.", nullable=True, allowed=YES_NO)


core_service: Final = Table(
    name="core_service",
    key=("service_id",),
    grain="one active service as its directory records it",
    columns=(
        _service,
        _directory,
        Column("source", "Layout it came in.", allowed=("open_referral", "template", "venue_list")),
        Column("organisation_id", "Organisation that runs it, where given.", nullable=True),
        Column("name", "Name as published; for people to read, never to join on."),
        Column("description", "What the directory says of it, in at most 500 characters.", nullable=True),
        Column(
            "serves",
            "place: people come to a site; areas: it goes to stated areas; remote: telephone or online; unknown.",
            allowed=("place", "areas", "remote", "unknown"),
        ),
        Column("places_per_quarter", "People it can take on in a quarter.", "float64", "people", nullable=True, low=0),
        Column("free_share", "Share of the places still free.", "float64", "share", nullable=True, low=0, high=1),
        _answer("open_to_referrals", "Whether it takes referrals now"),
        Column("waiting_days", "Wait before somebody referred begins.", "float64", "days", nullable=True, low=0),
        _answer("evening", "Whether it is open after 17:30 on a weekday"),
        _answer("weekend", "Whether it is open at a weekend"),
        _answer("drop_in", "Whether people may come without a booking"),
        _answer("free_of_charge", "Whether it costs nothing"),
        Column("age_from", "Youngest age served.", "float64", "years", nullable=True, low=0, high=130),
        Column("age_to", "Oldest age served.", "float64", "years", nullable=True, low=0, high=130),
        Column("languages", "Languages it is given in, with ; between.", nullable=True),
        Column("communities", "Communities it is meant for, with ; between.", nullable=True),
        Column("last_checked", "Day on which the record was last confirmed.", nullable=True, shape=_DAY),
    ),
    caveats=("Recorded services only: what no directory records is not here.",),
)

core_service_site: Final = Table(
    name="core_service_site",
    key=("service_id", "site"),
    grain="one place at which one service is given",
    columns=(
        _service,
        Column("site", "Number of the site within the service, from 1.", "int64", low=1),
        Column("latitude", "WGS 84, degrees north.", "float64", "degrees", nullable=True, low=49, high=61),
        Column("longitude", "WGS 84, degrees east.", "float64", "degrees", nullable=True, low=-9, high=3),
        Column("postcode", "Postcode of the site, upper case with one space.", nullable=True, shape=codes.POSTCODE),
        _answer("step_free", "Whether it can be reached without steps"),
    ),
    caveats=("A postal address that is not a site is not here: a head office is not where a service helps.",),
)

core_service_area: Final = Table(
    name="core_service_area",
    key=("service_id", "area_code"),
    grain="one area that one service says it serves",
    columns=(_service, Column("area_code", "Area (ONS or ODS code).", shape=codes.AREA)),
)

core_service_term: Final = Table(
    name="core_service_term",
    key=("service_id", "vocabulary", "term"),
    grain="one term under which a directory files one service",
    columns=(
        _service,
        Column("vocabulary", "Whose term: category (our own words), or the directory's taxonomy."),
        Column("term", "The term as published."),
    ),
)

core_directory: Final = Table(
    name="core_directory",
    key=("directory_id", "area_code", "category"),
    grain="one area (and category, or all) that a directory claims to cover; a row without area claims nothing",
    columns=(
        _directory,
        Column("area_code", "Area claimed (ONS or ODS code); empty where the directory claims none."),
        Column("category", "Category the claim is about, or all.", allowed=(*REFERRAL_CATEGORIES, ALL_CATEGORIES)),
        Column("source", "Who says so: the file itself, or whoever added it.", allowed=("file", "user", "nobody")),
    ),
    caveats=("Outside what a directory claims, the absence of a service says nothing.",),
)

core_service_refused: Final = Table(
    name="core_service_refused",
    key=("directory_id", "record", "cause"),
    grain="one fault of one record",
    columns=(
        _directory,
        Column("record", "Where it stands: item 12, row 7 and the identifier, where it has one."),
        Column("outcome", "refused: not taken in; warned: taken in all the same.", allowed=("refused", "warned")),
        Column("cause", "Kind of fault, in a few words."),
        Column("detail", "What was found and what was expected.", nullable=True),
    ),
)

core_charity: Final = Table(
    name="core_charity",
    key=("directory_id", "charity_number", "linked_number"),
    grain="one registered charity (or one of its linked charities)",
    columns=(
        _directory,
        Column("charity_number", "Number in the register of the Charity Commission.", shape=r"\d{5,8}"),
        Column("linked_number", "0 for the charity itself, else the number of the linked charity.", "int64", low=0),
        Column("name", "Name as published."),
        Column("activities", "What it says it does, in at most 500 characters.", nullable=True),
        Column("postcode", "Postcode of its contact address.", nullable=True, shape=codes.POSTCODE),
        Column("registered", "Day of registration.", nullable=True, shape=_DAY),
        Column("income_gbp", "Latest gross income.", "float64", "pounds", nullable=True),
    ),
    caveats=(
        "Presence, not capacity: a contact address is not where a charity helps.",
        "About two thirds of voluntary organisations are not registered.",
    ),
)

core_charity_area: Final = Table(
    name="core_charity_area",
    key=("directory_id", "charity_number", "area_type", "area_name"),
    grain="one area in which one charity says it works",
    columns=(
        _directory,
        Column("charity_number", "Number in the register.", shape=r"\d{5,8}"),
        Column("area_type", "Kind of area, as published, such as Local Authority."),
        Column("area_name", "Area as published; the register gives no codes."),
    ),
)

core_charity_term: Final = Table(
    name="core_charity_term",
    key=("directory_id", "charity_number", "vocabulary", "term"),
    grain="one classification of one charity",
    columns=(
        _directory,
        Column("charity_number", "Number in the register.", shape=r"\d{5,8}"),
        Column("vocabulary", "What, How or Who, as published."),
        Column("term", "Classification as published."),
    ),
)

core_grant: Final = Table(
    name="core_grant",
    key=("grant_id",),
    grain="one grant in the 360Giving standard",
    columns=(
        Column("grant_id", "Identifier of the grant."),
        _directory,
        Column("title", "Title as published."),
        Column("description", "What it is for, in at most 500 characters.", nullable=True),
        Column("amount_gbp", "Amount awarded; missing if in another currency.", "float64", "pounds", nullable=True),
        Column("awarded", "Day of the award.", nullable=True, shape=_DAY),
        Column("recipient_id", "Organisation that received it.", nullable=True),
        Column("recipient_name", "Its name as published.", nullable=True),
        Column("postcode", "Postcode of the recipient.", nullable=True, shape=codes.POSTCODE),
        Column("area_code", "Area that benefits, where given (ONS code).", nullable=True),
    ),
)

core_gap_report: Final = Table(
    name="core_gap_report",
    key=("directory_id", "report_id"),
    grain="one report of a need that a link worker could not meet",
    columns=(
        _directory,
        Column("report_id", "Row or identifier of the report."),
        Column("reported", "Day of the report.", shape=_DAY),
        Column("area_code", "PCN, ICB (ODS), local authority or small area of 2011 (ONS).", shape=codes.AREA),
        _category,
        Column("cause", "Why it could not be met.", allowed=GAP_CAUSES),
        Column("people", "People concerned.", "int64", "people", low=1),
    ),
    caveats=("What link workers chose to write down, not a count of all unmet need.",),
)

core_travel_time: Final = Table(
    name="core_travel_time",
    key=("lsoa11_code", "to_lsoa11_code"),
    grain="one journey between two small areas, from a user's file",
    columns=(
        _lsoa,
        Column("to_lsoa11_code", "Small area of 2011 of the destination.", shape=codes.LSOA),
        Column("minutes", "Time of the journey.", "float64", "minutes", low=0),
    ),
)

SERVICE_TABLES: Final = (
    core_directory,
    core_service,
    core_service_site,
    core_service_area,
    core_service_term,
    core_service_refused,
    core_charity,
    core_charity_area,
    core_charity_term,
    core_grant,
    core_gap_report,
    core_travel_time,
)

"""Core tables: what the publishers said, in one shape a subject, nothing joined and nothing estimated."""

from __future__ import annotations

from typing import Final

from sp_geo.core import codes
from sp_geo.tables.base import Column, Table

_DAY = r"\d{4}-\d{2}-\d{2}"
_QUARTER = r"\d{4}Q[1-4]"
_RELEASE = r"\d{4}-\d{2}"

_practice = Column("practice_code", "General practice (ODS code).", shape=codes.PRACTICE)
_pcn = Column("pcn_code", "Primary care network (ODS code).", shape=codes.PCN)
_quarter = Column("quarter", "Calendar quarter at whose last day the figure stands.", shape=_QUARTER)
_release = Column("release", "Month of the list extract, such as 2022-07 (first day of that month).", shape=_RELEASE)
_edition = Column("edition", "Edition of the publication, such as 2023-01.")
_patients = Column("patients_count", "Registered patients.", "int64", "patients", low=0)

core_organisation: Final = Table(
    name="core_organisation",
    key=("org_type", "org_code", "edition"),
    grain="one organisation as one edition of a publication describes it",
    columns=(
        Column("org_code", "ODS code."),
        Column("org_type", "Kind of organisation.", allowed=("region", "icb", "sub_icb", "pcn", "practice")),
        _edition,
        Column("name", "Name as published; for people to read, never to join on.", nullable=True),
        Column("parent_code", "ODS code of the organisation it belongs to.", nullable=True),
        Column("ons_code", "ONS code of the same area, where published.", nullable=True),
        Column("opened", "Day it opened.", nullable=True, shape=_DAY),
        Column("closed", "Day it closed.", nullable=True, shape=_DAY),
        Column(
            "status", "Status letter of ODS for practices: A active, C closed, D dormant, P proposed.", nullable=True
        ),
        Column("postcode", "Postcode of the organisation's address.", nullable=True),
    ),
    caveats=("Names carry stray spaces and change between editions.",),
)

core_practice_membership: Final = Table(
    name="core_practice_membership",
    key=("practice_code", "pcn_code", "valid_from", "edition", "kind"),
    grain="one spell of one practice in one PCN, as one edition describes it",
    columns=(
        _practice,
        Column("pcn_code", "PCN, or U where the publisher says unallocated.", shape=codes.PCN_OR_UNALLOCATED),
        Column("valid_from", "First day of the spell, included; for a snapshot, the day of the snapshot.", shape=_DAY),
        Column("valid_to", "Last day of the spell, included; missing while it lasts.", nullable=True, shape=_DAY),
        _edition,
        Column("edition_date", "Day up to which the edition knows.", shape=_DAY),
        Column("kind", "dated: a history of spells; snapshot: the state on one day.", allowed=("dated", "snapshot")),
        Column("sub_icb_code", "Sub-ICB location (or former CCG) of the practice.", nullable=True, shape=codes.SUB_ICB),
        Column("icb_code", "ICB (or former STP) of the practice, where published.", nullable=True, shape=codes.ICB),
        Column("region_code", "NHS England region, where published.", nullable=True, shape=codes.REGION),
    ),
    caveats=("A practice can be in two PCNs on one day in some editions.",),
)

core_practice_list: Final = Table(
    name="core_practice_list",
    key=("practice_code", "release"),
    grain="one practice in one list extract",
    columns=(
        _practice,
        _release,
        _patients,
        Column("source", "Publication the total comes from."),
    ),
)

core_practice_weighted_list: Final = Table(
    name="core_practice_weighted_list",
    key=("year", "practice_code"),
    grain="one practice in one financial year of NHS Payments to General Practice",
    columns=(
        _practice,
        Column("year", "Financial year, such as 2022-23 (1 April 2022 to 31 March 2023).", shape=_RELEASE),
        Column(
            "weighted_patients",
            "Patients weighted by the national formula (Carr-Hill), last known figure or average of the year.",
            "float64",
            "weighted patients",
            nullable=True,
            low=0,
        ),
        Column(
            "published_as",
            "figure: a number above 0; not_above_zero: 0 or less, which is missing; blank: nothing or a dash.",
            allowed=("figure", "not_above_zero", "blank"),
        ),
    ),
    caveats=("A missing figure is not zero patients.",),
)

core_practice_list_age: Final = Table(
    name="core_practice_list_age",
    key=("practice_code", "release", "age_from"),
    grain="one five-year age band of one practice in one list extract",
    columns=(
        _practice,
        _release,
        Column("age_from", "Youngest age of the band; the band 95 has no upper end.", "int64", "years", low=0, high=95),
        _patients,
    ),
)


def _list_by_area(vintage: str) -> Table:
    return Table(
        name=f"core_practice_list_lsoa{vintage}",
        key=("release", "practice_code", f"lsoa{vintage}_code"),
        grain=f"patients of one practice who live in one small area of 20{vintage}",
        columns=(
            _release,
            _practice,
            Column(
                f"lsoa{vintage}_code",
                f"Small area of 20{vintage}, or the publisher's word for an address without one.",
                shape=codes.LSOA_OR_UNKNOWN,
            ),
            _patients,
        ),
    )


core_practice_list_lsoa11: Final = _list_by_area("11")
core_practice_list_lsoa21: Final = _list_by_area("21")


def _deprivation(vintage: str, edition: str) -> Table:
    return Table(
        name=f"core_lsoa{vintage}_deprivation",
        key=("edition", f"lsoa{vintage}_code"),
        grain=f"one English small area of 20{vintage} in one edition of the indices of deprivation",
        columns=(
            Column("edition", f"Edition of the indices, such as {edition}.", shape=r"\d{4}"),
            Column(f"lsoa{vintage}_code", "Small area.", shape=codes.LSOA_ENGLAND),
            Column(
                "imd_score",
                "Index of Multiple Deprivation score; higher is more deprived.",
                "float64",
                "points",
                low=0,
                high=100,
            ),
            Column("imd_rank", "Rank, 1 is most deprived.", "Int64", nullable=True, low=1),
            Column("imd_decile", "Tenth of areas, 1 is most deprived.", "Int64", nullable=True, low=1, high=10),
        ),
        caveats=("Scores of different editions are not on one scale.",),
    )


core_lsoa11_deprivation: Final = _deprivation("11", "2019")
core_lsoa21_deprivation: Final = _deprivation("21", "2025")

core_practice_indicator: Final = Table(
    name="core_practice_indicator",
    key=("indicator_id", "period", "practice_code"),
    grain="one practice's value of one indicator as OHID publishes it",
    columns=(
        Column("indicator_id", "Fingertips indicator, such as 94240 for the IMD 2025 score.", shape=r"\d+"),
        Column("period", "Period of the indicator as published."),
        _practice,
        Column("value", "Value in the indicator's own unit.", "float64", "as the indicator", nullable=True),
    ),
)

core_pcn_indicator: Final = Table(
    name="core_pcn_indicator",
    key=("indicator_id", "period", "version", "pcn_code"),
    grain="one PCN's value of one indicator as OHID publishes it",
    columns=(
        Column("indicator_id", "Fingertips indicator, such as 94240 for the IMD 2025 score.", shape=r"\d+"),
        Column("period", "Period of the indicator as published."),
        Column(
            "version", "Day of the membership that the value rests on; empty if not published.", shape=rf"({_DAY})?"
        ),
        _pcn,
        Column("value", "Value in the indicator's own unit.", "float64", "as the indicator", nullable=True),
    ),
    caveats=("It rests on the practices that OHID counted to the PCN, not on those of a quarter.",),
)

core_practice_succession: Final = Table(
    name="core_practice_succession",
    key=("practice_code", "successor_code"),
    grain="one practice that was followed by another",
    columns=(
        _practice,
        Column("successor_code", "Practice that took over (ODS code).", shape=codes.PRACTICE),
        Column("effective", "Day of the change.", nullable=True, shape=_DAY),
    ),
)

core_lsoa21_ethnicity: Final = Table(
    name="core_lsoa21_ethnicity",
    key=("lsoa21_code",),
    grain="one small area of 2021, England and Wales",
    columns=(
        Column("lsoa21_code", "Small area of 2021.", shape=codes.LSOA),
        *(
            Column(f"{group}_count", f"Usual residents, {words}.", "int64", "residents", low=0)
            for group, words in (
                ("total", "all"),
                ("white", "White"),
                ("asian", "Asian, Asian British or Asian Welsh"),
                ("black", "Black, Black British, Black Welsh, Caribbean or African"),
                ("mixed", "Mixed or Multiple ethnic groups"),
                ("other", "other ethnic group"),
            )
        ),
    ),
    caveats=("Census counts are perturbed by the publisher: groups need not add up to the total exactly.",),
)


def _rurality(vintage: str) -> Table:
    return Table(
        name=f"core_lsoa{vintage}_rurality",
        key=(f"lsoa{vintage}_code",),
        grain=f"one small area of 20{vintage}, England and Wales",
        columns=(
            Column(f"lsoa{vintage}_code", "Small area.", shape=codes.LSOA),
            Column("class_code", "Rural-urban class."),
            Column("is_rural", "Whether the class is rural.", "bool"),
        ),
    )


core_lsoa11_rurality: Final = _rurality("11")
core_lsoa21_rurality: Final = _rurality("21")

core_practice_survey: Final = Table(
    name="core_practice_survey",
    key=("year", "practice_code", "question"),
    grain="one practice's answers to one question in one year of the GP Patient Survey",
    columns=(
        Column("year", "Year of the survey.", "int64", low=2017),
        _practice,
        Column("question", "Question as a short name.", allowed=("enough_local_support",)),
        Column("series", "Questionnaire series; series are not comparable.", allowed=("2018-2023", "2024-")),
        Column(
            "no_count",
            "Answers No; may be fractional because answers are weighted.",
            "float64",
            "answers",
            nullable=True,
            low=0,
        ),
        Column("base_count", "Answers of those who needed support.", "float64", "answers", nullable=True, low=0),
        Column(
            "no_share",
            "Share of No among those who needed support.",
            "float64",
            "share 0 to 1",
            nullable=True,
            low=0,
            high=1,
        ),
        Column(
            "suppressed", "Whether the publisher withheld the answer because fewer than ten people gave it.", "bool"
        ),
    ),
    caveats=(
        "A practice's answers are a sample; use sums of counts over sums of bases.",
        "Where the publisher gives a percentage without its base, base_count is missing.",
    ),
)

core_lsoa_lookup: Final = Table(
    name="core_lsoa_lookup",
    key=("lsoa11_code", "lsoa21_code"),
    grain="one pair of a 2011 and a 2021 small area that share ground",
    columns=(
        Column("lsoa11_code", "Small area of 2011.", shape=codes.LSOA),
        Column("lsoa21_code", "Small area of 2021.", shape=codes.LSOA),
        Column("change", "U unchanged, S split, M merged, X irregular.", allowed=("U", "S", "M", "X")),
    ),
)


def _population(vintage: str) -> Table:
    return Table(
        name=f"core_lsoa{vintage}_population",
        key=("year", f"lsoa{vintage}_code"),
        grain=f"mid-year residents of one small area of 20{vintage}",
        columns=(
            Column("year", "Mid-year.", "int64"),
            Column(f"lsoa{vintage}_code", f"Small area of 20{vintage}.", shape=codes.LSOA),
            Column("residents_count", "Residents of all ages.", "int64", "residents", low=0),
            Column("residents_65_plus_count", "Residents aged 65 and over.", "int64", "residents", low=0),
        ),
    )


core_lsoa11_population: Final = _population("11")
core_lsoa21_population: Final = _population("21")


def _parents(vintage: str) -> Table:
    return Table(
        name=f"core_lsoa{vintage}_parent",
        key=(f"lsoa{vintage}_code", "parent_type", "edition"),
        grain="one larger area that one small area lies in",
        columns=(
            Column(f"lsoa{vintage}_code", "Small area.", shape=codes.LSOA),
            Column(
                "parent_type", "Kind of the larger area.", allowed=("sub_icb", "icb", "local_authority", "ward", "msoa")
            ),
            _edition,
            Column("parent_ons_code", "ONS code of the larger area."),
            Column("parent_code", "ODS code of the larger area, where it has one.", nullable=True),
            Column("parent_name", "Name of the larger area."),
        ),
    )


core_lsoa11_parent: Final = _parents("11")
core_lsoa21_parent: Final = _parents("21")

core_local_authority_region: Final = Table(
    name="core_local_authority_region",
    key=("edition", "local_authority_code"),
    grain="one local authority district in England",
    columns=(
        _edition,
        Column("local_authority_code", "District (ONS code).", shape=codes.LOCAL_AUTHORITY),
        Column("local_authority_name", "District's name."),
        Column("region_ons_code", "Statistical region (ONS code)."),
        Column("region_name", "Statistical region's name."),
    ),
)

core_boundary: Final = Table(
    name="core_boundary",
    key=("area_type", "area_code"),
    grain="one area's boundary as added by the user",
    columns=(
        Column("area_type", "Kind of area with its vintage, such as lsoa21 or icb22."),
        Column("area_code", "ONS code."),
        Column("area_name", "Name.", nullable=True),
        Column("geometry", "Boundary, EPSG:27700.", "geometry"),
    ),
)

CORE_TABLES: Final = (
    core_organisation,
    core_practice_membership,
    core_practice_list,
    core_practice_weighted_list,
    core_practice_list_age,
    core_practice_list_lsoa11,
    core_practice_list_lsoa21,
    core_lsoa11_deprivation,
    core_lsoa21_deprivation,
    core_practice_indicator,
    core_pcn_indicator,
    core_practice_succession,
    core_lsoa21_ethnicity,
    core_lsoa11_rurality,
    core_lsoa21_rurality,
    core_practice_survey,
    core_lsoa_lookup,
    core_lsoa11_population,
    core_lsoa21_population,
    core_lsoa11_parent,
    core_lsoa21_parent,
    core_local_authority_region,
    core_boundary,
)

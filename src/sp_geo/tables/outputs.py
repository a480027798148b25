"""Output tables: what planners and analysts read."""

from __future__ import annotations

from typing import Final

from sp_geo.core import codes
from sp_geo.tables.base import Column, Table
from sp_geo.tables.own_measures import OWN

_QUARTER = r"\d{4}Q[1-4]"
_quarter = Column("quarter", "Calendar quarter at whose last day the figures stand.", shape=_QUARTER)
_pcn = Column("pcn_code", "Primary care network (ODS code).", shape=codes.PCN)

REPORTING_STATUSES: Final = ("reported", "true_zero", "not_reported")
NON_RESPONSES: Final = ("reporters", "absent_as_zero", "balanced", "reweighted")

_POINTS = ("float64", "points", 0.0, 100.0)
_SHARE = ("float64", "share 0 to 1", 0.0, 1.0)
_NEEDS: Final = {
    "imd_score": (
        "Deprivation: IMD score of the edition in force at the quarter's end, averaged over patients.",
        _POINTS,
    ),
    "imd_2019_score": ("Deprivation: IMD 2019 score averaged over patients.", _POINTS),
    "imd_2025_score": ("Deprivation: IMD 2025 score averaged over patients.", _POINTS),
    "minority_ethnic": ("Share of residents who are not White, averaged over where patients live.", _SHARE),
    "asian": (
        "Share of residents who are Asian, Asian British or Asian Welsh, averaged over where patients live.",
        _SHARE,
    ),
    "black": (
        "Share of residents who are Black, Black British, Caribbean or African, averaged over where patients live.",
        _SHARE,
    ),
    "mixed": ("Share of residents of Mixed or Multiple ethnic groups, averaged over where patients live.", _SHARE),
    "other_ethnic": ("Share of residents of other ethnic groups, averaged over where patients live.", _SHARE),
    "lack_of_support": (
        "Share who said No to enough local support, of those survey answers that needed support.",
        _SHARE,
    ),
    "rural": ("Share of patients who live in a rural small area.", _SHARE),
    "aged_65_plus": ("Share of patients aged 65 and over.", _SHARE),
}
NEED_NAMES: Final = tuple(_NEEDS)
_need = Column("need", "Need measure; what begins with own_ is the user's own.", shape="|".join((*NEED_NAMES, OWN)))

_named = (
    Column("pcn_name", "Name, for people to read.", nullable=True),
    Column("icb_code", "ICB with most of the PCN's patients (ODS code).", nullable=True, shape=codes.ICB),
    Column("icb_name", "ICB's name.", nullable=True),
    Column("region_code", "NHS England region (ODS code).", nullable=True, shape=codes.REGION),
    Column("region_name", "Region's name.", nullable=True),
)
_list_size = Column("list_size", "Registered patients of the member practices.", "float64", "patients", low=1)
_rate = Column(
    "splw_fte_per_10k", "splw_fte over list_size times 10,000.", "float64", "FTE per 10,000 patients", nullable=True
)

out_pcn_quarter: Final = Table(
    name="out_pcn_quarter",
    key=("quarter", "pcn_code"),
    grain="one PCN that had a member practice with registered patients at the quarter's end",
    columns=(
        _pcn,
        _quarter,
        *_named,
        Column(
            "reporting_status",
            "reported: in the release with link workers; true_zero: in the release with none; "
            "not_reported: not in the release.",
            allowed=REPORTING_STATUSES,
        ),
        Column(
            "splw_fte",
            "Link worker FTE, plain and mental health roles together; missing if not reported.",
            "float64",
            "FTE",
            nullable=True,
        ),
        Column("splw_plain_fte", "FTE in the role Social Prescribing Link Worker.", "float64", "FTE", nullable=True),
        Column(
            "splw_mental_health_fte",
            "FTE in the mental health variants of the role.",
            "float64",
            "FTE",
            nullable=True,
        ),
        Column(
            "splw_contracted_fte",
            "Part of splw_fte that is contracted services.",
            "float64",
            "FTE",
            nullable=True,
        ),
        Column(
            "splw_headcount",
            "People in post, contracted services not counted.",
            "float64",
            "people",
            nullable=True,
            low=0,
        ),
        _list_size,
        Column(
            "weighted_list_size",
            "Patients weighted by the national formula (Carr-Hill), of practices that are or led to members; missing "
            "where practices of more than 5 % of patients have no figure.",
            "float64",
            "weighted patients",
            nullable=True,
            low=0,
        ),
        Column("weighted_year", "Financial year of the weighted patients.", nullable=True, shape=r"\d{4}-\d{2}"),
        Column(
            "weighted_coverage",
            "Share of registered patients whose practice has a figure of weighted patients in that year.",
            "float64",
            "share 0 to 1",
            nullable=True,
            low=0,
            high=1,
        ),
        _rate,
        Column(
            "splw_fte_per_10k_weighted",
            "splw_fte over weighted_list_size of weighted_year times 10,000.",
            "float64",
            "FTE per 10,000 weighted patients",
            nullable=True,
        ),
        Column("practices_count", "Member practices with registered patients.", "int64", "practices", low=1),
        Column("list_release", "List extract the patients come from.", shape=r"\d{4}-\d{2}"),
        Column("membership_source", "Edition that says which practices are members."),
        *(
            Column(name, meaning, "float64", unit, nullable=True, low=low, high=high)
            for name, (meaning, (_, unit, low, high)) in _NEEDS.items()
        ),
    ),
    caveats=(
        "Series: NWRS workforce system alone.",
        "A missing splw_fte means the PCN did not report; it does not mean zero.",
        "FTE below zero is the publisher's: kept, as the published totals hold it, and listed in core_anomaly.",
    ),
    further=Column(
        OWN,
        "An own measure of need (core_own_measure), carried to the PCN, turned round where less means more need.",
        "float64",
        "as the measure",
        nullable=True,
    ),
)

out_pcn_month: Final = Table(
    name="out_pcn_month",
    key=("month", "pcn_code"),
    grain="one PCN that had a member practice with registered patients at the end of a month with a workforce release",
    columns=(
        Column("month", "Month at whose last day the figures stand.", shape=r"\d{4}-\d{2}"),
        _pcn,
        *_named,
        Column("reporting_status", "As in out_pcn_quarter, of the month's release.", allowed=REPORTING_STATUSES),
        Column("splw_fte", "Link worker FTE, all roles; missing if not reported.", "float64", "FTE", nullable=True),
        Column("splw_plain_fte", "Of these, in the plain role.", "float64", "FTE", nullable=True),
        _list_size,
        _rate,
        Column("list_release", "List extract the patients come from.", shape=r"\d{4}-\d{2}"),
    ),
    caveats=("Series: NWRS workforce system alone.", "Months that end a quarter are those of out_pcn_quarter."),
)

out_pcn_need: Final = Table(
    name="out_pcn_need",
    key=("quarter", "pcn_code", "need"),
    grain="one need measure of one PCN in one quarter, with what it rests on",
    columns=(
        _pcn,
        _quarter,
        _need,
        Column("value", "Value in the measure's unit.", "float64", "as the measure"),
        Column(
            "std_error",
            "Sampling standard error, bases over the design effect; missing where there is no sample, or no base.",
            "float64",
            "as the measure",
            nullable=True,
            low=0,
        ),
        Column(
            "base_count",
            "Survey answers behind the value; missing where it is not a survey.",
            "float64",
            "answers",
            nullable=True,
            low=0,
        ),
        Column(
            "patients_with_value", "Patients whose small area or practice has a value.", "float64", "patients", low=0
        ),
        Column("patients_count", "Patients who could have had one.", "float64", "patients", low=0),
        Column("source", "Edition of the values and of the weights."),
    ),
)

out_quarter_coverage: Final = Table(
    name="out_quarter_coverage",
    key=("quarter",),
    grain="one quarter",
    columns=(
        _quarter,
        Column("n_active_pcns", "PCNs with a member practice with registered patients.", "int64", "PCNs", low=0),
        Column("n_reporting_pcns", "Of those, PCNs in the workforce release.", "int64", "PCNs", low=0),
        Column("n_true_zero_pcns", "Of those, PCNs in the release without a link worker.", "int64", "PCNs", low=0),
        Column("n_release_pcns", "PCNs in the workforce release, active or not.", "int64", "PCNs", low=0),
        Column("n_contracted_only_pcns", "PCNs in the release with contracted services only.", "int64", "PCNs", low=0),
        Column("coverage_pct", "Reporting PCNs as a percentage of active PCNs.", "float64", "%", low=0, high=100),
        Column("splw_release_fte", "Link worker FTE in the whole release.", "float64", "FTE", low=0),
        Column("splw_plain_release_fte", "Of that, in the plain role.", "float64", "FTE", low=0),
        Column("patients_count", "Patients registered with practices of active PCNs.", "float64", "patients", low=0),
        Column("list_release", "List extract used."),
        Column("list_distance_days", "Days between that extract and the quarter's end.", "int64", "days", low=0),
        Column("membership_source", "Edition used for memberships."),
        Column(
            "membership_distance_days",
            "Days by which that edition misses the quarter's end; 0 if it covers it.",
            "int64",
            "days",
            low=0,
        ),
        Column(
            "weighted_year",
            "Financial year of the weighted patients; missing if there are none.",
            nullable=True,
            shape=r"\d{4}-\d{2}",
        ),
        Column(
            "weighted_distance_days",
            "Days between that year and the quarter's last day; 0 if it lies in the year.",
            "Int64",
            "days",
            nullable=True,
            low=0,
        ),
    ),
)

out_reconciliation: Final = Table(
    name="out_reconciliation",
    key=("quarter", "measure", "cause"),
    grain="one part of one total in one quarter; the parts of a measure add up to its total",
    columns=(
        _quarter,
        Column(
            "measure",
            "What is counted.",
            allowed=("list_patients", "area_patients", "splw_fte", "survey_answers", "weighted_patients"),
        ),
        Column("cause", "Where the part ended: matched, or why it did not match."),
        Column("units_count", "Practices (for splw_fte: PCNs) in this part.", "int64", low=0),
        Column("amount", "Patients, weighted patients, FTE or answers in this part.", "float64"),
    ),
)

out_unmatched: Final = Table(
    name="out_unmatched",
    key=("quarter", "measure", "cause", "org_code"),
    grain="one practice or PCN that did not match in one quarter, or that matched by a choice between two PCNs",
    columns=(
        _quarter,
        Column("measure", "What was being matched."),
        Column("cause", "Why it is listed."),
        Column("org_code", "Practice or PCN (ODS code)."),
        Column("amount", "Patients, FTE or answers concerned; missing where none is known.", "float64", nullable=True),
        Column("detail", "What else is known.", nullable=True),
    ),
)

out_quarter_slope: Final = Table(
    name="out_quarter_slope",
    key=("need", "non_response", "quarter"),
    grain="one regression of provision on one need in one quarter under one treatment of PCNs that did not report",
    columns=(
        _quarter,
        _need,
        Column("non_response", "What was done about PCNs that did not report.", allowed=NON_RESPONSES),
        Column(
            "per", "Step of need that the slope is for: percentage points for shares, points for scores.", "float64"
        ),
        Column(
            "estimate",
            "Slope of link worker FTE per 10,000 patients for that step.",
            "float64",
            "FTE per 10,000 per step",
            nullable=True,
        ),
        Column(
            "ci_low", "Lower end of the 95 % interval, same scale.", "float64", "FTE per 10,000 per step", nullable=True
        ),
        Column(
            "ci_high",
            "Upper end of the 95 % interval, same scale.",
            "float64",
            "FTE per 10,000 per step",
            nullable=True,
        ),
        Column("std_error", "Standard error, same scale.", "float64", "FTE per 10,000 per step", nullable=True, low=0),
        Column("p_value", "Two-sided p-value of no association.", "float64", "", nullable=True, low=0, high=1),
        Column(
            "q_value",
            "Benjamini and Hochberg's, over all needs and quarters of the treatment.",
            "float64",
            nullable=True,
            low=0,
            high=1,
        ),
        Column("wild_p_value", "p-value of the wild cluster bootstrap.", "float64", nullable=True, low=0, high=1),
        Column("df", "Satterthwaite's or effective degrees of freedom.", "float64", nullable=True, low=0),
        Column("relative_pct", "Slope over mean_fte_per_10k.", "float64", "% per step", nullable=True),
        Column("relative_low_pct", "Lower end of its 95 % interval.", "float64", "% per step", nullable=True),
        Column("relative_high_pct", "Upper end of its 95 % interval.", "float64", "% per step", nullable=True),
        Column("n_pcns", "PCNs in the regression.", "int64", "PCNs", low=0),
        Column("n_active_pcns", "Active PCNs in the quarter.", "int64", "PCNs", low=0),
        Column("coverage_pct", "Share of active PCNs that reported.", "float64", "%", low=0, high=100),
        Column(
            "mean_fte_per_10k",
            "Mean provision of the PCNs in the regression.",
            "float64",
            "FTE per 10,000 patients",
            nullable=True,
        ),
        Column("splw_fte", "Link worker FTE of the PCNs in the regression.", "float64", "FTE", nullable=True),
        Column(
            "series", "Way of counting provision: splw_fte_per_10k is all link worker roles over registered patients."
        ),
        Column("weights", "none, or patients.", allowed=("none", "patients")),
        Column(
            "se_type",
            "Kind of errors: CR2 by ICB, or HC3 permuted within the one ICB of the data.",
            allowed=("auto", "CR2", "permuted"),
        ),
        Column("covariates", "Further regressors, separated by +; empty if none."),
        Column("reason", "Empty, or why there is no estimate."),
        Column("note", "What else the estimate rests on, such as trimmed weights; may be empty."),
        Column(
            "bound_low",
            "Least slope if each PCN that did not report has from none to the reporters' 95th percentile.",
            "float64",
            "FTE per 10,000 per step",
            nullable=True,
        ),
        Column("bound_high", "Greatest slope in that case.", "float64", "FTE per 10,000 per step", nullable=True),
        Column(
            "detectable",
            "Smallest slope, either way, that the row shows with a power of 80 %.",
            "float64",
            "FTE per 10,000 per step",
            nullable=True,
            low=0,
        ),
    ),
    caveats=("An association between PCNs, not the effect of need on provision.",),
)

out_pcn_footprint: Final = Table(
    name="out_pcn_footprint",
    key=("pcn_code",),
    grain="one PCN's footprint: the small areas where more registered patients are its own than any other PCN's",
    columns=(
        _pcn,
        Column("quarter", "Latest quarter in which the PCN was active; the footprint stands for it.", shape=_QUARTER),
        Column("areas_count", "Small areas in the footprint; 0 if it has a majority nowhere.", "int64", "areas", low=0),
        Column(
            "patients_inside_pct",
            "Share of the PCN's patients who live inside.",
            "float64",
            "%",
            nullable=True,
            low=0,
            high=100,
        ),
        Column("list_release", "Practice-by-area extract used."),
        Column("geometry", "Footprint, EPSG:27700; missing if it has a majority nowhere.", "geometry", nullable=True),
    ),
    caveats=("A PCN has no boundary; footprints overlap least in rural areas and say least in cities.",),
)

OUTPUT_TABLES: Final = (
    out_pcn_quarter,
    out_pcn_month,
    out_pcn_need,
    out_quarter_coverage,
    out_reconciliation,
    out_unmatched,
    out_quarter_slope,
    out_pcn_footprint,
)

"""Fields that several requests share: one name, one meaning, one help, one set of words."""

from __future__ import annotations

from typing import Annotated

from sp_geo.questions.requests import words
from sp_geo.questions.requests.asked import Asked

Area = Annotated[str, Asked("CODE", "Only PCNs of this ICB or region; default: England.", "areas")]
AnyArea = Annotated[
    str,
    Asked("CODE", "Only this region, ICB, sub-ICB location, district, PCN or small area; default: England.", "areas"),
]
Icbs = Annotated[
    str,
    Asked(
        "SET",
        "ICBs that areas are of: as_then, or all quarters on one set such as 2022 or 2026.",
        "icb_sets",
        ("--icbs", "--boards"),
    ),
]
QuarterOrLatest = Annotated[str, Asked("QUARTER", "Such as 2022Q2, or 'latest'.", "quarters")]
QuarterOrAll = Annotated[str, Asked("QUARTER", "Such as 2022Q2, 'latest' or 'all'.", "quarters")]
Quarters = Annotated[
    tuple[str, ...],
    Asked("QUARTER", "Only this quarter, such as 2022Q2, or 'latest'; may be repeated; default: all.", "quarters"),
]
LatestQuarters = Annotated[
    tuple[str, ...], Asked("QUARTER", "Only this quarter, such as 2022Q2, or 'latest'; may be repeated.", "quarters")
]
Needs = Annotated[
    tuple[str, ...], Asked("NEED", "Need measure such as imd_score, or 'all'; may be repeated.", "needs_or_all")
]
Need = Annotated[str, Asked("NEED", "Need measure such as imd_score.", "needs")]
SmallAreaNeed = Annotated[
    str,
    Asked(
        "NEED",
        "Need of small areas: imd_score, minority_ethnic, or an own measure of areas.",
        "small_area_needs",
        address="need",
        label="Need",
    ),
]
NonResponse = Annotated[
    str,
    Asked(
        "HANDLING",
        "PCNs that did not report: reporters, absent_as_zero, balanced, reweighted, or all four in turn.",
        {**words.NON_RESPONSES, words.ALL: ""},
        ("--non-response", "--treatment"),
    ),
]
NeedValues = Annotated[
    str,
    Asked(
        "VALUES", "Values of a survey need: observed, shrunk, or predicted where nobody answered.", words.NEED_VALUES
    ),
]
SlopeNonResponse = Annotated[
    str,
    Asked(
        "HANDLING",
        "PCNs that did not report: reporters, absent_as_zero, balanced, reweighted, imputed, or all in turn.",
        {**words.SLOPE_NON_RESPONSES, words.ALL: ""},
        ("--non-response", "--treatment"),
    ),
]
Since = Annotated[
    str,
    Asked(
        "QUARTER",
        "Only quarters from this one on, such as 2021Q2; balanced PCNs then need to have reported since; default: all.",
        "quarters",
        ("--from",),
    ),
]
Per = Annotated[float, Asked("STEP", "Step of need: percentage points of a share, points of a score.")]
Weights = Annotated[str, Asked("WEIGHTS", "none, or patients.", words.WEIGHTS)]
StandardErrors = Annotated[
    str,
    Asked(
        "KIND",
        "Standard errors: auto (by the design), CR2, permuted, wild, cluster, HC3, or HC1 (of published work).",
        words.STANDARD_ERRORS,
    ),
]
Role = Annotated[str, Asked("ROLE", "all, plain, or mental_health link workers.", words.ROLES)]
Patients = Annotated[
    str, Asked("KIND", "Patients that a rate is of: raw, or weighted by the national formula.", words.PATIENTS)
]
Covariates = Annotated[
    tuple[str, ...], Asked("NEED", "Further need measure to hold constant; may be repeated.", "needs")
]
Seed = Annotated[int, Asked("NUMBER", "The same seed gives the same figures.", least=0)]
Category = Annotated[
    str, Asked("CATEGORY", "One referral reason such as money, or all.", (*words.CATEGORIES, words.ALL))
]
Directory = Annotated[str, Asked("NAME", "Only services of this directory; default: all.", "directories")]

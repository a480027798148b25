"""The kinds of file that the page takes; everything else comes in through the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes:
        title: as people call it.
        publications: keys of the publications that are of this kind.
        template: name of the empty file to fill in.
        table: the core table whose rows are shown before anything is kept.
        shown: its columns that are shown; none has contact details, and none names a report or a post.
        counts: of these, the counts of people that are withheld where they are small.
        is_directory: whether it claims to cover areas.
        by_row: whether sound rows are taken without the others; otherwise one faulty row keeps the file out.
    """

    title: str
    publications: tuple[str, ...]
    template: str
    table: str
    shown: tuple[str, ...]
    counts: tuple[str, ...] = ()
    is_directory: bool = False
    by_row: bool = True


OWN_MEASURE: Final = "own_measure"
KINDS: Final[Mapping[str, Kind]] = {
    "services": Kind(
        title="service directory",
        publications=("service_template", "open_referral", "open_referral_package", "venue_list"),
        template="services",
        table="core_service",
        shown=(
            "name",
            "serves",
            "places_per_quarter",
            "free_share",
            "open_to_referrals",
            "waiting_days",
            "evening",
            "weekend",
            "drop_in",
            "free_of_charge",
            "last_checked",
        ),
        is_directory=True,
    ),
    "referrals": Kind(
        title="referral activity",
        publications=("referral_activity",),
        template="referral-activity",
        table="core_referral_activity",
        shown=(
            "quarter",
            "area_code",
            "category",
            "fifth",
            "sex",
            "age_band",
            "patients",
            "referrals",
            "contacted",
            "supported",
            "waiting",
        ),
        counts=("referrals", "contacted", "supported", "waiting"),
        by_row=False,
    ),
    "local_posts": Kind(
        title="local posts",
        publications=("local_posts",),
        template="local-posts",
        table="core_local_post",
        shown=("pcn_code", "first_quarter", "last_quarter", "role", "fte", "employer", "funded_by"),
        by_row=False,
    ),
    "gaps": Kind(
        title="gap log",
        publications=("gap_log",),
        template="gap-log",
        table="core_gap_report",
        shown=("reported", "area_code", "category", "cause", "people"),
        counts=("people",),
    ),
    OWN_MEASURE: Kind(
        title="own measure of need",
        publications=("own_measure",),
        template="own-measure",
        table="core_own_measure_value",
        shown=("area_code", "state", "value", "numerator", "denominator"),
    ),
}

QUESTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("Name of the measure", "Such as Loneliness. Needed, unless the file is our template."),
    "direction": ("What a higher number means", "more, or less need."),
    "unit": ("Unit", "%, share, per 1,000, or any word. Empty: as the file shows it."),
    "source": ("Where it is from", ""),
    "period": ("What time it is of", ""),
    "licence": ("Under which licence it may be used", ""),
    "column": ("Header of the number's column", "Only if several columns have numbers."),
    "base_column": ("Header of the base's column", "Where the number is a count."),
    "code_column": ("Header of the codes' column", "Only if several columns have codes."),
    "rows": ("Only rows with", "Such as GROUP_CODE=DEP, where an area stands in several rows."),
    "sheet": ("Sheet of the workbook", "Only if several sheets could be meant."),
}
"""What the page asks of an own measure, with a hint; the names are those of the reader."""


def kind_of(publication: str) -> str:
    """Key of the kind that a publication is of; empty if the page does not take it."""
    return next((key for key, kind in KINDS.items() if publication in kind.publications), "")

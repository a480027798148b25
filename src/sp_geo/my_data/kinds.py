"""The four kinds of file that the page takes; everything else comes in through the command line."""

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
}


def kind_of(publication: str) -> str:
    """Key of the kind that a publication is of; empty if the page does not take it."""
    return next((key for key, kind in KINDS.items() if publication in kind.publications), "")
